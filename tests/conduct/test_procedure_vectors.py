"""The published vectors for procedures, which another implementer runs too."""

import json

import pytest

from tests.conduct.procedure_vectors import VECTORS, run_case, run_duration, run_moment, run_read, run_recurrence, vectors


def published(pattern):
    found = sorted(VECTORS.glob(pattern))
    assert found
    return [pytest.param(json.loads(path.read_text("utf-8")), id=path.stem) for path in found]


@pytest.mark.parametrize("vector", published("read_*.json"))
def test_a_text_is_read_to_its_hash_or_refused_by_line(vector):
    assert run_read(vector["text"]) == vector["expected"]


def test_every_vector_named_fail_is_refused_and_no_other():
    for parameter in published("read_*.json"):
        assert ("code" in parameter.values[0]["expected"]) == str(parameter.id).endswith("_fail")


@pytest.mark.parametrize("turn", [0, 1, 2], ids=["in order", "backwards", "turned"])
@pytest.mark.parametrize("vector", published("case_*.json"))
def test_acts_come_to_what_is_published_in_any_order(vector, turn):
    acts = vector["acts"]
    order = (acts, acts[::-1], acts[1:] + acts[:1])[turn]
    assert run_case(vector, order) == vector["expected"]


def test_times_and_dates_are_those_published():
    for name, run in (
        ("durations", lambda one: run_duration(one["text"])),
        ("recurrences", lambda one: run_recurrence(one["text"], one["start"], one["until"])),
        ("moments", run_moment),
    ):
        for vector in json.loads((VECTORS / f"{name}.json").read_text("utf-8"))["vectors"]:
            assert run(vector) == vector["expected"], vector


def test_the_recipes_make_exactly_what_is_published():
    made = vectors()
    assert sorted(made) == sorted(path.name for path in VECTORS.glob("*.json"))
    for name, vector in made.items():
        assert json.loads((VECTORS / name).read_text("utf-8")) == json.loads(json.dumps(vector)), name
