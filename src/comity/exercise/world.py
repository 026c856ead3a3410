"""Many nodes in one process, under one seeded clock: for simulation, for worked cases, for training.

Everything that happens follows from the seed. The line between two nodes may delay, lose, double and reorder; a node may stop
and come back with what its book held. Envelopes, seals, signatures and receipts are the real ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from comity.conduct.versions import Version
from comity.conduct.words import initial_body, sign_body
from comity.exercise.life import Said
from comity.exercise.region_terms import OFFICES, region_texts
from comity.node.issue import Draft, issue, prepare
from comity.node.logbook import Logbook
from comity.node.memory import MemoryStore
from comity.node.office import Office
from comity.node.ports import HeldAct, Peer, Store
from comity.node.receive import Answer, receipts_of, receive, take_receipts
from comity.node.tick import tick
from comity.protocol import seal, signed
from comity.protocol.act import Reference, party_of
from comity.protocol.keyset import Card, NodeKeys

START = datetime(2026, 1, 1, 9, 0, 0, tzinfo=UTC)
RETRY = timedelta(minutes=5)
AT_ONCE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How bad the lines are: shares of envelopes and answers, from 0 to 1, and the longest delay in seconds."""

    lost: float = 0.0
    doubled: float = 0.0
    answer_lost: float = 0.0
    longest_delay: int = 0


@dataclass(order=True, slots=True)
class _Parcel:
    """A batch of envelopes under way."""

    due: datetime
    number: int
    sender: str = field(compare=False)
    to: str = field(compare=False)
    envelopes: tuple[bytes, ...] = field(compare=False)


class World:
    """Nodes that have compared cards, each with a book in memory."""

    def __init__(self, *, seed: int, offices: Iterable[str] = OFFICES.values(), faults: Faults = Faults(), start: datetime = START) -> None:
        self.random = Random(seed)  # noqa: S311 - a simulation is to be repeated, not to be secret
        self.now = start
        self.faults = faults
        self.offices: dict[str, Office] = {}
        self.down: set[str] = set()
        self._parcels: list[_Parcel] = []
        self._sent = 0
        for name in offices:
            self.offices[party_of(name)] = self._office(name, NodeKeys.generate(self._chance), MemoryStore())
        self._introduce()

    def _chance(self, count: int) -> bytes:
        return self.random.randbytes(count)

    def _office(self, name: str, keys: NodeKeys, store: Store) -> Office:
        keysets = (keys.first_keyset(node=party_of(name), at=START),)
        return Office(name=name, keys=keys, keysets=keysets, store=store, clock=lambda: self.now, chance=self._chance)

    def _introduce(self) -> None:
        for office in self.offices.values():
            with office.turn() as turn:
                for other in self.offices.values():
                    if other is not office:
                        turn.set_peer(_as_peer(other))

    # Time and lines

    def stop(self, party: str) -> None:
        """The node stops: nothing reaches it, and what was in its memory is gone."""
        self.down.add(party)

    def come_back(self, party: str) -> None:
        """It starts again from its book alone."""
        self.down.discard(party)
        old = self.offices[party]
        self.offices[party] = Office(
            name=old.name, keys=old.keys, keysets=old.keysets, store=old.store, clock=lambda: self.now, chance=self._chance
        )

    def restore(self, party: str) -> None:
        """It comes back from a backup: with the next keyset, in the next epoch, which every other node learns."""
        old = self.offices[party]
        keys = old.keys.renewed(self._chance)
        keysets = (*old.keysets, keys.next_keyset(old.keysets[-1], at=self.now, epoch=old.epoch + 1))
        self.offices[party] = Office(
            name=old.name, keys=keys, keysets=keysets, store=old.store, clock=lambda: self.now, chance=self._chance
        )
        with old.store.turn() as turn:
            turn.set_note("restored", self.now.isoformat())
        self._introduce()

    def pass_time(self, until: datetime) -> None:
        """Move the clock; nodes tick, and what is under way arrives."""
        while (due := min((parcel.due for parcel in self._parcels), default=None)) is not None and due <= until:
            self.now = max(self.now, due)
            self._arrive()
        self.now = max(self.now, until)
        for party, office in self.offices.items():
            if party not in self.down:
                tick(office, Logbook(office), now=self.now)
        self.post()

    def post(self) -> None:
        """Every node that is up sends what is due."""
        for party, office in self.offices.items():
            if party not in self.down:
                for peer in office.store.peers_with_due(self.now):
                    self._send(office, peer)
        self._arrive()

    def run_until_quiet(self, *, most: int = 10_000) -> None:
        """Go on until nothing is under way and nothing waits for a node that is up."""
        for _ in range(most):
            self.post()
            if not self._parcels and not self._waiting():
                return
            self.pass_time(min((parcel.due for parcel in self._parcels), default=self.now + RETRY))
        raise AssertionError("the world does not come to rest")

    def _waiting(self) -> bool:
        later = self.now + timedelta(days=3650)
        return any(set(office.store.peers_with_due(later)) - self.down for party, office in self.offices.items() if party not in self.down)

    def _send(self, office: Office, peer: str) -> None:
        due = office.store.due_deliveries(peer, self.now, AT_ONCE)
        sealed = [sealed_for(office, office.store.act(one.act), one.slip, one.path, peer) for one in due]
        with office.turn() as turn:
            for one in due:
                turn.set_delivery(_tried(one, self.now + RETRY))
        for envelopes in self._mangled(sealed):
            self._sent += 1
            delay = timedelta(seconds=self.random.randint(0, self.faults.longest_delay))
            self._parcels.append(_Parcel(self.now + delay, self._sent, office.party, peer, envelopes))

    def _mangled(self, sealed: list[bytes]) -> Iterable[tuple[bytes, ...]]:
        """Lost, doubled, and out of order."""
        kept = [one for one in sealed if self.random.random() >= self.faults.lost]
        kept += [one for one in kept if self.random.random() < self.faults.doubled]
        if self.faults.longest_delay:
            self.random.shuffle(kept)
        if kept:
            yield tuple(kept)

    def _arrive(self) -> None:
        ready = sorted(parcel for parcel in self._parcels if parcel.due <= self.now)
        self._parcels = [parcel for parcel in self._parcels if parcel.due > self.now]
        for parcel in ready:
            if parcel.to not in self.down:
                self._deliver(parcel)

    def _deliver(self, parcel: _Parcel) -> None:
        answers = receive(self.offices[parcel.to], parcel.envelopes, peer=parcel.sender)
        if self.random.random() >= self.faults.answer_lost and parcel.sender not in self.down:
            take_receipts(self.offices[parcel.sender], receipts_of(answers), peer=parcel.to)

    def bring(self, sender: str, to: str, envelopes: tuple[bytes, ...]) -> tuple[Answer, ...]:
        """Envelopes arrive that nobody's outbox sent: for hostile peers."""
        return receive(self.offices[to], envelopes, peer=sender)


