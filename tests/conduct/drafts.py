"""Fictional terms and the words said about them, for the tests of terms and ballots."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from comity.conduct.version_reader import read_version
from comity.conduct.versions import Version

PARTIES = ("tarsenia", "ondoria", "velmora")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def party(name: str) -> dict[str, Any]:
    return {"party": name, "name": {"en": name.title()}, "office": f"{name}/vc"}


def record(parties: Iterable[str] = PARTIES, **members: Any) -> dict[str, Any]:
    """The record of a small arrangement; `members` replace or add."""
    return {
        "v": 1,
        "base": None,
        "draw": "0" * 32,
        "title": {"en": "Arrangement of Sarn"},
        "parties": [party(name) for name in parties],
        "others": [],
        "left": {},
        "measures": [],
        "limits": [],
        "zones": [],
        "sensitive": [],
        "days_off": {},
        "languages": ["en"],
        "review": None,
        "leave_notice": "P3M",
        "amendment": "consensus",
        "effective": {"delay": "P0D"},
        "lasts": None,
        "text": [],
        "standing": False,
        **members,
    }


def draft(parties: Iterable[str] = PARTIES, **members: Any) -> Version:
    return read_version(record(parties, **members))


def titled(title: str, **members: Any) -> Version:
    return draft(title={"en": title}, **members)


@dataclass(frozen=True)
class Said:
    """An act as a fold of terms sees it."""

    id: str
    author: str
    to: frozenset[str]
    at: datetime
    kind: str
    data: Mapping[str, Any] = field(compare=False)


def said(author: str, kind: str, body: Mapping[str, Any], *, hours: int = 0, to: Iterable[str] = PARTIES) -> Said:
    """One act, so many hours after new year. Its id depends on all of it."""
    at = NEW_YEAR + timedelta(hours=hours)
    name = f"{author} {kind} {sorted(body.items(), key=lambda item: item[0])} {at} {sorted(to)}"
    return Said(hashlib.sha256(name.encode()).hexdigest(), author, frozenset(to) - {author}, at, kind, body)
