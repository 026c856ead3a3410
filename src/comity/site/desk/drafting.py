"""The form page: a draft is begun, filled in, looked ahead at, saved and put before a second officer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comity.formats.sheets import tables
from comity.protocol.act import party_of
from comity.protocol.refusals import Refused
from comity.site.config import wiring
from comity.site.desk import ahead, asked, backdrop, filling, sentences, service, wording
from comity.site.desk.models import Draft
from comity.site.desk.occasion import Occasion, occasion
from comity.site.desk.refused import told
from comity.site.journal import reading
from comity.site.pages import agreed, deadlines, forms, names
from comity.site.pages.forms import Filled
from comity.site.pages.templatetags.comity import precedence_word
from comity.site.people.models import Officer
from comity.site.people.permissions import may, requires
from comity.site.people.record import record_reading


@require_GET
@requires("draft.write")
@told
def start(request: HttpRequest) -> HttpResponse:
    """Begin a draft, or go on with the one begun for the same step; then show its form."""
    fields = asked.fields(request.GET)
    held = service.reopen(_me(request), **fields)
    if held is not None and held.version == 1 and fields["choice"] and fields["choice"] != held.choice:
        held.choice = fields["choice"]
        _begin(held)
    if held is None:
        with transaction.atomic():
            held = service.start(_me(request), **fields)
            _begin(held)
    if held.prepared_by_id != _me(request).pk:
        messages.info(request, _("%(name)s has begun this already. You go on with the same draft.") % {"name": held.prepared_by})
    return redirect("desk:draft", pk=held.pk)


def _begin(draft: Draft) -> None:
    """What the page fills in by itself. Nothing of it is the officer's yet, so the draft still counts as untouched."""
    occ = occasion(draft)
    if draft.kind == "step" and draft.choice not in occ.forms:
        draft.choice = next(iter(occ.forms), "")
    draft.to = _offices(occ, draft.to) or filling.begins_to(occ)
    draft.data = filling.prefilled(occ, draft, draft.choice) if draft.kind == "step" else draft.data
    draft.header = wording.first_header(occ, draft)
    draft.title = wording.title(occ, draft)
    draft.save()


def _offices(occ: Occasion, asked_for: list[str]) -> list[str]:
    return [office for office in occ.offices if office in asked_for or party_of(office) in asked_for] if occ.chosen else []


@requires("draft.read")
@told
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    held = get_object_or_404(Draft.objects.select_related("prepared_by", "assigned_to"), pk=pk)
    writable = held.state in (Draft.State.OPEN, Draft.State.SUBMITTED) and may(_me(request), "draft.write")
    if not writable or held.kind not in asked.KINDS:
        return redirect("desk:review", pk=pk)
    occ = occasion(held)
    if request.method == "POST":
        return _sent(request, held, occ)
    record_reading(request, f"draft:{pk}")
    filled = filling.filled_of(occ, held)
    return _page(request, held, occ, filled, quiet=held.version == 1)


def _sent(request: HttpRequest, held: Draft, occ: Occasion) -> HttpResponse:
    said = filling.sent(occ, held, request.POST)
    do = request.POST.get("do", "")
    if said.filled.row:
        return _page(request, _as_sent(held, said.fields), occ, said.filled, quiet=True)
    if do == "look":
        return _page(request, _as_sent(held, said.fields), occ, said.filled)
    if do == "last" and occ.before and not occ.corrects:
        said = replace(said, fields={**said.fields, "data": _as_last(occ, said.fields["data"]), "typed": {}})
    try:
        saved = service.save(
            _me(request), held, version=_version(request), **said.fields, title=wording.title(occ, _as_sent(held, said.fields))
        )
    except Refused as refused:
        return _crossed(request, held, said, refused)
    return _after(request, saved, do if not said.switched else "choice")


