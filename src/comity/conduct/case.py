"""A case: a set of acts, and what they amount to. The same set gives the same case, in whatever order the acts came.

The API, for node and pages (all times aware UTC; parties are node slugs):

    case = Case.open(case=ID, terms=MEASURE_TERMS, participants=…, period=DATE, opens=AT)   a calendar or standing case
    case = Case.open(case=ID, terms=MEASURE_TERMS)                 opened by an act; participants are its author and addressees
    case = Case.open(case=ID, terms=…, parent=CASE)                a case aside: a step said to fewer than all of the parent's
    case = Case.of(STATEMENTS, case=…, terms=…, …)                 the same, with acts already held, in any order
    case.advance(statement) -> Change                              never raises; an unknown reference makes the act wait
    case.look_ahead(now) -> Change                                 brings in the dates of recurrences up to now and the next
    case.allowed(party, now, about=None) -> tuple[Possible, …]     what this party may do now, or may say to one act
    case.duties(now) -> tuple[Duty, …]                             all duties known, by due; Duty.state(now) is the word
    case.outcome(now) -> Outcome | None                            ended by an act, or closed by itself
    case.standing(act) -> Standing                                 in-turn, irregular with reasons, crossed, withdrawn, waiting …
    case.timing(act) -> tuple[Timing, …]; case.notice(act) -> Notice | None      'Notice: 12 days. Agreed: 42 days.'
    case.preview(statement) -> Preview                             the same before sending; nothing is kept
    case.references(party, step, answers=…, silent=…) -> tuple[Cited, …]   what an act should cite so that nobody misreads its order
    case.data(act)                                                 what an act says, with what its author put right since
    case.crossings, case.waiting, case.shares (simultaneous exchange), case.statements

`openings.py` says which calendar cases there are, which steps open one, and what their ids are.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple

from comity.catalogue.program import Value
from comity.conduct.duties import Duties, Duty, DutyKey
from comity.conduct.exchange import Share, shares
from comity.conduct.fold import Fold
from comity.conduct.measure_terms import MeasureTerms
from comity.conduct.possible import possible
from comity.conduct.rules import Rules, rules_of
from comity.conduct.statements import (
    Change,
    Cited,
    Crossing,
    Notice,
    Outcome,
    Possible,
    Preview,
    Reason,
    Standing,
    Statement,
    Taking,
    Timing,
)
from comity.conduct.tables import Tables

Key = tuple[datetime, int, str]
"""The place of an act in the order of its case: claimed time, never before what it refers to; depth; id."""


class _Folded(NamedTuple):
    """One act as folded: where its writing began in the book, and what it moved."""

    act: str
    mark: int
    touched: tuple[Taking, ...]


class Case:
    """Accumulates statements. One more act in order costs the same in a case of ten and of ten thousand."""

    def __init__(self, case: str, tables: Tables) -> None:
        self.id, self.tables = case, tables
        self.fold = Fold(tables)
        self._duties = Duties(case, tables, self.fold)
        self._order: list[Key] = []
        self._folded: list[_Folded] = []
        self._needing: dict[str, list[str]] = {}
        self._missing: dict[str, int] = {}
        self._uncited: dict[str, None] = {}
        self._answering: dict[str, list[str]] = {}
        self._seen_end: tuple[object, ...] = ()
        self._start()

    @classmethod
    def open(
        cls,
        *,
        case: str,
        terms: MeasureTerms,
        participants: Iterable[str] = (),
        period: date | None = None,
        opens: datetime | None = None,
        parent: Case | None = None,
    ) -> Case:
        """A case without acts. Give `participants` and `opens` for a calendar or standing case, `parent` for a case aside."""
        own = Tables(
            rules_of(terms), participants=participants, period=period, opens=opens, parent=parent.tables if parent else None
        )
        return cls(case, own)

    @classmethod
    def of(
        cls,
        statements: Iterable[Statement],
        *,
        case: str,
        terms: MeasureTerms,
        participants: Iterable[str] = (),
        period: date | None = None,
        opens: datetime | None = None,
        parent: Case | None = None,
    ) -> Case:
        """A case with these acts. Sorted by time first, so that folding them anew is cheap."""
        made = cls.open(case=case, terms=terms, participants=participants, period=period, opens=opens, parent=parent)
        for statement in sorted(statements, key=lambda statement: (statement.at, statement.id)):
            made.advance(statement)
        return made

    # acts in

    def advance(self, statement: Statement) -> Change:
        """Takes one act in. Never raises; an act held already changes nothing."""
        if statement.id in self.tables.statements:
            return Change(duplicate=True)
        self.tables.statements[statement.id] = statement
        absent = {act for act in statement.needs if act not in self.tables.keys}
        if absent:
            self._missing[statement.id] = len(absent)
            for act in absent:
                self._needing.setdefault(act, []).append(statement.id)
            return Change(standings={statement.id: self.standing(statement.id)})
        return self._take_in([statement.id])

    def look_ahead(self, now: datetime) -> Change:
        """Duties of recurrences come with time, not with acts."""
        return self._change(self._duties.look_ahead(now), {}, (), ())

    def _take_in(self, ready: list[str]) -> Change:
        before: dict[str, Standing] = {}
        touched: list[Taking] = []
        folded: list[str] = []
        while ready:
            act = ready.pop(0)
            self._insert(act, before, touched)
            folded.append(act)
            taking = self.taking(act)
            if taking is not None and taking.thread is not None:
                self._answering.setdefault(taking.thread, []).append(act)
            for waiting in sorted(self._needing.pop(act, ())):
                self._missing[waiting] -= 1
                if self._missing[waiting] == 0:
                    del self._missing[waiting]
                    ready.append(waiting)
        end = self._end()
        changed = self._duties.settle(touched, everything=end != self._seen_end)
        self._seen_end = end
        return self._change(changed, before, tuple(folded[1:]), tuple(folded))

    def _insert(self, act: str, before: dict[str, Standing], touched: list[Taking]) -> None:
        """In order this is one step; else what came later is taken back, and folded again after it."""
        tables = self.tables
        key = self._key(tables.statements[act])
        tables.keys[act] = key
        place = bisect_right(self._order, key)
        again = self._folded[place:]
        for folded in reversed(again):
            touched += folded.touched
            before.setdefault(folded.act, tables.standings[folded.act])
        if again:
            tables.book.back_to(again[0].mark)
            del self._folded[place:]
        insort(self._order, key)
        self._uncited[act] = None
        for cited in tables.statements[act].needs:
            self._uncited.pop(cited, None)
        for name in (act, *(folded.act for folded in again)):
            self._fold(name, before, touched)

    def _fold(self, act: str, before: dict[str, Standing], touched: list[Taking]) -> None:
        mark = self.tables.book.mark()
        self.fold.touched = []
        self.fold.take(self.tables.statements[act])
        moved = tuple(self.fold.touched)
        for taking in moved:
            if taking.act != act:
                before.setdefault(taking.act, Standing(state="waiting"))
        touched += moved
        self._folded.append(_Folded(act, mark, moved))

    def _key(self, statement: Statement) -> Key:
        needed = [self.tables.keys[act] for act in statement.needs]
        at = max([statement.at, *(key[0] for key in needed)])
        depth = max((key[1] + 1 for key in needed if key[0] == at), default=0)
        return at, depth, statement.id

    def _end(self) -> tuple[object, ...]:
        tables = self.tables
        return tables.opened.get("by"), tables.ended.get("case"), tables.closing

    def _start(self) -> None:
        self._seen_end = self._end()
        if self.tables.opens is not None:
            self._duties.settle((), everything=True)

    def _change(
        self, duties: Mapping[DutyKey, Duty | None], before: Mapping[str, Standing], folded: tuple[str, ...], new: tuple[str, ...]
    ) -> Change:
        standings = {act: self.tables.standings[act] for act in new}
        standings |= {act: now for act, old in before.items() if (now := self.tables.standings[act]) != old}
        groups = {self.tables.groups[act] for act in standings if act in self.tables.groups}
        return Change(
            duties=tuple(duty for duty in duties.values() if duty is not None),
            gone=tuple(self._duties.name(key) for key, duty in duties.items() if duty is None),
            standings=standings,
            folded=folded,
            crossings=tuple(self._crossing(group) for group in sorted(groups)),
            outcome=self.tables.ended.get("case"),
        )

    # what it amounts to

    @property
    def rules(self) -> Rules:
        return self.tables.rules

    @property
    def participants(self) -> frozenset[str]:
        """Fixed when the case opens; empty while its opening act is not here."""
        return self.tables.participants

    @property
    def opening(self) -> Statement | None:
        return self.tables.opening

    @property
    def opens(self) -> datetime | None:
        return self.tables.opens

    @property
    def closing(self) -> datetime | None:
        """When the case closes by itself, if it does."""
        return self.tables.closing

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All that are folded, in the order of the case; the waiting ones stand in `waiting`."""
        return tuple(self.tables.statements[key[2]] for key in self._order)

    @property
    def waiting(self) -> tuple[str, ...]:
        """Acts whose references are not all here."""
        return tuple(sorted(self._missing))

    @property
    def crossings(self) -> tuple[Crossing, ...]:
        return tuple(self._crossing(group) for group in sorted(set(self.tables.groups.values())))

    @property
    def shares(self) -> tuple[Share, ...]:
        """How far each party is in a simultaneous exchange; empty where there is none."""
        return shares(self.tables)

    def standing(self, act: str) -> Standing:
        """Where an act stands; of one not here, `waiting` for itself."""
        if act in self.tables.standings:
            return self.tables.standings[act]
        statement = self.tables.statements.get(act)
        absent = [need for need in statement.needs if need not in self.tables.keys] if statement else [act]
        return Standing(state="waiting", reasons=(Reason(code="unknown-reference", words=tuple(absent)),))

    def taking(self, act: str) -> Taking | None:
        """The step an act took, with holder, thread and period as folded."""
        return self.tables.takings.get(act)

    def data(self, act: str) -> Mapping[str, Value]:
        """What an act says, with what its author put right since."""
        return self.tables.data(act)

    def amendments(self, act: str) -> tuple[str, ...]:
        """The acts by which its author changed or corrected it, in order."""
        return tuple(found for found in self.tables.amendments.get(act, ()) if self.tables.stands(found))

    def answers(self, act: str) -> tuple[str, ...]:
        """The acts that answer this one, whatever their standing, in order."""
        return tuple(sorted(self._answering.get(act, ()), key=lambda found: self.tables.keys[found]))

    def settled(self, act: str) -> str | None:
        """The outcome of the thread of an act."""
        return self.tables.settled[act][0] if act in self.tables.settled else None

    def timing(self, act: str) -> tuple[Timing, ...]:
        """The moments an act was judged by when it was folded."""
        return self.tables.timings.get(act, ())

    def notice(self, act: str) -> Notice | None:
        """The notice an act gave beside the notice agreed; None where none was to be given."""
        return _notice(self.timing(act))

    def duties(self, now: datetime) -> tuple[Duty, ...]:
        """All duties known at `now`, by due; those of recurrences up to the next date."""
        self._duties.look_ahead(now)
        return tuple(sorted(self._duties.known.values(), key=lambda duty: (duty.due, duty.step, duty.owner, duty.since or "")))

    def allowed(self, party: str, now: datetime, *, about: str | None = None) -> tuple[Possible, ...]:
        """What this party may do now, in the order of the procedure; with `about`, only what answers that act.

        Of what may always be said to an act (a correction, a remark), the newest 200 acts are offered.
        """
        self._duties.look_ahead(now)
        return tuple(possible(self.fold, self._duties, self.crossings, party, now, about=about))

    def outcome(self, now: datetime) -> Outcome | None:
        """How the case ended, if it has by `now`."""
        ended, closing = self.tables.ended.get("case"), self.tables.closing
        if ended is None and closing is not None and now > closing and self.rules.procedure.closes:
            return Outcome(word=self.rules.procedure.closes.word, at=closing)
        return ended

    def preview(self, statement: Statement) -> Preview:
        """What this act would be if it were the next. Its id may be anything that no act here has."""
        tables = self.tables
        if statement.id in tables.statements or any(act not in tables.keys for act in statement.needs):
            return Preview(standing=Standing(state="waiting", reasons=(Reason(code="unknown-reference"),)))
        mark, touched = tables.book.mark(), self.fold.touched
        tables.statements[statement.id], tables.keys[statement.id] = statement, self._key(statement)
        self.fold.take(statement)
        timings = tables.timings.get(statement.id, ())
        found = Preview(standing=tables.standings[statement.id], timings=timings, notice=_notice(timings))
        tables.book.back_to(mark)
        self.fold.touched = touched
        del tables.statements[statement.id], tables.keys[statement.id]
        return found

    def references(self, party: str, step: str, *, answers: str | None = None, silent: str | None = None) -> tuple[Cited, ...]:
        """What an act of this step should cite so that everybody reads it in its place.

        That is what it answers, its own act that it changes or reveals, and under `after` the newest acts that no other act
        here cites: whoever cites those knows all that they know. In a `taken-as`, the last act of the party that is `silent`.
        """
        cited = [Cited("answers", answers)] if answers else []
        cited += self._last_of(silent) if silent is not None else self._own(party, step)
        named = {ref.act for ref in cited}
        newest = [key[2] for key in reversed(self._order[-_RECENT:]) if key[2] in self._uncited and key[2] not in named]
        return (*cited, *(Cited("after", act) for act in newest[:MOST_CITED]))

    def _last_of(self, party: str) -> list[Cited]:
        found = (key[2] for key in reversed(self._order) if self.tables.statements[key[2]].author == party)
        return [Cited("silent", act) for act in islice(found, 1)]

    def _own(self, party: str, step: str) -> list[Cited]:
        own = self.rules.steps[step]
        named = (("amends", own.amends), ("voids", own.voids), ("reveals", own.reveals.step if own.reveals else None))
        lines = [(rel, self.tables.lines.get((name, None, None, party), [])) for rel, name in named if name and name != "answered"]
        return [Cited(rel, line[-1]) for rel, line in lines if line]

    def _crossing(self, group: tuple[str, ...]) -> Crossing:
        taking = self.tables.takings[group[0]]
        agreed = self.tables.agreed
        return Crossing(acts=group, thread=taking.thread, settled=group in agreed, stands=agreed.get(group))


MOST_CITED = 24
"""Acts cited as held, of the 32 references an act may have: with every act citing the newest, two or three are left at any time."""
_RECENT = 256
"""Acts looked through for them: more than the largest community writes between two deliveries."""


def preview_opening(*, terms: MeasureTerms, statement: Statement, parent: Case | None = None) -> Preview:
    """What an act that opens a case would be, before it is sent. `parent` for a case aside."""
    return Case.open(case="", terms=terms, parent=parent).preview(statement)


def _notice(timings: Iterable[Timing]) -> Notice | None:
    for timing in timings:
        if timing.given is not None and timing.agreed is not None and timing.anchor is not None:
            return Notice(
                given=timing.given,
                agreed=timing.agreed,
                anchor=timing.anchor,
                deadline=timing.moment,
                short=timing.late,
                working=timing.working,
            )
    return None
