"""Quotas: how often something was asked, and how often the terms foresee. Shown before one asks; never a bar.

No node may see every case, so a count is what this participant can know (spec/procedure.md, Quotas).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from comity.catalogue.program import Quota, Setting, Value
from comity.conduct.case import Case
from comity.conduct.measure_terms import MeasureTerms
from comity.conduct.rules import rules_of

Reported = Callable[[str, str], int]
"""How many facts of a kind (`object`) a party last reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One request as it counts: who held each role of the quota, when it was made, how and when its case ended."""

    act: str
    roles: Mapping[str, frozenset[str]]
    at: datetime
    outcome: str | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How much of a quota is used. `above` is a fact to show, and an agreed reason to say no; nothing is barred."""

    quota: str
    used: int
    limit: int

    @property
    def above(self) -> bool:
        return self.used > self.limit


def uses(case: Case, quota: Quota, now: datetime) -> tuple[Use, ...]:
    """The requests of one case that count towards a quota."""
    outcome = case.outcome(now)
    word, ended = (outcome.word, outcome.at) if outcome else (None, None)
    found = []
    for act in case.tables.all_of(quota.counts):
        taking = case.tables.takings[act]
        roles = {role: case.tables.holders((role,), act, taking.period) for role in quota.per}
        found.append(Use(act=act, roles=roles, at=taking.at, outcome=word, ended=ended))
    return tuple(found)


def usage(quota: Quota, terms: MeasureTerms, held: Iterable[Use], *, of: Mapping[str, str], at: datetime, reported: Reported) -> Usage:
    """The quota at `at` for these holders of its roles (`of`), the request made at `at` included if it is among `held`."""
    owner = of[quota.per[0]]
    spared = _words(quota.spared, terms, owner)
    counted = [
        use for use in held
        if use.outcome not in spared
        and all(of[role] in use.roles.get(role, frozenset()) for role in quota.per)
        and _within(quota, terms, use, at)
    ]  # fmt: skip
    return Usage(quota=quota.name, used=len(counted), limit=limit(quota, terms, owner, reported))


def limit(quota: Quota, terms: MeasureTerms, owner: str, reported: Reported, depth: int = 0) -> int:
    """A number, or a percentage of what the owner reported or of another quota, rounded down, with `at_least`."""
    slot = quota.limit
    value: object = terms.value(slot.name, owner) if isinstance(slot, Setting) else slot
    if isinstance(value, int):
        return value
    if not isinstance(value, Mapping) or depth > len(terms.procedure.quotas):
        return 0
    of, percent, least = value.get("of"), value.get("percent"), value.get("at_least", 0)
    other = terms.procedure.quotas.get(str(of))
    base = limit(other, terms, owner, reported, depth + 1) if other else reported(str(of), owner)
    share = base * percent // 100 if isinstance(percent, int) else 0
    return max(share, least if isinstance(least, int) else 0)


def _within(quota: Quota, terms: MeasureTerms, use: Use, at: datetime) -> bool:
    if quota.within == "open":
        return use.at <= at and (use.ended is None or use.ended > at)
    first, following = _span(quota, terms, at.date())
    return first <= use.at.date() < following if following else first <= use.at.date()


def _span(quota: Quota, terms: MeasureTerms, day: date) -> tuple[date, date | None]:
    """From the last date of the recurrence up to the next."""
    rules = rules_of(terms)
    rule = rules.recurrence(quota.within)
    if rule is None:
        return date.min, None
    earlier = list(rule.dates(start=rules.start, until=day))
    first = earlier[-1] if earlier else rules.start - timedelta(days=1)
    return first, rule.next(day, start=rules.start)


def _words(slot: tuple[str, ...] | Setting, terms: MeasureTerms, owner: str) -> frozenset[str]:
    value: Value | tuple[str, ...] = terms.value(slot.name, owner) if isinstance(slot, Setting) else slot
    return frozenset(str(word) for word in value) if isinstance(value, list | tuple) else frozenset()
