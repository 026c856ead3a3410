"""The demo's four nodes, as they are started by `comity demo`, and windows of their officers."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import sign_in

STATES = ("tarsenia", "ondoria", "velmora")
PARTICIPANTS = (*STATES, "sarn")
START_WITHIN = 400.0
"""Seconds for fourteen months of a region on a machine that does other things too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """Four nodes that run: what `demo.json` says of them."""

    folder: Path
    nodes: Mapping[str, Mapping[str, Any]]

    def url(self, party: str) -> str:
        return str(self.nodes[party]["url"])

    def user(self, party: str, role: str) -> Mapping[str, str]:
        found: Mapping[str, str] = next(user for user in self.nodes[party]["users"] if user["role"] == role)
        return found

    def call(self, party: str, role: str, path: str, method: str = "GET", body: Any = None) -> httpx2.Response:
        """The REST interface with the token of an officer of that role; nobody's where the role is empty."""
        headers = {"Authorization": f"Bearer {self.user(party, role)['api_token']}"} if role else {}
        return httpx2.request(method, self.url(party) + path, json=body, headers=headers, timeout=60, trust_env=False)


def command(*words: str) -> subprocess.CompletedProcess[str]:
    """`comity WORDS`, in English whatever this machine speaks."""
    line = [sys.executable, "-m", "comity.cli.main", *words]
    return subprocess.run(line, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, "LANG": "C.UTF-8"})


@contextmanager
def demo(folder: Path, port: int) -> Iterator[Demo]:
    """`comity demo` in a folder, from when it says that it is ready; it resumes what the folder holds."""
    (folder / "demo.json").unlink(missing_ok=True)
    with (folder.parent / "demo.log").open("ab") as log:
        line = [sys.executable, "-m", "comity.cli.main", "demo", "--data", str(folder), "--port", str(port)]
        process = subprocess.Popen(line, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        yield _ready(folder, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _ready(folder: Path, process: subprocess.Popen[bytes]) -> Demo:
    end = time.monotonic() + START_WITHIN
    while time.monotonic() < end:
        if (folder / "demo.json").exists() and (text := (folder / "demo.json").read_text("utf-8")).endswith("}"):
            return told(folder, text)
        assert process.poll() is None, (folder.parent / "demo.log").read_text("utf-8", "replace")[-2000:]
        time.sleep(0.2)
    raise AssertionError("the demo was not ready in time")


def told(folder: Path, text: str) -> Demo:
    return Demo(folder=folder, nodes={node["participant"]: node for node in json.loads(text)["nodes"]})


def free_port() -> int:
    """The first of four ports in a row on which nobody listens."""
    for port in range(18_800, 28_800, 10):
        if all(_free(port + place) for place in range(len(PARTICIPANTS))):
            return port
    raise AssertionError("no four free ports in a row")


def _free(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) != 0


@dataclass(slots=True, kw_only=True)
class Windows:
    """Windows of officers. What the console of any of them complains of is kept."""

    browser: Browser
    demo: Demo
    complaints: list[str] = field(default_factory=list)
    kept: dict[tuple[str, str], Any] = field(default_factory=dict)
    open: list[BrowserContext] = field(default_factory=list)

    def __call__(self, party: str, role: str, path: str = "/", *, width: int = 1280, dark: bool = False) -> Page:
        """A fresh window of the officer of that role, signed in, at an address of the participant's node."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            base_url=self.demo.url(party),
            color_scheme="dark" if dark else "light",
            storage_state=self.kept.get((party, role)),
        )
        context.set_default_timeout(25_000)
        self.open.append(context)
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(f"{page.url} {message.text}") if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url} {error}"))
        if (party, role) not in self.kept:
            self._sign_in(page, party, role)
        page.goto(path)
        return page

    def _sign_in(self, page: Page, party: str, role: str) -> None:
        user = self.demo.user(party, role)
        page.goto("/account/sign-in/")
        sign_in(page, user["username"], user["password"])
        page.wait_for_url(lambda url: "sign-in" not in url)
        self.kept[party, role] = page.context.storage_state()

    def close(self) -> None:
        for context in self.open:
            context.close()
        self.open.clear()
