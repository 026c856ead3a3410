"""A whole life through the REST interface: peers, terms, a report, a notification, a question and its answer, an incident."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from comity.catalogue.forms import example
from comity.conduct.words import initial_body, sign_body
from comity.exercise.region_terms import OFFICES, STATES, region_terms
from comity.node.issue import Draft
from comity.protocol import evidence
from comity.site.config import clock, wiring
from comity.site.people import service
from comity.site.people.models import Officer, OperatorEntry
from tests.site.neighbours import Neighbours, exchange, key_file, keys, neighbours  # noqa: F401

TOKENS: dict[str, str] = {}


class Desk:
    """Officers of the test node and their tokens: `desk("drafter", "post", "/drafts", {…})`."""

    def __init__(self, make: Callable[..., Officer]) -> None:
        self.client = Client()
        self.tokens = {role: service.issue_token(make(role), "test") for role in ("drafter", "releaser", "administrator", "auditor", "reader")}

    def __call__(self, role: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return getattr(self.client, method)(f"/api/v1{path}", headers=headers, **data, **more)

    def released(self, path: str, body: Any) -> str:
        """A drafter's draft, released by another officer: the id of the act."""
        draft = self("drafter", "post", path, body)
        assert draft.status_code == 201, draft.json()
        done = self("releaser", "post", f"/drafts/{draft.json()['id']}/release")
        assert done.status_code == 200, done.json()
        return str(done.json()["act"])


@pytest.fixture
def desk(neighbours: Neighbours, officer_with: Callable[..., Officer]) -> Desk:  # noqa: F811
    return Desk(officer_with)


def agree(desk: Desk, others: Neighbours) -> str:
    """The Sarn Arrangement, proposed and signed here, initialled and signed by the neighbours."""
    version = region_terms(clock.now().date())
    desk.released("/terms/propose", {"record": dict(version.record)})
    others.exchange()
    for party in STATES[1:]:
        others.say(party, Draft(kind="initial", to=_others(party), body=initial_body(version, 1)))
    desk.released(f"/terms/{version.id}/sign", {})
    others.exchange()
    for party in STATES[1:]:
        others.say(party, Draft(kind="sign", to=_others(party), body=sign_body(version, 1)))
    wiring.tick_once()
    return version.id


def _others(party: str) -> tuple[str, ...]:
    return tuple(office for node, office in OFFICES.items() if node != party)


@pytest.fixture
def agreed(desk: Desk, neighbours: Neighbours) -> str:  # noqa: F811
    return agree(desk, neighbours)


def test_terms_are_proposed_and_signed_by_two_officers_and_come_into_force(desk: Desk, agreed: str) -> None:
    (found,) = desk("reader", "get", "/terms").json()
    assert (found["in_force"], found["parties"], found["awaited"]) == (agreed, list(STATES), [])
    (line,) = found["versions"]
    assert line["state"] == "in force" and line["signed_by"] == sorted(STATES)
    text = desk("reader", "get", f"/terms/{agreed}").json()
    assert text["faults"] == [] and text["clauses"][0]["key"] == "parties"


def test_a_report_is_drafted_looked_at_released_and_receipted(desk: Desk, agreed: str, neighbours: Neighbours) -> None:  # noqa: F811
    (due,) = [one for one in desk("reader", "get", "/duties?days=10").json() if one["measure"] == "un:I.1.1"]
    body = {"measure": "un:I.1.1", "step": "report", "choice": "submitted", "period": due["period"], "data": example("forces")}
    draft = desk("drafter", "post", "/drafts", body).json()
    seen = desk("drafter", "get", f"/drafts/{draft['id']}/preview").json()
    assert (seen["faults"], seen["standing"], seen["opens"]) == ([], "in-turn", False)
    assert seen["to"] == ["ondoria/vc", "velmora/vc"] and seen["release"]["two"] and not seen["release"]["allowed"]
    assert desk("drafter", "post", f"/drafts/{draft['id']}/submit").json()["state"] == "submitted"
    act = desk("releaser", "post", f"/drafts/{draft['id']}/release").json()["act"]
    neighbours.exchange()
    shown = desk("reader", "get", f"/acts/{act}").json()
    assert [one["state"] for one in shown["deliveries"]] == ["delivered", "delivered"]
    assert shown["timings"][0]["late"] is False and shown["now_says"]["extent"] == "complete"
    assert neighbours["velmora"].store.holds([act]) == {act}
    (duty,) = [one for one in desk("reader", "get", f"/cases/{shown['case']}").json()["duties"] if one["owner"] == "tarsenia"]
    assert (duty["state"], duty["done_by"]) == ("done", act)
    proved = evidence.check(desk("auditor", "get", f"/acts/{act}/evidence").content)
    assert proved.proved, proved.sentence


