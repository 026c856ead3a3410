"""Who may call an operation: the one table of permissions, and the second factor where a session asks for one."""

from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from comity.protocol.refusals import Refused
from comity.site.people.models import Officer
from comity.site.people.permissions import TABLE, check, lacks_second_factor

Thing = TypeVar("Thing")


class BearerToken:
    """The guard of one operation: `auth=open_to("act.read")` on its route. It is asked before anything of a request is read.

    The name is the scheme's in the description: a token speaks for its officer (people.tokens has made them the user).
    """

    openapi_security_schema = {"type": "http", "scheme": "bearer"}

    def __init__(self, operation: str) -> None:
        assert operation in TABLE, operation
        self.operation = operation

    def __call__(self, request: HttpRequest) -> Officer:
        """The officer. Raises SignInNeeded or PermissionDenied with a sentence for people."""
        officer = check(request.user, self.operation)  # type: ignore[arg-type]
        if not _by_token(request) and lacks_second_factor(officer):
            raise PermissionDenied(_("Your role needs a second factor. Set one up on your profile first."))
        return officer


open_to = BearerToken


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
