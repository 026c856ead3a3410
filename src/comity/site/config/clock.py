"""The one place that reads the time and draws chance. Everywhere else they are arguments."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

CLOCK_FILE = "exercise-clock"
"""In the data folder of an exercise alone: seconds by which its clock stands apart. Every page then says that it is an exercise."""


def chance(count: int) -> bytes:
    return secrets.token_bytes(count)


def now() -> datetime:
    """Aware UTC, whole seconds; in an exercise, the time of the exercise."""
    return (datetime.now(UTC) + apart()).replace(microsecond=0)


def apart() -> timedelta:
    """How far an exercise's clock stands from the real one. A real node has no such file."""
    path = Path(os.environ.get("COMITY_DATA", "")) / CLOCK_FILE
    try:
        return timedelta(seconds=int(path.read_text("ascii")))
    except (OSError, ValueError):
        return timedelta()
