"""A version as a numbered text: clauses and paragraphs as keys and data, the same in every language.

A page turns a key into words of the reader's language; the numbers are those people cite ('para 14.2') and the
`provision` of a message's header. Free clauses carry the parties' own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from comity.conduct.versions import AgreedMeasure, Version, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One sentence to be: `number` as `14.2`, `key` says which, `data` fills it in (values canonical JSON can hold)."""

    number: str
    key: str
    data: Mapping[str, Any]
    words: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A heading and its paragraphs. `heading` holds the parties' own words where they gave any."""

    number: int
    key: str
    data: Mapping[str, Any] = field(default_factory=dict)
    heading: Words | None = None
    paragraphs: tuple[Paragraph, ...]


Line = tuple[str, Mapping[str, Any], Words | None]
Draft = tuple[str, Mapping[str, Any], Words | None, list[Line]]


def clauses(version: Version) -> tuple[Clause, ...]:
    """The whole text: who, each measure, where and when, in the parties' own words, and how it lives."""
    drafts: list[Draft] = [
        *_who(version),
        *(_measure(agreed) for agreed in version.measures),
        *_where_and_when(version),
        *_free(version),
        *_life(version),
    ]
    kept = [draft for draft in drafts if draft[3]]
    return tuple(_numbered(number, draft) for number, draft in enumerate(kept, 1))


def provision(version: Version, measure: str, parameter: str | None = None) -> str | None:
    """The number of a measure's clause (`14`), or of the paragraph on one of its parameters (`14.2`); None without one."""
    for clause in clauses(version):
        if clause.key == "measure" and clause.data["measure"] == measure:
            if parameter is None:
                return str(clause.number)
            return next((one.number for one in clause.paragraphs if one.data.get("parameter") == parameter), None)
    return None


def _numbered(number: int, draft: Draft) -> Clause:
    key, data, heading, lines = draft
    paragraphs = [
        Paragraph(number=f"{number}.{index}", key=line, data=said, words=words) for index, (line, said, words) in enumerate(lines, 1)
    ]
    return Clause(number=number, key=key, data=data, heading=heading, paragraphs=tuple(paragraphs))


def _who(version: Version) -> list[Draft]:
    parties: list[Line] = [("party", {"party": one.party, "office": one.office}, one.name) for one in version.parties]
    left: list[Line] = [("left", {"party": party, "act": act}, None) for party, act in sorted(version.left.items())]
    others: list[Line] = [("other", {"office": one.office, "roles": list(one.roles)}, one.name) for one in version.others]
    return [("parties", {}, None, parties + left), ("others", {}, None, others)]


def _measure(agreed: AgreedMeasure) -> Draft:
    lines: list[Line] = [("procedure", {"procedure": agreed.procedure, "hash": agreed.procedure_hash}, None)]
    for name in sorted({*agreed.parameters, *(name for own in agreed.by_party.values() for name in own)}):
        own = {party: values[name] for party, values in sorted(agreed.by_party.items()) if name in values}
        said = {"parameter": name, "value": agreed.parameters.get(name), "by_party": own}
        lines.append(("parameter", said, None))
    lines += [("role", {"role": role, "held_by": list(held)}, None) for role, held in sorted(agreed.roles.items())]
    lines += [("form", {"form": name, "hash": digest}, None) for name, digest in sorted(agreed.forms.items())]
    return ("measure", {"measure": agreed.measure}, None, lines)


def _where_and_when(version: Version) -> list[Draft]:
    zones: list[Line] = [("zone", dict(record), None) for record in version.record["zones"]]
    limits: list[Line] = [("limit", dict(limit), None) for limit in version.limits]
    dates: list[Line] = [("sensitive", dict(record), None) for record in version.record["sensitive"]]
    calendars = sorted(version.record["days_off"].items())
    days: list[Line] = [("days-off", {"party": party, **said}, None) for party, said in calendars]
    return [
        ("zones", {}, None, zones),
        ("limits", {}, None, limits),
        ("sensitive", {}, None, dates),
        ("days-off", {}, None, days),
    ]


def _free(version: Version) -> list[Draft]:
    return [("clause", {}, free.heading, [("words", {}, free.words)]) for free in version.text]


def _life(version: Version) -> list[Draft]:
    effective: Line = (
        ("effective-date", {"date": version.effective.isoformat()}, None)
        if isinstance(version.effective, date)
        else ("effective-delay", {"delay": version.effective.text}, None)
    )
    lasts: Line = ("lasts", {"duration": version.lasts.text if version.lasts else None}, None)
    review: list[Line] = [("review", {"every": version.review.text}, None)] if version.review else []
    return [
        ("review", {}, None, review),
        ("amendment", {}, None, [("amendment", {"by": "consensus", "standing": version.standing}, None)]),
        ("leaving", {}, None, [("leave", {"notice": version.leave_notice.text}, None)]),
        ("entry-into-force", {}, None, [effective, lasts]),
        ("languages", {}, None, [("languages", {"languages": list(version.languages)}, None)]),
    ]
