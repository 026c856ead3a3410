"""One act taken into the folds, and what that changes in the tables that can be rebuilt. Our own acts and others' alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

from comity.catalogue.form_checks import Fault, validate
from comity.conduct.case import Case
from comity.conduct.duties import Duty
from comity.conduct.measure_terms import MeasureTerms
from comity.conduct.openings import CalendarCase, calendar_cases, case_id, participants
from comity.conduct.statements import Change, Standing, Statement
from comity.conduct.words import KINDS, carried_texts
from comity.node.ahead import FIRST, NEVER, TIME, dated_ahead
from comity.node.bodies import STEP_KINDS
from comity.node.factrows import fact_rows
from comity.node.folds import Folds, content_of, statement
from comity.node.library import Library
from comity.node.ports import CaseRow, DutyRow, FactRow, HeldAct, Projection, Store, Turn
from comity.protocol.canonical import encode
from comity.protocol.refusals import Refused

OPENING_SALT = 32
TITLES = ("designation", "title", "subject", "name")


@dataclass(slots=True)
class Changes:
    """What a turn has changed so far; written once, at its end."""

    cases: dict[str, CaseRow] = field(default_factory=dict)
    duties: dict[str, DutyRow] = field(default_factory=dict)
    gone: dict[str, None] = field(default_factory=dict)
    facts: dict[tuple[str, str], FactRow] = field(default_factory=dict)
    standings: dict[str, tuple[str, str]] = field(default_factory=dict)

    def projection(self) -> Projection:
        return Projection(
            cases=tuple(self.cases.values()),
            duties=tuple(self.duties.values()),
            gone_duties=tuple(key for key in self.gone if key not in self.duties),
            facts=tuple(self.facts.values()),
            standings=tuple((act, state, why) for act, (state, why) in self.standings.items()),
        )


class Taking:
    """One turn's taking in of acts. `take` for each in local order, then `finish`."""

    def __init__(self, *, folds: Folds, library: Library, store: Store, turn: Turn, now: datetime) -> None:
        self.folds, self.library, self.store, self.turn, self.now = folds, library, store, turn, now
        self.changes = Changes()
        self.first_ahead = ""
        self.nothing_waits = not store.awaited()
        """The usual state of a node: then nobody is asked, at every new case, what waited for it."""

    def take(self, act: HeldAct, position: int, content: Mapping[str, Any], *, checked: bool = False) -> None:
        """`content` is the act's content, decoded; `position` the one it has in this turn; `checked` where its form was looked at."""
        said = statement(act.id, act.sender, act.at, content)
        if not act.ours and dated_ahead(act.at, self.now):
            self._wait_until(said)
        elif said.kind in KINDS:
            self._take_terms(said, position)
        elif said.kind in STEP_KINDS:
            self._take_step(said, position, content["body"], checked=checked)
        else:
            self.changes.standings[act.id] = ("in-turn", "[]")

    def finish(self) -> None:
        self.turn.project(self.changes.projection())

    # Acts dated ahead

    def _wait_until(self, said: Statement) -> None:
        self._wait(said, TIME, "dated-ahead")
        known = self.first_ahead or self.store.note(FIRST)
        self.first_ahead = min(known or said.at.isoformat(), said.at.isoformat())
        self.turn.set_note(FIRST, self.first_ahead)

    def release_dated(self) -> None:
        """Acts whose time has come are taken in, and with them all of their case: what came since may stand otherwise now."""
        waiting = list(self.store.acts_awaiting(TIME))
        due = [act for act in waiting if not dated_ahead(act.at, self.now)]
        self.first_ahead = min((act.at.isoformat() for act in waiting if act not in due), default="")
        self.turn.set_note(FIRST, self.first_ahead)
        for act in due:
            self.turn.no_longer_awaiting(act.id)
        again = list(self.store.acts_of_kinds(KINDS)) if any(act.kind in KINDS for act in due) else []
        for case in dict.fromkeys(act.case for act in due if act.case and act.kind in STEP_KINDS):
            again += self.store.acts_of_case(case)
        for act in again + [act for act in due if act.kind not in (*KINDS, *STEP_KINDS)]:
            self.take(act, act.position, content_of(act))

    # About terms

    def _take_terms(self, said: Statement, position: int) -> None:
        instruments = self.folds.instruments_before(position)
        before = {one.version.id for chain in instruments.chains() for one in chain.line()}
        standing = instruments.advance(said)
        self.folds.read_terms(position)
        self.changes.standings[said.id] = (standing.state, encode([[code] for code in standing.reasons]).decode())
        if said.kind == "initial":
            self._keep_texts(said)
        concluded = [one.version.id for chain in instruments.chains() for one in chain.line() if one.version.id not in before]
        for version in concluded:
            self._release(f"terms:{version}")
        self._release("texts")

    def _keep_texts(self, said: Statement) -> None:
        version = self.folds.instruments.version(str(said.data.get("version")))
        if version is None:
            return
        try:
            texts = carried_texts(said.data, version)
        except Refused:
            return
        for digest, record in texts.items():
            self.turn.add_text(digest, "text", record)
            self.library.add(digest, record)
        self.turn.add_text(version.id, "version", version.record)

    # Steps of a case

    def _take_step(self, said: Statement, position: int, body: Mapping[str, Any], *, checked: bool) -> None:
        if self.folds.instruments.concluded(said.terms) is None:
            self._wait(said, f"terms:{said.terms}", "terms-not-held")
            return
        terms = self.folds.measures(said.terms).get(said.measure)
        if terms is None:
            agreed = self.folds.instruments.concluded(said.terms)
            if agreed is not None and agreed.version.measure(said.measure) is None:
                self._set_aside(said, "measure-not-agreed")
            else:
                self._wait(said, "texts", "texts-not-held")
            return
        if not checked and faults_of(self.library, terms, said.kind, body):
            self._set_aside(said, "act.schema")
            return
        held = self.folds.case(said.case, before=position)
        if held is None and (parent := body.get("parent")) is not None and self.folds.case(parent, before=position) is None:
            self._wait(said, f"case:{parent}", "case-not-held")
            return
        case = held or self._open(said, terms, body)
        if case is None:
            self._wait(said, f"case:{said.case}", "case-not-held")
            return
        if not belongs(case, terms):
            self._set_aside(said, "other-terms")
            return
        change = case.advance(said)
        self.folds.advanced(case, position)
        self._apply(case, terms, said, change)
        if held is None:
            self._release(f"case:{case.id}")

    def _open(self, said: Statement, terms: MeasureTerms, body: Mapping[str, Any]) -> Case | None:
        """The case this act opens, or the calendar's case it belongs to; None when the id is of neither."""
        if (entry := calendar_case(terms, said.period)) is not None and entry.id == said.case:
            return self.open_by_calendar(terms, entry)
        salt = body.get("opening")
        if not isinstance(salt, str) or len(salt) != OPENING_SALT or case_id(terms, salt=salt, opener=said.author) != said.case:
            return None
        parent = self.folds.case(body["parent"]) if isinstance(body.get("parent"), str) else None
        opened = Case.open(case=said.case, terms=terms, parent=parent)
        self.folds.opened(opened)
        self.changes.cases[said.case] = _new_row(said, terms, parent=body["parent"] if parent else "")
        return opened

    def open_by_calendar(self, terms: MeasureTerms, entry: CalendarCase) -> Case:
        """A case that the terms open, with what is owed in it from the start."""
        row = calendar_row(terms, entry)
        case = open_row(row, terms)
        self.folds.opened(case)
        ended = case.outcome(self.now)
        word = ended.word if ended else ""
        self.changes.cases[row.id] = replace(row, closes=case.closing, open=ended is None, outcome=word)
        for duty in case.duties(self.now):
            self.change_duty(duty, terms)
        self._release(f"case:{case.id}")
        return case

    def _apply(self, case: Case, terms: MeasureTerms, said: Statement, change: Change) -> None:
        row = self.changes.cases.get(case.id) or self.store.case_row(case.id)
        assert row is not None, "a case that is folded has a row"
        for act, standing in change.standings.items():
            self._standing(act, standing)
        self.apply_duties(terms, change)
        self._facts(case, terms, said)
        ended = case.outcome(self.now)
        self.changes.cases[case.id] = replace(
            row,
            last_at=max(row.last_at, said.at),
            acts=len(case.tables.statements),
            outcome=ended.word if ended else "",
            open=ended is None,
            participants=tuple(sorted(case.participants)) or row.participants,
            closes=case.closing,
        )

    def apply_duties(self, terms: MeasureTerms, change: Change) -> None:
        for duty in change.duties:
            self.change_duty(duty, terms)
        for key in change.gone:
            self.changes.duties.pop(key, None)
            self.changes.gone[key] = None

    def change_duty(self, duty: Duty, terms: MeasureTerms) -> None:
        self.changes.duties[duty.key] = duty_row(duty, terms)
        self.changes.gone.pop(duty.key, None)

    def _facts(self, case: Case, terms: MeasureTerms, said: Statement) -> None:
        """Facts of this act; or of the act of its author that it changes, which says them now: an activity is one, not two."""
        changed = case.tables.statements.get((said.cited("amends", "answers") if _amends(terms, said) else None) or "")
        for stated in (changed,) if changed else parts_of(case, said) if said.part else (said,):
            if (form := self._form(terms, stated)) is not None:
                for row in fact_rows(form, case.data(stated.id), stated):
                    self.changes.facts[row.act, row.path] = row

    def _form(self, terms: MeasureTerms, said: Statement) -> Any:
        digest = form_of(terms, said.step, said.choice)
        return self.library.form(digest) if digest else None

    # Standing

    def _standing(self, act: str, standing: Standing) -> None:
        self.changes.standings[act] = (standing.state, reasons_of(standing))

    def _stand(self, act: str, state: str, codes: list[str]) -> None:
        self.changes.standings[act] = (state, encode([[code] for code in codes]).decode())

    def _wait(self, said: Statement, what: str, code: str) -> None:
        self.nothing_waits = False
        self.turn.await_text(said.id, what)
        self._stand(said.id, "waiting", [code])

    def _set_aside(self, said: Statement, code: str) -> None:
        """Kept, shown, and folded nowhere: not here, where it may have waited, nor where it was judged at once."""
        self.nothing_waits = False
        self.turn.await_text(said.id, NEVER)
        self._stand(said.id, "irregular", [code])

    def _release(self, what: str) -> None:
        """What waited for it is taken in, and with it all of its cases: what came since may stand otherwise now."""
        if self.nothing_waits:
            return
        waited = tuple(self.store.acts_awaiting(what))
        for act in waited:
            self.turn.no_longer_awaiting(act.id)
        for case in dict.fromkeys(act.case for act in waited if act.case):
            for act in tuple(self.store.acts_of_case(case)):
                self.take(act, act.position, content_of(act))


