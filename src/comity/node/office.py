"""One participant's office: its name, its keys, its book, and everybody it knows. The verbs stand in issue, receive and tick."""

from __future__ import annotations

from datetime import datetime

from comity.node.folds import Folds
from comity.node.library import Library
from comity.node.ports import Chance, Clock, Peer, Store
from comity.protocol.act import party_of
from comity.protocol.keyset import Keyring
from comity.protocol.keys import NodeKeys
from comity.protocol.refusals import Refused


class Office:
    """Not safe for two threads at once: whoever shares one holds a lock around each verb."""

    def __init__(self, *, name: str, keys: NodeKeys, store: Store, clock: Clock, chance: Chance) -> None:
        self.name = name
        self.party = party_of(name)
        self.keys = keys
        self.store = store
        self.clock = clock
        self.chance = chance
        self.library = Library(store)
        self.folds = Folds(store, self.library)
        self._keyrings: dict[str, tuple[Peer, Keyring]] = {}

    def now(self) -> datetime:
        return self.clock()
