"""The signed head of a log: a C2SP checkpoint, with the cosignatures of those who saw it grow (spec/log.md, 'Checkpoint').

The note has three lines: origin, size, root. The log signs it twice, with Ed25519 (type 0x01, over the text) and ML-DSA-44
(type 0x06, over the C2SP cosigned message); one alone is none. Lines of other keys are kept and count for nothing.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from comity.protocol.limits import CHECKPOINT_BYTES, NOTE_SIGNATURES, YEAR_LAST
from comity.protocol.logkey import ED25519_COSIGNATURE, ED25519_NOTE, MLDSA44_COSIGNATURE, LogKey, LogSigner
from comity.protocol.refusals import Refused
from comity.protocol.tree import HASH

_DASH = "\u2014 "
_ORIGIN = re.compile(r"comity/[a-z][a-z0-9-]{1,39}/[1-9][0-9]{0,9}")
_NAME = re.compile(r"[^\s+]{1,255}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a log had at some time. `note` is the whole signed note; `at` the time its log claims."""

    origin: str
    size: int
    root: bytes
    note: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    key: bytes
    signature: bytes


def origin_of(node: str, epoch: int) -> str:
    """The name of a node's log in an epoch: `comity/tarsenia/1`."""
    return f"comity/{node}/{epoch}"


def sign_checkpoint(*, origin: str, size: int, root: bytes, at: datetime, signer: LogSigner) -> bytes:
    """The note, signed by the log with both keys. `size` is a multiple of 256 wherever it leaves the node (log.filling)."""
    assert _ORIGIN.fullmatch(origin), "the origin of one of our logs"
    assert len(root) == HASH, "a root"
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    lines = (
        _line(origin, signer.public.identifier(origin, ED25519_NOTE), signer.ed25519.sign(text.encode())),
        _timestamped(origin, signer, at, _cosigned(origin, at, origin, size, root)),
    )
    return (text + "\n" + "".join(lines)).encode()


def read_checkpoint(note: bytes, *, key: LogKey) -> Checkpoint:
    """The checkpoint, signed by its own log. Refuses (`checkpoint.form`, `checkpoint.signature`) anything else."""
    text, origin, size, root, lines = _parse(note)
    if not _signed_text(lines, origin, key, ED25519_NOTE, text):
        raise _unsigned(origin)
    at = _cosigned_at(lines, origin, key, origin, size, root)
    if at is None:
        raise _unsigned(origin)
    return Checkpoint(origin=origin, size=size, root=root, note=note, at=at)


def claimed(note: bytes) -> tuple[str, int, bytes]:
    """Origin, size and root that a note claims, before anything is verified: to know whose key to ask for."""
    _, origin, size, root, _ = _parse(note)
    return origin, size, root


def cosign(note: bytes, *, name: str, at: datetime, signer: LogSigner) -> bytes:
    """The note with our two cosignature lines. Only after `read_checkpoint`, and after consistency with what was seen before."""
    text, origin, size, root, _ = _parse(note)
    message = b"cosignature/v1\ntime %d\n" % _seconds(at) + text
    stamp = _seconds(at).to_bytes(8, "big")
    first = _line(name, signer.public.identifier(name, ED25519_COSIGNATURE), stamp + signer.ed25519.sign(message))
    return note + (first + _timestamped(name, signer, at, _cosigned(name, at, origin, size, root))).encode()


def read_cosignature(note: bytes, *, name: str, key: LogKey) -> datetime | None:
    """When this cosigner says it saw the checkpoint; None if it has not cosigned. A false line refuses the note."""
    text, origin, size, root, lines = _parse(note)
    first = _cosigned_text_at(lines, name, key, text)
    second = _cosigned_at(lines, name, key, origin, size, root)
    return first if first == second else None


