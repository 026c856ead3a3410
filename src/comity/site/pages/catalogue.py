"""The catalogue: all measures with a search, one measure with what was agreed on it here, and the general provisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from comity.catalogue import measures as catalogue
from comity.catalogue.measures import NOT_VERIFIED, Measure, Provision
from comity.catalogue.search import search
from comity.conduct.measure_terms import MeasureTerms
from comity.conduct.openings import opening_steps
from comity.conduct.terms import Concluded
from comity.node.office import Office
from comity.node.ports import CaseRow
from comity.site.config import wiring
from comity.site.journal import reading
from comity.site.pages import agreed, catalogue_words, dates, values
from comity.site.pages.deadlines import Tag
from comity.site.pages.questions import start_url
from comity.site.pages.steps import step_words
from comity.site.pages.templatetags.comity import listed
from comity.site.people.models import Officer
from comity.site.people.permissions import may, requires

CATALOGUES = ("un", "cica")
OPEN_CASES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One measure in the list."""

    measure: str
    title: str
    number: str
    note: str
    agreed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    title: str
    items: tuple[Item, ...]


def _catalogue_of(measure: str) -> str:
    return measure.partition(":")[0]


def catalogue_name(key: str) -> str:
    """Names of the two published catalogues."""
    return {
        "un": _("United Nations repository of military confidence-building measures"),
        "cica": _("CICA catalogue of confidence-building measures"),
    }.get(key, key)


@requires("catalogue.read")
def measures(request: HttpRequest) -> HttpResponse:
    """The list by heading; by fitness where something is sought."""
    asked = request.GET
    query, source, dimension = asked.get("q", "").strip(), asked.get("catalogue", ""), asked.get("dimension", "")
    found = search(query, agreed.language()) if query else list(catalogue.measures().values())
    kept = [one for one in found if (not source or _catalogue_of(one.id) == source) and (not dimension or _of(one, dimension))]
    if asked.get("agreed"):
        kept = [one for one in kept if one.id in _agreed_ids()]
    context = {
        "groups": _groups(kept, by_heading=not query),
        "count": len(kept),
        "query": query,
        "catalogues": [(key, catalogue_name(key)) for key in CATALOGUES],
        "catalogue": source,
        "dimensions": [(key, catalogue.dimension_title(key, agreed.language())) for key in _dimensions()],
        "dimension": dimension,
        "only_agreed": bool(asked.get("agreed")),
    }
    return render(request, "pages/measures.html", context)


def _of(measure: Measure, dimension: str) -> bool:
    return any(one == dimension or one.startswith(f"{dimension}/") for one in measure.dimensions)


def _dimensions() -> list[str]:
    """Every dimension of the catalogues, in their order."""
    return list(dict.fromkeys(one for measure in catalogue.measures().values() for one in measure.dimensions))


def _agreed_ids() -> set[str]:
    with wiring.reading() as office:
        return {one.measure for one in office.folds.in_force(wiring.now())}


def _groups(found: Sequence[Measure], *, by_heading: bool) -> list[Group]:
    known, language = _agreed_ids(), agreed.language()
    items: dict[str, list[Item]] = {}
    for one in found:
        heading = f"{_catalogue_of(one.id)}\n{one.category}" if by_heading else ""
        items.setdefault(heading, []).append(_item(one, known))
    return [Group(title=_heading(key, language), items=tuple(rows)) for key, rows in items.items()]


def _heading(key: str, language: str) -> str:
    source, _sep, category = key.partition("\n")
    return f"{_short(source)} {category.partition(':')[2]}: {catalogue.category_title(category, language)}" if key else _("Found")


def _short(source: str) -> str:
    return {"un": _("UN"), "cica": _("CICA")}.get(source, source)


def _item(one: Measure, known: set[str]) -> Item:
    return Item(
        measure=one.id,
        title=one.text(agreed.language()).title,
        number=one.id,
        note=listed(agreed.procedure_title(name) for name in one.procedures),
        agreed=one.id in known,
    )


# One measure -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What one instrument says of a measure, and how one begins."""

    title: str
    url: str
    clause: str
    number: int
    since: datetime
    in_force: bool
    parameters: tuple[tuple[str, str, tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]], ...]
    """Paragraph, name, the value in lines, and the values of parties that differ."""
    starts: tuple[tuple[str, str], ...] = ()


@requires("catalogue.read")
def measure(request: HttpRequest, measure: str) -> HttpResponse:
    found = catalogue.measures().get(measure)
    if found is None:
        raise Http404(_("There is no such measure in the catalogue."))
    with wiring.reading() as office:
        context = _context(office, found, request.user)  # type: ignore[arg-type]
    return render(request, "pages/measure.html", context)


