"""The pages an officer reads, on a region that has lived a year: what they say, to whom, and what they never say."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

import comity.conduct
from comity.protocol import evidence
from comity.site.config import clock, keyfile, wiring
from comity.site.desk.models import Draft
from comity.site.journal import reading
from comity.site.pages import agreed, reasons, values
from comity.site.pages.models import CalendarFeed
from comity.site.people.models import OperatorEntry, What
from tests.site import region
from tests.site.region import Region


@pytest.fixture(scope="module")
def history(django_db_setup: Any, django_db_blocker: Any) -> Iterator[tuple[Region, dict[str, Any]]]:
    """The region's year, kept for all tests of this module."""
    del django_db_setup
    from django.db import transaction

    if not (settings.DATA / keyfile.KEY_FILE).exists():
        keyfile.make(settings.DATA, office="tarsenia/vc", at=datetime(2020, 1, 1, tzinfo=UTC), random=clock.chance)
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        wiring.forget()
        lived = region.a_year(Region(clock.now(), wiring.held()))
        made = region.this_week(lived)
        yield lived, made
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)
        wiring.forget()


@pytest.fixture
def lived(history: tuple[Region, dict[str, Any]], db: None) -> Region:
    return history[0]


@pytest.fixture
def acts(history: tuple[Region, dict[str, Any]], db: None) -> dict[str, Any]:
    return history[1]


@pytest.fixture
def officer(lived: Region, signed_in: Callable[..., Client]) -> Client:
    return signed_in("duty", "drafter")


