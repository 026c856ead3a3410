"""The bounds of a signed-in watch: so many hours in all, so many minutes unattended. Both stand in node.toml."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from comity.site.people.permissions import is_api
from comity.site.people.record import is_refresh

BEGAN, SEEN = "watch-began", "watch-seen"
# The session is written at most once a minute for this.
SEEN_EVERY = timedelta(minutes=1)


class WatchBounds:
    """Signs an officer out when a bound is passed. A page that brings itself up to date does not count as attendance."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_api(request) and request.user.is_authenticated:
            self._keep(request)
        return self.get_response(request)

    def _keep(self, request: HttpRequest) -> None:
        now = timezone.now()
        began, seen = _moment(request, BEGAN, now), _moment(request, SEEN, now)
        if now - began > settings.WATCH_BOUND or now - seen > settings.IDLE_BOUND:
            logout(request)
        elif BEGAN not in request.session or (now - seen > SEEN_EVERY and not is_refresh(request)):
            request.session[BEGAN], request.session[SEEN] = began.isoformat(), now.isoformat()


def _moment(request: HttpRequest, name: str, now: datetime) -> datetime:
    text = request.session.get(name)
    return datetime.fromisoformat(text) if text else now
