"""A year in the life of the fictional region, made by the nodes' own verbs: three in memory, the fourth in this site's database."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from comity.catalogue.forms import example
from comity.conduct.words import initial_body, sign_body
from comity.exercise.region_terms import NAMES, OFFICES, STATES, region_terms, region_texts
from comity.node.issue import Draft, issue
from comity.node.logbook import Logbook
from comity.node.memory import MemoryStore
from comity.node.office import Office
from comity.node.ports import HeldAct, Peer
from comity.node.receive import receipts_of, receive, take_receipts
from comity.node.tick import tick
from comity.protocol import seal, signed
from comity.protocol.act import Reference
from comity.protocol.keyset import Card, NodeKeys
from comity.site.config import keyfile
from comity.site.journal.findable import findable
from comity.site.journal.store import SqlStore


class Region:
    """`office["ondoria"]` and the others share one clock, `now`; `deliver` carries everything that waits."""

    def __init__(self, today: datetime, held: keyfile.Held) -> None:
        self.today = today
        self.begin = today.replace(hour=9, minute=0, second=0, microsecond=0)
        self.now = self.begin - timedelta(days=430)
        self.office = {name: self._office(name, held) for name in OFFICES}
        self._introduce()
        self.terms = self._conclude()

    def _office(self, name: str, held: keyfile.Held) -> Office:
        clock: Callable[[], datetime] = lambda: self.now  # noqa: E731
        if name == "tarsenia":
            return Office(name=held.office, keys=held.keys, keysets=held.keysets, store=SqlStore(), clock=clock, chance=os.urandom)
        keys = NodeKeys.generate(os.urandom)
        keysets = (keys.first_keyset(node=name, at=self.now),)
        return Office(name=OFFICES[name], keys=keys, keysets=keysets, store=MemoryStore(), clock=clock, chance=os.urandom)

    def _introduce(self) -> None:
        for here in self.office.values():
            with here.store.turn() as turn:
                for other in self.office.values():
                    if other is not here:
                        card = Card(
                            node=other.party, names=dict(NAMES[other.party]), root=other.keys.root.public, keyset=other.keysets[0].id,
                            doors=(), office=other.name,
                        )  # fmt: skip
                        turn.set_peer(
                            Peer(
                                node=other.party,
                                card=card.bytes(),
                                keysets=(other.keysets[0].wire(),),
                                doors=(),
                                confirmed_by="R. Ilven",
                                confirmed_at=self.now,
                            )
                        )

    def _conclude(self) -> str:
        version = region_terms(self.today.date())
        texts = region_texts(version)
        everybody = [OFFICES[name] for name in OFFICES]
        for name in STATES:
            self.say(
                name, Draft(kind="initial", to=_but(everybody, name), body=initial_body(version, 1, texts if name == "ondoria" else None))
            )
        for name in STATES:
            self.say(name, Draft(kind="sign", to=_but(everybody, name), body=sign_body(version, 1)))
        return version.id

    def at(self, days: float, hours: float = 0) -> Region:
        """The clock at so many days from today, 09:00 UTC."""
        self.now = self.begin + timedelta(days=days, hours=hours)
        self.tick()
        return self

    def tick(self) -> None:
        for office in self.office.values():
            tick(office, Logbook(office), now=self.now, findable=findable)

    def say(self, name: str, draft: Draft, *, deliver: bool = True) -> HeldAct:
        (act,) = issue(self.office[name], [draft])
        if deliver:
            self.deliver()
        return act

    def step(self, name: str, measure: str, step: str, *, header: Any = None, deliver: bool = True, **fields: Any) -> HeldAct:
        said = {"precedence": "routine", "language": "en", **(header or {})}
        return self.say(name, Draft(terms=self.terms, measure=measure, step=step, header=said, **fields), deliver=deliver)

    def ask(self, name: str, case: str, measure: str, about: HeldAct, text: str, path: str = "", line: int | None = None) -> HeldAct:
        said = {"act": about.id, **({"path": path} if path else {}), **({"line": line} if line else {})}
        return self.step(name, measure, "ask", case=case, to=(about.sender,), data={"about": said, "text": text})

    def answer(self, name: str, question: HeldAct, measure: str, text: str) -> HeldAct:
        refs = (Reference(rel="answers", act=question.id),)
        return self.step(name, measure, "answer", case=question.case, refs=refs, data={"text": text})

    def deliver(self) -> None:
        for office in self.office.values():
            for peer in office.store.peers_with_due(self.now):
                due = office.store.due_deliveries(peer, self.now, 64)
                envelopes = [self._envelope(office, peer, one) for one in due]
                answers = receive(self.office[peer], envelopes, peer=office.party)
                assert all(one.state == "delivered" for one in answers), answers
                take_receipts(office, receipts_of(answers), peer=peer)

    @staticmethod
    def _envelope(office: Office, peer: str, delivery: Any) -> bytes:
        held = office.store.act(delivery.act)
        assert held is not None
        framed = signed.framed(held.head, held.signatures, held.content, held.salt, delivery.slip, delivery.path)
        return seal.seal(framed, office.ring(peer).newest.seal, os.urandom)


def _but(offices: list[str], name: str) -> tuple[str, ...]:
    return tuple(office for office in offices if not office.startswith(f"{name}/"))


FORCES, CALENDAR, CONTACTS, NOTIFY, CONSULT = "un:I.1.1", "un:I.1.7", "un:I.2.3", "un:I.3.1", "un:I.3.4"


def _polygon(*corners: tuple[float, float]) -> dict[str, Any]:
    return {"shape": "polygon", "points": [{"lat": round(lat * 1e7), "lon": round(lon * 1e7)} for lat, lon in corners]}


def _forces(name: str, personnel: int, *, brigades: int = 4) -> dict[str, Any]:
    data = example("forces")
    data["units"] = [dict(unit) for unit in data["units"]][:brigades]
    for unit in data["units"]:
        if "personnel" in unit:
            unit["personnel"] = unit["personnel"] + personnel
    return data


def a_year(region: Region) -> Region:
    """What everybody would find on a working day: reports, contacts, exercises, questions, an incident."""
    due = region.today.date() + timedelta(days=6)
    last = date(due.year - 1, due.month, due.day)
    for days, name, more in ((-361, "tarsenia", 0), (-360, "ondoria", 40), (-350, "velmora", 5)):
        region.at(days).step(name, FORCES, "report", choice="submitted", period=last, data=_forces(name, more))
    for days, name in ((-400, "tarsenia"), (-399, "ondoria"), (-250, "velmora")):
        region.at(days).step(name, CONTACTS, "declare", data=example("contact"))
    quiet = region.at(-120).step(
        "velmora", NOTIFY, "notify", choice="planned", data=_exercise("Quiet Harbour", region, -70, -60, 3000, None)
    )
    region.at(-50).step("velmora", NOTIFY, "complete", case=quiet.case, data=example("completion"))
    return region


def _day(region: Region, days: int) -> str:
    return (region.today.date() + timedelta(days=days)).isoformat()


def _exercise(name: str, region: Region, begins: int, ends: int, personnel: int, area: dict[str, Any] | None) -> dict[str, Any]:
    said = {
        "reference": name[:2].upper() + "-1",
        "designation": name,
        "begins": _day(region, begins),
        "ends": _day(region, ends),
        "personnel": personnel,
    }
    return said | ({"area": area} if area else {})


HERON_AREA = _polygon((-45.05, -120.9), (-44.98, -120.2), (-45.55, -120.0), (-45.65, -120.75))
SIGNAL_AREA = _polygon((-44.35, -118.9), (-44.3, -118.0), (-44.75, -118.0), (-44.8, -118.8))


def this_week(region: Region) -> dict[str, HeldAct]:
    """The days before today: what is open."""
    made = _said(region)
    made |= _asked(region, made)
    incident = example("incident") | {"happened": (region.begin - timedelta(hours=26)).strftime("%Y-%m-%dT%H:%M:%SZ")}
    made["incident"] = region.at(-1, 4).step(
        "tarsenia", CONSULT, "request", choice="incident", to=("velmora/vc",), header={"precedence": "immediate"}, data=incident
    )
    region.at(0)
    return made


def _said(region: Region) -> dict[str, HeldAct]:
    due = region.today.date() + timedelta(days=6)
    heron = _exercise("Grey Heron", region, 8, 19, 8700, HERON_AREA) | {"holdings": {"tanks": 86, "artillery": 136}, "place": "Lomra"}
    signal = _exercise("Winter Signal", region, 50, 55, 5200, SIGNAL_AREA)
    signal["units"] = [{"line": 1, "name": "1st Brigade", "personnel": 2600}]
    header = {"precedence": "priority", "subject": "Exercise Grey Heron", "remarks": "Area changed after flooding."}
    full = _forces("ondoria", 90, brigades=3)
    return {
        "velmora": region.at(-9).step("velmora", FORCES, "report", choice="nil", period=due, data=_nil()),
        "report": region.at(-8).step("ondoria", FORCES, "report", choice="submitted", period=due, data=full),
        "heron": region.at(-4, 5).step("ondoria", NOTIFY, "notify", choice="planned", header=header, data=heron),
        "signal": region.at(-3).step("tarsenia", NOTIFY, "notify", choice="planned", data=signal),
    }


def _asked(region: Region, made: dict[str, HeldAct]) -> dict[str, HeldAct]:
    heron, signal, report = made["heron"], made["signal"], made["report"]
    rise, above = "What accounts for the rise in line 2?", "What accounts for the 2 700 persons above the calendar?"
    reserve = "Which reserve units take part in the 1st Brigade?"
    area = region.at(-3, 1).ask("velmora", heron.case or "", NOTIFY, heron, "Why was the area moved?", "/area")
    line = region.at(-2).ask("tarsenia", report.case or "", FORCES, report, rise, "/units/1/personnel", 2)
    answer = region.at(-1).answer("ondoria", line, FORCES, "Two companies moved there in June.")
    persons = region.at(-1, 2).ask("tarsenia", heron.case or "", NOTIFY, heron, above, "/personnel")
    theirs = region.at(-1, 3).ask("ondoria", signal.case or "", NOTIFY, signal, reserve, "/units/0/personnel", 1)
    return {"area": area, "line": line, "answer": answer, "persons": persons, "theirs": theirs}


def _nil() -> dict[str, Any]:
    return example("nil-return")