def _after(request: HttpRequest, saved: Draft, do: str) -> HttpResponse:
    if do != "submit":
        if do == "save":
            messages.success(request, _("Saved on this node only."))
        return redirect("desk:draft", pk=saved.pk)
    try:
        service.submit(_me(request), saved)
    except Refused as refused:
        occ = occasion(saved)
        messages.error(request, sentences.refusal(refused))
        return _page(request, saved, occ, filling.filled_of(occ, saved), status=422)
    if may(_me(request), "act.release"):
        return redirect("desk:release", pk=saved.pk)
    messages.success(request, _("Sent for release. A second officer reads and releases it."))
    return redirect("desk:review", pk=saved.pk)


def _crossed(request: HttpRequest, held: Draft, said: filling.Sent, refused: Refused) -> HttpResponse:
    """Another officer saved first: both texts on one page, the one just typed in the form. Saving again takes it."""
    if refused.code != "draft.changed":
        raise refused
    held.refresh_from_db()
    occ = occasion(held, choice=said.fields["choice"])
    newer = wording.told_differences(occ, said.filled.data, filling.shown_data(occ, held))
    mine = _as_sent(held, said.fields)
    return _page(request, mine, occ, said.filled, status=409, crossed={"by": held.prepared_by, "at": held.prepared_at, "rows": newer})


def _as_last(occ: Occasion, data: dict[str, Any]) -> dict[str, Any]:
    """Last time's report to begin with; the days it is about are those of this one."""
    assert occ.before is not None
    return {**occ.before.data, **{name: data[name] for name in ("as_of", "about") if name in data}}


def _as_sent(held: Draft, fields: Any) -> Draft:
    """The draft as it would be saved, to be shown and looked ahead at."""
    for name, value in fields.items():
        setattr(held, name, value)
    return held


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() and len(text) < 10 else 0


def _page(
    request: HttpRequest, held: Draft, occ: Occasion, filled: Filled, *, quiet: bool = False, status: int = 200, crossed: Any = None
) -> HttpResponse:
    form = filling.form_on_page(occ, held.choice)
    seen = ahead.look(occ, held)
    reason = _reason(occ, held)
    context = {
        **around(request, held, occ),
        "form": form,
        "controls": forms.render_form(
            form, filled, last=filling.last_data(occ), last_label=filling.last_label(occ), states=_states(occ), show_faults=not quiet
        )
        if form
        else "",
        "faults": forms.render_faults(form, filled) if form and not quiet else "",
        "by_file": bool(form and not occ.corrects and any(table.kind != "fields" for table in tables(form))),
        "ahead": seen,
        "crossed": crossed,
        "reason": reason,
        "reason_fault": "" if quiet or reason else _("This is needed."),
        "nothing_changed": occ.corrects and not held.data.get("changes") and not quiet,
        "may_begin_with_last": bool(occ.before and not occ.corrects and not occ.change and not _filled_in(filled)),
        **backdrop.for_form(form, get_language() or "en"),
    }
    return render(request, "desk/draft.html", context, status=status)


def _filled_in(filled: Filled) -> bool:
    return bool(filled.typed) or any(value for name, value in filled.data.items() if name not in ("as_of", "about"))


def _reason(occ: Occasion, held: Draft) -> str:
    return str(held.data.get("reason", "")) if occ.corrects else ""


def _states(occ: Occasion) -> list[str]:
    return [names.name_of(party_of(office)) for office in occ.version.offices()] if occ.version else []


