"""Corrections name single fields of a report as it was sent, and never change it in place."""

from typing import Any

import pytest

from comity.catalogue.form_corrections import corrected
from comity.catalogue.forms import example, forms

FORCES = forms()["forces"]


def told(*changes: tuple[str, str | None]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    rows = [{"line": n, "path": path, **({} if value is None else {"value": value})} for n, (path, value) in enumerate(changes, 1)]
    data, faults = corrected(FORCES, example("forces"), rows)
    return data, [(fault.path, fault.code) for fault in faults]


def test_the_example_correction_fits_the_example_report() -> None:
    data, faults = corrected(FORCES, example("forces"), example("correction")["changes"])
    assert faults == () and data["units"][2]["personnel"] == 2960


def test_a_figure_a_text_a_place_and_a_new_member_are_replaced() -> None:
    data, faults = told(
        ("/units/2/personnel", "3000"),
        ("/units/2/place", "24"),
        ("/units/2/location", '{"lat":-450000000,"lon":-1210000000}'),
        ("/units/0/holdings/tanks", "2"),
    )
    assert faults == []
    assert (data["units"][2]["personnel"], data["units"][2]["place"]) == (3000, "24")
    assert data["units"][2]["location"] == {"lat": -450000000, "lon": -1210000000}
    assert data["units"][0]["holdings"] == {"tanks": 2}


def test_pointers_mean_the_report_as_it_was_sent_even_when_rows_go() -> None:
    data, faults = told(("/units/0", None), ("/units/2/personnel", "1"), ("/units/1", None))
    assert faults == []
    assert [(row["record"], row["personnel"]) for row in data["units"]][:1] == [("T-012", 1)]
    assert len(data["units"]) == 4


def test_a_row_is_added_at_the_end() -> None:
    row = '{"level":"brigade","line":7,"name":"9th","personnel":5,"readiness":"active","record":"T-9"}'
    data, faults = told(("/units/-", row))
    assert faults == [] and data["units"][6]["record"] == "T-9"


@pytest.mark.parametrize("path", ["/units/77/personnel", "/units/x", "/colour", "/units/0/personnel/deep", "/-"])
def test_a_change_without_a_place_is_told(path: str) -> None:
    assert (path, "no-such-field") in told((path, "1"))[1]


def test_what_the_form_would_not_take_is_told_as_on_the_form() -> None:
    assert told(("/units/2/personnel", "-1"))[1] == [("/units/2/personnel", "too-small")]
    assert told(("/units/2/name", None))[1] == [("/units/2/name", "missing")]
    assert told(("/units/2/personnel", "l 240"))[1] == [("/units/2/personnel", "no-such-field")]


def test_the_report_itself_is_not_changed() -> None:
    report = example("forces")
    corrected(FORCES, report, [{"line": 1, "path": "/units/0", "value": "null"}])
    assert report == example("forces")
