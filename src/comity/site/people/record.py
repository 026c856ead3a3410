"""Adds to the operator log. The log says that an officer read an act, never what the act says."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from comity.site.people.models import Officer, OperatorEntry, What


def record(officer: Officer | AnonymousUser | None, what: str, ref: str = "", *, address: str = "") -> OperatorEntry:
    """One line: `what` is a word of `What`, `ref` names the object as `kind:id` (for example `act:9f3c…`)."""
    assert what in What.values, what
    who = officer if isinstance(officer, Officer) else None
    return OperatorEntry.objects.create(officer=who, what=what, ref=ref[:200], address=address[:45])


def record_reading(request: HttpRequest, ref: str) -> None:
    """A page was opened by an officer. A page that brings itself up to date (live.js) is the same reading, not a new one."""
    if not is_refresh(request):
        record(request.user, What.READ, ref, address=address_of(request))  # type: ignore[arg-type]


def is_refresh(request: HttpRequest) -> bool:
    return request.headers.get("X-Comity-Live") == "1"


def address_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR") or "")
