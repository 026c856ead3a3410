"""All addresses of a node. An app that has a `urls` module is mounted under its name; `pages` holds the root."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from allauth.account import views as account
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, include, path


def health(_request: HttpRequest) -> JsonResponse:
    """The node runs and reaches its database. It names neither itself nor its version."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def _mounted(prefix: str, module: str) -> list[URLPattern | URLResolver]:
    return [path(prefix, include(module))] if find_spec(module) else []


def _api() -> list[URLPattern | URLResolver]:
    """The REST interface, `comity.site.api.api.api` (a NinjaAPI), under /api/v1/."""
    if not find_spec("comity.site.api.api"):
        return []
    return [path("api/v1/", import_module("comity.site.api.api").api.urls)]


urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("account/sign-in/", account.login, name="account_login"),
    path("account/sign-out/", account.logout, name="account_logout"),
    path("account/switched-off/", account.account_inactive, name="account_inactive"),
    path("account/again/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("people/", include("comity.site.people.urls")),
    *_api(),
    *_mounted("post/", "comity.site.post.urls"),
    *_mounted("desk/", "comity.site.desk.urls"),
    *_mounted("", "comity.site.pages.urls"),
]

handler400 = "comity.site.pages.errors.bad_request"
handler403 = "comity.site.pages.errors.refused"
handler404 = "comity.site.pages.errors.not_found"
handler500 = "comity.site.pages.errors.our_mistake"
