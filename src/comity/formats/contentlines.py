"""Content lines, the common ground of iCalendar (RFC 5545, 3.1) and vCard (RFC 6350, 3.2): escaped, folded, ended by CRLF."""

from __future__ import annotations

from collections.abc import Iterable

FOLD = 75
"""Octets of one physical line without its line break (RFC 5545, 3.1)."""


def text(value: str) -> str:
    """A TEXT value: backslash, comma, semicolon and line break escaped (RFC 5545, 3.3.11); other control characters left out."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in value if c in "\n\t" or (ord(c) >= 32 and ord(c) != 127))
    return kept.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;").replace("\n", "\\n")


def plain(value: str) -> str:
    """A value that is not TEXT (a URI, a language tag): only what would break the line is left out."""
    return "".join(c for c in value if ord(c) >= 32 and ord(c) != 127)


def fold(line: str) -> Iterable[bytes]:
    """The physical lines of one content line: never cut inside a character, as an Arabic letter would be unreadable after."""
    piece, used = bytearray(), 0
    for character in line:
        octets = character.encode()
        if used + len(octets) > FOLD:
            yield bytes(piece)
            piece, used = bytearray(b" "), 1
        piece += octets
        used += len(octets)
    yield bytes(piece)


def joined(lines: Iterable[str]) -> bytes:
    """A whole file from its content lines."""
    return b"".join(piece + b"\r\n" for line in lines for piece in fold(line))
