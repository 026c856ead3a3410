"""What an operator does so that nothing is lost: exports, checks, a backup, and a node that comes back from one."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from comity.node import archive
from comity.node.ports import Peer
from comity.protocol import evidence
from comity.protocol.keyset import read_keyset
from comity.protocol.refusals import Refused
from tests.hostile.caller import Caller, an_office
from tests.hostile.served import ENVIRONMENT, address, bundle_of, card_of, comity, introduce, made, serving, wire

pytestmark = pytest.mark.timeout(300)
"""Processes of their own take long where a machine is busy."""


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def ran(*arguments: str, data: Path | None = None, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = comity(*arguments, data=data)
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keeping")


@pytest.fixture(scope="module")
def caller(folder: Path) -> Caller:
    """Ondoria, in this process; the node `tarsenia` knows it."""
    node = made(folder / "tarsenia", "tarsenia")
    office = an_office("ondoria/vc", now)
    introduce(node, bundle_of(office), folder)
    theirs = card_of(node)
    wires = tuple(one.encode() for one in theirs["keysets"])
    with office.turn() as turn:
        turn.set_peer(Peer(node="tarsenia", card=theirs["card"].encode(), keysets=wires, doors=(), confirmed_by="test"))
    return Caller(office, None, audience="tarsenia", to=read_keyset(wires[0]).keyset.seal)


@pytest.fixture(scope="module")
def node(folder: Path, caller: Caller) -> Path:
    """The node, with three acts of its peer, backed up while it is served."""
    node = folder / "tarsenia"
    with serving(node), wire(node) as ask:
        caller.ask = ask
        assert caller.open().status == 200
        answers = caller.send([caller.envelope(caller.attest("tarsenia/vc")) for _ in range(3)])
        assert {one.state for one in answers} == {"delivered"}
        told = ran("backup", str(folder / "whole.backup"), data=node).stdout
        assert "3 acts" in told
    return node


def an_act(node: Path) -> str:
    with sqlite3.connect(node / "node.sqlite3") as book:
        return book.execute("SELECT act FROM journal_act ORDER BY position LIMIT 1").fetchone()[0]


def test_one_act_is_exported_and_proved_to_anybody_offline(node: Path, folder: Path) -> None:
    file = folder / "act.json"
    ran("export", "act", an_act(node)[:12], "--out", str(file), data=node)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    report = evidence.check(file.read_bytes())
    assert report.proved
    assert report.sentence.startswith("Proved: ondoria/vc signed this act")
    assert "already" in ran("export", "act", an_act(node), "--out", str(file), data=node, code=1).stderr
    assert "begins so" in ran("export", "act", "00000000", "--out", str(folder / "none"), data=node, code=1).stderr
    assert not (folder / "none").exists()


def test_an_archive_is_checked_without_a_node_and_a_changed_line_is_found(node: Path, folder: Path) -> None:
    file = folder / "all.archive"
    told = ran("export", "archive", "--out", str(file), data=node).stdout
    assert "for this participant alone" in told
    assert "Clean: 3 act" in ran("export", "check", str(file)).stdout

    lines = file.read_bytes().splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if b'"kind":"act"' in line)
    bent = lines[place].replace(b'"salt":"', b'"salt":"0', 1)[:-3] + b"}\n"
    for name, written in {
        "cut": lines[:-1],
        "left out": lines[:place] + lines[place + 1 :],
        "changed": [*lines[:place], lines[place].replace(b'"held_since":"2', b'"held_since":"3'), *lines[place + 1 :]],
        "bent": [*lines[:place], bent, *lines[place + 1 :]],
    }.items():
        assert archive.check(written).faults, name
    with pytest.raises(Refused):
        archive.check([b"PK not an archive"])


def test_an_archive_for_others_holds_nothing_that_others_have_not_allowed(node: Path, folder: Path) -> None:
    file = folder / "public.archive"
    ran("export", "archive", "--for", "public", "--out", str(file), data=node)
    records = [json.loads(line) for line in file.read_bytes().splitlines()]
    assert records[0]["for"] == "public"
    assert not [record for record in records if record.get("kind") in ("act", "receipt", "leaf")]
    assert not archive.check(file.read_bytes().splitlines(keepends=True)).faults


def test_fsck_ends_with_one_sentence_for_each_fault(node: Path, folder: Path) -> None:
    assert "Clean: 3 acts, 3 receipts" in ran("fsck", data=node).stdout
    broken = folder / "broken"
    ran("restore", str(folder / "whole.backup"), "--data", str(broken))
    with sqlite3.connect(broken / "node.sqlite3") as book:
        book.execute("UPDATE journal_act SET content = X'7B7D' WHERE position = 2")
    told = ran("fsck", data=broken, code=1).stdout.splitlines()
    assert len(told) == 2
    assert told[0].startswith("act.content-hash ")
    assert "Faults: 1" in told[1]


def test_a_backup_is_private_whole_and_never_written_over(node: Path, folder: Path) -> None:
    file = folder / "whole.backup"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "already" in ran("backup", str(file), data=node, code=1).stderr
    damaged = folder / "damaged.backup"
    data = bytearray(file.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 5_000] = bytes(5_000)
    damaged.write_bytes(bytes(data))
    assert "earlier" in ran("restore", str(damaged), "--data", str(folder / "no"), code=1).stderr
    assert "empty folder" in ran("restore", str(file), "--data", str(node), code=1).stderr
    assert not (folder / "whole.backup.part").exists()


def test_a_restored_node_begins_a_new_epoch_and_its_peers_follow_it(node: Path, caller: Caller, folder: Path) -> None:
    """The peer is a served node here: it learns the new keyset from its door, and sends and receives as before."""
    back = folder / "back"
    told = ran("restore", str(folder / "whole.backup"), "--data", str(back)).stdout
    assert "in epoch 2" in told
    assert "Clean: 3 acts" in ran("fsck", data=back).stdout
    assert [stat.S_IMODE((back / name).stat().st_mode) for name in ("keys.json", "secret.key", "node.toml", "node.sqlite3")] == [0o600] * 4
    with sqlite3.connect(back / "node.sqlite3") as book:
        tables = {row[0] for row in book.execute("SELECT name FROM sqlite_master")}
        notes = dict(book.execute("SELECT name, value FROM journal_note"))
        note = bytes(book.execute("SELECT note FROM journal_checkpoint ORDER BY id DESC LIMIT 1").fetchone()[0])
    assert "comity_backup" not in tables
    assert notes["restored"]
    assert note.startswith(b"comity/tarsenia/2\n")
    assert b"comity_backup" not in (back / "node.sqlite3").read_bytes()

    keysets = [read_keyset(wired.encode()) for wired in card_of(back)["keysets"]]
    assert [(one.keyset.number, one.keyset.epoch) for one in keysets] == [(1, 1), (2, 2)]
    caller.office.ring("tarsenia").accept(keysets[1])
    with serving(back), wire(back) as ask:
        caller.ask, caller.name = ask, ""
        assert caller.open().status == 200
        (answer,) = caller.send([caller.envelope(caller.attest("tarsenia/vc"))])
    assert answer.state == "delivered"
    assert json.loads(answer.receipt)["head"]["keyset"] == 2

    assert "may speak about terms again" in ran("restored", "--by", "R. Ilven", data=back).stdout
    assert "does not await" in ran("restored", "--by", "R. Ilven", data=back, code=1).stderr


@pytest.mark.soak
def test_two_served_nodes_go_on_after_one_was_restored(folder: Path, tmp_path: Path) -> None:
    """Ondoria is restored; what it says under its new keyset reaches Tarsenia, and Tarsenia's reaches it, with receipts."""
    ondoria, tarsenia = made(tmp_path / "ondoria", "ondoria"), made(tmp_path / "other", "tarsenia")
    introduce(ondoria, card_of(tarsenia), tmp_path)
    introduce(tarsenia, card_of(ondoria), tmp_path)
    ran("backup", str(tmp_path / "o.backup"), data=ondoria)
    back = tmp_path / "back"
    ran("restore", str(tmp_path / "o.backup"), "--data", str(back))
    assert address(back) == address(ondoria)
    say(back, "tarsenia/vc")
    say(tarsenia, "ondoria/vc")
    with serving(back), serving(tarsenia):
        assert settled(back)
        assert settled(tarsenia)
    assert "Clean: 2 acts, 2 receipts" in ran("fsck", data=back).stdout
    assert "Clean: 2 acts, 2 receipts" in ran("fsck", data=tarsenia).stdout


