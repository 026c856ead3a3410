"""Cases of the four procedures, played as the parties would: what goes well, what does not, what is only told apart."""

from datetime import UTC, date, datetime

import pytest

from comity.catalogue.procedures import read_procedure
from comity.conduct.case import Case, preview_opening
from comity.conduct.openings import calendar_cases, case_id, opening_steps, participants
from comity.conduct.statements import Cited, Statement
from tests.conduct.stories import PARTIES, at, others, said, terms

TAR, OND, VEL = PARTIES


def opened(name: str, *statements: Statement, **parameters: object) -> Case:
    case = Case.open(case="case", terms=terms(name, **parameters))
    for statement in statements:
        case.advance(statement)
    return case


def notify(when: str = "2026-05-20", begins: str = "2026-06-01", ends: str = "2026-06-10", choice: str = "planned") -> Statement:
    return said(TAR, others(TAR), when, "notify", choice=choice, data={"begins": begins, "ends": ends})


def state(case: Case, act: Statement) -> str:
    return case.standing(act.id).state


def codes(case: Case, act: Statement) -> list[str]:
    return [reason.code for reason in case.standing(act.id).reasons]


def names(case: Case, party: str, when: str) -> set[str]:
    return {possible.step for possible in case.allowed(party, at(when))}


def duty(case: Case, step: str, owner: str, when: str):
    return next(one for one in case.duties(at(when)) if (one.step, one.owner) == (step, owner))


# Notification


def test_the_notice_given_stands_beside_the_notice_agreed():
    act = notify()
    case = opened("notification", act)
    notice = case.notice(act.id)
    assert (notice.given.text, notice.agreed.text, notice.short) == ("P12D", "P42D", True)
    assert notice.deadline == datetime(2026, 4, 20, 23, 59, 59, tzinfo=UTC)
    assert state(case, act) == "in-turn", "short notice is a fact, never a fault"


def test_enough_notice_is_not_short():
    case = opened("notification", act := notify("2026-04-20T23:59:59"))
    assert not case.notice(act.id).short
    assert case.notice(act.id).given.text == "P42D"


def test_short_notice_is_told_before_sending():
    preview = preview_opening(terms=terms("notification"), statement=notify())
    assert preview.standing.state == "in-turn"
    assert (preview.notice.given.text, preview.notice.agreed.text) == ("P12D", "P42D")


def test_a_preview_leaves_nothing_behind():
    case = opened("notification", notify())
    change = said(TAR, others(TAR), "2026-05-30", "change", data={"begins": "2026-06-03", "ends": "2026-06-30"})
    before = (case.closing, case.duties(at("2026-05-31")), len(case.statements))
    assert case.preview(change).notice.given.text == "P4D"
    assert (case.closing, case.duties(at("2026-05-31")), len(case.statements)) == before
    assert case.standing(change.id).state == "waiting"
    assert case.advance(change).standings[change.id].state == "in-turn"


def test_a_vague_date_gives_no_notice_to_judge():
    case = opened("notification", act := notify(begins="2026-06", ends="2026-06"))
    assert case.notice(act.id) is None
    assert duty(case, "complete", TAR, "2026-06-01").due == datetime(2026, 7, 30, 23, 59, 59, tzinfo=UTC)


def test_an_alert_activity_is_notified_when_it_begins():
    case = opened("notification", act := notify("2026-06-01T08:00:00", choice="alerted"))
    assert case.notice(act.id) is None
    assert not case.timing(act.id)[0].late


def test_a_change_moves_what_was_counted_from_the_old_dates():
    change = said(TAR, others(TAR), "2026-05-29", "change", data={"begins": "2026-06-03", "ends": "2026-06-12"})
    case = opened("notification", first := notify(), change)
    assert case.data(first.id)["ends"] == "2026-06-12"
    assert case.amendments(first.id) == (change.id,)
    assert duty(case, "complete", TAR, "2026-06-01").due.date() == date(2026, 7, 12)
    assert case.notice(first.id).given.text == "P12D", "what was shown stays"


def test_another_party_cannot_change_what_we_notified():
    case = opened("notification", notify(), act := said(OND, others(OND), "2026-05-29", "change", data={"ends": "2026-06-12"}))
    assert codes(case, act) == ["not-its-role", "nothing-of-its-own"]


