"""A record from outside to a `Version`: strict, bounded, refused by the path of what is wrong.

Refusals carry the code `terms.version`. Whether procedures know the parameters is asked when texts are at hand: see
`terms.measure_terms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from comity.catalogue.spans import Duration
from comity.conduct import terms_limits as limits
from comity.conduct.measure_terms import DaysOff
from comity.conduct.places import read_area
from comity.conduct.reading import Field
from comity.conduct.versions import (
    AgreedMeasure,
    FreeClause,
    Other,
    Party,
    SensitiveDates,
    Version,
    Zone,
)
from comity.protocol.canonical import encode

CODE = "terms.version"
OTHER_ROLES = ("secretariat", "third", "observer")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MEMBERS = (
    "v", "base", "draw", "title", "parties", "others", "left", "measures", "limits", "zones", "sensitive", "days_off",
    "languages", "review", "leave_notice", "amendment", "effective", "lasts", "text", "standing",
)  # fmt: skip


def read_version(record: Any) -> Version:
    """The version a record says. Refuses (`terms.version`) what is unknown, missing, unbounded or names nobody."""
    top = Field(record, CODE)
    found = top.members(*MEMBERS)
    top.need(len(encode(record)) <= limits.RECORD, f"longer than {limits.RECORD} bytes.")
    found["v"].number(1, 1)
    found["amendment"].one_of(["consensus"])
    version = Version(record=record, **_who(found), **_what(found), **_when(found))
    _check_names(version, top)
    return version


def _who(found: Mapping[str, Field]) -> dict[str, Any]:
    return {
        "base": None if found["base"].value is None else found["base"].hex(),
        "draw": found["draw"].hex(32),
        "title": found["title"].languages(limits.TITLE),
        "parties": tuple(_party(field) for field in found["parties"].items(limits.PARTIES, 1)),
        "others": tuple(_other(field) for field in found["others"].items(limits.OTHERS)),
        "left": _frozen({name: act.hex() for name, act in found["left"].named(limits.LEFT).items()}),
        "languages": tuple(field.word() for field in found["languages"].items(limits.LANGUAGES, 1)),
    }


def _what(found: Mapping[str, Field]) -> dict[str, Any]:
    return {
        "measures": tuple(_measure(field) for field in found["measures"].items(limits.MEASURES)),
        "limits": tuple(_limit(field) for field in found["limits"].items(limits.LIMITS)),
        "zones": tuple(_zone(field) for field in found["zones"].items(limits.ZONES)),
        "text": tuple(_clause(field) for field in found["text"].items(limits.CLAUSES)),
        "standing": found["standing"].flag(),
    }


def _when(found: Mapping[str, Field]) -> dict[str, Any]:
    review, lasts = found["review"], found["lasts"]
    return {
        "sensitive": tuple(_sensitive(field) for field in found["sensitive"].items(limits.SENSITIVE_DATES)),
        "days_off": _frozen({name: _days_off(days) for name, days in found["days_off"].named(limits.PARTIES).items()}),
        "review": None if review.value is None else review.recurrence(),
        "leave_notice": found["leave_notice"].duration(),
        "effective": _effective(found["effective"]),
        "lasts": None if lasts.value is None else lasts.duration(),
    }


def _party(field: Field) -> Party:
    own = field.members("party", "name", "office")
    party = Party(party=own["party"].node(), name=own["name"].languages(limits.TITLE), office=own["office"].office())
    own["office"].need(party.office.startswith(f"{party.party}/"), "the office is one of the party's own node.")
    return party


def _other(field: Field) -> Other:
    own = field.members("office", "name", "roles")
    roles = [role.one_of(OTHER_ROLES) for role in own["roles"].items(len(OTHER_ROLES), 1)]
    own["roles"].apart(roles, "The role")
    return Other(office=own["office"].office(), name=own["name"].languages(limits.TITLE), roles=tuple(roles))


def _measure(field: Field) -> AgreedMeasure:
    own = field.members("measure", "procedure", "forms", "parameters", "by_party", "roles")
    procedure = own["procedure"].members("id", "hash")
    return AgreedMeasure(
        measure=own["measure"].measure(),
        procedure=procedure["id"].word(),
        procedure_hash=procedure["hash"].hex(),
        forms=_frozen({name: digest.hex() for name, digest in own["forms"].named(limits.FORMS).items()}),
        parameters=_values(own["parameters"]),
        by_party=_frozen({name: _values(own) for name, own in own["by_party"].named(limits.PARTIES).items()}),
        roles=_frozen({role: _holders(held) for role, held in own["roles"].named(limits.FORMS).items()}),
    )


def _values(field: Field) -> Mapping[str, Any]:
    return _frozen({name: inner.value for name, inner in field.named(limits.PARAMETERS).items()})


def _holders(field: Field) -> tuple[str, ...]:
    holders = [holder.node() for holder in field.items(limits.PARTIES, 1)]
    field.apart(holders, "The participant")
    return tuple(holders)


def _limit(field: Field) -> Mapping[str, Any]:
    named = field.named(limits.FORMS)
    field.need({"id", "limit", "of"} <= set(named), "a limit has an id, says what kind of limit it is, and of what.")
    for name in ("id", "limit", "of"):
        named[name].word()
    return _frozen(field.value)


def _zone(field: Field) -> Zone:
    own = field.members("zone", "name", "area", optional=("floor", "ceiling", "first", "last"))
    floor, ceiling = (_optional(own[name], "height") for name in ("floor", "ceiling"))
    first, last = (_optional(own[name], "date") for name in ("first", "last"))
    field.need(floor is None or ceiling is None or floor < ceiling, "the floor lies below the ceiling.")
    field.need(first is None or last is None or first <= last, "the first day is not after the last.")
    area = read_area(own["area"].value, code=CODE, path=own["area"].path)
    return Zone(
        zone=own["zone"].word(),
        name=own["name"].languages(limits.TITLE),
        area=area,
        floor=floor,
        ceiling=ceiling,
        first=first,
        last=last,
    )


def _optional(field: Field, what: str) -> Any:
    if field.value is None:
        return None
    return field.date() if what == "date" else field.number(-12_000, 1_000_000)


def _sensitive(field: Field) -> SensitiveDates:
    own = field.members("name", "first", "last", optional=("party",))
    first, last = own["first"].date(), own["last"].date()
    field.need(first <= last, "the first day is not after the last.")
    party = None if own["party"].value is None else own["party"].node()
    return SensitiveDates(name=own["name"].languages(limits.TITLE), first=first, last=last, party=party)


def _days_off(field: Field) -> DaysOff:
    own = field.members("weekend", "holidays")
    weekend = [WEEKDAYS.index(day.one_of(WEEKDAYS)) + 1 for day in own["weekend"].items(6)]
    holidays = [day.date() for day in own["holidays"].items(limits.HOLIDAYS)]
    return DaysOff(weekend=frozenset(weekend), holidays=frozenset(holidays))


def _effective(field: Field) -> date | Duration:
    own = field.members(optional=("date", "delay"))
    given = [name for name in ("date", "delay") if own[name].value is not None]
    field.need(len(given) == 1, "either a date or a delay is expected.")
    return own["date"].date() if given == ["date"] else own["delay"].duration()


def _clause(field: Field) -> FreeClause:
    own = field.members("heading", "words")
    return FreeClause(heading=own["heading"].languages(limits.TITLE), words=own["words"].languages())


def _check_names(version: Version, top: Field) -> None:
    """Names stand once, and whoever is named is there."""
    top.apart([party.party for party in version.parties], "The party")
    top.apart([other.node for other in version.others], "The participant")
    top.apart([agreed.measure for agreed in version.measures], "The measure")
    top.apart([zone.zone for zone in version.zones], "The zone")
    top.apart([str(limit["id"]) for limit in version.limits], "The limit")
    others = {other.node for other in version.others}
    top.need(not others & version.names, "a party is not also a secretariat, third party or observer.")
    top.need(version.base is not None or not version.left, "nobody has left a first text.")
    top.need(not version.names & set(version.left), "who has left is not a party.")
    _check_holders(version, top)


def _check_holders(version: Version, top: Field) -> None:
    for agreed in version.measures:
        stranger = set(agreed.by_party) - version.names
        top.need(not stranger, f"{agreed.measure} has parameters of {', '.join(sorted(stranger))}, who is no party.")
        named = {holder for held in agreed.roles.values() for holder in held}
        stranger = named - version.participants
        top.need(not stranger, f"{agreed.measure} gives a role to {', '.join(sorted(stranger))}, who takes no part.")
    owners = set(version.days_off) | {days.party for days in version.sensitive if days.party}
    top.need(owners <= version.participants, "days are given for one who takes no part.")


def _frozen(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(mapping))
