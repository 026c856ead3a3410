"""One command serves a whole node: pages, events and the threads behind them."""

from __future__ import annotations

import http.client
import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.site.config.serve import running

PROGRAM = """
import os, threading, time
from pathlib import Path
from comity.site.config import serve
data = Path(os.environ["COMITY_DATA"])
serve.prepare(data); serve.migrate()
from comity.site.config import clock, keyfile
keyfile.make(data, office="node/vc", at=clock.now(), random=clock.chance)
from comity.site.people.service import create_officer, issue_token
create_officer("amaro", "Lt Cdr Amaro", ["duty"], "lantern-harbour-42")
def outbox(stop):
    (data / "began").touch()
    stop.wait()
    (data / "ended").touch()
serve.serve(data, port=int(os.environ["PORT"]), background=[outbox], latest=lambda: int((data / "position").read_text()))
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path, subprocess.Popen[bytes]]]:
    data = tmp_path_factory.mktemp("node")
    (data / "position").write_text("1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # The port stands in the names of the cookies, so the settings know it too.
    (data / "node.toml").write_text(f"port = {port}\n")
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], env={**os.environ, "COMITY_DATA": str(data), "PORT": str(port)})
    try:
        wait_for(port)
        yield port, data, process
    finally:
        process.kill()
        process.wait()


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the node did not start within 20 seconds")


def sign_in(port: int) -> str:
    """The cookies of a signed-in browser."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"http://localhost:{port}/account/sign-in/"
    with browser.open(address) as page:
        mark = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    assert mark
    form = {"csrfmiddlewaretoken": mark[1], "login": "amaro", "password": "lantern-harbour-42"}
    with browser.open(address, urllib.parse.urlencode(form).encode()) as answer:
        assert "/people/profile/" in answer.read().decode()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def test_a_node_serves_pages_events_and_health_and_stops_cleanly(node: tuple[int, Path, subprocess.Popen[bytes]]) -> None:
    port, data, process = node
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as answer:
        assert json.load(answer) == {"status": "ok"}
        assert answer.headers["Server"] is None
    listener = http.client.HTTPConnection("localhost", port, timeout=10)
    listener.request("GET", "/events", headers={"Cookie": sign_in(port)})
    stream = listener.getresponse()
    assert (stream.status, stream.headers["Content-Type"]) == (200, "text/event-stream; charset=utf-8")
    read_until(stream, b"data: 1\n")
    began = time.monotonic()
    (data / "position").write_text("2")
    read_until(stream, b"data: 2\n")
    assert time.monotonic() - began < 2, "a change is seen within two seconds"
    assert (data / "began").exists()
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0
    listener.close()
    assert (data / "ended").exists(), "the threads were told to stop"


def read_until(stream: http.client.HTTPResponse, line: bytes) -> None:
    while (got := stream.readline()) != line:
        assert got, "the stream ended"


def test_nobody_hears_events_without_signing_in(client: object) -> None:
    from comity.site.config.events import officer_of

    assert officer_of({}) is None


@pytest.mark.django_db
def test_a_forged_session_hears_nothing() -> None:
    from django.conf import settings

    from comity.site.config.events import officer_of

    assert officer_of({settings.SESSION_COOKIE_NAME: "a" * 32}) is None


def test_work_that_falls_starts_again(caplog: pytest.LogCaptureFixture) -> None:
    done, falls = threading.Event(), [1]

    def outbox(_stop: threading.Event) -> None:
        if falls:
            falls.pop()
            raise RuntimeError("the line is down")
        done.set()

    with running([outbox]):
        assert done.wait(5)
    assert "outbox fell and starts again" in caplog.text
