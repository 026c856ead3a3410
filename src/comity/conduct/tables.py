"""The state of one case and the questions asked of it. Written only through the book, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from comity.catalogue.program import Anchor, Atom, Kind, Moment, Step, Value, Word
from comity.conduct.book import Book
from comity.conduct.moments import Reached, Stretch, reach, read_anchor
from comity.conduct.rules import Rules
from comity.conduct.statements import IN_TURN, Outcome, Standing, Statement, Taking, Timing
from comity.conduct.time import Edge, Point

Scope = str | date | None
"""Where to look: None everywhere, a thread (the act answered), or a period."""

EVER = datetime.max.replace(microsecond=0, tzinfo=UTC)
"""The time of what is not an act."""

DEEPEST_THREAD = 64
"""Answers to answers: more than any procedure needs, few enough to walk at every act."""


class Tables:
    """All of a case that follows from its acts. `way` is the opening step, or `calendar`."""

    def __init__(
        self,
        rules: Rules,
        *,
        participants: Iterable[str] = (),
        period: date | None = None,
        opens: datetime | None = None,
        parent: Tables | None = None,
    ) -> None:
        self.rules, self.book, self.parent = rules, Book(), parent
        self._period = period
        self._closing_of: tuple[int, int] | None = None
        self._closing: datetime | None = None
        self.fixed = frozenset(participants)
        """The participants of a calendar or standing case; empty where the opening act says them."""
        self._opens = opens
        self.statements: dict[str, Statement] = {}
        self.keys: dict[str, tuple[datetime, int, str]] = {}
        self.takings: dict[str, Taking] = {}
        self.standings: dict[str, Standing] = {}
        self.lines: dict[tuple[str, str | None, Scope, str | None], list[str]] = {}
        self.once: dict[tuple[str, str, str | None, date | None], str] = {}
        self.settled: dict[str, tuple[str, str]] = {}
        self.outcomes: dict[tuple[str, str], list[str]] = {}
        self.amendments: dict[str, list[str]] = {}
        self.merged: dict[str, Mapping[str, Value]] = {}
        self.timings: dict[str, tuple[Timing, ...]] = {}
        self.depth: dict[str, int] = {}
        self.groups: dict[str, tuple[str, ...]] = {}
        self.crossed: dict[str | None, list[str]] = {}
        self.says: dict[tuple[tuple[str, ...], str], str | None] = {}
        self.agreed: dict[tuple[str, ...], str | None] = {}
        self.ended: dict[str, Outcome] = {}
        self.opened: dict[str, str] = {}
        self.targets: dict[str, str | None] = {}
        self.rolled: dict[str, str] = {}

    # the case itself

    @property
    def opening(self) -> Statement | None:
        act = self.opened.get("by")
        return self.statements[act] if act else None

    @property
    def root(self) -> Statement | None:
        """The act that opened the case from which roles are read: a case aside has those of its parent."""
        return self.parent.root if self.parent else self.opening

    @property
    def way(self) -> str:
        return self.root.step if self.root else "calendar"

    @property
    def asks_aside(self) -> bool:
        """Whether this is a case of fewer participants beside another."""
        return self.parent is not None

    @property
    def participants(self) -> frozenset[str]:
        opening = self.opening
        return opening.to | {opening.author} if opening else self.fixed

    @property
    def period(self) -> date | None:
        """The date of a calendar case, or the one that an opening act says it is about."""
        return self._period or (self.opening.period if self.opening else None)

    @property
    def opens(self) -> datetime | None:
        return self.opening.at if self.opening else self._opens

    @property
    def closing(self) -> datetime | None:
        """The moment at which the case closes by itself, if it has one yet. Computed once for each state of the book."""
        if self._closing_of != self.book.state:
            self._closing_of, self._closing = self.book.state, self._closes()
        return self._closing

    def _closes(self) -> datetime | None:
        closes = self.rules.procedure.closes
        if closes is None or self.opens is None:
            return None
        case = Taking(act="", step="", choice=None, holder="", thread=None, period=self.period, at=EVER)
        found = reach((closes.moment,), Edge.DEADLINE, "", self.rules, lambda anchor: self.anchor(anchor, case, None))
        return found.at if found else None

    def stands(self, act: str) -> bool:
        """Whether an act counts: it is in turn, and not said already by another."""
        return self.standings.get(act) == IN_TURN

    def data(self, act: str) -> Mapping[str, Value]:
        """What an act says, with what its author put right since."""
        return self.merged[act] if act in self.merged else self.statements[act].data

    # what was taken

    def latest(self, word: Word, scope: Scope = None, holder: str | None = None) -> str | None:
        """The last act of this step (and choice) that stands there."""
        for act in reversed(self.lines.get((word.step, word.choice, scope, holder), ())):
            if self.stands(act):
                return act
        return None

    def all_of(self, word: Word, scope: Scope = None, holder: str | None = None) -> Iterator[str]:
        return (act for act in self.lines.get((word.step, word.choice, scope, holder), ()) if self.stands(act))

    def newest(self, word: Word) -> Iterator[str]:
        """The acts of this step (and choice) that stand, newest first."""
        return (act for act in reversed(self.lines.get((word.step, word.choice, None, None), ())) if self.stands(act))

    def chain(self, thread: str | None) -> Iterator[Taking]:
        """The act answered, the one that answered, and so on."""
        while thread is not None and (taking := self.takings.get(thread)) is not None:
            yield taking
            thread = taking.thread

    def scope(self, word: Word, taking: Taking) -> Scope:
        """Where a word is looked for: in the thread if its step answers the same act, in the period if both have one."""
        step = self.rules.steps[self.rules.silence_of.get(word.step, word.step)]
        if taking.thread is not None and self.is_answer(step, self.takings.get(taking.thread)):
            return taking.thread
        own = self.rules.steps.get(taking.step)
        return taking.period if step.every and own is not None and own.every else None

    def is_answer(self, step: Step, target: Taking | None) -> bool:
        """Whether this step may answer that act."""
        if target is None or not step.answering:
            return False
        return step.answers_any or any(matches(word, target) for word in step.answers)

    def in_chain(self, word: Word, taking: Taking) -> str | None:
        return next((link.act for link in self.chain(taking.thread) if matches(word, link)), None)

    def met(self, condition: tuple[tuple[Atom, ...], ...], taking: Taking) -> bool:
        """Whether what must stand first stands. A step that does not exist under these terms asks for nothing."""
        groups = [[atom for atom in group if self.rules.exists(atom.word)] for group in condition]
        asking = [group for group, whole in zip(groups, condition, strict=True) if group or not whole]
        return not asking or any(all(self._holds(atom, taking) for atom in group) for group in asking)

    def _holds(self, atom: Atom, taking: Taking) -> bool:
        if atom.settled is not None:
            return any(self.settled_as(act, atom.settled) for act in self.outcomes.get((atom.word.step, atom.settled), ()))
        scope = self.scope(atom.word, taking)
        if atom.whose == "own":
            return self.latest(atom.word, scope, taking.holder) is not None
        if atom.whose == "all":
            holders = self.holders(self.rules.steps[atom.word.step].by, taking.thread, taking.period)
            return bool(holders) and all(self.latest(atom.word, scope, holder) is not None for holder in holders)
        return self.in_chain(atom.word, taking) is not None or self.latest(atom.word, scope) is not None

    def settled_as(self, act: str, word: str) -> bool:
        return self.stands(act) and act in self.settled and self.settled[act][0] == word

    def renewed_by(self, words: Iterable[Word], holder: str) -> str | None:
        """The act from which a step falls due anew: the last of these by that holder, else by anyone."""
        known = [word for word in words if self.rules.exists(word)]
        own = [act for word in known if (act := self.latest(word, None, holder)) is not None]
        found = own or [act for word in known if (act := self.latest(word)) is not None]
        return max(found, key=lambda act: self.keys[act], default=None)

    def released(self, taking: Taking) -> str | None:
        """The act that makes this step needless (`unless`), if one stands."""
        for word in self.rules.steps[taking.step].unless:
            if self.rules.exists(word) and (act := self.latest(word, self.scope(word, taking))) is not None:
                return act
        return None

    # who

    def holders(self, words: Iterable[str], thread: str | None, period: date | None) -> frozenset[str]:
        """The participants that hold one of these roles there."""
        found = frozenset[str]().union(*(self._held(word, thread, period) for word in words))
        return found & self.participants

    def _held(self, word: str, thread: str | None, period: date | None) -> frozenset[str]:
        if word == "anyone":
            return self.participants
        if word in ("author", "addressee"):
            taking = self.takings.get(thread) if thread else None
            if taking is None:
                return frozenset()
            return frozenset((taking.holder,)) if word == "author" else self.participants - {taking.holder}
        kind = self.rules.procedure.roles[word].kind(self.way)
        return self._kind(kind, word, period) if kind else frozenset()

    def _kind(self, kind: Kind, role: str, period: date | None) -> frozenset[str]:
        ways: dict[str, Callable[[], frozenset[str]]] = {
            "every": lambda: frozenset(self.rules.terms.parties),
            "other": lambda: frozenset(self.rules.terms.parties) - self._opener(),
            "opener": self._opener,
            "terms": lambda: self._of_the_terms(kind, role, period),
            "takers": lambda: frozenset(self.takings[act].holder for word in kind.words for act in self.all_of(word)),
            "turns": lambda: self._turn(kind, period),
            "authors": lambda: self._asked(kind),
        }
        held = ways.get(kind.kind)
        return held() if held else self._named(role)

    def _opener(self) -> frozenset[str]:
        return frozenset((self.root.author,)) if self.root else frozenset()

    def _of_the_terms(self, kind: Kind, role: str, period: date | None) -> frozenset[str]:
        named = self.rules.terms.roles.get(role, ())
        return frozenset(named) if named or kind.otherwise is None else self._kind(kind.otherwise, role, period)

    def _turn(self, kind: Kind, period: date | None) -> frozenset[str]:
        day = period or self.period
        turn = self.rules.turn(kind.schedule, day) if day else None
        return frozenset((turn,)) if turn else frozenset()

    def _asked(self, kind: Kind) -> frozenset[str]:
        """The authors of what a step cites are those it is said to."""
        act = self.latest(kind.words[0]) if kind.words else None
        return self.statements[act].to if act else frozenset()

    def _named(self, role: str) -> frozenset[str]:
        """Whom the opening act names under the role; else those of its addressees that no other role of its explains."""
        opening = self.root
        if opening is None:
            return frozenset()
        said = opening.data.get(role)
        listed = said if isinstance(said, list) else [said] if isinstance(said, str) else []
        if listed:
            return frozenset(str(name) for name in listed)
        return opening.to - frozenset(name for held in self.rules.terms.roles.values() for name in held)

    def addressees(self, step: Step, taking: Taking) -> frozenset[str] | None:
        """Whom the step is said to; None where the sender chooses."""
        others = self.participants - {taking.holder}
        if not step.to or "every other" in step.to:
            return others
        return None if "named" in step.to else self.holders(step.to, taking.thread, taking.period) - {taking.holder}

    # when

    def reached(self, moments: Iterable[Moment], edge: Edge, taking: Taking, data: Mapping[str, Value] | None) -> Reached | None:
        """The first of these moments that exists for this holder, thread and period. `data` are the act's own fields."""
        return reach(
            self._narrowed(moments, taking), edge, taking.holder, self.rules, lambda anchor: self.anchor(anchor, taking, data)
        )

    def _narrowed(self, moments: Iterable[Moment], taking: Taking) -> Iterator[Moment]:
        """Of anchors joined by `or`, those in the chain answered leave the others out: they belong to other threads."""
        for moment in moments:
            chained = tuple(anchor for anchor in moment.anchors if anchor.word and self.in_chain(anchor.word, taking))
            yield replace(moment, anchors=chained) if chained and len(moment.anchors) > 1 else moment

    def anchor(self, anchor: Anchor, taking: Taking, data: Mapping[str, Value] | None) -> Point | Stretch | None:
        if anchor.kind == "opening":
            return self.opens
        if anchor.kind == "period":
            return taking.period or self.period
        word = anchor.word
        if word is None or not self.rules.exists(word):
            return None
        if data is not None and anchor.field and matches(word, taking):
            return read_anchor(data.get(anchor.field))
        act = self.locate(word, taking)
        if act is None:
            return None
        return self._field(act, anchor.field) if anchor.field else self.takings[act].at

    def locate(self, word: Word, taking: Taking) -> str | None:
        """Of several acts of one step: the one in the chain answered; else the holder's own latest; else the latest."""
        chained = next((link for link in self.chain(taking.thread) if link.step == word.step), None)
        if chained is not None:
            return chained.act if matches(word, chained) else None
        found: str | None = None
        scopes = [scope for scope in (self.scope(word, taking),) if scope is not None]
        for scope in (*scopes, None):
            for holder in (taking.holder, None):
                found = found or self.latest(word, scope, holder)
        return found

    def _field(self, act: str, field: str) -> Point | Stretch | None:
        return None if self.takings[act].deemed else read_anchor(self.data(act).get(field))


def matches(word: Word, taking: Taking) -> bool:
    """Whether this word means that act."""
    return word.step == taking.step and word.choice in (None, taking.choice)
