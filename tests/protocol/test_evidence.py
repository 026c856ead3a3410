"""One file that proves one act, on a machine that has nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from comity.protocol import log
from comity.protocol.act import Composed
from comity.protocol.canonical import decode, encode
from comity.protocol.checkpoint import origin_of, sign_checkpoint
from comity.protocol.evidence import ActRecord, LogProof, check, main, make_evidence
from comity.protocol.receipt import Entry, sign_receipts, slip_leaf
from comity.protocol.refusals import Refused
from comity.protocol.tree import Tree
from tests.protocol.three_states import AT, ONDORIA, Chance, say, state

LIMIT = 1 << 23


def receipt(act: Composed, state_said: str = "delivered") -> bytes:
    entry = Entry(act=act.id, slip_leaf=slip_leaf(act.slips[0]), to=ONDORIA, state=state_said)
    signer = state("ondoria").keys.act
    return sign_receipts([entry], sender=ONDORIA, keyset=1, at=AT, signer=signer, random=Chance("receipt"))[0]


def proof(act: Composed) -> LogProof:
    chance = Chance("log")
    salt = chance(16)
    tree = Tree([bytes(32), log.commitment(log.ACT_OUT, act.id, salt)])
    for _, _, _, leaf in log.filling(len(tree), chance):
        tree.append(leaf)
    note = sign_checkpoint(origin=origin_of("tarsenia", 1), size=len(tree), root=tree.root(), at=AT, signer=state("tarsenia").keys.log)
    return LogProof(kind=log.ACT_OUT, salt=salt, index=1, path=tree.inclusion(1), checkpoint=note)


def evidence(act: Composed, **parts: Any) -> bytes:
    record = ActRecord(head=act.head, signatures=act.signatures, content=act.content, salt=act.salt, slip=act.slips[0], path=act.paths[0])
    given = {"receipts": [receipt(act)], "proof": proof(act)} | parts
    states = [state("tarsenia"), state("ondoria")]
    return make_evidence(
        given.pop("record", record),
        cards=[one.card.bytes() for one in states],
        keysets={one.node: [one.keyset.wire()] for one in states},
        **given,
    )


def altered(data: bytes, *path: Any, to: Any) -> bytes:
    record = inner = decode(data, limit=LIMIT)
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return encode(record)


def test_an_act_with_its_receipt_and_its_place_in_the_log_is_proved() -> None:
    report = check(evidence(say()))
    assert report.proved
    assert {one.part for one in report.findings} == {"act", "content", "slip", "receipts", "log"}
    assert report.sentence.startswith("Proved: tarsenia/vc signed this act")
    assert "ondoria/vc signed delivered" in report.sentence
    assert "not proved: whose keys these are" in report.sentence


def test_the_report_is_one_sentence() -> None:
    assert check(evidence(say())).sentence.count(". ") == 0


def test_what_the_file_lacks_is_said_not_to_be_proved() -> None:
    report = check(evidence(say(), receipts=[], proof=None))
    assert report.proved
    assert "that anybody received it" in report.sentence
    assert "that it stands in a log" in report.sentence


def test_an_act_whose_content_was_destroyed_is_still_proved_to_have_been_signed() -> None:
    act = say()
    report = check(evidence(act, record=ActRecord(head=act.head, signatures=act.signatures, content=None, salt=None)))
    assert report.proved
    assert "whose content is not in the file" in report.sentence


def test_a_longer_chain_of_keysets_leads_from_the_card_to_the_key() -> None:
    from tests.protocol.test_keyset import rotated

    chain = rotated()
    act = say()
    data = make_evidence(
        ActRecord(head=act.head, signatures=act.signatures, content=act.content, salt=act.salt),
        cards=[state("tarsenia").card.bytes()],
        keysets={"tarsenia": [one.wire() for one in chain]},
    )
    assert check(data).proved


@pytest.mark.parametrize(
    ("path", "to", "code"),
    [
        (("act", "head", "at"), "2026-11-22T21:09:09Z", "signature.invalid"),
        (("act", "content", "body", "choice"), "nil", "act.content-hash"),
        (("act", "salt"), "00" * 16, "act.content-hash"),
        (("slip", "slip", "seq"), 2, "act.slip-path"),
        (("slip", "slip", "epoch"), 2, "act.slip-path"),
        (("receipts", 0, "entry", "state"), "opened", "receipt.path"),
        (("receipts", 0, "head", "at"), "2026-11-23T21:09:08Z", "signature.invalid"),
        (("log", "index"), 2, "log.inclusion"),
        (("log", "salt"), "00" * 16, "log.inclusion"),
        (("cards",), [], "peer.unknown"),
        (("keysets",), {}, "peer.unknown"),
    ],
)
def test_a_part_that_was_changed_proves_nothing(path: tuple[Any, ...], to: Any, code: str) -> None:
    report = check(altered(evidence(say()), *path, to=to))
    assert not report.proved
    assert code in {one.code for one in report.findings}
    assert report.sentence.startswith("Not proved: ")


def test_a_receipt_for_another_act_proves_nothing() -> None:
    other = say(chance=Chance("another"))
    report = check(evidence(say(), receipts=[receipt(other)]))
    assert {one.code for one in report.findings if one.part == "receipts"} == {"receipt.other"}


def test_what_is_no_evidence_is_unreadable(tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    for data in (b"", b"{}", b"[]", b"\xff", b"{" * 100_000):
        file.write_bytes(data)
        assert main([str(file)]) == 2
        with pytest.raises(Refused):
            check(data)
    assert main([str(tmp_path / "missing.json")]) == 2


def test_the_verifier_runs_alone_and_answers_by_exit_code(tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    for data, code in ((evidence(say()), 0), (altered(evidence(say()), "log", "index", to=2), 1), (b"{}", 2)):
        file.write_bytes(data)
        done = subprocess.run(
            [sys.executable, "-m", "comity.protocol.evidence", "--json", str(file)], capture_output=True, check=False, text=True
        )
        assert done.returncode == code, done.stderr
        if code != 2:
            assert decode(done.stdout.strip().encode(), limit=LIMIT)["proved"] is (code == 0)
