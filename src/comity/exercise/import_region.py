"""The fictional region in memory, for imports that need no node: four offices under one agreed text, with delivery and receipts.

Everything is the real path: acts are signed, logged, sealed, opened, verified, folded and receipted. Only the network is left out,
and the clock is set by whoever imports, so that what is notified can lie ahead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from comity.conduct.versions import Version
from comity.conduct.words import initial_body, sign_body
from comity.exercise.region_terms import NAMES, OFFICES, STATES, region_terms, region_texts
from comity.node.issue import Draft, issue
from comity.node.memory import MemoryStore
from comity.node.office import Office
from comity.node.ports import Chance, Delivery, HeldAct, Peer
from comity.node.receive import receipts_of, receive, take_receipts
from comity.protocol import seal, signed
from comity.protocol.act import party_of
from comity.protocol.keyset import Card, NodeKeys
from comity.protocol.limits import BATCH


class Region:
    """Three States and their secretariat, with the arrangement concluded and in force at `now`."""

    def __init__(self, *, now: datetime, chance: Chance) -> None:
        self.now = now
        self._chance = chance
        self.offices = {party: self._office(OFFICES[party]) for party in OFFICES}
        self._introduce()
        self.terms = region_terms(now.date(), in_force_from=now.date() + timedelta(days=1))
        self._conclude(self.terms)

    def clock(self) -> datetime:
        return self.now

    def wait_until(self, now: datetime) -> None:
        """Set the clock of every office; it never goes back."""
        self.now = max(self.now, now)

    def issue(self, party: str, drafts: Sequence[Draft]) -> tuple[HeldAct, ...]:
        """Acts of that State. Refuses as `node.issue` does."""
        return issue(self.offices[party], drafts)

    def deliver(self) -> int:
        """Carry everything that waits to its addressees and the receipts back; how many deliveries were settled."""
        return sum(self._carry(office, peer) for office in self.offices.values() for peer in office.store.peers_with_due(self.now))

    def standings(self, party: str) -> Counter[str]:
        """How the acts that this party holds stand: in turn, irregular, crossed, waiting."""
        store = self.offices[party].store
        return Counter((store.standing(act.id) or ("unread", ""))[0] for act in store.acts())

    def _office(self, name: str) -> Office:
        keys = NodeKeys.generate(self._chance)
        first = keys.first_keyset(node=party_of(name), at=self.now)
        return Office(name=name, keys=keys, keysets=(first,), store=MemoryStore(), clock=self.clock, chance=self._chance)

    def _introduce(self) -> None:
        """Every office has compared every other's card."""
        for office in self.offices.values():
            with office.turn() as turn:
                for other in self.offices.values():
                    if other is not office:
                        turn.set_peer(self._peer(other))

    def _peer(self, office: Office) -> Peer:
        first = office.keysets[0]
        card = Card(
            node=office.party, names=NAMES[office.party], root=first.keyset.root, keyset=first.id, doors=(), office=office.name
        )  # fmt: skip
        return Peer(
            node=office.party, card=card.bytes(), keysets=(first.wire(),), doors=(), confirmed_by=CONFIRMED_BY, confirmed_at=self.now
        )

    def _conclude(self, terms: Version) -> None:
        """Initials, then signatures, of every State to everybody; then the day on which the text enters into force."""
        initial = initial_body(terms, 1, region_texts(terms))
        for kind, body in (("initial", initial), ("sign", sign_body(terms, 1))):
            for party in STATES:
                to = tuple(office for office in terms.offices() if party_of(office) != party)
                self.issue(party, [Draft(kind=kind, to=to, body=body)])
            self.deliver()
        self.wait_until(self.now + timedelta(days=2))
        assert all(next(office.folds.in_force(self.now), None) for office in self.offices.values()), "the arrangement is in force"

    def _carry(self, sender: Office, peer: str) -> int:
        settled = 0
        while due := sender.store.due_deliveries(peer, self.now, BATCH):
            answers = receive(self.offices[peer], [self._sealed(sender, one) for one in due], peer=sender.party)
            settled += len(take_receipts(sender, receipts_of(answers), peer=peer))
        return settled

    def _sealed(self, sender: Office, delivery: Delivery) -> bytes:
        act = sender.store.act(delivery.act)
        assert act is not None, "a delivery is of an act that is held"
        plaintext = signed.framed(act.head, act.signatures, act.content, act.salt, delivery.slip, delivery.path)
        return seal.seal(plaintext, sender.ring(party_of(delivery.to)).newest.seal, self._chance)


CONFIRMED_BY = "the import"
"""Who compared the cards: the offices of one process are introduced by whoever runs it."""

BEGINNING = date(1979, 6, 1)
"""When the region of an import begins: before the first activity of the tables, with time for its notice."""
