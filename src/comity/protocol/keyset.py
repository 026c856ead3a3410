"""Keysets, cards and keyrings: whose keys count, from when, and how one keyset follows another (spec/keyset.md).

The offline root signs keysets. Each commits to the root of the next, so a stolen root cannot name its own successor. First
contact is a card compared in person; a keyset older than the newest held is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.protocol import limits
from comity.protocol.act import hex_of, is_one, members, number, office, party_of, read_moment, write_moment
from comity.protocol.canonical import decode, encode
from comity.protocol.keys import ED25519_KEY, PublicKey, Random, Signatures, Signer, SoftwareSigner, raw
from comity.protocol.logkey import LogKey, LogSigner
from comity.protocol.refusals import Refused
from comity.protocol.seal import SealKey, UnsealKey

TYPE = "application/vnd.comity.keyset+json;v=1"
CODE = "keyset.form"
DOORS = 8
LANGUAGES = 32
_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aiou"
NAME_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Distrust:
    """A key, and the size of its node's log after which nothing signed with it counts."""

    key: str
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyset:
    """The public keys of one node from one moment. `root` signs it; `next_root` is the digest of the next root key."""

    node: str
    number: int
    prev: str | None
    start: datetime
    root: PublicKey
    act: PublicKey
    log: LogKey
    seal: SealKey
    transport: bytes
    next_root: str
    epoch: int
    offices: tuple[Mapping[str, Any], ...] = ()
    distrust: tuple[Distrust, ...] = ()

    def record(self) -> dict[str, Any]:
        return {
            "v": 1,
            "node": self.node,
            "number": self.number,
            "prev": self.prev,
            "suite": 1,
            "from": write_moment(self.start),
            "root": self.root.record(),
            "keys": {
                "act": self.act.record(),
                "log": self.log.record(),
                "seal": self.seal.raw.hex(),
                "transport": self.transport.hex(),
            },
            "offices": [dict(one) for one in self.offices],
            "next_root": self.next_root,
            "epoch": self.epoch,
            "distrust": [{"key": one.key, "after": one.after} for one in self.distrust],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedKeyset:
    """A keyset as it travels: its exact bytes and the root's signatures."""

    keyset: Keyset
    record: bytes
    signatures: Signatures

    @property
    def id(self) -> str:
        return keyset_id(self.record)

    def wire(self) -> bytes:
        return encode({"record": self.record.decode(), "sigs": self.signatures.record()})


def keyset_id(record: bytes) -> str:
    return hashlib.sha256(b"comity-keyset-v1\n" + record).hexdigest()


def sign_keyset(keyset: Keyset, root: Signer) -> SignedKeyset:
    assert keyset.root == root.public, "a keyset is signed by the root it names"
    record = encode(keyset.record())
    return SignedKeyset(keyset=keyset, record=record, signatures=root.sign(TYPE, record))


def read_keyset(wire: bytes) -> SignedKeyset:
    """A keyset whose root signed it. Whether that root counts is asked by `Keyring.accept`."""
    outer = decode(wire, limit=limits.KEYSET_BYTES)
    if not isinstance(outer, dict) or set(outer) != {"record", "sigs"} or not isinstance(outer["record"], str):
        raise Refused(CODE, {}, "The keyset is damaged. Ask its participant for it again.")
    record = outer["record"].encode()
    keyset = _keyset(decode(record, limit=limits.KEYSET_BYTES))
    signatures = Signatures.from_record(outer["sigs"])
    keyset.root.verify(TYPE, record, signatures)
    return SignedKeyset(keyset=keyset, record=record, signatures=signatures)


MEMBERS = ("node", "number", "prev", "suite", "from", "root", "keys", "offices", "next_root", "epoch", "distrust")


def _keyset(value: Any) -> Keyset:
    record = members(value, MEMBERS, CODE)
    keys = record["keys"]
    if not is_one(record["suite"]):
        raise Refused("keyset.suite", {"suite": str(record["suite"])[:8]}, "This suite is not known. Both sides need the same version.")
    if not isinstance(keys, dict) or set(keys) != {"act", "log", "seal", "transport"}:
        raise Refused(CODE, {}, "A keyset names keys for acts, log, seal and transport.")
    if not isinstance(record["offices"], list) or len(record["offices"]) > limits.OFFICES:
        raise Refused(CODE, {}, f"A keyset names at most {limits.OFFICES} offices.")
    if not isinstance(record["distrust"], list) or len(record["distrust"]) > limits.KEYSETS:
        raise Refused(CODE, {}, "A keyset distrusts at most one key for each keyset there was.")
    return Keyset(
        node=node_name(record["node"]),
        number=number(record["number"], 1, limits.KEYSETS, CODE),
        prev=None if record["prev"] is None else hex_of(record["prev"], 64, CODE),
        start=read_moment(record["from"], CODE),
        root=PublicKey.from_record(record["root"]),
        act=PublicKey.from_record(keys["act"]),
        log=LogKey.from_record(keys["log"]),
        seal=SealKey.from_hex(keys["seal"]),
        transport=raw(keys["transport"], ED25519_KEY, CODE),
        next_root=hex_of(record["next_root"], 64, CODE),
        epoch=number(record["epoch"], 1, 2**31, CODE),
        offices=tuple(_office(one) for one in record["offices"]),
        distrust=tuple(_distrust(one) for one in record["distrust"]),
    )


def node_name(value: Any) -> str:
    text = f"{value}/x" if isinstance(value, str) else ""
    return party_of(office(text, CODE))


def _office(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict) or set(value) != {"name", "keyset", "scope"} or not all(isinstance(v, str) for v in value.values()):
        raise Refused(CODE, {}, "An office in a keyset has a name, a keyset and a scope.")
    return value


def _distrust(value: Any) -> Distrust:
    if not isinstance(value, dict) or set(value) != {"key", "after"}:
        raise Refused(CODE, {}, "A distrusted key is named with the size of the log after which it counts no more.")
    return Distrust(key=hex_of(value["key"], 64, CODE), after=number(value["after"], 0, 2**48, CODE))


# The card ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What two participants compare in person: who, in which languages, with which root and keyset, behind which doors."""

    node: str
    names: Mapping[str, str]
    root: PublicKey
    keyset: str
    doors: tuple[str, ...]
    office: str

    def record(self) -> dict[str, Any]:
        return {
            "v": 1, "node": self.node, "names": dict(self.names), "root": self.root.record(), "keyset": self.keyset,
            "doors": list(self.doors), "office": self.office,
        }  # fmt: skip

    def bytes(self) -> bytes:
        return encode(self.record())

    def fingerprint(self) -> str:
        """SHA-256 over the node's name and root, in eight groups of four hex digits: what is read aloud."""
        return _compared(self).hex(" ", 2)

    def words(self) -> str:
        """The same in eight words, for whoever hears better than reads: each is a made-up word of two syllables in any language."""
        digest = _compared(self)
        return " ".join(_word(int.from_bytes(digest[n : n + 2], "big")) for n in range(0, len(digest), 2))


def read_card(data: bytes) -> Card:
    record = members(decode(data, limit=limits.KEYSET_BYTES), ("node", "names", "root", "keyset", "doors", "office"), "card.form")
    names, doors = record["names"], record["doors"]
    if not isinstance(names, dict) or not 1 <= len(names) <= LANGUAGES or not all(_is_name(name) for name in names.values()):
        raise Refused("card.form", {}, "A card gives the participant's name in at least one language.")
    if not isinstance(doors, list) or len(doors) > DOORS or not all(_is_door(door) for door in doors):
        raise Refused("card.form", {}, f"A card has at most {DOORS} doors, each a web address.")
    desk = record["office"]
    node = node_name(record["node"])
    if not isinstance(desk, str) or party_of(desk) != node:
        raise Refused("card.form", {}, "A card names an office of its own node.")
    return Card(
        node=node, names=names, root=PublicKey.from_record(record["root"]), keyset=hex_of(record["keyset"], 64, "card.form"),
        doors=tuple(doors), office=desk,
    )  # fmt: skip


def _compared(card: Card) -> bytes:
    return hashlib.sha256(b"comity-card-v1\n" + card.node.encode() + b"\n" + card.root.digest()).digest()[:16]


def _word(number: int) -> str:
    """16 bits as consonant, vowel, consonant, vowel, consonant: 4, 2, 4, 2 and 4 bits, highest first."""
    parts = ((number >> 12, _CONSONANTS), (number >> 10 & 3, _VOWELS), (number >> 6 & 15, _CONSONANTS), (number >> 4 & 3, _VOWELS))
    return "".join(letters[at] for at, letters in parts) + _CONSONANTS[number & 15]


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and 0 < len(name) <= NAME_LENGTH


def _is_door(door: Any) -> bool:
    return (
        isinstance(door, str) and len(door) <= 300 and door.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]"))
    )


