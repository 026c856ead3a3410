"""Suites, public keys and signatures. The suite belongs to a keyset, never to a message: nothing read from a message chooses an algorithm.

Suite 1: Ed25519 (RFC 8032) and ML-DSA-65 (FIPS 204, context = type), both required, over the DSSE pre-authentication
encoding of the exact bytes. Log keys: Ed25519 and ML-DSA-44 (C2SP signed-note types 0x01 and 0x06).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey

from comity.protocol.refusals import Refused

SUITE = 1
ED25519_KEY, ED25519_SIGNATURE = 32, 64
MLDSA65_KEY, MLDSA65_SIGNATURE = 1952, 3309
SEED = 32

Random = Callable[[int], bytes]


def pae(kind: str, payload: bytes) -> bytes:
    """DSSE v1 pre-authentication encoding: what is signed says what kind of thing it is."""
    name = kind.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)


@lru_cache(maxsize=4096)
def _ed25519(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)


@lru_cache(maxsize=4096)
def _mldsa65(raw: bytes) -> MLDSA65PublicKey:
    return MLDSA65PublicKey.from_public_bytes(raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """Both signatures of suite 1. One alone is none."""

    ed25519: bytes
    mldsa65: bytes

    def record(self) -> dict[str, Any]:
        return {"ed25519": self.ed25519.hex(), "mldsa65": self.mldsa65.hex()}

    @classmethod
    def from_record(cls, record: Any) -> Signatures:
        """Refuses (`signature.form`) anything but exactly these two, at their lengths."""
        if not isinstance(record, Mapping) or set(record) != {"ed25519", "mldsa65"}:
            raise Refused("signature.form", {}, "Exactly two signatures are needed: Ed25519 and ML-DSA-65.")
        return cls(
            ed25519=raw(record["ed25519"], ED25519_SIGNATURE, "signature.form"),
            mldsa65=raw(record["mldsa65"], MLDSA65_SIGNATURE, "signature.form"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A public key of suite 1."""

    ed25519: bytes
    mldsa65: bytes

    def record(self) -> dict[str, Any]:
        return {"suite": SUITE, "ed25519": self.ed25519.hex(), "mldsa65": self.mldsa65.hex()}

    @classmethod
    def from_record(cls, record: Any) -> PublicKey:
        known = isinstance(record, Mapping) and set(record) == {"suite", "ed25519", "mldsa65"}
        if not known or record["suite"] != SUITE or record["suite"] is True:
            raise Refused("key.form", {}, "The public key is not one of suite 1. Ask the participant for its card again.")
        return cls(
            ed25519=raw(record["ed25519"], ED25519_KEY, "key.form"),
            mldsa65=raw(record["mldsa65"], MLDSA65_KEY, "key.form"),
        )

    def digest(self) -> bytes:
        """SHA-256 over `comity-key-v1`, a newline and both keys: what a keyset commits to for the next root."""
        return hashlib.sha256(b"comity-key-v1\n" + self.ed25519 + self.mldsa65).digest()

    def verify(self, kind: str, payload: bytes, signatures: Signatures) -> None:
        """Refuses (`signature.invalid`) unless both hold."""
        message = pae(kind, payload)
        try:
            _ed25519(self.ed25519).verify(signatures.ed25519, message)
            _mldsa65(self.mldsa65).verify(signatures.mldsa65, message, kind.encode())
        except (InvalidSignature, ValueError) as fault:
            raise Refused("signature.invalid", {}, "The signature does not hold. Nothing of the record was taken.") from fault


class Signer(Protocol):
    """Whoever can sign: software here, a token elsewhere."""

    @property
    def public(self) -> PublicKey: ...
    def sign(self, kind: str, payload: bytes) -> Signatures: ...


class SoftwareSigner:
    """Private keys of suite 1 in memory, made from two seeds of 32 bytes."""

    def __init__(self, ed25519_seed: bytes, mldsa65_seed: bytes) -> None:
        self.seeds = (ed25519_seed, mldsa65_seed)
        self._ed25519 = Ed25519PrivateKey.from_private_bytes(ed25519_seed)
        self._mldsa65 = MLDSA65PrivateKey.from_seed_bytes(mldsa65_seed)
        self.public = PublicKey(
            ed25519=self._ed25519.public_key().public_bytes_raw(),
            mldsa65=self._mldsa65.public_key().public_bytes_raw(),
        )

    @classmethod
    def generate(cls, random: Random) -> SoftwareSigner:
        return cls(random(SEED), random(SEED))

    def sign(self, kind: str, payload: bytes) -> Signatures:
        message = pae(kind, payload)
        return Signatures(ed25519=self._ed25519.sign(message), mldsa65=self._mldsa65.sign(message, kind.encode()))


def raw(text: Any, length: int, code: str) -> bytes:
    """Lower-case hex of exactly so many bytes; refuses with `code` otherwise."""
    if not isinstance(text, str) or len(text) != 2 * length or text.lower() != text:
        raise Refused(code, {}, f"{2 * length} lower-case hexadecimal digits are needed here.")
    try:
        return bytes.fromhex(text)
    except ValueError as fault:
        raise Refused(code, {}, f"{2 * length} lower-case hexadecimal digits are needed here.") from fault
