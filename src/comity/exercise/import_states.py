"""Who stands for whom: names of real States, as published tables write them, to the States of the fictional region."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from comity.catalogue.plain_yaml import read_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """`names` gives each party's name in English, `parties` the party that stands for a State (by `folded` name)."""

    names: Mapping[str, str]
    parties: Mapping[str, str]
    not_states: frozenset[str]

    def party(self, name: str) -> str | None:
        """The party that stands for this State; None for a name the table does not have."""
        return self.parties.get(folded(name))

    def is_no_state(self, name: str) -> bool:
        """Whether this is one of the tables' marks for 'not known', or an alliance or region."""
        return folded(name) in self.not_states

    def in_order(self, parties: Iterable[str]) -> list[str]:
        """The names of these parties, each once, in the order of the table."""
        met = set(parties)
        return [name for party, name in self.names.items() if party in met]

    def renamed(self, text: str) -> str:
        """The text with every State of the table named in it by the name of the party that stands for it."""
        return _names_of_states(self).sub(lambda found: self.names[self.parties[folded(found[0])]], text)


@lru_cache(maxsize=1)
def states() -> States:
    """The mapping table that comes with the package."""
    record = read_yaml((resources.files("comity.exercise") / "tables/states.yaml").read_text("utf-8"))
    return read_states(record)


def read_states(record: Mapping[str, Mapping[str, Mapping[str, list[str]]]]) -> States:
    """A mapping table from its record. Two parties for one State is a mistake of the table."""
    dealt = [(folded(name), party) for party, said in record["parties"].items() for name in said["stands_for"]]
    assert len(dict(dealt)) == len(dealt), "no State stands in the table twice"
    return States(
        names={party: str(said["name"]) for party, said in record["parties"].items()},
        parties=dict(dealt),
        not_states=frozenset(folded(name) for name in record["not_states"]),
    )


def folded(name: str) -> str:
    """A name as it is compared: composed, one space between words, straight apostrophes, no capitals."""
    return " ".join(unicodedata.normalize("NFC", name).replace("\u2019", "'").split()).casefold()


@lru_cache(maxsize=4)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)", re.IGNORECASE)


def _names_of_states(table: States) -> re.Pattern[str]:
    return _pattern(frozenset(table.parties))
