"""The page before release: a second officer reads, then releases, or returns it with a remark."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comity.protocol.refusals import Refused
from comity.site.desk import ahead, review, sentences, service
from comity.site.desk.drafting import _me, around
from comity.site.desk.models import Draft
from comity.site.desk.occasion import occasion
from comity.site.desk.refused import told
from comity.site.pages.frame import url_or_none
from comity.site.people.models import What
from comity.site.people.permissions import may, requires, step_up
from comity.site.people.record import is_refresh, record, record_reading
from comity.site.post import outbox


@step_up
@requires("act.release")
@told
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Read it whole; release, return, or mark as seen afterwards. Whoever prepared it cannot release it."""
    held = _draft(pk)
    if request.method == "POST":
        return _released(request, held)
    if held.state == Draft.State.RELEASED and held.act and url_or_none("pages:act", held.act) and held not in service.to_be_seen():
        return redirect(url_or_none("pages:act", held.act) or "desk:drafts")
    if not is_refresh(request):
        record(_me(request), What.REVIEW, f"draft:{pk}")
    return _page(request, held, releasing=True)


@require_GET
@requires("draft.read")
@told
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page for those who do not release."""
    held = _draft(pk)
    record_reading(request, f"draft:{pk}")
    return _page(request, held, releasing=False)


def _draft(pk: int) -> Draft:
    return get_object_or_404(Draft.objects.select_related("prepared_by", "assigned_to", "released_by", "seen_by"), pk=pk)


def _released(request: HttpRequest, held: Draft) -> HttpResponse:
    do = request.POST.get("do", "")
    try:
        if do == "return":
            return _returned(request, held)
        if do == "seen":
            return _seen(request, held)
        return _sent(request, held)
    except Refused as refused:
        held.refresh_from_db()
        return _page(request, held, releasing=True, refused=_why(refused), status=409)


def _why(refused: Refused) -> str:
    """`draft.release` carries its reason: who prepared, or what needs mending."""
    return str(refused) if refused.code == "draft.release" else sentences.refusal(refused)


def _sent(request: HttpRequest, held: Draft) -> HttpResponse:
    if held.state not in (Draft.State.OPEN, Draft.State.SUBMITTED):
        return _already(request, held)
    if request.POST.get("version") != str(held.version):
        raise Refused("draft.changed", {"version": held.version}, "The draft changed since this page was read.")
    if not request.POST.get("read"):
        messages.error(request, _("Tick that you have read it."))
        return _page(request, held, releasing=True, status=422)
    done = service.release(_me(request), held)
    outbox.wake.set()
    messages.success(request, _("Released and on its way. The receipts below come in by themselves."))
    return redirect(url_or_none("pages:act", done.act) or url_or_none("desk:review", done.pk) or "/")


def _already(request: HttpRequest, held: Draft) -> HttpResponse:
    """Two officers pressed at once: it went out once."""
    context = {"draft": held, "act_url": url_or_none("pages:act", held.act) if held.act else None}
    return render(request, "desk/already.html", context, status=409)


def _returned(request: HttpRequest, held: Draft) -> HttpResponse:
    text = request.POST.get("remark", "").strip()
    if not text:
        raise Refused("draft.returned", {}, "Write what is to be changed.")
    if held.state not in (Draft.State.OPEN, Draft.State.SUBMITTED):
        return _already(request, held)
    service.give_back(_me(request), held, text)
    messages.success(request, _("Returned to %(name)s with your remark.") % {"name": held.prepared_by})
    return redirect("desk:drafts")


def _seen(request: HttpRequest, held: Draft) -> HttpResponse:
    service.see(_me(request), held)
    messages.success(request, _("Noted that you have seen it."))
    return redirect("desk:drafts")


def _page(request: HttpRequest, held: Draft, *, releasing: bool, refused: str = "", status: int = 200) -> HttpResponse:
    occ = occasion(held)
    live = held.state in (Draft.State.OPEN, Draft.State.SUBMITTED)
    seen = ahead.look(occ, held) if live else ahead.Ahead()
    told_of = review.context(occ, held, seen)
    allowed = service.releasable(_me(request), held, seen.prepared) if live and seen.prepared else None
    context: dict[str, Any] = {
        **around(request, held, occ),
        **told_of,
        "ahead": seen,
        "allowed": allowed,
        "one": bool(allowed and not allowed.two),
        "confirm": review.counted(told_of["differences"], told_of["would_ask"]),
        "releasing": releasing,
        "may_return": releasing and live and may(_me(request), "draft.review"),
        "may_see": releasing
        and held.state == Draft.State.RELEASED
        and held.seen_by_id is None
        and held.released_by_id not in (None, _me(request).pk),
        "may_edit": live and may(_me(request), "draft.write") and held.kind == "step",
        "may_go_to_release": live and not releasing and may(_me(request), "act.release"),
        "live": live,
        "refused": refused,
        "act_url": url_or_none("pages:act", held.act) if held.act else None,
    }
    return render(request, "desk/review.html", context, status=status)


@require_POST
@requires("draft.review")
@told
def see(request: HttpRequest, pk: int) -> HttpResponse:
    """A second officer saw afterwards what one alone released."""
    return _seen(request, _draft(pk))
