"""All but acts can be dropped, and is the same again."""

from __future__ import annotations

from comity.exercise.world import digest_of
from comity.node.logbook import Logbook
from comity.node.rebuild import rebuild
from comity.node.tick import tick
from tests.node.region import a_region, notice, report


def test_a_node_is_the_same_after_everything_but_its_acts_was_dropped() -> None:
    world = a_region()
    notice(world, "tarsenia")
    report(world, "ondoria")
    world.run_until_quiet()
    told: list[tuple[int, int]] = []
    for office in world.offices.values():
        tick(office, Logbook(office), now=world.now)
        before, acts = digest_of(office), office.store.position()
        office.store.tables.standings.clear()
        office.store.tables.duties.clear()
        assert rebuild(office, now=world.now, progress=lambda done, total: told.append((done, total))) == acts
        assert digest_of(office) == before
