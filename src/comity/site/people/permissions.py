"""Who may do what: one table for pages, API and services. What is not in the table is not allowed.

A view is marked `@requires("act.read")`. `DenyByDefault` refuses every view that is neither marked nor in the short list
`PUBLIC`, so that a forgotten mark shows as a refusal, never as a hole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.site.people.models import Officer
from comity.site.people.roles import Role

_ALL = frozenset(Role)
_DRAFTER, _RELEASER, _DUTY, _ADMINISTRATOR, _AUDITOR, _READER = Role
_DESK = frozenset({_DRAFTER, _RELEASER, _DUTY})
_READERS = _DESK | {_AUDITOR, _READER}
_RELEASERS = frozenset({_RELEASER, _DUTY})
_DRAFTERS = frozenset({_DRAFTER, _DUTY})

TABLE: Mapping[str, frozenset[Role]] = {
    # reading
    "catalogue.read": _ALL,
    "act.read": _READERS,
    "case.read": _READERS,
    "terms.read": _READERS,
    "contacts.read": _ALL,
    "calendar.feed": _READERS,
    "search": _ALL,
    # the desk
    "draft.read": _DESK | {_AUDITOR},
    "draft.write": _DRAFTERS,
    "draft.comment": _DESK,
    "draft.assign": _DESK,
    "draft.review": _RELEASERS,
    "form.import": _DRAFTERS,
    "act.ask": _DRAFTERS,
    "act.open": _DESK,
    "act.release": _RELEASERS,
    # the step's `release` key says where one officer is enough
    "act.release_one_officer": _RELEASERS,
    "consent.give": _RELEASERS,
    "print": _READERS,
    "export": _DESK | {_AUDITOR},
    # the node
    "peer.read": _ALL,
    "peer.manage": frozenset({_ADMINISTRATOR}),
    "people.manage": frozenset({_ADMINISTRATOR}),
    "settings.manage": frozenset({_ADMINISTRATOR}),
    "key.manage": frozenset({_ADMINISTRATOR}),
    "post.read": frozenset({_ADMINISTRATOR, _DUTY, _AUDITOR}),
    "log.read": frozenset({_AUDITOR}),
    # oneself
    "self": _ALL,
}

# Views open to people who are not signed in, each with its reason. By the name of its address.
PUBLIC: Mapping[str, str] = {
    "account_login": "the way in",
    "account_logout": "leaving needs no permission",
    "account_inactive": "tells a switched-off officer whom to ask",
    "mfa_authenticate": "the second half of the way in",
    "people:language": "a reader may choose a language before signing in",
    "people:home": "leads to the first page an officer may see, or to the way in",
    "health": "says that the node runs, nothing else",
    "post:door-session": "other nodes knock here; a session opens only to a peer's signed token",
    "post:door-envelopes": "inside a session; acts prove themselves by their signatures",
    "post:door-receipts": "inside a session; receipts prove themselves by their signatures",
    "post:card": "a participant's card is public",
    "pages:calendar-feed": "a calendar program reads it under a secret address",
}

# allauth's own views; they ask for a signed-in officer themselves, these marks say so in the table's words.
OWN_ACCOUNT = frozenset(
    {
        "account_reauthenticate",
        "account_change_password",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_reauthenticate_webauthn",
        "mfa_remove_webauthn",
        "mfa_edit_webauthn",
    }
)


class SignInNeeded(PermissionDenied):
    """Nobody is signed in. Pages lead to the sign-in page, the API answers 401."""


def may(officer: Officer | AnonymousUser | None, operation: str) -> bool:
    """Whether an officer may do an operation of the table. Nobody and inactive officers may do nothing."""
    allowed = TABLE[operation]
    return isinstance(officer, Officer) and officer.is_active and any(role in allowed for role in officer.roles)


def check(officer: Officer | AnonymousUser | None, operation: str) -> Officer:
    """The officer, if the operation is allowed. Raises SignInNeeded or PermissionDenied with a sentence for people."""
    if not isinstance(officer, Officer):
        raise SignInNeeded(_("Sign in first."))
    if not may(officer, operation):
        raise PermissionDenied(_("Your role does not include this. Ask the administrator of the node if you need it."))
    return officer


def requires(operation: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Marks a view of a page or of the API. The first argument is the request."""
    assert operation in TABLE, operation

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            try:
                check(request.user, operation)  # type: ignore[arg-type]
            except SignInNeeded:
                if is_api(request):
                    raise
                return redirect_to_login(request.get_full_path())
            return view(request, *args, **kwargs)

        guarded.operation = operation  # type: ignore[attr-defined]
        return guarded

    return mark


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def operation_of(view: Callable[..., Any], name: str) -> str | None:
    """The operation a view is marked with, if any."""
    return "self" if name in OWN_ACCOUNT else getattr(view, "operation", None)


def lacks_second_factor(officer: Officer) -> bool:
    """True where the node asks one of the officer's roles for a second factor and none is set up."""
    from allauth.mfa.utils import is_mfa_enabled

    return bool(settings.SECOND_FACTOR_ROLES & set(officer.roles)) and not is_mfa_enabled(officer)


class DenyByDefault:
    """Refuses unmarked views, and sends officers who must have a second factor to set it up first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any) -> HttpResponseBase | None:
        match = request.resolver_match
        assert match is not None
        if match.view_name in PUBLIC or match.app_name == "ninja":
            return None
        operation = operation_of(view, match.view_name)
        if operation is None:
            raise PermissionDenied(_("Nobody may open this address."))
        return self._second_factor_first(request, match.view_name)

    def _second_factor_first(self, request: HttpRequest, name: str) -> HttpResponseBase | None:
        officer = request.user
        if name in OWN_ACCOUNT or not isinstance(officer, Officer) or not lacks_second_factor(officer):
            return None
        messages.info(request, _("Your role needs a second factor. Set one up to go on."))
        return redirect("mfa_index")


def step_up(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Asks again for password or second factor if the last proof is older than five minutes, then comes back."""
    from allauth.account.decorators import reauthentication_required

    wrapped: Callable[..., HttpResponseBase] = reauthentication_required(view)
    if hasattr(view, "operation"):
        wrapped.operation = view.operation  # type: ignore[attr-defined]
    return wrapped
