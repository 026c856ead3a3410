"""Unverified bytes to a verified act, in numbered steps. Nothing else makes a VerifiedAct.

Order (protocol, 'Rules'): length and opening belong to seal.py; here 1 frames, 2 head signatures, 3 act id, 4 content hash,
5 strict parse, 6 own place in `to` against the slip's path. Lane, schema and scope need the book: node/receive.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from comity.protocol import limits
from comity.protocol.act import (
    SALT,
    TYPE,
    Composed,
    Content,
    Head,
    Slip,
    act_id,
    decode_content,
    read_content,
    read_head,
    read_slip,
)
from comity.protocol.canonical import decode
from comity.protocol.keys import PublicKey, Signatures
from comity.protocol.refusals import Refused
from comity.protocol.tree import HASH, leaf_hash, verify_inclusion

FRAMES = 7
LONGEST_PATH = 8
"""Hashes up to the root over 256 addressees."""
_MADE_HERE = object()


class Keys(Protocol):
    """Where the act key of an office under a keyset is found."""

    def act_key(self, office: str, keyset: int) -> PublicKey:
        """Refuses (`peer.unknown`, `keyset.unknown`, `key.distrusted`) when there is none that counts."""
        ...


@dataclass(frozen=True, slots=True)
class VerifiedAct:
    """An act whose signatures hold and whose content is the one signed. `slip` is None only for an act passed on by consent."""

    id: str
    sender: str
    keyset: int
    at: datetime
    content: Content
    head: bytes
    signatures: bytes
    said: bytes
    salt: bytes
    slip: Slip | None
    slip_bytes: bytes | None
    path: bytes | None
    _made: Any = None

    def __post_init__(self) -> None:
        assert self._made is _MADE_HERE, "only signed.py verifies"


def plaintext(act: Composed, place: int) -> bytes:
    """What is sealed for the addressee at that place in `to`: frames of u32 length and bytes, padded."""
    return framed(act.head, act.signatures, act.content, act.salt, act.slips[place], act.paths[place])


def framed(head: bytes, signatures: bytes, content: bytes, salt: bytes, slip: bytes, path: bytes) -> bytes:
    frames = b"".join(len(part).to_bytes(4, "big") + part for part in (head, signatures, content, salt, slip, path))
    padding = -(len(frames) + 4) % limits.SEAL_PADDING
    return b"".join((frames, padding.to_bytes(4, "big"), bytes(padding)))


def frames(data: bytes) -> list[bytes]:
    """Step 1. Refuses (`envelope.frames`) anything but seven frames, the last of zeros, and nothing after."""
    parts: list[bytes] = []
    at = 0
    while at < len(data) and len(parts) < FRAMES:
        length = int.from_bytes(data[at : at + 4], "big")
        parts.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    if len(parts) != FRAMES or at != len(data) or parts[-1].strip(b"\0"):
        raise Refused("envelope.frames", {}, "The envelope is damaged inside. Ask its sender to send it again.")
    return parts[:-1]


def verify(data: bytes, *, keys: Keys, to: str) -> VerifiedAct:
    """The act in an opened envelope addressed to office `to`. Refuses what does not hold, at the first step that fails."""
    head, signatures, content, salt, slip, path = frames(data)
    found = check_head(head, signatures, keys)
    said = check_content(found, content, salt)
    own = check_slip(found, said, slip, path, to)
    return VerifiedAct(
        act_id(head), found.sender, found.keyset, found.at, said, head, signatures, content, salt, own, slip, path, _MADE_HERE
    )


def verify_without_slip(*, head: bytes, signatures: bytes, content: bytes, salt: bytes, keys: Keys) -> VerifiedAct:
    """The same for an act that came by another way than its own envelope: our own, repaired, or passed on by consent."""
    found = check_head(head, signatures, keys)
    said = check_content(found, content, salt)
    return VerifiedAct(
        act_id(head), found.sender, found.keyset, found.at, said, head, signatures, content, salt, None, None, None, _MADE_HERE
    )


def check_head(head: bytes, signatures: bytes, keys: Keys) -> Head:
    """Step 2: the head's own form names the key; then both signatures over its exact bytes."""
    found = read_head(head)
    pair = Signatures.from_record(decode(signatures, limit=limits.SIGNATURES_BYTES))
    keys.act_key(found.sender, found.keyset).verify(TYPE, head, pair)
    return found


def check_content(head: Head, content: bytes, salt: bytes) -> Content:
    """Steps 4 and 5: the content is the one signed for, and says something this version knows."""
    if len(salt) != SALT or hashlib.sha256(salt + content).hexdigest() != head.content:
        raise Refused("act.content-hash", {}, "The content is not the one that was signed. Ask its sender to send it again.")
    said = read_content(decode_content(content))
    if len(said.to) != head.count:
        raise Refused("act.count", {}, "The act names another number of addressees than were signed for.")
    return said


def check_slip(head: Head, said: Content, slip: bytes, path: bytes, to: str) -> Slip:
    """Step 6: the slip is ours, by the signer, and its path leads from our place in `to` to the signed root."""
    found = read_slip(slip)
    if found.to != to or found.sender != head.sender or to not in said.to:
        raise Refused("act.addressee", {}, "The envelope was made for another office. Nothing of it was taken.")
    root, place = bytes.fromhex(head.slips), said.to.index(to)
    if not verify_inclusion(leaf=leaf_hash(slip), index=place, size=head.count, path=split_path(path), root=root):
        raise Refused("act.slip-path", {}, "The slip does not belong to this act. Ask its sender to send it again.")
    return found


def split_path(path: bytes) -> tuple[bytes, ...]:
    if len(path) % HASH or len(path) > HASH * LONGEST_PATH:
        raise Refused("act.slip-path", {}, "The slip does not belong to this act. Ask its sender to send it again.")
    return tuple(path[n : n + HASH] for n in range(0, len(path), HASH))
