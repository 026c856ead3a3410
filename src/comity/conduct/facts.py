"""What forms say: activities, units, holdings, contingents, incidents, as flat facts that conditions and limits read.

A fact keeps where it was said (act, path, line), so that a question can be asked about its very figure. Nothing is
added: what a form leaves out is absent from the fact, and a vague date stays vague.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from comity.catalogue.form import Form, Schema

_WHOLE = ("coordinates", "area", "amount")
"""Objects that are one value for people, and so for facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing said by one party in one act.

    `key` names the same thing in every report of that party: a record number, a reference, else the act and path.
    `fields` is flat: `personnel`, `tanks`, `no_warning`, `kinds`, `begins`. `amounts` are its counts by category.
    `place` is a shape (`{"shape": …}`) or a point (`{"lat", "lon"}`, 1e-7 degree). `begins` and `ends` are dates that
    may be vague. `at` is the time inside the act (UTC).
    """

    kind: str
    party: str
    act: str
    path: str
    key: str
    at: datetime
    form: str
    line: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    amounts: Mapping[str, int] = field(default_factory=dict)
    place: Mapping[str, Any] | None = None
    begins: str | None = None
    ends: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All facts of one act. `replaces`: the kinds of which it states all there is, so that earlier ones no longer stand."""

    party: str
    act: str
    at: datetime
    form: str
    facts: tuple[Fact, ...]
    replaces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A figure then and now. `percent` is of the old figure; None where that was nothing or was not given."""

    old: Decimal | None
    new: Decimal | None

    @property
    def amount(self) -> Decimal:
        return (self.new or Decimal(0)) - (self.old or Decimal(0))

    @property
    def percent(self) -> Fraction | None:
        return Fraction(self.amount) * 100 / Fraction(abs(self.old)) if self.old else None

    def reaches(self, percent: int) -> bool:
        """Whether the figure moved by at least so many percent. From nothing to something always does."""
        return self.amount != 0 and (self.percent is None or abs(self.percent) >= percent)


def facts(form: Form, data: Mapping[str, Any], author: str, act: str, at: datetime) -> tuple[Fact, ...]:
    """The facts that valid data of a form states, in the order of the form. `author` is the party."""
    reader = _Reader(form=form, party=author, act=act, at=at)
    return tuple(reader.read("", form.schema, data, None))


def report(form: Form, data: Mapping[str, Any], author: str, act: str, at: datetime) -> Report:
    """The facts of an act with what they replace: a complete report of forces ends what earlier ones listed."""
    complete = data.get("extent", "complete") == "complete"
    replaced = frozenset(_replaced(form, data)) if complete else frozenset()
    return Report(party=author, act=act, at=at, form=form.id, facts=facts(form, data, author, act, at), replaces=replaced)


def standing(reports: Iterable[Report]) -> tuple[Fact, ...]:
    """The facts that stand after these reports: of each party, kind and key the latest, without what was replaced.

    Reports count by the time inside the act, then by its id, whatever order they come in.
    """
    held: dict[tuple[str, str, str], Fact] = {}
    for one in sorted(reports, key=lambda said: (said.at, said.act)):
        gone = [key for key, fact in held.items() if _ended(fact, one)]
        for key in gone:
            del held[key]
        held.update({(fact.party, fact.kind, fact.key): fact for fact in one.facts})
    return tuple(held.values())


def changes(fact: Fact, before: Fact | None) -> dict[str, Change]:
    """The categories whose count differs from the fact last reported; every category, if there was none."""
    old = before.amounts if before else {}
    both = {name: (old.get(name), fact.amounts.get(name)) for name in (*fact.amounts, *old)}
    return {name: Change(old=_decimal(was), new=_decimal(now)) for name, (was, now) in both.items() if was != now}


def _decimal(count: int | None) -> Decimal | None:
    return None if count is None else Decimal(count)


def _ended(fact: Fact, by: Report) -> bool:
    return fact.party == by.party and fact.form == by.form and fact.kind in by.replaces


def _replaced(form: Form, data: Mapping[str, Any]) -> Iterator[str]:
    for name, node in form.fields(form.schema):
        if node.get("x-complete") and name in data:
            items = form.resolve(node["items"])
            inner = (said.get("x-fact") for _, said in form.fields(items))
            yield from (kind for kind in (items.get("x-fact"), *inner) if kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    form: Form
    party: str
    act: str
    at: datetime

    def read(self, path: str, node: Schema, value: Any, around: Fact | None, *, key: str | None = None) -> Iterator[Fact]:
        node = self.form.resolve(node)
        if isinstance(value, list) and "items" in node:
            for index, item in enumerate(value):
                named = _row_key(node, item)
                yield from self.read(f"{path}/{index}", node["items"], item, around, key=named)
        elif isinstance(value, Mapping) and node.get("x-widget") not in _WHOLE:
            if "x-fact" in node:
                around = self.fact(path, node, value, around=around, key=key)
                yield around
            for name, inner in self.form.fields(node):
                if name in value and not isinstance(value[name], (str, int)):
                    yield from self.read(f"{path}/{name}", inner, value[name], around)

    def fact(self, path: str, node: Schema, value: Mapping[str, Any], *, around: Fact | None, key: str | None) -> Fact:
        found, amounts = self.flat(node, value)
        outer = around or Fact(kind="", party="", act="", path="", key="", at=self.at, form="")
        return Fact(
            kind=node["x-fact"],
            party=self.party,
            act=self.act,
            path=path,
            key=key or outer.key or str(value.get("reference") or self.act + path),
            at=self.at,
            form=self.form.id,
            line=value.get("line", outer.line),
            fields=found,
            amounts=amounts,
            place=value.get("area") or value.get("location") or outer.place,
            begins=value.get("begins", outer.begins),
            ends=value.get("ends", outer.ends),
        )

    def flat(self, node: Schema, value: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, int]]:
        found: dict[str, Any] = {}
        amounts: dict[str, int] = {}
        for name, inner in self.form.fields(node):
            if name not in value or "x-rows" in inner or inner.get("x-widget") in ("coordinates", "area"):
                continue
            if inner.get("x-amounts") is True:
                amounts.update(value[name])
            elif "properties" in inner:
                found.update({f"{name}_{part}": said for part, said in value[name].items()})
            else:
                found[name] = value[name]
        amounts.update(_own_amounts(node, value))
        return {**amounts, **found}, amounts


def _own_amounts(node: Schema, value: Mapping[str, Any]) -> dict[str, int]:
    said = node.get("x-amounts")
    if said is True:
        return dict(value)
    return {value[said[0]]: value[said[1]]} if said and set(said) <= set(value) else {}


def _row_key(node: Schema, row: Any) -> str | None:
    parts = [str(row.get(name, "")) for name in node.get("x-rows", [])] if isinstance(row, Mapping) else []
    return "/".join(parts) if any(parts) else None
