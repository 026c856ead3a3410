"""The ballots, tried by brute force: M1 to M4 of the protocol's page on terms, and the canaries that show they can fail."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.conduct.model.ballot_model import (
    Rules,
    State,
    can_conclude,
    certificates,
    conflicts,
    reachable,
    without_proof,
)

ALL = {text: frozenset({0, 1, 2}) for text in "xy"}
ONE_LEFT = {"x": frozenset({0, 1, 2}), "y": frozenset({0, 1})}
"""Text y drops party 2 by its leave, so that it needs two signatures only."""

SETTINGS = pytest.mark.parametrize("needs", [ALL, ONE_LEFT], ids=["three stay", "one has left"])


@contextmanager
def _room_for(depth: int) -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(depth)
    yield
    sys.setrecursionlimit(before)


def _two_texts(rules: Rules, state: State) -> bool:
    return len(certificates(rules, state)) > 1


@SETTINGS
def test_when_all_keep_the_rules_one_base_never_gets_two_certificates(needs):
    rules = Rules(needs=needs)
    states = reachable(rules)

    assert len(states) == {3: 13_781, 2: 7_411}[len(needs["y"])]
    assert not any(_two_texts(rules, state) for state in states)
    assert not any(conflicts(rules, state) for state in states)


@SETTINGS
def test_from_every_state_people_who_agree_can_still_conclude_a_text(needs):
    longer = Rules(needs=needs, ballots=3)
    with _room_for(20_000):
        known: dict[State, bool] = {}
        for state in reachable(Rules(needs=needs)):
            assert can_conclude(longer, tuple((*words, "") for words in state), None, known)


@SETTINGS
def test_people_may_agree_on_either_text_until_the_other_is_concluded(needs):
    longer = Rules(needs=needs, ballots=3)
    with _room_for(20_000):
        for text, other in ("xy", "yx"):
            known: dict[State, bool] = {}
            for state in reachable(Rules(needs=needs)):
                wider = tuple((*words, "") for words in state)
                concluded = {found for _, found in certificates(longer, wider)}
                assert can_conclude(longer, wider, text, known) or concluded == {other}


@SETTINGS
@pytest.mark.parametrize("liar", [0, 1, 2])
def test_a_liar_brings_no_rule_keeper_to_conflicting_words_and_two_texts_prove_the_lie(needs, liar):
    rules = Rules(needs=needs, liar=liar)
    states = reachable(rules)

    assert any(_two_texts(rules, state) for state in states), "the liar can complete two, or the test shows nothing"
    assert not any(conflicts(rules, state) for state in states)
    assert not any(without_proof(rules, state) for state in states)


def test_a_liar_with_three_ballots_still_leaves_proof():
    rules = Rules(ballots=3, liar=2)
    states = reachable(rules)

    assert any(_two_texts(rules, state) for state in states)
    assert not any(conflicts(rules, state) or without_proof(rules, state) for state in states)


@SETTINGS
@pytest.mark.parametrize("liar", [None, 0, 2])
def test_nobody_is_bound_by_a_text_it_did_not_sign(needs, liar):
    rules = Rules(needs=needs, liar=liar)
    for state in reachable(rules):
        for ballot, text in certificates(rules, state):
            bound = rules.needs[text] - {rules.liar}
            assert all(state[party][ballot].startswith(f"{text}s") for party in bound)


@pytest.mark.parametrize(
    "broken",
    [
        Rules(declines_after_signing=True),
        Rules(signs_after_declining=True),
        Rules(signing_does_not_bind=True),
        Rules(any_decline_frees=True, needs=ONE_LEFT),
    ],
    ids=["declines after signing", "signs after its own decline", "signing does not bind", "any decline frees"],
)
def test_the_model_catches_a_broken_rule(broken):
    assert any(_two_texts(broken, state) or conflicts(broken, state) for state in reachable(broken))


def test_the_model_catches_a_liar_who_leaves_no_proof_where_any_decline_frees():
    broken = Rules(any_decline_frees=True, needs=ONE_LEFT, liar=2)
    assert any(without_proof(broken, state) for state in reachable(broken))


def test_any_decline_frees_is_harmless_only_while_nobody_has_left():
    """The fault of the first draft showed when a party left: without that, every party's signature is needed anyway."""
    assert not any(_two_texts(Rules(any_decline_frees=True), state) for state in reachable(Rules(any_decline_frees=True)))


@pytest.mark.soak
@SETTINGS
def test_three_ballots_by_three_rule_keepers_never_conclude_two_texts(needs):
    rules = Rules(ballots=3, needs=needs)
    assert not any(_two_texts(rules, state) or conflicts(rules, state) for state in reachable(rules))