def belongs(case: Case, terms: MeasureTerms) -> bool:
    """Whether what is said under these terms can belong to the case: the same measure of the same instrument, in any version."""
    own = case.rules.terms
    return (own.chain, own.measure) == (terms.chain, terms.measure)


def faults_of(library: Library, terms: MeasureTerms, kind: str, body: Mapping[str, Any]) -> tuple[Fault, ...]:
    """What in the data of a step does not fit the form agreed."""
    digest = form_of(terms, body["step"], body.get("choice")) if kind == "step" else None
    form = library.form(digest) if digest else None
    return validate(form, body["data"]) if form is not None else ()


def parts_of(case: Case, said: Statement) -> tuple[Statement, ...]:
    """Every part of the report this act is a part of, once all are held and the last stands; nothing before that."""
    assert said.part is not None, "asked of a part"
    wanted = (said.author, said.step, said.period, said.part[1])
    held = [one for one in case.statements if one.part and (one.author, one.step, one.period, one.part[1]) == wanted]
    standing = {one.part[0]: one for one in held if one.part and case.tables.stands(one.id)}
    return tuple(standing.values()) if len(standing) == said.part[1] else ()


def reasons_of(standing: Standing) -> str:
    """Why an act stands as it does, as the canonical JSON that is kept: a list of codes, each with its words."""
    return encode([[reason.code, *reason.words] for reason in standing.reasons]).decode()


