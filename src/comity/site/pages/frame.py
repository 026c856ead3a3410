"""What every page's frame shows: who we are, who is signed in, where one can go, what time it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from comity.site.people.models import Officer
from comity.site.people.permissions import may


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the menu. `small` ones stand in the menu behind the officer's name on a phone."""

    url: str
    name: str
    here: bool
    small: bool = False


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context for base.html. Errors before sign-in may have no user."""
    officer = getattr(request, "user", None)
    officer = officer if isinstance(officer, Officer) else None
    return {
        "officer": officer,
        "participant": in_language(settings.NODE.participant),
        "desk_name": in_language(settings.NODE.desk),
        "handling": in_language(settings.NODE.handling) or _handling(),
        "places": _places(request, officer),
        "own_places": _own_places(request, officer),
        "search_url": url_or_none("pages:search") if may(officer, "search") else None,
        "now": timezone.now(),
        "languages": settings.LANGUAGES,
        "theme": officer.theme if officer else "",
    }


def _handling() -> str:
    """The line that stands on every page and every print, unless the participant wrote its own."""
    return _("Between the parties only. Nothing here goes to a third party without the consent of the State it came from.")


def in_language(names: Mapping[str, str]) -> str:
    """The name in the reader's language, else in English, else in any."""
    language = translation.get_language() or "en"
    return names.get(language) or names.get("en") or next(iter(names.values()), "")


def url_or_none(name: str, *args: object) -> str | None:
    """The address of a page, or None where this node does not have it."""
    try:
        return reverse(name, args=args or None)
    except NoReverseMatch:
        return None


def _place(request: HttpRequest, view: str, name: str, *, small: bool = False) -> Place | None:
    url = url_or_none(view)
    if url is None:
        return None
    here = request.path == url or (url != "/" and request.path.startswith(url))
    return Place(url=url, name=name, here=here, small=small)


def _places(request: HttpRequest, officer: Officer | None) -> list[Place]:
    reading = may(officer, "act.read")
    wanted = [
        _place(request, "pages:today", _("Today")) if reading else None,
        _place(request, "pages:cases", _("Cases")) if reading else None,
        _place(request, "pages:calendar", _("Calendar")) if reading else None,
        _place(request, "pages:map", _("Map")) if reading else None,
        _place(request, "pages:measures", _("Measures")) if officer else None,
        _place(request, "pages:contacts", _("Contacts"), small=True) if officer else None,
        _place(request, "desk:drafts", _("Drafts"), small=True) if may(officer, "draft.read") else None,
    ]
    return [place for place in wanted if place]


def _own_places(request: HttpRequest, officer: Officer | None) -> list[Place]:
    wanted = [
        _place(request, "people:profile", _("Your profile")) if officer else None,
        _place(request, "mfa_index", _("Second factor")) if officer else None,
        _place(request, "people:officers", _("Officers")) if may(officer, "people.manage") else None,
        _place(request, "desk:peers", _("Peers")) if may(officer, "peer.manage") else None,
        _place(request, "desk:post", _("Post")) if may(officer, "post.read") else None,
        _place(request, "people:log", _("Operator log")) if may(officer, "log.read") else None,
    ]
    return [place for place in wanted if place]
