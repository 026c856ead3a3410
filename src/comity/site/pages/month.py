"""A month of the calendar as weeks of days: bars over the days of activities, chips for dates, and the same numbers everywhere.

Pure: entries, holidays and sensitive dates come in, a grid goes out. Words are added by the template.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from comity.site.pages import chart
from comity.site.pages.entries import Entry, Listing, Zone, default_day, listing

FIRST_WEEKDAY = {"ar": 5}
"""The weekday a week begins with (Monday is 0) where readers of a language expect another than Monday: Saturday in most Arab States."""

NARROW_WEEKDAYS = {
    "en": "MTWTFSS", "ru": ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"), "ar": "نثرخجسح", "fr": "LMMJVSD", "es": "LMXJVSD", "zh-hans": "一二三四五六日",
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
    today: bool
    chosen: bool
    holidays: tuple[str, ...]
    sensitive: tuple[str, ...]
    lanes: tuple[Bar | None, ...]
    """Bars from top to bottom; None leaves the lane free so that bars stay level."""
    chips: tuple[Entry, ...]
    more: int
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
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def to_mind(self) -> list[Day]:
        """Days with a holiday or a sensitive date."""
        return [day for week in self.weeks for day in week if day.inside and (day.holidays or day.sensitive)]


Named = Mapping[date, Sequence[str]]


def month(
    entries: Iterable[Entry], year: int, number: int, *, language: str, today: date, chosen: date | None = None,
    holidays: Named | None = None, sensitive: Named | None = None, weekend: frozenset[int] = SATURDAY_SUNDAY,
) -> Month:
    """The month as a grid. `holidays` and `sensitive` name dates; `weekend` are our own days off (Monday is 0)."""
    first = date(year, number, 1)
    listed = listing(entries, first, _last_of(first))
    chosen = chosen if chosen and first <= chosen <= listed.last else default_day(listed, today)
    start = first - timedelta(days=(first.weekday() - FIRST_WEEKDAY.get(language, 0)) % 7)
    weeks = []
    while start <= listed.last:
        weeks.append(_week(start, listed, today, chosen, holidays or {}, sensitive or {}, weekend))
        start += timedelta(days=7)
    narrow = NARROW_WEEKDAYS.get(language, NARROW_WEEKDAYS["en"])
    weekdays = tuple((day.day, narrow[day.day.weekday()]) for day in weeks[0])
    return Month(first=first, weekdays=weekdays, weeks=tuple(weeks), listed=listed)


def month_page(
    entries: Iterable[Entry], *, year: int, month_number: int, language: str, today: date, day_number: int | None = None, zones: Sequence[Zone] = (),
    holidays: Named | None = None, sensitive: Named | None = None, weekend: frozenset[int] = SATURDAY_SUNDAY,
    coast: chart.Coast | None = None, data_url: str = "", feed_url: str = "", save_url: str = "", page_url: str = "",
) -> dict[str, Any]:
    """Context of pages/calendar.html.

    `day_number` is the day shown on the map (from `?day=`), counted from 1; one that the month does not have is ignored. `coast` is land to be drawn beside
    the world's (the fictional region). `data_url` answers with `chart.geojson(…)` for the same month; `save_url` with the
    iCalendar file; `feed_url` is the officer's page about the feed; `page_url` is this page, to which `?month=2026-12&day=10` is added.
    """
    first = date(year, month_number, 1)
    chosen = first + timedelta(days=day_number - 1) if day_number and 1 <= day_number <= _last_of(first).day else None
    made = month(entries, year, month_number, language=language, today=today, chosen=chosen, holidays=holidays, sensitive=sensitive, weekend=weekend)
    shown = next(d.day for week in made.weeks for d in week if d.chosen)
    drawing = chart.draw(made.listed.entries, zones, day=shown, coast=coast, language=language)
    return {
        "month": made, "listed": made.listed, "day": shown, "day_number": shown.day, "days": made.days, "keep": (("month", f"{year:04d}-{month_number:02d}"),), "chart": drawing, "zones": zones,
        "data_url": data_url, "feed_url": feed_url, "save_url": save_url, "page_url": page_url,
    }


def _last_of(first: date) -> date:
    """9999-12 has no month after it."""
    return date(first.year, 12, 31) if first.month == 12 else date(first.year, first.month + 1, 1) - timedelta(days=1)


def _week(start: date, listed: Listing, today: date, chosen: date, holidays: Named, sensitive: Named, weekend: frozenset[int]) -> tuple[Day, ...]:
    days = [start + timedelta(days=n) for n in range(7)]
    inside = [day for day in days if listed.first <= day <= listed.last]
    lanes, unplaced = _lanes([e for e in listed.entries if e.nature != "duty"], inside[0], inside[-1])
    return tuple(
        Day(
            day=day, inside=day in inside, off=day.weekday() in weekend, today=day == today, chosen=day == chosen,
            holidays=tuple(holidays.get(day, ())), sensitive=tuple(sensitive.get(day, ())),
            lanes=_seen(lanes, day, inside) if day in inside else (),
            chips=tuple(e for e in listed.entries if e.nature == "duty" and e.on(day)) if day in inside else (),
            more=sum(e.on(day) for e in unplaced) if day in inside else 0,
        )
        for day in days
    )


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
