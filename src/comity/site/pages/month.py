"""A month of the calendar as weeks of days: bars over the days of activities, chips for dates, and the same numbers everywhere.

Pure: entries, holidays and sensitive dates come in, a grid goes out. Words are added by the template.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from comity.site.pages import chart
from comity.site.pages.entries import Backdrop, Entry, Links, Listing, Reader, chosen_day, listing

FIRST_WEEKDAY = {"ar": 5}
"""The weekday a week begins with (Monday is 0) where readers of a language expect another than Monday: Saturday in most Arab States."""

NARROW_WEEKDAYS = {
    "en": "MTWTFSS",
    "ru": ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"),
    "ar": "نثرخجسح",
    "fr": "LMMJVSD",
    "es": "LMXJVSD",
    "zh-hans": "一二三四五六日",
}
"""Weekdays for a phone, Monday first; the full word stands beside them for readers of the screen."""

SATURDAY_SUNDAY = frozenset({5, 6})
LANES = 6
"""Bars above each other in one week before the rest is only counted: a week stays on one screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The part of an entry's bar that lies in one week, as seen from one of its days.

    Drawn once, from its first day of the week over `days` cells; on the other days `drawn` is False and only said to readers of the screen.
    """

    entry: Entry
    drawn: bool
    days: int
    starts: bool
    """Whether the entry itself begins with this bar, not only the week."""
    stops: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    day: date
    inside: bool
    """Whether it belongs to the month; days that do not are empty cells."""
    off: bool
    today: bool = False
    chosen: bool = False
    holidays: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    lanes: tuple[Bar | None, ...] = ()
    """Bars from top to bottom; None leaves the lane free so that bars stay level."""
    chips: tuple[Entry, ...] = ()
    more: int = 0
    """Bars that found no lane."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    first: date
    weekdays: tuple[tuple[date, str], ...]
    """A date of each weekday, to be named in the reader's language, and the narrow name."""
    weeks: tuple[tuple[Day, ...], ...]
    listed: Listing

    @property
    def last(self) -> date:
        return self.listed.last

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return self.last + timedelta(days=1)

    @property
    def to_mind(self) -> list[Day]:
        """Days with a holiday or a sensitive date."""
        return [day for week in self.weeks for day in week if day.inside and (day.holidays or day.sensitive)]


Named = Mapping[date, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Almanac:
    """Days with a name: our holidays, dates on which the parties would rather not act, and our own days off (Monday is 0)."""

    holidays: Named = field(default_factory=dict)
    sensitive: Named = field(default_factory=dict)
    weekend: frozenset[int] = SATURDAY_SUNDAY


def month(entries: Iterable[Entry], first: date, *, reader: Reader, almanac: Almanac | None = None) -> Month:
    """The month that begins on `first` as a grid, the chosen day marked."""
    listed = listing(entries, first, _last_of(first))
    grid = _Grid(listed=listed, almanac=almanac or Almanac(), today=reader.today, chosen=chosen_day(listed, reader))
    start = first - timedelta(days=(first.weekday() - FIRST_WEEKDAY.get(reader.language, 0)) % 7)
    weeks = []
    while start <= listed.last:
        weeks.append(grid.week(start))
        start += timedelta(days=7)
    narrow = NARROW_WEEKDAYS.get(reader.language, NARROW_WEEKDAYS["en"])
    weekdays = tuple((day.day, narrow[day.day.weekday()]) for day in weeks[0])
    return Month(first=first, weekdays=weekdays, weeks=tuple(weeks), listed=listed)


def month_page(
    entries: Iterable[Entry], first: date, *, reader: Reader, links: Links, almanac: Almanac | None = None, backdrop: Backdrop | None = None
) -> dict[str, Any]:
    """Context of pages/calendar.html for the month that begins on `first` (from `?month=2026-12`)."""
    backdrop = backdrop or Backdrop()
    made = month(entries, first, reader=reader, almanac=almanac)
    day = chosen_day(made.listed, reader)
    return {
        "month": made,
        "listed": made.listed,
        "day": day,
        "day_number": day.day,
        "days": made.listed.days,
        "keep": (("month", f"{first.year:04d}-{first.month:02d}"),),
        "zones": backdrop.zones,
        "chart": chart.draw(made.listed.entries, backdrop, day=day, language=reader.language),
        "data_url": links.data,
        "feed_url": links.feed,
        "save_url": links.save,
        "page_url": links.page,
        "layers": None,
        "years": False,
    }


def _last_of(first: date) -> date:
    """9999-12 has no month after it."""
    return date(first.year, 12, 31) if first.month == 12 else date(first.year, first.month + 1, 1) - timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    listed: Listing
    almanac: Almanac
    today: date
    chosen: date

    def week(self, start: date) -> tuple[Day, ...]:
        days = [start + timedelta(days=n) for n in range(7)]
        inside = [day for day in days if self.listed.first <= day <= self.listed.last]
        lanes, unplaced = _lanes([e for e in self.listed.entries if e.nature != "duty"], inside[0], inside[-1])
        return tuple(self.day(day, inside, lanes, unplaced) if day in inside else self.outside(day) for day in days)

    def day(self, day: date, inside: Sequence[date], lanes: Sequence[Sequence[Entry]], unplaced: Sequence[Entry]) -> Day:
        return Day(
            day=day,
            inside=True,
            off=day.weekday() in self.almanac.weekend,
            today=day == self.today,
            chosen=day == self.chosen,
            holidays=tuple(self.almanac.holidays.get(day, ())),
            sensitive=tuple(self.almanac.sensitive.get(day, ())),
            lanes=_seen(lanes, day, inside),
            chips=tuple(entry for entry in self.listed.entries if entry.nature == "duty" and entry.on(day)),
            more=sum(entry.on(day) for entry in unplaced),
        )

    def outside(self, day: date) -> Day:
        return Day(day=day, inside=False, off=day.weekday() in self.almanac.weekend)


def _lanes(entries: Sequence[Entry], first: date, last: date) -> tuple[list[list[Entry]], list[Entry]]:
    """Entries by lane: each in the topmost lane that is free on all its days of the week; and those that found none."""
    lanes: list[list[Entry]] = []
    unplaced = []
    for entry in entries:
        if entry.ends < first or entry.begins > last:
            continue
        lane = next((lane for lane in lanes if lane[-1].ends < entry.begins), None)
        if lane is not None:
            lane.append(entry)
        elif len(lanes) < LANES:
            lanes.append([entry])
        else:
            unplaced.append(entry)
    return lanes, unplaced


def _seen(lanes: Sequence[Sequence[Entry]], day: date, inside: Sequence[date]) -> tuple[Bar | None, ...]:
    """The lanes on one day, without empty ones at the bottom."""
    bars = [next((_bar(entry, day, inside) for entry in lane if entry.on(day)), None) for lane in lanes]
    while bars and bars[-1] is None:
        bars.pop()
    return tuple(bars)


def _bar(entry: Entry, day: date, inside: Sequence[date]) -> Bar:
    first, last = max(entry.begins, inside[0]), min(entry.ends, inside[-1])
    return Bar(entry=entry, drawn=day == first, days=(last - first).days + 1, starts=entry.begins == first, stops=entry.ends == last)
