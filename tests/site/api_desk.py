"""Officers of the node under test who call its REST interface with tokens, and terms in force to call about."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from comity.conduct.versions import Version
from comity.conduct.words import initial_body, sign_body
from comity.exercise.region_terms import OFFICES, STATES, region_terms
from comity.node.issue import Draft
from comity.site.config import clock, wiring
from comity.site.people import service
from comity.site.people.models import Officer
from comity.site.people.roles import Role
from tests.site.neighbours import Neighbours


class Desk:
    """`desk("drafter", "post", "/drafts", {…})`: one officer of each role, each with a token."""

    def __init__(self, make: Callable[..., Officer]) -> None:
        self.client = Client()
        self.officers = {role: make(role) for role in Role.values}
        self.tokens = {role: service.issue_token(officer, "test") for role, officer in self.officers.items()}

    def __call__(self, role: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return getattr(self.client, method)(f"/api/v1{path}", headers=headers, **data, **more)

    def get(self, path: str, role: str = "reader") -> Any:
        answer = self(role, "get", path)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def drafted(self, path: str, body: Any) -> dict[str, Any]:
        answer = self("drafter", "post", path, body)
        assert answer.status_code == 201, answer.content
        draft: dict[str, Any] = answer.json()
        return draft

    def released(self, path: str, body: Any) -> str:
        """A drafter's draft, released by another officer: the id of the act."""
        done = self("releaser", "post", f"/drafts/{self.drafted(path, body)['id']}/release")
        assert done.status_code == 200, done.content
        return str(done.json()["act"])


@pytest.fixture
def desk(neighbours: Neighbours, officer_with: Callable[..., Officer]) -> Desk:
    return Desk(officer_with)


def everybody_but(party: str) -> tuple[str, ...]:
    return tuple(office for node, office in OFFICES.items() if node != party)


def arrangement() -> Version:
    """The Sarn Arrangement, its report due in six days."""
    return region_terms(clock.now().date())


@pytest.fixture
def agreed(desk: Desk, neighbours: Neighbours) -> str:
    """Proposed and signed here, initialled and signed by the neighbours: the version, in force."""
    version = arrangement()
    desk.released("/terms/propose", {"record": dict(version.record)})
    neighbours.exchange()
    for party in STATES[1:]:
        neighbours.say(party, Draft(kind="initial", to=everybody_but(party), body=initial_body(version, 1)))
    desk.released(f"/terms/{version.id}/sign", {})
    neighbours.exchange()
    for party in STATES[1:]:
        neighbours.say(party, Draft(kind="sign", to=everybody_but(party), body=sign_body(version, 1)))
    wiring.tick_once()
    return version.id
