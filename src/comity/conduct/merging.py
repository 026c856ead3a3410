"""What an act says after its author put it right: fields replaced whole, or single figures by their path.

The same rule as `comity.catalogue.form_corrections`, without the form: a fold knows forms by their hash alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from comity.catalogue.program import Value
from comity.protocol.canonical import decode
from comity.protocol.refusals import Refused

MOST_CHANGES = 2_000
"""Corrections read from one act: one for each line of the longest report."""
LONGEST_VALUE = 16_000
"""Bytes of one corrected value: four times the longest text of a form."""
_GONE: Final = object()


def merge(before: Mapping[str, Value], amendment: Mapping[str, Value]) -> Mapping[str, Value]:
    """`before` with the fields of the amendment in place of its own.

    A correction lists `changes` of `{path, value}` instead: a JSON pointer into what is corrected, and the value: a text as it
    is, any other as canonical JSON. Without a value the entry is taken out; a pointer that ends in `-` adds a row. What
    finds no place changes nothing.
    """
    changes = amendment.get("changes")
    if not isinstance(changes, list) or not all(isinstance(change, dict) and "path" in change for change in changes):
        return {**before, **amendment}
    after: Any = deepcopy(dict(before))
    for change in changes[:MOST_CHANGES]:
        if isinstance(change, dict):
            _change(after, str(change["path"]), change)
    left: Mapping[str, Value] = _left(after)
    return left


def _change(data: Any, path: str, change: Mapping[str, Value]) -> None:
    *way, last = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]] or [""]
    place = data
    for part in way:
        place = _inside(place, part)
    if isinstance(place, dict):
        place[last] = _value(place.get(last), change)
    elif isinstance(place, list) and last == "-" and "value" in change:
        place.append(_value({}, change))
    elif isinstance(place, list) and last.isdigit() and int(last) < len(place):
        place[int(last)] = _value(place[int(last)], change)


def _inside(place: Any, part: str) -> Any:
    if isinstance(place, dict):
        return place.get(part)
    return place[int(part)] if isinstance(place, list) and part.isdigit() and int(part) < len(place) else None


def _value(old: Any, change: Mapping[str, Value]) -> Any:
    """The new value, of the kind of the old; where there was none, a record or list if it reads as one, else a text."""
    if "value" not in change:
        return _GONE
    text = str(change["value"])
    if isinstance(old, str) or (old is None and not text.startswith(("{", "["))):
        return text
    try:
        return decode(text.encode(), limit=LONGEST_VALUE)
    except (Refused, UnicodeEncodeError):
        return old


def _left(value: Any) -> Any:
    """What was taken out leaves only now, so that every pointer met what was there before."""
    if isinstance(value, dict):
        return {name: _left(inner) for name, inner in value.items() if inner is not _GONE}
    return [_left(inner) for inner in value if inner is not _GONE] if isinstance(value, list) else value
