"""Numbers, days and moments as people write them: read, or asked back; never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.catalogue.forms import forms
from comity.formats import cells, numerals
from comity.formats.numerals import Unread


@pytest.mark.parametrize("text", ["1240", "1 240", "1\u202f240", "1 240", "1'240", "1,240", "1.240", "١٢٤٠", "۱۲۴۰", "+1240"])
def test_a_whole_number_is_read_however_it_is_grouped(text: str) -> None:
    assert numerals.whole(text) == 1240


@pytest.mark.parametrize("text", ["l 240", "12 40", "1,24", "12.5", "1e3", "", "1 240 men", "½"])
def test_what_is_no_whole_number_is_asked_back(text: str) -> None:
    assert isinstance(numerals.whole(text), Unread)


def test_a_group_of_noughts_alone_may_be_a_fraction_and_is_asked_back() -> None:
    asked = numerals.whole("58.000")
    assert isinstance(asked, Unread) and (asked.code, asked.args) == ("number-ambiguous", {"one": "58000", "other": "58"})
    assert numerals.whole("1.258.000") == 1258000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,5", "12.5"),
        ("12.50", "12.5"),
        ("1 240,5", "1240.5"),
        ("1.240,5", "1240.5"),
        ("1,240.5", "1240.5"),
        ("0,125", "0.125"),
        ("−7", "-7"),
        ("١٢٫٥", "12.5"),
        ("-0", "0"),
        ("1,240,000", "1240000"),
    ],
)
def test_a_decimal_is_read_with_comma_or_point(text: str, value: str) -> None:
    assert numerals.decimal(text) == value


@pytest.mark.parametrize("text", ["1,240", "1.240", "-58.000"])
def test_a_decimal_that_can_be_read_two_ways_is_asked_back(text: str) -> None:
    asked = numerals.decimal(text)
    assert isinstance(asked, Unread) and asked.code == "number-ambiguous"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-22", "2026-11-22"),
        ("22.11.2026", "2026-11-22"),
        ("22 Nov 2026", "2026-11-22"),
        ("22 November 2026", "2026-11-22"),
        ("22/11/2026", "2026-11-22"),
        ("11/22/2026", "2026-11-22"),
        ("5/5/2026", "2026-05-05"),
        ("٢٠٢٦-١١-٢٢", "2026-11-22"),
    ],
)
def test_a_day_is_read(text: str, day: str) -> None:
    assert numerals.day(text, vague=False) == day


def test_a_day_with_two_readings_is_asked_back_with_both() -> None:
    asked = numerals.day("11/12/2026", vague=True)
    assert isinstance(asked, Unread) and asked.args == {"one": "2026-11-12", "other": "2026-12-11"}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1980-01-xx", "1980-01"),
        ("1980-xx-xx", "1980"),
        ("1980-01", "1980-01"),
        ("Jan 1980", "1980-01"),
        ("01.1980", "1980-01"),
        ("1980", "1980"),
    ],
)
def test_a_vague_day_stays_vague(text: str, day: str) -> None:
    assert numerals.day(text, vague=True) == day
    assert numerals.day(text, vague=False) == Unread(code="day-incomplete")


@pytest.mark.parametrize("text", ["1/14/80", "2026-02-30", "1980-xx-05", "soon", "22-11-2026"])
def test_what_is_no_day_is_asked_back(text: str) -> None:
    assert isinstance(numerals.day(text, vague=True), Unread)


@pytest.mark.parametrize("text", ["2026-11-22T21:09:08Z", "2026-11-22 21:09:08", "2026-11-22 21:09:08 UTC", "2026-11-23T00:09:08+03:00"])
def test_a_moment_is_brought_to_utc(text: str) -> None:
    assert numerals.moment(text) == "2026-11-22T21:09:08Z"


@pytest.mark.parametrize("text", ["2026-11-22T21:09:08-00:00", "2026-11-22", "21:09", "2026-11-22 25:00"])
def test_what_is_no_moment_is_asked_back(text: str) -> None:
    assert isinstance(numerals.moment(text), Unread)


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_every_decimal_written_is_read_back(digits: int, places: int) -> None:
    value = numerals.plain_decimal(f"{digits}e-{places}")
    assert numerals.decimal(numerals.shown_decimal(value)) == value


@given(st.integers(-900000000, 900000000), st.integers(-1800000000, 1800000000), st.integers(1, 5_000_000))
def test_every_circle_written_is_read_back(lat: int, lon: int, radius: int) -> None:
    node = forms()["incident"].node("/area")
    circle = {"shape": "circle", "centre": {"lat": lat, "lon": lon}, "radius": radius}
    assert node is not None and cells.read(node, cells.write(node, circle, "en")) == circle


def test_text_is_brought_to_composed_form() -> None:
    node = forms()["question"].node("/text")
    assert node is not None and cells.read(node, "Ka\u0308rst\r\nBay ") == "Kärst\nBay"
