"""The REST interface as such: who may call what, what refusals look like, what is bounded, how it describes itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from comity.protocol.refusals import Refused
from comity.site.api import limits, problems
from comity.site.api.api import api
from comity.site.people.permissions import TABLE
from comity.site.people.roles import Role
from tests.site.api_desk import Desk
from tests.site.neighbours import Neighbours, office_in_memory, peer_of

NO_BODY = {"data": "{", "content_type": "application/json"}


def operations() -> Iterator[tuple[str, str, str]]:
    """Method, address with numbers put in, and the operation of the table, of everything that can be called."""
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                address = re.sub(r"\{int:\w+\}", "999", f"/api/v1{bound.prefix}{path}")
                for method in operation.methods:
                    guard = operation.auth_callbacks[0].operation if operation.auth_callbacks else ""
                    yield method.lower(), re.sub(r"\{\w+\}", "nothing", address), guard


def test_every_operation_stands_in_the_table_of_permissions() -> None:
    told = {(method, address): guard for method, address, guard in operations()}
    assert len(told) > 50
    assert set(told.values()) <= set(TABLE), "no guard is the empty text, which is not in the table"


def test_every_role_may_call_what_the_table_says_and_nothing_else(desk: Desk) -> None:
    """With a body that is none: who may not call is told so before it is read."""
    for method, address, guard in operations():
        for role in Role.values:
            answer = desk(role, method, address.removeprefix("/api/v1"), **({} if method in ("get", "delete") else NO_BODY))
            assert (answer.status_code == 403) == (role not in TABLE[guard]), (role, method, address, answer.content)


def test_nobody_gets_further_than_a_problem_that_says_how(client: Client, keys: None) -> None:
    for method, address, _guard in operations():
        answer = getattr(client, method)(address, **({} if method == "get" else NO_BODY))
        told = (answer.status_code, answer["WWW-Authenticate"], answer["Content-Type"])
        assert told == (401, "Bearer", problems.MEDIA_TYPE), address
    wrong = client.get("/api/v1/me", headers={"Authorization": "Bearer comity_nothing"})
    assert wrong.status_code == 401


def test_a_session_reads_and_does_not_write(signed_in: Callable[..., Client], keys: None) -> None:
    browser = signed_in("drafter")
    me = browser.get("/api/v1/me").json()
    assert (me["username"], me["office"]) == ("drafter", "tarsenia/vc") and "draft.write" in me["may"]
    assert browser.post("/api/v1/drafts", data="{}", content_type="application/json").status_code == 401


def test_a_session_without_the_second_factor_its_role_needs_opens_nothing(
    signed_in: Callable[..., Client], keys: None, settings: Any
) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({"reader"})
    answer = signed_in("reader").get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission")


# Refusals -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "status"),
    [("draft.changed", 409), ("draft.release", 403), ("not-held", 404), ("card.form", 400), ("terms.version", 422), ("never.seen", 422)],
)
def test_a_code_has_its_status_in_one_table(code: str, status: int) -> None:
    answer = problems.refused(None, Refused(code, {"path": "/x"}, "Mend it."))  # type: ignore[arg-type]
    said = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert said == {**said, "status": status, "code": code, "detail": "Mend it.", "data": {"path": "/x"}} and said["title"]
    assert said["type"] == f"/api/v1/problems#{code}"


def test_the_codes_are_listed_for_programs(desk: Desk) -> None:
    listed = desk.get("/problems")
    assert {"code": "draft.changed", "status": 409} in listed and listed[-1]["status"] == 422


@pytest.mark.django_db
def test_an_unknown_address_is_a_problem_document_too(client: Client) -> None:
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer["Content-Type"], answer.json()["status"]) == (404, problems.MEDIA_TYPE, 404)


def test_a_body_that_does_not_fit_is_told_place_by_place(desk: Desk) -> None:
    answer = desk("drafter", "post", "/drafts", {"mesure": "un:I.1.1", "to": ["Ondoria"], "refs": [{"rel": "cites", "act": "x"}]})
    paths = {one["path"] for one in answer.json()["data"]["faults"]}
    assert answer.status_code == 422
    assert paths == {"/body/body/mesure", "/body/body/to/0", "/body/body/refs/0/act"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "request.unread"), (b"\xff", "request.unread"), ("[" * 100_000, "request.unread"), ("[" * 100 + "]" * 100, "request.depth"),
        ('{"data": {"a": NaN}}', "request.number"), ('{"data": {"a": 1.5}}', "request.number"), ('{"data": {"a": 1e400}}', "request.number"),
    ],
)  # fmt: skip
def test_a_body_that_is_no_json_of_ours_is_refused(desk: Desk, body: str | bytes, code: str) -> None:
    answer = desk("drafter", "post", "/drafts", data=body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_nothing_is_unbounded(desk: Desk) -> None:
    assert desk("reader", "get", f"/acts?page={limits.PAGES + 1}").status_code == 422
    assert desk("reader", "get", "/acts?page=0").status_code == 422
    assert desk("reader", "get", "/duties?days=100000").status_code == 422
    assert desk("reader", "get", f"/search?q={'x' * (limits.QUERY + 1)}").status_code == 422
    for span in ("begins=2026-01-01&ends=2036-01-01", "begins=2026-01-02&ends=2026-01-01"):
        assert desk("reader", "get", f"/calendar?{span}").json()["code"] == "request.days"
    long = desk("drafter", "post", "/drafts", {"title": "x" * 301})
    many = desk("drafter", "post", "/drafts", {"to": ["ondoria/vc"] * (limits.ADDRESSEES + 1)})
    assert (long.status_code, many.status_code) == (422, 422)


def test_lists_come_in_pages(desk: Desk) -> None:
    for number in range(52):
        assert desk("drafter", "post", "/drafts", {"title": f"Draft {number}", "terms": "ab" * 32}).status_code == 201
    first, second = desk.get("/drafts?state=open", "drafter"), desk.get("/drafts?page=2", "drafter")
    assert (len(first["items"]), first["more"], len(second["items"]), second["more"]) == (50, True, 2, False)
    assert [one["title"] for one in second["items"]] == ["Draft 1", "Draft 0"]
    assert desk.get("/drafts?state=dropped", "drafter")["items"] == []


def test_what_is_not_held_is_404_and_a_measure_in_force_nowhere_is_said_so(desk: Desk) -> None:
    for path in ("/acts/" + "0" * 64, "/cases/x", "/terms/x", "/terms/texts/x", "/catalogue/forms/x", "/catalogue/measures/x"):
        answer = desk("reader", "get", path)
        assert answer.status_code == 404 and answer["Content-Type"] == problems.MEDIA_TYPE, path
    nowhere = desk("drafter", "post", "/drafts", {"measure": "un:I.1.1", "step": "report"})
    assert (nowhere.status_code, nowhere.json()["code"]) == (422, "draft.terms")


# Description --------------------------------------------------------------------------------------------------------------


def test_it_describes_itself_as_openapi_3_1(client: Client) -> None:
    told = client.get("/api/v1/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    found = [one for path in told["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in found}) == len(found) > 50
    assert told["components"]["securitySchemes"] == {"BearerToken": {"type": "http", "scheme": "bearer"}}
    assert all(one["responses"]["default"]["content"].keys() == {problems.MEDIA_TYPE} for one in found)
    assert client.get("/api/v1/docs").status_code == 404, "no page with scripts of others"


# The catalogue and the node -----------------------------------------------------------------------------------------------


def test_the_catalogue_is_open_to_every_role_in_their_language(desk: Desk) -> None:
    assert len(desk.get("/catalogue/measures", "administrator")) == 120
    found = desk.get("/catalogue/measures?q=military%20exercise%20notification&procedure=notification")
    assert found and all("notification" in one["procedures"] for one in found)
    one = desk.get("/catalogue/measures/un:I.3.1?language=ar")
    assert one["language"] == "ar" and one["counterparts"]
    assert {"forces", "budget"} <= {form["id"] for form in desk.get("/catalogue/forms")}
    form = desk.get("/catalogue/forms/forces")
    assert form["schema"]["$schema"].endswith("2020-12/schema") and form["example"]["units"]
    procedures = {found["id"]: found for found in desk.get("/catalogue/procedures?language=ru")}
    assert procedures["notification"]["measures"]
    assert desk.get("/catalogue/procedures/notification")["record"]["steps"]["notify"]["opens"]
    assert {"un:intro.1", "cica:1.8"} <= {one["id"] for one in desk.get("/catalogue/provisions")}
    assert desk.get("/contacts") == []


def test_a_peer_is_added_compared_and_removed_by_an_administrator(desk: Desk, neighbours: Neighbours) -> None:
    stranger = peer_of(office_in_memory("karsia/desk"))
    bundle = {"card": stranger.card.decode(), "keysets": [wire.decode() for wire in stranger.keysets]}
    added = desk("administrator", "post", "/peers", bundle)
    assert (added.status_code, added.json()["confirmed_by"]) == (201, "")
    wrong = desk("administrator", "post", "/peers/karsia/confirm", {"fingerprint": "0000 " * 8})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "peer.fingerprint")
    right = desk("administrator", "post", "/peers/karsia/confirm", {"fingerprint": added.json()["fingerprint"].upper()})
    assert right.json()["confirmed_by"] == "administrator"
    assert [one["node"] for one in desk.get("/peers")] == ["karsia", "ondoria", "sarn", "velmora"]
    assert desk("administrator", "post", "/peers", {**bundle, "card": "{}"}).json()["code"] == "card.form"
    own = desk.get("/node", "administrator")
    assert desk("administrator", "post", "/peers", own["bundle"]).json()["code"] == "peer.self"
    assert desk("administrator", "delete", "/peers/karsia").status_code == 204
    assert desk("administrator", "delete", "/peers/karsia").status_code == 404
    told = desk.get("/log?what=peer&ref=peer:karsia", "auditor")["items"]
    assert [one["officer"] for one in told] == ["administrator"] * 3
    assert desk.get("/node/outbox", "duty") == [] and desk.get("/node/gaps", "duty") == []


def test_an_administrator_makes_officers_whose_passwords_are_never_shown(desk: Desk) -> None:
    said = {"username": "Ilven", "display_name": "R. Ilven", "roles": ["duty"], "password": "lantern-harbour-43"}
    made = desk("administrator", "post", "/officers", said)
    assert (made.status_code, made.json()["username"]) == (201, "ilven")
    weak = desk("administrator", "post", "/officers", {**said, "username": "amaro", "password": "password"})
    assert (weak.status_code, weak.json()["code"]) == (422, "request.entry")
    assert "password" not in json.dumps(desk.get("/officers", "administrator"))
