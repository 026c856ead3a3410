"""Error pages: what happened, what is kept, what to do, and one reference for the administrator. The API gets the same as JSON."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from comity.site.people.permissions import SignInNeeded, is_api

log = logging.getLogger("comity.errors")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request,
        400,
        title=_("This request could not be read"),
        happened=_("Your browser or program sent something the node does not understand."),
        to_do=_("Go back and try again. If you typed the address, check it."),
        exception=exception,
    )


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if is_api(request):
        return _refused_program(exception)
    return _answer(
        request,
        403,
        title=_("This is not open to you"),
        happened=_sentence(exception) or _("Your role does not include this."),
        to_do=_("Ask the administrator of the node if you need it for your work."),
        exception=exception,
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request,
        404,
        title=_("There is no such page"),
        happened=_("The address is wrong, or what stood here was never on this node."),
        to_do=_("Go to Today, or search for what you need."),
        exception=exception,
    )


def our_mistake(request: HttpRequest) -> HttpResponse:
    return _answer(
        request,
        500,
        title=_("The node made a mistake"),
        happened=_("The page could not be shown. This is not your fault."),
        to_do=_("Go back and try again. If it happens again, call the administrator."),
    )


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(
        request,
        403,
        title=_("This form is too old"),
        happened=_("The page was open while you signed in or out in another window. Nothing was done."),
        to_do=_("Go back, load the page again and send the form once more."),
        exception=PermissionDenied(reason),
    )


def _refused_program(exception: Exception | None) -> HttpResponse:
    status = 401 if isinstance(exception, SignInNeeded) else 403
    response = _problem(status, _("This is not open to you"), _sentence(exception) or _("Your role does not include this."))
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _problem(status: int, title: str, detail: str, **more: str) -> JsonResponse:
    """A problem document (RFC 9457), as programs get every refusal."""
    said = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JsonResponse(said, status=status, content_type="application/problem+json")


def _sentence(exception: Exception | None) -> str:
    """Only sentences of our own reach a page."""
    return str(exception) if isinstance(exception, PermissionDenied) and exception.args else ""


def _answer(request: HttpRequest, status: int, *, exception: Exception | None = None, **words: Any) -> HttpResponse:
    reference = f"{status}-{secrets.token_hex(3)}"
    # The path is kept out: it can carry a secret (the calendar feed) or what somebody searched for.
    log.warning("%s %s %s", reference, request.method, type(exception).__name__ if exception else "mistake", exc_info=status >= 500)
    if is_api(request):
        return _problem(status, words["title"], words["happened"], reference=reference)
    words.setdefault("kept", _("Everything you saved, and all acts."))
    words.setdefault("sent", _("Nothing was sent by this."))
    return render(request, "error.html", {"reference": reference, **words}, status=status)
