"""A procedure as a value: what a diplomat reads in YAML, ready for the interpreter in `conduct` (spec/procedure.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Value = None | bool | int | str | list["Value"] | dict[str, "Value"]
"""What canonical JSON can hold; the same set as `comity.protocol.canonical.Value`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The name of a parameter, written where a duration, recurrence, number, condition or list was expected."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What the terms fill in. Without a default the terms must."""

    name: str
    schema: Mapping[str, Value]

    @property
    def required(self) -> bool:
        return "default" not in self.schema

    @property
    def default(self) -> Value:
        return self.schema.get("default")

    @property
    def format(self) -> str | None:
        form = self.schema.get("format")
        return form if isinstance(form, str) else None

    @property
    def options(self) -> tuple[Value, ...]:
        enum = self.schema.get("enum")
        return tuple(enum) if isinstance(enum, list) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A step, and one of its choices where that is meant: `decide`, `decide.granted`."""

    step: str
    choice: str | None = None

    def __str__(self) -> str:
        return f"{self.step}.{self.choice}" if self.choice else self.step


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """One thing that must stand first: `accept`, `own accept`, `all commit`, `plan is agreed`."""

    word: Word
    whose: Literal["any", "own", "all"] = "any"
    settled: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """What a moment is counted from. `kind` is `step`, `opening`, `period` or `fact`; a field may narrow a step."""

    kind: Literal["step", "opening", "period", "fact"]
    word: Word | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An anchor and a distance, or the next date of a recurrence. Of several anchors the latest counts."""

    direction: Literal["after", "before"]
    anchors: tuple[Anchor, ...]
    by: str | Setting | None = None
    next: str | Setting | None = None
    working: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The outcome of a thread or case: at once, or when `every` holder has said so to the same act."""

    word: str
    every: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One way of holding a role."""

    kind: Literal["opener", "named", "every", "other", "terms", "takers", "turns", "touched", "authors", "concerned"]
    words: tuple[Word, ...] = ()
    schedule: str | Setting | None = None
    field: str | None = None
    otherwise: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Who takes part. `ways` gives the kind for each way of opening, under `None` where it is the same for all."""

    name: str
    ways: Mapping[str | None, Kind]

    def kind(self, way: str) -> Kind | None:
        """`way` is the opening step, or `calendar`."""
        return self.ways.get(way, self.ways.get(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the things a step can say."""

    name: str
    form: str | None = None
    due: tuple[Moment, ...] = ()
    reasons: tuple[str, ...] | Setting | None = None
    ends: Ending | None = None
    settles: Ending | None = None
    deemed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something a participant may or must do. See spec/procedure.md for each key."""

    name: str
    by: tuple[str, ...]
    to: tuple[str, ...] = ()
    release: Literal["two", "one", "node"] = "two"
    crossed: str = "neither"
    form: str | None = None
    choices: Mapping[str, Choice]
    opens: bool = False
    after: tuple[tuple[Atom, ...], ...] = ()
    answers: tuple[Word, ...] = ()
    answers_any: bool = False
    every: str | Setting | None = None
    repeat: bool = False
    when: Mapping[str, tuple[Value, ...]]
    due: tuple[Moment, ...] = ()
    timely: tuple[Moment, ...] = ()
    begins: Moment | None = None
    until: Moment | None = None
    unless: tuple[Word, ...] = ()
    silence: str | Setting | None = None
    deemed: bool = False
    settles: Ending | None = None
    ends: Ending | None = None
    amends: str | None = None
    voids: str | None = None
    reveals: Word | None = None
    cites: bool = False
    reasons: tuple[str, ...] | Setting | None = None
    part: str | None = None

    @property
    def answering(self) -> bool:
        return bool(self.answers) or self.answers_any


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """`every` recurrence one case a date, or `once` when the terms come into force."""

    every: str | Setting | None = None
    once: bool = False
    lead: str | Setting | None = None
    valid: Moment | None = None
    when: Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The moment at which a case closes by itself, and as what."""

    moment: Moment
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How often something may be asked. `per` names roles; `within` is a recurrence, or `open` for at the same time."""

    name: str
    counts: Word
    per: tuple[str, ...]
    within: str | Setting
    limit: int | Setting | Mapping[str, Value]
    spared: tuple[str, ...] | Setting = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A duty that follows from a fact."""

    name: str
    fact: str
    condition: Mapping[str, Value] | Setting | None
    step: str
    due: tuple[Moment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """The agreed program. `record` is its canonical form with its parts inside; `hash` is over the bytes of `record`."""

    id: str
    title: str
    roles: Mapping[str, Role]
    parameters: Mapping[str, Parameter]
    calendar: Calendar | None
    standing: bool
    closes: Closing | None
    steps: Mapping[str, Step]
    quotas: Mapping[str, Quota]
    owed: Mapping[str, Owed]
    limits: tuple[Mapping[str, Value], ...] | Setting | None
    record: Mapping[str, Value]
    hash: str
