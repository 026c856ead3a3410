"""Conditions over facts: `{any: [tests], except: [tests]}`, as terms state thresholds (spec/procedure.md, Conditions).

A condition is data, two levels deep: no arithmetic between fields, no negation beyond `except`. What a fact does not
say fulfils no test: nothing is assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from comity.catalogue.program import Value
from comity.conduct.facts import Change, Fact

Touches = Callable[[Fact, Value, int], bool]
"""Whether the place of a fact touches a shape, widened by so many metres."""


def holds(condition: Mapping[str, Value], fact: Fact, *, before: Fact | None, touches: Touches) -> bool:
    """Whether one of `any` is met and none of `except`. `before` is the same thing as last reported, if it was."""
    asked = _tests(condition.get("any"))
    spared = _tests(condition.get("except"))
    met = any(_met(test, fact, before, touches) for test in asked)
    return met and not any(_met(test, fact, before, touches) for test in spared)


def _tests(value: Value) -> list[Mapping[str, Value]]:
    return [test for test in value if isinstance(test, dict)] if isinstance(value, list) else []


def _met(test: Mapping[str, Value], fact: Fact, before: Fact | None, touches: Touches) -> bool:
    if "changes" in test:
        return before is not None and _changed(str(test["changes"]), test.get("percent"), fact, before)
    if "touches" in test:
        buffer = test.get("buffer", 0)
        return touches(fact, test["touches"], buffer if isinstance(buffer, int) else 0)
    value = fact.amounts.get(str(test["category"])) if "category" in test else fact.fields.get(str(test.get("field")))
    if value is None:
        return False
    if "at_least" in test:
        return _at_least(value, test["at_least"])
    if "is" in test:
        return bool(value == test["is"]) and isinstance(value, bool) == isinstance(test["is"], bool)
    listed = test.get("in")
    said = value if isinstance(value, list) else [value]
    return isinstance(listed, list) and any(item in listed for item in said)


def _changed(name: str, percent: Value, fact: Fact, before: Fact) -> bool:
    """Whether any figure moved by at least so many percent of what it was."""
    if not isinstance(percent, int):
        return False
    if name == "amounts":
        names = {*fact.amounts, *before.amounts}
        pairs = [(before.amounts.get(one), fact.amounts.get(one)) for one in names]
    else:
        pairs = [(before.fields.get(name), fact.fields.get(name))]
    return any(Change(old=_number(old), new=_number(new)).reaches(percent) for old, new in pairs)


def _at_least(value: object, least: Value) -> bool:
    found, bound = _number(value), _number(least)
    return found is not None and bound is not None and found >= bound


def _number(value: object) -> Decimal | None:
    """Whole numbers, and amounts as decimal text."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