def _as_peer(other: Office) -> Peer:
    keyset = other.keysets[0]
    card = Card(
        node=other.party, names={"en": other.party.capitalize()}, root=keyset.keyset.root, keyset=keyset.id, doors=(), office=other.name
    )
    return Peer(
        node=other.party, card=card.bytes(), keysets=tuple(one.wire() for one in other.keysets), doors=(), confirmed_by="simulation"
    )


def sealed_for(office: Office, act: HeldAct | None, slip: bytes, path: bytes, peer: str) -> bytes:
    """The envelope the post would make."""
    assert act is not None, "a delivery is of an act we hold"
    plaintext = signed.framed(act.head, act.signatures, act.content, act.salt, slip, path)
    return seal.seal(plaintext, office.ring(peer).newest.seal, office.chance)


def _tried(delivery: Any, again: datetime) -> Any:
    from dataclasses import replace

    return replace(delivery, attempts=delivery.attempts + 1, next_at=again, state="sent")


class WorldVoice:
    """The region's life in a world: see life.Voice."""

    def __init__(self, world: World) -> None:
        self.world = world

    def at(self, moment: datetime) -> None:
        self.world.pass_time(moment)

    def settle(self) -> None:
        self.world.run_until_quiet()

    def propose(self, party: str, version: Version) -> None:
        self._word(party, "initial", version, initial_body(version, 1, region_texts(version)))

    def word(self, party: str, kind: str, version: Version) -> None:
        self._word(party, kind, version, initial_body(version, 1) if kind == "initial" else sign_body(version, 1))

    def _word(self, party: str, kind: str, version: Version, body: Mapping[str, Any]) -> None:
        office = self.world.offices[party]
        issue(office, [Draft(kind=kind, to=tuple(to for to in version.offices() if to != office.name), body=body)])

    def say(self, party: str, **draft: Any) -> Said:
        (act,) = issue(self.world.offices[party], [_draft(draft)])
        return Said(act.id, act.case or "")

    def prepare(self, party: str, **draft: Any) -> None:
        prepared = prepare(self.world.offices[party], _draft(draft), now=self.world.now)
        assert not prepared.faults, prepared.faults


def _draft(draft: dict[str, Any]) -> Draft:
    refs = tuple(Reference(rel=rel, act=act) for rel, act in draft.pop("refs", ()))
    return Draft(**draft, refs=refs)


def digest_of(office: Office) -> str:
    """What this node makes of all it holds, as one hash: equal on nodes that hold the same acts of the same cases."""
    lines = []
    store = office.store
    for act in store.acts():
        state, why = store.standing(act.id) or ("", "")
        lines.append(f"{act.id} {state} {why}")
        row = store.case_row(act.case) if act.case else None
        if row is not None:
            lines.append(f"{row.id} {row.outcome} {row.open} {row.acts} {row.title} {' '.join(row.participants)}")
            lines += [f"{duty.key} {duty.due} {duty.state} {duty.done_by}" for duty in store.duty_rows(row.id)]
    return hashlib.sha256("\n".join(sorted(set(lines))).encode()).hexdigest()
