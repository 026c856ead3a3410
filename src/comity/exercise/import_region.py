"""The fictional region in memory, for imports that need no node: a world whose arrangement is concluded and in force.

Everything is the real path: acts are signed, logged, sealed, opened, verified, folded and receipted. Only the network is left
out, and the clock is set by whoever imports, so that what is notified can lie ahead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from comity.exercise.region_terms import STATES, region_terms
from comity.exercise.world import World, WorldVoice
from comity.node.issue import Draft, issue
from comity.node.ports import HeldAct
from comity.protocol import log

BEGINNING = datetime(1979, 6, 1, 9, tzinfo=UTC)
"""When the region of an import begins: before the first activity of the tables, with time for its notice."""


class Region:
    """Three States and their secretariat. All that happens follows from the seed and from what is sent."""

    def __init__(self, *, seed: int, start: datetime = BEGINNING) -> None:
        self.world = World(seed=seed, start=start)
        self.offices = self.world.offices
        self.terms = region_terms(start.date(), in_force_from=start.date() + timedelta(days=1))
        self._conclude()

    def _conclude(self) -> None:
        """Initials, then signatures, of every State; then the day on which the text enters into force."""
        voice = WorldVoice(self.world)
        voice.propose(STATES[0], self.terms)
        self.deliver()
        for kind, parties in (("initial", STATES[1:]), ("sign", STATES)):
            for party in parties:
                voice.word(party, kind, self.terms)
            self.deliver()
        self.wait_until(self.world.now + timedelta(days=2))
        assert all(next(office.folds.in_force(self.world.now), None) for office in self.offices.values()), "the arrangement is in force"

    def wait_until(self, now: datetime) -> None:
        """Set the clock of every office; it never goes back."""
        self.world.now = max(self.world.now, now)

    def issue(self, party: str, drafts: Sequence[Draft]) -> tuple[HeldAct, ...]:
        """Acts of that State. Refuses as `node.issue` does."""
        return issue(self.offices[party], drafts)

    def deliver(self) -> None:
        """Carry everything that waits to its addressees, and the receipts back."""
        while any(office.store.peers_with_due(self.world.now) for office in self.offices.values()):
            self.world.post()

    def receipts(self) -> int:
        """How many deliveries have a receipt, as the logs of those who sent them say."""
        return sum(leaf.kind == log.RECEIPT_IN for office in self.offices.values() for leaf in office.store.leaves())

    def standings(self) -> Counter[str]:
        """How the acts stand wherever they are held: in turn, irregular, crossed, waiting."""
        held = ((office.store, act.id) for office in self.offices.values() for act in office.store.acts())
        return Counter((store.standing(act) or ("unread", ""))[0] for store, act in held)
