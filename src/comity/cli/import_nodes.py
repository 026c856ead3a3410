"""Running nodes as an import meets them: their REST API, one officer's token for the draft and another's for the release."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from comity.cli.language import gettext as _
from comity.exercise.import_tables import read_file
from comity.node.issue import Draft
from comity.protocol.refusals import Refused

TIMEOUT = 30.0
"""Seconds for one answer: a release waits for the writer's turn."""
ATTEMPTS = 5
"""How often one request is made while the node asks us to wait."""
LONGEST_WAIT = 60
"""Seconds waited at most when the node asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One node's API as one officer calls it."""

    client: httpx2.Client
    url: str
    token: str
    wait: Callable[[float], object] = time.sleep

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The node's answer. Refuses with the node's own sentence, or `node.away`, `node.answer`."""
        answer = self._post(path, body)
        for _attempt in range(ATTEMPTS - 1):
            if answer.status_code != httpx2.codes.TOO_MANY_REQUESTS:
                break
            asked = answer.headers.get("Retry-After", "")
            self.wait(min(LONGEST_WAIT, int(asked) if asked.isdecimal() else 1))
            answer = self._post(path, body)
        said = _said(answer)
        if answer.is_success:
            return said
        detail = said.get("detail")
        raise Refused(str(said.get("code") or "node.answer"), {"status": answer.status_code}, str(detail or _no_answer(self.url)))

    def _post(self, path: str, body: Mapping[str, Any]) -> httpx2.Response:
        try:
            return self.client.post(f"{self.url}/api/v1/{path}", json=body, headers={"Authorization": f"Bearer {self.token}"})
        except httpx2.HTTPError as fault:
            raise Refused(
                "node.away", {"url": self.url}, _("The node at %(url)s does not answer. Is it running?") % {"url": self.url}
            ) from fault

    def draft(self, draft: Draft) -> int:
        """A new draft on the node; its number there."""
        body = {
            "kind": draft.kind, "measure": draft.measure, "step": draft.step, "choice": draft.choice or "", "header": dict(draft.header),
            "period": draft.period.isoformat() if draft.period else None, "data": dict(draft.data),
            "title": str(draft.header.get("subject", "")),
        }  # fmt: skip
        number = self.post("drafts", body).get("id")
        if not isinstance(number, int):
            raise Refused("node.answer", {"url": self.url}, _no_answer(self.url))
        return number

    def release(self, number: int) -> None:
        """Signed and sent, when this returns."""
        self.post(f"drafts/{number}/release", {})


def door(url: str, token: str, client: httpx2.Client | None = None) -> Door:
    """Refuses (`node.url`) plain HTTP to anywhere but this machine: a token is not shown to the network."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and _loopback(parts.hostname or "")):
        raise Refused("node.url", {"url": url}, _("“%(url)s” is not an https address, nor one of this machine.") % {"url": url})
    return Door(client=client or httpx2.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False), url=url.rstrip("/"), token=token)


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two officers of one node: who drafts and who releases."""

    drafter: Door
    releaser: Door

    def send(self, draft: Draft) -> None:
        self.releaser.release(self.drafter.draft(draft))


def pairs(file: Path, client: httpx2.Client | None = None) -> dict[str, Pair]:
    """The nodes of a running demo by participant, from its `demo.json`. Refuses (`demo.form`) another file."""
    try:
        nodes = json.loads(read_file(file))["nodes"]
        return {str(node["participant"]): _pair(node, client) for node in nodes if _officers(node)}
    except (ValueError, KeyError, TypeError) as fault:
        words = _("“%(file)s” does not list the nodes of a demo. It is demo.json in the demo's data folder.")
        raise Refused("demo.form", {"file": file.name}, words % {"file": file.name}) from fault


def _officers(node: Mapping[str, Any]) -> tuple[str, str] | None:
    """Tokens of somebody who drafts and of somebody else who releases; None where the node has no such two."""
    by_role = {role: user for user in node["users"] for role in _roles(user)}
    drafter, releaser = by_role.get("drafter"), by_role.get("releaser")
    if drafter is None or releaser is None or drafter["username"] == releaser["username"]:
        return None
    return str(drafter["api_token"]), str(releaser["api_token"])


def _roles(user: Mapping[str, Any]) -> list[str]:
    role = user["role"]
    return role if isinstance(role, list) else [role]


def _pair(node: Mapping[str, Any], client: httpx2.Client | None) -> Pair:
    tokens = _officers(node)
    assert tokens is not None, "only nodes with two officers are asked"
    return Pair(drafter=door(str(node["url"]), tokens[0], client), releaser=door(str(node["url"]), tokens[1], client))


def _said(answer: httpx2.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _no_answer(url: str) -> str:
    return _("The node at %(url)s gave an answer that cannot be read.") % {"url": url}
