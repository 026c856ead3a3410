"""What every answer of a node carries, what it never carries, and what a node refuses to do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, get_resolver

SITE = Path(settings.SITE)
TEMPLATES = sorted(path for path in SITE.rglob("*.html") if "templates" in path.parts)
EVERY_KIND = ["/account/sign-in/", "/health", "/nowhere", "/people/log/", "/static/comity.css", "/static/nothing.css", "/api/v1/nothing"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", EVERY_KIND)
def test_every_answer_carries_the_strict_policy(client: Client, address: str) -> None:
    answer = client.get(address)
    answer.close()
    headers = answer.headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy.pop("default-src") == "'self'"
    assert set(policy.values()) <= {"'none'", "'self'"}, "what is added only narrows"
    assert not {"script-src", "style-src", "img-src", "connect-src", "font-src"} & policy.keys(), "no exception for anything"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.django_db
def test_pages_stay_out_of_caches_and_files_may_stay(client: Client) -> None:
    assert "no-store" in client.get("/account/sign-in/")["Cache-Control"]
    file = client.get("/static/comity.css")
    file.close()
    assert "max-age=3600" in file["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", EVERY_KIND)
def test_no_answer_names_the_software_or_its_version(client: Client, address: str) -> None:
    answer = client.get(address)
    assert not {"Server", "X-Powered-By"} & set(answer.headers)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    assert not re.search(rb"(?i)django|python/|uvicorn|allauth", body)


@pytest.mark.django_db
def test_health_says_one_word(client: Client) -> None:
    assert client.get("/health").json() == {"status": "ok"}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(SITE)))
def test_no_template_holds_what_the_policy_forbids(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|src=.data:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"https?://", text), "everything comes from this node"


def test_no_script_builds_code_or_markup_from_text() -> None:
    scripts = list((SITE / "pages/static").glob("*.js"))
    assert scripts
    for script in scripts:
        assert not re.search(
            r"\beval\(|new Function|innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write", script.read_text("utf-8")
        ), script


@pytest.mark.django_db
def test_a_form_from_another_site_is_refused_and_nothing_is_lost() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/sign-in/", {"login": "amaro", "password": "x"})
    assert answer.status_code == 403
    assert "Nothing was done." in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["evil.example", "tarsenia.evil.example", "127.0.0.1.evil.example"])
def test_a_strange_host_name_is_refused(client: Client, host: str) -> None:
    assert client.get("/account/sign-in/", headers={"host": host}).status_code == 400


@pytest.mark.django_db
def test_an_error_gives_a_reference_and_never_the_address(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = client.get("/secret-feed-1234")
    reference = re.search(r"404-[0-9a-f]{6}", answer.content.decode())
    assert reference and reference[0] in caplog.text
    assert "secret-feed" not in caplog.text


@pytest.mark.django_db
def test_our_own_mistake_is_shown_without_its_inside(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr("comity.site.people.views.frame", broken)
    monkeypatch.setattr("comity.site.people.views.redirect", broken)
    client.raise_request_exception = False
    answer = client.get("/people/")
    assert answer.status_code == 500
    assert "The node made a mistake" in answer.content.decode()
    assert "the inside" not in answer.content.decode()
    assert "the inside" in caplog.text, "the administrator finds it by the reference"


def test_cookies_are_out_of_reach_of_scripts() -> None:
    assert settings.SESSION_COOKIE_HTTPONLY and settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    assert settings.DEBUG is False


def test_two_nodes_on_one_computer_do_not_share_cookies() -> None:
    """Cookies know no ports, and a demo runs four nodes on loopback."""
    assert str(settings.NODE.port) in settings.SESSION_COOKIE_NAME
    assert settings.NODE.node in settings.SESSION_COOKIE_NAME


PROBE = """
import django; django.setup()
from django.conf import settings
from django.test import Client
answer = Client().get("/account/sign-in/", headers={"host": "node.tarsenia.example"}, secure=True)
print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_NAME, settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN,
      answer.headers.get("Strict-Transport-Security"), answer.status_code)
"""


def probe(folder: Path, settings_text: str, program: str = PROBE, **extra: str) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    (folder / "node.toml").write_text(settings_text, "utf-8")
    environment = {**os.environ, "COMITY_DATA": str(folder), **extra}
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_under_an_https_address_cookies_are_secure_and_browsers_remember_it(tmp_path: Path) -> None:
    done = probe(tmp_path / "data", 'public_url = "https://node.tarsenia.example"')
    assert done.stdout.split() == ["True", "True", "__Host-comity-node-8800", "False", "max-age=31536000", "200"], done.stderr


def test_plain_http_beyond_this_computer_is_refused(tmp_path: Path) -> None:
    done = probe(tmp_path / "data", 'public_url = "http://node.tarsenia.example"')
    assert "Plain http is served to this computer alone." in done.stderr
    serve = "import os; from pathlib import Path; from comity.site.config.serve import serve; serve(Path(os.environ['COMITY_DATA']), host='0.0.0.0')"
    assert "Plain http is served to this computer alone." in probe(tmp_path / "other", "", serve).stderr


def test_every_address_has_a_name() -> None:
    unnamed = [str(pattern.pattern) for pattern in get_resolver().url_patterns if isinstance(pattern, URLPattern) and not pattern.name]
    assert unnamed == []
