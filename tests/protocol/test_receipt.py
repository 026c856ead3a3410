"""Receipts: one signature a commit, an entry and a path for each act, and nothing told of the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from comity.protocol.canonical import decode, encode
from comity.protocol.keys import Signatures
from comity.protocol.receipt import DEPTH, Entry, claimed_act, read_receipt, receipt_id, settles, sign_receipts, slip_leaf
from comity.protocol.refusals import Refused
from tests.protocol.three_states import AT, ONDORIA, AllKeys, Chance, say, state

KEYS, LIMIT = AllKeys(), 1 << 20
ACT = say()


def entries(many: int, **changed: Any) -> list[Entry]:
    given: dict[str, Any] = {"slip_leaf": slip_leaf(ACT.slips[0]), "to": ONDORIA, "state": "delivered"} | changed
    return [Entry(act=f"{n:064x}", **given) for n in range(many)]


def signed(given: Sequence[Entry], name: str = "receipts") -> tuple[bytes, ...]:
    return sign_receipts(given, sender=ONDORIA, keyset=1, at=AT, signer=state("ondoria").keys.act, random=Chance(name))


def refused_as(wire: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read_receipt(wire, keys=KEYS)
    return refused.value.code


@pytest.mark.parametrize("many", [1, 2, 3, 64, 256])
def test_each_issuer_gets_an_entry_and_a_path_that_hold(many: int) -> None:
    given = entries(many)
    found = [read_receipt(wire, keys=KEYS) for wire in signed(given)]
    assert [one.entry for one in found] == given
    assert {(one.sender, one.at) for one in found} == {(ONDORIA, AT)}


def test_a_commit_is_signed_once() -> None:
    class Counting:
        signed = 0
        public = state("ondoria").keys.act.public

        def sign(self, kind: str, payload: bytes) -> Signatures:
            self.signed += 1
            return state("ondoria").keys.act.sign(kind, payload)

    signer = Counting()
    sign_receipts(entries(64), sender=ONDORIA, keyset=1, at=AT, signer=signer, random=Chance("x"))
    assert signer.signed == 1


def test_a_receipt_says_nothing_of_how_many_others_there_were() -> None:
    alone, among = decode(signed(entries(1))[0], limit=LIMIT), decode(signed(entries(200))[0], limit=LIMIT)
    assert len(alone["path"]) == len(among["path"]) == DEPTH
    assert len(encode(alone)) - len(str(alone["place"])) == len(encode(among)) - len(str(among["place"]))


def test_places_are_drawn_by_lot() -> None:
    places = {decode(signed(entries(1), f"lot {n}")[0], limit=LIMIT)["place"] for n in range(40)}
    assert len(places) > 20
    assert max(places) > 127 > min(places)


@pytest.mark.parametrize(
    ("part", "name", "to"),
    [
        ("entry", "state", "opened"),
        ("entry", "act", "f" * 64),
        ("entry", "to", "velmora/vc"),
        ("entry", "seen", None),
        ("entry", "salt", "0" * 32),
    ],
)
def test_another_entry_under_a_true_head_is_refused(part: str, name: str, to: Any) -> None:
    record = decode(signed(entries(3, seen={"origin": "comity/tarsenia/1", "size": 256, "root": "0" * 64}))[1], limit=LIMIT)
    record[part][name] = to
    assert refused_as(encode(record)) == "receipt.path"


def test_a_true_entry_at_another_place_or_with_another_path_is_refused() -> None:
    one, other = (decode(wire, limit=LIMIT) for wire in signed(entries(2)))
    assert refused_as(encode(one | {"path": other["path"]})) == "receipt.path"
    assert refused_as(encode(one | {"place": one["place"] ^ 1})) == "receipt.path"
    assert refused_as(encode(one | {"place": 256})) == "receipt.form"
    assert refused_as(encode(one | {"path": one["path"][:7]})) == "receipt.form"


def test_a_head_that_was_changed_is_refused() -> None:
    record = decode(signed(entries(1))[0], limit=LIMIT)
    record["head"]["at"] = "2026-11-22T21:09:09Z"
    assert refused_as(encode(record)) == "signature.invalid"


def test_a_receipt_signed_by_another_than_its_addressee_is_refused() -> None:
    thief = state("velmora").keys.act
    forged = sign_receipts(entries(1), sender=ONDORIA, keyset=1, at=AT, signer=thief, random=Chance("x"))[0]
    assert refused_as(forged) == "signature.invalid"
    with pytest.raises(AssertionError):
        sign_receipts(entries(1), sender="velmora/vc", keyset=1, at=AT, signer=thief, random=Chance("x"))


@pytest.mark.parametrize(
    "changed",
    [{"state": "waiting"}, {"state": "refused"}, {"state": "delivered", "reason": "act.schema"}, {"state": "refused", "reason": "x" * 65}],
)
def test_only_a_refusal_has_a_reason_and_every_refusal_has_one(changed: dict[str, Any]) -> None:
    assert refused_as(signed(entries(1, **changed))[0]) == "receipt.form"


def test_a_refusal_is_signed_with_its_reason() -> None:
    found = read_receipt(signed(entries(1, state="refused", reason="act.schema"))[0], keys=KEYS)
    assert (found.entry.state, found.entry.reason) == ("refused", "act.schema")


def test_a_receipt_settles_only_the_delivery_it_is_for() -> None:
    given = Entry(act=ACT.id, slip_leaf=slip_leaf(ACT.slips[0]), to=ONDORIA, state="delivered")
    wire = signed([given])[0]
    found = read_receipt(wire, keys=KEYS)
    assert claimed_act(wire) == ACT.id
    settles(found, act=ACT.id, to=ONDORIA, slip=ACT.slips[0])
    for other in ({"act": "0" * 64}, {"to": "velmora/vc"}, {"slip": ACT.slips[1]}):
        with pytest.raises(Refused) as refused:
            settles(found, **({"act": ACT.id, "to": ONDORIA, "slip": ACT.slips[0]} | other))  # type: ignore[arg-type]
        assert refused.value.code == "receipt.other"


def test_a_head_signed_as_an_act_is_no_receipt() -> None:
    record = decode(signed(entries(1))[0], limit=LIMIT)
    record["sigs"] = state("ondoria").keys.act.sign("application/vnd.comity.act+json;v=1", encode(record["head"])).record()
    assert refused_as(encode(record)) == "signature.invalid"


def test_the_id_of_a_receipt_is_that_of_its_bytes() -> None:
    one, other = signed(entries(2))
    assert receipt_id(one) == receipt_id(bytes(one)) != receipt_id(other)
