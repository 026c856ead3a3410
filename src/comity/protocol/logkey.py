"""The key that signs a log's checkpoints: Ed25519 and ML-DSA-44, both required (C2SP signed-note types 0x01 and 0x06)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from comity.protocol.keys import ED25519_KEY, Random, raw
from comity.protocol.refusals import Refused

MLDSA44_KEY = 1312


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
        return cls(
            ed25519=raw(record["ed25519"], ED25519_KEY, "key.form"), mldsa44=raw(record["mldsa44"], MLDSA44_KEY, "key.form")
        )

    def verify(self, *, ed25519: tuple[bytes, bytes], mldsa44: tuple[bytes, bytes]) -> bool:
        """Whether both hold, each a pair of signature and the bytes it is over."""
        try:
            Ed25519PublicKey.from_public_bytes(self.ed25519).verify(*ed25519)
            MLDSA44PublicKey.from_public_bytes(self.mldsa44).verify(*mldsa44)
        except (InvalidSignature, ValueError):
            return False
        return True


class LogSigner:
    """The private half, from two seeds of 32 bytes."""

    def __init__(self, ed25519_seed: bytes, mldsa44_seed: bytes) -> None:
        self.seeds = (ed25519_seed, mldsa44_seed)
        self.ed25519 = Ed25519PrivateKey.from_private_bytes(ed25519_seed)
        self.mldsa44 = MLDSA44PrivateKey.from_seed_bytes(mldsa44_seed)
        self.public = LogKey(
            ed25519=self.ed25519.public_key().public_bytes_raw(), mldsa44=self.mldsa44.public_key().public_bytes_raw()
        )

    @classmethod
    def generate(cls, random: Random) -> LogSigner:
        return cls(random(32), random(32))
