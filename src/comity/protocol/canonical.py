"""A value to the one byte string that may be signed, and back: RFC 8785, restricted (spec/act.md, 'Bytes').

No floats, no doubled names, names in ASCII, text in NFC, integers within 2^53 - 1, bounded depth and size. Under this
profile sorted compact JSON is RFC 8785; `decode` re-encodes what it read and compares, so two parsers cannot read two things.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from typing import Any, Final

from comity.protocol.refusals import Refused

Value = None | bool | int | str | list["Value"] | dict[str, "Value"]

LARGEST_INTEGER: Final = 2**53 - 1
"""What every JSON reader carries without loss (RFC 7493, 2.2)."""
DEEPEST: Final = 32
"""Levels of nesting: forms need nine; a deeper text exhausts recursive readers."""
MOST_MEMBERS: Final = 4096
"""In one list or object: a report of 4,000 rows is long before it is one for people."""
LONGEST_TEXT: Final = 64 * 1024
"""Characters in one text: forty pages; a longer one is an attachment."""

try:
    import orjson

    _dump: Callable[[Any], bytes] = lambda value: orjson.dumps(value, option=orjson.OPT_SORT_KEYS)  # noqa: E731
    _load: Callable[[bytes], Any] = orjson.loads
except ImportError:  # the same bytes, slower
    _dump = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()  # noqa: E731
    _load = json.loads


def encode(value: Any, *, deepest: int = DEEPEST) -> bytes:
    """The canonical bytes. Refuses (`canonical.value`) what this profile cannot say, or what is nested beyond `deepest` levels."""
    _check(value, DEEPEST - deepest)
    try:
        return _dump(value)
    except (TypeError, ValueError) as fault:  # lone surrogates, unknown types
        raise _cannot("text that is not Unicode") from fault


def decode(data: bytes, *, limit: int, deepest: int = DEEPEST) -> Any:
    """The value that has exactly these canonical bytes. Refuses (`canonical.size`, `canonical.bytes`) anything else."""
    if len(data) > limit:
        raise Refused("canonical.size", {"limit": limit}, f"The record is longer than {limit} bytes. Send less in one act.")
    try:
        value = _load(data)
        again = encode(value, deepest=deepest)
    except (ValueError, RecursionError, Refused) as fault:
        raise _not_canonical() from fault
    if again != data:
        raise _not_canonical()
    return value


def _not_canonical() -> Refused:
    return Refused("canonical.bytes", {}, "The record is not in canonical form. Encode it by RFC 8785 within this profile.")


def _cannot(why: str) -> Refused:
    return Refused("canonical.value", {"why": why}, f"A record cannot hold {why}.")


def _check(value: Any, depth: int) -> None:
    kind = type(value)
    if kind is str:
        _check_text(value)
    elif kind is int:
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            raise _cannot("an integer beyond 2^53 - 1")
    elif kind is dict or kind is list or kind is tuple:
        _check_inside(value, depth)
    elif value is not None and kind is not bool:
        raise _cannot(f"a {kind.__name__}")


def _check_text(text: str) -> None:
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        raise _cannot("text that is not in Normalization Form C")
    if "\0" in text:  # PostgreSQL cannot keep it
        raise _cannot("text with the character U+0000")
    if len(text) > LONGEST_TEXT:
        raise _cannot(f"a text of more than {LONGEST_TEXT} characters")


def _check_inside(value: Any, depth: int) -> None:
    if depth >= DEEPEST:
        raise _cannot("so many levels, one in the other")
    if len(value) > MOST_MEMBERS:
        raise _cannot(f"more than {MOST_MEMBERS} members in one place")
    if type(value) is dict:
        if {type(name) for name in value} - {str} or not "".join(value).isascii() or max(map(len, value), default=0) > LONGEST_TEXT:
            raise _cannot("a name that is not ASCII text")
        value = value.values()
    for inner in value:
        if not (type(inner) is str and len(inner) <= LONGEST_TEXT and inner.isascii() and "\0" not in inner):
            _check(inner, depth + 1)
