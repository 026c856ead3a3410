"""Cases for tests: terms of the fictional region, statements by hand, and histories made by parties with partial sight."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from comity.catalogue.procedures import Procedure, procedures, read_procedure
from comity.conduct.case import Case
from comity.conduct.duties import Duty
from comity.conduct.measure_terms import MeasureTerms
from comity.conduct.openings import opening_steps, participants
from comity.conduct.statements import Cited, Possible, Statement

PARTIES = ("tarsenia", "ondoria", "velmora")
DRAFTS = Path(__file__).parent.parent / "catalogue" / "drafts"
FILLED: Mapping[str, object] = {
    "notice": "P42D", "change_notice": "P7D", "report_time": "P30D", "open_for": "P1Y", "answer_time": "P14D",
    "lead": "P60D", "threshold": {"any": [{"field": "personnel", "at_least": 9000}]}, "all_in_time": "P2D",
    "reveal_time": "P2D", "again_time": "P5D", "reply_time": "PT48H", "urgent_time": "PT12H", "meeting_time": "PT48H",
    "first": "P30D", "confirm_schedule": "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=1", "check_time": "PT24H",
    "check_schedule": "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=10",
}  # fmt: skip


def at(text: str) -> datetime:
    """`2026-05-20` is noon of that day; with a time it is that time."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T12:00:00").replace(tzinfo=UTC)


@lru_cache(maxsize=64)
def draft(name: str) -> Procedure:
    return read_procedure((DRAFTS / f"{name}.yaml").read_text(encoding="utf-8"))


def procedure(name: str) -> Procedure:
    return procedures()[name] if name in procedures() else draft(name)


def terms(of: str | Procedure, parties: tuple[str, ...] = PARTIES, **parameters: object) -> MeasureTerms:
    agreed = procedure(of) if isinstance(of, str) else of
    known = {name: value for name, value in FILLED.items() if name in agreed.parameters and agreed.parameters[name].required}
    roles = {name: ("sarn",) for name, role in agreed.roles.items() if any(kind.kind == "terms" for kind in role.ways.values())}
    return MeasureTerms(
        measure="un:I.1.1",
        procedure=agreed,
        chain="c" * 64,
        version="v" * 64,
        parties=parties,
        in_force_from=datetime(2026, 1, 1, tzinfo=UTC),
        parameters={**known, **parameters},
        roles=roles,
    )


def said(author: str, to: Iterable[str], when: str | datetime, step: str, act: str = "", **more: object) -> Statement:
    """A statement whose id is the hash of what it says, unless one is given."""
    moment = at(when) if isinstance(when, str) else when
    made = Statement(id=act, author=author, to=frozenset(to), at=moment, step=step, **more)  # type: ignore[arg-type]
    return made if act else Statement(**{**fields(made), "id": sha256(repr(made).encode()).hexdigest()})


def fields(statement: Statement) -> dict[str, object]:
    return {name: getattr(statement, name) for name in statement.__dataclass_fields__}


def others(party: str, parties: Iterable[str] = PARTIES) -> set[str]:
    return set(parties) - {party}


def state(case: Case, act: Statement) -> str:
    return case.standing(act.id).state


def codes(case: Case, act: Statement) -> list[str]:
    return [reason.code for reason in case.standing(act.id).reasons]


def names(case: Case, party: str, when: str) -> set[str]:
    return {possible.step for possible in case.allowed(party, at(when))}


def duty(case: Case, step: str, owner: str, when: str) -> Duty:
    return next(one for one in case.duties(at(when)) if (one.step, one.owner) == (step, owner))


