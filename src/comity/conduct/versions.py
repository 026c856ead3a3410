"""A version of the terms: what parties sign. A value made from a record; its id is the hash of that record.

The record is canonical JSON and says all that was agreed; procedures and forms stand in it by hash and travel beside it.
See spec/terms.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

from comity.catalogue.spans import Duration, Recurrence
from comity.conduct.measure_terms import DaysOff
from comity.conduct.places import Area
from comity.protocol.canonical import encode

Words = Mapping[str, str]
"""The same words by language code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One that is bound. `party` is its node; its acts under these terms are addressed to `office`."""

    party: str
    name: Words
    office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """One that takes part without being bound: `secretariat`, `third` party or `observer`."""

    office: str
    name: Words
    roles: tuple[str, ...]

    @property
    def node(self) -> str:
        return self.office.partition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedMeasure:
    """One measure and how it is carried out. `forms` gives the hash agreed for each form name of the procedure.

    `roles` gives the participants who hold a role that the procedure leaves to the terms.
    """

    measure: str
    procedure: str
    procedure_hash: str
    forms: Mapping[str, str]
    parameters: Mapping[str, Any]
    by_party: Mapping[str, Mapping[str, Any]]
    roles: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """An agreed area. `floor` and `ceiling` are metres above mean sea level; dates are inclusive; None is without bound."""

    zone: str
    name: Words
    area: Area
    floor: int | None
    ceiling: int | None
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitiveDates:
    """Days on which a party (or, without one, all) would rather see no activity; both days are meant."""

    name: Words
    first: date
    last: date
    party: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeClause:
    """What the parties say in words of their own, which no program reads."""

    heading: Words
    words: Words


@dataclass(frozen=True, kw_only=True)
class Version:
    """One text of an arrangement. Only `version_reader.read_version` makes one.

    `base` is the version it amends, None for a first text. `left` names, for each party of the base that is no longer a
    party, the act by which it left (rule 1). `effective` is a date or a duration after conclusion (rule 8); `lasts` a
    duration from entry into force, None for ever; `leave_notice` a duration (rule 9). `review` is a recurrence or None.
    `standing`: nodes may initial and sign a mere accession without an officer (rule 10).
    """

    record: Mapping[str, Any]
    base: str | None
    draw: str
    title: Words
    parties: tuple[Party, ...]
    others: tuple[Other, ...]
    left: Mapping[str, str]
    measures: tuple[AgreedMeasure, ...]
    limits: tuple[Mapping[str, Any], ...]
    zones: tuple[Zone, ...]
    sensitive: tuple[SensitiveDates, ...]
    days_off: Mapping[str, DaysOff]
    languages: tuple[str, ...]
    review: Recurrence | None
    leave_notice: Duration
    effective: date | Duration
    lasts: Duration | None
    text: tuple[FreeClause, ...]
    standing: bool

    @cached_property
    def id(self) -> str:
        r"""SHA-256 of `comity-version-v1\n` and the canonical bytes of the record, in hex."""
        return hashlib.sha256(b"comity-version-v1\n" + encode(self.record)).hexdigest()

    @cached_property
    def ground(self) -> str:
        """What a ballot on this text stands on: the version amended, or what all drafts of one first text share.

        Drafts of a first text share their draw and their parties; a draft with other parties is another instrument.
        So the rules of ballots hold for a first text as for any later one.
        """
        return self.base or first_ground(self.draw, self.names)

    @cached_property
    def names(self) -> frozenset[str]:
        """The parties."""
        return frozenset(party.party for party in self.parties)

    @cached_property
    def participants(self) -> frozenset[str]:
        """The parties and the others named."""
        return self.names | {other.node for other in self.others}

    def party(self, name: str) -> Party | None:
        return next((party for party in self.parties if party.party == name), None)

    def measure(self, measure: str) -> AgreedMeasure | None:
        return next((agreed for agreed in self.measures if agreed.measure == measure), None)

    def offices(self) -> tuple[str, ...]:
        """Where acts to every participant are addressed, parties first, in the order of the terms."""
        return (*(party.office for party in self.parties), *(other.office for other in self.others))

    def needed(self, base: Version | None) -> frozenset[str]:
        """Whose signatures conclude it (rule 1): each party of the base that has not left, and each of its own."""
        kept = base.names - set(self.left) if base else frozenset[str]()
        return kept | self.names

    def texts(self) -> frozenset[str]:
        """The hashes of the procedures and forms it stands on."""
        return frozenset(digest for agreed in self.measures for digest in (agreed.procedure_hash, *agreed.forms.values()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)


def first_ground(draw: str, parties: Iterable[str]) -> str:
    r"""SHA-256 of `comity-first-v1\n` and the canonical `{draw, parties}`, parties sorted; in hex."""
    return hashlib.sha256(b"comity-first-v1\n" + encode({"draw": draw, "parties": sorted(parties)})).hexdigest()


def only_accedes(version: Version, base: Version) -> bool:
    """True when the version is its base with further parties and nothing else changed (rule 10).

    What a new party brings with it may be added: its holidays and its own parameters, where the base lets them differ.
    """
    new = version.names - base.names
    if version.base != base.id or not new or not base.names <= version.names or version.left:
        return False
    free = {"base", "draw", "parties", "days_off", "effective", "left", "measures"}
    same = all(version.record[key] == base.record[key] for key in base.record if key not in free)
    kept = version.parties[: len(base.parties)] == base.parties
    days_off = {name: days for name, days in version.days_off.items() if name not in new}
    return same and kept and days_off == base.days_off and _measures_without(version, new) == base.measures


def _measures_without(version: Version, new: frozenset[str]) -> tuple[AgreedMeasure, ...]:
    return tuple(
        AgreedMeasure(
            measure=agreed.measure,
            procedure=agreed.procedure,
            procedure_hash=agreed.procedure_hash,
            forms=agreed.forms,
            parameters=agreed.parameters,
            by_party=MappingProxyType({name: own for name, own in agreed.by_party.items() if name not in new}),
            roles=agreed.roles,
        )
        for agreed in version.measures
    )
