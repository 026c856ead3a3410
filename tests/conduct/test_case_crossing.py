"""Acts that compete, commute, settle and end, whatever the procedure: nobody wins by claiming an earlier time."""

from datetime import date

import pytest

from comity.catalogue.procedures import read_procedure
from comity.conduct.case import Case
from comity.conduct.statements import Cited, Statement
from tests.conduct.stories import PARTIES, at, codes, names, others, said, state, terms

TAR, OND, VEL = PARTIES

PAIR = read_procedure("""
id: pair
title: Two who settle
roles: {asking: opener, asked: named, all_here: every}
closes: {after: opening, by: P1Y, as: closed}
steps:
  ask:    {by: asking, to: asked, opens: true, form: question}
  meet:   {by: all_here, answers: ask, unless: meet, choices: {here: {form: note}, there: {form: note}}}
  grant:  {by: all_here, unless: grant, crossed: yes, choices: {yes: {form: note}, no: {form: note}}}
  agree:  {by: all_here, answers: meet, choices: {agreed: {form: note, settles: {all: agreed}}, objected: {form: note, settles: not agreed}}}
  thank:  {by: all_here, after: meet is agreed, form: note}
  stop:   {by: asking, after: ask, form: note, ends: stopped}
  refuse: {by: asked, after: ask, form: note, ends: refused}
""")


def pair(*statements: Statement) -> tuple[Case, Statement]:
    ask = said(TAR, {OND}, "2026-02-01", "ask")
    case = Case.open(case="case", terms=terms(PAIR))
    for statement in (ask, *statements):
        case.advance(statement)
    return case, ask


def two(step: str, choices: tuple[str | None, str | None], ask: str = "") -> tuple[Statement, Statement]:
    refs = (Cited("answers", ask),) if ask else ()
    return (
        said(TAR, {OND}, "2026-02-02", step, choice=choices[0], refs=refs),
        said(OND, {TAR}, "2026-02-03", step, choice=choices[1], refs=refs),
    )


def test_two_acts_that_do_not_know_of_each_other_and_compete_cross():
    case, ask = pair()
    one, other = two("meet", ("here", "there"), ask.id)
    for act in (other, one):
        case.advance(act)
    assert (state(case, one), state(case, other)) == ("crossed", "crossed")
    assert [crossing.acts for crossing in case.crossings] == [tuple(sorted((one.id, other.id)))]
    assert {possible.kind for possible in case.allowed(TAR, at("2026-02-04")) if possible.step == "meet"} == {"settle", "step"}


def test_the_second_is_out_of_turn_when_it_knew_of_the_first():
    case, ask = pair()
    first = said(TAR, {OND}, "2026-02-02", "meet", choice="here", refs=(Cited("answers", ask.id),))
    second = said(OND, {TAR}, "2026-02-03", "meet", choice="there", refs=(Cited("answers", ask.id), Cited("after", first.id)))
    case.advance(second)
    case.advance(first)
    assert (state(case, first), codes(case, second)) == ("in-turn", ["not-needed"])


def test_claimed_time_breaks_no_tie():
    case, ask = pair()
    one, _ = two("meet", ("here", "there"), ask.id)
    backdated = said(OND, {TAR}, "2026-02-01T12:00:01", "meet", choice="there", refs=(Cited("answers", ask.id),))
    for act in (one, backdated):
        case.advance(act)
    assert (state(case, one), state(case, backdated)) == ("crossed", "crossed")


def test_a_third_act_that_competes_joins_the_crossing():
    agreed = terms(PAIR)
    ask = said(TAR, {OND, VEL}, "2026-02-01", "ask")
    refs = (Cited("answers", ask.id),)
    acts = [said(party, others(party), f"2026-02-0{day}", "meet", choice="here", refs=refs) for day, party in enumerate(PARTIES, 2)]
    case = Case.open(case="case", terms=agreed)
    for act in (ask, *acts):
        case.advance(act)
    assert [state(case, act) for act in acts] == ["crossed"] * 3
    assert [crossing.acts for crossing in case.crossings] == [tuple(sorted(act.id for act in acts))]


def settled(case: Case, stands: Statement | None, acts: tuple[Statement, ...], *parties: str) -> None:
    refs = tuple(Cited("settles", act.id) for act in acts)
    for party in parties:
        to = case.participants - {party}
        case.advance(said(party, to, "2026-02-05", "meet", kind="settle", refs=refs, data={"stands": stands.id if stands else None}))


