"""Duties that follow from facts: what is reported, or drafted, is large enough that a step is owed for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from comity.catalogue.program import Anchor, Owed, Setting
from comity.conduct.conditions import Touches, holds
from comity.conduct.duties import Duty
from comity.conduct.facts import Fact
from comity.conduct.measure_terms import MeasureTerms
from comity.conduct.moments import Stretch, reach, read_anchor
from comity.conduct.rules import Rules, rules_of
from comity.conduct.time import Edge, Point


class Cited(NamedTuple):
    """The act of the owed step that cites a fact, and when it was signed."""

    act: str
    at: datetime


def owed_duties(
    terms: MeasureTerms,
    facts: Iterable[Fact],
    *,
    fulfilled: Mapping[tuple[str, str], Cited],
    before: Mapping[tuple[str, str], Fact],
    touches: Touches,
) -> Iterator[Duty]:
    """Every duty these facts bring about, in the order of the facts.

    The facts may include drafts, so that a party sees its duty before anyone else. `fulfilled` gives, by step and act of
    the fact, the act that cites it; `before` the fact as last reported, by party and key.
    """
    rules = rules_of(terms)
    for fact in facts:
        earlier = before.get((fact.party, fact.key))
        for owed in terms.procedure.owed.values():
            asked = fact.kind == owed.fact and owed.step in rules.steps and fact.party in terms.parties
            if asked and _applies(owed, fact, earlier, terms, touches):
                duty = _duty(owed, fact, rules, fulfilled.get((owed.step, fact.act)))
                if duty is not None:
                    yield duty


def _applies(owed: Owed, fact: Fact, before: Fact | None, terms: MeasureTerms, touches: Touches) -> bool:
    if owed.condition is None:
        return True
    slot = owed.condition
    condition = terms.value(slot.name, fact.party) if isinstance(slot, Setting) else slot
    return isinstance(condition, Mapping) and holds(condition, fact, before=before, touches=touches)


def _duty(owed: Owed, fact: Fact, rules: Rules, done: Cited | None) -> Duty | None:
    def find(anchor: Anchor) -> Point | Stretch | None:
        return _anchor(anchor, fact)

    reached = reach(owed.due, Edge.DEADLINE, fact.party, rules, find)
    if reached is None:
        return None
    return Duty(
        key=f"{rules.terms.chain}/{rules.terms.measure}/{owed.name}/{fact.party}/{fact.act}{fact.path}",
        case="",
        step=owed.step,
        owner=fact.party,
        to=frozenset(rules.terms.parties) - {fact.party},
        since=fact.act,
        due=reached.at,
        done_by=done.act if done else None,
        done_at=done.at if done else None,
    )


def _anchor(anchor: Anchor, fact: Fact) -> Point | Stretch | None:
    if anchor.kind != "fact":
        return None
    if anchor.field == "at":
        return fact.at
    named = {"begins": fact.begins, "ends": fact.ends}.get(anchor.field or "")
    return read_anchor(named if named is not None else fact.fields.get(anchor.field or ""))
