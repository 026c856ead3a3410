"""What is asked of each vector: one function per kind, from the input's bytes and the keys beside it to what it says.

Another implementation writes these dozen functions and runs the folders of spec/vectors; nothing else here is needed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from comity.protocol import bundle, checkpoint, evidence, log, receipt, seal, signed, transport
from comity.protocol.act import party_of, write_moment
from comity.protocol.canonical import decode, encode
from comity.protocol.keys import PublicKey
from comity.protocol.keyset import Keyring, read_card, read_keyset
from comity.protocol.logkey import LogKey
from comity.protocol.seal import UnsealKey

LIMIT = 1 << 23


class Keys:
    """The public keys that `keys.json` gives: office's node → keyset number → act key."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def act_key(self, office: str, keyset: int) -> PublicKey:
        return PublicKey.from_record(self._given[party_of(office)][str(keyset)])


def _unseal_key(keys: Mapping[str, Any]) -> UnsealKey:
    return UnsealKey(bytes.fromhex(keys["seal"]["mlkem768"]), bytes.fromhex(keys["seal"]["x25519"]))


def _canonical(data: bytes, keys: Mapping[str, Any]) -> Any:
    return {"sha256": hashlib.sha256(encode(decode(data, limit=keys["limit"]))).hexdigest()}


def _card(data: bytes, keys: Mapping[str, Any]) -> Any:
    card = read_card(data)
    return {"node": card.node, "office": card.office, "fingerprint": card.fingerprint(), "words": card.words()}


def _keysets(data: bytes, keys: Mapping[str, Any]) -> Any:
    """The input is a list of keysets as they travel; `root` is the digest that was compared."""
    ring = Keyring(bytes.fromhex(keys["root"]))
    for wire in decode(data, limit=LIMIT):
        ring.accept(read_keyset(encode(wire)))
    return {"node": ring.newest.node, "number": ring.newest.number, "act_key": ring.act_key("x/x", keys["ask"]).digest().hex()}


def _act(data: bytes, keys: Mapping[str, Any]) -> Any:
    return _said(signed.verify(data, keys=Keys(keys["act"]), to=keys["to"]))


def _envelope(data: bytes, keys: Mapping[str, Any]) -> Any:
    return _said(signed.verify(seal.unseal(data, (_unseal_key(keys),)), keys=Keys(keys["act"]), to=keys["to"]))


def _said(act: signed.VerifiedAct) -> Any:
    assert act.slip is not None, "every vector has a slip"
    lane = {"epoch": act.slip.epoch, "seq": act.slip.seq, "prev": act.slip.prev}
    return {
        "id": act.id,
        "from": act.sender,
        "at": write_moment(act.at),
        "kind": act.content.kind,
        "to": list(act.content.to),
        "lane": lane,
    }


def _attachment(data: bytes, keys: Mapping[str, Any]) -> Any:
    said = seal.Attachment(key=bytes.fromhex(keys["key"]), sealed_hash=keys["sealed_hash"], hash=keys["hash"], length=keys["length"])
    return {"sha256": hashlib.sha256(seal.open_attachment(said, data)).hexdigest()}


def _receipt(data: bytes, keys: Mapping[str, Any]) -> Any:
    found = receipt.read_receipt(data, keys=Keys(keys["act"]))
    receipt.settles(found, act=keys["for"]["act"], to=keys["for"]["to"], slip=keys["for"]["slip"].encode())
    return {"from": found.sender, "at": write_moment(found.at), "state": found.entry.state, "reason": found.entry.reason}


def _leaf(data: bytes, keys: Mapping[str, Any]) -> Any:
    """The input is the salt."""
    return {"leaf": log.commitment(keys["kind"], keys["id"], data).hex()}


def _checkpoint(data: bytes, keys: Mapping[str, Any]) -> Any:
    found = checkpoint.read_checkpoint(data, key=LogKey.from_record(keys["log"]))
    seen = None
    if "cosigner" in keys:
        seen = checkpoint.read_cosignature(data, name=keys["cosigner"]["name"], key=LogKey.from_record(keys["cosigner"]["log"]))
    return {
        "origin": found.origin,
        "size": found.size,
        "root": found.root.hex(),
        "at": write_moment(found.at),
        "cosigned": None if seen is None else write_moment(seen),
    }


def _bundle(data: bytes, keys: Mapping[str, Any]) -> Any:
    found = bundle.unpack(data, keys=Keys(keys["act"]), seals=(_unseal_key(keys),), to=keys["to"])
    records = [{"kind": one.kind, "sum": one.sum, "whole": one.whole} for one in found.records]
    return {"from": found.sender, "complete": found.complete, "records": records}


def _session(data: bytes, keys: Mapping[str, Any]) -> Any:
    token, key = transport.accept_session(
        data,
        audience=keys["audience"],
        public=bytes.fromhex(keys["transport"]),
        keys=(_unseal_key(keys),),
        now=datetime.fromisoformat(keys["now"]),
        used=lambda nonce: nonce in keys["used"],
    )
    mac = transport.request_mac(key, method="POST", path="/exchange/envelopes", counter=1, body=b"body")
    return {"node": token.node, "nonce": token.nonce, "mac": mac}


def _evidence(data: bytes, keys: Mapping[str, Any]) -> Any:
    report = evidence.check(data)
    return {"proved": report.proved, "act": report.act, "codes": sorted({one.code for one in report.findings if one.code})}


CHECKS: Mapping[str, Callable[[bytes, Mapping[str, Any]], Any]] = {
    "canonical": _canonical,
    "card": _card,
    "keysets": _keysets,
    "act": _act,
    "envelope": _envelope,
    "attachment": _attachment,
    "receipt": _receipt,
    "leaf": _leaf,
    "checkpoint": _checkpoint,
    "bundle": _bundle,
    "session": _session,
    "evidence": _evidence,
}
