"""Moments computed: a distance from an anchor, by the instant or by the calendar, in days or in working days.

All times are aware UTC datetimes with whole seconds; a `date` stands for the whole of its UTC day. A deadline itself
is in time. Nothing here reads a clock (spec/procedure.md, Moments and time).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

from comity.catalogue.spans import Duration, Recurrence
from comity.conduct.measure_terms import DaysOff

Point = datetime | date
"""An anchor: an instant, or a whole day."""

_LAST_SECOND = time(23, 59, 59, tzinfo=UTC)
_MIDNIGHT = time(0, 0, 0, tzinfo=UTC)
_SEARCH = 3_660
"""Days searched for a working day: ten years of days off is a mistake in the terms, and gives no moment."""


class Edge(Enum):
    """Which end of a day is meant: a deadline is the end of its last day, a beginning the start of its day."""

    DEADLINE = "deadline"
    BEGINNING = "beginning"


def day_of(point: Point) -> date:
    """The UTC day of an anchor."""
    return point.astimezone(UTC).date() if isinstance(point, datetime) else point


def at_edge(day: date, edge: Edge) -> datetime:
    """The last second of the day for a deadline, its first for a beginning."""
    return datetime.combine(day, _LAST_SECOND if edge is Edge.DEADLINE else _MIDNIGHT)


def read_point(value: object) -> Point | None:
    """An RFC 3339 time in UTC (`2026-11-22T21:09:08Z`) or a date as forms write them; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        if len(value) == 10:
            return date.fromisoformat(value) if value[4] == value[7] == "-" else None
        found = datetime.fromisoformat(value) if len(value) == 20 and value.endswith("Z") else None
    except ValueError:
        return None
    return found


def move(day: date, duration: Duration, *, back: bool = False) -> date:
    """By the calendar: months first, then days. A day the month does not have is its last day. May overflow."""
    sign = -1 if back else 1
    month = day.year * 12 + day.month - 1 + sign * duration.months
    year, index = divmod(month, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("outside the calendar")
    moved = date(year, index + 1, min(day.day, monthrange(year, index + 1)[1]))
    return moved + sign * timedelta(days=duration.days)


def move_instant(instant: datetime, duration: Duration, *, back: bool = False) -> datetime:
    """From the instant: the calendar part keeps the time of day, the clock part is exact."""
    instant = instant.astimezone(UTC)
    moved = datetime.combine(move(instant.date(), duration, back=back), instant.timetz())
    return moved + (-1 if back else 1) * timedelta(seconds=duration.seconds)


def move_working(day: date, days: int, off: DaysOff, *, back: bool = False) -> date | None:
    """So many working days on. Zero is the day itself, or the next that is worked. None where none is found."""
    left, step = days, timedelta(days=-1 if back else 1)
    for _ in range(_SEARCH + 7 * days):
        if not _is_off(day, off) and left == 0:
            return day
        day += step
        left -= left > 0 and not _is_off(day, off)
    return None


def count_working(first: date, last: date, off: DaysOff) -> int:
    """Working days after `first`, up to and with `last`; 0 where `last` is not later."""
    span = range(1, min((last - first).days, _SEARCH) + 1)
    return sum(not _is_off(first + timedelta(days=number), off) for number in span)


def distance(
    anchor: Point, duration: Duration, *, edge: Edge, back: bool = False, working: DaysOff | None = None
) -> datetime | None:
    """The moment so far after (or before) an anchor; None where the calendar has no such moment.

    With a clock part it runs from the instant. A whole day as anchor is counted from its start when counting back and
    for a beginning, from its end for a deadline. Else by the calendar, to the edge of the day reached.
    """
    try:
        if duration.clock:
            return move_instant(_instant(anchor, Edge.BEGINNING if back else edge), duration, back=back)
        if working is not None:
            day = move_working(day_of(anchor), duration.days, working, back=back)
            return None if day is None else at_edge(day, edge)
        return at_edge(move(day_of(anchor), duration, back=back), edge)
    except OverflowError:
        return None


def next_date(anchor: Point, recurrence: Recurrence, *, start: date, edge: Edge) -> datetime | None:
    """The first date of a recurrence after the anchor's day."""
    day = recurrence.next(day_of(anchor), start=start)
    return None if day is None else at_edge(day, edge)


def between(first: datetime, last: Point, *, like: Duration, off: DaysOff | None = None) -> Duration:
    """The length from `first` to `last` in the unit of `like`: whole days, working days, or minutes. Never negative."""
    if like.clock:
        seconds = max(0, int((_instant(last, Edge.BEGINNING) - first).total_seconds()))
        return clock_length(seconds)
    days = (day_of(last) - day_of(first)).days
    worked = days if off is None else count_working(day_of(first), day_of(last), off)
    return Duration(days=max(0, worked), text=f"P{max(0, worked)}D")


def clock_length(seconds: int) -> Duration:
    """A clock duration of so many seconds, in hours and minutes (a begun minute is not counted)."""
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    text = f"PT{hours}H" + (f"{minutes}M" if minutes else "")
    return Duration(seconds=3600 * hours + 60 * minutes, clock=True, text=text)


def _instant(point: Point, edge: Edge) -> datetime:
    return point.astimezone(UTC) if isinstance(point, datetime) else at_edge(point, edge)


def _is_off(day: date, off: DaysOff) -> bool:
    return day.isoweekday() in off.weekend or day in off.holidays


