"""Drawings of time: notice agreed, notice given and the activity as bars; and how much of a time agreed has run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from comity.site.pages import dates

WIDTH = 360
LEFT, RIGHT = 6, 354
DATE_WIDTH = 68
"""What a date needs under the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    x: float
    width: float
    y: int
    height: int
    look: str
    words: str
    words_x: float
    words_y: int
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    x: float
    words: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    title: str
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]


class _Scale:
    """Days to places; from the right in a language that is written so."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.days = first, max(1, (last - first).days)
        self.rtl = get_language_bidi()

    def x(self, day: date) -> float:
        share = (day - self.first).days / self.days
        place = LEFT + share * (RIGHT - LEFT)
        return round(WIDTH - place if self.rtl else place, 1)

    def span(self, first: date, last: date) -> tuple[float, float]:
        ends = sorted((self.x(first), self.x(last)))
        return ends[0], round(max(2.0, ends[1] - ends[0]), 1)


def notice_bars(*, deadline: date, given: date, begins: date, ends: date, agreed_words: str, given_words: str) -> Bars:
    """Three bars under each other: the notice agreed (from its last day), the notice given, the activity itself."""
    scale = _Scale(min(deadline, given), max(ends, begins) + timedelta(days=1))
    after, length = ends + timedelta(days=1), dates.span(ends - begins + timedelta(days=1))
    bars = (
        _bar(scale, min(deadline, begins), begins, _("agreed notice: %(span)s") % {"span": agreed_words}, y=22, look="bar-b"),
        _bar(scale, min(given, begins), begins, _("notice given: %(span)s") % {"span": given_words}, y=51, look="bar-a"),
        _bar(scale, begins, after, _("activity: %(span)s") % {"span": length}, y=80, look="bar-a"),
    )
    said = {"agreed": agreed_words, "deadline": dates.long(deadline), "given": given_words, "at": dates.long(given)}
    said |= {"begins": dates.long(begins), "ends": dates.long(ends)}
    title = (
        _("Notice agreed: %(agreed)s, from %(deadline)s. Notice given: %(given)s, from %(at)s. Activity: %(begins)s to %(ends)s.") % said
    )
    return Bars(title=title, bars=bars, marks=_marks(scale, (deadline, given, begins, ends)))


def _bar(scale: _Scale, first: date, last: date, words: str, *, y: int, look: str) -> Bar:
    """Words stand above their bar: from its beginning, or up to its end where it begins in the second half."""
    x, width = scale.span(first, last)
    begin, end = (x + width, x) if scale.rtl else (x, x + width)
    late = begin < WIDTH / 2 if scale.rtl else begin > WIDTH / 2
    place, anchor = (end, "end") if late else (begin, "start")
    return Bar(x=x, width=width, y=y, height=12, look=look, words=words, words_x=round(place, 1), words_y=y - 5, anchor=anchor)


def _marks(scale: _Scale, days: tuple[date, ...]) -> tuple[Mark, ...]:
    """Dates under the line, those left out that would stand on another."""
    found: list[Mark] = []
    for day in dict.fromkeys(sorted(days)):
        mark = _mark(scale, day)
        if all(abs(mark.x - other.x) > DATE_WIDTH for other in found):
            found.append(mark)
    return tuple(found)


def _mark(scale: _Scale, day: date) -> Mark:
    """A date at the edge is written inwards. In Arabic the second name of the month stands alone, as on every axis."""
    x, words = scale.x(day), dates.short(day)
    first, slash, second = words.partition("/")
    short = f"{day.day} {second}" if slash and first else words
    from_start = WIDTH - x if scale.rtl else x
    anchor = "start" if from_start < DATE_WIDTH / 2 else "end" if from_start > WIDTH - DATE_WIDTH / 2 else "middle"
    return Mark(x=x, words=short, anchor=anchor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A time agreed that runs: in words, and as the share of it that has passed (0 to 100)."""

    owner: str
    step: str
    begins: datetime
    due: datetime
    left: str
    share: int
    over: bool
    agreed: str
    where: str


def running(*, owner: str, step: str, begins: datetime, due: datetime, now: datetime, where: str) -> Running:
    whole = (due - begins).total_seconds() or 1
    share = min(100, max(0, round((now - begins).total_seconds() * 100 / whole)))
    return Running(
        owner=owner,
        step=step,
        begins=begins,
        due=due,
        left=dates.span(abs(due - now)),
        share=share,
        over=now > due,
        agreed=hours(due - begins),
        where=where,
    )


def hours(length: timedelta) -> str:
    """'48 hours': short times agreed are written in hours up to three days."""
    from django.utils.translation import ngettext

    whole = int(length.total_seconds()) // 3600
    return ngettext("%(count)s hour", "%(count)s hours", whole) % {"count": whole} if whole <= 72 else dates.span(length)
