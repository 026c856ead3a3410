"""Terms and cases kept folded in memory, caught up from the book before each use. What is here can be dropped at any time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

from comity.conduct.case import Case
from comity.conduct.instruments import Instruments
from comity.conduct.measure_terms import MeasureTerms
from comity.conduct.measures_agreed import measure_terms
from comity.conduct.statements import Cited, Statement
from comity.conduct.words import KINDS
from comity.node.bodies import STEP_KINDS, read_part, read_period
from comity.node.library import Library
from comity.node.ports import CaseRow, HeldAct, Store
from comity.protocol.act import party_of
from comity.protocol.canonical import decode
from comity.protocol.limits import CONTENT_BYTES
from comity.protocol.refusals import Refused

TERMS = "terms"
"""The fold of the instruments, named beside the cases."""
KEPT_CASES = 500
"""Cases kept folded: those a busy desk opens in a day; others are folded again when asked for."""


def statement_of(act: HeldAct) -> Statement:
    """An act as a fold sees it: only what every participant holds."""
    return statement(act.id, act.sender, act.at, content_of(act))


def content_of(act: HeldAct) -> dict[str, Any]:
    """The content of an act held, as data; it was checked when it came."""
    content: dict[str, Any] = decode(act.content, limit=CONTENT_BYTES)
    return content


def statement(act: str, sender: str, at: datetime, content: Mapping[str, Any]) -> Statement:
    body = content["body"]
    step = content["kind"] in STEP_KINDS
    return Statement(
        id=act,
        author=party_of(sender),
        to=frozenset(party_of(office) for office in content["to"]),
        at=at,
        kind=content["kind"],
        terms=content["terms"] or "",
        case=content["case"] or "",
        refs=tuple(Cited(ref["rel"], ref["act"]) for ref in content["refs"]),
        measure=(body.get("measure") or "") if step else "",
        step=(body.get("step") or "") if step else "",
        choice=body.get("choice") if step else None,
        period=read_period(body.get("period")) if step else None,
        form=body.get("form") if step else None,
        part=read_part(body.get("part")) if step else None,
        data=(body.get("data") or {}) if step else body,
    )




class Folds:
    """One reader's folds. `instruments` and `case` are caught up with the book when they are asked for."""

    def __init__(self, store: Store, library: Library) -> None:
        self._store = store
        self._library = library
        self.forget()

    def forget(self) -> None:
        """After a turn that failed: what was folded in it never happened."""
        self._caught_up: set[str] | None = None
        self._begin_terms()
        self._ahead: dict[str, set[str]] = {}
        self._cases: OrderedDict[str, tuple[Case, int]] = OrderedDict()

    def _begin_terms(self) -> None:
        self._instruments = Instruments()
        self._read_terms = 0
        self._measures: dict[str, dict[str, MeasureTerms]] = {}
        (self._caught_up or set()).discard(TERMS)

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """A writer's turn: nobody else writes until it ends, so each fold is caught up with the book once, and then by the turn alone."""
        self._caught_up = set()
        try:
            yield
        finally:
            self._caught_up = None

    def _is_behind(self, fold: str) -> bool:
        """Whether the book may hold more for this fold. In a turn, the answer is yes once."""
        if self._caught_up is None:
            return True
        behind = fold not in self._caught_up
        self._caught_up.add(fold)
        return behind

    @property
    def instruments(self) -> Instruments:
        """Every instrument with everything the book holds about it."""
        return self.instruments_before(None)

    def instruments_before(self, position: int | None) -> Instruments:
        """The same in a turn: only what came before the act being taken in."""
        if self._released(TERMS):
            self._begin_terms()
        if not self._is_behind(TERMS):
            return self._instruments
        waiting = cache(self._store.awaited)
        for act in self._store.acts_of_kinds(KINDS, after=self._read_terms):
            if position is not None and act.position >= position:
                break
            self._read_terms = act.position
            if not self._waits(act, TERMS, waiting):
                self._instruments.advance(statement_of(act))
                self._measures.clear()
        return self._instruments

    def measures(self, version: str) -> dict[str, MeasureTerms]:
        """The terms of each measure of a concluded version; empty while its certificate or a text is missing."""
        if version not in self._measures:
            concluded = self.instruments.concluded(version)
            chain = self.instruments.chain(version)
            if concluded is None or chain is None or chain.id is None:
                return {}
            agreed = concluded.version
            procedures = {m.procedure_hash: self._library.procedure(m.procedure_hash) for m in agreed.measures}
            forms = {digest for m in agreed.measures for digest in m.forms.values() if self._library.form(digest)}
            held = {digest: text for digest, text in procedures.items() if text is not None}
            try:
                terms = measure_terms(agreed, held, forms, concluded.since, chain=chain.id)
            except Refused:
                return {}
            self._measures[version] = {one.measure: one for one in terms}
        return self._measures[version]

    def in_force(self, now: datetime) -> Iterator[MeasureTerms]:
        """Every measure in force now, instrument by instrument in the order of the terms."""
        for _, concluded in self.instruments.in_force(now):
            yield from self.measures(concluded.version.id).values()

    # Cases ---------------------------------------------------------------------------------------------------------------

    def case(self, case: str, *, before: int | None = None) -> Case | None:
        """A case with everything the book holds of it, in a turn only what came `before` the act being taken in; None while unknown."""
        if self._released(case):
            self._cases.pop(case, None)
        if case not in self._cases and not self._reopen(case, before):
            return None
        found, through = self._cases[case]
        waiting = cache(self._store.awaited)
        for act in self._store.acts_of_case(case, after=through) if self._is_behind(case) else ():
            if before is not None and act.position >= before:
                break
            if not self._waits(act, case, waiting):
                found.advance(statement_of(act))
            through = act.position
        self._keep(case, found, through)
        return found

    def _reopen(self, case: str, before: int | None) -> bool:
        row = self._store.case_row(case)
        terms = self.measures(row.terms).get(row.measure) if row else None
        if row is None or terms is None:
            return False
        parent = self.case(row.parent, before=before) if row.parent else None
        self._keep(case, _opened(row, terms, parent), 0)
        (self._caught_up or set()).discard(case)
        return True

    def _keep(self, case: str, found: Case, through: int) -> None:
        self._cases[case] = (found, through)
        self._cases.move_to_end(case)

    def trim(self) -> None:
        """Let go of the cases longest unused. Never within a turn: the row of a case that it opened is not written yet."""
        while len(self._cases) > KEPT_CASES:
            self._cases.popitem(last=False)

    def _waits(self, act: HeldAct, place: str, waiting: Callable[[], set[str]]) -> bool:
        """Whether an act still waits for its time, or for what it stands on: then it is passed over here."""
        if act.id not in waiting():
            return False
        self._ahead.setdefault(place, set()).add(act.id)
        return True

    def _released(self, place: str) -> bool:
        """Whether an act passed over has got what it waited for: then this case, or the terms, are folded anew."""
        passed = self._ahead.get(place)
        if not passed or passed <= self._store.awaited():
            return False
        del self._ahead[place]
        return True

    def opened(self, case: Case) -> None:
        """A case that begins in this turn; its row is written with it."""
        self._is_behind(case.id)
        self._keep(case.id, case, 0)

    def advanced(self, case: Case, position: int) -> None:
        """The case has taken in the act at that position of this turn."""
        self._keep(case.id, case, position)

    def read_terms(self, position: int) -> None:
        """The instruments have taken in the act about terms at that position of this turn."""
        self._read_terms = position
        self._measures.clear()


def _opened(row: CaseRow, terms: MeasureTerms, parent: Case | None) -> Case:
    if row.by_calendar:
        return Case.open(case=row.id, terms=terms, participants=row.participants, period=row.period, opens=row.opened_at)
    return Case.open(case=row.id, terms=terms, parent=parent)
