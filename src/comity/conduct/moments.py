"""Moments of a procedure resolved: which anchor, how far, to which edge of the day (spec/procedure.md, Moments)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from comity.catalogue.program import Anchor, Moment, Value
from comity.catalogue.spans import Duration
from comity.conduct.rules import Rules
from comity.conduct.time import Edge, Point, at_edge, between, distance, next_date, read_point

Find = Callable[[Anchor], "Point | Stretch | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A vague date (`2027`, `2027-05`): somewhere from its first day to its last."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A moment with what it was counted from and by. `agreed` is None for the next date of a recurrence."""

    at: datetime
    anchor: Point
    agreed: Duration | None
    moment: Moment


_VAGUE = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2]))?")


def read_anchor(value: Value) -> Point | Stretch | None:
    """A time, a day or a vague date, as forms write them."""
    found = read_point(value)
    if found is not None or not isinstance(value, str) or not (match := _VAGUE.fullmatch(value)):
        return found
    year, month = int(match[1]), int(match[2] or 0)
    if year == 0:
        return None
    last = month or 12
    return Stretch(first=date(year, month or 1, 1), last=date(year, last, monthrange(year, last)[1]))


def reach(moments: Iterable[Moment], edge: Edge, party: str, rules: Rules, find: Find) -> Reached | None:
    """The first of these moments whose anchor exists, for that party."""
    for moment in moments:
        found = _reach(moment, edge, party, rules, find)
        if found is not None:
            return found
    return None


def _reach(moment: Moment, edge: Edge, party: str, rules: Rules, find: Find) -> Reached | None:
    points = [point for anchor in moment.anchors if (point := _sharp(find(anchor), moment, edge)) is not None]
    if not points:
        return None
    anchor = max(points, key=lambda point: point if isinstance(point, datetime) else at_edge(point, edge))
    if moment.next is not None:
        rule = rules.recurrence(moment.next)
        at = next_date(anchor, rule, start=rules.start, edge=edge) if rule else None
        return None if at is None else Reached(at=at, anchor=anchor, agreed=None, moment=moment)
    agreed = rules.duration(moment.by, party)
    if agreed is None:
        return None
    off = rules.terms.off(party) if moment.working else None
    back = moment.direction == "before"
    reached = distance(anchor, agreed, edge=edge, back=back, working=off)
    return None if reached is None else Reached(at=reached, anchor=anchor, agreed=agreed, moment=moment)


def _sharp(point: Point | Stretch | None, moment: Moment, edge: Edge) -> Point | None:
    """A vague date is taken at its last day for a deadline after it and at its first for a beginning.

    Nothing is counted back from it: how much notice was given of 'some day in May' is not known.
    """
    if not isinstance(point, Stretch):
        return point
    if moment.direction == "before":
        return None
    return point.last if edge is Edge.DEADLINE else point.first


def given(at: datetime, reached: Reached, party: str, rules: Rules) -> Duration | None:
    """The notice that was given, in the unit of the notice agreed; None where the moment is not a distance before."""
    if reached.agreed is None or reached.moment.direction != "before":
        return None
    off = rules.terms.off(party) if reached.moment.working else None
    return between(at, reached.anchor, like=reached.agreed, off=off)


