"""Receipts: what an addressee signs of what came, one signature a commit (spec/receipt.md).

A head carries the root of a tree of 256 places; each act has one entry at a place drawn by lot, every path has eight hashes
and what is missing is random. So an issuer learns nothing of how many other acts came, or from whom.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from comity.protocol import limits
from comity.protocol.act import SALT, hex_of, members, number, office, read_moment, write_moment
from comity.protocol.canonical import decode, encode
from comity.protocol.keys import PublicKey, Random, Signatures, Signer
from comity.protocol.refusals import Refused
from comity.protocol.signed import Keys
from comity.protocol.tree import HASH, leaf_hash, node_hash, root_of_inclusion

TYPE = "application/vnd.comity.receipts+json;v=1"
DEPTH = 8
PLACES = 1 << DEPTH
REFUSED, RELAYED, DELIVERED, OPENED = "refused", "relayed", "delivered", "opened"
STATES = frozenset({REFUSED, RELAYED, DELIVERED, OPENED})
RANK: Mapping[str, int] = {REFUSED: 0, RELAYED: 1, DELIVERED: 2, OPENED: 3}
"""A receipt of higher rank stands, even if a lower one arrives after it."""
_CODE = "receipt.form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is said of one act. `reason` is a code of spec/refusals.md, for the state refused alone.

    `to` is the office that got it, `slip_leaf` the leaf hash of the slip it came with; `seen` the newest checkpoint of the
    issuer's log known here, as {origin, size, root}, or None.
    """

    act: str
    slip_leaf: str
    to: str
    state: str
    reason: str | None = None
    seen: Mapping[str, Any] | None = None

    def record(self, salt: bytes) -> dict[str, Any]:
        return {
            "v": 1,
            "act": self.act,
            "slip_leaf": self.slip_leaf,
            "to": self.to,
            "state": self.state,
            "reason": self.reason,
            "seen": None if self.seen is None else dict(self.seen),
            "salt": salt.hex(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt whose signature and path hold. `sender` is the office that signed; `at` is its claim; `wire` its exact bytes."""

    entry: Entry
    sender: str
    keyset: int
    at: datetime
    wire: bytes


def receipt_id(wire: bytes) -> str:
    """What the log commits to for a receipt. A receipt is always given again byte for byte, so its bytes may be hashed whole."""
    return hashlib.sha256(b"comity-receipt-v1\n" + wire).hexdigest()


def slip_leaf(slip: bytes) -> str:
    return leaf_hash(slip).hex()


def sign_receipts(
    entries: Sequence[Entry], *, sender: str, keyset: int, at: datetime, signer: Signer, random: Random,
) -> tuple[bytes, ...]:  # fmt: skip
    """One receipt for each entry, in their order, under one signature. At most 256, all addressed to `sender`."""
    assert 0 < len(entries) <= limits.BATCH, "1 to 256 entries under one signature"
    assert all(entry.to == sender for entry in entries), "receipts never mix offices"
    said = [entry.record(random(SALT)) for entry in entries]
    places = _draw(len(said), random)
    root, paths = _plant({place: leaf_hash(encode(entry)) for place, entry in zip(places, said, strict=True)}, random)
    head = {"v": 1, "from": sender, "keyset": keyset, "at": write_moment(at), "depth": DEPTH, "root": root.hex()}
    pair = signer.sign(TYPE, encode(head)).record()
    return tuple(
        encode({"head": head, "sigs": pair, "entry": entry, "place": place, "path": [one.hex() for one in paths[place]]})
        for place, entry in zip(places, said, strict=True)
    )


def read_receipt(wire: bytes, *, keys: Keys) -> Receipt:
    """A receipt that holds. Refuses (`receipt.form`, `receipt.path`, `signature.…`, `peer.…`, `keyset.…`) any other."""
    record = decode(wire, limit=limits.RECEIPT_BYTES)
    if not isinstance(record, dict) or set(record) != {"head", "sigs", "entry", "place", "path"}:
        raise _malformed("its parts are not head, signatures, entry, place and path")
    head = members(record["head"], ("from", "keyset", "at", "depth", "root"), _CODE)
    sender, keyset = office(head["from"], _CODE), number(head["keyset"], 1, limits.KEYSETS, _CODE)
    if head["depth"] != DEPTH:
        raise _malformed("its tree does not have depth 8")
    _once(keys.act_key(sender, keyset), encode(record["head"]), Signatures.from_record(record["sigs"]))
    _under(hex_of(head["root"], 64, _CODE), record)
    entry = _entry(record["entry"])
    if entry.to != sender:
        raise _malformed("it was signed by another office than the act went to")
    return Receipt(entry=entry, sender=sender, keyset=keyset, at=read_moment(head["at"], _CODE), wire=wire)


def claimed_act(wire: bytes) -> str:
    """The act a receipt claims to be for, before anything is verified: to find the delivery it may settle."""
    record = decode(wire, limit=limits.RECEIPT_BYTES)
    entry = record.get("entry") if isinstance(record, dict) else None
    return hex_of(entry.get("act") if isinstance(entry, dict) else None, 64, _CODE)


def settles(receipt: Receipt, *, act: str, to: str, slip: bytes) -> None:
    """Refuses (`receipt.other`) a true receipt that is not for this act, this addressee and this very slip."""
    entry = receipt.entry
    if (entry.act, entry.to, entry.slip_leaf) != (act, to, slip_leaf(slip)):
        raise Refused(
            "receipt.other",
            {"act": act, "to": to},
            "The receipt is true, but for another delivery. Keep both and ask the addressee.",
        )


@lru_cache(maxsize=512)
def _once(key: PublicKey, head: bytes, signatures: Signatures) -> None:
    """One head comes with every receipt of its commit: its signatures are verified once. A refusal is not remembered."""
    key.verify(TYPE, head, signatures)


def _under(root: str, record: Mapping[str, Any]) -> None:
    place, path = number(record["place"], 0, PLACES - 1, _CODE), record["path"]
    if not isinstance(path, list) or len(path) != DEPTH:
        raise _malformed("its path does not have eight hashes")
    hashes = [bytes.fromhex(hex_of(one, 64, _CODE)) for one in path]
    found = root_of_inclusion(leaf_hash(encode(record["entry"])), place, PLACES, hashes)
    if found is None or found.hex() != root:
        raise Refused("receipt.path", {}, "The receipt's entry is not under the head that was signed. Ask for the receipt again.")


def _entry(value: Any) -> Entry:
    record = members(value, ("act", "slip_leaf", "to", "state", "reason", "seen", "salt"), _CODE)
    state, reason = record["state"], record["reason"]
    hex_of(record["salt"], 2 * SALT, _CODE)
    if not isinstance(state, str) or state not in STATES:
        raise _malformed("its state is not one that is signed")
    if (state == REFUSED) != (isinstance(reason, str) and 0 < len(reason) <= limits.REASON) or (reason is not None and state != REFUSED):
        raise _malformed("a reason is given for a refusal, and for nothing else")
    return Entry(
        act=hex_of(record["act"], 64, _CODE),
        slip_leaf=hex_of(record["slip_leaf"], 64, _CODE),
        to=office(record["to"], _CODE),
        state=state,
        reason=reason,
        seen=_seen(record["seen"]),
    )


def _seen(value: Any) -> Mapping[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) != {"origin", "size", "root"} or not isinstance(value["origin"], str):
        raise _malformed("the checkpoint it saw is not origin, size and root")
    number(value["size"], 0, 2**48, _CODE)
    hex_of(value["root"], 64, _CODE)
    return value


def _malformed(why: str) -> Refused:
    return Refused(_CODE, {"why": why}, f"The receipt is not well formed: {why}. Ask for it again.")


# The padded tree ---------------------------------------------------------------------------------------------------------


def _draw(many: int, random: Random) -> list[int]:
    """So many different places of 256: the first of a shuffled row (each byte draw is without bias, 256 being a power of two)."""
    free, drawn = list(range(PLACES)), []
    for _ in range(many):
        most = 256 - 256 % len(free)
        while (byte := random(1)[0]) >= most:
            pass
        drawn.append(free.pop(byte % len(free)))
    return drawn


def _plant(leaves: Mapping[int, bytes], random: Random) -> tuple[bytes, dict[int, list[bytes]]]:
    """The root of a tree of depth 8 with these leaves, and each leaf's path. A missing sibling is random."""
    paths: dict[int, list[bytes]] = {place: [] for place in leaves}
    level = dict(leaves)
    for height in range(DEPTH):
        for at in list(level):
            if at ^ 1 not in level:
                level[at ^ 1] = random(HASH)
        for place, path in paths.items():
            path.append(level[place >> height ^ 1])
        level = {at >> 1: node_hash(level[at], level[at + 1]) for at in level if not at & 1}
    return level[0], paths
