"""How two nodes know each other on the wire: a token opens a session, a MAC carries each request (spec/README.md, 'Session').

The token is signed with Ed25519 alone: it proves nothing to a third party and lives for two minutes. The session key is
sealed to the peer's seal key, so that a recorded session is not opened by a later quantum computer. TLS lends no identity.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from comity.protocol.act import hex_of, members, number, party_of, read_moment, write_moment
from comity.protocol.canonical import decode, encode
from comity.protocol.keys import ED25519_SIGNATURE, pae, raw
from comity.protocol.limits import KEYSETS, TOKEN_BYTES, TOKEN_SECONDS
from comity.protocol.refusals import Refused
from comity.protocol.seal import SealKey, UnsealKey, seal, unseal

TYPE = "application/vnd.comity.session+json;v=1"
KEY = 32
_MEMBERS = ("from", "keyset", "audience", "nonce", "at", "key")
_CODE = "session.form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A claim to open a session with `audience`. `nonce` is remembered by the audience while the token could live."""

    node: str
    keyset: int
    audience: str
    nonce: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the caller sends (`wire`) and keeps (`key`)."""

    wire: bytes
    key: bytes


def transport_public(private: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def open_session(
    *, node: str, keyset: int, private: bytes, audience: str, to: SealKey, at: datetime, random: Callable[[int], bytes],
) -> Opening:  # fmt: skip
    """A token for `audience` and, beside it, the session key sealed to it. `private` is the transport key's seed."""
    key = random(KEY)
    sealed = seal(key, to, random)
    token = encode(
        {
            "v": 1,
            "from": node,
            "keyset": keyset,
            "audience": audience,
            "nonce": random(KEY).hex(),
            "at": write_moment(at),
            "key": hashlib.sha256(sealed).hexdigest(),
        }
    )
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(pae(TYPE, token))
    return Opening(wire=encode({"token": token.decode(), "sig": signature.hex(), "key": sealed.hex()}), key=key)


def claimed_node(wire: bytes) -> tuple[str, int]:
    """Who says it calls, with which keyset, before anything is verified: to know whose key to ask for."""
    record, _, _ = _parse(wire)
    return record["from"], record["keyset"]


def accept_session(
    wire: bytes, *, audience: str, public: bytes, keys: tuple[UnsealKey, ...], now: datetime, used: Callable[[str], bool],
) -> tuple[Token, bytes]:  # fmt: skip
    """The token and the session key. `public` is the caller's transport key; `used` says whether a nonce was seen before.

    Refuses (`session.form`, `session.audience`, `session.expired`, `session.signature`, `session.used`, `seal.…`).
    The door gives one and the same answer to all of them: a stranger learns nothing.
    """
    record, signature, sealed = _parse(wire)
    token = Token(
        node=record["from"],
        keyset=record["keyset"],
        audience=record["audience"],
        nonce=record["nonce"],
        at=read_moment(record["at"], _CODE),
    )
    if token.audience != audience:
        raise Refused("session.audience", {}, "The session was meant for another node. Check the address in its card.")
    if abs(now - token.at) > timedelta(seconds=TOKEN_SECONDS):
        raise Refused("session.expired", {"seconds": TOKEN_SECONDS}, "The session token is too old or dated ahead. Check both clocks.")
    _verify(public, signature, encode(record))
    if used(token.nonce):
        raise Refused("session.used", {}, "The session token was used before. Open a new session.")
    if hashlib.sha256(sealed).hexdigest() != record["key"]:
        raise Refused(_CODE, {}, "The session key is not the one in the token. Open a new session.")
    key = unseal(sealed, keys)
    if len(key) != KEY:
        raise Refused(_CODE, {}, "The session key does not have 32 bytes. Open a new session.")
    return token, key


def _verify(public: bytes, signature: bytes, token: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, pae(TYPE, token))
    except (InvalidSignature, ValueError) as fault:
        raise Refused("session.signature", {}, "The session token is not signed by the node it names. Compare cards.") from fault


def _parse(wire: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    outer = decode(wire, limit=TOKEN_BYTES)
    if not isinstance(outer, dict) or set(outer) != {"token", "sig", "key"} or not all(isinstance(v, str) for v in outer.values()):
        raise Refused(_CODE, {}, "The session request is damaged. Open a new session.")
    record = members(decode(outer["token"].encode(), limit=TOKEN_BYTES), _MEMBERS, _CODE)
    for name in ("from", "audience"):
        if not isinstance(record[name], str) or party_of(record[name]) != record[name] or len(record[name]) > 40:
            raise Refused(_CODE, {}, "The session request does not name two nodes. Open a new session.")
    number(record["keyset"], 1, KEYSETS, _CODE)
    hex_of(record["nonce"], 2 * KEY, _CODE)
    hex_of(record["key"], 64, _CODE)
    try:
        sealed = bytes.fromhex(outer["key"])
    except ValueError as fault:
        raise Refused(_CODE, {}, "The session request is damaged. Open a new session.") from fault
    return dict(record), raw(outer["sig"], ED25519_SIGNATURE, _CODE), sealed


def request_mac(key: bytes, *, method: str, path: str, counter: int, body: bytes) -> str:
    """HMAC-SHA256 over method, path with query, counter and the body's hash, in hex. The counter rises within a session."""
    return _mac(key, "request", method, path, counter, body)


def answer_mac(key: bytes, *, status: int, path: str, counter: int, body: bytes) -> str:
    """The same for the answer, so that nobody on the way answers in the peer's place."""
    return _mac(key, "answer", str(status), path, counter, body)


def _mac(key: bytes, direction: str, what: str, path: str, counter: int, body: bytes) -> str:
    assert len(key) == KEY, "a session key"
    assert counter >= 0, "a rising counter"
    assert not {"\n", "\r"} & set(what + path), "one line each"
    text = f"comity-{direction}-v1\n{what}\n{path}\n{counter}\n{hashlib.sha256(body).hexdigest()}"
    return hmac.digest(key, text.encode(), "sha256").hex()


def same_mac(one: str, other: str) -> bool:
    """Compared without telling by time where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