def calendar_case(terms: MeasureTerms, period: date | None) -> CalendarCase | None:
    """The case the calendar of these terms has for that date, or its one standing case; None where it has none."""
    calendar = terms.procedure.calendar
    if calendar is None or (not calendar.once and period is None):
        return None
    until = terms.in_force_from if calendar.once or period is None else datetime.combine(period, time(23, 59, 59), UTC)
    wanted = None if calendar.once else period
    return next((entry for entry in calendar_cases(terms, max(until, terms.in_force_from)) if entry.period == wanted), None)


def _amends(terms: MeasureTerms, said: Statement) -> bool:
    step = terms.procedure.steps.get(said.step)
    return step is not None and step.amends is not None


def form_of(terms: MeasureTerms, step: str, choice: str | None) -> str | None:
    """The hash of the form agreed for what a step says; None where it says nothing in a form."""
    found = terms.procedure.steps.get(step)
    if found is None:
        return None
    chosen = found.choices.get(choice) if choice else None
    name = (chosen.form if chosen else None) or found.form
    return terms.forms.get(name) if name else None


def calendar_row(terms: MeasureTerms, entry: CalendarCase) -> CaseRow:
    """The row of a case that the terms open."""
    return CaseRow(
        id=entry.id, chain=terms.chain, terms=terms.version, procedure=terms.procedure.id, measure=terms.measure,
        period=entry.period, opener="", participants=tuple(sorted(participants(terms))), title="", opened_at=entry.opens,
        last_at=entry.opens, acts=0, outcome="", open=True, parent="",
    )  # fmt: skip