def test_a_notification_says_how_much_notice_it_gives_and_stands_on_map_and_calendar(desk: Desk, agreed: str) -> None:
    begins = clock.now().date() + timedelta(days=20)
    data = {**example("land-activity"), "begins": begins.isoformat(), "ends": (begins + timedelta(days=4)).isoformat()}
    draft = desk("drafter", "post", "/drafts", {"measure": "un:I.3.1", "step": "notify", "choice": "planned", "data": data}).json()
    seen = desk("drafter", "get", f"/drafts/{draft['id']}/preview").json()
    assert seen["opens"] and seen["notice"] == {**seen["notice"], "given": "P20D", "agreed": "P42D", "short": True}
    act = desk("releaser", "post", f"/drafts/{draft['id']}/release").json()["act"]
    span = f"begins={begins}&ends={begins}"
    (activity,) = desk("reader", "get", f"/calendar?{span}").json()["activities"]
    assert (activity["act"], activity["title"]) == (act, data["designation"])
    shown = desk("reader", "get", f"/map?{span}").json()
    assert {one["properties"]["kind"] for one in shown["features"]} == {"activity", "zone"}


def test_a_question_about_a_line_is_answered_in_a_case_aside(desk: Desk, agreed: str, neighbours: Neighbours) -> None:  # noqa: F811
    (due,) = [one for one in desk("reader", "get", "/duties?days=10").json() if one["measure"] == "un:I.1.1"]
    body = {"measure": "un:I.1.1", "step": "report", "choice": "submitted", "period": due["period"], "data": example("forces")}
    report = desk.released("/drafts", body)
    neighbours.exchange()
    asked = Draft(
        terms=agreed, case=due["case"], measure="un:I.1.1", step="ask", to=("tarsenia/vc",),
        data={"about": {"act": report, "path": "/units/2/personnel", "line": 3}, "text": "Does this count reservists?"},
    )  # fmt: skip
    (question,) = neighbours.say("ondoria", asked)
    (aside,) = desk("reader", "get", f"/cases/{due['case']}").json()["aside"]
    assert aside["id"] == question.case
    (possible,) = [one for one in desk("reader", "get", f"/cases/{question.case}/allowed").json() if one["step"] == "answer"]
    assert possible["answers"] == question.id
    said = {"case": question.case, "measure": "un:I.1.1", "step": "answer", "data": {"kind": "explained", "text": "It does not."}}
    answer = desk.released("/drafts", {**said, "refs": [{"rel": "answers", "act": question.id}]})
    neighbours.exchange()
    shown = desk("reader", "get", f"/acts/{question.id}").json()
    assert shown["answered_by"] == [answer]
    assert neighbours["ondoria"].store.holds([answer]) and not neighbours["velmora"].store.holds([answer])


def test_an_incident_starts_the_hours_agreed_for_a_reply(desk: Desk, agreed: str, neighbours: Neighbours) -> None:  # noqa: F811
    body = {"measure": "un:I.3.4", "step": "request", "choice": "incident", "to": ["ondoria/vc"], "data": example("incident")}
    act = desk.released("/drafts", {**body, "header": {"precedence": "flash"}})
    neighbours.exchange()
    case = desk("reader", "get", f"/acts/{act}").json()["case"]
    (duty,) = [one for one in desk("reader", "get", f"/cases/{case}").json()["duties"] if one["step"] == "reply"]
    assert (duty["owner"], duty["state"]) == ("ondoria", "expected")
    today = desk("reader", "get", "/today").json()
    assert duty["key"] in [one["key"] for one in today["due_to_us"]]


def test_readings_and_exports_stand_in_the_operator_log(desk: Desk, agreed: str) -> None:
    act = desk("reader", "get", "/acts?ours=true").json()["items"][0]["id"]
    desk("reader", "get", f"/acts/{act}")
    desk("auditor", "get", f"/acts/{act}/evidence")
    told = desk("auditor", "get", f"/log?ref=act:{act}").json()["items"]
    assert [(one["officer"], one["what"]) for one in told][:2] == [("auditor", "export"), ("reader", "read")]
    assert OperatorEntry.objects.filter(what="release", officer__username="releaser").count() == 2
