"""A second factor: an app's codes, recovery codes. Keys are tried in a browser (tests/browser)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from comity.site.people.models import OperatorEntry
from tests.site.conftest import PASSWORD

SignIn = Callable[..., Client]


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def set_up_app(client: Client) -> str:
    page = client.get("/account/second-factor/totp/activate/").content.decode()
    found = re.search(r'class="secret">(\w+)<', page)
    assert found
    assert client.post("/account/second-factor/totp/activate/", {"code": code_of(found[1])}).status_code == 302
    return found[1]


@pytest.fixture(autouse=True)
def forget_attempts() -> None:
    cache.clear()


def begin(username: str) -> tuple[Client, Any]:
    client = Client()
    return client, client.post("/account/sign-in/", {"login": username, "password": PASSWORD})


def test_with_an_app_set_up_the_password_alone_opens_nothing(signed_in: SignIn) -> None:
    secret = set_up_app(signed_in("duty", username="amaro"))
    client, answer = begin("amaro")
    assert answer["Location"].startswith("/account/second-factor/authenticate/")
    assert client.get("/people/profile/").status_code == 302
    # The code of this half minute was used to set the app up; a used code is not taken again.
    cache.clear()
    assert client.post("/account/second-factor/authenticate/", {"code": code_of(secret)}).status_code == 302
    assert client.get("/people/profile/").status_code == 200


def test_a_wrong_code_opens_nothing_and_guessing_is_slowed(signed_in: SignIn) -> None:
    secret = set_up_app(signed_in("duty", username="amaro"))
    cache.clear()
    client, _answer = begin("amaro")
    wrong = f"{(int(code_of(secret)) + 500_000) % 1_000_000:06}"
    for _ in range(12):
        answer = client.post("/account/second-factor/authenticate/", {"code": wrong})
    assert client.get("/people/profile/").status_code == 302
    assert "Too many wrong codes. Wait a minute" in answer.content.decode()
    client.post("/account/second-factor/authenticate/", {"code": code_of(secret)})
    assert client.get("/people/profile/").status_code == 302, "even the right code waits now"


def test_the_secret_of_the_app_is_not_readable_in_the_database(signed_in: SignIn) -> None:
    secret = set_up_app(signed_in("duty", username="amaro"))
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_a_recovery_code_works_once(signed_in: SignIn) -> None:
    officer = signed_in("duty", username="amaro")
    set_up_app(officer)
    officer.post("/account/second-factor/recovery-codes/generate/")
    codes = re.findall(r"<li>(\w{8,})</li>", officer.get("/account/second-factor/recovery-codes/").content.decode())
    assert len(codes) == 10
    for opens in (True, False):
        client, _answer = begin("amaro")
        client.post("/account/second-factor/authenticate/", {"code": codes[0]})
        assert (client.get("/people/profile/").status_code == 200) is opens


def test_each_change_of_a_second_factor_is_recorded(signed_in: SignIn) -> None:
    client = signed_in("duty", username="amaro")
    set_up_app(client)
    client.post("/account/second-factor/totp/deactivate/")
    assert OperatorEntry.objects.filter(what="second-factor", ref="officer:amaro").count() >= 2


def test_the_setting_up_page_shows_a_code_to_scan_without_style_or_data_image(signed_in: SignIn) -> None:
    page = signed_in("duty").get("/account/second-factor/totp/activate/").content.decode()
    assert 'class="qr"' in page
    assert "data:" not in page
