"""One participant's office: its name, its keys, its book, and everybody it knows. The verbs stand in issue, receive and tick."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from comity.node.folds import Folds
from comity.node.library import Library
from comity.node.ports import Chance, Clock, Peer, Store, Turn
from comity.protocol.act import party_of
from comity.protocol.keys import PublicKey
from comity.protocol.keyset import Keyring, NodeKeys, SignedKeyset, read_card, read_keyset
from comity.protocol.refusals import Refused


class Office:
    """Not safe for two threads at once: whoever shares one holds a lock around each verb."""

    def __init__(self, *, name: str, keys: NodeKeys, keysets: tuple[SignedKeyset, ...], store: Store, clock: Clock, chance: Chance) -> None:
        self.name = name
        self.party = party_of(name)
        self.keys = keys
        self.keysets = keysets
        self.store = store
        self.clock = clock
        self.chance = chance
        self.library = Library(store)
        self.folds = Folds(store, self.library)
        self._rings: dict[str, tuple[Peer, Keyring]] = {}
        self._own = Keyring(keysets[0].keyset.root.digest())
        for signed in keysets:
            self._own.accept(signed)

    def now(self) -> datetime:
        """Whole seconds, UTC."""
        return self.clock()

    @property
    def keyset(self) -> int:
        """The number of the keyset we sign under."""
        return self._own.newest.number

    @property
    def epoch(self) -> int:
        """The epoch of our lanes and of our log: that of the keyset, so that no crash can leave one without the other."""
        return self._own.newest.epoch

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """The writer's turn. One that fails leaves neither rows nor anything folded in it."""
        try:
            with self.store.turn() as turn, self.folds.in_turn():
                yield turn
        except BaseException:
            self.folds.forget()
            raise
        self.folds.trim()

    def peer(self, node: str) -> Peer:
        """A peer whose card was compared. Refuses (`peer.unknown`, `peer.unconfirmed`) anybody else."""
        found = self.store.peer(node)
        if found is None:
            raise Refused("peer.unknown", {"node": node}, "The sender is not a peer of this node. Compare cards first.")
        if not found.confirmed_by:
            raise Refused("peer.unconfirmed", {"node": node}, "The card of this peer has not been compared yet.")
        return found

    def ring(self, node: str) -> Keyring:
        """The keysets of a confirmed peer, or our own."""
        if node == self.party:
            return self._own
        peer = self.peer(node)
        known = self._rings.get(node)
        if known is None or known[0].keysets != peer.keysets:
            ring = Keyring(read_card(peer.card).root.digest())
            for wire in peer.keysets:
                ring.accept(read_keyset(wire))
            self._rings[node] = known = (peer, ring)
        return known[1]

    def act_key(self, office: str, keyset: int) -> PublicKey:
        """What `signed.verify` asks."""
        return self.ring(party_of(office)).act_key(office, keyset)
