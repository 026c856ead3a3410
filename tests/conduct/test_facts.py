"""Facts are what forms say, flat, with the place where each was said."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from comity.catalogue.forms import example, forms
from comity.conduct.facts import Fact, Report, changes, facts, report, standing

NOON = datetime(2026, 12, 15, 12, tzinfo=UTC)
ACT = "a" * 64


def of(form_id: str, data: dict[str, Any] | None = None) -> tuple[Fact, ...]:
    return facts(forms()[form_id], data or example(form_id), "tarsenia", ACT, NOON)


def test_a_unit_and_its_holdings_are_two_facts_of_one_row() -> None:
    unit, holding = (fact for fact in of("forces") if fact.key == "T-012")
    assert (unit.kind, unit.path, unit.line) == ("unit", "/units/2", 3)
    assert unit.fields["personnel"] == 2960 and unit.fields["tanks"] == 44
    assert (holding.kind, holding.path, holding.line) == ("holding", "/units/2/holdings", 3)
    assert holding.amounts == {"tanks": 44, "acv": 131, "atgm_vehicles": 8, "artillery": 24, "bridge_layers": 2}
    assert unit.place == holding.place == {"lat": -450333333, "lon": -1216666667}


def test_an_activity_carries_dates_area_forces_and_equipment() -> None:
    [activity] = of("land-activity")
    assert activity.key == "TA-2027-02"
    assert (activity.begins, activity.ends) == ("2027-05-10", "2027-05-21")
    assert activity.place is not None and activity.place["shape"] == "polygon"
    assert activity.fields["tanks"] == 102 and activity.fields["no_warning"] is False
    assert "units" not in activity.fields and "area" not in activity.fields


def test_a_vague_date_stays_vague_and_an_absent_figure_stays_absent() -> None:
    data = {"designation": "Sea Lantern", "begins": "1980-01", "ends": "1980-01"}
    [activity] = of("naval-activity", data)
    assert (activity.begins, activity.fields.get("personnel")) == ("1980-01", None)
    assert activity.key == ACT


def test_holdings_of_the_arms_register_are_counted_by_category() -> None:
    assert [fact.amounts for fact in of("arms")] == [{"tanks": 133}, {"acv": 383}]


def test_a_contingent_and_an_incident_are_facts() -> None:
    [contingent] = of("foreign-contingents")
    assert contingent.kind == "contingent" and contingent.amounts == {"acv": 6}
    assert contingent.key == "Velmora/Karst Bay/2nd Signal Company"
    [incident] = of("incident")
    assert incident.kind == "incident" and incident.fields["persons_harmed"] == 0


def test_a_form_without_facts_states_none() -> None:
    assert of("question") == ()


def made(days: int, units: dict[str, int], extent: str = "complete") -> Report:
    rows = [
        {"line": n, "record": key, "name": key, "level": "brigade", "readiness": "active", "personnel": 1, "holdings": {"tanks": tanks}}
        for n, (key, tanks) in enumerate(units.items(), 1)
    ]
    data = {"as_of": "2027-01-01", "extent": extent, "units": rows}
    return report(forms()["forces"], data, "tarsenia", f"{days:064x}", NOON + timedelta(days=days))


def tanks(reports: list[Report]) -> dict[str, int]:
    return {fact.key: fact.amounts["tanks"] for fact in standing(reports) if fact.kind == "holding"}


def test_a_complete_report_ends_what_earlier_ones_listed_and_an_update_does_not() -> None:
    first, update, next_year = made(0, {"A": 10, "B": 5}), made(30, {"B": 6}, "changes"), made(365, {"A": 9})
    assert tanks([first, update]) == {"A": 10, "B": 6}
    assert tanks([first, update, next_year]) == {"A": 9}


def test_a_complete_report_without_units_ends_them_all() -> None:
    assert tanks([made(0, {"A": 10}), made(365, {})]) == {}


def test_another_partys_report_ends_nothing_of_ours() -> None:
    theirs = made(365, {"A": 3})
    theirs = replace(theirs, party="ondoria", facts=tuple(replace(fact, party="ondoria") for fact in theirs.facts))
    assert len(standing([made(0, {"A": 10}), theirs])) == 4


@given(st.integers(0, 2**32))
def test_what_stands_does_not_depend_on_the_order_of_arrival(seed: int) -> None:
    reports = [made(0, {"A": 10, "B": 5}), made(30, {"B": 6}, "changes"), made(365, {"A": 9}), made(400, {"C": 2}, "changes")]
    shuffled = list(reports)
    random.Random(seed).shuffle(shuffled)
    assert set(map(repr, standing(shuffled))) == set(map(repr, standing(reports)))


def test_a_change_is_measured_against_the_figure_last_reported() -> None:
    [_, before] = made(0, {"A": 50}).facts
    [_, after] = made(1, {"A": 45}).facts
    [change] = changes(after, before).values()
    assert (change.amount, change.percent) == (Decimal(-5), -10)
    assert change.reaches(10) and not change.reaches(11)
    assert changes(after, after) == {}


def test_from_nothing_to_something_reaches_every_percentage() -> None:
    [_, before] = made(0, {"A": 0}).facts
    [_, after] = made(1, {"A": 1}).facts
    [change] = changes(after, before).values()
    assert change.percent is None and change.reaches(10)
    assert changes(after, None)["tanks"].reaches(10)