def _parse(note: bytes) -> tuple[bytes, str, int, bytes, list[_Line]]:
    if len(note) > CHECKPOINT_BYTES:
        raise _malformed("it is too long")
    try:
        whole = note.decode()
    except UnicodeDecodeError as fault:
        raise _malformed("it is not UTF-8") from fault
    text, gap, signatures = whole.partition("\n\n")
    parts = text.split("\n")
    if not gap or not signatures.endswith("\n") or len(parts) != 3 or not _ORIGIN.fullmatch(parts[0]) or not _SIZE.fullmatch(parts[1]):
        raise _malformed("its lines are not origin, size, root and signatures")
    lines = signatures[:-1].split("\n")
    if len(lines) > NOTE_SIGNATURES:
        raise _malformed("it has too many signatures")
    return (text + "\n").encode(), parts[0], int(parts[1]), _unbase64(parts[2], HASH), [_read_line(line) for line in lines]


def _read_line(line: str) -> _Line:
    name, gap, said = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not gap or not _NAME.fullmatch(name):
        raise _malformed("a signature line is not one")
    whole = _unbase64(said)
    if len(whole) < 5:
        raise _malformed("a signature is too short")
    return _Line(name, whole[:4], whole[4:])


def _unbase64(text: str, length: int | None = None) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise _malformed("it has text that is not base64") from fault
    if (length is not None and len(found) != length) or base64.b64encode(found).decode() != text:
        raise _malformed("it has text that is not base64")
    return found


def _by(lines: list[_Line], name: str, key: LogKey, kind: int) -> Iterator[bytes]:
    """The signatures that claim to be by this key. All of them are verified: a false one refuses the note."""
    identifier = key.identifier(name, kind)
    return (line.signature for line in lines if line.name == name and line.key == identifier)


def _signed_text(lines: list[_Line], name: str, key: LogKey, kind: int, text: bytes) -> bool:
    found = [key.verifies_ed25519(signature, text) for signature in _by(lines, name, key, kind)]
    return bool(found) and all(found)


def _cosigned_text_at(lines: list[_Line], name: str, key: LogKey, text: bytes) -> datetime | None:
    at = None
    for signature in _by(lines, name, key, ED25519_COSIGNATURE):
        at = _stamp(signature)
        if not key.verifies_ed25519(signature[8:], b"cosignature/v1\ntime %d\n" % _seconds(at) + text):
            raise _unsigned(name)
    return at


def _cosigned_at(lines: list[_Line], name: str, key: LogKey, origin: str, size: int, root: bytes) -> datetime | None:
    at = None
    for signature in _by(lines, name, key, MLDSA44_COSIGNATURE):
        at = _stamp(signature)
        if not key.verifies_mldsa44(signature[8:], _cosigned(name, at, origin, size, root)):
            raise _unsigned(name)
    return at


def _cosigned(name: str, at: datetime, origin: str, size: int, root: bytes) -> bytes:
    """The message that ML-DSA-44 signs (C2SP tlog-cosignature, 'ML-DSA-44 signed message'), for a whole tree."""
    parts = (b"subtree/v1\n\0", _short(name), _seconds(at).to_bytes(8, "big"), _short(origin), bytes(8), size.to_bytes(8, "big"), root)
    return b"".join(parts)


def _short(text: str) -> bytes:
    data = text.encode()
    assert 0 < len(data) < 256, "a name of at most 255 bytes"
    return bytes([len(data)]) + data


def _timestamped(name: str, signer: LogSigner, at: datetime, message: bytes) -> str:
    stamp = _seconds(at).to_bytes(8, "big")
    return _line(name, signer.public.identifier(name, MLDSA44_COSIGNATURE), stamp + signer.mldsa44.sign(message))


def _line(name: str, key: bytes, signature: bytes) -> str:
    return f"{_DASH}{name} {base64.b64encode(key + signature).decode()}\n"


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _stamp(signature: bytes) -> datetime:
    seconds = int.from_bytes(signature[:8], "big")
    if len(signature) <= 8 or seconds >= datetime(YEAR_LAST, 1, 1, tzinfo=UTC).timestamp():
        raise _malformed("a time in it is not one")
    return datetime.fromtimestamp(seconds, UTC)


def _malformed(why: str) -> Refused:
    return Refused("checkpoint.form", {"why": why}, f"The checkpoint is not well formed: {why}. Ask for it again.")


def _unsigned(name: str) -> Refused:
    return Refused("checkpoint.signature", {"name": name}, f"The checkpoint is not signed by {name} as it says. Keep it, and ask its log.")
