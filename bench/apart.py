"""A measure in a process and a data folder of its own: Django knows one node in one process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

MADE = Path(__file__).resolve().parents[1] / "build/bench"
"""Where the data folders of the bench lie. It can be dropped at any time."""


def run(module: str, *words: str) -> Mapping[str, float]:
    """What that module of the bench measured: it prints its numbers as JSON on its last line."""
    done = subprocess.run([sys.executable, "-m", f"bench.{module}", *words], stdout=subprocess.PIPE, check=True)  # noqa: S603
    found: Mapping[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
