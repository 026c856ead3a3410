"""Who may call an operation: the one table of permissions, and the second factor where a session asks for one."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from comity.protocol.refusals import Refused
from comity.site.people.models import Officer
from comity.site.people.permissions import lacks_second_factor, requires

Thing = TypeVar("Thing")


def open_to(operation: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Marks an operation of the API with an operation of the table. It stands below the route, nearest to the function."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        guarded = requires(operation)(view)

        @wraps(guarded)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            officer = request.user
            if isinstance(officer, Officer) and not _by_token(request) and lacks_second_factor(officer):
                raise PermissionDenied(_("Your role needs a second factor. Set one up on your profile first."))
            return guarded(request, *args, **kwargs)

        # Types are read where the function stands, whatever wraps it.
        checked.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
        return checked

    return mark


def _by_token(request: HttpRequest) -> bool:
    """A token was made by an officer who had signed in with all factors."""
    return request.headers.get("Authorization", "").lower().startswith("bearer ")


def officer_of(request: HttpRequest) -> Officer:
    """Who calls, after `open_to` let them in."""
    assert isinstance(request.user, Officer), "open_to stands before"
    return request.user


def held(thing: Thing | None, kind: str, name: object) -> Thing:
    """The thing, or the refusal `not-held`."""
    if thing is None:
        raise Refused("not-held", {kind: str(name)[:80]}, _("It is not held here. Look at the list again."))
    return thing
