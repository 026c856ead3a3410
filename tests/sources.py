"""Where real data and public vectors lie: beside the project, or where COMITY_SOURCES points. None of it is committed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


def sources(name: str) -> Path:
    """The file or folder of that name; skips the test, saying why, where it is not here."""
    found = Path(os.environ.get("COMITY_SOURCES") or BESIDE) / name
    if not found.exists():
        pytest.skip(f"needs {name}: set COMITY_SOURCES to the folder that holds it", allow_module_level=True)
    return found