def _context(office: Office, found: Measure, officer: Officer) -> dict[str, Any]:
    language, now = agreed.language(), wiring.now()
    words = found.text(language)
    held = list(_agreed_on(office, found.id, officer, now)) if may(officer, "terms.read") else []
    return {
        "measure": found,
        "words": words,
        "source": catalogue_words.source_words(found.source),
        "crumbs": [(reverse("pages:measures"), _("Measures")), ("", catalogue.category_title(found.category, language))],
        "state": _state(held),
        "agreed": held,
        "numbers": [(edition, _("not verified") if value == NOT_VERIFIED else value) for edition, value in found.numbers.items()],
        "dimensions": [catalogue.dimension_title(one, language) for one in found.dimensions],
        "procedures": [(name, agreed.procedure_title(name)) for name in found.procedures],
        "related": [_item(catalogue.measures()[one], set()) for one in found.related],
        "same_as": [_item(catalogue.measures()[one], set()) for one in found.same_as],
        "open_cases": _open_cases(found.id) if may(officer, "case.read") else [],
    }


def _state(held: Sequence[Agreed]) -> Tag | None:
    since = min((one.since for one in held if one.in_force), default=None)
    if since is None:
        return Tag(kind="open", words=_("Not agreed here")) if not held else Tag(kind="open", words=_("Agreed, not in force"))
    return Tag(kind="done", words=_("In force since %(day)s") % {"day": dates.long(since)})


def _agreed_on(office: Office, measure: str, officer: Officer, now: datetime) -> Iterator[Agreed]:
    for chain in office.folds.instruments.chains():
        concluded = chain.in_force(now) or (chain.line()[-1] if chain.line() else None)
        if concluded is None or concluded.version.measure(measure) is None:
            continue
        terms = office.folds.measures(concluded.version.id).get(measure)
        force = chain.in_force(now)
        running = force is not None and force.version.id == concluded.version.id
        starts = tuple(_starts(office, terms, now)) if terms and running and may(officer, "draft.write") else ()
        yield _agreed(concluded, chain.id or "", measure, terms, in_force=running, starts=starts)


def _agreed(
    concluded: Concluded, chain: str, measure: str, terms: MeasureTerms | None, *, in_force: bool, starts: tuple[tuple[str, str], ...]
) -> Agreed:
    version = concluded.version
    return Agreed(
        title=agreed.terms_title(version),
        url=reverse("pages:arrangement", args=[chain]),
        clause=agreed.para(version, measure),
        number=concluded.number,
        since=concluded.since,
        in_force=in_force,
        parameters=tuple(_parameters(concluded, measure, terms)),
        starts=starts,
    )


def _parameters(concluded: Concluded, measure: str, terms: MeasureTerms | None) -> Iterator[Any]:
    said = concluded.version.measure(measure)
    if said is None:
        return
    for name in terms.procedure.parameters if terms else said.parameters:
        own = [(party, values.parameter_value(said.procedure, name, by[name])) for party, by in said.by_party.items() if name in by]
        value = terms.value(name) if terms else said.parameters.get(name)
        where = agreed.para(concluded.version, measure, name) if name in said.parameters else ""
        lines = tuple(values.parameter_value(said.procedure, name, value))
        yield where, values.parameter_title(said.procedure, name), lines, tuple((party, tuple(one)) for party, one in own)


def _starts(office: Office, terms: MeasureTerms, now: datetime) -> Iterator[tuple[str, str]]:
    """How a case begins: the steps that open one, with each of their choices."""
    for one in opening_steps(terms, office.party, now):
        several = len(one.choices) > 1
        for choice, _form in one.choices or ((None, None),):
            words = step_words(terms.procedure.id, one.step, choice if several else None)
            yield words, start_url(terms=terms.version, measure=terms.measure, step=one.step, choice=choice)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    title: str
    url: str
    day: date


def _open_cases(measure: str) -> list[OpenCase]:
    found: Sequence[CaseRow] = reading.cases_page(is_open=True, measure=measure, with_acts=False).items
    return [
        OpenCase(title=agreed.case_title(row), url=reverse("pages:case", args=[row.id]), day=row.last_at.date())
        for row in found[:OPEN_CASES]
    ]


# General provisions ------------------------------------------------------------------------------------------------------


@requires("catalogue.read")
def provisions(request: HttpRequest) -> HttpResponse:
    """The general provisions of both catalogues, each with what keeps it here."""
    language = agreed.language()
    found = catalogue.provisions().values()
    groups = [(catalogue_name(key), [_provision(one, language) for one in found if _catalogue_of(one.id) == key]) for key in CATALOGUES]
    return render(request, "pages/provisions.html", {"groups": groups})


def _provision(one: Provision, language: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "source": catalogue_words.source_words(one.source),
        "words": one.text(language),
        "kept": one.kept_by(language),
        "people": not one.rooms,
    }
