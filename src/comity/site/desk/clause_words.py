"""The numbered text of terms in words: each paragraph's key and data as one sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from comity.catalogue.forms import forms
from comity.catalogue.procedures import procedures, text
from comity.conduct.clauses import Clause, Paragraph, clauses
from comity.conduct.versions import Version
from comity.site.pages import agreed, dates, names, values
from comity.site.pages.frame import in_language
from comity.site.pages.templatetags.comity import language_name, listed, state_names

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One clause as people read it. `anchor` names it in an address."""

    number: int
    heading: str
    paragraphs: tuple[tuple[str, str], ...]


def read(version: Version) -> list[Read]:
    """The whole text, in its order."""
    return [_clause(clause) for clause in clauses(version)]


def of_measure(version: Version, measure: str, parameters: AbstractSet[str]) -> list[tuple[str, str]]:
    """The paragraphs of one measure on these parameters."""
    found = next((one for one in clauses(version) if one.key == "measure" and one.data["measure"] == measure), None)
    return [(one.number, _paragraph(one, found)) for one in found.paragraphs if one.data.get("parameter") in parameters] if found else []


def _clause(clause: Clause) -> Read:
    return Read(
        number=clause.number, heading=_heading(clause), paragraphs=tuple((one.number, _paragraph(one, clause)) for one in clause.paragraphs)
    )


def _heading(clause: Clause) -> str:
    if clause.heading:
        return in_language(clause.heading)
    if clause.key == "measure":
        return agreed.measure_title(clause.data["measure"])
    return {
        "parties": _("Parties"), "others": _("Others who take part"), "zones": _("Zones"), "limits": _("Limits"),
        "sensitive": _("Sensitive dates"), "days-off": _("Days off"), "review": _("Review"), "amendment": _("Amendment"),
        "leaving": _("Leaving"), "entry-into-force": _("Entry into force"), "languages": _("Languages"),
    }.get(clause.key, clause.key)  # fmt: skip


def _paragraph(one: Paragraph, clause: Clause | None) -> str:
    if one.key == "words" and one.words:
        return in_language(one.words)
    if one.key in ("parameter", "role") and clause is not None:
        return _parameter(one, clause) if one.key == "parameter" else _role(one, clause)
    found = _PARAGRAPHS.get(one.key)
    return found(one.data) if found else one.key


def _procedure(clause: Clause) -> str:
    return next((str(one.data["procedure"]) for one in clause.paragraphs if one.key == "procedure"), "")


def _parameter(one: Paragraph, clause: Clause) -> str:
    name = str(one.data["parameter"])
    said = [] if one.data["value"] is None else [_said(clause, name, one.data["value"])]
    said += [f"{names.name_of(party)}: {_said(clause, name, own)}" for party, own in one.data["by_party"].items()]
    return _("%(title)s: %(value)s.") % {"title": values.parameter_title(_procedure(clause), name), "value": "; ".join(said)}


def _said(clause: Clause, name: str, value: object) -> str:
    return listed(values.parameter_value(_procedure(clause), name, value))


def _role(one: Paragraph, clause: Clause) -> str:
    known = procedures().get(_procedure(clause))
    title = text(known, "role", str(one.data["role"]), language=agreed.language()) if known else str(one.data["role"])
    return _("%(title)s: %(value)s.") % {"title": title, "value": state_names(one.data["held_by"])}


def _day(text: str) -> str:
    return dates.medium(date.fromisoformat(text))


def _sensitive(data: Data) -> str:
    return _("%(name)s: %(first)s to %(last)s.") % {
        "name": in_language(data["name"]),
        "first": _day(data["first"]),
        "last": _day(data["last"]),
    }


def _days_off(data: Data) -> str:
    said = {"name": names.name_of(data["party"]), "count": len(data.get("holidays", []))}
    return _("%(name)s: %(count)s holidays beside the weekends.") % said


def _lasts(data: Data) -> str:
    if not data["duration"]:
        return _("They have no end date.")
    return _("They last %(duration)s.") % {"duration": values.duration(data["duration"])}


def _effective(data: Data) -> str:
    return _("These terms are in force from %(day)s.") % {"day": dates.long(date.fromisoformat(data["date"]))}


def _delay(data: Data) -> str:
    return _("These terms are in force %(delay)s after they are concluded.") % {"delay": values.duration(data["delay"])}


def _languages(data: Data) -> str:
    return _("Messages are written in %(languages)s.") % {"languages": listed(language_name(one) for one in data["languages"])}


_PARAGRAPHS: Mapping[str, Callable[[Data], str]] = {
    "party": lambda d: names.name_of(d["party"]),
    "left": lambda d: _("%(name)s has left.") % {"name": names.name_of(d["party"])},
    "other": lambda d: names.name_of(d["office"].partition("/")[0]),
    "procedure": lambda d: _("Carried out by the procedure “%(title)s”.") % {"title": _title(d["procedure"])},
    "form": lambda d: _("Form: %(title)s.") % {"title": _form(d)},
    "zone": lambda d: in_language(d["name"]),
    "limit": lambda d: _("A limit is agreed."),
    "sensitive": _sensitive,
    "days-off": _days_off,
    "review": lambda d: _("The parties review these terms %(every)s.") % {"every": values.recurrence(d["every"])},
    "amendment": lambda d: _("Every party agrees to a change."),
    "leave": lambda d: _("A party may leave with a notice of %(notice)s.") % {"notice": values.duration(d["notice"])},
    "effective-date": _effective,
    "effective-delay": _delay,
    "lasts": _lasts,
    "languages": _languages,
}


def _title(procedure: str) -> str:
    return agreed.procedure_title(procedure)


def _form(data: Data) -> str:
    found = next((form for form in forms().values() if form.hash == data["hash"]), None)
    return found.title(agreed.language()) if found else str(data["form"])
