"""Which language and local time a reader gets: the officer's own choice, else the choice made on this browser, else the node's."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


class OfficerLanguage:
    """Activates language and time zone for one request, and leaves none behind in the thread."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language), timezone.override(zone_of(request)):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


def language_of(request: HttpRequest) -> str:
    known = dict(settings.LANGUAGES)
    chosen = getattr(request.user, "language", "") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in known:
        return str(chosen)
    return _from_browser(request) or settings.LANGUAGE_CODE


def _from_browser(request: HttpRequest) -> str | None:
    if "HTTP_ACCEPT_LANGUAGE" not in request.META:
        return None
    found = translation.get_language_from_request(request)
    return found if found in dict(settings.LANGUAGES) else None


def zone_of(request: HttpRequest) -> ZoneInfo:
    return ZoneInfo(getattr(request.user, "time_zone", "") or settings.NODE.time_zone)
