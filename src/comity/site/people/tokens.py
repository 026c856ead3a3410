"""Keys for programs: `Authorization: Bearer comity_…`. A token carries its owner's permissions and nothing else."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from comity.site.people.models import ApiToken, Officer
from comity.site.people.permissions import is_api

PREFIX = "comity_"
# Longer headers cannot be ours; they are not hashed.
LONGEST = 128
# "Last used" is for people who tidy up; a minute is fine enough and spares a write a request.
USED_EVERY = timedelta(minutes=1)


def digest_of(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()


def issue(owner: Officer, label: str) -> tuple[ApiToken, str]:
    """A new token and its plain text, which is shown once and kept nowhere. 256 bits, so that a bare hash is enough."""
    plain = PREFIX + secrets.token_urlsafe(32)
    return ApiToken.objects.create(owner=owner, label=label, digest=digest_of(plain)), plain


def owner_of(plain: str) -> Officer | None:
    """The active officer a token speaks for, or None."""
    if not plain.startswith(PREFIX) or len(plain) > LONGEST:
        return None
    token = ApiToken.objects.select_related("owner").filter(digest=digest_of(plain), revoked_at=None, owner__is_active=True).first()
    if token is None:
        return None
    _mark_used(token)
    return token.owner


def _mark_used(token: ApiToken) -> None:
    now = timezone.now()
    if token.used_at is None or now - token.used_at > USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)


class BearerToken:
    """On the API a bearer token makes the user.

    A session alone may read there, never write: a request with it could be forged from another site, which a token cannot.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_api(request):
            self._identify(request)
        return self.get_response(request)

    def _identify(self, request: HttpRequest) -> None:
        scheme, _space, plain = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            request.user = owner_of(plain.strip()) or AnonymousUser()
        elif request.method not in ("GET", "HEAD", "OPTIONS"):
            request.user = AnonymousUser()
