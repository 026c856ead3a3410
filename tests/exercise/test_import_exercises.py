"""Rows of a published table become notifications of fictional States, or are told with their reason; nothing is invented."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from comity.catalogue.form_checks import validate
from comity.catalogue.forms import forms
from comity.exercise.import_exercises import Notice, columns_needed, exercises
from comity.exercise.import_states import folded, states
from comity.exercise.import_tables import Row, read_file, table_rows
from comity.exercise.import_words import WORDS, Rejected
from comity.formats import geojson, sheet_limits
from comity.protocol.refusals import Refused
from tests.exercise.exercise_tables import HEADINGS, PLAIN, began, ended, written
from tests.sources import sources

FICTIONAL = {"Tarsenia", "Ondoria", "Velmora"}


def read(content: bytes, name: str = "exercises.csv") -> list[Notice | Rejected]:
    return list(exercises(table_rows(content, name, columns_needed())))


def one(**otherwise: str) -> Notice | Rejected:
    """What one row makes, without the process that reads files."""
    return next(exercises([Row(line=2, cells={**PLAIN, **otherwise})]))


def data(**otherwise: str) -> Any:
    found = one(**otherwise)
    assert isinstance(found, Notice), found
    return found.data


def reason(**otherwise: str) -> tuple[int, str]:
    found = one(**otherwise)
    assert isinstance(found, Rejected), found
    assert found.sentence.endswith((".", ").", "”."))
    return found.line, found.code


def test_a_row_becomes_a_notification_that_the_form_accepts():
    found = one()
    assert isinstance(found, Notice)
    assert validate(forms()[found.form], found.data) == ()
    assert (found.measure, found.form, found.line) == ("un:I.3.1", "land-activity", 2)
    assert found.data["location"] == {"lat": 455000000, "lon": -1202500000}
    assert {name: found.data[name] for name in ("reference", "designation", "series", "begins", "ends", "place", "purpose", "kinds")} == {
        "reference": "mme1",
        "designation": "Long Meadow 80",
        "series": "Long Meadow",
        "begins": "1980-01-14",
        "ends": "1980-01-21",
        "place": "Mirren plain",
        "purpose": "crossing of a river",
        "kinds": ["land"],
    }


def test_the_author_stands_for_the_first_state_named_and_no_real_state_takes_part():
    found = one(StateA="-9", StateB="NATO", StateC="Canada")
    assert isinstance(found, Notice)
    assert found.author == states().party("Canada") == "velmora"
    assert found.data["participants"] == ["Velmora"]
    assert "States named there: 1; participants not named: 2." in found.data["remarks"]


def test_a_state_named_twice_is_counted_once():
    assert "States named there: 2; participants not named: 0." in data(StateC="BELGIUM")["remarks"]


def test_every_state_of_the_table_stands_for_one_party_whatever_its_spelling():
    assert states().party("  côte   d’ivoire ") == states().party("Côte d'Ivoire") is not None
    assert states().party("St. Christopher") == states().party("St. Kitts & Nevis")
    assert states().party("Ruritania") is None


def test_a_vague_date_stays_vague():
    found = one(**began("1980-01-xx", "1980", "1", "xx"), **ended("1980-xx-xx", "1980", "xx", "xx"))
    assert isinstance(found, Notice)
    assert (found.data["begins"], found.data["ends"]) == ("1980-01", "1980")
    assert (str(found.begins), str(found.ends)) == ("1980-01-01", "1980-12-31")


def test_a_vague_end_that_may_lie_after_a_known_beginning_is_kept():
    assert data(**ended("1980-01-xx", "1980", "1", "xx"))["ends"] == "1980-01"


def test_what_a_row_leaves_out_is_left_out():
    bare = data(Series_Name="-9", Location="-9", lat="", lon="", Land="0", FocusDescription="", AdditionalParticipantInfo="")
    assert set(bare) == {"reference", "designation", "begins", "ends", "participants", "remarks"}


def test_an_exercise_without_a_name_takes_its_series_and_else_says_that_none_is_given():
    assert data(Ex_Name="-9")["designation"] == "Long Meadow"
    assert data(Ex_Name="-9", Series_Name="")["designation"] == "No name given (mme1)"


def test_a_name_that_names_a_state_carries_the_fictional_name_and_says_so():
    said = data(Ex_Name="Belgium-CANADA 80")
    assert said["designation"] == "Tarsenia-Velmora 80"
    assert "the fictional name stands" in said["remarks"]
    assert "the fictional name stands" not in data(Ex_Name="Canadarm", Series_Name="")["remarks"]


def test_what_the_form_has_no_field_for_is_kept_in_words():
    said = data(Warfighting="1", AdditionalParticipantInfo="with 18,000 soldiers")["remarks"]
    assert "Warfighting exercise." in said and "Participation: with 18,000 soldiers" in said


def test_a_place_too_long_for_its_line_stands_in_the_remarks_whole():
    long = "along the coast " * 14
    said = data(Location=long)
    assert "place" not in said and f"Place: {long.strip()}" in said["remarks"]


def test_a_number_given_twice_is_the_reference_of_the_first_only():
    first, again = read(written({}, {"Ex_Name": "Short Meadow"}))
    assert isinstance(first, Notice) and isinstance(again, Notice)
    assert first.data["reference"] == "mme1" and "reference" not in again.data
    assert "Row 2 of the table has the same number." in again.data["remarks"]


def test_coordinates_may_have_a_decimal_comma_and_keep_every_digit():
    assert data(lat="45,3000001", lon="-9,00001")["location"] == {"lat": 453000001, "lon": -90000100}


@pytest.mark.parametrize(
    ("otherwise", "code"),
    [
        ({"StateA": "-9", "StateB": ""}, "no-participant"),
        ({"StateA": "", "StateB": "Baltic States"}, "no-participant"),
        ({"StateA": "Ruritania"}, "unknown-participant"),
        (began("", "", "", ""), "no-beginning"),
        (ended("", "-9", "xx", "xx"), "no-end"),
        (began("2/30/80", "1980", "2", "30"), "date"),
        (began("1/14/80", "80", "1", "14"), "date"),
        (began("1/14/80", "1980", "13", "14"), "date"),
        (began("", "1980", "May", "14"), "date"),
        (began("1/15/80", "1980", "1", "14"), "two-dates"),
        (began("1980-02-xx", "1980", "1", "xx"), "two-dates"),
        (ended("1/13/80", "1980", "1", "13"), "order"),
        (ended("1979-12-xx", "1979", "12", "xx"), "order"),
        ({"lat": "91"}, "coordinates"),
        ({"lon": "-180.0000001"}, "coordinates"),
        ({"lon": ""}, "coordinates"),
        ({"lat": "45°18′ N"}, "coordinates"),
        ({"lat": "1e999999"}, "coordinates"),
        ({"lat": "NaN"}, "coordinates"),
        ({"Sea": "yes"}, "kind"),
        ({"Ex_Name": "x" * 201}, "form"),
        ({"FocusDescription": "a bell \x07 rings"}, "form"),
        ({"MMEID": "mme" + "1" * 40}, "form"),
    ],
)
def test_a_row_that_cannot_be_a_notification_is_told_with_its_reason(otherwise: dict[str, str], code: str):
    assert reason(**otherwise) == (2, code)
    assert code in WORDS


def test_a_row_with_a_formula_is_told_and_the_others_are_taken():
    told, taken = read(written({"Ex_Name": "=1+1"}, {"MMEID": "mme2"}))
    assert isinstance(told, Rejected) and (told.line, told.code) == (2, "formula")
    assert isinstance(taken, Notice)


def test_a_row_with_too_many_cells_is_told_and_the_others_are_taken():
    lines = written({}, {"MMEID": "mme2"}).split(b"\r\n")
    lines[1] += b",Denmark,Norway,Sweden"
    first, second = read(b"\r\n".join(lines))
    assert isinstance(first, Rejected) and (first.line, first.code) == (2, "cells")
    assert isinstance(second, Notice) and second.line == 3


AGES = [
    ("utf-8", "\n"),
    ("utf-8", "\r"),
    ("utf-8-sig", "\r\n"),
    ("utf-16", "\r\n"),
    ("mac_roman", "\r"),
    ("cp1252", "\r\n"),
    ("cp1252", "\n"),
]
"""MacRoman is told from Windows-1252 by the line ends of its time."""


@pytest.mark.parametrize(("encoding", "end"), AGES)
def test_line_ends_and_encodings_of_every_age_are_read(encoding: str, end: str):
    said = read(written({"Location": "Côte rocheuse, Sørøya", "StateC": "Côte d’Ivoire"}, end=end, encoding=encoding))[0]
    assert isinstance(said, Notice) and said.data["place"] == "Côte rocheuse, Sørøya"


def test_semicolons_and_quoted_line_breaks_are_read():
    said = read(written({"FocusDescription": 'a "large"\r\ncrossing; at night'}, delimiter=";"))[0]
    assert isinstance(said, Notice) and said.data["purpose"] == 'a "large" crossing; at night'


def test_a_decomposed_accent_is_composed():
    assert data(Location="So\u0308ndre")["place"] == "S\u00f6ndre"


def test_another_table_is_refused_by_the_columns_it_lacks():
    with pytest.raises(Refused, match="lacks these columns: lat, lon") as refusal:
        read(written({}, headings=[name for name in HEADINGS if name not in ("lat", "lon")]))
    assert refusal.value.code == "import.columns"


def test_a_table_with_a_column_twice_is_refused():
    with pytest.raises(Refused) as refusal:
        read(written({}, headings=[*HEADINGS, "StateA"]))
    assert refusal.value.code == "import.columns-doubled"


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"\r" * 10])
def test_what_is_no_table_is_refused(content: bytes):
    with pytest.raises(Refused):
        read(content)


def test_a_file_is_read_to_its_limit_and_no_further(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "large.csv"
    file.write_bytes(written({}))
    monkeypatch.setattr(sheet_limits, "FILE_BYTES", 20)
    with pytest.raises(Refused) as refusal:
        read_file(file)
    assert refusal.value.code == "sheet.large"


def test_a_file_that_is_not_there_is_refused_by_name_without_its_folder(tmp_path: Path):
    with pytest.raises(Refused) as refusal:
        read_file(tmp_path / "absent.csv")
    assert "absent.csv" in str(refusal.value) and str(tmp_path) not in str(refusal.value)


def test_the_same_table_gives_the_same_notifications_each_time():
    content = written({}, {"StateA": "Norway"}, {"lat": "95"})
    assert read(content) == read(content)


def test_no_party_stands_for_itself_in_the_real_world():
    assert not FICTIONAL & {name.title() for name in states().parties}
    assert PLAIN["StateA"].casefold() in states().parties


# The real table ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> list[Notice | Rejected]:
    return read(read_file(sources("exercises/mme_v7.csv")))


def test_at_least_three_thousand_rows_of_the_published_table_become_notifications(real: list[Notice | Rejected]):
    notices = [found for found in real if isinstance(found, Notice)]
    assert len(real) == 3707
    assert len(notices) >= 3000
    assert all(validate(forms()["land-activity"], found.data) == () for found in notices[::40])


def test_every_row_of_the_published_table_is_either_taken_or_told(real: list[Notice | Rejected]):
    told = Counter(found.code for found in real if isinstance(found, Rejected))
    assert [found.line for found in real] == list(range(2, 3709))
    assert told == {"no-participant": 91, "order": 6}


def test_no_real_state_is_author_or_participant(real: list[Notice | Rejected]):
    notices = [found for found in real if isinstance(found, Notice)]
    assert {found.author for found in notices} == set(states().names)
    assert {name for found in notices for name in found.data["participants"]} <= FICTIONAL


def test_vague_dates_of_the_published_table_stay_vague(real: list[Notice | Rejected]):
    vague = [found for found in real if isinstance(found, Notice) and {len(found.data["begins"]), len(found.data["ends"])} & {4, 7}]
    assert len(vague) > 1000


def test_states_of_the_list_of_names_are_known_to_the_table_as_real_ones():
    rows = table_rows(read_file(sources("names/country-codes.csv")), "country-codes.csv", ("CLDR display name", "is_independent"))
    names = {row.cells["CLDR display name"] for row in rows}
    known = {name for name in names if states().party(name)}
    assert len(known) > 150
    assert not {folded(name) for name in FICTIONAL} & {folded(name) for name in names}


@pytest.mark.parametrize(("file", "fitting"), [("zones_and_lines_ne10m", 11), ("korea_dmz_lsib_polygon", 1)])
def test_a_zone_from_a_map_is_the_area_of_an_activity_or_is_told_what_is_wrong_with_it(file: str, fitting: int):
    found = geojson.read(read_file(sources(f"zones/{file}.geojson")))
    areas = [dict(area.shape) for area in found.areas if area.shape["shape"] == "polygon"]
    told = [validate(forms()["land-activity"], {**data(), "area": area}) for area in areas]
    assert sum(not faults for faults in told) == fitting
    assert {(fault.path, fault.code) for faults in told for fault in faults} <= {("/area", "area-crosses")}
