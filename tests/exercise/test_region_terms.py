"""The arrangement of the fictional region: the same on every node, and alive on the day it is started."""

from datetime import UTC, date, datetime, timedelta

import pytest

from comity.catalogue.forms import forms
from comity.catalogue.procedures import procedures
from comity.catalogue.spans import read_recurrence
from comity.conduct.measures_agreed import measure_terms
from comity.conduct.words import carried_texts, initial_body, read_word
from comity.exercise.region_terms import region_terms, region_texts

TODAY = date(2026, 11, 22)


def terms(today=TODAY):
    version = region_terms(today)
    return {
        one.measure: one
        for one in measure_terms(
            version,
            {one.hash: one for one in procedures().values()},
            {one.hash for one in forms().values()},
            datetime(2025, 9, 1, tzinfo=UTC),
        )
    }


def test_every_node_that_makes_it_makes_the_same_text():
    assert region_terms(TODAY).id == region_terms(TODAY).id
    assert region_terms(TODAY).id != region_terms(TODAY + timedelta(days=1)).id


@pytest.mark.parametrize("today", [TODAY, date(2027, 12, 28), date(2028, 2, 23), date(2027, 2, 22), date(2026, 1, 25)])
def test_a_report_is_due_in_six_days_and_was_due_a_year_before(today):
    schedule = read_recurrence(str(terms(today)["un:I.1.1"].value("schedule")))
    begins = region_terms(today).effective
    dates = list(schedule.dates(start=begins, until=today + timedelta(days=30)))
    assert dates[-1] == today + timedelta(days=6)
    assert len(dates) == 2


def test_what_is_reported_in_december_is_valid_later_and_not_before():
    exchange = terms()["un:I.1.1"]
    due = read_recurrence(str(exchange.value("schedule"))).next(TODAY, start=TODAY)
    valid = read_recurrence(str(exchange.value("effective"))).next(due, start=TODAY)
    assert timedelta(days=7) < valid - due < timedelta(days=60)


def test_the_smallest_state_notifies_from_a_number_of_its_own():
    notification = terms()["un:I.3.1"]
    assert notification.value("threshold", "velmora") != notification.value("threshold", "tarsenia")
    assert notification.value("notice", "velmora") == "P42D"


def test_the_secretariat_takes_part_and_is_bound_by_nothing():
    version = region_terms(TODAY)
    assert version.names == {"tarsenia", "ondoria", "velmora"}
    assert version.participants - version.names == {"sarn"}
    assert terms()["un:I.3.4"].roles == {"third": ("sarn",)}


def test_each_word_for_people_is_there_in_the_three_languages_of_the_region():
    record = region_terms(TODAY).record
    names = [record["title"], *(one["name"] for one in (*record["parties"], *record["others"], *record["zones"]))]
    clauses = [words for clause in record["text"] for words in clause.values()]
    assert all(set(words) == {"en", "ru", "ar"} for words in (*names, *clauses))


def test_its_first_initial_carries_every_text_it_stands_on():
    version = region_terms(TODAY)
    body = initial_body(version, 1, region_texts(version))
    assert read_word("initial", body).text == version
    assert carried_texts(body, version).keys() == version.texts()
