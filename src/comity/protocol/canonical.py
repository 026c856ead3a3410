"""A value to the one byte string that may be signed, and back: RFC 8785, restricted (spec/act.md, 'Bytes').

No floats, no doubled names, names in ASCII, text in NFC, integers within 2^53 - 1, bounded depth and size. Under this
profile sorted compact JSON is RFC 8785; `decode` re-encodes what it read and compares, so two parsers cannot read two things.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

from comity.protocol.refusals import Refused

Value = None | bool | int | str | list["Value"] | dict[str, "Value"]

LARGEST_INTEGER: Final = 2**53 - 1
"""What every JSON reader carries without loss (RFC 7493, 2.2)."""
DEEPEST: Final = 32
"""Levels of nesting: forms need nine; a deeper text exhausts recursive readers."""

try:
    import orjson

    _dump: Callable[[Any], bytes] = lambda value: orjson.dumps(value, option=orjson.OPT_SORT_KEYS)  # noqa: E731
    _load: Callable[[bytes], Any] = orjson.loads
except ImportError:  # the same bytes, slower
    _dump = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()  # noqa: E731
    _load = json.loads


def encode(value: Any) -> bytes:
    """The canonical bytes. Refuses (`canonical.value`) what this profile cannot say."""
    _check(value, 0)
    try:
        return _dump(value)
    except (TypeError, ValueError) as fault:  # lone surrogates, unknown types
        raise _cannot("text that is not Unicode") from fault


def decode(data: bytes, *, limit: int) -> Any:
    """The value that has exactly these canonical bytes. Refuses (`canonical.size`, `canonical.bytes`) anything else."""
    if len(data) > limit:
        raise Refused("canonical.size", {"limit": limit}, f"The record is longer than {limit} bytes. Send less in one act.")
    try:
        value = _load(data)
        again = encode(value)
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
    if depth > DEEPEST:
        raise _cannot(f"more than {DEEPEST} levels")
    kind = type(value)
    if kind is str:
        if not value.isascii() and not unicodedata.is_normalized("NFC", value):
            raise _cannot("text that is not in Normalization Form C")
    elif kind is int:
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            raise _cannot("an integer beyond 2^53 - 1")
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if type(name) is not str or not name.isascii():
                raise _cannot("a name that is not ASCII text")
            _check(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner, depth + 1)
    elif value is not None and kind is not bool:
        raise _cannot(f"a {kind.__name__}")
