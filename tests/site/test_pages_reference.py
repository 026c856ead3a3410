"""Measures, terms, calendar, map, contacts and search, on a region that has lived a year."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.site.journal import reading
from comity.site.pages import agreed, values
from comity.site.pages.models import CalendarFeed
from tests.site import region
from tests.site.lived import of_case, text
from tests.site.region import Region

# Catalogue and terms -------------------------------------------------------------------------------------------------------


def test_the_measures_are_found_by_words_catalogue_and_dimension(duty: Client) -> None:
    assert "120 measures" in text(duty, "/measures/")
    assert "Advance notification of exercises" in text(duty, "/measures/?q=exercises")
    assert "un:I.3.1" not in text(duty, "/measures/?catalogue=cica")
    assert "7 measures" in text(duty, "/measures/?agreed=1")


def test_a_measure_says_what_was_agreed_and_lets_one_begin(duty: Client) -> None:
    said = text(duty, "/measures/un:I.3.1/")
    assert "How long before it begins an activity is notified 42 days para 8.4" in said
    assert "Velmora: Personnel: 2 500 or more" in said
    assert "Planned activity" in said


def test_a_measure_of_the_renumbered_catalogue_shows_both_numbers(duty: Client) -> None:
    said = text(duty, "/measures/cica:2.1d/")
    assert "Number, 2004 2.1 d" in said
    assert "Number, 2021 2.1.1 d" in said


def test_general_provisions_say_what_keeps_them(duty: Client) -> None:
    said = text(duty, "/measures/provisions/")
    assert "un:intro.11" in said
    assert "Kept by people" in said


def test_an_arrangement_keeps_three_facts_apart(lived: Region, duty: Client) -> None:
    said = text(duty, reverse("pages:arrangement", args=[lived.terms]))
    assert "Initialled Tarsenia, Ondoria, Velmora" in said
    assert "Signed Tarsenia, Ondoria, Velmora" in said
    assert "In force from" in said
    assert "Sarn Secretariat" in said


def test_the_names_of_states_come_in_the_readers_language(lived: Region, duty: Client) -> None:
    duty.post("/people/language/", {"language": "ar", "next": "/"})
    body = duty.get(reverse("pages:arrangement", args=[lived.terms])).content.decode()
    assert "أوندوريا" in body
    assert 'dir="rtl"' in body


# Calendar, map, contacts, search ---------------------------------------------------------------------------------------------


def test_the_month_the_map_and_its_data_have_the_same_numbers(lived: Region, duty: Client) -> None:
    month = f"{lived.today + timedelta(days=10):%Y-%m}"
    said = text(duty, f"/calendar/?month={month}")
    data = json.loads(duty.get(f"/map/data.geojson?month={month}").content)
    heron = next(one for one in data["features"] if one["properties"].get("name") == "Grey Heron")
    assert f"{heron['properties']['number']} Grey Heron" in said


@pytest.mark.parametrize("month", ["2026-13", "x", "0000-01", "99999-01", "-1"])
def test_a_month_that_is_none_shows_this_month(duty: Client, month: str) -> None:
    assert duty.get("/calendar/", {"month": month}).status_code == 200


def test_a_secret_address_serves_the_calendar_until_it_is_withdrawn(duty: Client) -> None:
    duty.post("/calendar/address/", {"do": "make"})
    page = duty.get("/calendar/address/").content.decode()
    address = re.search(r"/calendar/feed/[\w-]+\.ics", page)
    assert address is not None
    anybody = Client()
    feed = anybody.get(address[0])
    assert feed.status_code == 200
    assert b"SUMMARY:Grey Heron" in feed.content
    assert address[0] not in duty.get("/calendar/address/").content.decode()
    assert not CalendarFeed.objects.filter(digest=address[0].split("/")[-1]).exists()
    duty.post("/calendar/address/", {"do": "withdraw"})
    assert anybody.get(address[0]).status_code == 404


def test_the_feed_of_an_officer_who_was_switched_off_is_closed(duty: Client) -> None:
    duty.post("/calendar/address/", {"do": "make"})
    address = re.search(r"/calendar/feed/[\w-]+\.ics", duty.get("/calendar/address/").content.decode())
    assert address is not None
    duty.officer.is_active = False
    duty.officer.save()
    assert Client().get(address[0]).status_code == 404


def test_a_cancelled_exercise_is_shown_as_cancelled_and_said_so_to_calendar_programs(lived: Region, duty: Client) -> None:
    data = region._exercise("Short Tide", lived, 20, 22, 6000, None)
    act = lived.step("ondoria", region.NOTIFY, "notify", choice="planned", data=data)
    lived.now += timedelta(minutes=1)
    lived.step("ondoria", region.NOTIFY, "cancel", case=act.case, data={"reason": "weather"})
    month = f"{lived.today + timedelta(days=20):%Y-%m}"
    assert "Cancelled: Short Tide" in text(duty, f"/calendar/?month={month}")
    assert b"STATUS:CANCELLED" in duty.get(f"/calendar/month.ics?month={month}").content


def test_contacts_show_how_old_each_entry_is(duty: Client) -> None:
    said = text(duty, "/contacts/")
    assert re.search(r"Velmora Points of contact declared \d+ months ago", said)
    card = duty.get("/contacts/contacts.vcf?party=velmora").content
    assert card.count(b"BEGIN:VCARD") >= 1
    assert b"Velmora" in card


def test_a_search_finds_measures_cases_and_acts(duty: Client) -> None:
    said = text(duty, "/search/?q=heron")
    assert "Cases Grey Heron" in said
    assert "Planned activity: Exercise Grey Heron" in said


def test_a_search_by_a_role_that_reads_no_acts_finds_measures_alone(lived: Region, signed_in: Callable[..., Client]) -> None:
    said = text(signed_in("administrator"), "/search/?q=heron")
    assert "Planned activity" not in said
    assert "only measures are searched" in said


@pytest.mark.parametrize("query", ["", '"', "a OR b", "*", "' --", "x" * 5_000, "\u0000"])
def test_no_query_breaks_the_search(duty: Client, query: str) -> None:
    assert duty.get("/search/", {"q": query}).status_code == 200


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


def test_no_page_asks_the_database_in_a_loop(lived: Region, duty: Client, acts: dict[str, Any], django_assert_max_num_queries: Any) -> None:
    for address in ("/", of_case(acts["heron"]), of_case(acts["report"]), "/calendar/", "/search/?q=heron"):
        duty.get(address)
        with django_assert_max_num_queries(40):
            duty.get(address)


def test_titles_of_cases_aside_are_those_of_their_parents(acts: dict[str, Any]) -> None:
    child, parent = reading.case_row(acts["persons"].case), reading.case_row(acts["heron"].case)
    assert child is not None
    assert agreed.case_title(child, parent) == "Grey Heron"
