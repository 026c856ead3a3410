"""Officers sign in by name and password; wrong attempts slow down and lock nobody out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comity.site.people.models import Officer, OperatorEntry, WrongAttempts
from tests.site.conftest import PASSWORD

Make = Callable[..., Officer]
SIGN_IN = "/account/sign-in/"


def attempt(client: Client, name: str, password: str, **extra: Any) -> Any:
    return client.post(SIGN_IN, {"login": name, "password": password}, **extra)


def test_an_officer_signs_in_and_the_log_says_so(officer_with: Make, client: Client) -> None:
    officer_with("duty", username="amaro")
    assert attempt(client, "amaro", PASSWORD).status_code == 302
    assert [entry.what for entry in OperatorEntry.objects.all()] == ["sign-in"]


def test_capitals_in_the_officer_name_do_not_matter(officer_with: Make, client: Client) -> None:
    officer_with("duty", username="amaro")
    assert attempt(client, "Amaro", PASSWORD).status_code == 302


def test_an_inactive_officer_does_not_get_in(officer_with: Make, client: Client) -> None:
    officer_with("duty", username="amaro", is_active=False)
    attempt(client, "amaro", PASSWORD)
    assert client.get("/people/profile/").status_code == 302


def test_after_five_wrong_attempts_even_the_right_password_waits_a_minute(officer_with: Make, client: Client) -> None:
    officer_with("duty", username="amaro")
    for _ in range(5):
        attempt(client, "amaro", "wrong")
    assert b"Wait 60 seconds" in attempt(client, "amaro", PASSWORD).content
    WrongAttempts.objects.update(last_at=timezone.now() - timedelta(seconds=61))
    assert attempt(client, "amaro", PASSWORD).status_code == 302
    assert not WrongAttempts.objects.exists()


def test_the_wait_never_grows_beyond_a_minute(officer_with: Make, client: Client) -> None:
    officer_with("duty", username="amaro")
    attempt(client, "amaro", "wrong")
    WrongAttempts.objects.update(count=500)
    WrongAttempts.objects.update(last_at=timezone.now() - timedelta(seconds=61))
    assert attempt(client, "amaro", PASSWORD).status_code == 302


def test_a_stranger_elsewhere_does_not_slow_the_officer_down(officer_with: Make) -> None:
    officer_with("duty", username="amaro")
    for _ in range(9):
        attempt(Client(REMOTE_ADDR="192.0.2.7"), "amaro", "wrong")
    assert attempt(Client(REMOTE_ADDR="192.0.2.8"), "amaro", PASSWORD).status_code == 302


def test_a_browser_the_officer_used_before_is_not_slowed_by_its_neighbours(officer_with: Make, client: Client) -> None:
    officer_with("duty", username="amaro")
    attempt(client, "amaro", PASSWORD)
    client.post("/account/sign-out/")
    for _ in range(9):
        attempt(Client(), "amaro", "wrong")
    assert b"Wait" in attempt(Client(), "amaro", PASSWORD).content
    assert attempt(client, "amaro", PASSWORD).status_code == 302


def test_a_forged_mark_of_a_known_browser_is_worth_nothing(officer_with: Make, client: Client) -> None:
    from comity.site.people.slowdown import cookie_name

    officer_with("duty", username="amaro")
    for _ in range(5):
        attempt(client, "amaro", "wrong")
    client.cookies[cookie_name("amaro")] = "amaro:forged"
    assert b"Wait" in attempt(client, "amaro", PASSWORD).content


def test_a_wrong_attempt_is_recorded_without_what_was_typed(officer_with: Make, client: Client) -> None:
    officer_with("duty", username="amaro")
    attempt(client, "amaro", "wrong")
    attempt(client, "my-secret-password", "")
    attempt(client, "my-secret-password", "x")
    entries = list(OperatorEntry.objects.order_by("id"))
    assert [(entry.officer and entry.officer.username, entry.what) for entry in entries] == [
        ("amaro", "sign-in-failed"),
        (None, "sign-in-failed"),
    ]
    assert not any("secret" in str(vars(entry)) for entry in entries)


def test_the_answer_does_not_say_whether_an_officer_exists(officer_with: Make, client: Client) -> None:
    officer_with("duty", username="amaro")
    known, unknown = attempt(client, "amaro", "wrong").content, attempt(Client(), "nobody", "wrong").content
    assert b"do not belong together" in known
    assert b"do not belong together" in unknown


def test_nobody_can_sign_up(client: Client) -> None:
    for address in ("/account/signup/", "/account/sign-up/", "/accounts/signup/"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("bound", ["IDLE_BOUND", "WATCH_BOUND"])
def test_a_watch_ends_at_its_bounds(signed_in: Callable[..., Client], settings: Any, bound: str) -> None:
    client = signed_in("reader")
    assert client.get("/people/profile/").status_code == 200
    setattr(settings, bound, timedelta(seconds=-1))
    assert client.get("/people/profile/").status_code == 302
    setattr(settings, bound, timedelta(hours=1))
    assert client.get("/people/profile/").status_code == 302, "signed out, not merely turned away"


def test_a_page_that_refreshes_itself_does_not_keep_a_watch_open(signed_in: Callable[..., Client]) -> None:
    from comity.site.people.watch import SEEN

    client = signed_in("reader")
    client.get("/people/profile/")
    session = client.session
    session[SEEN] = early = (timezone.now() - timedelta(minutes=30)).isoformat()
    session.save()
    client.get("/people/profile/", headers={"X-Comity-Live": "1"})
    assert client.session[SEEN] == early
    client.get("/people/profile/")
    assert client.session[SEEN] > early
