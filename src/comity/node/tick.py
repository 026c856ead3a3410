"""Time passes: calendar cases open, recurrences come, cases close, acts become findable, the log is signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from comity.conduct.openings import calendar_cases, participants
from comity.node.ahead import FIRST, dated_ahead
from comity.node.folds import content_of
from comity.node.logbook import Logbook
from comity.node.office import Office
from comity.node.ports import HeldAct, Projection
from comity.node.taking import Taking

Findable = Callable[[HeldAct, dict[str, Any]], str]
"""The normalised words by which an act is found; catalogue.search makes them."""

INDEXED_AT_ONCE = 200
"""Acts made findable in one turn, so that nobody waits long for the writer."""


def tick(office: Office, logbook: Logbook, *, now: datetime, findable: Findable | None = None) -> None:
    """Everything that hangs on time. Doing it twice does nothing more; a node that slept catches up.

    Each part is tried, whatever befell the one before; what went wrong is raised together at the end.
    """
    wrong: list[Exception] = []
    for part in (release_dated, open_calendar, close_cases, partial(_make_all_findable, findable=findable), partial(_sign_log, logbook)):
        try:
            part(office, now=now)
        except Exception as fault:  # noqa: BLE001 - raised below
            wrong.append(fault)
    if wrong:
        raise ExceptionGroup("time did not pass in full", wrong)


def _make_all_findable(office: Office, *, now: datetime, findable: Findable | None) -> None:  # noqa: ARG001 - one shape for all parts
    while findable is not None and make_findable(office, findable):
        pass


def _sign_log(logbook: Logbook, _office: Office, *, now: datetime) -> None:
    if logbook.due(now=now):
        logbook.sign(now=now)


def release_dated(office: Office, *, now: datetime) -> None:
    """Acts that were dated ahead of our clock are folded when their time has come."""
    first = office.store.note(FIRST)
    if not first or dated_ahead(datetime.fromisoformat(first), now):
        return
    with office.turn() as turn:
        taking = Taking(folds=office.folds, library=office.library, store=office.store, turn=turn, now=now)
        taking.release_dated()
        taking.finish()


def open_calendar(office: Office, *, now: datetime) -> None:
    """Cases we take part in that the terms open by now, and the next dates of recurrences. Once a day, and whenever terms change."""
    done = f"{now:%Y-%m-%d} {sorted(one.version.id for _, one in office.folds.instruments.in_force(now))}"
    if office.store.note("calendar") == done:
        return
    with office.turn() as turn:
        taking = Taking(folds=office.folds, library=office.library, store=office.store, turn=turn, now=now)
        for terms in office.folds.in_force(now):
            if office.party not in participants(terms):
                continue
            for entry in calendar_cases(terms, now):
                case = office.folds.case(entry.id)
                if case is None:
                    case = taking.open_by_calendar(terms, entry)
                taking.apply_duties(terms, case.look_ahead(now))
        taking.finish()
        turn.set_note("calendar", done)


def close_cases(office: Office, *, now: datetime) -> None:
    """Cases whose closing moment has passed are shown as closed; their duties not done are missing from then on."""
    rows = list(office.store.open_cases(closing_by=now))
    if not rows:
        return
    closed = []
    for row in rows:
        case = office.folds.case(row.id)
        ended = case.outcome(now) if case else None
        word, closes = (ended.word if ended else row.outcome), (case.closing if case else row.closes)
        closed.append(replace(row, open=ended is None, outcome=word, closes=closes))
    with office.turn() as turn:
        turn.project(Projection(cases=closed))


def make_findable(office: Office, findable: Findable) -> bool:
    """Index the next acts not yet found by words. False when there are none."""
    after = int(office.store.note("indexed") or 0)
    acts = list(office.store.acts(after=after, limit=INDEXED_AT_ONCE))
    if not acts:
        return False
    words = [("act", act.id, findable(act, content_of(act))) for act in acts]
    with office.turn() as turn:
        turn.project(Projection(words=words))
        turn.set_note("indexed", str(acts[-1].position))
    return True


def next_tick(now: datetime) -> datetime:
    """When to look again: the next whole minute."""
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)
