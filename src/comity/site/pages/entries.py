"""What calendar and map show: entries with dates, numbered once for all three views, and the zones agreed in terms.

Plain records. A page collects them from the journal, in the names and order of the terms; nothing here asks a database or a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from comity.formats.shape import Shape, faults_of, middle

SHOWN = 300
"""Entries of one page: ten a day for a month. What is more is counted and found by the search."""

LONG_AGO, FAR_AHEAD = date(1900, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of calendar and map. `ends` is its last day (UTC); both ends are the same day for a date.

    `nature`: an activity or a window of days is drawn as a bar, a duty as a chip on its day.
    `side`: "us" when our State takes part, "other" when it does not, "all" for a date of all parties.
    `planned`: known from a calendar or a request only, not yet notified; drawn dotted.
    `shape`: a place as in acts; an entry whose shape cannot be drawn is still listed.
    `tag`: (kind, words) for the state word, as the tag `tag` takes them.
    """

    key: str
    title: str
    begins: date
    ends: date
    by: str = ""
    nature: Literal["activity", "window", "duty"] = "activity"
    side: Literal["us", "other", "all"] = "other"
    planned: bool = False
    url: str = ""
    place: str = ""
    shape: Shape | None = None
    persons: int | None = None
    tag: tuple[str, str] | None = None
    number: int = 0

    def on(self, day: date) -> bool:
        return self.begins <= day <= self.ends

    @property
    def same_month(self) -> bool:
        return (self.begins.year, self.begins.month) == (self.ends.year, self.ends.month)

    @property
    def spot(self) -> Mapping[str, int] | None:
        """The position that names the place."""
        return middle(self.shape) if self.shape and not faults_of(self.shape) else None

    @property
    def look(self) -> str:
        """The class of its chip: colour is never alone, the number and the legend's words stand with it."""
        return {"us": "us", "all": "all", "other": ""}[self.side]


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A zone by its agreed coordinates; `source` says where they stand, as 'annex B'."""

    key: str
    title: str
    shape: Shape
    source: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The numbered entries of a stretch of days, and how many more there are than a page shows."""

    first: date
    last: date
    entries: tuple[Entry, ...]
    left_out: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)


def listing(entries: Iterable[Entry], first: date, last: date) -> Listing:
    """Entries that touch the days from `first` to `last`, by beginning, numbered from 1. The same input gives the same numbers."""
    found = sorted((e for e in entries if e.begins <= last and e.ends >= first), key=lambda e: (e.begins, e.ends, e.title, e.key))
    shown = tuple(replace(entry, number=number) for number, entry in enumerate(found[:SHOWN], start=1))
    counts = {nature: sum(entry.nature == nature for entry in found) for nature in ("activity", "window", "duty")}
    return Listing(first=first, last=last, entries=shown, left_out=len(found) - len(shown), counts=counts)


def default_day(listed: Listing, today: date) -> date:
    """The day a page opens on: today where it is shown, else the first on which something is drawn, else the first of all."""
    if listed.first <= today <= listed.last:
        return today
    return next((max(entry.begins, listed.first) for entry in listed.entries if entry.shape), listed.first)


def properties(entry: Entry) -> dict[str, Any]:
    """What the map's script and other programs are told about an entry."""
    return {
        "kind": "entry", "number": entry.number, "name": entry.title, "by": entry.by, "nature": entry.nature, "side": entry.side,
        "planned": entry.planned, "begins": entry.begins.isoformat(), "ends": entry.ends.isoformat(), "url": entry.url,
    }


def drawable(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.shape and not faults_of(entry.shape)]
