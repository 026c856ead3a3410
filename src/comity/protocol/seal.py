"""One age v1 file per addressee, with exactly one `mlkem768x25519` stanza; padded. Attachments: sealed once under a random key.

C2SP age, with what it leaves open closed: one stanza, no passphrase, no armour, no other recipient type (spec/seal.md).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comity.protocol import limits
from comity.protocol.keys import Random, raw
from comity.protocol.refusals import Refused

INTRO = b"age-encryption.org/v1\n"
STANZA = b"-> mlkem768x25519 "
INFO = b"age-encryption.org/mlkem768x25519"
CHUNK = 64 * 1024
TAG = 16
NONCE = 16
ENCAPSULATED = 1120
MLKEM_PUBLIC, X25519_PUBLIC = 1184, 32
FILE_KEY = 16
_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


class SealKey:
    """The public key an addressee's envelopes are sealed to: ML-KEM-768 and X25519, concatenated."""

    __slots__ = ("_key", "raw")

    def __init__(self, public: bytes) -> None:
        if len(public) != MLKEM_PUBLIC + X25519_PUBLIC:
            raise Refused("seal.key", {}, "The encryption key in this keyset is not one of suite 1.")
        self.raw = public
        try:
            self._key = hpke.MLKEM768X25519PublicKey(
                MLKEM768PublicKey.from_public_bytes(public[:MLKEM_PUBLIC]),
                X25519PublicKey.from_public_bytes(public[MLKEM_PUBLIC:]),
            )
        except ValueError as fault:
            raise Refused("seal.key", {}, "The encryption key in this keyset is not one of suite 1.") from fault

    @classmethod
    def from_hex(cls, text: object) -> SealKey:
        return cls(raw(text, MLKEM_PUBLIC + X25519_PUBLIC, "seal.key"))

    def wrap(self, file_key: bytes) -> bytes:
        """The encapsulated key (1,120 bytes) and the file key under it (32 bytes)."""
        return _SUITE.encrypt(file_key, self._key, INFO)


class UnsealKey:
    """The private half, from its two seeds: 64 bytes for ML-KEM-768, 32 for X25519."""

    def __init__(self, mlkem_seed: bytes, x25519_seed: bytes) -> None:
        self.seeds = (mlkem_seed, x25519_seed)
        mlkem, x25519 = MLKEM768PrivateKey.from_seed_bytes(mlkem_seed), X25519PrivateKey.from_private_bytes(x25519_seed)
        self._key = hpke.MLKEM768X25519PrivateKey(mlkem, x25519)
        self.public = SealKey(mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, random: Random) -> UnsealKey:
        return cls(random(64), random(32))

    def unwrap(self, wrapped: bytes) -> bytes:
        return _SUITE.decrypt(wrapped, self._key, INFO)


def seal(plaintext: bytes, to: SealKey, random: Random) -> bytes:
    """An age file that `to` alone can open. `plaintext` is padded by whoever frames it (see act.py)."""
    file_key = random(FILE_KEY)
    wrapped = to.wrap(file_key)
    header = b"".join(
        (INTRO, STANZA, _b64(wrapped[:ENCAPSULATED]), b"\n", _lines(wrapped[ENCAPSULATED:]), b"---"),
    )
    mac = _mac(file_key, header)
    nonce = random(NONCE)
    return b"".join((header, b" ", _b64(mac), b"\n", nonce, stream_seal(_payload_key(file_key, nonce), plaintext)))


def unseal(sealed: bytes, keys: tuple[UnsealKey, ...]) -> bytes:
    """What was sealed. Refuses (`seal.size`, `seal.form`, `seal.closed`) anything but one file for one of these keys.

    The refusal says the same for a file for somebody else and for a damaged one: an outsider learns nothing.
    """
    if len(sealed) > limits.ENVELOPE_BYTES:
        raise Refused("seal.size", {"limit": limits.ENVELOPE_BYTES}, "The envelope is larger than 1 MiB. Send the report in parts.")
    return stream_open(*_opened(sealed, keys))


def unseal_beginning(sealed: bytes, keys: tuple[UnsealKey, ...]) -> bytes:
    """As `unseal`, for a file that may have been cut on its way: whole chunks from the beginning, up to the first that does not hold.

    For formats alone that say of each part whether it is whole (bundle.py). The caller bounds the length.
    """
    return stream_open_beginning(*_opened(sealed, keys))


def _opened(sealed: bytes, keys: tuple[UnsealKey, ...]) -> tuple[bytes, bytes]:
    """The payload's key and its chunks."""
    wrapped, header, mac, payload = _parse(sealed)
    for key in keys:
        try:
            file_key = key.unwrap(wrapped)
        except (InvalidTag, ValueError):
            continue
        if len(file_key) != FILE_KEY or not hmac.compare_digest(_mac(file_key, header), mac):
            break
        return _payload_key(file_key, payload[:NONCE]), payload[NONCE:]
    raise _closed()


def _closed() -> Refused:
    return Refused("seal.closed", {}, "The envelope cannot be opened with this node's keys. Ask its sender to seal it again.")