def test_what_crossed_is_settled_by_both_who_said_it():
    case, ask = pair()
    one, other = two("meet", ("here", "there"), ask.id)
    for act in (one, other):
        case.advance(act)
    settled(case, one, (one, other), TAR)
    assert state(case, one) == "crossed", "one side alone settles nothing"
    settled(case, one, (one, other), OND)
    assert (state(case, one), state(case, other)) == ("in-turn", "set-aside")
    assert case.crossings[0].settled
    assert case.crossings[0].stands == one.id


def test_a_settlement_that_names_neither_sets_both_aside():
    case, ask = pair()
    one, other = two("meet", ("here", "there"), ask.id)
    for act in (one, other):
        case.advance(act)
    settled(case, None, (one, other), TAR, OND)
    assert (state(case, one), state(case, other)) == ("set-aside", "set-aside")


def test_the_choice_a_step_names_counts_when_two_cross():
    case, _ = pair()
    one, other = two("grant", ("no", "yes"))
    for act in (one, other):
        case.advance(act)
    assert (state(case, one), state(case, other)) == ("crossed", "in-turn")


def test_two_endings_at_once_cross_and_the_case_stays_open():
    case, _ = pair()
    stop, refuse = said(TAR, {OND}, "2026-02-02", "stop"), said(OND, {TAR}, "2026-02-03", "refuse")
    case.advance(stop)
    assert case.outcome(at("2026-02-03")).word == "stopped"
    case.advance(refuse)
    assert (state(case, stop), state(case, refuse)) == ("crossed", "crossed")
    assert case.outcome(at("2026-02-04")) is None


def test_an_act_that_an_ending_did_not_know_of_commutes_with_it():
    case, ask = pair()
    stop = said(TAR, {OND}, "2026-02-02", "stop")
    meet = said(OND, {TAR}, "2026-02-03", "meet", choice="here", refs=(Cited("answers", ask.id),))
    for act in (stop, meet):
        case.advance(act)
    assert (state(case, stop), state(case, meet)) == ("in-turn", "in-turn")
    late = said(OND, {TAR}, "2026-02-04", "grant", choice="yes", refs=(Cited("after", stop.id),))
    case.advance(late)
    assert codes(case, late) == ["ended"]


def test_a_thread_is_settled_when_every_holder_has_said_so_to_the_same_act():
    case, ask = pair()
    meet = said(TAR, {OND}, "2026-02-02", "meet", choice="here", refs=(Cited("answers", ask.id),))
    case.advance(meet)
    refs = (Cited("answers", meet.id),)
    case.advance(said(TAR, {OND}, "2026-02-03", "agree", choice="agreed", refs=refs))
    assert case.settled(meet.id) is None
    assert "thank" not in names(case, TAR, "2026-02-04")
    case.advance(said(OND, {TAR}, "2026-02-04", "agree", choice="agreed", refs=refs))
    assert case.settled(meet.id) == "agreed"
    assert "thank" in names(case, TAR, "2026-02-05")


def test_one_objection_settles_a_thread_at_once():
    case, ask = pair()
    meet = said(TAR, {OND}, "2026-02-02", "meet", choice="here", refs=(Cited("answers", ask.id),))
    case.advance(meet)
    case.advance(said(OND, {TAR}, "2026-02-03", "agree", choice="objected", refs=(Cited("answers", meet.id),)))
    assert case.settled(meet.id) == "not agreed"
    assert "agree" not in names(case, TAR, "2026-02-05")


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (said(OND, {TAR}, "2026-02-02", "dance"), "unknown-step"),
        (said(OND, {TAR}, "2026-02-02", "grant", choice="perhaps"), "no-such-choice"),
        (said(OND, {TAR}, "2026-02-02", "grant"), "no-such-choice"),
        (said(OND, {TAR}, "2026-02-02", "refuse", choice="yes"), "no-such-choice"),
        (said(OND, {TAR}, "2026-02-02", "meet", choice="here"), "answers-nothing"),
        (said(VEL, {TAR, OND}, "2026-02-02", "grant", choice="yes"), "not-its-role"),
        (said(OND, {TAR}, "2026-02-02", "grant", choice="yes", period=date(2026, 2, 2)), "not-a-date-of-it"),
        (said(OND, {TAR}, "2026-02-02", "stop", kind="odd"), "not-of-a-case"),
        (said(OND, {TAR}, "2026-01-02", "refuse"), "not-open"),
    ],
)
def test_every_reason_has_its_code(act, code):
    case, _ = pair(act)
    assert code in codes(case, act)
