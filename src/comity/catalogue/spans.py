"""Durations and recurrences as values, read from a strict subset of ISO 8601 and of RFC 5545.

One meaning, one text: no fractions, no signs, no leading zeros, weeks alone. What the subset cannot say is refused.
The arithmetic on them is in `comity.conduct.time`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

LONGEST_TEXT = 200
"""Characters of a duration or recurrence: the longest sensible recurrence, all days of a month listed, needs 130."""
LONGEST_NUMBER = 9_999
"""Of any one unit: more days than the life of an arrangement, small enough that no date overflows unnoticed."""
MOST_YEARS = 400
"""How far a recurrence is searched for its next date: the calendar repeats after 400 years."""

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
_FREQUENCIES: dict[str, Frequency] = {"DAILY": "DAILY", "WEEKLY": "WEEKLY", "MONTHLY": "MONTHLY", "YEARLY": "YEARLY"}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NUMBER = r"(0|[1-9][0-9]{0,3})"
_DURATION = re.compile(
    rf"P(?:(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?|{_NUMBER}W)(?:(T)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?"
)


class NotASpan(ValueError):
    """The text is not in the subset. `code` says why, for the refusal its reader makes of it."""

    def __init__(self, code: str, text: object) -> None:
        super().__init__(f"{code}: {str(text)[:LONGEST_TEXT]}")
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """A length of time. `clock` tells whether it runs from the instant (PT48H) or by the calendar (P2D)."""

    months: int = 0
    days: int = 0
    seconds: int = 0
    clock: bool = False
    text: str

    @property
    def in_days(self) -> int | None:
        """The length in whole days where it is a plain number of them, else None."""
        return None if self.clock or self.months else self.days


@lru_cache(maxsize=4096)
def read_duration(text: str) -> Duration:
    """`PnYnMnD`, `PnW`, with `TnHnMnS`: whole numbers, at least one of them. Raises NotASpan."""
    match = _DURATION.fullmatch(text) if len(text) <= LONGEST_TEXT else None
    if match is None:
        raise NotASpan("not-a-duration", text)
    years, months, days, weeks, clock, hours, minutes, seconds = match.groups()
    if not any(part is not None for part in (years, months, days, weeks, hours, minutes, seconds)):
        raise NotASpan("not-a-duration", text)
    if clock and not (hours or minutes or seconds):
        raise NotASpan("not-a-duration", text)
    return Duration(
        months=12 * int(years or 0) + int(months or 0),
        days=int(days or 0) + 7 * int(weeks or 0),
        seconds=3600 * int(hours or 0) + 60 * int(minutes or 0) + int(seconds or 0),
        clock=clock is not None,
        text=text,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """Days that come again (RFC 5545): FREQ, INTERVAL, BYMONTH, BYMONTHDAY, BYDAY, counted from a first day.

    `weekdays` are pairs of an ordinal (0 for every) and a weekday from Monday 0.
    """

    frequency: Frequency
    interval: int = 1
    months: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    weekdays: frozenset[tuple[int, int]] = frozenset()
    text: str

    def occurs(self, day: date, *, start: date) -> bool:
        """Whether this is one of the dates, counted from `start`."""
        return day >= start and self._aligned(day, start) and self._fits(day, start)

    def dates(self, *, start: date, after: date | None = None, until: date | None = None) -> Iterator[date]:
        """The dates in order from `start`, later than `after`, up to and with `until`."""
        first = start if after is None else max(start, after + timedelta(days=1))
        last = until or date(min(first.year + MOST_YEARS, date.max.year), 12, 31)
        for begin, end in self._units(first, last, start):
            yield from self._within(max(begin, first), min(end, last), start)

    def next(self, day: date, *, start: date) -> date | None:
        """The first date later than `day`, or None where none comes."""
        return None if day == date.max else next(self.dates(start=start, after=day), None)

    def _units(self, first: date, last: date, start: date) -> Iterator[tuple[date, date]]:
        unit: tuple[date, date] | None = _unit_of(self.frequency, first)
        while unit is not None and unit[0] <= last:
            if self._aligned(unit[1], start):
                yield unit
            unit = _unit_after(self.frequency, unit)

    def _within(self, begin: date, end: date, start: date) -> Iterator[date]:
        day = begin
        while day <= end:
            if self.months and day.month not in self.months:
                day = _last_of_month(day)
            elif day >= start and self._fits(day, start):
                yield day
            if day == date.max:
                return
            day += timedelta(days=1)

    def _aligned(self, day: date, start: date) -> bool:
        if self.frequency == "YEARLY":
            gone = day.year - start.year
        elif self.frequency == "MONTHLY":
            gone = 12 * (day.year - start.year) + day.month - start.month
        elif self.frequency == "WEEKLY":
            gone = (_monday(day) - _monday(start)) // 7
        else:
            gone = day.toordinal() - start.toordinal()
        return gone >= 0 and gone % self.interval == 0

    def _fits(self, day: date, start: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        if not self.month_days and not self.weekdays:
            return self._as_the_first(day, start)
        return self._fits_month_day(day) and self._fits_weekday(day)

    def _as_the_first(self, day: date, start: date) -> bool:
        """What the rule leaves open is taken from the first day (RFC 5545, 3.3.10)."""
        if self.frequency == "YEARLY":
            return day.day == start.day and (bool(self.months) or day.month == start.month)
        if self.frequency == "MONTHLY":
            return day.day == start.day
        return self.frequency == "DAILY" or day.weekday() == start.weekday()

    def _fits_month_day(self, day: date) -> bool:
        from_end = day.day - monthrange(day.year, day.month)[1] - 1
        return not self.month_days or day.day in self.month_days or from_end in self.month_days

    def _fits_weekday(self, day: date) -> bool:
        if not self.weekdays or (0, day.weekday()) in self.weekdays:
            return True
        whole_year = self.frequency == "YEARLY" and not self.months
        first = day.replace(month=1, day=1) if whole_year else day.replace(day=1)
        last = day.replace(month=12, day=31) if whole_year else _last_of_month(day)
        forward, backward = (day - first).days // 7 + 1, -((last - day).days // 7 + 1)
        return (forward, day.weekday()) in self.weekdays or (backward, day.weekday()) in self.weekdays


@lru_cache(maxsize=1024)
def read_recurrence(text: str) -> Recurrence:
    """`FREQ=…;INTERVAL=…;BYMONTH=…;BYMONTHDAY=…;BYDAY=…`, each at most once. Raises NotASpan."""
    parts = _parts(text)
    frequency = _FREQUENCIES.get(parts.pop("FREQ", ""))
    if frequency is None:
        raise NotASpan("not-a-recurrence", text)
    rule = Recurrence(
        frequency=frequency,
        interval=_whole(parts.pop("INTERVAL", "1"), 1, LONGEST_NUMBER, text),
        months=frozenset(_whole(part, 1, 12, text) for part in _listed(parts, "BYMONTH")),
        month_days=frozenset(_whole(part, -31, 31, text) for part in _listed(parts, "BYMONTHDAY")),
        weekdays=frozenset(_weekday(part, text) for part in _listed(parts, "BYDAY")),
        text=text,
    )
    if parts or not _sensible(rule):
        raise NotASpan("not-a-recurrence", text)
    return rule


def _parts(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(";")] if len(text) <= LONGEST_TEXT else []
    parts = {name: value for name, sign, value in pairs if sign and value}
    if not parts or len(parts) != len(pairs):
        raise NotASpan("not-a-recurrence", text)
    return parts


def _listed(parts: dict[str, str], name: str) -> list[str]:
    return parts.pop(name).split(",") if name in parts else []


def _whole(part: str, least: int, most: int, text: str) -> int:
    if not re.fullmatch(r"-?[1-9][0-9]{0,3}", part) or not least <= int(part) <= most:
        raise NotASpan("not-a-recurrence", text)
    return int(part)


def _weekday(part: str, text: str) -> tuple[int, int]:
    if part[-2:] not in _DAYS:
        raise NotASpan("not-a-recurrence", text)
    return (_whole(part[:-2], -53, 53, text) if part[:-2] else 0), _DAYS.index(part[-2:])


def _sensible(rule: Recurrence) -> bool:
    """Refuses what RFC 5545 gives no meaning, what its readers understand differently, and 30 February."""
    counted = {ordinal != 0 for ordinal, _ in rule.weekdays}
    if counted == {True, False} or (True in counted and rule.frequency in ("DAILY", "WEEKLY")):
        return False
    if rule.frequency == "WEEKLY" and rule.month_days:
        return False
    longest = max((29 if month == 2 else monthrange(2001, month)[1] for month in rule.months), default=31)
    return not rule.month_days or min(abs(day) for day in rule.month_days) <= longest


def _unit_of(frequency: Frequency, day: date) -> tuple[date, date]:
    if frequency == "YEARLY":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    if frequency == "MONTHLY":
        return day.replace(day=1), _last_of_month(day)
    if frequency == "WEEKLY":
        monday = _monday(day)
        return date.fromordinal(max(monday, 1)), date.fromordinal(min(monday + 6, date.max.toordinal()))
    return day, day


def _unit_after(frequency: Frequency, unit: tuple[date, date]) -> tuple[date, date] | None:
    return None if unit[1] == date.max else _unit_of(frequency, unit[1] + timedelta(days=1))


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _monday(day: date) -> int:
    return day.toordinal() - day.weekday()