def _form() -> Refused:
    return Refused("seal.form", {}, "The envelope is not one age file with one hybrid stanza. Ask its sender to seal it again.")


def _parse(sealed: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Wrapped file key, header bytes under the MAC, the MAC, the payload."""
    lines = sealed.split(b"\n", 4)
    if len(lines) != 5 or lines[0] + b"\n" != INTRO or not lines[1].startswith(STANZA) or not lines[3].startswith(b"--- "):
        raise _form()
    encapsulated, body = _unb64(lines[1][len(STANZA) :], ENCAPSULATED), _unb64(lines[2], FILE_KEY + TAG)
    mac, payload = _unb64(lines[3][4:], 32), lines[4]
    if len(payload) < NONCE + TAG:
        raise _form()
    header = sealed[: len(lines[0]) + len(lines[1]) + len(lines[2]) + 3 + 3]
    return encapsulated + body, header, mac, payload


def _b64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _lines(body: bytes) -> bytes:
    """A stanza's body: 64 columns, and a last line shorter than that. 32 bytes take one line."""
    return _b64(body) + b"\n"


def _unb64(text: bytes, length: int) -> bytes:
    """Canonical unpadded base64 of exactly so many bytes."""
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error as fault:
        raise _form() from fault
    if len(data) != length or _b64(data) != text:
        raise _form()
    return data


def _hkdf(key: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, info).derive(key)


def _mac(file_key: bytes, header: bytes) -> bytes:
    return hmac.digest(_hkdf(file_key, None, b"header"), header, "sha256")


def _payload_key(file_key: bytes, nonce: bytes) -> bytes:
    return _hkdf(file_key, nonce, b"payload")


def stream_seal(key: bytes, plaintext: bytes) -> bytes:
    """STREAM with ChaCha20-Poly1305 over chunks of 64 KiB; the last one is marked, so a cut is seen."""
    cipher = ChaCha20Poly1305(key)
    last = max(0, (len(plaintext) - 1) // CHUNK)
    return b"".join(cipher.encrypt(_counter(n, n == last), plaintext[n * CHUNK : (n + 1) * CHUNK], None) for n in range(last + 1))


def stream_open(key: bytes, sealed: bytes) -> bytes:
    """The plaintext; refuses (`seal.closed`) what is cut, extended or altered."""
    cipher, size = ChaCha20Poly1305(key), CHUNK + TAG
    last = max(0, (len(sealed) - 1) // size)
    try:
        chunks = [cipher.decrypt(_counter(n, n == last), sealed[n * size : (n + 1) * size], None) for n in range(last + 1)]
    except (InvalidTag, ValueError) as fault:
        raise _closed() from fault
    if last and not chunks[-1]:
        raise _closed()
    return b"".join(chunks)


def stream_open_beginning(key: bytes, sealed: bytes) -> bytes:
    """What holds of a stream that may be cut: each chunk is authenticated alone, with its place."""
    cipher, size, found = ChaCha20Poly1305(key), CHUNK + TAG, bytearray()
    for n in range((len(sealed) + size - 1) // size):
        chunk = sealed[n * size : (n + 1) * size]
        try:
            found += cipher.decrypt(_counter(n, (n + 1) * size >= len(sealed)), chunk, None)
        except (InvalidTag, ValueError):
            try:  # cut right behind this chunk, it is whole and not the last
                found += cipher.decrypt(_counter(n, False), chunk, None)
            except (InvalidTag, ValueError):
                break
    return bytes(found)


def _counter(chunk: int, last: bool) -> bytes:  # noqa: FBT001
    return chunk.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """What an act says of a file sealed once for all addressees. Both hashes are checked, so two keys cannot open two texts."""

    key: bytes
    sealed_hash: str
    hash: str
    length: int


def seal_attachment(plaintext: bytes, random: Random) -> tuple[Attachment, bytes]:
    if len(plaintext) > limits.ATTACHMENT_BYTES:
        raise Refused("attachment.size", {"limit": limits.ATTACHMENT_BYTES}, "The file is larger than 256 MiB. Send it in parts.")
    key = random(32)
    sealed = stream_seal(key, plaintext)
    said = Attachment(
        key=key, sealed_hash=hashlib.sha256(sealed).hexdigest(), hash=hashlib.sha256(plaintext).hexdigest(), length=len(plaintext),
    )  # fmt: skip
    return said, sealed


def open_attachment(said: Attachment, sealed: bytes) -> bytes:
    """The file. Refuses (`attachment.hash`) unless ciphertext, plaintext and length are all as the act says."""
    if hashlib.sha256(sealed).hexdigest() != said.sealed_hash:
        raise _other_file()
    plaintext = stream_open(said.key, sealed)
    if len(plaintext) != said.length or hashlib.sha256(plaintext).hexdigest() != said.hash:
        raise _other_file()
    return plaintext


def _other_file() -> Refused:
    return Refused("attachment.hash", {}, "The file is not the one the act names. Ask its sender for it again.")
