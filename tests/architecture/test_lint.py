"""Ruff finds nothing, and finds what is planted: the clock, chance, and what is careless."""

import sys
from pathlib import Path

import pytest

from tests.architecture.planting import run

HEAD = '"""A planted module."""\n\n'
FAULTS = {
    "the clock": ("TID251", "from datetime import UTC, datetime\n\nmoment = datetime.now(UTC)\n"),
    "today": ("TID251", "from datetime import date\n\nmoment = date.today()\n"),
    "a random id": ("TID251", "from uuid import uuid4\n\nname = uuid4()\n"),
    "a time without a zone": ("DTZ001", "from datetime import datetime\n\nmoment = datetime(2026, 11, 22)\n"),
    "a forgotten print": ("T201", "print(1)\n"),
    "code run from text": ("S307", 'value = eval("1")\n'),
    "a file without a subject": ("D100", "value = 1\n"),
}


def check(text: str, name: str):
    return run("bash", "-c", 'printf %s "$TEXT" | "$RUFF" check --no-cache --stdin-filename "$NAME" -', environment={
        "TEXT": text, "NAME": name, "RUFF": str(Path(sys.executable).parent / "ruff"),
    })  # fmt: skip


def test_nothing_is_found_in_the_whole():
    told = run("ruff", "check", "--no-cache", "--output-format=concise")

    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault):
    code, text = FAULTS[fault]

    told = check(("" if code == "D100" else HEAD) + text, "src/comity/conduct/planted.py")

    assert told.returncode == 1
    assert code in told.stdout, told.stdout


def test_sound_lines_are_let_through():
    assert check(HEAD + "VALUE = 1\n", "src/comity/conduct/planted.py").returncode == 0
