"""Originator control: nothing received reaches a third party without a live consent of its own issuer."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.conduct.consents import (
    PUBLIC,
    Allowed,
    Register,
    Release,
    Withheld,
    by_originator,
    inputs_hash,
    one_originator,
)
from comity.protocol.refusals import Refused
from tests.conduct.drafts import Said

NOW = datetime(2026, 6, 1, tzinfo=UTC)
US, ISSUER, OTHER, THIRD = "tarsenia", "ondoria", "velmora", "kestria/vc"
CHAIN = "c" * 64


@dataclass(frozen=True)
class Act:
    id: str
    issuer: str = ISSUER
    to: tuple[str, ...] = ("tarsenia/vc",)
    measure: str = "un:I.3.1"
    chain: str = CHAIN
    at: datetime = NOW - timedelta(days=10)


REPORT = Act("a" * 64)


def consent(number=1, *, release=(REPORT.id,), author=ISSUER, holders=(US,), **members):
    body = {"release": list(release) if isinstance(release, tuple) else release}
    body |= {"to": [THIRD], "purpose": "any", "until": None, **members}
    return Said(f"{number:064x}", author, frozenset(holders), NOW - timedelta(days=5), "consent", body)


def revocation(number, consents, author=ISSUER):
    body = {"revoke": f"{consents:064x}"}
    return Said(f"{number:064x}", author, frozenset({US}), NOW - timedelta(days=1), "consent", body)


def register(*acts):
    held = Register(US)
    for act in acts:
        assert held.advance(act) == ()
    return held


def asked(held, act=REPORT, office=THIRD, purpose="consultation", now=NOW):
    return held.may_show(act, office, purpose, now=now)


KIND = {"kind": "un:I.3.1", "terms": CHAIN, "from": "2026-05-01", "until": "2026-05-31"}


def test_without_a_consent_nothing_leaves():
    assert asked(register()) == Withheld(reason="no-consent", issuer=ISSUER)


def test_a_consent_that_names_act_and_office_allows_it_with_its_conditions():
    answer = asked(register(consent(conditions={"en": "Not to be copied."})))
    assert answer == Allowed(ground="consent", consent=f"{1:064x}", conditions={"en": "Not to be copied."})


@pytest.mark.parametrize(
    ("office", "ground"),
    [("ondoria/other", "addressee"), ("tarsenia/hq", "inside"), ("velmora/vc", "addressee")],
)
def test_the_issuer_its_addressees_and_our_own_offices_are_no_third_party(office, ground):
    act = Act("a" * 64, to=("tarsenia/vc", "velmora/vc"))
    assert asked(register(), act, office) == Allowed(ground=ground)


def test_another_office_of_an_addressee_is_a_third_party():
    act = Act("a" * 64, to=("tarsenia/vc", "velmora/vc"))
    assert isinstance(asked(register(), act, "velmora/press"), Withheld)


def test_our_own_act_needs_nobodys_consent():
    assert asked(register(), Act("a" * 64, issuer=US)) == Allowed(ground="own")


@pytest.mark.parametrize(
    ("given_consent", "reason"),
    [
        (consent(author=OTHER), "no-consent"),
        (consent(holders=(OTHER,)), "no-consent"),
        (consent(release=("b" * 64,)), "no-consent"),
        (consent(to=["ondoria/press"]), "not-named"),
        (consent(purpose="mediation"), "purpose"),
        (consent(until="2026-05-31T23:59:59Z"), "expired"),
        (consent(release=KIND), "not-released"),
    ],
    ids=["another issuer", "another holder", "another act", "another office", "another purpose", "run out", "kind not released"],
)
def test_a_consent_that_does_not_fit_allows_nothing_and_says_how_near_it_came(given_consent, reason):
    answer = asked(register(given_consent))
    assert isinstance(answer, Withheld)
    assert answer.reason == reason


def test_the_last_moment_of_a_consent_is_still_in_time():
    assert isinstance(asked(register(consent(until="2026-06-01T00:00:00Z"))), Allowed)


def test_what_is_taken_back_allows_nothing_in_either_order():
    assert asked(register(consent(), revocation(2, 1))).reason == "revoked"
    assert asked(register(revocation(2, 1), consent())).reason == "revoked"


def test_nobody_else_can_take_a_consent_back():
    assert isinstance(asked(register(consent(), revocation(2, 1, author=OTHER))), Allowed)


def test_consent_to_publish_covers_everybody_and_no_narrower_one_covers_the_public():
    assert isinstance(asked(register(consent(to=[PUBLIC])), office=PUBLIC), Allowed)
    assert isinstance(asked(register(consent(to=[PUBLIC]))), Allowed)
    assert asked(register(consent()), office=PUBLIC).reason == "not-named"


def test_a_node_that_calls_itself_public_is_not_the_public():
    act = Act("a" * 64, issuer="public")
    assert isinstance(asked(register(), act, office=PUBLIC), Withheld)


def test_a_consent_for_a_kind_is_used_by_a_release_logged_for_each_act_and_office():
    held = register(consent(release=KIND))
    release = held.to_release(REPORT, THIRD, "consultation", now=NOW)
    assert release == Release(consent=f"{1:064x}", act=REPORT.id, to=THIRD, at=NOW)
    held.record(release)
    assert isinstance(asked(held), Allowed)
    assert asked(held, Act("b" * 64)).reason == "not-released"
    assert held.releases() == (release,)


@pytest.mark.parametrize(
    "outside",
    [
        Act("b" * 64, measure="un:I.1.1"),
        Act("b" * 64, chain="d" * 64),
        Act("b" * 64, at=datetime(2026, 6, 1, tzinfo=UTC)),
        Act("b" * 64, issuer=OTHER),
    ],
)
def test_a_consent_for_a_kind_covers_nothing_outside_it(outside):
    held = register(consent(release=KIND))
    assert asked(held, outside).reason == "no-consent"
    with pytest.raises(Refused):
        held.to_release(outside, THIRD, "consultation", now=NOW)


def test_a_release_does_not_outlive_its_consent():
    held = register(consent(release=KIND), revocation(2, 1))
    held.record(Release(consent=f"{1:064x}", act=REPORT.id, to=THIRD, at=NOW))
    assert asked(held).reason == "revoked"


def test_a_figure_is_told_only_when_every_issuer_allowed_this_very_one():
    acts = [REPORT, Act("b" * 64, issuer=OTHER), Act("d" * 64, issuer=US)]
    mine = {"statistic": "total", "inputs": inputs_hash([REPORT.id])}
    theirs = {"statistic": "total", "inputs": inputs_hash(["b" * 64])}
    held = register(consent(1, release=mine))
    assert held.may_tell("total", acts, THIRD, purpose="any", now=NOW) == Withheld(reason="no-consent", issuer=OTHER)
    assert held.advance(consent(2, release=theirs, author=OTHER)) == ()
    assert isinstance(held.may_tell("total", acts, THIRD, purpose="any", now=NOW), Allowed)
    assert isinstance(held.may_tell("average", acts, THIRD, purpose="any", now=NOW), Withheld)
    assert isinstance(held.may_tell("total", [*acts, Act("e" * 64)], THIRD, purpose="any", now=NOW), Withheld)


def test_a_consent_to_a_figure_shows_no_act():
    held = register(consent(release={"statistic": "total", "inputs": inputs_hash([REPORT.id])}))
    assert asked(held).reason == "no-consent"


def test_a_request_is_about_the_acts_of_one_state():
    both = [REPORT, Act("b" * 64, issuer=OTHER)]
    assert by_originator(both) == {ISSUER: (REPORT.id,), OTHER: ("b" * 64,)}
    assert one_originator([REPORT]) == ISSUER
    with pytest.raises(Refused):
        one_originator(both)
    with pytest.raises(Refused):
        one_originator([])


@pytest.mark.parametrize(
    "members",
    [
        {"release": []},
        {"release": ["short"]},
        {"release": {"kind": "un:I.3.1"}},
        {"to": []},
        {"to": ["ondoria"]},
        {"purpose": "curiosity"},
        {"until": "tomorrow"},
        {"extra": 1},
    ],
)
def test_a_consent_that_cannot_be_read_allows_nothing(members):
    held = Register(US)
    act = consent()
    broken = Said(act.id, act.author, act.to, act.at, "consent", {**act.data, **members})
    assert held.advance(broken) == ("consent",)
    assert held.consents() == ()


def test_what_was_passed_on_is_kept_and_passing_on_is_no_consent():
    passed = Said("e" * 64, ISSUER, frozenset({US}), NOW, "transmit", {"act": REPORT.id, "consent": None})
    held = register(passed)
    assert [one.act for one in held.passings()] == [REPORT.id]
    assert isinstance(asked(held), Withheld)


ACTS = [Act(letter * 64, issuer=issuer) for letter, issuer in (("a", ISSUER), ("b", ISSUER), ("d", OTHER))]
OFFICES = [THIRD, "sarn/desk", PUBLIC]


@st.composite
def histories(draw):
    """Consents, releases and revocations by anybody about anything, in any order."""
    steps = []
    for number in range(1, draw(st.integers(1, 10)) + 1):
        author = draw(st.sampled_from([ISSUER, OTHER, US]))
        if draw(st.integers(0, 3)) == 0:
            steps.append(revocation(100 + number, draw(st.integers(1, 10)), author))
            continue
        acts = draw(st.lists(st.sampled_from([act.id for act in ACTS]), min_size=1, max_size=2))
        release = draw(st.sampled_from([tuple(acts), KIND]))
        until = draw(st.sampled_from([None, "2026-05-01T00:00:00Z", "2026-07-01T00:00:00Z"]))
        to = draw(st.lists(st.sampled_from(OFFICES), min_size=1, max_size=2))
        holders = draw(st.sampled_from([(US,), (OTHER,)]))
        steps.append(consent(number, release=release, author=author, holders=holders, to=to, until=until))
    steps += draw(
        st.lists(
            st.builds(
                Release,
                consent=st.integers(1, 10).map(lambda n: f"{n:064x}"),
                act=st.sampled_from([act.id for act in ACTS]),
                to=st.sampled_from(OFFICES),
                at=st.just(NOW),
            ),
            max_size=6,
        )
    )
    return draw(st.permutations(steps))


def live(step, steps, act, office):
    """A consent written down afresh: by the act's issuer, to us, for this act and office, not run out, not taken back."""
    body = step.data
    if "revoke" in body or step.author != act.issuer or US not in step.to:
        return False
    if office not in body["to"] and PUBLIC not in body["to"]:
        return False
    if body["until"] and body["until"] < "2026-06-01":
        return False
    if any(isinstance(one, Said) and one.data.get("revoke") == step.id and one.author == step.author for one in steps):
        return False
    if isinstance(body["release"], list):
        return act.id in body["release"]
    return any(isinstance(one, Release) and (one.consent, one.act, one.to) == (step.id, act.id, office) for one in steps)


@settings(max_examples=300, deadline=None)
@given(histories(), st.sampled_from(ACTS), st.sampled_from(OFFICES))
def test_no_history_lets_an_act_reach_an_office_that_no_live_consent_of_its_issuer_names(steps, act, office):
    held = Register(US)
    for step in steps:
        if isinstance(step, Release):
            held.record(step)
        else:
            held.advance(step)
    expected = any(isinstance(step, Said) and live(step, steps, act, office) for step in steps)
    assert isinstance(asked(held, act, office), Allowed) == expected


@settings(max_examples=100, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_any_order_gives_the_same_register(steps, chance):
    other = list(steps)
    chance.shuffle(other)
    answers = []
    for order in (steps, other):
        held = Register(US)
        for step in order:
            if isinstance(step, Release):
                held.record(step)
            else:
                held.advance(step)
        answers.append([asked(held, act, office) for act in ACTS for office in OFFICES])
    assert answers[0] == answers[1]
