"""A draft out to a spreadsheet and in again: every fault of a file is told, and nothing of it is half taken."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_GET

from comity.catalogue.form import Form
from comity.formats import sheet_limits
from comity.formats.sheets import Sheet, read_sheet, tables, write_csv, write_xlsx
from comity.protocol.refusals import Refused
from comity.site.desk import filling, sentences, service, wording
from comity.site.desk.drafting import _me
from comity.site.desk.models import Draft
from comity.site.desk.occasion import Occasion, occasion
from comity.site.desk.refused import told
from comity.site.pages import agreed
from comity.site.pages.forms import render_sheet_faults
from comity.site.pages.templatetags.comity import number
from comity.site.people.models import What
from comity.site.people.permissions import requires
from comity.site.people.record import address_of, record

KINDS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
LEFT_OUT = "-"


@requires("form.import")
@told
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a file into the draft. With faults the file is shown with all of them, and the draft stays as it was."""
    held = get_object_or_404(Draft, pk=pk)
    occ = occasion(held)
    form = occ.form(held.choice)
    if form is None or occ.corrects:
        raise Refused("draft.step", {"step": held.step}, "This step has no form that a file can fill.")
    if request.method == "POST":
        return _taken(request, held, occ, form)
    return _page(request, held, occ, form)


def _taken(request: HttpRequest, held: Draft, occ: Occasion, form: Form) -> HttpResponse:
    try:
        name, content = _brought(request)
        found = read_sheet(form, content, name, get_language() or "en", base=_base(held, form), columns=_columns(request))
    except Refused as refused:
        return _page(request, held, occ, form, refused=sentences.refusal(refused), status=422)
    record(_me(request), What.IMPORT, f"draft:{held.pk}", address=address_of(request))
    if found.faults:
        return _page(request, held, occ, form, found=found, name=name, status=422)
    saved = service.save(_me(request), held, version=_version(request), data=dict(found.data), typed={}, title=wording.title(occ, held))
    count = sum(len(saved.data.get(part, [])) for part in form.rows)
    told_of = ngettext("%(name)s was read: %(count)s line.", "%(name)s was read: %(count)s lines.", count)
    messages.success(request, told_of % {"name": name, "count": number(count)})
    return redirect("desk:draft", pk=saved.pk)


def _brought(request: HttpRequest) -> tuple[str, bytes]:
    """Name and bytes of the file. Refuses (`draft.file`, `sheet.large`) none, or one too large to be read at all."""
    file = request.FILES.get("file")
    if file is None:
        raise Refused("draft.file", {}, "Choose a file first.")
    if (file.size or 0) > sheet_limits.FILE_BYTES:
        raise Refused("sheet.large", {"limit": sheet_limits.FILE_BYTES // 2**20}, "The file is too large.")
    return str(file.name), file.read()


def _base(held: Draft, form: Form) -> dict[str, Any]:
    """A CSV brings one table; the other entries of the draft stay. References the officer never types stay in any case."""
    return {name: value for name, value in held.data.items() if form.node(f"/{name}") is not None}


def _columns(request: HttpRequest) -> dict[str, str | None]:
    """Which column of a table of others is which field, as the officer chose: pairs column-N (its heading) and field-N."""
    chosen: dict[str, str | None] = {}
    for name, heading in request.POST.items():
        field = request.POST.get(name.replace("column-", "field-", 1), "")
        if name.startswith("column-") and field:
            chosen[str(heading)] = None if field == LEFT_OUT else field
    return chosen


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() and len(text) < 10 else 0


def _page(
    request: HttpRequest,
    held: Draft,
    occ: Occasion,
    form: Form,
    *,
    found: Sheet | None = None,
    name: str = "",
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    unknown = _unknown(found) if found else []
    chosen = _columns(request) if request.method == "POST" else {}
    context = {
        "draft": held,
        "title": wording.title(occ, held),
        "form_title": form.title(get_language() or "en"),
        "faults": render_sheet_faults(form, found.faults, name) if found else "",
        "refused": refused,
        "columns": [
            (number_, heading, chosen.get(heading, ""))
            for number_, heading in enumerate([*chosen, *(one for one in unknown if one not in chosen)])
        ],
        "fields": _fields(form),
        "parts": [(table.name, table.label(form, agreed.language())) for table in tables(form)],
        "limit": sheet_limits.FILE_BYTES // 2**20,
        "filled": bool(held.data.get(form.rows[0]) if form.rows else held.data),
    }
    return render(request, "desk/import.html", context, status=status)


def _unknown(found: Sheet) -> list[str]:
    return list(dict.fromkeys(str(one.fault.args["column"]) for one in found.faults if one.fault.code == "unknown-column"))


def _fields(form: Form) -> list[tuple[str, str]]:
    """Every field of a row, to say which column brings it."""
    language = agreed.language()
    return [
        (column.key, f"{table.label(form, language)}: {column.label(form, language)}")
        for table in tables(form)
        if table.kind == "rows"
        for column in table.columns
    ]


@require_GET
@requires("draft.read")
@told
def sheet(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The form as XLSX or one table of it as CSV: filled in as the draft is, or empty (`?empty=1`)."""
    held = get_object_or_404(Draft, pk=pk)
    occ = occasion(held)
    form = filling.form_on_page(occ, held.choice)
    part = request.GET.get("part")
    if form is None or kind not in KINDS or part not in (None, *(table.name for table in tables(form))):
        raise Refused("draft.step", {"step": held.step}, "This step has no such form.")
    data = None if request.GET.get("empty") else filling.shown_data(occ, held)
    language = get_language() or "en"
    body = write_xlsx(form, data, language) if kind == "xlsx" else write_csv(form, data, language, part)
    if data is not None:
        record(_me(request), What.EXPORT, f"draft:{pk}", address=address_of(request))
    answer = HttpResponse(body, content_type=KINDS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{form.id}-{pk}.{kind}"'
    return answer
