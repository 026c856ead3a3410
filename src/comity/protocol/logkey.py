"""The key that signs a log's checkpoints: Ed25519 and ML-DSA-44, both required (C2SP signed-note types 0x01 and 0x06)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from comity.protocol.keys import ED25519_KEY, Random, raw
from comity.protocol.refusals import Refused

MLDSA44_KEY = 1312
ED25519_NOTE, ED25519_COSIGNATURE, MLDSA44_COSIGNATURE = 0x01, 0x04, 0x06
"""Signature types of C2SP signed-note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKey:
    """The public key of one node's log."""

    ed25519: bytes
    mldsa44: bytes

    def record(self) -> dict[str, Any]:
        return {"ed25519": self.ed25519.hex(), "mldsa44": self.mldsa44.hex()}

    @classmethod
    def from_record(cls, record: Any) -> LogKey:
        if not isinstance(record, Mapping) or set(record) != {"ed25519", "mldsa44"}:
            raise Refused("key.form", {}, "The log key is not one of suite 1. Ask the participant for its card again.")
        return cls(ed25519=raw(record["ed25519"], ED25519_KEY, "key.form"), mldsa44=raw(record["mldsa44"], MLDSA44_KEY, "key.form"))

    def identifier(self, name: str, kind: int) -> bytes:
        """The four bytes by which a note's signature line says which key made it (C2SP signed-note, 'Signatures')."""
        key = self.mldsa44 if kind == MLDSA44_COSIGNATURE else self.ed25519
        return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]

    def verifies_ed25519(self, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.ed25519).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def verifies_mldsa44(self, signature: bytes, message: bytes) -> bool:
        """C2SP cosignatures have an empty context; their message begins with a label of its own."""
        try:
            MLDSA44PublicKey.from_public_bytes(self.mldsa44).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class LogSigner:
    """The private half, from two seeds of 32 bytes."""

    def __init__(self, ed25519_seed: bytes, mldsa44_seed: bytes) -> None:
        self.seeds = (ed25519_seed, mldsa44_seed)
        self.ed25519 = Ed25519PrivateKey.from_private_bytes(ed25519_seed)
        self.mldsa44 = MLDSA44PrivateKey.from_seed_bytes(mldsa44_seed)
        self.public = LogKey(ed25519=self.ed25519.public_key().public_bytes_raw(), mldsa44=self.mldsa44.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, random: Random) -> LogSigner:
        return cls(random(32), random(32))