SAY = """
import sys
from pathlib import Path
from comity.site.config import serve
serve.prepare(Path(sys.argv[1]))
from comity.node.issue import Draft, issue
from comity.site.config import wiring
with wiring.writing() as office:
    issue(office, [Draft(kind="attest", to=(sys.argv[2],), body={"held": []})])
"""


def say(node: Path, to: str) -> None:
    subprocess.run([sys.executable, "-c", SAY, str(node), to], check=True, env=ENVIRONMENT)


def settled(node: Path) -> bool:
    """Whether everything sent is receipted within half a minute."""
    for _ in range(150):
        with sqlite3.connect(node / "node.sqlite3") as book:
            states = {row[0] for row in book.execute("SELECT state FROM journal_delivery")}
        if states == {"delivered"}:
            return True
        time.sleep(0.2)
    raise AssertionError((states, (node / "serve.log").read_text()))


def test_a_node_on_postgresql_is_backed_up_and_restored_into_a_new_database(tmp_path: Path) -> None:
    server = os.environ.get("COMITY_TEST_POSTGRES")
    if not server:
        pytest.skip("needs a PostgreSQL server: apt-get install postgresql, start it, and set COMITY_TEST_POSTGRES to its address")
    import psycopg

    names = [f"keeping_{os.urandom(4).hex()}" for _ in range(2)]
    first, second = (f"{server.rpartition('/')[0]}/{name}" for name in names)
    with psycopg.connect(server, autocommit=True) as connection:
        for name in names:
            connection.execute(f"CREATE DATABASE {name}")
        try:
            (tmp_path / "one").mkdir()
            (tmp_path / "one" / "node.toml").write_text(f'node = "tarsenia"\ndatabase = "{first}"\n', "utf-8")
            ran("init", "tarsenia", "--name", "en=Tarsenia", data=tmp_path / "one")
            say(tmp_path / "one", "ondoria/vc")
            ran("backup", str(tmp_path / "whole"), data=tmp_path / "one")
            assert "empty one" in ran("restore", str(tmp_path / "whole"), "--data", str(tmp_path / "two"), code=1).stderr
            assert not (tmp_path / "two").exists()
            ran("restore", str(tmp_path / "whole"), "--data", str(tmp_path / "two"), "--database", second)
            say(tmp_path / "two", "ondoria/vc")
            assert "Clean: 2 acts" in ran("fsck", data=tmp_path / "two").stdout
            assert not (tmp_path / "two" / "node.sqlite3").exists()
        finally:
            for name in names:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
