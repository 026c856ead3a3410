"""What a participant may do now: every step asked the same question that an act would be asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice

from comity.catalogue.program import Step
from comity.conduct.duties import Duties, DutyKey
from comity.conduct.fold import Fold
from comity.conduct.judging import blockers, objections
from comity.conduct.statements import Crossing, Possible, Taking
from comity.conduct.tables import Tables

MOST_OFFERED = 200
"""Acts offered to be answered or corrected at once; an older one is asked about by name."""


def possible(
    fold: Fold, duties: Duties, crossings: Iterable[Crossing], party: str, now: datetime, *, about: str | None = None
) -> Iterator[Possible]:
    """Steps in the order of the procedure, then silences that may be said, then crossings to settle."""
    tables = fold.tables
    if party not in tables.participants:
        return
    for step in tables.rules.steps.values():
        if not step.deemed and not step.opens and (about is None or step.answering):
            yield from _steps(duties, step, party, now, about)
    if about is None:
        yield from _silences(tables, duties, party, now)
        yield from _crossings(tables, crossings, party)


def open_choices(step: Step) -> tuple[tuple[str | None, str | None], ...]:
    """The choices that can be said, each with its form; one unnamed where the step has none."""
    said = [(choice.name, choice.form or step.form) for choice in step.choices.values() if not choice.deemed]
    return tuple(said) if step.choices else ((None, step.form),)


def _steps(duties: Duties, step: Step, party: str, now: datetime, about: str | None) -> Iterator[Possible]:
    tables = duties.tables
    for thread in _threads(tables, duties, step, party, about):
        for period in _periods(duties, step, party):
            taking = Taking(act="", step=step.name, choice=None, holder=party, thread=thread, period=period, at=now)
            if not objections(tables, taking) and not any(blockers(tables, taking)):
                yield _possible(tables, duties, step, taking)


def _threads(tables: Tables, duties: Duties, step: Step, party: str, about: str | None) -> Iterable[str | None]:
    """The acts this step may answer: those that ask for it, else the newest."""
    if not step.answering:
        return (None,)
    if about is not None:
        return (about,)
    if step.due and not step.repeat:
        owed = (key for key in duties.watched.get(step.name, ()) if key.owner == party and key.thread is not None)
        return sorted({str(key.thread) for key in owed}, key=lambda act: tables.keys[act])
    if step.answers_any:
        own = step.by == ("author",)
        standing = (act for act, taking in reversed(tables.takings.items()) if tables.stands(act) and (taking.holder == party or not own))
        return tuple(islice(standing, MOST_OFFERED))[::-1]
    found = (act for word in step.answers if tables.rules.exists(word) for act in tables.newest(word))
    return tuple(islice(dict.fromkeys(found), MOST_OFFERED))[::-1]


def _periods(duties: Duties, step: Step, party: str) -> Iterable[date | None]:
    """The dates of this step that the party has not answered; those further ahead than the next are not offered."""
    if step.every is None:
        return (None,)
    if step.due:
        watched = duties.watched.get(step.name, set())
        return sorted(key.period for key in watched if key.owner == party and key.period is not None)
    return duties.dates_of(step)


def _possible(tables: Tables, duties: Duties, step: Step, taking: Taking) -> Possible:
    others = tables.participants - {taking.holder}
    to = tables.addressees(step, taking)
    duty = duties.known.get(DutyKey(step.name, taking.holder, taking.thread, taking.period))
    return Possible(
        step=step.name,
        choices=open_choices(step),
        answers=taking.thread,
        period=taking.period,
        to=others if to is None else to,
        chosen=to is None,
        aside=to is not None and to != others,
        release=step.release,
        cites=step.cites,
        reasons=tables.rules.reasons(step, None, taking.holder),
        due=duty.due if duty else None,
    )


def _silences(tables: Tables, duties: Duties, party: str, now: datetime) -> Iterator[Possible]:
    for name, watched in duties.watched.items():
        step = tables.rules.steps[name]
        for key in sorted(watched, key=str) if step.silence is not None else ():
            duty = duties.known.get(key)
            if duty is None or duty.silence_from is None or now <= duty.silence_from or key.owner == party:
                continue
            if duty.state(now) not in ("expected", "open-past"):
                continue
            meaning = tables.rules.meaning(step, key.owner)
            assert meaning is not None
            yield Possible(
                kind="taken-as",
                step=meaning[0],
                choices=((meaning[1], None),),
                answers=key.thread,
                period=key.period,
                holder=key.owner,
                to=tables.participants - {party},
                release=step.release,
                due=duty.due,
            )


def _crossings(tables: Tables, crossings: Iterable[Crossing], party: str) -> Iterator[Possible]:
    for crossing in crossings:
        authors = {tables.statements[act].author for act in crossing.acts}
        if party in authors and not crossing.settled and (crossing.acts, party) not in tables.says:
            for act in crossing.acts:
                yield Possible(
                    kind="settle", step=tables.takings[act].step, answers=act, to=tables.participants - {party}
                )
