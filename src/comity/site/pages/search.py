"""One box over measures, cases and acts, within what the role may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from comity.catalogue.search import QUERY_CHARACTERS
from comity.catalogue.search import search as search_measures
from comity.node.ports import CaseRow
from comity.site.journal import reading
from comity.site.pages import agreed
from comity.site.pages.acts import act_item
from comity.site.people.models import Officer
from comity.site.people.permissions import may, requires
from comity.site.people.record import record_reading

MEASURES, CASES, ACTS = 10, 10, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    url: str
    title: str
    note: str


@requires("search")
def search(request: HttpRequest) -> HttpResponse:
    record_reading(request, "page:search")
    query = request.GET.get("q", "").strip()[:QUERY_CHARACTERS]
    officer = request.user
    assert isinstance(officer, Officer), "the permission table lets officers in alone"
    context: dict[str, Any] = {"query": query, "may_read": may(officer, "act.read")}
    if query:
        context["measures"] = _measures(query)
        context |= _book(query) if context["may_read"] else {}
    return render(request, "pages/search.html", context)


def _measures(query: str) -> list[Found]:
    found = search_measures(query, agreed.language())[:MEASURES]
    return [Found(url=reverse("pages:measure", args=[one.id]), title=agreed.measure_title(one.id), note=one.id) for one in found]


def _book(query: str) -> dict[str, Any]:
    """Acts that hold every word, and the cases they stand in."""
    lines = reading.found_acts(query, agreed.language())
    rows = reading.cases_by_id(sorted({line.case for line in lines if line.case}))
    parents = reading.cases_by_id(sorted({row.parent for row in rows.values() if row.parent}))
    homes: dict[str, CaseRow] = {}
    for line in lines:
        row = rows.get(line.case)
        home = parents.get(row.parent, row) if row else None
        if home is not None:
            homes.setdefault(home.id, home)
    cases = [
        Found(url=reverse("pages:case", args=[row.id]), title=agreed.case_title(row), note=agreed.measure_title(row.measure))
        for row in list(homes.values())[:CASES]
    ]
    return {"cases": cases, "items": [act_item(line, rows) for line in lines[:ACTS]], "more": len(lines) > ACTS}
