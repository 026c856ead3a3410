"""Cases: the list with its filters, one case, and what officers remark on it among themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.node.office import Office
from comity.node.ports import CaseRow
from comity.site.config import wiring
from comity.site.desk.models import Remark
from comity.site.journal import reading
from comity.site.pages import agreed
from comity.site.pages.case_view import CaseView
from comity.site.pages.deadlines import Tag
from comity.site.people.models import What
from comity.site.people.permissions import requires
from comity.site.people.record import record, record_reading

LONGEST_REMARK = 4_000
"""Characters: a page of typescript."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseItem:
    row: CaseRow
    title: str
    measure: str
    by: str
    tag: Tag


@requires("case.read")
def cases(request: HttpRequest) -> HttpResponse:
    """The list, those that moved last first."""
    record_reading(request, "page:cases")
    asked = request.GET
    state = asked.get("state", "")
    is_open = {"open": True, "ended": False}.get(state)
    number = page_number(asked.get("page"))
    found = reading.cases_page(number=number, is_open=is_open, measure=asked.get("measure", ""), procedure=asked.get("procedure", ""))
    with wiring.reading() as office:
        measures = _measures(office)
    context = {
        "items": [_item(row) for row in found.items],
        "page": found,
        "measures": measures,
        "chosen": asked.get("measure", ""),
        "state": state,
    }
    return render(request, "pages/cases.html", context)


def page_number(text: str | None) -> int:
    return max(1, min(int(text), 100_000)) if text and text.isascii() and text.isdigit() else 1


def _item(row: CaseRow) -> CaseItem:
    ended = Tag(kind="done", words=agreed.outcome_word(row.procedure, row.outcome) or _("Ended"))
    return CaseItem(
        row=row,
        title=agreed.case_title(row),
        measure=agreed.measure_title(row.measure),
        by=row.opener,
        tag=Tag(kind="new", words=_("Open"), shape="opened") if row.open else ended,
    )


def _measures(office: Office) -> list[tuple[str, str]]:
    """The measures agreed, in the order of the terms, for the filter."""
    found: dict[str, None] = {}
    for chain in office.folds.instruments.chains():
        for concluded in chain.line():
            found.update(dict.fromkeys(one.measure for one in concluded.version.measures))
    return [(measure, agreed.measure_title(measure)) for measure in found]


@requires("case.read")
def case(request: HttpRequest, case: str) -> HttpResponse:
    record_reading(request, f"case:{case}")
    with wiring.reading() as office:
        context = _context(office, case, request)
    return render(request, "pages/case.html", context)


def _context(office: Office, case: str, request: HttpRequest) -> dict[str, Any]:
    row = reading.case_row(case)
    folded = office.folds.case(case) if row else None
    if row is None or folded is None:
        raise Http404(_("This case is not held here."))
    view = CaseView(office, row, folded, request.user, wiring.now())  # type: ignore[arg-type]
    return view.context(request.GET.get("act", ""))


@require_POST
@requires("draft.comment")
def case_remark(request: HttpRequest, case: str) -> HttpResponse:
    """A remark for this desk alone. It never leaves the node."""
    text = request.POST.get("text", "").strip()[:LONGEST_REMARK]
    if reading.case_row(case) is None:
        raise Http404(_("This case is not held here."))
    if text:
        Remark.objects.create(case=case, officer=request.user, at=wiring.now(), text=text)
        record(request.user, What.COMMENT, f"case:{case}")  # type: ignore[arg-type]
    return redirect("pages:case", case)
