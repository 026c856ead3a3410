"""A real node and a real browser. Chromium is Debian's; axe-core lies in vendor/ with its checksum."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.axe import violations_of as violations  # noqa: F401  taken from here by the tests of pages

PASSWORD = "lantern-harbour-42"
# The last six keep Chromium from talking to anybody but the node.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"desk": 1280, "phone": 390}

PROGRAM = """
import os
from datetime import timedelta
from pathlib import Path
from comity.site.config import clock, keyfile, serve
data = Path(os.environ["COMITY_DATA"])
serve.prepare(data); serve.migrate()
from tests.site import region
held = keyfile.make(data, office="tarsenia/vc", at=clock.now() - timedelta(days=500), random=clock.chance)
region.this_week(region.a_year(region.Region(clock.now(), held)))
from comity.site.people.service import create_officer
for language in ("en", "ru", "ar"):
    create_officer(f"duty-{language}", "Lt Cdr S. Amaro", ["duty", "drafter"], "lantern-harbour-42", language, post="Verification Centre")
    create_officer(f"chief-{language}", "R. Ilven", ["administrator", "auditor"], "lantern-harbour-42", language)
serve.serve(data, port=int(os.environ["PORT"]), latest=lambda: int((data / "position").read_text()))
"""
SETTINGS = """
node = "tarsenia"
port = {port}
time_zone = "Pacific/Pitcairn"
[participant]
en = "Tarsenia"
ru = "Тарсения"
ar = "تارسينيا"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    url: str
    data: Path


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node on loopback with a year of the region's life, and a duty officer and an administrator for each complete language."""
    data = tmp_path_factory.mktemp("browser-node")
    (data / "position").write_text("1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (data / "node.toml").write_text(SETTINGS.format(port=port), "utf-8")
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], env={**os.environ, "COMITY_DATA": str(data), "PORT": str(port)})
    try:
        _wait_for(f"http://localhost:{port}/health")
        yield Node(url=f"http://localhost:{port}", data=data)
    finally:
        process.terminate()
        process.wait(15)


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """An empty page of no node, to be filled with what a test needs."""
    context = browser.new_context(locale="en")
    yield context.new_page()
    context.close()


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the node did not start within 30 seconds")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module: Playwright keeps an event loop in this thread, which other tests must not find running."""
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def signed_in_already() -> dict[str, Any]:
    """What each officer's browser keeps after its first sign-in: hashing a password in earnest takes a second."""
    return {}


@pytest.fixture
def window(browser: Browser, node: Node, signed_in_already: dict[str, Any]) -> Iterator[Callable[..., Page]]:
    """A fresh window: `window("duty-ar", width=390)`; signed in where an officer is named. What the policy blocks fails the test."""
    opened: list[BrowserContext] = []
    blocked: list[str] = []

    def open_window(officer: str = "", *, width: int = 1280, scripts: bool = True, policy: bool = True, language: str = "en") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=scripts,
            bypass_csp=not policy,
            locale=language,
            base_url=node.url,
            storage_state=signed_in_already.get(officer),
        )
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda message: blocked.append(message.text) if "Content Security Policy" in message.text else None)
        page.goto("/people/" if officer in signed_in_already else "/account/sign-in/")
        if officer and officer not in signed_in_already:
            sign_in(page, officer)
            signed_in_already[officer] = context.storage_state()
        return page

    yield open_window
    for context in opened:
        context.close()
    assert blocked == []


def sign_in(page: Page, officer: str, password: str = PASSWORD) -> None:
    page.fill("#id_login", officer)
    page.fill("#id_password", password)
    page.click("form.card button.go")


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
