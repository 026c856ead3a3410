"""Words of what was agreed: names of participants, titles of measures, steps and cases, numbers of provisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from comity.catalogue import measures as catalogue
from comity.catalogue.procedures import procedures, text, texts
from comity.conduct.clauses import clauses
from comity.conduct.versions import Version
from comity.node.office import Office
from comity.node.ports import CaseRow
from comity.protocol.keyset import read_card
from comity.site.config import wiring
from comity.site.config.folder import FolderRefused
from comity.site.pages import catalogue_words, dates

Names = Mapping[str, Mapping[str, str]]
ASKED_AGAIN = 1.0
"""Seconds for which names are taken as they were: a page names a State a hundred times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    state: tuple[int, int]
    names: Names
    looked: float


_known: WeakKeyDictionary[Office, _Known] = WeakKeyDictionary()


def language() -> str:
    return get_language() or "en"


# Names ---------------------------------------------------------------------------------------------------------------


def names_of(node: str) -> Mapping[str, str] | None:
    """The names a participant chose, as its newest terms write them, else as its card does. A source of pages.names."""
    try:
        with wiring.reading() as office:
            return _names(office).get(node)
    except FolderRefused:
        return None


def _names(office: Office) -> Names:
    """Built again when an act or a peer has come."""
    held = _known.get(office)
    if held is not None and monotonic() - held.looked < ASKED_AGAIN:
        return held.names
    state = (office.store.position(), hash(office.store.peers()))
    names = held.names if held is not None and held.state == state else _read_names(office)
    _known[office] = _Known(state=state, names=names, looked=monotonic())
    return names


def _read_names(office: Office) -> Names:
    found: dict[str, Mapping[str, str]] = {peer.node: read_card(peer.card).names for peer in office.store.peers()}
    for chain in office.folds.instruments.chains():
        for concluded in chain.line():
            found.update({party.party: party.name for party in concluded.version.parties})
            found.update({other.node: other.name for other in concluded.version.others})
    return found


def in_terms_order(nodes: Iterable[str], version: Version | None) -> tuple[str, ...]:
    """The same order on every page: that of the terms; others after them."""
    order = [office.partition("/")[0] for office in version.offices()] if version else []
    return tuple(sorted(nodes, key=lambda node: (order.index(node) if node in order else len(order), node)))


# Measures, steps, cases ----------------------------------------------------------------------------------------------


def measure_title(measure: str) -> str:
    found = catalogue.measures().get(measure)
    return found.text(language()).title if found else measure


def step_title(procedure: str, step: str, choice: str | None = None) -> str:
    """What people call a step, or one of its choices: 'Nil return'."""
    return _step_title(procedure, step, choice, language())


@lru_cache(maxsize=2_000)
def _step_title(procedure: str, step: str, choice: str | None, tongue: str) -> str:
    known = procedures().get(procedure)
    if known is None:
        return (choice or step).replace("_", " ").capitalize()
    return text(known, "step", step, *([choice] if choice else []), language=tongue)


def case_url(case: str) -> str:
    """The address of a case. A month has hundreds of them, and each `reverse` costs what a row costs."""
    return _case_root().replace(NOBODY, case)


NOBODY = "0" * 64


@lru_cache(maxsize=1)
def _case_root() -> str:
    return reverse("pages:case", args=[NOBODY])


def procedure_title(procedure: str) -> str:
    return texts(language()).get(procedure) or texts("en").get(procedure) or catalogue_words.procedure_name(procedure)


def outcome_word(procedure: str, word: str) -> str:
    known = procedures().get(procedure)
    return text(known, "outcome", word, language=language()) if known else word


KIND_TITLES = {
    "initial": lambda: _("Initials on a text of terms"),
    "sign": lambda: _("Signature of terms"),
    "decline": lambda: _("Refusal of a text of terms"),
    "leave": lambda: _("Notice of leaving the terms"),
    "suspend": lambda: _("Suspension of terms"),
    "resume": lambda: _("End of a suspension"),
    "declare": lambda: _("Declaration"),
    "consent": lambda: _("Consent to show an act"),
    "transmit": lambda: _("An act passed on"),
    "proof": lambda: _("Proof"),
    "taken-as": lambda: _("Silence noted"),
    "settle": lambda: _("Which of the crossed acts stands"),
}


def kind_title(kind: str) -> str:
    found = KIND_TITLES.get(kind)
    return found() if found else kind.replace("-", " ").capitalize()


def act_title(line: Any, procedure: str) -> str:
    """What an act is called in a list: its step, or what it is about terms."""
    if line.kind != "step":
        return kind_title(line.kind)
    return step_title(procedure, line.step, line.choice or None)


def case_title(row: CaseRow, parent: CaseRow | None = None) -> str:
    """What people call a case: the name its opening act gave it, else that of the case it is aside of, else the measure."""
    if row.title:
        return row.title
    if parent is not None:
        return case_title(parent)
    named = measure_title(row.measure)
    return pgettext("case of a date", "%(measure)s, %(day)s") % {"measure": named, "day": dates.long(row.period)} if row.period else named


def case_titles(rows: Mapping[str, CaseRow], parents: Mapping[str, CaseRow]) -> dict[str, str]:
    return {key: case_title(row, parents.get(row.parent)) for key, row in rows.items()}


# Provisions ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _numbers(version: Version) -> Mapping[tuple[str, str | None], str]:
    found: dict[tuple[str, str | None], str] = {}
    for clause in clauses(version):
        if clause.key == "measure":
            measure = clause.data["measure"]
            found[measure, None] = str(clause.number)
            found |= {(measure, one.data["parameter"]): one.number for one in clause.paragraphs if "parameter" in one.data}
    return found


def para(version: Version | None, measure: str, parameter: str | None = None) -> str:
    """'para 14.2' of the terms for a parameter of a measure; its clause where the terms leave the parameter out; else nothing."""
    if version is None:
        return ""
    numbers = _numbers(version)
    number = numbers.get((measure, parameter)) or numbers.get((measure, None))
    return _("para %(number)s") % {"number": number} if number else ""


def version_of(office: Office, terms: str) -> Version | None:
    concluded = office.folds.instruments.concluded(terms)
    return concluded.version if concluded else None


def terms_title(version: Version) -> str:
    """The title in the reader's language."""
    from comity.site.pages.frame import in_language

    return in_language(version.title)
