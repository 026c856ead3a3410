"""Nodes beside the one under test: its neighbours live in memory, and what waits is carried by hand.

`keys` gives the test node its keys. `neighbours` gives {party: Office}, all known to each other and to the node under test,
which is reached through `neighbours.here()`. `exchange()` carries everything that waits, both ways, until nothing does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from django.conf import settings

from comity.node.issue import Draft, issue
from comity.node.memory import MemoryStore
from comity.node.office import Office
from comity.node.ports import HeldAct, Peer
from comity.node.receive import receipts_of, receive, take_receipts
from comity.protocol import seal, signed
from comity.protocol.keyset import Card, NodeKeys
from comity.site.config import clock, keyfile, wiring

HERE = "tarsenia"
OFFICES: Mapping[str, str] = {"ondoria": "ondoria/vc", "velmora": "velmora/vc", "sarn": "sarn/desk"}
AT_ONCE = 64


class Neighbours(dict[str, Office]):
    """The other nodes by party."""

    def here(self) -> Office:
        """The node under test, as its writer has it."""
        with wiring.writing() as office:
            return office

    def everybody(self) -> list[Office]:
        return [self.here(), *self.values()]

    def exchange(self) -> None:
        """Everything that waits is sealed, sent, received and receipted, until nothing waits."""
        everybody = self.everybody()
        while any(_deliver(sender, to) for sender in everybody for to in everybody if sender is not to):
            pass

    def say(self, party: str, *drafts: Draft) -> tuple[HeldAct, ...]:
        """A neighbour issues, and everybody gets it."""
        said = issue(self[party], drafts)
        self.exchange()
        return said


def _deliver(sender: Office, to: Office) -> bool:
    due = sender.store.due_deliveries(to.party, sender.now(), AT_ONCE)
    if not due:
        return False
    sealed = []
    for one in due:
        act = sender.store.act(one.act)
        assert act is not None
        plain = signed.framed(act.head, act.signatures, act.content, act.salt, one.slip, one.path)
        sealed.append(seal.seal(plain, sender.ring(to.party).newest.seal, os.urandom))
    answers = receive(to, sealed, peer=sender.party)
    assert all(answer.receipt for answer in answers), [answer.code for answer in answers]
    take_receipts(sender, receipts_of(answers), peer=to.party)
    return True


def peer_of(office: Office, confirmed_by: str = "m.ilves") -> Peer:
    """An office as another node keeps it once its card was compared."""
    root = office.keysets[0].keyset.root
    card = Card(node=office.party, names={"en": office.party.title()}, root=root, keyset=office.keysets[0].id, doors=(), office=office.name)
    wires = tuple(one.wire() for one in office.keysets)
    return Peer(node=office.party, card=card.bytes(), keysets=wires, doors=(), confirmed_by=confirmed_by, confirmed_at=office.now())


def office_in_memory(name: str) -> Office:
    keys = NodeKeys.generate(os.urandom)
    keysets = (keys.first_keyset(node=name.partition("/")[0], at=clock.now()),)
    return Office(name=name, keys=keys, keysets=keysets, store=MemoryStore(), clock=clock.now, chance=os.urandom)


@pytest.fixture(scope="session")
def key_file() -> None:
    """The test node's keys, made once for all tests that need them."""
    if not (Path(settings.DATA) / keyfile.KEY_FILE).exists():
        keyfile.make(settings.DATA, office=f"{HERE}/vc", at=clock.now(), random=os.urandom)


@pytest.fixture
def keys(db: None, key_file: None) -> Iterator[None]:
    """The node under test with keys and an empty book."""
    wiring.forget()
    yield
    wiring.forget()


@pytest.fixture
def neighbours(keys: None) -> Neighbours:
    """Two States and a secretariat beside the node under test, all known to each other."""
    found = Neighbours({party: office_in_memory(name) for party, name in OFFICES.items()})
    for one in found.everybody():
        with one.turn() as turn:
            for other in found.everybody():
                if other is not one:
                    turn.set_peer(peer_of(other))
    return found


@pytest.fixture
def exchange(neighbours: Neighbours) -> Callable[[], None]:
    return neighbours.exchange
