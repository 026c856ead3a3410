"""What calendar and map show: entries with dates, numbered once for all three views, and the zones agreed in terms.

Plain records. A page collects them from the journal, in the names and order of the terms; nothing here asks a database or a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from comity.formats.shape import Shape, faults_of, middle

SHOWN = 300
"""Entries of one page: ten a day for a month. What is more is counted and found by the search."""

Coast = Mapping[str, Any]
"""A GeoJSON collection of land, seas and towns that the world's outlines do not have, as exercise.region.coast() gives it."""


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
class Backdrop:
    """What lies under the entries: the zones in force, and land to be drawn beside the world's."""

    zones: tuple[Zone, ...] = ()
    coast: Coast | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads, when, and what was chosen on the page.

    `day_number` (from `?day=`) counts the days shown from 1; one that is not shown is ignored. `layers` are those ticked (from
    `?layers=chosen&layer=zones&layer=ours…`); None, where the query has no `layers`, means all.
    """

    language: str
    today: date
    day_number: int | None = None
    layers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Addresses the page needs. `data` answers with chart.geojson_of for the same days; without it the map cannot be moved.

    `page` is the page itself, `save` the iCalendar file, `feed` the officer's page about the feed; `kept` are pairs of the query
    that say which days are shown, sent along by every form.
    """

    page: str
    data: str = ""
    save: str = ""
    feed: str = ""
    kept: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The numbered entries of a stretch of days, and how many more there are than a page shows."""

    first: date
    last: date
    entries: tuple[Entry, ...]
    left_out: int = 0

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def listing(entries: Iterable[Entry], first: date, last: date) -> Listing:
    """Entries that touch the days from `first` to `last`, by beginning, numbered from 1. The same input gives the same numbers."""
    found = sorted((e for e in entries if e.begins <= last and e.ends >= first), key=lambda e: (e.begins, e.ends, e.title, e.key))
    shown = tuple(replace(entry, number=number) for number, entry in enumerate(found[:SHOWN], start=1))
    return Listing(first=first, last=last, entries=shown, left_out=len(found) - len(shown))


def chosen_day(listed: Listing, reader: Reader) -> date:
    """The day the map shows: the one chosen, else today where it is shown, else the first on which something is drawn, else the first."""
    number = reader.day_number or 0
    if 1 <= number <= len(listed.days):
        return listed.days[number - 1]
    if listed.first <= reader.today <= listed.last:
        return reader.today
    return next((max(entry.begins, listed.first) for entry in listed.entries if entry.shape), listed.first)


def properties(entry: Entry) -> dict[str, Any]:
    """What the map's script and other programs are told about an entry."""
    return {
        "kind": "entry",
        "number": entry.number,
        "name": entry.title,
        "by": entry.by,
        "nature": entry.nature,
        "side": entry.side,
        "planned": entry.planned,
        "begins": entry.begins.isoformat(),
        "ends": entry.ends.isoformat(),
        "url": entry.url,
    }


def drawable(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.shape and not faults_of(entry.shape)]
