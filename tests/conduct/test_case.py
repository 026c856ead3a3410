"""Cases of the four procedures, played as the parties would: what goes well, what does not, what is only told apart."""

from datetime import UTC, date, datetime

from comity.conduct.case import Case, preview_opening
from comity.conduct.openings import calendar_cases, case_id, opening_steps, participants
from comity.conduct.statements import Cited, Statement
from tests.conduct.stories import PARTIES, at, codes, duty, names, others, said, state, terms

TAR, OND, VEL = PARTIES


def opened(name: str, *statements: Statement, **parameters: object) -> Case:
    case = Case.open(case="case", terms=terms(name, **parameters))
    for statement in statements:
        case.advance(statement)
    return case


def notify(when: str = "2026-05-20", begins: str = "2026-06-01", ends: str = "2026-06-10", choice: str = "planned") -> Statement:
    return said(TAR, others(TAR), when, "notify", choice=choice, data={"begins": begins, "ends": ends})


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