def open_row(row: CaseRow, terms: MeasureTerms) -> Case:
    """The empty case of a row that the terms opened."""
    return Case.open(case=row.id, terms=terms, participants=row.participants, period=row.period, opens=row.opened_at)


def _new_row(said: Statement, terms: MeasureTerms, *, parent: str) -> CaseRow:
    return CaseRow(
        id=said.case, chain=terms.chain, terms=terms.version, procedure=terms.procedure.id, measure=terms.measure, period=None,
        opener=said.author, participants=tuple(sorted(said.to | {said.author})), title=title_of(said.data), opened_at=said.at,
        last_at=said.at, acts=0, outcome="", open=True, parent=parent,
    )  # fmt: skip


def title_of(data: Mapping[str, Any]) -> str:
    """What people call it, where the form says so."""
    return next((str(data[name])[:300] for name in TITLES if isinstance(data.get(name), str) and data[name]), "")


def duty_row(duty: Duty, terms: MeasureTerms) -> DutyRow:
    """`state` is what does not hang on the present: open, done, late, deemed or released."""
    state = "open"
    if duty.deemed:
        state = "deemed"
    elif duty.done_by is not None:
        state = "late" if duty.late else "done"
    elif duty.released_by is not None:
        state = "released"
    return DutyRow(
        key=duty.key, case=duty.case, measure=terms.measure, procedure=terms.procedure.id, step=duty.step, owner=duty.owner,
        to=tuple(sorted(duty.to)), since=duty.since or "", period=duty.period, due=duty.due, state=state, done_by=duty.done_by or "",
    )  # fmt: skip
