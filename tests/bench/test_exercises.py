"""What the acts of the bench say, with the published table and without it."""

from itertools import islice

import pytest

from bench import exercises
from comity.catalogue.form_checks import validate
from comity.catalogue.forms import forms


@pytest.fixture
def without_table(monkeypatch, tmp_path):
    monkeypatch.setattr(exercises, "TABLE", tmp_path / "none.csv")


def test_without_the_table_the_rows_are_our_own_and_fit_the_form(without_table):
    for notice in islice(exercises.notices(), 50):
        assert validate(forms()[notice.form], notice.data) == ()


def test_when_the_rows_are_used_up_they_come_again_years_later(without_table):
    found = list(islice(exercises.notices(), 3_001))

    first, again = found[0], found[3_000]
    assert again.data["designation"] == first.data["designation"]
    assert again.begins.year > found[2_999].begins.year
    assert again.data["begins"] == again.begins.isoformat()
    assert validate(forms()[again.form], again.data) == ()
