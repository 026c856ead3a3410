"""Nodes in memory that have agreed terms, and envelopes of theirs to bend and send."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from comity.exercise.region_terms import region_terms
from comity.exercise.reports import forces
from comity.exercise.world import START, World, WorldVoice, sealed_for
from comity.node.issue import Draft, issue, prepare
from comity.node.office import Office
from comity.node.ports import HeldAct
from comity.node.receive import Answer
from comity.protocol import seal
from comity.protocol.act import Content, LanePoint, Reference, compose
from comity.protocol.signed import framed, plaintext

FORCES, NOTICE = "un:I.1.1", "un:I.3.1"
STATES = ("tarsenia", "ondoria", "velmora")
DUE = START.date() + timedelta(days=6)
VERSION = region_terms(START.date())


def a_region(seed: int = 7, *, agreed: bool = True) -> World:
    """Tarsenia, Ondoria, Velmora and the secretariat; with `agreed`, under the Sarn Arrangement and the clock at START."""
    world = World(seed=seed, start=START - timedelta(days=460))
    if agreed:
        conclude(world)
    return world


def conclude(world: World) -> None:
    voice = WorldVoice(world)
    voice.propose("tarsenia", VERSION)
    voice.settle()
    for party in STATES[1:]:
        voice.word(party, "initial", VERSION)
    voice.settle()
    for party in STATES:
        voice.word(party, "sign", VERSION)
    voice.settle()
    voice.at(START)
    voice.settle()


def exercise(name: str = "Grey Heron") -> dict[str, Any]:
    """An exercise long enough ahead to be notified in time."""
    begins = START.date() + timedelta(days=60)
    return {
        "reference": name[:2].upper() + "-1", "designation": name, "begins": begins.isoformat(),
        "ends": (begins + timedelta(days=9)).isoformat(), "personnel": 5200,
    }  # fmt: skip


def notice(world: World, party: str, **more: Any) -> HeldAct:
    """An exercise is notified: a case of its own each time; issued and not yet sent."""
    draft = Draft(terms=VERSION.id, measure=NOTICE, step="notify", choice="planned", **{"data": exercise(), **more})
    (act,) = issue(world.offices[party], [draft])
    return act


def report(world: World, party: str, **more: Any) -> HeldAct:
    """This year's report of its forces, issued and not yet sent."""
    said = {"choice": "submitted", "period": DUE, "data": forces(party, START.date(), last_year=False), **more}
    (act,) = issue(world.offices[party], [Draft(terms=VERSION.id, measure=FORCES, step="report", **said)])
    return act


def envelope(world: World, act: HeldAct, to: str) -> bytes:
    """What its post would send to that party."""
    office = world.offices[act.sender.split("/")[0]]
    delivery = next(one for one in office.store.deliveries(act.id) if one.to.startswith(f"{to}/"))
    return sealed_for(office, act, delivery.slip, delivery.path, to)


def plain(world: World, act: HeldAct, to: str) -> list[bytes]:
    """Head, signatures, content, salt, slip and path, to be bent."""
    office = world.offices[act.sender.split("/")[0]]
    delivery = next(one for one in office.store.deliveries(act.id) if one.to.startswith(f"{to}/"))
    return [act.head, act.signatures, act.content, act.salt, delivery.slip, delivery.path]


def sealed(world: World, parts: list[bytes], sender: str, to: str) -> bytes:
    office = world.offices[sender]
    return seal.seal(framed(*parts), office.ring(to).newest.seal, office.chance)


def forged(world: World, office: Office, content: Content, *, at: Any = None, seq: int = 50, **changes: Any) -> bytes:
    """An act signed beside the book, as somebody with their own program would: for one addressee, the first in `to`."""
    lanes = [LanePoint(epoch=1, seq=seq, prev=None) for _ in content.to]
    made = compose(
        sender=changes.get("sender", office.name), keyset=changes.get("keyset", 1), at=at or world.now, content=content, lanes=lanes,
        signer=office.keys.act, random=office.chance,
    )  # fmt: skip
    return seal.seal(plaintext(made, 0), office.ring(content.to[0].split("/")[0]).newest.seal, office.chance)


def content_of_notice(world: World, party: str, to: tuple[str, ...] = (), **changes: Any) -> Content:
    """The content of a notification as its node would write it, the office written to first standing first."""
    draft = Draft(terms=VERSION.id, measure=NOTICE, step="notify", choice="planned", data=exercise())
    content = prepare(world.offices[party], draft, now=world.now).content
    return replace(content, to=(*to, *(office for office in content.to if office not in to)), **changes)


def one(answers: tuple[Answer, ...]) -> Answer:
    (answer,) = answers
    return answer


def cites(*acts: str, rel: str = "after") -> tuple[Reference, ...]:
    return tuple(Reference(rel=rel, act=act) for act in acts)
