"""What the acts of the bench say: the published table of exercises where it is at hand, else rows of our own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from comity.exercise.import_exercises import Notice
from comity.exercise.import_region import BEGINNING
from comity.exercise.imports import read_exercises

SOURCES = Path(os.environ.get("COMITY_SOURCES") or Path(__file__).resolve().parents[2] / "shared/data")
TABLE = SOURCES / "exercises/mme_v7.csv"
MEASURE = "un:I.3.1"


def notices() -> Iterator[Notice]:
    """Without end, the earliest first: the table as often as it takes, each time as many years later as it covers."""
    once = sorted(_table() if TABLE.exists() else _made(), key=lambda notice: (notice.begins, notice.line))
    years = once[-1].begins.year - once[0].begins.year + 1
    for round_ in count():
        for notice in once:
            yield _later(notice, years * round_) if round_ else notice


def _table() -> tuple[Notice, ...]:
    return read_exercises(TABLE).notices


def _made() -> Iterator[Notice]:
    """As many rows as the table has, of about its length."""
    for line in range(3_000):
        begins = BEGINNING.date() + timedelta(days=90 + 5 * line)
        ends = begins + timedelta(days=4 + line % 17)
        data = {
            "reference": f"M-{line}", "designation": f"Meadow {line}", "series": "Meadow", "purpose": "Movement and crossing of a river",
            "kinds": ["land", "logistics"], "begins": begins.isoformat(), "ends": ends.isoformat(), "place": "Mirren plain",
            "location": {"lat": -457_333_333 + 1000 * line, "lon": -122_500_000}, "participants": ["Tarsenia", "Ondoria"],
            "remarks": f"Made for the bench, row {line}. States named there: 2; participants not named: 0.",
        }  # fmt: skip
        author = ("tarsenia", "ondoria", "velmora")[line % 3]
        yield Notice(line=line, author=author, measure=MEASURE, form="land-activity", data=data, begins=begins, ends=ends)


def _later(notice: Notice, years: int) -> Notice:
    data = dict(notice.data)
    for end in ("begins", "ends"):
        year, rest = data[end][:4], data[end][4:]
        data[end] = f"{int(year) + years}{rest.replace('-02-29', '-02-28')}"
    data["remarks"] = f"{data['remarks']} {years} years later."
    return replace(notice, data=data, begins=_moved(notice.begins, years), ends=_moved(notice.ends, years))


def _moved(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)
