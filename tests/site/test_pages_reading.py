"""Today, cases, acts and their proof, on a region that has lived a year: what they say, to whom, and what they never say."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import comity.conduct
from comity.protocol import evidence
from comity.site.config import clock
from comity.site.desk.models import Draft
from comity.site.pages import reasons
from comity.site.people.models import OperatorEntry, What
from tests.site import region
from tests.site.lived import of_case, text
from tests.site.region import Region

ALL = ["today", "cases", "archive", "measures", "provisions", "arrangements", "consents", "calendar", "map", "contacts", "search"]


@pytest.mark.parametrize("name", ALL)
def test_every_page_opens_for_a_duty_officer_and_says_so_in_the_operator_log(duty: Client, name: str) -> None:
    before = OperatorEntry.objects.filter(what=What.READ).count()
    assert duty.get(reverse(f"pages:{name}")).status_code == 200
    reads = OperatorEntry.objects.filter(what=What.READ).count() - before
    assert reads == (0 if name in ("measures", "provisions") else 1)


@pytest.mark.parametrize("name", ["today", "cases", "archive", "arrangements", "consents", "calendar", "map", "map-data"])
def test_an_administrator_reads_no_acts(lived: Region, signed_in: Callable[..., Client], name: str) -> None:
    assert signed_in("administrator").get(reverse(f"pages:{name}")).status_code == 403


@pytest.mark.parametrize("name", [*ALL, "calendar-address"])
def test_nobody_reads_a_page_without_signing_in(lived: Region, name: str) -> None:
    assert Client().get(reverse(f"pages:{name}")).status_code == 302


# Today -------------------------------------------------------------------------------------------------------------------


def test_today_says_what_is_due_from_us_and_to_us(duty: Client) -> None:
    said = text(duty, "/")
    assert "Report: Annual report on armed forces" in said
    assert "Due in 6 days" in said
    assert "Answer: Grey Heron From Ondoria" in said


def test_today_lists_what_is_asked_by_question_with_what_silence_means(duty: Client) -> None:
    said = text(duty, "/")
    table = said[said.index("Asked and not yet answered") :]
    assert "What accounts for the 2 700 persons above the calendar?" in table
    assert "The next step may follow (para" in table
    assert "Nothing follows by itself" in table


def test_lateness_is_two_facts_and_never_an_accusation(duty: Client) -> None:
    said = text(duty, "/") + text(duty, reverse("pages:calendar"))
    assert re.search(r"Not yet here, \d+ days after the date", said)
    assert not re.search(r"overdue|failed|violat|non-complian|breach|\blate\b", said, re.IGNORECASE)


def test_a_draft_of_ones_own_waits_for_a_second_officer(lived: Region, duty: Client, signed_in: Callable[..., Client]) -> None:
    now = clock.now()
    Draft.objects.create(
        state="submitted", terms=lived.terms, measure=region.NOTIFY, step="notify", choice="planned", title="Long Meadow",
        prepared_by=duty.officer, prepared_at=now, submitted_at=now,
    )  # fmt: skip
    assert "Planned activity: Long Meadow" in text(duty, "/")
    assert "you prepared it, so you cannot release it" in text(duty, "/")
    other = signed_in("releaser", username="osk")
    assert "You can release it" in text(other, "/")
    assert "Long Meadow" not in text(signed_in("reader"), "/")


def test_an_arrival_is_not_yet_opened_until_an_officer_reads_it(duty: Client, acts: dict[str, Any]) -> None:
    before = text(duty, "/").count("Not yet opened")
    duty.get(reverse("pages:act", args=[acts["theirs"].id]))
    assert text(duty, "/").count("Not yet opened") == before - 1


def test_a_page_that_brings_itself_up_to_date_is_not_a_new_reading(duty: Client) -> None:
    before = OperatorEntry.objects.count()
    duty.get("/", headers={"X-Comity-Live": "1"})
    assert OperatorEntry.objects.count() == before


def test_the_live_parts_of_today_are_marked(duty: Client) -> None:
    body = duty.get("/").content.decode()
    assert {"from", "to", "asked", "release", "arrived", "week", "lede"} <= set(re.findall(r'data-live="(\w+)"', body))


# A case ------------------------------------------------------------------------------------------------------------------


def test_a_short_notice_stands_beside_the_notice_agreed_with_its_paragraph(duty: Client, acts: dict[str, Any]) -> None:
    said = text(duty, of_case(acts["heron"]))
    assert "Notice: 12 days. Agreed: 42 days (para 8.4)." in said
    assert "Reason given by Ondoria: Area changed after flooding." in said


def test_a_question_stands_in_the_row_of_its_figure(duty: Client, acts: dict[str, Any]) -> None:
    body = duty.get(of_case(acts["heron"])).content.decode()
    row = re.search(r'<tr role="row" id="vpersonnel">.*?</tr>', body, re.DOTALL)
    assert row is not None
    assert "What accounts for the 2 700 persons" in row[0]
    assert "Asked by us, delivered" in row[0]


def test_the_figure_from_which_one_notifies_stands_beside_what_was_said(duty: Client, acts: dict[str, Any]) -> None:
    assert re.search(r"Personnel 8 700 5 000", text(duty, of_case(acts["heron"])))


def test_an_answer_stands_beside_its_question_and_line(duty: Client, acts: dict[str, Any]) -> None:
    said = text(duty, of_case(acts["report"]))
    assert "Personnel: What accounts for the rise in line 2?" in said
    assert "Ondoria: Two companies moved there in June." in said
    assert "Asked by us, answered" in said


def test_a_report_is_compared_with_the_one_before(duty: Client, acts: dict[str, Any]) -> None:
    said = text(duty, of_case(acts["report"]))
    assert re.search(r"Against \d{4}: 3 lines changed, 1 line no longer there\.", said)
    assert "(+50)" in said


def test_who_has_not_reported_is_shown_without_blame(duty: Client, acts: dict[str, Any]) -> None:
    said = text(duty, of_case(acts["report"]))
    assert "Velmora : Nil return" in said
    assert "Tarsenia Due in 6 days" in said


def test_questions_between_others_that_never_came_here_are_not_shown(duty: Client, acts: dict[str, Any]) -> None:
    assert "Why was the area moved?" not in text(duty, of_case(acts["heron"]))


def test_what_may_be_done_comes_from_the_procedure_with_one_filled_button(duty: Client, acts: dict[str, Any]) -> None:
    body = duty.get(of_case(acts["signal"])).content.decode()
    part = body[body.index('data-live="next"') : body.index("</section>", body.index('data-live="next"'))]
    assert "Notify a change" in part
    assert "Cancel the activity" in part
    assert part.count("btn go") == 1


def test_a_reader_is_told_what_could_be_done_and_gets_no_button(
    lived: Region, signed_in: Callable[..., Client], acts: dict[str, Any]
) -> None:
    said = text(signed_in("reader"), of_case(acts["signal"]))
    assert "Your role prepares no acts." in said
    assert "step=" not in signed_in("auditor").get(of_case(acts["signal"])).content.decode()


def test_an_incident_shows_its_48_hours_in_words_and_as_a_bar(duty: Client, acts: dict[str, Any]) -> None:
    body = duty.get(of_case(acts["incident"])).content.decode()
    assert "Agreed: 48 hours." in body
    assert re.search(r'<progress class="run-bar" max="100" value="\d+"', body)


def test_receipts_are_shown_on_our_own_acts_alone(duty: Client, acts: dict[str, Any]) -> None:
    ours, theirs = text(duty, of_case(acts["signal"])), text(duty, reverse("pages:act", args=[acts["heron"].id]))
    assert "Velmora delivered" in ours
    assert "Neither means agreed." in ours
    assert "We signed that it was delivered." in theirs
    assert "Velmora delivered" not in theirs


def test_a_remark_stays_with_the_case_and_is_recorded(duty: Client, acts: dict[str, Any]) -> None:
    duty.post(reverse("pages:case-remark", args=[acts["heron"].case]), {"text": "Ask the attaché."})
    assert "Ask the attaché." in text(duty, of_case(acts["heron"]))
    assert OperatorEntry.objects.filter(what=What.COMMENT, ref=f"case:{acts['heron'].case}").exists()


def test_a_drafted_question_is_shown_as_ours_alone_and_not_printed(lived: Region, duty: Client, acts: dict[str, Any]) -> None:
    about = {"act": acts["heron"].id, "path": "/holdings/artillery"}
    Draft.objects.create(
        case=acts["heron"].case, terms=lived.terms, measure=region.NOTIFY, step="ask", data={"about": about, "text": "Is a battery missing?"},
        prepared_by=duty.officer, prepared_at=clock.now(),
    )  # fmt: skip
    body = duty.get(of_case(acts["heron"])).content.decode()
    assert re.search(r'class="ask mine".*?Only you see this.*?Is a battery missing\?', body, re.DOTALL)


@pytest.mark.parametrize("name", ["case", "act", "arrangement"])
def test_what_is_not_held_is_not_found(duty: Client, name: str) -> None:
    assert duty.get(reverse(f"pages:{name}", args=["0" * 64])).status_code == 404


# An act and its proof ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["heron", "signal"])
def test_the_proof_file_proves_the_act_offline_and_is_recorded(duty: Client, acts: dict[str, Any], name: str) -> None:
    act = acts[name].id
    answer = duty.get(reverse("pages:act-proof", args=[act]))
    report = evidence.check(answer.content)
    assert report.proved, report.sentence
    assert report.act == act
    assert "attachment" in answer["Content-Disposition"]
    assert OperatorEntry.objects.filter(what=What.EXPORT, ref=f"act:{act}").count() == 1


def test_a_reader_may_not_save_a_proof_file(lived: Region, signed_in: Callable[..., Client], acts: dict[str, Any]) -> None:
    assert signed_in("reader").get(reverse("pages:act-proof", args=[acts["heron"].id])).status_code == 403
    assert "Save the proof file" not in text(signed_in("reader", username="second"), reverse("pages:act", args=[acts["heron"].id]))


def test_the_page_of_an_act_says_that_the_file_is_for_ourselves(duty: Client, acts: dict[str, Any]) -> None:
    said = text(duty, reverse("pages:act", args=[acts["heron"].id]))
    assert "Signed by Ondoria; both signatures hold." in said
    assert "The file is for ourselves." in said


def test_printing_an_act_is_recorded(duty: Client, acts: dict[str, Any]) -> None:
    assert duty.get(reverse("pages:act-print", args=[acts["heron"].id])).status_code == 200
    assert OperatorEntry.objects.filter(what=What.PRINT, ref=f"act:{acts['heron'].id}").exists()


def test_every_reason_a_fold_can_give_has_its_sentence() -> None:
    given = set()
    for path in Path(next(iter(comity.conduct.__path__))).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason":
                given |= {k.value.value for k in node.keywords if k.arg == "code" and isinstance(k.value, ast.Constant)}
    assert len(given) > 30
    assert given - set(reasons.SENTENCES) == set()
