"""One act, and all acts one by one: readable, printable, with what can be proved of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from comity.node.office import Office
from comity.node.ports import CaseRow
from comity.site.config import wiring
from comity.site.journal import reading
from comity.site.journal.reading import ActLine
from comity.site.pages import agreed, figures, message, reports
from comity.site.pages.cases import page_number
from comity.site.pages.deadlines import titled
from comity.site.pages.frame import in_language
from comity.site.pages.proof import proof_of
from comity.site.pages.questions import ANSWER, ASK, Question, questions, start_url
from comity.site.pages.steps import ON_THE_ACT
from comity.site.pages.templatetags.comity import listed
from comity.site.pages.timeline import receipt_rows, received, standing
from comity.site.people.models import Officer, What
from comity.site.people.permissions import may, requires
from comity.site.people.record import address_of, record, record_reading


@requires("act.read")
def act(request: HttpRequest, act: str) -> HttpResponse:
    record_reading(request, f"act:{act}")
    with wiring.reading() as office:
        context = _context(office, act, request.user)  # type: ignore[arg-type]
    return render(request, "pages/act.html", context)


@requires("print")
def act_print(request: HttpRequest, act: str) -> HttpResponse:
    """The same for paper. It is recorded that it was printed."""
    with wiring.reading() as office:
        context = _context(office, act, request.user)  # type: ignore[arg-type]
    record(request.user, What.PRINT, f"act:{act}", address=address_of(request))  # type: ignore[arg-type]
    return render(request, "pages/act.html", {**context, "printing": True})


def _context(office: Office, act: str, officer: Officer) -> dict[str, Any]:
    line, held = reading.act(act), office.store.act(act)
    if line is None or held is None:
        raise Http404(_("This act is not held here."))
    row = reading.case_row(line.case) if line.case else None
    procedure = row.procedure if row else ""
    cited = reading.acts_by_id([ref["act"] for ref in line.content["refs"]])
    title = agreed.act_title(line, procedure)
    home = reading.case_row(row.parent) if row and row.parent else row
    named = line.title or (agreed.case_title(home) if home else "")
    sent = reading.deliveries([act]) if line.ours else {}
    family = _family(row)
    answered = {(str(ref["act"]), one.party) for one in family for ref in one.content["refs"] if ref["rel"] == "answers"}
    given = {} if line.ours else reading.given_receipts([act])
    return {
        "line": line,
        "title": titled(title, named) if named else title,
        "crumbs": _crumbs(line, home),
        "about": _about(line),
        "header": message.header(office, line, procedure=procedure, cited=cited, subject=title),
        "standing": standing(line),
        "receipts": receipt_rows(line, sent.get(act, ()), answered) if line.ours else [],
        "received": "" if line.ours else received(line, given.get(act, "")),
        "figures": _figures(office, line, row, family, officer),
        "words": _words(line) if line.kind != "step" else [],
        "steps": _steps(office, line, row, officer),
        "proof": proof_of(office, held, may_save=may(officer, "export")),
    }


def _family(row: CaseRow | None) -> list[ActLine]:
    """The acts of the case and of the cases aside of it: where questions about this act stand."""
    if row is None:
        return []
    aside = reading.cases_aside(row.id)
    return reading.acts_of_cases([row.id, *(one.id for one in aside)])


def _crumbs(line: ActLine, home: CaseRow | None) -> list[tuple[str, str]]:
    if home is None:
        return [(reverse("pages:archive"), _("Acts")), ("", line.number)]
    return [(reverse("pages:cases"), _("Cases")), (reverse("pages:case", args=[home.id]), agreed.case_title(home)), ("", line.number)]


def _about(line: ActLine) -> dict[str, Any] | None:
    """The act a question or answer is about, and its line."""
    said = (line.content["body"].get("data") or {}).get("about") or {}
    held = reading.act(str(said.get("act", ""))) if said.get("act") else None
    return {"act": held.id, "number": held.number, "party": held.party, "line": said.get("line")} if held else None


def _figures(office: Office, line: ActLine, row: CaseRow | None, family: list[ActLine], officer: Officer) -> figures.Figures | None:
    case = office.folds.case(row.id) if row else None
    said = case.tables.statements.get(line.id) if case else None
    form = reports.form_for(office, case, said) if case and said and said.step in case.rules.steps else None
    if row is None or case is None or said is None or form is None:
        return None
    last = reports.last_time(office, case, reports.earlier(office, row), said)
    may_ask = may(officer, "draft.write") and not line.ours and ASK in case.rules.steps and line.step not in (ASK, ANSWER)
    asked = _asked(office, line, family, officer)
    around = figures.Around(terms=case.rules.terms, asked=asked, may_ask=may_ask, last=last)
    return figures.figures(line, row, form, case.data(line.id), beside=around)


def _asked(office: Office, line: ActLine, family: list[ActLine], officer: Officer) -> list[Question]:
    """Questions about this very act."""
    duties = reading.duties_of_cases(list({one.case for one in family}))
    sent = reading.deliveries([one.id for one in family if one.ours])
    found = questions(family, duties, sent, us=office.party, may_answer=may(officer, "draft.write"))
    return [one for one in found if one.about == line.id]


def _steps(office: Office, line: ActLine, row: CaseRow | None, officer: Officer) -> list[tuple[str, str]]:
    """What we may do about an act of ours: correct it, withdraw it."""
    case = office.folds.case(row.id) if row and may(officer, "draft.write") else None
    if row is None or case is None or not line.ours:
        return []
    offered = [one for one in case.allowed(office.party, wiring.now()) if one.step in ON_THE_ACT and one.answers == line.id]
    return [
        (
            {"correct": _("Correct it"), "withdraw": _("Withdraw it")}[one.step],
            start_url(terms=row.terms, measure=row.measure, step=one.step, case=row.id, answers=line.id),
        )
        for one in offered
    ]


# Words about terms and consents ----------------------------------------------------------------------------------------


def _words(line: ActLine) -> list[tuple[str, str]]:
    """The body of an act that is no step, as pairs of a name and a value."""
    body: Mapping[str, Any] = line.content["body"]
    found = [(_label(name), _value(value)) for name, value in body.items() if name not in ("v", "text", "texts")]
    return [(name, value) for name, value in found if value]


def _label(name: str) -> str:
    return {
        "base": _("On the text"),
        "version": _("Version"),
        "ballot": _("Ballot"),
        "number": _("Number in its series"),
        "day": _("From"),
        "holder": _("Silent participant"),
        "step": _("Step"),
        "choice": _("Taken as"),
        "to": _("For"),
        "until": _("Until"),
        "purpose": _("Purpose"),
        "release": _("What may be shown"),
        "conditions": _("Conditions"),
        "revoke": _("Consent withdrawn"),
    }.get(name, name.replace("_", " ").capitalize())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return in_language(value) if all(isinstance(one, str) for one in value.values()) else ""
    if isinstance(value, list):
        return listed(value[:20])
    return "" if value is None else str(value)


# The archive ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ActItem:
    line: ActLine
    title: str
    standing: str


@requires("act.read")
def archive(request: HttpRequest) -> HttpResponse:
    """All acts held, newest first; those of others or our own alone where asked."""
    record_reading(request, "page:archive")
    side = request.GET.get("from", "")
    found = reading.acts_page(number=page_number(request.GET.get("page")), ours={"us": True, "others": False}.get(side))
    rows = reading.cases_by_id(sorted({line.case for line in found.items if line.case}))
    items = [act_item(line, rows) for line in found.items]
    return render(request, "pages/archive.html", {"items": items, "page": found, "side": side})


def act_item(line: ActLine, rows: Mapping[str, CaseRow]) -> ActItem:
    row = rows.get(line.case)
    title = agreed.act_title(line, row.procedure if row else "")
    about = line.title or (agreed.case_title(row) if row and not row.parent else "")
    return ActItem(line=line, title=f"{title}: {about}" if about else title, standing=standing(line))
