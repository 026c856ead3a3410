"""A node as a process of its own, which can be killed, and asked over the wire."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from comity.protocol.keyset import Card
from tests.hostile.caller import Ask, Said

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("COMITY_", "DJANGO_", "PYTEST_"))}


def comity(*arguments: str, data: Path | None = None) -> subprocess.CompletedProcess[str]:
    """One command as an operator gives it."""
    environment = ENVIRONMENT | ({"COMITY_DATA": str(data)} if data else {})
    command = [sys.executable, "-m", "comity.cli.main", *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=60)


def made(folder: Path, node: str) -> Path:
    """A node in that folder, on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = comity("init", node, "--name", f"en={node.title()}", "--port", str(port), data=folder)
    assert done.returncode == 0, done.stderr
    return folder


def card_of(folder: Path) -> dict[str, Any]:
    return json.loads(comity("card", "show", "--json", data=folder).stdout)


def introduce(folder: Path, bundle: dict[str, Any], tmp: Path) -> None:
    """Its card is added there, and compared."""
    from comity.protocol.keyset import read_card

    file = tmp / f"{folder.name}-{os.urandom(4).hex()}.card"
    file.write_text(json.dumps(bundle), "utf-8")
    fingerprint = read_card(bundle["card"].encode()).fingerprint()
    done = comity("peer", "add", str(file), "--fingerprint", fingerprint, "--by", "R. Ilven", data=folder)
    assert done.returncode == 0, done.stderr


def bundle_of(office: Any) -> dict[str, Any]:
    """The card file of a peer that lives in the test."""
    first = office.keysets[0]
    card = Card(node=office.party, names={"en": office.party.title()}, root=first.keyset.root, keyset=first.id, doors=(), office=office.name)
    return {"card": card.bytes().decode(), "keysets": [one.wire().decode() for one in office.keysets]}


def address(folder: Path) -> str:
    port = next(line.partition("=")[2].strip() for line in (folder / "node.toml").read_text().splitlines() if line.startswith("port"))
    return f"http://127.0.0.1:{port}"


@contextmanager
def serving(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "serve.log").open("ab") as log:
        command = [sys.executable, "-m", "comity.cli.main", "serve", "--data", str(folder)]
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=ENVIRONMENT)
    try:
        _wait_for(folder, process)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(15)


def _wait_for(folder: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            if httpx2.get(f"{address(folder)}/health", timeout=2, trust_env=False).status_code == 200:
                return
        except httpx2.HTTPError:
            assert process.poll() is None, (folder / "serve.log").read_text()
        time.sleep(0.1)
    raise AssertionError((folder / "serve.log").read_text())


@contextmanager
def wire(folder: Path) -> Iterator[Ask]:
    """POST over HTTP; raises httpx2.HTTPError where the node is gone."""
    base = address(folder)
    with httpx2.Client(timeout=20, trust_env=False) as client:

        def ask(path: str, body: bytes, headers: dict[str, str]) -> Said:
            answer = client.post(f"{base}{path}", content=body, headers=headers)
            return Said(answer.status_code, answer.headers.get("Comity-Mac", ""), answer.content)

        yield ask