class Story:
    """A history written by parties that each hold only part of it when they write, and sometimes write what they may not."""

    def __init__(self, agreed: MeasureTerms, seed: int, *, period: date | None = None) -> None:
        self.terms, self.chance = agreed, random.Random(seed)
        calendar = agreed.procedure.calendar
        self.fixed: dict[str, object] = {}
        if calendar is not None and not opening_steps(agreed, PARTIES[0], agreed.in_force_from):
            self.fixed = {"participants": participants(agreed), "period": period, "opens": agreed.in_force_from}
        self.acts: list[Statement] = []
        self.now = agreed.in_force_from + timedelta(hours=5)

    def case(self, acts: Iterable[Statement] = ()) -> Case:
        made = Case.open(case="case", terms=self.terms, **self.fixed)  # type: ignore[arg-type]
        for act in acts:
            made.advance(act)
        return made

    def tell(self, length: int) -> list[Statement]:
        if not self.fixed:
            self._open()
        parties = sorted(participants(self.terms))
        for _ in range(length):
            self.now += timedelta(hours=self.chance.choice((0, 1, 1, 7, 50, 400)))
            self._write(self.chance.choice(parties))
        return self.acts

    def _open(self) -> None:
        party = self.chance.choice(PARTIES)
        possible = self.chance.choice(opening_steps(self.terms, party, self.now))
        to = sorted(possible.to)
        if possible.chosen and self.chance.random() < 0.5:
            to = to[:1]
        self._add(party, set(to), possible, self._choice(possible), ())

    def _write(self, party: str) -> None:
        """Holding all, or having missed the last few acts."""
        held = self.acts[: max(1, len(self.acts) - self.chance.choice((0, 0, 0, 1, 2, 4)))]
        view = self.case(held)
        possible = view.allowed(party, self.now)
        if self.chance.random() < 0.15:
            possible = self.case(self.acts[:1]).allowed(party, self.now)
        if not possible:
            return
        picked = self.chance.choice(possible)
        wanted = [one for one in possible if one.kind != "step" or one.step not in ("ask", "correct", "withdraw")]
        if wanted and self.chance.random() < 0.8:
            picked = self.chance.choice(wanted)
        refs: tuple[Cited, ...] = (Cited("answers", picked.answers),) if picked.answers else ()
        if picked.kind == "step" and self.chance.random() < 0.6:
            refs = view.references(party, picked.step, answers=picked.answers)
        if picked.kind == "settle":
            crossing = next(one for one in view.crossings if picked.answers in one.acts)
            refs = tuple(Cited("settles", act) for act in crossing.acts)
        self._add(party, set(view.participants - {party}), picked, self._choice(picked), refs)

    def _choice(self, possible: Possible) -> str | None:
        return self.chance.choice([choice for choice, _ in possible.choices]) if possible.choices else None

    def _add(self, party: str, to: set[str], possible: Possible, choice: str | None, refs: tuple[Cited, ...]) -> None:
        data: dict[str, object] = {"text": str(len(self.acts))}
        if self.chance.random() < 0.5:
            data |= {"begins": "2026-03-01", "ends": f"2026-04-{self.chance.randint(1, 28):02}"}
        if possible.kind == "taken-as":
            data["holder"] = possible.holder
        if possible.kind == "settle":
            data["stands"] = self.chance.choice((possible.answers, None))
        if possible.reasons:
            data["reason"] = self.chance.choice(possible.reasons)
        written = self.now - timedelta(hours=self.chance.choice((0, 0, 0, 2, 30)))
        self.acts.append(
            said(party, to, written, possible.step, kind=possible.kind, choice=choice, refs=refs, period=possible.period, data=data)
        )


def picture(case: Case, now: datetime) -> dict[str, object]:
    """Everything a case amounts to, to compare two of them."""
    acts = sorted(case.tables.statements)
    return {
        "standings": {act: case.standing(act) for act in acts},
        "timings": {act: case.timing(act) for act in acts},
        "data": {act: dict(case.data(act)) for act in acts},
        "duties": case.duties(now),
        "outcome": case.outcome(now),
        "crossings": case.crossings,
        "waiting": case.waiting,
        "allowed": {party: case.allowed(party, now) for party in sorted(case.participants)},
        "order": [statement.id for statement in case.statements],
        "closing": case.closing,
    }
