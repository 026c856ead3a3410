"""Carried by hand: one age file of length-framed records, with a signed manifest (spec/seal.md, 'Bundle').

No archive format and no names: what a record is, its kind says; which it is, its hash. Several bundles may carry one lane, and
one may be brought in twice. A file that was cut gives what is whole, and says what is missing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.protocol import limits, seal
from comity.protocol.act import hex_of, members, number, office, read_moment, write_moment
from comity.protocol.canonical import decode, encode
from comity.protocol.keys import Random, Signatures, Signer
from comity.protocol.refusals import Refused
from comity.protocol.seal import SealKey, UnsealKey
from comity.protocol.signed import Keys

TYPE = "application/vnd.comity.bundle+json;v=1"
KINDS = frozenset({"envelope", "receipt", "keyset", "checkpoint"})
"""Envelopes are sealed to their own addressees inside; the bundle's seal hides how many there are, and from whom."""
_CODE = "bundle.form"
_LENGTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record that the manifest names. `whole` says that its bytes are here and are those that were packed."""

    kind: str
    sum: str
    data: bytes
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What was carried, in the order it was packed. `complete` is False where the file was cut: ask for it again, keep the rest."""

    sender: str
    keyset: int
    to: str
    at: datetime
    records: tuple[Record, ...]

    @property
    def complete(self) -> bool:
        return all(record.whole for record in self.records)


def pack(
    records: Sequence[tuple[str, bytes]],
    *,
    sender: str,
    keyset: int,
    to: str,
    at: datetime,
    signer: Signer,
    recipient: SealKey,
    random: Random,
) -> bytes:
    """The file, for the office `to`. `records` are kind and bytes. Refuses (`bundle.size`) more than one file may hold."""
    assert all(kind in KINDS for kind, _ in records), "a kind of record that is carried"
    manifest = encode(
        {
            "v": 1,
            "from": sender,
            "keyset": keyset,
            "to": to,
            "at": write_moment(at),
            "records": [{"kind": kind, "sum": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for kind, data in records],
        }
    )
    frames = [manifest, encode(signer.sign(TYPE, manifest).record()), *(data for _, data in records)]
    plaintext = b"".join(len(frame).to_bytes(_LENGTH, "big") + frame for frame in frames)
    if len(records) > limits.BUNDLE_RECORDS or len(plaintext) > limits.BUNDLE_BYTES:
        raise _too_large()
    padding = -len(plaintext) % limits.SEAL_PADDING
    return seal.seal(plaintext + bytes(padding), recipient, random)


def unpack(data: bytes, *, keys: Keys, seals: tuple[UnsealKey, ...], to: str) -> Bundle:
    """What the file holds for `to`. Refuses (`bundle.…`, `seal.…`, `signature.…`) where the manifest itself does not hold.

    Each record that it names is then judged alone; every record is verified again by whoever takes it in.
    """
    if len(data) > limits.BUNDLE_BYTES + limits.ENVELOPE_BYTES:
        raise _too_large()
    plaintext = seal.unseal_beginning(data, seals)
    manifest, at = _frame(plaintext, 0)
    signatures, at = _frame(plaintext, at)
    record = members(decode(manifest, limit=limits.BUNDLE_MANIFEST_BYTES), ("from", "keyset", "to", "at", "records"), _CODE)
    sender, keyset = office(record["from"], _CODE), number(record["keyset"], 1, limits.KEYSETS, _CODE)
    pair = Signatures.from_record(decode(signatures, limit=limits.SIGNATURES_BYTES))
    keys.act_key(sender, keyset).verify(TYPE, manifest, pair)
    if record["to"] != to:
        raise Refused("bundle.other", {}, "The bundle was packed for another office. Give it to its addressee.")
    return Bundle(
        sender=sender,
        keyset=keyset,
        to=to,
        at=read_moment(record["at"], _CODE),
        records=_records(record["records"], plaintext, at),
    )


def _records(named: Any, plaintext: bytes, at: int) -> tuple[Record, ...]:
    if not isinstance(named, list) or len(named) > limits.BUNDLE_RECORDS:
        raise _malformed("its manifest has no list of records, or too long a one")
    found = []
    for one in named:
        kind, digest, length = _named(one)
        data = plaintext[at + _LENGTH : at + _LENGTH + length]
        here = plaintext[at : at + _LENGTH] == length.to_bytes(_LENGTH, "big") and hashlib.sha256(data).hexdigest() == digest
        found.append(Record(kind=kind, sum=digest, data=data if here else b"", whole=here))
        at += _LENGTH + length
    return tuple(found)


def _named(value: Any) -> tuple[str, str, int]:
    if not isinstance(value, dict) or set(value) != {"kind", "sum", "bytes"} or str(value["kind"]) not in KINDS:
        raise _malformed("a record in its manifest is not kind, sum and bytes")
    return str(value["kind"]), hex_of(value["sum"], 64, _CODE), number(value["bytes"], 0, limits.BUNDLE_BYTES, _CODE)


def _frame(plaintext: bytes, at: int) -> tuple[bytes, int]:
    length = int.from_bytes(plaintext[at : at + _LENGTH], "big")
    end = at + _LENGTH + length
    if len(plaintext) < at + _LENGTH or len(plaintext) < end:
        raise _malformed("it was cut before its manifest ended")
    return plaintext[at + _LENGTH : end], end


def _malformed(why: str) -> Refused:
    return Refused(_CODE, {"why": why}, f"The bundle is not well formed: {why}. Ask for it again.")


def _too_large() -> Refused:
    size = limits.BUNDLE_BYTES // 1024 // 1024
    sentence = f"A bundle holds at most {limits.BUNDLE_RECORDS} records and {size} MB. Pack several."
    return Refused("bundle.size", {"limit": limits.BUNDLE_BYTES}, sentence)