# The keyring -------------------------------------------------------------------------------------------------------------


class Keyring:
    """Every keyset of one node, from the one whose root was compared. Only `accept` adds to it."""

    def __init__(self, root: bytes) -> None:
        """`root` is the digest of the root key that was compared in person."""
        self._root = root
        self._held: list[SignedKeyset] = []

    @property
    def newest(self) -> Keyset:
        if not self._held:
            raise Refused("keyset.unknown", {}, "No keyset of this participant is held. Ask for its card and compare it.")
        return self._held[-1].keyset

    @property
    def wires(self) -> tuple[bytes, ...]:
        return tuple(one.wire() for one in self._held)

    def __len__(self) -> int:
        return len(self._held)

    def accept(self, signed: SignedKeyset) -> bool:
        """Take the next keyset; False for one already held. Refuses one that is older, skips, or names another root than promised."""
        keyset = signed.keyset
        if keyset.number <= len(self._held):
            held = self._held[keyset.number - 1]
            if held.id == signed.id:
                return False
            sentence = "Another keyset with this number is held. Keep both and compare cards in person."
            raise Refused("keyset.forked", {"node": keyset.node, "number": keyset.number}, sentence)
        if keyset.number != len(self._held) + 1:
            raise Refused("keyset.gap", {"missing": len(self._held) + 1}, "A keyset before this one is missing. Ask for all of them.")
        last = self._held[-1] if self._held else None
        promised = bytes.fromhex(last.keyset.next_root) if last else self._root
        follows = keyset.prev == (last.id if last else None) and (last is None or keyset.node == last.keyset.node)
        if not follows or keyset.root.digest() != promised:
            sentence = "The keyset is not signed by the root that was promised. Compare cards in person."
            raise Refused("keyset.root", {"node": keyset.node}, sentence)
        self._held.append(signed)
        return True

    def keyset(self, number: int) -> Keyset:
        if not 1 <= number <= len(self._held):
            raise Refused("keyset.unknown", {"number": number}, "The act names a keyset that is not held here yet. It is asked for.")
        return self._held[number - 1].keyset

    def act_key(self, office: str, number: int) -> PublicKey:  # noqa: ARG002 - offices with keys of their own bring a keyring of their own
        """The key acts are signed with under this keyset. Refuses (`keyset.unknown`, `key.distrusted`) where none counts."""
        key = self.keyset(number).act
        after = self.distrusted(key)
        if after is not None:
            sentence = "The key this is signed with was lost or stolen, and its participant distrusts it. Ask for what was meant."
            raise Refused("key.distrusted", {"number": number, "after": after}, sentence)
        return key

    def distrusted(self, key: PublicKey) -> int | None:
        """The size of the participant's log after which nothing by this key counts; None for a key that is trusted."""
        named = key.digest().hex()
        return next((one.after for one in self.newest.distrust if one.key == named), None)


