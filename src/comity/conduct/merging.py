"""What an act says after its author put it right: fields replaced whole, or single figures by their path."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import cast

from comity.catalogue.program import Value

MOST_CHANGES = 2_000
"""Corrections read from one act: one for each line of the longest report."""


def merge(before: Mapping[str, Value], amendment: Mapping[str, Value]) -> Mapping[str, Value]:
    """`before` with the fields of the amendment in place of its own.

    A correction lists `changes` of `{path, value}` instead: a JSON pointer and the new value as text, or without a value
    where the entry is withdrawn. A number stays a number; what cannot be read as the kind it replaces is left as it was.
    """
    changes = amendment.get("changes")
    if not isinstance(changes, list) or not all(isinstance(change, dict) and "path" in change for change in changes):
        return {**before, **amendment}
    after = deepcopy(dict(before))
    for change in changes[:MOST_CHANGES]:
        if isinstance(change, dict):
            _change(after, str(change["path"]), change.get("value"))
    return after


def _change(data: dict[str, Value], path: str, value: Value) -> None:
    *way, last = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]] or [""]
    place: Value = data
    for part in way:
        place = _inside(place, part)
    if isinstance(place, dict):
        if value is None:
            place.pop(last, None)
        else:
            place[last] = _like(place.get(last), value)
    elif isinstance(place, list) and last.isdigit() and int(last) < len(place):
        place[int(last)] = _like(place[int(last)], value)


def _inside(place: Value, part: str) -> Value:
    if isinstance(place, dict):
        return place.get(part)
    if isinstance(place, list) and part.isdigit() and int(part) < len(place):
        return place[int(part)]
    return None


def _like(old: Value, new: Value) -> Value:
    """The text as the kind of value it replaces."""
    if isinstance(old, bool):
        return {"true": True, "false": False}.get(str(new), old)
    if isinstance(old, int):
        text = str(new).removeprefix("-")
        return int(cast("str", new)) if text.isdigit() and text.isascii() and len(text) < 16 else old
    return old if isinstance(old, dict | list) else new
