"""Any order of arrival gives the same case, and one more act costs the same in a case of ten and of ten thousand."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.conduct.case import Case
from comity.conduct.statements import Cited, Standing
from tests.conduct.stories import PARTIES, Story, at, others, picture, said, terms

KINDS = [
    ("notification", {}),
    ("information-exchange", {}),
    ("information-exchange", {"mode": "simultaneous", "absence": "absent"}),
    ("information-exchange", {"mode": "ad-hoc"}),
    ("consultation", {"unanswered": "none_given", "unmet": "not_held"}),
    ("contacts", {"unreached": "unreachable"}),
    ("authorization", {"silence": "granted"}),
    ("common-text", {"silence": "agreed"}),
    ("clearance", {}), ("invitation", {}), ("joint-activity", {}), ("joint-body", {}), ("hotline", {}),
    ("secondment", {"silence": "agreed"}), ("monitoring", {}), ("alert", {}), ("disclosure", {}), ("adherence", {}),
]  # fmt: skip


def story(kind: int, seed: int) -> Story:
    name, options = KINDS[kind]
    return Story(terms(name, **options), seed, period=date(2026, 12, 15) if name == "information-exchange" else None)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(KINDS) - 1), st.integers(0, 2**32), st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_case(kind, seed, shuffle):
    told = story(kind, seed)
    acts = told.tell(18)
    now = told.now + timedelta(days=3)
    expected = picture(told.case(acts), now)
    again = [*acts, *shuffle.sample(acts, min(3, len(acts)))]
    shuffle.shuffle(again)
    assert picture(told.case(again), now) == expected
    assert picture(Case.of(acts, case="case", terms=told.terms, **told.fixed), now) == expected


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(KINDS) - 1), st.integers(0, 2**32), st.randoms(use_true_random=False))
def test_a_projection_that_applies_every_change_equals_the_case(kind, seed, shuffle):
    told = story(kind, seed)
    acts = told.tell(15)
    shuffle.shuffle(acts)
    case = told.case()
    now = told.now + timedelta(days=3)
    duties = {duty.key: duty for duty in case.duties(told.terms.in_force_from)}
    standings: dict[str, Standing] = {}
    for act in acts:
        change = case.advance(act)
        duties |= {duty.key: duty for duty in change.duties}
        for key in change.gone:
            duties.pop(key, None)
        standings |= change.standings
    change = case.look_ahead(now)
    duties |= {duty.key: duty for duty in change.duties}
    assert duties == {duty.key: duty for duty in case.duties(now)}
    assert standings == {act.id: case.standing(act.id) for act in acts}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(KINDS) - 1), st.integers(0, 2**32))
def test_what_is_offered_is_in_turn_when_it_is_done_at_once(kind, seed):
    told = story(kind, seed)
    acts = told.tell(12)
    case = told.case(sorted(acts, key=lambda act: (act.at, act.id)))
    now = told.now + timedelta(days=1)
    for party in sorted(case.participants):
        for possible in case.allowed(party, now):
            if possible.kind == "settle" or possible.aside or possible.step in ("commit", "all_in", "reveal"):
                continue
            refs = (*case.references(party, possible.step, answers=possible.answers, silent=possible.holder), Cited("cites", "0" * 64))
            data = {"holder": possible.holder, "reason": possible.reasons[0] if possible.reasons else ""}
            choice, _ = possible.choices[0]
            statement = said(
                party, case.participants - {party}, now, possible.step,
                kind=possible.kind, choice=choice, refs=refs, period=possible.period, data=data,
            )  # fmt: skip
            assert case.preview(statement).standing.state == "in-turn", (possible, case.preview(statement).standing)


def test_an_act_waits_for_its_reference_and_says_which():
    case = Case.open(case="case", terms=terms("notification"))
    notify = said("tarsenia", others("tarsenia"), "2026-02-01", "notify", choice="planned", data={"begins": "2026-06-01", "ends": "2026-06-09"})
    ask = said("ondoria", others("ondoria"), "2026-02-02", "ask", refs=(Cited("after", notify.id),))
    answer = said("tarsenia", others("tarsenia"), "2026-02-03", "answer", refs=(Cited("answers", ask.id),))
    case.advance(answer)
    case.advance(ask)
    assert case.waiting == tuple(sorted((ask.id, answer.id)))
    assert case.standing(answer.id).reasons[0].words == (ask.id,)
    assert case.advance(notify).folded == (ask.id, answer.id)
    assert case.waiting == ()
    assert [case.standing(act.id).state for act in (notify, ask, answer)] == ["in-turn"] * 3


def test_an_act_held_already_changes_nothing():
    case = Case.open(case="case", terms=terms("notification"))
    notify = said("tarsenia", others("tarsenia"), "2026-02-01", "notify", choice="planned", data={})
    first = case.advance(notify)
    assert not first.duplicate
    assert case.advance(notify).duplicate


@pytest.mark.parametrize("name", ["contacts", "notification", "hotline"])
def test_one_more_act_costs_the_same_in_a_case_of_ten_and_of_thousands(name):
    case, work = grown(name, 3_000)
    assert sorted(work[-2:]) == sorted(work[18:20]), "writes and duties weighed for a pair of acts"
    assert len(case.statements) == 3_000


def grown(name: str, length: int) -> tuple[Case, list[tuple[int, int]]]:
    """Question and answer, test and reply, message and acknowledgement, so many times; and the work each act made."""
    ask, answer, choice = {
        "contacts": ("probe", "check_reply", "reached"), "notification": ("ask", "answer", None),
        "hotline": ("message", "acknowledge", None),
    }[name]  # fmt: skip
    told = Story(terms(name), 1)
    case, moment, last = told.case(), at("2026-02-01"), ""
    if name == "notification":
        opening = said("tarsenia", others("tarsenia"), moment, "notify", choice="planned", data={"begins": "2026-06-01", "ends": "2030-01-01"})
        case.advance(opening)
        length -= 1
    work = []
    for number in range(length):
        moment += timedelta(minutes=1)
        before = (case.tables.book.writes, case._duties.weighed)
        party = PARTIES[number % 2]
        refs = (Cited("answers", last),) if number % 2 else ()
        act = said(party, others(party), moment, answer if number % 2 else ask, choice=choice if number % 2 else None, refs=refs, data={"n": number})
        last = act.id
        case.advance(act)
        work.append((case.tables.book.writes - before[0], case._duties.weighed - before[1]))
    return case, work


def test_a_late_arrival_folds_again_only_what_came_after_it():
    told = Story(terms("hotline"), 1)
    moments = [at("2026-02-01") + timedelta(minutes=number) for number in range(400)]
    acts = [said(PARTIES[number % 2], others(PARTIES[number % 2]), moment, "message", data={"n": number}) for number, moment in enumerate(moments)]
    case = told.case(acts[:-2])
    case.advance(acts[-1])
    before = case.tables.book.writes
    case.advance(acts[-2])
    assert case.tables.book.writes - before < 40
    assert picture(case, moments[-1]) == picture(told.case(acts), moments[-1])


def test_no_statement_however_odd_makes_a_case_raise():
    chance = random.Random(7)
    case = Case.open(case="case", terms=terms("consultation"))
    words = ["request", "reply", "meet", "agree", "ask", "", "none", "not_held", "correct"]
    odd = [None, "explanation", "none_given", "x"]
    data = [{}, {"holder": 7}, {"holder": "ondoria"}, {"stands": []}, {"changes": [{"path": "/a/b"}]}, {"begins": "9999-12-31"}]
    ids: list[str] = []
    for number in range(250):
        party = chance.choice([*PARTIES, "stranger"])
        refs = tuple(Cited(chance.choice(["answers", "amends", "voids", "settles", "after", "cites", "odd"]), chance.choice(ids)) for _ in range(chance.randint(0, 2)) if ids)
        statement = said(
            party, chance.sample(PARTIES, chance.randint(0, 3)), at("2026-03-01") + timedelta(hours=chance.randint(-9_000, 9_000)),
            chance.choice(words), kind=chance.choice(["step", "step", "taken-as", "settle", "odd"]), choice=chance.choice(odd),
            refs=refs, data=chance.choice(data), period=chance.choice([None, date(2026, 5, 1)]), act=f"{number:064x}",
        )  # fmt: skip
        ids.append(statement.id)
        case.advance(statement)
        assert case.standing(statement.id).state
    case.duties(at("2027-01-01"))
    assert all(case.allowed(party, at("2026-03-02")) is not None for party in PARTIES)
