"""Everything is checked from its bytes, and each fault names its record and says what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comity.exercise.world import World
from comity.node import fsck
from comity.node.logbook import Logbook
from comity.protocol import log
from comity.protocol.checkpoint import claimed, read_checkpoint
from comity.protocol.tree import verify_inclusion
from tests.node.region import a_region, notice


@pytest.fixture(scope="module")
def world() -> World:
    made = a_region()
    notice(made, "tarsenia")
    made.run_until_quiet()
    for office in made.offices.values():
        Logbook(office).sign(now=made.now)
    return made


@pytest.mark.parametrize("party", ["tarsenia", "ondoria", "velmora", "sarn"])
def test_a_book_kept_as_it_should_be_is_clean(world: World, party: str) -> None:
    told: list[tuple[int, int]] = []
    report = fsck.check(world.offices[party], progress=lambda done, total: told.append((done, total)))
    assert report.clean
    assert report.acts == world.offices[party].store.position()
    assert report.receipts > 0


def faults_when(world: World, table: str, key: object, changed: object) -> tuple[fsck.Fault, ...]:
    kept = getattr(world.offices["tarsenia"].store.tables, table)
    was = kept[key]
    kept[key] = changed
    try:
        return fsck.check(world.offices["tarsenia"]).faults
    finally:
        kept[key] = was


def test_a_receipt_given_that_is_not_ours_is_named(world: World) -> None:
    given = world.offices["tarsenia"].store.tables.given
    first, second = list(given)[:2]
    (fault,) = faults_when(world, "given", first, replace(given[first], receipt=given[second].receipt))
    assert (fault.code, fault.record) == ("receipt.other", first)


def test_a_receipt_held_for_another_delivery_is_named(world: World) -> None:
    deliveries = world.offices["tarsenia"].store.tables.deliveries
    first, second = [key for key, held in deliveries.items() if held.to == "ondoria/vc"][:2]
    (fault,) = faults_when(world, "deliveries", first, replace(deliveries[first], receipt=deliveries[second].receipt))
    assert (fault.code, fault.record) == ("receipt.other", first[0])


def test_a_column_that_does_not_agree_with_its_bytes_is_named(world: World) -> None:
    acts = world.offices["tarsenia"].store.tables.acts
    (fault,) = faults_when(world, "acts", 2, replace(acts[2], sender="velmora/other"))
    assert fault.record == acts[2].id


def test_every_sentence_says_what_to_do(world: World) -> None:
    acts = world.offices["tarsenia"].store.tables.acts
    for fault in faults_when(world, "acts", 1, replace(acts[1], content=b"{}")):
        assert fault.sentence.count(".") == 2
        assert fault.record == acts[1].id


def test_the_place_of_a_record_in_the_log_can_be_proved_to_anybody(world: World) -> None:
    office = world.offices["ondoria"]
    act = next(act for act in office.store.acts() if not act.ours)
    found = Logbook(office).standing(log.ACT_IN, act.id)
    assert found is not None
    assert found.checkpoint is not None
    signed = read_checkpoint(found.checkpoint, key=office.keysets[-1].keyset.log)
    assert signed.origin == "comity/ondoria/1"
    leaf = log.commitment(log.ACT_IN, act.id, found.leaf.salt)
    assert verify_inclusion(leaf=leaf, index=found.leaf.index, size=signed.size, path=found.path, root=signed.root)


def test_a_record_that_no_checkpoint_covers_yet_is_said_to_be_so(world: World) -> None:
    act = notice(world, "ondoria")
    office = world.offices["ondoria"]
    found = Logbook(office).standing(log.ACT_OUT, act.id)
    assert found is not None
    assert (found.checkpoint, found.path) == (None, ())
    assert claimed(office.store.checkpoint() or b"")[1] <= found.leaf.index
    assert Logbook(office).standing(log.ACT_OUT, "0" * 64) is None
