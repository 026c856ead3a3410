"""One table says who may do what; nothing stands outside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from comity.site.people import permissions
from comity.site.people.models import Officer
from comity.site.people.permissions import OWN_ACCOUNT, PUBLIC, TABLE, may, operation_of, requires
from comity.site.people.roles import Role

Make = Callable[..., Officer]


def every_address(resolver: URLResolver, names: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "ninja":
                yield from every_address(pattern, (*names, pattern.namespace) if pattern.namespace else names)
        else:
            yield ":".join((*names, str(pattern.name))), pattern


def test_every_page_is_in_the_table_or_in_the_short_public_list() -> None:
    addresses = list(every_address(get_resolver()))
    assert len(addresses) > 20
    unmarked = [name for name, pattern in addresses if name not in PUBLIC and operation_of(pattern.callback, name) is None]
    assert unmarked == []


def test_every_operation_of_the_api_is_in_the_table() -> None:
    unmarked = [str(view) for view, guard in api_views() if guard is None or guard.operation not in TABLE]
    assert unmarked == []


def api_views() -> Iterator[tuple[Any, Any]]:
    """The functions behind the REST interface and the guard of each. Its own description is ninja's, and open."""
    from importlib.util import find_spec

    if find_spec("comity.site.api.api") is None:
        return
    from comity.site.api.api import api

    for _prefix, router in api._routers:
        for path in router.path_operations.values():
            yield from ((one.view_func, next(iter(one.auth_callbacks), None)) for one in path.operations)


def test_a_page_that_nobody_marked_is_refused(signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(*Role.values)
    assert client.get("/people/officers/").status_code == 200
    from comity.site.people import views

    monkeypatch.delattr(views.officers, "operation")
    assert client.get("/people/officers/").status_code == 403


def test_the_public_list_is_short_and_says_why() -> None:
    assert len(PUBLIC) <= 12
    assert all(reason for reason in PUBLIC.values())
    assert not OWN_ACCOUNT & PUBLIC.keys()


def test_an_operation_outside_the_table_cannot_be_asked() -> None:
    with pytest.raises(AssertionError):
        requires("act.erase")


@pytest.mark.django_db
@pytest.mark.parametrize("operation", sorted(TABLE))
def test_each_operation_is_open_to_its_roles_and_to_no_other(officer_with: Make, operation: str) -> None:
    allowed = {role for role in Role.values if may(officer_with(role), operation)}
    assert allowed == set(TABLE[operation])
    assert allowed


@pytest.mark.django_db
def test_nobody_and_inactive_officers_may_do_nothing(officer_with: Make) -> None:
    from django.contrib.auth.models import AnonymousUser

    officer = officer_with(*Role.values, username="all", is_active=False)
    assert not any(may(who, operation) for who in (None, AnonymousUser(), officer) for operation in TABLE)


def test_who_administers_reads_no_acts_and_who_drafts_does_not_release() -> None:
    assert Role.ADMINISTRATOR not in TABLE["act.read"]
    assert Role.DRAFTER not in TABLE["act.release"]
    assert TABLE["log.read"] == {Role.AUDITOR}


@pytest.mark.django_db
def test_a_page_leads_to_the_way_in_and_comes_back(client: Client) -> None:
    answer = client.get("/people/profile/")
    assert answer.status_code == 302
    assert answer["Location"] == "/account/sign-in/?next=/people/profile/"


def test_a_refusal_says_what_to_do(signed_in: Callable[..., Client]) -> None:
    answer = signed_in("reader").get("/people/officers/")
    assert answer.status_code == 403
    assert b"Ask the administrator" in answer.content


@pytest.mark.django_db
def test_the_api_answers_who_is_nobody_with_401(rf: RequestFactory) -> None:
    from django.contrib.auth.models import AnonymousUser

    from comity.site.pages.errors import refused

    request = rf.get("/api/v1/acts")
    request.user = AnonymousUser()
    with pytest.raises(permissions.SignInNeeded) as raised:
        requires("act.read")(lambda _request: None)(request)
    answer = refused(request, raised.value)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_where_a_role_needs_a_second_factor_nothing_else_opens_before(signed_in: Callable[..., Client], settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({"duty"})
    client = signed_in("duty")
    assert client.get("/people/profile/")["Location"] == "/account/second-factor/"
    assert client.get("/account/second-factor/").status_code == 200
    assert signed_in("reader").get("/people/profile/").status_code == 200
