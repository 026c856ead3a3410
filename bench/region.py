"""The fictional region with one of its nodes in a real data folder, on SQL, and the others in memory."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from comity.exercise.import_region import BEGINNING
from comity.exercise.region_terms import NAMES, OFFICES, STATES, region_terms
from comity.exercise.world import World, WorldVoice, sealed_for
from comity.node.office import Office
from comity.node.ports import Delivery, Store
from comity.protocol.act import party_of
from comity.protocol.keyset import NodeKeys

HERE = "tarsenia"


def make_folder(folder: Path, *, port: int = 8900) -> None:
    """A new node of the first State in an empty folder, and Django in this process with it."""
    from comity.cli.node import make_node

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    make_node(folder, node=HERE, office=OFFICES[HERE].partition("/")[2], names=dict(NAMES[HERE]), language="en", port=port)


class Region(World):
    """`here` is the node on SQL. Its arrangement is concluded and in force two days after `start`."""

    def __init__(self, *, start: datetime = BEGINNING) -> None:
        super().__init__(seed=2, start=start)
        self.terms = region_terms(start.date(), in_force_from=start.date() + timedelta(days=1))
        voice = WorldVoice(self)
        voice.propose(STATES[0], self.terms)
        self.run_until_quiet()
        for kind, parties in (("initial", STATES[1:]), ("sign", STATES)):
            for party in parties:
                voice.word(party, kind, self.terms)
            self.run_until_quiet()
        self.now += timedelta(days=2)

    def _office(self, name: str, keys: NodeKeys, store: Store) -> Office:
        office = super()._office(name, keys, store)
        office.chance = os.urandom
        if party_of(name) != HERE:
            return office
        from comity.site.config import wiring
        from comity.site.journal.store import SqlStore

        held = wiring.held()
        return Office(name=held.office, keys=held.keys, keysets=held.keysets, store=SqlStore(), clock=lambda: self.now, chance=os.urandom)

    @property
    def here(self) -> Office:
        return self.offices[HERE]

    def wait_until(self, moment: datetime) -> None:
        """Set the clock of every office; it never goes back."""
        self.now = max(self.now, moment)


def envelopes(sender: Office, deliveries: Sequence[Delivery], peer: str) -> list[bytes]:
    """What the post sends for these deliveries."""
    return [sealed_for(sender, sender.store.act(one.act), one.slip, one.path, peer) for one in deliveries]
