"""Drafts: prepared, looked at before sending, submitted, returned, released by a second officer."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import File, Query, Router, Status, UploadedFile

from comity.catalogue.form import Form
from comity.conduct.correlation import differences
from comity.formats.sheets import read_sheet, tables, write_csv, write_xlsx
from comity.node.issue import Prepared
from comity.node.taking import form_of
from comity.protocol.refusals import Refused
from comity.site.api import limits, schemas_desk, shapes, shown
from comity.site.api.access import held, officer_of, open_to
from comity.site.config import wiring
from comity.site.desk import service
from comity.site.desk.models import Draft
from comity.site.desk.occasion import occasion
from comity.site.journal import reading
from comity.site.people.models import Officer, What
from comity.site.people.record import address_of, record, record_reading
from comity.site.post import outbox

router = Router(tags=["drafts"])
PEOPLE = ("prepared_by", "assigned_to", "released_by", "seen_by")
SHEETS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


def draft_of(number: int) -> Draft:
    """A draft by its number. Refuses `not-held`."""
    return held(Draft.objects.select_related(*PEOPLE).filter(pk=number).first(), "draft", number)


@router.get("", response=shapes.Page[schemas_desk.DraftLine], auth=open_to("draft.read"))
def drafts(request: HttpRequest, state: str = "", case: str = "", page: shapes.PageNumber = 1) -> Any:
    """Drafts, newest first. `state` is open, submitted, released or dropped."""
    found = Draft.objects.select_related(*PEOPLE).order_by("-id")
    if state:
        found = found.filter(state=state[:20])
    if case:
        found = found.filter(case=case[:64])
    begin = (page - 1) * reading.PAGE
    rows = list(found.defer("data", "typed")[begin : begin + reading.PAGE + 1])
    return {"items": [shown.draft_line(one) for one in rows[: reading.PAGE]], "page": page, "more": len(rows) > reading.PAGE}


@router.post("", response={201: schemas_desk.Draft}, auth=open_to("draft.write"))
def new_draft(request: HttpRequest, body: schemas_desk.DraftNew) -> Any:
    """A new draft. Where `terms` is left out, the version of the case or the one in force for the measure is taken."""
    fields = body.model_dump()
    fields["terms"] = body.terms or (_terms_of(body.case, body.measure) if body.kind == "step" else "")
    return Status(201, shown.draft(service.start(officer_of(request), **fields)))


def _terms_of(case: str, measure: str) -> str:
    """The version a draft stands under when it names none. Refuses (`draft.terms`) where none or several fit."""
    if case:
        return held(reading.case_row(case), "case", case).terms
    with wiring.reading() as office:
        fitting = {terms.version for terms in office.folds.in_force(office.now()) if terms.measure == measure}
    if len(fitting) != 1:
        raise Refused(
            "draft.terms", {"measure": measure, "terms": sorted(fitting)},
            _("Name the terms: this measure is in force under none or under several."),
        )  # fmt: skip
    return fitting.pop()


@router.get("/{int:number}", response=schemas_desk.Draft, auth=open_to("draft.read"))
def draft(request: HttpRequest, number: int) -> Any:
    found = draft_of(number)
    record_reading(request, f"draft:{number}")
    return shown.draft(found)


@router.put("/{int:number}", response=schemas_desk.Draft, auth=open_to("draft.write"))
def save_draft(request: HttpRequest, number: int, body: schemas_desk.DraftChange) -> Any:
    """Save what changed. Refuses `draft.changed` where another officer saved since `version` was read."""
    fields = body.model_dump(exclude_unset=True, exclude={"version"})
    if "data" in fields:
        fields["typed"] = {}
    service.save(officer_of(request), draft_of(number), version=body.version, **{k: _empty(k, v) for k, v in fields.items()})
    return shown.draft(draft_of(number))


def _empty(name: str, value: Any) -> Any:
    """Null takes back what was said; a draft keeps that as empty, and only a period as null."""
    if value is not None or name == "period":
        return value
    return {"to": [], "refs": [], "header": {}, "data": {}}.get(name, "")


@router.get("/{int:number}/preview", response=schemas_desk.Preview, auth=open_to("draft.read"))
def preview(request: HttpRequest, number: int) -> Any:
    """What it would be: addressees, faults of the form, where it would stand, the notice it gives, who may release it."""
    found = draft_of(number)
    prepared = service.look_ahead(found)
    release = service.releasable(officer_of(request), found, prepared)
    return _preview(found, prepared) | {"release": {"allowed": release.allowed, "two": release.two, "why": str(release.why)}}


def _preview(found: Draft, prepared: Prepared) -> dict[str, Any]:
    content, seen, form = prepared.content, prepared.preview, form_of_draft(found)
    opens = "opening" in content.body
    language = get_language() or "en"
    return {
        "to": list(content.to), "case": None if opens else content.case, "opens": opens, "form": form.hash if form else None,
        "refs": [{"rel": ref.rel, "act": ref.act} for ref in content.refs],
        "faults": [shown.fault(one, form, language) for one in prepared.faults],
        "standing": seen.standing.state if seen else None, "reasons": shown.reasons(seen.standing.reasons) if seen else [],
        "notice": shown.notice(seen.notice) if seen else None, "timings": [shown.timing(one) for one in seen.timings] if seen else [],
    }  # fmt: skip


@router.get("/{int:number}/differences", response=schemas_desk.Differences, auth=open_to("draft.read"))
def against_last(request: HttpRequest, number: int) -> Any:
    """What it says otherwise than our last report in the same form, or than the act it changes: for whoever releases it."""
    found, form = draft_of(number), None
    before = occasion(found).before
    if before is None or (form := form_of_draft(found)) is None:
        return {"act": None, "label": "", "rows": [], "fields": []}
    told = differences(found.data, before.data, form)
    return {
        "act": before.act, "label": before.label, "rows": [shown.row_difference(one) for one in told.rows],
        "fields": [shown.difference(one) for one in told.fields],
    }  # fmt: skip


def form_of_draft(found: Draft) -> Form | None:
    """The form agreed for what the draft says; None where it says nothing in a form."""
    with wiring.reading() as office:
        terms = office.folds.measures(found.terms).get(found.measure)
        digest = form_of(terms, found.step, found.choice or None) if terms else None
        return office.library.form(digest) if digest else None


# On its way ---------------------------------------------------------------------------------------------------------------


@router.post("/{int:number}/submit", response=schemas_desk.Draft, auth=open_to("draft.write"))
def submit(request: HttpRequest, number: int) -> Any:
    """Put it before whoever releases. Refuses `draft.form` while entries need mending."""
    service.submit(officer_of(request), draft_of(number))
    return shown.draft(draft_of(number))


@router.post("/{int:number}/return", response=schemas_desk.Draft, auth=open_to("draft.review"))
def give_back(request: HttpRequest, number: int, body: schemas_desk.Said) -> Any:
    """Return it to whoever prepared it, with a remark."""
    service.give_back(officer_of(request), draft_of(number), body.text)
    return shown.draft(draft_of(number))


@router.post("/{int:number}/release", response=schemas_desk.Draft, auth=open_to("act.release"))
def release(request: HttpRequest, number: int) -> Any:
    """Sign and send. The act is durable when this answers; `act` is its id. Refuses `draft.release` to whoever prepared it."""
    released = service.release(officer_of(request), draft_of(number))
    outbox.wake.set()
    return shown.draft(draft_of(released.pk))


@router.post("/{int:number}/drop", response=schemas_desk.Draft, auth=open_to("draft.write"))
def drop(request: HttpRequest, number: int) -> Any:
    """Give it up. It stays readable."""
    service.drop(officer_of(request), draft_of(number))
    return shown.draft(draft_of(number))


@router.post("/{int:number}/seen", response=schemas_desk.Draft, auth=open_to("draft.review"))
def seen(request: HttpRequest, number: int) -> Any:
    """A second officer has seen what one officer alone released."""
    service.see(officer_of(request), draft_of(number))
    return shown.draft(draft_of(number))


@router.post("/{int:number}/assign", response=schemas_desk.Draft, auth=open_to("draft.assign"))
def assign(request: HttpRequest, number: int, body: schemas_desk.Assign) -> Any:
    """Say who goes on with it; nobody where `officer` is left out."""
    to = Officer.objects.filter(username=body.officer.lower(), is_active=True).first() if body.officer else None
    if body.officer:
        held(to, "officer", body.officer)
    service.assign(officer_of(request), draft_of(number), to)
    return shown.draft(draft_of(number))


@router.post("/{int:number}/remarks", response={201: schemas_desk.Remark}, auth=open_to("draft.comment"))
def remark(request: HttpRequest, number: int, body: schemas_desk.Said) -> Any:
    """An internal comment. It never leaves the node."""
    return Status(201, shown.remark(service.remark(officer_of(request), draft_of(number), body.text)))


# Spreadsheets -------------------------------------------------------------------------------------------------------------


@router.get("/{int:number}/sheet", auth=open_to("draft.read"))
def sheet(request: HttpRequest, number: int, kind: str = "xlsx", part: str | None = None, language: str = "") -> Any:
    """The draft's form as a workbook (`kind=xlsx`) or one table of it as CSV (`kind=csv&part=units`), to fill in or to keep."""
    found = draft_of(number)
    form = _form_needed(found)
    if kind not in SHEETS:
        raise Refused("sheet.kind", {"kind": kind[:20]}, _("Ask for xlsx or csv."))
    spoken = language[: limits.NAME] or get_language() or "en"
    content = write_xlsx(form, found.data, spoken) if kind == "xlsx" else write_csv(form, found.data, spoken, _part(form, part))
    record(officer_of(request), What.EXPORT, f"draft:{number}", address=address_of(request))
    answer = HttpResponse(content, content_type=SHEETS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{form.id}-{number}.{kind}"'
    return answer


def _part(form: Form, part: str | None) -> str | None:
    known = {table.name for table in tables(form)}
    return None if part is None else held(part if part in known else None, "part", part)


@router.post("/{int:number}/sheet", response=schemas_desk.SheetTaken, auth=open_to("form.import"))
def import_sheet(
    request: HttpRequest, number: int, version: Query[int], file: File[UploadedFile], language: str = "",
) -> Any:  # fmt: skip
    """Fill the draft from an XLSX or CSV file. With faults nothing is taken: each is listed by sheet, row and column."""
    found = draft_of(number)
    if (file.size or 0) > limits.SHEET:
        raise Refused("sheet.size", {"longest": limits.SHEET}, _("The file is too large. Send the tables one by one as CSV."))
    form = _form_needed(found)
    name, spoken = str(file.name or "")[: limits.NAME], language[: limits.NAME] or get_language() or "en"
    read = read_sheet(form, file.read(), name, spoken, base=found.data)
    faults = [_cell_fault(one) for one in read.faults]
    with transaction.atomic():
        record(officer_of(request), What.IMPORT, f"draft:{number}", address=address_of(request))
        if not faults:
            found = service.save(officer_of(request), found, version=version, data=dict(read.data), typed={})
    return {"saved": not faults, "version": found.version, "faults": faults}


def _form_needed(found: Draft) -> Form:
    form = form_of_draft(found)
    if form is None:
        raise Refused("sheet.form", {}, _("This draft says nothing in a form. Choose a step and its choice first."))
    return form


def _cell_fault(told: Any) -> dict[str, Any]:
    place = {name: getattr(told, name) for name in ("sheet", "row", "column", "cell")}
    return place | {"path": told.fault.path, "code": told.fault.code, "args": shown.plain(told.fault.args)}