def test_a_change_after_the_end_comes_too_late():
    case = opened("notification", notify(), act := said(TAR, others(TAR), "2026-06-11", "change", data={}))
    assert codes(case, act) == ["too-late"]


def test_completion_ends_the_case_and_questions_go_on():
    complete = said(TAR, others(TAR), "2026-06-20", "complete")
    case = opened("notification", notify(), complete)
    assert case.outcome(at("2026-06-21")).word == "completed"
    assert names(case, OND, "2026-06-21") == {"ask"}
    ask = said(OND, others(OND), "2026-06-21", "ask", refs=(Cited("after", complete.id),))
    cancel = said(TAR, others(TAR), "2026-06-09", "cancel", refs=(Cited("after", complete.id),))
    case.advance(ask)
    case.advance(cancel)
    assert state(case, ask) == "in-turn"
    assert "ended" in codes(case, cancel)
    assert duty(case, "answer", TAR, "2026-06-22").state(at("2026-08-01")) == "open-past"


def test_an_activity_never_reported_closes_by_itself_and_the_report_is_missing():
    case = opened("notification", notify())
    report = duty(case, "complete", TAR, "2026-06-11")
    assert [report.state(at(day)) for day in ("2026-07-10", "2026-07-11", "2027-06-11")] == ["expected", "open-past", "missing"]
    assert case.outcome(at("2027-06-10")) is None
    assert case.outcome(at("2027-06-11")).word == "not reported"


def test_a_cancelled_activity_releases_the_report_that_was_not_due_yet():
    case = opened("notification", notify(), said(TAR, others(TAR), "2026-05-25", "cancel"))
    assert duty(case, "complete", TAR, "2026-06-11").state(at("2026-08-01")) == "released"


def test_a_notification_that_leaves_a_party_out_moves_nothing():
    act = said(TAR, {OND}, "2026-05-20", "notify", choice="planned", data={"begins": "2026-06-01", "ends": "2026-06-10"})
    case = opened("notification", act)
    assert codes(case, act) == ["not-to-all"]
    assert case.standing(act.id).reasons[0].words == (VEL,)


def test_an_act_addressed_to_others_than_the_participants_is_irregular():
    case = opened("notification", notify(), act := said(OND, {TAR}, "2026-05-21", "ask"))
    assert codes(case, act) == ["not-to-all"]
    other = said(OND, {TAR, VEL, "zembla"}, "2026-05-22", "ask")
    case.advance(other)
    assert codes(case, other) == ["to-others-too"]


def test_the_opening_act_cannot_be_withdrawn():
    first = notify()
    case = opened("notification", first, act := said(TAR, others(TAR), "2026-05-21", "withdraw", refs=(Cited("answers", first.id),)))
    assert codes(case, act) == ["opening-stands"]
    assert "withdraw" not in names(case, TAR, "2026-05-21")


def test_a_withdrawn_question_asks_for_no_answer():
    ask = said(OND, others(OND), "2026-05-21", "ask")
    case = opened("notification", notify(), ask)
    assert duty(case, "answer", TAR, "2026-05-22").due.date() == date(2026, 6, 4)
    change = case.advance(said(OND, others(OND), "2026-05-23", "withdraw", refs=(Cited("answers", ask.id),)))
    assert state(case, ask) == "withdrawn"
    assert len(change.gone) == 2, "of both addressees"
    assert not [one for one in case.duties(at("2026-05-24")) if one.step == "answer"]


def test_a_correction_replaces_one_figure():
    first = notify()
    correct = said(TAR, others(TAR), "2026-05-22", "correct", refs=(Cited("answers", first.id),), data={
        "reason": "a slip", "changes": [{"line": 1, "path": "/ends", "value": "2026-06-20"}],
    })  # fmt: skip
    case = opened("notification", first, correct)
    assert case.data(first.id)["ends"] == "2026-06-20"
    assert case.closing.date() == date(2027, 6, 20)
    assert case.answers(first.id) == (correct.id,)


def test_the_opening_steps_of_a_measure_are_offered_to_its_parties():
    agreed = terms("notification")
    assert [possible.step for possible in opening_steps(agreed, TAR, at("2026-02-01"))] == ["notify"]
    assert [form for _, form in opening_steps(agreed, TAR, at("2026-02-01"))[0].choices] == ["activity", "activity"]
    assert opening_steps(agreed, "sarn", at("2026-02-01")) == ()
    assert opening_steps(agreed, TAR, at("2025-12-31")) == ()