class Directory:
    """The keyrings a node knows, by node: what `signed.verify` asks."""

    def __init__(self, rings: Mapping[str, Keyring]) -> None:
        self._rings = rings

    def ring(self, node: str) -> Keyring:
        if node not in self._rings:
            raise Refused("peer.unknown", {"node": node}, "The sender is not a peer of this node. Compare cards first.")
        return self._rings[node]

    def act_key(self, office: str, keyset: int) -> PublicKey:
        return self.ring(party_of(office)).act_key(office, keyset)


# Private keys ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NodeKeys:
    """A node's private keys of one keyset, with the root and the next root (kept offline where people do so)."""

    root: SoftwareSigner
    next_root: SoftwareSigner
    act: SoftwareSigner
    log: LogSigner
    seal: UnsealKey
    transport: bytes

    @classmethod
    def generate(cls, random: Random) -> NodeKeys:
        return cls(
            SoftwareSigner.generate(random), SoftwareSigner.generate(random), SoftwareSigner.generate(random),
            LogSigner.generate(random), UnsealKey.generate(random), random(32),
        )  # fmt: skip

    def record(self) -> dict[str, Any]:
        """Secrets in hex, for the node's own key file alone."""
        return {
            "v": 1,
            "root": [seed.hex() for seed in self.root.seeds],
            "next_root": [seed.hex() for seed in self.next_root.seeds],
            "act": [seed.hex() for seed in self.act.seeds],
            "log": [seed.hex() for seed in self.log.seeds],
            "seal": [seed.hex() for seed in self.seal.seeds],
            "transport": self.transport.hex(),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> NodeKeys:
        def seeds(name: str) -> Sequence[bytes]:
            return [bytes.fromhex(seed) for seed in record[name]]

        return cls(
            SoftwareSigner(*seeds("root")), SoftwareSigner(*seeds("next_root")), SoftwareSigner(*seeds("act")),
            LogSigner(*seeds("log")), UnsealKey(*seeds("seal")), bytes.fromhex(record["transport"]),
        )  # fmt: skip

    def renewed(self, random: Random) -> NodeKeys:
        """The same keys under the root that was promised, with a new root promised after it."""
        return NodeKeys(self.next_root, SoftwareSigner.generate(random), self.act, self.log, self.seal, self.transport)

    def next_keyset(self, last: SignedKeyset, *, at: datetime, epoch: int) -> SignedKeyset:
        """The keyset after `last`, signed by the root that it promised. Call it on `renewed` keys."""
        keyset = replace(
            last.keyset, number=last.keyset.number + 1, prev=last.id, start=at, root=self.root.public, epoch=epoch,
            next_root=self.next_root.public.digest().hex(),
        )  # fmt: skip
        return sign_keyset(keyset, self.root)

    def first_keyset(self, *, node: str, at: datetime) -> SignedKeyset:
        """Keyset number 1, signed by the root."""
        keyset = Keyset(
            node=node,
            number=1,
            prev=None,
            start=at,
            root=self.root.public,
            act=self.act.public,
            log=self.log.public,
            seal=self.seal.public,
            transport=Ed25519PrivateKey.from_private_bytes(self.transport).public_key().public_bytes_raw(),
            next_root=self.next_root.public.digest().hex(),
            epoch=1,
        )
        return sign_keyset(keyset, self.root)
