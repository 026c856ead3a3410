"""Wrong attempts slow down; they never lock an officer out.

After five wrong attempts in a quarter of an hour the next one waits a minute after the last wrong one, and it never waits longer. Attempts
are counted for one name from one place. A browser in which the officer has signed in before is a place of its own (a signed cookie says
so): strangers who try an officer's name do not slow that officer down.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from comity.site.people.models import Officer, WrongAttempts
from comity.site.people.record import address_of

FREE = 5
WAIT = timedelta(minutes=1)
# Wrong attempts older than this are forgotten.
MEMORY = timedelta(minutes=15)
COOKIE_DAYS = 365
SALT = "comity.known-browser"


def key(request: HttpRequest, username: str) -> str:
    """One name from one place, hashed so that the table holds no list of names or addresses."""
    place = f"browser:{username}" if knows(request, username) else f"address:{address_of(request)}"
    return hashlib.sha256(f"{settings.SECRET_KEY}\0{username}\0{place}".encode()).hexdigest()


def wait_left(request: HttpRequest, username: str) -> int:
    """Seconds until the next attempt is heard; 0 if it may come now."""
    now = timezone.now()
    row = WrongAttempts.objects.filter(pk=key(request, username), last_at__gt=now - MEMORY).first()
    if row is None or row.count < FREE:
        return 0
    return max(0, -(-(row.last_at + WAIT - now) // timedelta(seconds=1)))


def count_wrong(request: HttpRequest, username: str) -> None:
    now = timezone.now()
    WrongAttempts.forget_before(now - MEMORY)
    row, _made = WrongAttempts.objects.get_or_create(pk=key(request, username), defaults={"last_at": now})
    row.count, row.last_at = row.count + 1, now
    row.save()


def forgive(request: HttpRequest, username: str) -> None:
    WrongAttempts.objects.filter(pk=key(request, username)).delete()


def cookie_name(username: str) -> str:
    return "comity-known-" + hashlib.sha256(username.encode()).hexdigest()[:12]


def knows(request: HttpRequest, username: str) -> bool:
    """Whether this browser carries the node's word that the officer signed in here before."""
    try:
        said = signing.loads(request.COOKIES.get(cookie_name(username), ""), salt=SALT, max_age=COOKIE_DAYS * 86_400)
    except signing.BadSignature:
        return False
    return bool(said == username)


def remember(response: HttpResponse, officer: Officer) -> None:
    response.set_cookie(
        cookie_name(officer.username),
        signing.dumps(officer.username, salt=SALT),
        max_age=COOKIE_DAYS * 86_400,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
