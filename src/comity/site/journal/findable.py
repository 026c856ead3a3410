"""The words by which an act is found: all its texts, normalised as the catalogue's search does for its language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from comity.catalogue.search import terms
from comity.node.ports import HeldAct

MOST_TEXT = 8_000
"""Characters of an act that are indexed: titles, names and remarks come first; a long annex is found by its act."""


def findable(act: HeldAct, content: dict[str, Any]) -> str:
    header, body = content["header"], content["body"]
    said = " ".join([act.number, str(header.get("subject", "")), *_texts(body.get("data", body))])[:MOST_TEXT]
    return " ".join(terms(said, str(header.get("language", "en"))))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
