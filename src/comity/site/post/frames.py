"""How several byte strings travel in one body: each behind its length, four bytes, most significant first."""

from __future__ import annotations

from collections.abc import Iterable

from comity.protocol.refusals import Refused


def pack(parts: Iterable[bytes]) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def unpack(body: bytes, *, most: int, longest: int) -> tuple[bytes, ...]:
    """The parts. Refuses (`frames`) a body that is cut, or has more or longer parts than agreed."""
    parts, at = [], 0
    while at < len(body):
        length = int.from_bytes(body[at : at + 4], "big")
        part = body[at + 4 : at + 4 + length]
        if len(parts) >= most or length > longest or len(part) != length or at + 4 > len(body):
            raise Refused("frames", {"most": most}, "The body is cut, or holds more than a door takes at once.")
        parts.append(part)
        at += 4 + length
    return tuple(parts)
