"""What a case reads and what it answers: statements in, standings, timings and changes out. Data only, no sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from comity.catalogue.program import Value
from comity.catalogue.spans import Duration
from comity.conduct.time import Point

if TYPE_CHECKING:
    from comity.conduct.duties import Duty

NOTHING: Mapping[str, Value] = MappingProxyType({})


class Cited(NamedTuple):
    """A reference of one act to another (protocol.md, Records). All relations but `cites` order the fold."""

    rel: str
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One act as a fold sees it.

    `author` and `to` are parties. `at` is the signed time, UTC. `kind` is `step`, `taken-as` or `settle`. In a
    `taken-as`, `data["holder"]` is the silent party and `step` and `choice` what its silence means. In a `settle`,
    `data["stands"]` is the act that shall stand, or None for neither. `data["reason"]` is the reason given, where a step
    lists reasons. `after` is the one relation beside those of protocol.md: 'I held this when I wrote'. `part` is which part of how
    many, where a report is too long for one act.
    """

    id: str
    author: str
    to: frozenset[str]
    at: datetime
    kind: str = "step"
    terms: str = ""
    case: str = ""
    refs: tuple[Cited, ...] = ()
    measure: str = ""
    step: str = ""
    choice: str | None = None
    period: date | None = None
    form: str | None = None
    data: Mapping[str, Value] = field(default_factory=lambda: NOTHING)
    part: tuple[int, int] | None = None

    @property
    def piece(self) -> bool:
        """A part of a report that is not its last: it moves nothing, the last one does."""
        return self.part is not None and self.part[0] < self.part[1]

    @property
    def needs(self) -> tuple[str, ...]:
        """The acts that must be held before this one is folded."""
        return tuple(cited.act for cited in self.refs if cited.rel != "cites")

    def cited(self, *relations: str) -> str | None:
        """The first act cited under the first of these relations that is used."""
        for relation in relations:
            for rel, act in self.refs:
                if rel == relation:
                    return act
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an act is out of turn: a permanent code, and the words and acts it rests on."""

    code: str
    words: tuple[str, ...] = ()


State = Literal["in-turn", "irregular", "crossed", "withdrawn", "set-aside", "waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an act stands. `waiting` lists its unknown references in `reasons`; `withdrawn` names the withdrawing act."""

    state: State
    reasons: tuple[Reason, ...] = ()


IN_TURN = Standing(state="in-turn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """A step as taken: by a statement of its holder, or deemed by a `taken-as` of someone else."""

    act: str
    step: str
    choice: str | None
    holder: str
    thread: str | None
    period: date | None
    at: datetime
    deemed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One moment an act was judged by, with the values that held then. Late is a fact, never a fault.

    `kind` is `due` (owed by then) or `timely` (not owed). `anchor` and `agreed` are what the moment was counted from, where
    it is a distance before a date: then `given` is the same distance as it came out, in the same unit.
    """

    kind: Literal["due", "timely"]
    moment: datetime
    late: bool
    at: datetime
    anchor: Point | None = None
    agreed: Duration | None = None
    given: Duration | None = None
    working: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """'Notice: 12 days. Agreed: 42 days.' `deadline` was the last moment in time; `anchor` what was given notice of."""

    given: Duration
    agreed: Duration
    anchor: Point
    deadline: datetime
    short: bool
    working: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a case ended: the word, when, and by which act; without an act it closed by itself."""

    word: str
    at: datetime
    act: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Acts that did not know of each other and compete: none moves the thread until all their authors agree which stands."""

    acts: tuple[str, ...]
    thread: str | None
    settled: bool = False
    stands: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """Something a participant may do now.

    `kind` is `step`, `taken-as` (then `holder` is the silent party) or `settle` (then `answers` is one of the crossed acts).
    `choices` pairs each choice with its form name; without choices the one pair is (None, form). `answers` is the act
    answered. `to` are the addressees in this case; `aside` means that the act belongs to a case of its own with fewer, and
    `chosen` that the sender names them. `due` is when the duty behind it falls, if there is one.
    """

    step: str
    kind: Literal["step", "taken-as", "settle"] = "step"
    choices: tuple[tuple[str | None, str | None], ...] = ()
    answers: str | None = None
    period: date | None = None
    holder: str | None = None
    to: frozenset[str] = frozenset()
    chosen: bool = False
    aside: bool = False
    release: str = "two"
    cites: bool = False
    reasons: tuple[str, ...] = ()
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an act would be, had it been sent: nothing of it is kept."""

    standing: Standing
    timings: tuple[Timing, ...] = ()
    notice: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one more act changed. A projection that applies every change in turn equals the case.

    `duties` are those opened or changed, each as it now is; `gone` the keys of those that exist no longer. `standings`
    are acts whose standing is new, `folded` those that had waited and were taken in now.
    """

    duties: tuple[Duty, ...] = ()
    gone: tuple[str, ...] = ()
    standings: Mapping[str, Standing] = field(default_factory=dict)
    folded: tuple[str, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    outcome: Outcome | None = None
    duplicate: bool = False