def around(request: HttpRequest, held: Draft, occ: Occasion) -> dict[str, Any]:
    """What form and release page share: names, addressees, the case, who prepared, what was remarked."""
    now = wiring.now()
    to = filling.addressed(occ, held)
    row = reading.case_row(held.case) if held.case else None
    due = occ.possible.due if occ.possible else None
    languages = occ.version.languages if occ.version else ()
    return {
        "draft": held,
        "occ": occ,
        "title": wording.title(occ, held),
        "measure": agreed.measure_title(held.measure) if held.measure else "",
        "step": wording.step_title(occ, held),
        "case": row,
        "case_title": agreed.case_title(row) if row else "",
        "due": due,
        "tag": deadlines.our_tag(due, now) if due else None,
        "by_words": deadlines.by_words(due) if due else "",
        "choices": [(name, agreed.step_title(occ.procedure, held.step, name), name == held.choice) for name in occ.forms if name],
        "precedences": [(one, precedence_word(one), one == held.header.get("precedence", "routine")) for one in filling.PRECEDENCES],
        "languages_agreed": [(code, code == held.header.get("language")) for code in languages],
        "to": [names.name_of(party_of(office)) for office in to],
        "addressees": [(office, names.name_of(party_of(office)), office in to) for office in occ.offices],
        "answered": wording.beside(occ.answered),
        "about": wording.beside_figure(occ, held),
        "remarks": held.remarks.select_related("officer").order_by("at"),
        "officers": [one for one in Officer.objects.filter(is_active=True) if may(one, "draft.comment")],
        "may_assign": may(_me(request), "draft.assign"),
        "may_comment": may(_me(request), "draft.comment"),
        "now": now,
    }


# Beside the draft ------------------------------------------------------------------------------------------------------


@require_POST
@requires("draft.comment")
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """An internal remark. It never leaves the node."""
    held = get_object_or_404(Draft, pk=pk)
    text = request.POST.get("text", "").strip()
    if text:
        service.remark(_me(request), held, text)
    return redirect(_back(request, held))


@require_POST
@requires("draft.assign")
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    held = get_object_or_404(Draft, pk=pk)
    chosen = request.POST.get("officer", "")
    officer = Officer.objects.filter(pk=chosen, is_active=True).first() if chosen.isdigit() else None
    service.assign(_me(request), held, officer)
    messages.success(request, _("Assigned to %(name)s.") % {"name": officer} if officer else _("Assigned to nobody."))
    return redirect(_back(request, held))


@require_POST
@requires("draft.write")
@told
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    held = get_object_or_404(Draft, pk=pk)
    if held.state not in (Draft.State.OPEN, Draft.State.SUBMITTED):
        raise Refused("draft.closed", {}, "This draft was released or dropped.")
    service.drop(_me(request), held)
    messages.success(request, _("The draft was dropped. It stays readable."))
    return redirect("desk:drafts")


def _back(request: HttpRequest, held: Draft) -> str:
    from django.urls import reverse

    page = request.POST.get("page", "")
    return reverse(f"desk:{page}" if page in ("draft", "release", "review") else "desk:draft", args=[held.pk])


@requires("draft.read")
def drafts(request: HttpRequest) -> HttpResponse:
    """Ours in hand, what waits for release, what went out lately, what one officer released alone."""
    officer = _me(request)
    mine = [one for one in service.open_drafts()[: service.LISTED] if officer.pk in (one.prepared_by_id, one.assigned_to_id)]
    others = [one for one in service.open_drafts()[: service.LISTED] if one not in mine]
    context = {
        "mine": _named(mine),
        "others": _named(others),
        "waiting": _named(service.waiting()[: service.LISTED]),
        "released": _named(service.released_lately()[: service.LISTED]),
        "alone": _named(service.to_be_seen()[: service.LISTED]),
        "may_release": may(officer, "act.release"),
        "may_write": may(officer, "draft.write"),
        "today": wiring.now().date(),
    }
    return render(request, "desk/drafts.html", context)


def _named(found: Iterable[Draft]) -> list[Draft]:
    """A draft that came in by a program may have no title of its own."""
    listed = list(found)
    for one in listed:
        one.title = one.title or (agreed.measure_title(one.measure) if one.measure else agreed.kind_title(one.kind))
    return listed


def _me(request: HttpRequest) -> Officer:
    assert isinstance(request.user, Officer)
    return request.user