def test_a_second_opening_act_is_out_of_turn():
    first = notify()
    case = opened("notification", first, act := said(OND, others(OND), "2026-05-21", "notify", choice="planned"))
    assert "already-open" in codes(case, act)
    assert case.opening.id == first.id


# Exchange of information


def exchange(*statements: Statement, **parameters: object) -> Case:
    agreed = terms("information-exchange", **parameters)
    (only,) = calendar_cases(agreed, at("2026-12-20"))
    case = Case.open(case=only.id, terms=agreed, participants=participants(agreed), period=only.period, opens=only.opens)
    for statement in statements:
        case.advance(statement)
    return case


def report(party: str, when: str, choice: str = "submitted", **more: object) -> Statement:
    return said(party, others(party), when, "report", choice=choice, **more)


def test_a_calendar_case_opens_before_its_date_and_counts_from_the_next_year():
    agreed = terms("information-exchange")
    (only,) = calendar_cases(agreed, at("2026-10-16"))
    assert (only.period, only.opens, only.valid) == (
        date(2026, 12, 15), datetime(2026, 10, 16, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    assert list(calendar_cases(agreed, at("2026-10-15"))) == []
    assert [one.period.year for one in calendar_cases(agreed, at("2029-01-01"))] == [2026, 2027, 2028]
    assert only.id == case_id(agreed, period=only.period)


def test_late_missing_nil_unchanged_and_in_time_are_five_different_facts():
    case = exchange(
        report(TAR, "2026-12-15T23:59:59"), report(OND, "2026-12-16", "nil"),
    )  # fmt: skip
    found = {one.owner: one for one in case.duties(at("2026-12-17"))}
    now, after = at("2026-12-17"), at("2028-01-01")
    assert (found[TAR].state(now), found[TAR].choice) == ("done", "submitted")
    assert (found[OND].state(now), found[OND].choice) == ("late-done", "nil")
    assert (found[VEL].state(now), found[VEL].state(after)) == ("open-past", "missing")
    case.advance(report(VEL, "2026-12-20", "unchanged"))
    assert duty(case, "report", VEL, "2026-12-21").choice == "unchanged"


def test_a_report_after_the_case_has_closed_is_kept_and_out_of_turn():
    case = exchange(act := report(TAR, "2027-12-16"))
    assert codes(case, act) == ["closed"]


def test_a_report_before_the_case_is_open_is_out_of_turn():
    case = exchange(act := report(TAR, "2026-10-15"))
    assert codes(case, act) == ["before-opening"]


def test_a_second_report_is_out_of_turn_and_a_change_is_not():
    case = exchange(report(TAR, "2026-12-01"), again := report(TAR, "2026-12-02"))
    assert codes(case, again) == ["already"]
    update = said(TAR, others(TAR), "2027-02-02", "update")
    case.advance(update)
    assert state(case, update) == "in-turn"
    early = said(OND, others(OND), "2027-02-02", "update")
    case.advance(early)
    assert codes(case, early) == ["not-yet"]


def test_a_withdrawn_report_is_owed_again():
    first = report(TAR, "2026-12-01")
    case = exchange(first, said(TAR, others(TAR), "2026-12-02", "withdraw", refs=(Cited("answers", first.id),)))
    assert duty(case, "report", TAR, "2026-12-03").state(at("2026-12-03")) == "expected"
    case.advance(second := report(TAR, "2026-12-04"))
    assert state(case, second) == "in-turn"
    assert duty(case, "report", TAR, "2026-12-05").done_by == second.id


def test_information_is_released_to_those_named_as_the_need_arises():
    release = said(TAR, {OND}, "2026-03-01", "release")
    case = opened("information-exchange", release, mode="ad-hoc")
    assert case.participants == {TAR, OND}
    assert state(case, release) == "in-turn"
    assert not list(calendar_cases(terms("information-exchange", mode="ad-hoc"), at("2030-01-01")))
    assert names(case, OND, "2026-03-02") == {"ask"}
    assert names(case, VEL, "2026-03-02") == set()


def test_a_question_to_one_of_several_is_a_case_of_its_own():
    release = said(TAR, {OND, VEL}, "2026-03-01", "release")
    parent = opened("information-exchange", release, mode="ad-hoc")
    (ask,) = (possible for possible in parent.allowed(OND, at("2026-03-02")) if possible.step == "ask")
    assert ask.chosen
    question = said(OND, {TAR}, "2026-03-02", "ask", refs=(Cited("cites", release.id),))
    parent.advance(question)
    assert "not-to-all" in codes(parent, question)
    aside = Case.open(case="aside", terms=parent.rules.terms, parent=parent)
    aside.advance(question)
    assert aside.participants == {TAR, OND}
    assert state(aside, question) == "in-turn"
    assert duty(aside, "answer", TAR, "2026-03-03").due.date() == date(2026, 3, 16)
    answer = said(TAR, {OND}, "2026-03-04", "answer", refs=(Cited("answers", question.id),))
    assert aside.advance(answer).duties[0].done_by == answer.id


# Points of contact


def contacts(*statements: Statement, **parameters: object) -> Case:
    agreed = terms("contacts", **parameters)
    (only,) = calendar_cases(agreed, at("2026-02-01"))
    case = Case.open(case=only.id, terms=agreed, participants=participants(agreed), opens=only.opens)
    for statement in statements:
        case.advance(statement)
    return case


def test_a_first_declaration_is_owed_and_confirmed_on_its_dates():
    case = contacts(said(TAR, others(TAR), "2026-01-20", "declare"))
    found = {(one.step, one.owner, one.period): one.state(at("2026-08-01")) for one in case.duties(at("2026-08-01"))}
    assert found["declare", TAR, None] == "done"
    assert found["declare", OND, None] == "open-past"
    assert found["confirm", TAR, date(2026, 7, 1)] == "open-past"
    assert found["confirm", TAR, date(2027, 1, 1)] == "expected"
    assert ("confirm", OND, date(2026, 7, 1)) not in found, "nothing of its own to confirm yet"


def test_a_late_confirmation_lands_in_its_period():
    case = contacts(said(TAR, others(TAR), "2026-01-20", "declare"), act := said(TAR, others(TAR), "2027-03-01", "confirm", period=date(2026, 7, 1)))
    assert state(case, act) == "in-turn"
    states = {one.period: one.state(at("2027-03-02")) for one in case.duties(at("2027-03-02")) if (one.step, one.owner) == ("confirm", TAR)}
    assert states[date(2026, 7, 1)] == "late-done"
    assert states[date(2027, 1, 1)] == "open-past"


def test_a_date_that_is_not_of_the_recurrence_is_irregular():
    case = contacts(said(TAR, others(TAR), "2026-01-20", "declare"), act := said(TAR, others(TAR), "2026-07-02", "confirm", period=date(2026, 7, 2)))
    assert codes(case, act) == ["not-a-date-of-it"]


def test_the_parties_test_in_turn():
    case = contacts()
    turns = {one.period: one.owner for one in case.duties(at("2026-09-01")) if one.step == "check"}
    assert turns == {date(2026, 1, 10): TAR, date(2026, 4, 10): OND, date(2026, 7, 10): VEL, date(2026, 10, 10): TAR}
    wrong = said(VEL, others(VEL), "2026-04-10", "check", period=date(2026, 4, 10))
    case.advance(wrong)
    assert codes(case, wrong) == ["not-its-role"]


def test_an_unanswered_test_may_be_noted_only_where_the_terms_say_so():
    check = said(TAR, others(TAR), "2026-01-10", "probe")
    for meaning, offered in (("none", False), ("unreachable", True)):
        case = contacts(check, unreached=meaning)
        found = [one for one in case.allowed(TAR, at("2026-01-12")) if one.kind == "taken-as"]
        assert bool(found) == offered
        assert not [one for one in case.allowed(OND, at("2026-01-12")) if one.kind == "taken-as" and one.holder == OND], "never of oneself"


def test_replaced_contacts_are_what_the_declaration_now_says():
    declare = said(TAR, others(TAR), "2026-01-20", "declare", data={"phone": "1", "name": "a"})
    case = contacts(declare, said(TAR, others(TAR), "2026-03-20", "replace", data={"phone": "2"}))
    assert case.data(declare.id) == {"phone": "2", "name": "a"}


# Whatever the procedure


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