def text(client: Client, address: str) -> str:
    """What a page says, without its marks."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    body = answer.content.decode().split("<main", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u202f", " ").replace("\u00a0", " ").split())


def of_case(act: Any) -> str:
    return reverse("pages:case", args=[act.case])


ALL = ["today", "cases", "archive", "measures", "provisions", "arrangements", "consents", "calendar", "map", "contacts", "search"]


@pytest.mark.parametrize("name", ALL)
def test_every_page_opens_for_a_duty_officer_and_says_so_in_the_operator_log(officer: Client, name: str) -> None:
    before = OperatorEntry.objects.filter(what=What.READ).count()
    assert officer.get(reverse(f"pages:{name}")).status_code == 200
    reads = OperatorEntry.objects.filter(what=What.READ).count() - before
    assert reads == (0 if name in ("measures", "provisions") else 1)


@pytest.mark.parametrize("name", ["today", "cases", "archive", "arrangements", "consents", "calendar", "map", "map-data"])
def test_an_administrator_reads_no_acts(lived: Region, signed_in: Callable[..., Client], name: str) -> None:
    assert signed_in("administrator").get(reverse(f"pages:{name}")).status_code == 403


@pytest.mark.parametrize("name", [*ALL, "calendar-address"])
def test_nobody_reads_a_page_without_signing_in(lived: Region, name: str) -> None:
    assert Client().get(reverse(f"pages:{name}")).status_code == 302


# Today -------------------------------------------------------------------------------------------------------------------


def test_today_says_what_is_due_from_us_and_to_us(officer: Client) -> None:
    said = text(officer, "/")
    assert "Report: Annual report on armed forces" in said
    assert "Due in 6 days" in said
    assert "Answer: Grey Heron From Ondoria" in said


def test_today_lists_what_is_asked_by_question_with_what_silence_means(officer: Client) -> None:
    said = text(officer, "/")
    table = said[said.index("Asked and not yet answered") :]
    assert "What accounts for the 2 700 persons above the calendar?" in table
    assert "The next step may follow (para" in table
    assert "Nothing follows by itself" in table


def test_lateness_is_two_facts_and_never_an_accusation(officer: Client) -> None:
    said = text(officer, "/") + text(officer, reverse("pages:calendar"))
    assert re.search(r"Not yet here, \d+ days after the date", said)
    assert not re.search(r"overdue|failed|violat|non-complian|breach|\blate\b", said, re.IGNORECASE)


def test_a_draft_of_ones_own_waits_for_a_second_officer(lived: Region, officer: Client, signed_in: Callable[..., Client]) -> None:
    now = clock.now()
    Draft.objects.create(
        state="submitted", terms=lived.terms, measure=region.NOTIFY, step="notify", choice="planned", title="Long Meadow",
        prepared_by=officer.officer, prepared_at=now, submitted_at=now,
    )  # fmt: skip
    assert "Planned activity: Long Meadow" in text(officer, "/")
    assert "you prepared it, so you cannot release it" in text(officer, "/")
    other = signed_in("releaser", username="osk")
    assert "You can release it" in text(other, "/")
    assert "Long Meadow" not in text(signed_in("reader"), "/")


def test_an_arrival_is_not_yet_opened_until_an_officer_reads_it(officer: Client, acts: dict[str, Any]) -> None:
    before = text(officer, "/").count("Not yet opened")
    officer.get(reverse("pages:act", args=[acts["theirs"].id]))
    assert text(officer, "/").count("Not yet opened") == before - 1


def test_a_page_that_brings_itself_up_to_date_is_not_a_new_reading(officer: Client) -> None:
    before = OperatorEntry.objects.count()
    officer.get("/", headers={"X-Comity-Live": "1"})
    assert OperatorEntry.objects.count() == before


def test_the_live_parts_of_today_are_marked(officer: Client) -> None:
    body = officer.get("/").content.decode()
    assert {"from", "to", "asked", "release", "arrived", "week", "lede"} <= set(re.findall(r'data-live="(\w+)"', body))


# A case ------------------------------------------------------------------------------------------------------------------


def test_a_short_notice_stands_beside_the_notice_agreed_with_its_paragraph(officer: Client, acts: dict[str, Any]) -> None:
    said = text(officer, of_case(acts["heron"]))
    assert "Notice: 12 days. Agreed: 42 days (para 8.4)." in said
    assert "Reason given by Ondoria: Area changed after flooding." in said


def test_a_question_stands_in_the_row_of_its_figure(officer: Client, acts: dict[str, Any]) -> None:
    body = officer.get(of_case(acts["heron"])).content.decode()
    row = re.search(r'<tr role="row" id="vpersonnel">.*?</tr>', body, re.DOTALL)
    assert row is not None
    assert "What accounts for the 2 700 persons" in row[0]
    assert "Asked by us, delivered" in row[0]


def test_the_figure_from_which_one_notifies_stands_beside_what_was_said(officer: Client, acts: dict[str, Any]) -> None:
    assert re.search(r"Personnel 8 700 5 000", text(officer, of_case(acts["heron"])))


def test_an_answer_stands_beside_its_question_and_line(officer: Client, acts: dict[str, Any]) -> None:
    said = text(officer, of_case(acts["report"]))
    assert "Personnel: What accounts for the rise in line 2?" in said
    assert "Ondoria: Two companies moved there in June." in said
    assert "Asked by us, answered" in said


def test_a_report_is_compared_with_the_one_before(officer: Client, acts: dict[str, Any]) -> None:
    said = text(officer, of_case(acts["report"]))
    assert re.search(r"Against \d{4}: 3 lines changed, 1 line no longer there\.", said)
    assert "(+50)" in said


def test_who_has_not_reported_is_shown_without_blame(officer: Client, acts: dict[str, Any]) -> None:
    said = text(officer, of_case(acts["report"]))
    assert "Velmora : Nil return" in said
    assert "Tarsenia Due in 6 days" in said


def test_questions_between_others_that_never_came_here_are_not_shown(officer: Client, acts: dict[str, Any]) -> None:
    assert "Why was the area moved?" not in text(officer, of_case(acts["heron"]))


def test_what_may_be_done_comes_from_the_procedure_with_one_filled_button(officer: Client, acts: dict[str, Any]) -> None:
    body = officer.get(of_case(acts["signal"])).content.decode()
    part = body[body.index('data-live="next"') : body.index("</section>", body.index('data-live="next"'))]
    assert "Notify a change" in part
    assert "Cancel the activity" in part
    assert part.count("btn go") == 1


def test_a_reader_is_told_what_could_be_done_and_gets_no_button(lived: Region, signed_in: Callable[..., Client], acts: dict[str, Any]) -> None:
    said = text(signed_in("reader"), of_case(acts["signal"]))
    assert "Your role prepares no acts." in said
    assert "step=" not in signed_in("auditor").get(of_case(acts["signal"])).content.decode()


def test_an_incident_shows_its_48_hours_in_words_and_as_a_bar(officer: Client, acts: dict[str, Any]) -> None:
    body = officer.get(of_case(acts["incident"])).content.decode()
    assert "Agreed: 48 hours." in body
    assert re.search(r'<progress class="run-bar" max="100" value="\d+"', body)


def test_receipts_are_shown_on_our_own_acts_alone(officer: Client, acts: dict[str, Any]) -> None:
    ours, theirs = text(officer, of_case(acts["signal"])), text(officer, reverse("pages:act", args=[acts["heron"].id]))
    assert "Velmora delivered" in ours
    assert "Neither means agreed." in ours
    assert "We signed that it was delivered." in theirs
    assert "Velmora delivered" not in theirs


def test_a_remark_stays_with_the_case_and_is_recorded(officer: Client, acts: dict[str, Any]) -> None:
    officer.post(reverse("pages:case-remark", args=[acts["heron"].case]), {"text": "Ask the attaché."})
    assert "Ask the attaché." in text(officer, of_case(acts["heron"]))
    assert OperatorEntry.objects.filter(what=What.COMMENT, ref=f"case:{acts['heron'].case}").exists()


def test_a_drafted_question_is_shown_as_ours_alone_and_not_printed(lived: Region, officer: Client, acts: dict[str, Any]) -> None:
    about = {"act": acts["heron"].id, "path": "/holdings/artillery"}
    Draft.objects.create(
        case=acts["heron"].case, terms=lived.terms, measure=region.NOTIFY, step="ask", data={"about": about, "text": "Is a battery missing?"},
        prepared_by=officer.officer, prepared_at=clock.now(),
    )  # fmt: skip
    body = officer.get(of_case(acts["heron"])).content.decode()
    assert re.search(r'class="ask mine".*?Only you see this.*?Is a battery missing\?', body, re.DOTALL)


@pytest.mark.parametrize("name", ["case", "act", "arrangement"])
def test_what_is_not_held_is_not_found(officer: Client, name: str) -> None:
    assert officer.get(reverse(f"pages:{name}", args=["0" * 64])).status_code == 404


# An act and its proof ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["heron", "signal"])
def test_the_proof_file_proves_the_act_offline_and_is_recorded(officer: Client, acts: dict[str, Any], name: str) -> None:
    act = acts[name].id
    answer = officer.get(reverse("pages:act-proof", args=[act]))
    report = evidence.check(answer.content)
    assert report.proved, report.sentence
    assert report.act == act
    assert "attachment" in answer["Content-Disposition"]
    assert OperatorEntry.objects.filter(what=What.EXPORT, ref=f"act:{act}").count() == 1


def test_a_reader_may_not_save_a_proof_file(lived: Region, signed_in: Callable[..., Client], acts: dict[str, Any]) -> None:
    assert signed_in("reader").get(reverse("pages:act-proof", args=[acts["heron"].id])).status_code == 403
    assert "Save the proof file" not in text(signed_in("reader", username="second"), reverse("pages:act", args=[acts["heron"].id]))


def test_the_page_of_an_act_says_that_the_file_is_for_ourselves(officer: Client, acts: dict[str, Any]) -> None:
    said = text(officer, reverse("pages:act", args=[acts["heron"].id]))
    assert "Signed by Ondoria; both signatures hold." in said
    assert "The file is for ourselves." in said


def test_printing_an_act_is_recorded(officer: Client, acts: dict[str, Any]) -> None:
    assert officer.get(reverse("pages:act-print", args=[acts["heron"].id])).status_code == 200
    assert OperatorEntry.objects.filter(what=What.PRINT, ref=f"act:{acts['heron'].id}").exists()


def test_every_reason_a_fold_can_give_has_its_sentence() -> None:
    given = set()
    for path in Path(next(iter(comity.conduct.__path__))).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason":
                given |= {k.value.value for k in node.keywords if k.arg == "code" and isinstance(k.value, ast.Constant)}
    assert len(given) > 30
    assert given - set(reasons.SENTENCES) == set()


# Catalogue and terms -------------------------------------------------------------------------------------------------------


def test_the_measures_are_found_by_words_catalogue_and_dimension(officer: Client) -> None:
    assert "120 measures" in text(officer, "/measures/")
    assert "Advance notification of exercises" in text(officer, "/measures/?q=exercises")
    assert "un:I.3.1" not in text(officer, "/measures/?catalogue=cica")
    assert "7 measures" in text(officer, "/measures/?agreed=1")


def test_a_measure_says_what_was_agreed_and_lets_one_begin(officer: Client) -> None:
    said = text(officer, "/measures/un:I.3.1/")
    assert "How long before it begins an activity is notified 42 days para 8.4" in said
    assert "Velmora: Personnel: 2 500 or more" in said
    assert "Planned activity" in said


def test_a_measure_of_the_renumbered_catalogue_shows_both_numbers(officer: Client) -> None:
    said = text(officer, "/measures/cica:2.1d/")
    assert "Number, 2004" in said or "Number," in said


def test_general_provisions_say_what_keeps_them(officer: Client) -> None:
    said = text(officer, "/measures/provisions/")
    assert "un:intro.11" in said
    assert "Kept by people" in said


def test_an_arrangement_keeps_three_facts_apart(lived: Region, officer: Client) -> None:
    said = text(officer, reverse("pages:arrangement", args=[lived.terms]))
    assert "Initialled Tarsenia, Ondoria, Velmora" in said
    assert "Signed Tarsenia, Ondoria, Velmora" in said
    assert "In force from" in said
    assert "Sarn Secretariat" in said


def test_the_names_of_states_come_in_the_readers_language(lived: Region, officer: Client) -> None:
    officer.post("/people/language/", {"language": "ar", "next": "/"})
    body = officer.get(reverse("pages:arrangement", args=[lived.terms])).content.decode()
    assert "أوندوريا" in body
    assert 'dir="rtl"' in body


# Calendar, map, contacts, search ---------------------------------------------------------------------------------------------


def test_the_month_the_map_and_its_data_have_the_same_numbers(lived: Region, officer: Client) -> None:
    month = f"{lived.today + timedelta(days=10):%Y-%m}"
    said = text(officer, f"/calendar/?month={month}")
    data = json.loads(officer.get(f"/map/data.geojson?month={month}").content)
    heron = next(one for one in data["features"] if one["properties"].get("name") == "Grey Heron")
    assert f"{heron['properties']['number']} Grey Heron" in said


@pytest.mark.parametrize("month", ["2026-13", "x", "0000-01", "99999-01", "-1"])
def test_a_month_that_is_none_shows_this_month(officer: Client, month: str) -> None:
    assert officer.get("/calendar/", {"month": month}).status_code == 200


def test_a_secret_address_serves_the_calendar_until_it_is_withdrawn(officer: Client) -> None:
    officer.post("/calendar/address/", {"do": "make"})
    page = officer.get("/calendar/address/").content.decode()
    address = re.search(r"/calendar/feed/[\w-]+\.ics", page)
    assert address is not None
    anybody = Client()
    feed = anybody.get(address[0])
    assert feed.status_code == 200
    assert b"SUMMARY:Grey Heron" in feed.content
    assert address[0] not in officer.get("/calendar/address/").content.decode()
    assert not CalendarFeed.objects.filter(digest=address[0].split("/")[-1]).exists()
    officer.post("/calendar/address/", {"do": "withdraw"})
    assert anybody.get(address[0]).status_code == 404


def test_the_feed_of_an_officer_who_was_switched_off_is_closed(officer: Client) -> None:
    officer.post("/calendar/address/", {"do": "make"})
    address = re.search(r"/calendar/feed/[\w-]+\.ics", officer.get("/calendar/address/").content.decode())
    assert address is not None
    officer.officer.is_active = False
    officer.officer.save()
    assert Client().get(address[0]).status_code == 404


def test_a_cancelled_exercise_is_shown_as_cancelled_and_said_so_to_calendar_programs(lived: Region, officer: Client) -> None:
    data = region._exercise("Short Tide", lived, 20, 22, 6000, None)
    act = lived.step("ondoria", region.NOTIFY, "notify", choice="planned", data=data)
    lived.now += timedelta(minutes=1)
    lived.step("ondoria", region.NOTIFY, "cancel", case=act.case, data={"reason": "weather"})
    month = f"{lived.today + timedelta(days=20):%Y-%m}"
    assert "Cancelled: Short Tide" in text(officer, f"/calendar/?month={month}")
    assert b"STATUS:CANCELLED" in officer.get(f"/calendar/month.ics?month={month}").content


def test_contacts_show_how_old_each_entry_is(officer: Client) -> None:
    said = text(officer, "/contacts/")
    assert re.search(r"Velmora Points of contact declared \d+ months ago", said)
    card = officer.get("/contacts/contacts.vcf?party=velmora").content
    assert card.count(b"BEGIN:VCARD") >= 1
    assert b"Velmora" in card


def test_a_search_finds_measures_cases_and_acts(officer: Client) -> None:
    said = text(officer, "/search/?q=heron")
    assert "Cases Grey Heron" in said
    assert "Planned activity: Exercise Grey Heron" in said


def test_a_search_by_a_role_that_reads_no_acts_finds_measures_alone(lived: Region, signed_in: Callable[..., Client]) -> None:
    said = text(signed_in("administrator"), "/search/?q=heron")
    assert "Planned activity" not in said
    assert "only measures are searched" in said


@pytest.mark.parametrize("query", ["", '"', "a OR b", "*", "' --", "x" * 5_000, "\u0000"])
def test_no_query_breaks_the_search(officer: Client, query: str) -> None:
    assert officer.get("/search/", {"q": query}).status_code == 200


# Words of values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"),
    [("P42D", "42 days"), ("PT48H", "48 hours"), ("P1Y6M", "1 year 6 months"), ("P2W", "14 days"), ("PT0S", "at once"), ("P1D", "1 day")],
)
def test_a_duration_is_written_in_words(value: str, words: str) -> None:
    assert values.duration(value) == words


def test_a_recurrence_is_written_in_words() -> None:
    assert values.recurrence("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=15") == "every year on 15 December"
    assert values.recurrence("FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=1") == "every 6 months on day 1"


def test_no_page_asks_the_database_in_a_loop(lived: Region, officer: Client, acts: dict[str, Any], django_assert_max_num_queries: Any) -> None:
    for address in ("/", of_case(acts["heron"]), of_case(acts["report"]), "/calendar/", "/search/?q=heron"):
        officer.get(address)
        with django_assert_max_num_queries(40):
            officer.get(address)


def test_titles_of_cases_aside_are_those_of_their_parents(acts: dict[str, Any]) -> None:
    child, parent = reading.case_row(acts["persons"].case), reading.case_row(acts["heron"].case)
    assert child is not None
    assert agreed.case_title(child, parent) == "Grey Heron"
