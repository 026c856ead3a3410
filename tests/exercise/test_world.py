"""Nodes under faults: nothing acknowledged is lost, nothing is doubled, and all who hold the same acts agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from comity.exercise.life import play
from comity.exercise.world import START, Faults, World, WorldVoice, digest_of
from comity.node import fsck
from comity.node.rebuild import rebuild

BAD = Faults(lost=0.3, doubled=0.3, answer_lost=0.3, longest_delay=900)


def all_states_agree(world: World) -> None:
    """The three States take part in everything of the region but cases aside; compare what two share."""
    shared: dict[str, set[str]] = {}
    for office in world.offices.values():
        for act in office.store.acts():
            shared.setdefault(act.id, set()).add(str(office.store.standing(act.id)))
    assert all(len(standings) == 1 for standings in shared.values())


def nothing_is_lost(world: World) -> None:
    for office in world.offices.values():
        for act in office.store.acts():
            if act.ours:
                for delivery in office.store.deliveries(act.id):
                    assert delivery.state == "delivered", (act.number, delivery.to)
                    peer = world.offices[delivery.to.split("/")[0]]
                    held = peer.store.act(act.id)
                    assert held is not None
                    assert (held.head, held.content, held.salt) == (act.head, act.content, act.salt)


def nothing_is_doubled(world: World) -> None:
    for office in world.offices.values():
        assert max(Counter(act.id for act in office.store.acts()).values()) == 1
        lanes = [(leaf.kind, leaf.id) for leaf in office.store.leaves() if leaf.kind in ("act-in", "act-out")]
        assert len(lanes) == len(set(lanes))


def test_the_region_lives_fourteen_months_in_quiet() -> None:
    world = World(seed=1, start=START - timedelta(days=500))
    region = play(WorldVoice(world), START)
    tarsenia = world.offices["tarsenia"].store
    open_duties = {(duty.step, duty.owner) for row in tarsenia.open_cases() for duty in tarsenia.duty_rows(row.id) if duty.state == "open"}
    assert ("report", "tarsenia") in open_duties
    assert ("answer", "velmora") in open_duties
    assert ("reply", "tarsenia") in open_duties
    assert ("report", "ondoria") in open_duties
    assert tarsenia.standing(region.said["grey heron"].act) == ("in-turn", "[]")
    nothing_is_lost(world)
    nothing_is_doubled(world)
    all_states_agree(world)


@pytest.mark.parametrize("seed", [2, 3])
def test_bad_lines_lose_nothing_double_nothing_and_change_nothing(seed: int) -> None:
    world = World(seed=seed, faults=BAD, start=START - timedelta(days=500))
    play(WorldVoice(world), START)
    world.run_until_quiet()
    nothing_is_lost(world)
    nothing_is_doubled(world)
    all_states_agree(world)


def test_a_node_that_stops_comes_back_with_its_book_and_is_brought_up_to_date() -> None:
    world = World(seed=4, faults=BAD, start=START - timedelta(days=500))

    class Interrupted(WorldVoice):
        """Velmora's node stops whenever it has nothing to say itself."""

        def settle(self) -> None:
            self.world.stop("velmora")
            self.world.run_until_quiet()
            self.world.come_back("velmora")
            super().settle()

    play(Interrupted(world), START)
    world.run_until_quiet()
    nothing_is_lost(world)
    nothing_is_doubled(world)
    all_states_agree(world)


def test_a_node_rebuilt_from_its_acts_is_the_same_node() -> None:
    world = World(seed=5, start=START - timedelta(days=500))
    play(WorldVoice(world), START)
    for office in world.offices.values():
        before = digest_of(office)
        rebuild(office, now=world.now)
        assert digest_of(office) == before


def test_one_flipped_byte_anywhere_is_found_by_fsck() -> None:
    world = World(seed=6, start=START - timedelta(days=500))
    play(WorldVoice(world), START)
    office = world.offices["tarsenia"]
    assert fsck.check(office).clean
    tables = office.store.tables
    place, act = next((n, act) for n, act in enumerate(tables.acts) if not act.ours)
    for column in ("head", "signatures", "content", "salt", "slip", "path"):
        data = bytearray(getattr(act, column))
        data[len(data) // 2] ^= 1
        tables.acts[place] = replace(act, **{column: bytes(data)})
        found = fsck.check(office)
        assert {fault.record for fault in found.faults} == {act.id}, column
    tables.acts[place] = act
    leaf = tables.leaves[3]
    tables.leaves[3] = replace(leaf, salt=bytes(16))
    assert {fault.code for fault in fsck.check(office).faults} == {"log.leaf"}
    tables.leaves[3] = replace(leaf, hash=bytes(32))
    assert {fault.code for fault in fsck.check(office).faults} == {"log.leaf", "log.root"}
