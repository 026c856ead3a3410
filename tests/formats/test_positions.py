"""Positions as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.formats import positions

LATITUDES = st.integers(-900_000_000, 900_000_000)
LONGITUDES = st.integers(-1_800_000_000, 1_800_000_000)


@given(LATITUDES, LONGITUDES)
def test_what_is_written_reads_back_to_the_last_digit(lat, lon):
    place = positions.point(lat, lon)
    assert positions.read(positions.written(place)) == place


def test_whole_minutes_are_written_without_seconds():
    assert positions.written({"lat": -453000000, "lon": -1204666667}) == "45°18′ S 120°28′ W"


@pytest.mark.parametrize("text", [
    "45°18′ S 120°28′ W", "45°18' S, 120°28' W", "45 18 S 120 28 W", "120°28′00″ W 45°18′00″ S", "45º18’S 120º28’W", "45,3 S 120,46666667 W",
    "-45.3 -120.4666667", "−45.3, −120.4666667", "45°18′\u00a0S\u202f120°28′\u00a0W", "\u200e45°18′ S 120°28′ W\u200e",
])
def test_every_usual_writing_is_read(text):
    assert positions.read(text) == {"lat": -453000000, "lon": -1204666667}


@pytest.mark.parametrize(("text", "code"), [
    ("45°18′ S", "longitude-missing"), ("120°28′ W", "latitude-missing"), ("45°18′ S 120°28′", "longitude-missing"), ("45.3", "longitude-missing"),
    ("91 S 120 W", "latitude-range"), ("45 S 181 W", "longitude-range"), ("45 60 S 120 W", "position-half"), ("45.5 30 S 120 W", "position-half"),
    ("45 S 46 S", "position-half"), ("-45 S 120 W", "position-half"), ("45 18 120 28", "position-letters"), ("near Lomra", "position-unreadable"),
    ("45 S 120 W 7", "position-letters"), ("4500 S 120 W", "position-unreadable"), ("", "position-unreadable"), ("9" * 90, "position-long"),
])
def test_what_cannot_be_read_is_told_and_never_guessed(text, code):
    fault = positions.read(text)
    assert isinstance(fault, positions.Fault)
    assert fault.code == code
    assert "%(" not in str(fault)
