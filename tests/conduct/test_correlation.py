"""Accounts laid beside each other: what differs is said, what is absent is not taken for nought."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from comity.catalogue.forms import example, forms
from comity.conduct.correlation import Differences, differences, planned_and_notified, side_by_side, transfers
from comity.conduct.facts import Fact, facts

NOON = datetime(2026, 12, 15, 12, tzinfo=UTC)


def forces(this: dict[str, Any], last: dict[str, Any]) -> Differences:
    return differences(this, last, forms()["forces"])


def test_rows_are_followed_by_their_record_number_not_by_their_line() -> None:
    this, last = example("forces"), example("forces")
    this["units"].reverse()
    for line, row in enumerate(this["units"], 1):
        row["line"] = line
    assert forces(this, last).none


def test_a_changed_figure_is_told_with_amount_and_percent() -> None:
    this, last = example("forces"), example("forces")
    last["units"][2]["holdings"]["artillery"] = 30
    [row] = [row for row in forces(this, last).rows if row.status == "changed"]
    [found] = row.differences
    assert (row.part, row.key, row.line) == ("units", ("T-012",), 3)
    assert (found.path, found.old, found.new) == ("holdings/artillery", 30, 24)
    assert found.change is not None and (found.change.amount, found.change.percent) == (Decimal(-6), -20)


def test_added_and_removed_rows_are_told() -> None:
    this, last = example("forces"), example("forces")
    gone = this["units"].pop(3)
    last["units"].pop(0)
    told = forces(this, last)
    assert (told.count("added"), told.count("removed"), told.count("unchanged")) == (1, 1, 5)
    [removed] = [row for row in told.rows if row.status == "removed"]
    assert (removed.key, removed.index, removed.last_line) == ((gone["record"],), None, gone["line"])


def test_a_figure_not_given_is_not_nought() -> None:
    this, last = example("forces"), example("forces")
    del this["units"][3]["holdings"]["tanks"]
    [row] = [row for row in forces(this, last).rows if row.status == "changed"]
    assert (row.differences[0].old, row.differences[0].new) == (0, None)
    assert row.differences[0].change is not None and row.differences[0].change.new is None


def test_cells_of_the_matrix_are_compared_and_the_writing_of_a_number_is_not() -> None:
    this, last = example("budget"), example("budget")
    this["matrix"]["services"]["central"] = "8.00"
    assert differences(this, last, forms()["budget"]).none
    this["matrix"]["services"]["central"] = "9"
    [found] = differences(this, last, forms()["budget"]).fields
    assert found.path == "/matrix/services/central"
    assert found.change is not None and found.change.percent == Decimal("12.5")


@given(st.lists(st.tuples(st.sampled_from("ABCDEF"), st.integers(0, 9)), unique_by=lambda row: row[0]), st.data())
def test_every_row_of_either_report_is_told_once(rows: list[tuple[str, int]], drawn: st.DataObject) -> None:
    last = drawn.draw(st.lists(st.tuples(st.sampled_from("ABCDEF"), st.integers(0, 9)), unique_by=lambda row: row[0]))
    now, then = ({"units": [{"record": key, "personnel": n} for key, n in side]} for side in (rows, last))
    told = forces(now, then)
    assert sorted(row.key[0] for row in told.rows) == sorted({key for key, _ in rows} | {key for key, _ in last})
    unchanged = {row.key[0] for row in told.rows if row.status == "unchanged"}
    assert unchanged == {key for key, number in rows if (key, number) in last}


def test_the_hosts_figure_stands_beside_the_deploying_states() -> None:
    host = example("foreign-contingents")
    sent = {
        "contingents": [
            {"line": 1, "state": "Tarsenia", "place": "karst bay", "personnel": 121},
            {"line": 2, "state": "Tarsenia", "place": "Mirren", "personnel": 7},
        ]
    }
    bay, mirren = side_by_side("Tarsenia", host, "Velmora", sent)
    assert (bay.left_figure, bay.right_figure, bay.difference) == (118, 121, -3)
    assert (mirren.left_figure, mirren.right_figure, mirren.difference) == (None, 7, None)


def test_exporter_and_importer_are_matched_by_category() -> None:
    exported = {
        "exports": [
            {"line": 1, "category": "artillery", "state": "Tarsenia", "number": 4},
            {"line": 2, "category": "artillery", "state": "TARSENIA", "number": 4},
        ]
    }
    artillery, small_arms = transfers("Ondoria", exported, "Tarsenia", example("arms"))
    assert (artillery.left_figure, artillery.right_figure, artillery.difference) == (8, 6, 2)
    assert (small_arms.left_figure, small_arms.right_figure) == (None, 400)


def said(form_id: str, **members: Any) -> Fact:
    data = {"designation": "Long Meadow", "begins": "2027-05-10", "ends": "2027-05-21", **members}
    if form_id == "activity-calendar":
        data = {"year": 2027, "activities": [{"line": 1, "reference": "R-1", **data}]}
    [fact] = facts(forms()[form_id], data, "tarsenia", "b" * 64, NOON)
    return fact


def test_a_notice_is_matched_to_the_calendar_by_reference_even_when_renamed_and_moved() -> None:
    notice = said("land-activity", reference="R-1", designation="Short Meadow", begins="2027-07-01", ends="2027-07-02")
    [pair] = planned_and_notified([said("activity-calendar")], [notice])
    assert (pair.by, pair.notice) == ("reference", notice)


def test_without_reference_the_same_name_at_dates_that_may_overlap_matches() -> None:
    entry = said("activity-calendar", begins="2027-05", ends="2027-05")
    assert planned_and_notified([entry], [said("land-activity", designation="LONG MEADOW")])[0].by == "designation"
    autumn = said("land-activity", begins="2027-09-01", ends="2027-09-05")
    alone, unplanned = planned_and_notified([entry], [autumn])
    assert (alone.notice, unplanned.entry) == (None, None)


def test_two_that_fit_are_not_guessed_between() -> None:
    notices = [said("land-activity"), said("air-activity")]
    assert planned_and_notified([said("activity-calendar")], notices)[0].notice is None
