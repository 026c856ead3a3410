"""A whole life through the REST interface: peers, terms, a report, a notification, a question and its answer, an incident."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from comity.catalogue.forms import example
from comity.conduct.words import initial_body
from comity.exercise.region_terms import STATES, region_texts
from comity.node.issue import Draft
from comity.protocol import evidence
from comity.site.config import clock
from comity.site.people.models import OperatorEntry
from comity.site.post import outbox
from tests.site.api_desk import Desk, arrangement, everybody_but
from tests.site.neighbours import Neighbours


def report(desk: Desk, **more: Any) -> dict[str, Any]:
    """The body of our yearly report, on the day it is due."""
    due = next(one for one in desk.get("/duties?days=10") if one["measure"] == "un:I.1.1")
    said = {"measure": "un:I.1.1", "step": "report", "choice": "submitted", "period": due["period"], "data": example("forces")}
    return {**said, **more}


def test_terms_are_proposed_and_signed_by_two_officers_and_come_into_force(desk: Desk, agreed: str) -> None:
    (found,) = desk.get("/terms")
    assert (found["in_force"], found["parties"], found["awaited"]) == (agreed, list(STATES), [])
    (line,) = found["versions"]
    assert line["state"] == "in force" and line["signed_by"] == sorted(STATES)
    text = desk.get(f"/terms/{agreed}")
    assert text["faults"] == [] and text["clauses"][0]["key"] == "parties"
    digest = text["record"]["measures"][0]["procedure"]["hash"]
    assert desk.get(f"/terms/texts/{digest}")["id"] == "information-exchange"
    soon = desk.drafted(f"/terms/{agreed}/leave", {"day": clock.now().date().isoformat()})
    answer = desk("releaser", "post", f"/drafts/{soon['id']}/release")
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]) == (409, "terms.turn", {"reason": "notice"})
    later = (clock.now() + timedelta(days=200)).date()
    desk.released(f"/terms/{agreed}/leave", {"day": later.isoformat(), "words": {"en": "Our parliament asks us to."}})
    assert [one["kind"] for one in desk.get("/terms")[0]["may"]] == []


def test_a_text_of_another_is_initialled_and_not_signed_before_all_have_initialled(desk: Desk, neighbours: Neighbours) -> None:
    version = arrangement()
    texts = region_texts(version)
    assert desk("drafter", "post", "/terms/check", {"record": dict(version.record)}).json() == []
    neighbours.say("ondoria", Draft(kind="initial", to=everybody_but("ondoria"), body=initial_body(version, 1, texts)))
    (found,) = desk.get("/terms")
    assert {"kind": "initial", "party": "tarsenia", "base": version.ground, "ballot": 1, "version": version.id} in found["awaited"]
    desk.released(f"/terms/{version.id}/initial", {})
    neighbours.exchange()
    refused = desk("drafter", "post", f"/terms/{version.id}/sign", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "terms.turn")
    desk.released(f"/terms/{version.id}/decline", {"header": {"remarks": "The threshold is too low for us."}})
    neighbours.exchange()
    assert neighbours["velmora"].folds.instruments.chains()[0].open_ballots().declined(1).keys() == {"tarsenia"}
    assert desk.get("/terms")[0]["versions"][0]["declined_by"] == ["tarsenia"]


def test_terms_of_unknown_texts_are_not_proposed(desk: Desk) -> None:
    record = dict(arrangement().record)
    measures = [dict(one) for one in record["measures"]]
    measures[0]["procedure"] = {"id": "information-exchange", "hash": "00" * 32}
    answer = desk("drafter", "post", "/terms/propose", {"record": {**record, "measures": measures}})
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]["texts"]) == (422, "terms.texts", ["00" * 32])
    faults = desk("drafter", "post", "/terms/check", {"record": {**record, "measures": measures}}).json()
    assert ("no-procedure", "/measures/0/procedure") in [(one["code"], one["path"]) for one in faults]
    assert desk("drafter", "post", "/terms/propose", {"record": {"v": 1}}).json()["code"] == "terms.version"


def test_a_report_is_drafted_looked_at_released_and_receipted(desk: Desk, agreed: str, neighbours: Neighbours) -> None:
    draft = desk.drafted("/drafts", report(desk))
    assert desk.get(f"/drafts/{draft['id']}/differences", "releaser")["act"] is None, "it is the first"
    assert draft["terms"] == agreed, "the version in force is taken"
    seen = desk.get(f"/drafts/{draft['id']}/preview", "drafter")
    assert (seen["faults"], seen["standing"], seen["opens"]) == ([], "in-turn", False)
    assert seen["to"] == ["ondoria/vc", "velmora/vc"] and seen["release"]["two"] and not seen["release"]["allowed"]
    assert desk("drafter", "post", f"/drafts/{draft['id']}/submit").json()["state"] == "submitted"
    assert [one["id"] for one in desk.get("/today", "releaser")["waits_for_release"]] == [draft["id"]]
    outbox.wake.clear()
    act = desk("releaser", "post", f"/drafts/{draft['id']}/release").json()["act"]
    assert outbox.wake.is_set(), "the post looks at once"
    neighbours.exchange()
    shown = desk.get(f"/acts/{act}")
    assert [one["state"] for one in shown["deliveries"]] == ["delivered", "delivered"]
    assert shown["timings"][0]["late"] is False and shown["now_says"]["extent"] == "complete"
    assert neighbours["velmora"].store.holds([act]) == {act}
    (duty,) = [one for one in desk.get(f"/cases/{shown['case']}")["duties"] if one["owner"] == "tarsenia"]
    assert (duty["state"], duty["done_by"]) == ("done", act)
    assert all(one["receipt"] for one in desk.get(f"/acts/{act}/receipts"))
    proved = evidence.check(desk("auditor", "get", f"/acts/{act}/evidence").content)
    assert proved.proved and "ondoria/vc signed delivered" in proved.sentence, proved.sentence


def test_what_is_wrong_in_a_form_is_told_by_field_and_keeps_it_from_going_out(desk: Desk, agreed: str) -> None:
    data = {**example("forces"), "extent": "everything", "pages": 2}
    draft = desk.drafted("/drafts", report(desk, data=data))
    told = desk.get(f"/drafts/{draft['id']}/preview", "drafter")["faults"]
    assert told and all(one["path"] and one["code"] for one in told)
    for role, verb, code in (("drafter", "submit", "draft.form"), ("releaser", "release", "draft.release")):
        answer = desk(role, "post", f"/drafts/{draft['id']}/{verb}")
        assert (answer.json()["code"], answer["Content-Type"]) == (code, "application/problem+json")
    saved = desk("drafter", "put", f"/drafts/{draft['id']}", {"version": 1, "data": example("forces")}).json()
    assert (saved["version"], saved["step"]) == (2, "report")
    again = desk("drafter", "put", f"/drafts/{draft['id']}", {"version": 1, "title": "Mine"})
    assert (again.status_code, again.json()["code"], again.json()["data"]) == (409, "draft.changed", {"version": 2})


def test_a_sheet_fills_a_draft_or_is_refused_cell_by_cell(desk: Desk, agreed: str) -> None:
    full, empty = desk.drafted("/drafts", report(desk)), desk.drafted("/drafts", report(desk, data={}))
    book = desk("drafter", "get", f"/drafts/{full['id']}/sheet")
    assert "spreadsheetml" in book["Content-Type"]
    taken = _send(desk, empty["id"], "report.xlsx", book.content)
    assert taken == {"saved": True, "version": 2, "faults": []}
    assert desk.get(f"/drafts/{empty['id']}", "drafter")["data"] == example("forces")
    lines = desk("drafter", "get", f"/drafts/{full['id']}/sheet?kind=csv&part=units").content.decode("utf-8-sig").replace("3410", "many")
    refused = _send(desk, empty["id"], "units.csv", lines.encode(), version=2)
    assert not refused["saved"] and refused["version"] == 2
    assert [(one["row"], one["path"]) for one in refused["faults"]] == [(3, "/units/1/personnel")]
    assert desk.get(f"/drafts/{empty['id']}", "drafter")["data"] == example("forces"), "nothing is half taken"
    bomb = desk("drafter", "post", f"/drafts/{empty['id']}/sheet?version=2", data={"file": SimpleUploadedFile("a.xlsx", b"PK nothing")})
    assert bomb.status_code == 422 and bomb.json()["code"].startswith("sheet.")
    nothing = desk("drafter", "get", f"/drafts/{full['id']}/sheet?kind=csv&part=nowhere")
    assert (nothing.status_code, nothing.json()["code"]) == (404, "not-held")
    kinds = OperatorEntry.objects.filter(ref=f"draft:{empty['id']}").values_list("what", flat=True)
    assert list(kinds).count("import") == 2


def _send(desk: Desk, number: int, name: str, content: bytes, version: int = 1) -> dict[str, Any]:
    file = io.BytesIO(content)
    file.name = name
    answer = desk.client.post(
        f"/api/v1/drafts/{number}/sheet?version={version}", {"file": file}, headers={"Authorization": f"Bearer {desk.tokens['drafter']}"}
    )
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def test_a_notification_says_how_much_notice_it_gives_and_stands_on_map_and_calendar(desk: Desk, agreed: str) -> None:
    (possible,) = desk.get("/openings?measure=un:I.3.1")
    assert possible["step"] == "notify" and [one["choice"] for one in possible["choices"]] == ["planned", "alerted"]
    begins = clock.now().date() + timedelta(days=20)
    data = {**example("land-activity"), "begins": begins.isoformat(), "ends": (begins + timedelta(days=4)).isoformat()}
    draft = desk.drafted("/drafts", {"measure": "un:I.3.1", "step": "notify", "choice": "planned", "data": data})
    seen = desk.get(f"/drafts/{draft['id']}/preview", "drafter")
    assert seen["opens"] and seen["notice"] == {**seen["notice"], "given": "P20D", "agreed": "P42D", "short": True}
    act = desk("releaser", "post", f"/drafts/{draft['id']}/release").json()["act"]
    span = f"begins={begins}&ends={begins}"
    (activity,) = desk.get(f"/calendar?{span}")["activities"]
    assert (activity["act"], activity["title"]) == (act, data["designation"])
    shown = desk.get(f"/map?{span}")
    assert {one["properties"]["kind"] for one in shown["features"]} == {"activity", "zone"}
    assert desk.get(f"/acts/{act}")["notice"]["short"]
    (case,) = desk.get("/cases?procedure=notification")["items"]
    assert case["title"] == data["designation"] and case["open"]
    cancelled = {"case": case["id"], "measure": "un:I.3.1", "step": "cancel", "data": example("cancellation")}
    desk.released("/drafts", cancelled)
    assert desk.get("/cases?state=ended")["items"][0]["outcome"] == "cancelled"
    refused = desk("releaser", "post", f"/drafts/{desk.drafted('/drafts', cancelled)['id']}/release")
    assert (refused.status_code, refused.json()["code"]) == (409, "draft.out-of-turn")


def test_a_changed_activity_stands_once_on_the_calendar_with_its_new_dates(desk: Desk, agreed: str) -> None:
    begins = clock.now().date() + timedelta(days=60)
    data = {**example("land-activity"), "begins": begins.isoformat(), "ends": begins.isoformat()}
    act = desk.released("/drafts", {"measure": "un:I.3.1", "step": "notify", "choice": "planned", "data": data})
    case, later = desk.get(f"/acts/{act}")["case"], (begins + timedelta(days=9)).isoformat()
    change = {"case": case, "measure": "un:I.3.1", "step": "change", "data": {**data, "ends": later}}
    told = desk.get(f"/drafts/{desk.drafted('/drafts', change)['id']}/differences", "releaser")
    assert (told["act"], told["fields"]) == (act, [{"path": "/ends", "old": begins.isoformat(), "new": later}])
    desk.released("/drafts", change)
    (activity,) = desk.get(f"/calendar?begins={later}&ends={later}")["activities"]
    assert (activity["act"], activity["ends"]) == (act, f"{later}T23:59:59Z")
    shown = desk.get(f"/acts/{act}")
    assert (shown["now_says"]["ends"], len(shown["amended_by"])) == (later, 1)


def test_a_question_about_a_line_is_answered_in_a_case_aside(desk: Desk, agreed: str, neighbours: Neighbours) -> None:
    said = desk.released("/drafts", report(desk))
    neighbours.exchange()
    case = desk.get(f"/acts/{said}")["case"]
    asked = Draft(
        terms=agreed, case=case, measure="un:I.1.1", step="ask", to=("tarsenia/vc",),
        data={"about": {"act": said, "path": "/units/2/personnel", "line": 3}, "text": "Does this count reservists?"},
    )  # fmt: skip
    (question,) = neighbours.say("ondoria", asked)
    assert [one["id"] for one in desk.get(f"/cases/{case}")["aside"]] == [question.case]
    (possible,) = [one for one in desk.get(f"/cases/{question.case}/allowed") if one["step"] == "answer"]
    assert possible["answers"] == question.id
    assert [one["case"] for one in desk.get("/duties?step=answer")] == [question.case]
    answer = desk.released(
        "/drafts",
        {"case": question.case, "measure": "un:I.1.1", "step": "answer", "refs": [{"rel": "answers", "act": question.id}],
         "data": {"kind": "explained", "text": "It does not."}},
    )  # fmt: skip
    neighbours.exchange()
    assert desk.get(f"/acts/{question.id}")["answered_by"] == [answer]
    assert neighbours["ondoria"].store.holds([answer]) and not neighbours["velmora"].store.holds([answer])


def test_an_incident_starts_the_hours_agreed_for_a_reply(desk: Desk, agreed: str, neighbours: Neighbours) -> None:
    body = {"measure": "un:I.3.4", "step": "request", "choice": "incident", "to": ["ondoria/vc"], "data": example("incident")}
    act = desk.released("/drafts", {**body, "header": {"precedence": "flash"}})
    neighbours.exchange()
    shown = desk.get(f"/acts/{act}")
    (duty,) = [one for one in desk.get(f"/cases/{shown['case']}")["duties"] if one["step"] == "reply"]
    assert (duty["owner"], duty["state"], shown["precedence"]) == ("ondoria", "expected", "flash")
    assert duty["key"] in [one["key"] for one in desk.get("/today")["due_to_us"]]


def test_readings_and_exports_stand_in_the_operator_log_and_acts_are_found_by_their_words(desk: Desk, agreed: str) -> None:
    first = desk.get("/acts?ours=true&party=tarsenia")["items"][-1]
    desk.get(f"/acts/{first['id']}")
    desk("auditor", "get", f"/acts/{first['id']}/evidence")
    told = desk.get(f"/log?ref=act:{first['id']}", "auditor")["items"]
    assert [(one["officer"], one["what"]) for one in told] == [("auditor", "export"), ("reader", "read"), ("releaser", "release")]
    found = desk.get("/search?q=remembrance")
    assert first["id"] in [one["id"] for one in found["acts"]]
    assert desk.get("/search?q=remembrance", "administrator")["acts"] == [], "an administrator reads no acts"
    assert {one["party"] for one in desk.get("/acts?ours=false")["items"]} == {"ondoria", "velmora"}
