"""The catalogue: measures, procedures, forms, general provisions; contacts; one search over all."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Router
from pydantic import Field

from comity.catalogue import measures as measured
from comity.catalogue import search as searched
from comity.catalogue.forms import example, forms
from comity.catalogue.procedures import procedures
from comity.catalogue.procedures import text as procedure_text
from comity.site.api import limits, schemas, shown
from comity.site.api.access import held, officer_of, open_to
from comity.site.journal import reading
from comity.site.people.permissions import may

router = Router(tags=["catalogue"])
Language = Annotated[str, Field(max_length=20)]
Query = Annotated[str, Field(max_length=limits.QUERY)]


def _spoken(language: str) -> str:
    return language or get_language() or "en"


@router.get("/catalogue/measures", response=list[dict[str, Any]], auth=open_to("catalogue.read"))
def measures(
    request: HttpRequest, *, q: Query = "", dimension: str = "", category: str = "", procedure: str = "", language: Language = ""
) -> Any:
    """The 120 measures, or those that fit; best first where words are sought. Numbers not read in an edition say “not verified”."""
    spoken = _spoken(language)
    found = searched.search(q, spoken) if q else list(measured.measures().values())
    for asked, keep in ((dimension, measured.of_dimension), (category, measured.of_category), (procedure, measured.of_procedure)):
        found = [one for one in found if one in keep(asked)] if asked else found
    return [measured.record(one, spoken) for one in found]


@router.get("/catalogue/measures/{measure}", response=dict[str, Any], auth=open_to("catalogue.read"))
def measure(request: HttpRequest, measure: str, language: Language = "") -> Any:
    """One measure in words, with its counterparts in the other catalogue."""
    found = measured.measure(measure)
    return measured.record(found, _spoken(language)) | {"counterparts": [one.id for one in measured.counterparts(found)]}


@router.get("/catalogue/forms", response=list[schemas.FormLine], auth=open_to("catalogue.read"))
def shipped_forms(request: HttpRequest, language: Language = "") -> Any:
    """The forms shipped with the software. Those agreed are asked for by hash at /terms/texts/."""
    return [_form_line(form, _spoken(language)) for form in forms().values()]


def _form_line(form: Any, language: str) -> dict[str, Any]:
    return {"id": form.id, "version": form.version, "hash": form.hash, "title": form.title(language), "facts": list(form.facts)}


@router.get("/catalogue/forms/{form}", response=dict[str, Any], auth=open_to("catalogue.read"))
def form(request: HttpRequest, form: str, language: Language = "") -> Any:
    """One form: its JSON Schema (2020-12), and a fictional report on it without fault."""
    found = held(forms().get(form), "form", form)
    return _form_line(found, _spoken(language)) | {"schema": dict(found.schema), "example": example(found.id)}


@router.get("/catalogue/procedures", response=list[schemas.ProcedureLine], auth=open_to("catalogue.read"))
def shipped_procedures(request: HttpRequest, language: Language = "") -> Any:
    return [_procedure_line(one, _spoken(language)) for one in procedures().values()]


def _procedure_line(found: Any, language: str) -> dict[str, Any]:
    title = procedure_text(found, "title", language=language) or found.title
    return {"id": found.id, "hash": found.hash, "title": title, "measures": [one.id for one in measured.of_procedure(found.id)]}


@router.get("/catalogue/procedures/{procedure}", response=dict[str, Any], auth=open_to("catalogue.read"))
def procedure(request: HttpRequest, procedure: str, language: Language = "") -> Any:
    """One procedure as data: roles, parameters with their meaning, steps, moments."""
    found = held(procedures().get(procedure), "procedure", procedure)
    return _procedure_line(found, _spoken(language)) | {"record": dict(found.record)}


@router.get("/catalogue/provisions", response=list[dict[str, Any]], auth=open_to("catalogue.read"))
def provisions(request: HttpRequest, language: Language = "") -> Any:
    """The general provisions of both catalogues, and what in the software keeps each, or that people do."""
    return [measured.provision_record(one, _spoken(language)) for one in measured.provisions().values()]


@router.get("/contacts", response=list[schemas.Contacts], auth=open_to("contacts.read"))
def contacts(request: HttpRequest) -> Any:
    """The newest declaration of each party's points of contact that stands."""
    return [
        {"party": one.party, "measure": one.measure, "case": one.case, "act": one.id, "at": one.at, "data": one.content["body"]["data"]}
        for one in reading.contact_acts()
    ]


@router.get("/search", response=schemas.Found, auth=open_to("search"))
def search(request: HttpRequest, q: Query, language: Language = "") -> Any:
    """Measures, acts and cases that hold the words, within what the role may see."""
    spoken, officer = _spoken(language), officer_of(request)
    acts = reading.found_acts(q, spoken) if may(officer, "act.read") else []
    cases = reading.cases_by_id(list(dict.fromkeys(one.case for one in acts if one.case))) if may(officer, "case.read") else {}
    return {
        "measures": [measured.record(one, spoken) for one in searched.search(q, spoken)[: reading.PAGE]] if q.strip() else [],
        "acts": [shown.act_line(one) for one in acts],
        "cases": [shown.case_line(one) for one in cases.values()],
    }
