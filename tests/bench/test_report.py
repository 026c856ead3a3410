"""The bench writes what it prints, flat, and one run at a time."""

import json

import pytest

from bench import __main__ as program
from bench import report


@pytest.fixture
def measures(monkeypatch, tmp_path):
    monkeypatch.setattr(program, "RESULT", tmp_path / "build/bench.json")
    monkeypatch.setattr(program, "MEASURES", {"one": lambda: {"today_ms": 41.27}, "two": lambda: {"issue_share_of_limit": 0.512}})
    return tmp_path / "build/bench.json"


def test_every_number_stands_in_one_flat_object(measures):
    program.main([])

    assert json.loads(measures.read_text("utf-8")) == {"today_ms": 41.27, "issue_share_of_limit": 0.512}


def test_what_did_not_run_is_not_kept(measures):
    program.main([])
    program.main(["two"])

    assert json.loads(measures.read_text("utf-8")) == {"issue_share_of_limit": 0.512}


def test_an_unknown_measure_is_named(measures):
    with pytest.raises(SystemExit, match="no measure three"):
        program.main(["three"])
    assert not measures.exists()


def test_a_share_is_shown_in_hundredths_and_large_numbers_in_full(capsys):
    report.show("paths", {"issue_share_of_limit": 0.512, "node_to_node_acts_per_s": 1234.5, "today_ms": 41.27})

    told = capsys.readouterr().out
    assert "51%" in told
    assert "1,234" in told
    assert "41.3" in told


def test_the_primitives_give_the_limits_of_both_paths(monkeypatch):
    from bench import primitives

    monkeypatch.setattr(primitives, "ROUNDS", 1)
    monkeypatch.setattr(primitives, "CALLS", 1)

    found = primitives.measure()

    assert found["limit_issue_to_3_ms"] > found["mldsa65_sign_ms"] > 0
    assert found["limit_receive_at_64_ms"] > found["hybrid_unwrap_ms"] > 0
