"""Officers, their roles and tokens: made by administrators and the command line, always on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from comity.site.people import service, tokens
from comity.site.people.models import ApiToken, Officer, OperatorEntry
from tests.site.conftest import PASSWORD

Make = Callable[..., Officer]
SignIn = Callable[..., Client]


@pytest.mark.django_db
def test_the_command_line_makes_an_officer_who_can_sign_in(client: Client) -> None:
    officer = service.create_officer("Amaro", "النقيب أمارو", ["duty"], PASSWORD, "ar")
    assert (officer.username, officer.language) == ("amaro", "ar")
    assert client.post("/account/sign-in/", {"login": "amaro", "password": PASSWORD}).status_code == 302
    assert 'dir="rtl"' in client.get("/people/profile/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"roles": []},
        {"roles": ["king"]},
        {"roles": ["duty", "duty"]},
        {"password": "short"},
        {"password": "password1234"},
        {"username": "Амаро"},
        {"display_name": ""},
    ],
)
def test_an_officer_without_role_name_or_good_password_is_refused(wrong: dict[str, Any]) -> None:
    right = {"username": "amaro", "display_name": "Lt Cdr Amaro", "roles": ["duty"], "password": PASSWORD}
    with pytest.raises(ValidationError):
        service.create_officer(**(right | wrong))
    assert not Officer.objects.exists()


def test_an_administrator_adds_an_officer_and_it_is_recorded(signed_in: SignIn) -> None:
    client = signed_in("administrator")
    form = {
        "username": "ilven",
        "display_name": "Capt. R. Ilven",
        "post": "desk",
        "roles": ["drafter"],
        "is_active": "on",
        "password": PASSWORD,
    }
    assert client.post("/people/officers/new/", form).status_code == 302
    assert Officer.objects.get(username="ilven").check_password(PASSWORD)
    entry = OperatorEntry.objects.first()
    assert entry and (entry.what, entry.ref, entry.officer_id) == ("permission", "officer:ilven", client.officer.pk)  # type: ignore[attr-defined]


def test_mistakes_in_the_form_are_said_at_the_field_and_what_was_typed_is_kept(signed_in: SignIn) -> None:
    shown = (
        signed_in("administrator").post("/people/officers/new/", {"username": "ilven", "display_name": "Capt. R. Ilven"}).content.decode()
    )
    assert "All you typed is kept." in shown
    assert 'value="Capt. R. Ilven"' in shown
    assert 'href="#id_password"' in shown and 'aria-invalid="true"' in shown


def test_an_administrator_cannot_leave_the_node_without_one(signed_in: SignIn) -> None:
    client = signed_in("administrator")
    me = client.officer  # type: ignore[attr-defined]
    for form in ({"roles": ["reader"], "is_active": "on"}, {"roles": ["administrator"]}):
        assert client.post(f"/people/officers/{me.pk}/", {"display_name": "Me", **form}).status_code == 200
    me.refresh_from_db()
    assert me.is_active and me.roles == ["administrator"]


def test_a_new_password_ends_the_officers_sessions(signed_in: SignIn) -> None:
    duty, administrator = signed_in("duty"), signed_in("administrator")
    address = f"/people/officers/{duty.officer.pk}/password/"  # type: ignore[attr-defined]
    assert administrator.post(address, {"password": "another-harbour-77"}).status_code == 302
    assert duty.get("/people/profile/").status_code == 302


def test_important_steps_ask_again_when_the_sign_in_is_old(signed_in: SignIn) -> None:
    from comity.site.people.watch import BEGAN

    client = signed_in("administrator")
    assert client.get("/people/officers/new/").status_code == 200
    session = client.session
    session[BEGAN] = (timezone.now() - timedelta(minutes=6)).isoformat()
    session.save()
    assert client.get("/people/officers/new/")["Location"].startswith("/account/again/")
    assert client.post("/account/again/?next=/people/officers/new/", {"password": PASSWORD}).status_code == 302
    assert client.get("/people/officers/new/").status_code == 200


def test_an_officer_chooses_language_and_local_time(signed_in: SignIn) -> None:
    client = signed_in("reader")
    assert client.post("/people/profile/", {"language": "ru", "time_zone": "Asia/Almaty", "theme": "dark"}).status_code == 302
    shown = client.get("/people/profile/").content.decode()
    assert '<html lang="ru" dir="ltr" data-theme="dark">' in shown
    assert "UTC+5" in shown


def test_a_language_that_is_not_there_cannot_be_chosen(client: Client, db: None) -> None:
    assert client.post("/people/language/", {"language": "tlh"}).cookies.get("comity-language") is None
    assert client.post("/people/language/", {"language": "ar", "next": "//elsewhere.example/"})["Location"] == "/people/"
    assert 'lang="ar"' in client.get("/account/sign-in/").content.decode()


# Tokens ------------------------------------------------------------------------------------------------------------------


def bearing(rf: RequestFactory, plain: str, method: str = "get", **session: Any) -> HttpRequest:
    from django.contrib.auth.models import AnonymousUser

    request = getattr(rf, method)("/api/v1/acts", headers={"Authorization": f"Bearer {plain}"} if plain else {})
    request.user = session.get("user", AnonymousUser())
    tokens.BearerToken(lambda _request: None)(request)  # type: ignore[arg-type, return-value]
    return request  # type: ignore[no-any-return]


@pytest.mark.django_db
def test_a_token_speaks_for_its_owner_and_only_its_hash_is_kept(officer_with: Make, rf: RequestFactory) -> None:
    officer = officer_with("drafter")
    plain = service.issue_token(officer, "nightly export")
    assert bearing(rf, plain).user == officer
    assert plain not in str(ApiToken.objects.values_list())
    assert ApiToken.objects.get().used_at is not None


@pytest.mark.django_db
def test_a_revoked_wrong_or_orphaned_token_speaks_for_nobody(officer_with: Make, rf: RequestFactory) -> None:
    officer = officer_with("drafter")
    plain = service.issue_token(officer, "nightly export")
    for wrong in ("", "comity_", plain[:-1], plain + "x", plain.upper(), "x" * 100_000):
        assert not bearing(rf, wrong).user.is_authenticated
    service.revoke_token(ApiToken.objects.get(), by=officer)
    assert not bearing(rf, plain).user.is_authenticated
    other = service.issue_token(officer, "second")
    Officer.objects.update(is_active=False)
    assert not bearing(rf, other).user.is_authenticated


@pytest.mark.django_db
def test_a_session_alone_reads_the_api_and_never_writes_there(officer_with: Make, rf: RequestFactory) -> None:
    officer = officer_with("drafter")
    assert bearing(rf, "", "get", user=officer).user == officer
    for method in ("post", "put", "patch", "delete"):
        assert not bearing(rf, "", method, user=officer).user.is_authenticated


def test_a_token_is_shown_once(signed_in: SignIn) -> None:
    client = signed_in("drafter")
    assert client.post("/people/profile/tokens/", {"label": "archive"}).status_code == 302
    assert "comity_" in client.get("/people/profile/").content.decode()
    assert "comity_" not in client.get("/people/profile/").content.decode()


def test_nobody_revokes_anothers_token(signed_in: SignIn, officer_with: Make) -> None:
    service.issue_token(officer_with("duty"), "mine")
    token = ApiToken.objects.get()
    assert signed_in("drafter").post(f"/people/profile/tokens/{token.pk}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None
