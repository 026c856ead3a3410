"""Refusals as problem documents (RFC 9457): one table from the permanent code of a refusal to the status a program sees.

A code is looked up whole, then by its part before the first full stop. What is not in the table is 422: understood, and
not taken. The sentence is the refusal's own and says what to do.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as Invalid
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from comity.protocol.refusals import Refused
from comity.site.people.permissions import SignInNeeded

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[str, int] = {
    # what does not exist here
    "draft.case": 404,
    "peer.unknown": 404,
    "unknown-measure": 404,
    "unknown-provision": 404,
    "unknown-form": 404,
    "unknown-entry": 404,
    "not-held": 404,
    # what another did meanwhile, or what does not stand so any more
    "draft.changed": 409,
    "draft.closed": 409,
    "draft.out-of-turn": 409,
    "peer.conflict": 409,
    "peer.unconfirmed": 409,
    "terms.turn": 409,
    "lane.doubled": 409,
    # who may not
    "draft.release": 403,
    "consent": 403,
    # what is too much
    "canonical.size": 413,
    "draft.long": 413,
    "body": 413,
    "sheet.size": 413,
    "rate": 429,
    # what cannot be read at all
    "card": 400,
    "keyset": 400,
    "key": 400,
    "canonical": 400,
    "request.number": 400,
    "request.depth": 400,
    "form.language": 500,
    "procedure": 422,
    "catalogue-malformed": 500,
    "catalogue-missing-text": 500,
}
OTHERWISE = 422


def status_of(code: str) -> int:
    """The status for a refusal's code."""
    return STATUS.get(code) or STATUS.get(code.partition(".")[0]) or OTHERWISE


def problem(status: int, code: str, detail: str, data: Mapping[str, Any] | None = None, **headers: str) -> HttpResponse:
    """One problem document. `type` leads to the list of codes and what they mean for a program."""
    said = {"type": f"/api/v1/problems#{code}", "title": title_of(status), "status": status, "detail": detail, "code": code}
    answer = JsonResponse({**said, "data": dict(data or {})}, status=status, content_type=MEDIA_TYPE)
    for name, value in headers.items():
        answer.headers[name.replace("_", "-")] = value
    return answer


def title_of(status: int) -> str:
    titles = {
        400: _("It could not be read"),
        401: _("Sign in first"),
        403: _("This is not open to you"),
        404: _("It is not here"),
        405: _("This cannot be done here"),
        409: _("It stands otherwise by now"),
        413: _("It is too large"),
        422: _("It was understood and cannot be taken"),
        429: _("Too much at once"),
    }
    return titles.get(status, _("The node made a mistake"))


def listed() -> Iterable[dict[str, Any]]:
    """The table, for programs that want to know it."""
    return [{"code": code, "status": status} for code, status in sorted(STATUS.items())] + [{"code": "*", "status": OTHERWISE}]


def hold(api: NinjaAPI) -> None:
    """Every refusal on its way out becomes a problem document."""
    api.add_exception_handler(Refused, refused)
    api.add_exception_handler(PermissionDenied, denied)
    api.add_exception_handler(ValidationError, unfit)
    api.add_exception_handler(Invalid, invalid)
    api.add_exception_handler(HttpError, unread)
    api.add_exception_handler(Http404, lambda request, _missing: missing())


def refused(_request: HttpRequest, refusal: Any) -> HttpResponse:
    return problem(status_of(refusal.code), refusal.code, str(refusal), refusal.data)


def denied(_request: HttpRequest, denial: Any) -> HttpResponse:
    if isinstance(denial, SignInNeeded):
        detail = _("Send an officer’s token as “Authorization: Bearer …”. A session alone reads and does not write here.")
        return problem(401, "sign-in", detail, WWW_Authenticate="Bearer")
    return problem(403, "permission", str(denial))


def unfit(_request: HttpRequest, error: Any) -> HttpResponse:
    """A body or query of another shape: every place that does not fit, by JSON pointer."""
    faults = [{"path": "/" + "/".join(str(step) for step in one["loc"]), "reason": str(one["msg"])[:300]} for one in error.errors[:50]]
    detail = _("The request does not fit what this operation takes. Every place is listed.")
    return problem(422, "request.shape", detail, {"faults": faults})


def invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    """What Django's own checks say of an entry, sentence by sentence."""
    return problem(422, "request.entry", " ".join(str(sentence) for sentence in error.messages[:20]))


def unread(request: HttpRequest, error: Any) -> HttpResponse:
    """A body that is no JSON; or the refusal that stopped its reading."""
    if isinstance(error.__cause__, Refused):
        return refused(request, error.__cause__)
    return problem(error.status_code, "request.unread", str(error.message))


def missing() -> HttpResponse:
    return problem(404, "not-held", _("It is not held here. Look at the list again."))
