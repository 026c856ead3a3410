"""Which cases there are: those a calendar opens, those a participant may open, what their ids are, who takes part."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from comity.catalogue.program import Kind
from comity.conduct.measure_terms import MeasureTerms
from comity.conduct.moments import reach
from comity.conduct.possible import open_choices
from comity.conduct.rules import rules_of
from comity.conduct.statements import Possible
from comity.conduct.time import Edge, at_edge, distance
from comity.protocol.canonical import encode


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarCase:
    """A case that nobody opens: it is there from `opens` on. `valid` is the moment from which its content counts."""

    id: str
    period: date | None
    opens: datetime
    valid: datetime | None = None


def calendar_cases(terms: MeasureTerms, until: datetime) -> Iterator[CalendarCase]:
    """The calendar and standing cases of these terms that are open by `until`, in order."""
    calendar, rules = terms.procedure.calendar, rules_of(terms)
    if calendar is None or not rules.chosen(calendar.when):
        return
    if calendar.once:
        if terms.in_force_from <= until:
            yield CalendarCase(id=case_id(terms, period=None), period=None, opens=terms.in_force_from)
        return
    rule, lead = rules.recurrence(calendar.every), rules.duration(calendar.lead, None)
    for day in rule.dates(start=rules.start) if rule else ():
        start = at_edge(day, Edge.BEGINNING)
        before = distance(day, lead, edge=Edge.BEGINNING, back=True) if lead else None
        opens = max(before or start, terms.in_force_from)
        if opens > until:
            return
        yield CalendarCase(id=case_id(terms, period=day), period=day, opens=opens, valid=_valid(terms, day))


def _valid(terms: MeasureTerms, day: date) -> datetime | None:
    calendar = terms.procedure.calendar
    if calendar is None or calendar.valid is None:
        return None

    found = reach((calendar.valid,), Edge.BEGINNING, "", rules_of(terms), lambda anchor: day if anchor.kind == "period" else None)
    return found.at if found else None


def case_id(terms: MeasureTerms, *, period: date | None = None, salt: str = "", opener: str = "") -> str:
    """SHA-256 over a tag and the canonical list of chain, procedure, measure and the period; or the opening act's salt and its author.

    The author stands in it, so that nobody who has seen a case can be taken for the one who opened it.
    """
    about = [period.isoformat()] if period else [salt, opener] if salt else [""]
    return hashlib.sha256(b"comity-case-v1\n" + encode([terms.chain, terms.procedure.id, terms.measure, *about])).hexdigest()


def participants(terms: MeasureTerms) -> frozenset[str]:
    """Who takes part in a calendar or standing case: the parties, and whom the terms name for a role of the procedure."""
    roles = terms.procedure.roles
    asked = {name for name, role in roles.items() if any(_from_terms(kind) for kind in role.ways.values())}
    return frozenset(terms.parties).union(*(terms.roles.get(name, ()) for name in asked))


def opening_steps(terms: MeasureTerms, party: str, now: datetime) -> tuple[Possible, ...]:
    """The steps with which this party may open a case now; `to` are the addressees where the sender does not choose."""
    rules = rules_of(terms)
    if party not in terms.parties or now < terms.in_force_from.astimezone(UTC):
        return ()
    found = []
    for step in rules.steps.values():
        if step.opens:
            narrow = bool(step.to) and "every other" not in step.to
            to = frozenset(terms.parties) - {party}
            found.append(
                Possible(
                    step=step.name, choices=open_choices(step), to=to, chosen=narrow, release=step.release, cites=step.cites
                )
            )
    return tuple(found)


def _from_terms(kind: Kind) -> bool:
    return kind.kind == "terms"
