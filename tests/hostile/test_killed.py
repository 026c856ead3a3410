"""A node is killed in the middle of whatever it does: what it receipted it holds, once, and what it did not it takes when asked again."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx2
import pytest

from comity.node.ports import Peer
from comity.node.receive import Answer, take_receipts
from comity.protocol.keyset import read_keyset
from tests.hostile.caller import Caller, an_office
from tests.hostile.served import bundle_of, card_of, comity, introduce, made, serving, wire

AT_ONCE = 8


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def node(tmp_path: Path) -> Path:
    return made(tmp_path / "tarsenia", "tarsenia")


@pytest.fixture
def caller(node: Path, tmp_path: Path) -> Caller:
    office = an_office("ondoria/vc", now)
    introduce(node, bundle_of(office), tmp_path)
    theirs = card_of(node)
    keyset = read_keyset(theirs["keysets"][0].encode()).keyset
    with office.turn() as turn:
        wires = tuple(wire.encode() for wire in theirs["keysets"])
        turn.set_peer(Peer(node="tarsenia", card=theirs["card"].encode(), keysets=wires, doors=(), confirmed_by="test"))
    return Caller(office, None, audience="tarsenia", to=keyset.seal)


def killed_soon(process: subprocess.Popen[bytes], after: float) -> threading.Timer:
    timer = threading.Timer(after, process.kill)
    timer.start()
    return timer


def receipted(caller: Caller, envelopes: list[bytes]) -> tuple[Answer, ...]:
    try:
        if not caller.name:
            caller.open()
        return caller.send(envelopes)
    except (httpx2.HTTPError, AssertionError):
        caller.name = ""
        return ()


def lives(node: Path, caller: Caller, left: dict[str, bytes], given: dict[str, bytes], *, after: float | None) -> None:
    """The node serves until it is killed, or until everything is receipted; the peer sends what it has no receipt for."""
    with serving(node) as process, wire(node) as ask:
        caller.ask, caller.name = ask, ""
        timer = killed_soon(process, after) if after is not None else None
        while left and process.poll() is None:
            for answer in receipted(caller, list(left.values())[:AT_ONCE]):
                if answer.receipt:
                    assert given.setdefault(answer.act, answer.receipt) == answer.receipt
                    left.pop(answer.act, None)
        if timer is not None:
            timer.join()
            process.wait(10)
            assert process.returncode == -signal.SIGKILL


def killed_again_and_again(node: Path, caller: Caller, *, seed: int, kills: int, acts: int) -> None:
    chance, given = Random(seed), {}
    envelopes = {act.id: caller.envelope(act) for act in (caller.attest("tarsenia/vc") for _ in range(acts))}
    left = dict(envelopes)
    for _ in range(kills):
        lives(node, caller, left, given, after=chance.uniform(0.02, 0.25))
        left |= {act: envelopes[act] for act in sorted(given)[:3]}
    lives(node, caller, left, given, after=None)

    kept = held(node)
    assert sorted(kept) == sorted(envelopes), "everything sent is held, once"
    assert set(take_receipts(caller.office, list(given.values()), peer="tarsenia")) == set(envelopes)
    checked = comity("fsck", data=node)
    assert checked.returncode == 0, checked.stdout
    assert "Traceback" not in (node / "serve.log").read_text()


def held(node: Path) -> list[str]:
    with sqlite3.connect(node / "node.sqlite3") as book:
        return [row[0] for row in book.execute("SELECT act FROM journal_act")]


@pytest.mark.timeout(300)
def test_a_node_killed_in_the_middle_of_commits_holds_all_it_receipted_once(node: Path, caller: Caller) -> None:
    killed_again_and_again(node, caller, seed=1, kills=1, acts=100)


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(2, 12))
def test_a_node_killed_many_times_holds_all_it_receipted_once(node: Path, caller: Caller, seed: int) -> None:
    killed_again_and_again(node, caller, seed=seed, kills=12, acts=1_000)
