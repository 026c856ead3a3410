"""Silence means something only where the terms say so, only by an act, and never against who spoke in time."""

from itertools import permutations

import pytest

from comity.conduct.case import Case
from comity.conduct.statements import Cited, Statement
from tests.conduct.stories import PARTIES, at, codes, others, picture, said, state, terms

TAR, OND, VEL = PARTIES


def request(when: str = "2026-03-01T08:00:00", choice: str = "explanation") -> Statement:
    return said(TAR, {OND}, when, "request", choice=choice, data={"account": "lights at sea"})


def consultation(*statements: Statement, **parameters: object) -> Case:
    agreed = terms("consultation", **{"unanswered": "none_given", "unmet": "not_held", **parameters})
    return Case.of(statements, case="case", terms=agreed)


def taken_as(when: str, answers: Statement, choice: str | None = "none_given", step: str = "reply", holder: str = OND, **more: object) -> Statement:
    refs = (Cited("answers", answers.id), *more.pop("refs", ()))  # type: ignore[misc]
    return said(TAR, {OND}, when, step, kind="taken-as", choice=choice, refs=refs, data={"holder": holder}, **more)


def reply(when: str, answers: Statement, *refs: Cited) -> Statement:
    return said(OND, {TAR}, when, "reply", choice="explained", refs=(Cited("answers", answers.id), *refs))


def the_duty(case: Case):
    return next(one for one in case.duties(at("2026-03-01")) if one.step == "reply")


def test_a_reply_is_due_in_the_hours_agreed_to_the_second():
    case = consultation(request())
    duty = the_duty(case)
    assert duty.due == at("2026-03-03T08:00:00")
    assert [duty.state(at(when)) for when in ("2026-03-03T08:00:00", "2026-03-03T08:00:01")] == ["expected", "open-past"]


def test_an_urgent_request_has_its_own_hours():
    assert the_duty(consultation(request(choice="urgent"))).due == at("2026-03-01T20:00:00")


def test_a_reply_on_the_deadline_is_in_time_and_later_is_late_and_still_good():
    asked = request()
    in_time = consultation(asked, reply("2026-03-03T08:00:00", asked))
    assert the_duty(in_time).state(at("2026-03-04")) == "done"
    late = consultation(asked, act := reply("2026-03-03T08:00:01", asked))
    assert the_duty(late).state(at("2026-03-04")) == "late-done"
    assert state(late, act) == "in-turn"


def test_silence_is_offered_to_others_once_its_moment_has_passed():
    case = consultation(request())
    assert not [one for one in case.allowed(TAR, at("2026-03-03T08:00:00")) if one.kind == "taken-as"]
    (offered,) = [one for one in case.allowed(TAR, at("2026-03-03T08:00:01")) if one.kind == "taken-as"]
    assert (offered.step, offered.choices, offered.holder) == ("reply", (("none_given", None),), OND)
    assert not [one for one in case.allowed(OND, at("2026-03-04")) if one.kind == "taken-as"]


def test_silence_that_the_terms_give_no_meaning_to_is_not_offered_and_moves_nothing():
    asked = request()
    case = consultation(asked, act := taken_as("2026-03-05", asked), unanswered="none")
    assert codes(case, act) == ["silence-means-nothing"]
    assert not [one for one in case.allowed(TAR, at("2026-03-05")) if one.kind == "taken-as"]


def test_silence_said_too_early_moves_nothing():
    asked = request()
    assert codes(consultation(asked, act := taken_as("2026-03-03T08:00:00", asked)), act) == ["silence-not-yet"]


def test_silence_taken_as_said_counts_as_taken_by_who_owed_it_and_is_marked_deemed():
    asked = request()
    case = consultation(asked, act := taken_as("2026-03-05", asked))
    assert state(case, act) == "in-turn"
    assert case.taking(act.id).holder == OND
    assert the_duty(case).state(at("2026-03-06")) == "deemed"
    assert "call" in {one.step for one in case.allowed(TAR, at("2026-03-06"))}, "the next step agreed follows"


def test_a_party_cannot_say_that_it_was_silent_itself():
    asked = request()
    own = said(OND, {TAR}, "2026-03-05", "reply", kind="taken-as", choice="none_given", refs=(Cited("answers", asked.id),), data={"holder": OND})
    assert "not-its-role" in codes(consultation(asked, own), own)


def test_nobody_can_say_what_only_silence_says():
    asked = request()
    act = said(OND, {TAR}, "2026-03-02", "reply", choice="none_given", refs=(Cited("answers", asked.id),))
    assert codes(consultation(asked, act), act) == ["only-silence-says-so"]


ASKED = request()
SILENT = taken_as("2026-03-05", ASKED)


def test_a_real_reply_that_knows_that_silence_has_counted_is_out_of_turn():
    late = reply("2026-03-06", ASKED, Cited("after", SILENT.id))
    case = consultation(ASKED, SILENT, late)
    assert codes(case, late) == ["silence-counted"]
    assert state(case, SILENT) == "in-turn"


def test_a_reply_dated_in_time_that_does_not_know_of_it_crosses():
    in_time = reply("2026-03-03T07:00:00", ASKED)
    case = consultation(ASKED, SILENT, in_time)
    assert (state(case, in_time), state(case, SILENT)) == ("crossed", "crossed")
    assert the_duty(case).state(at("2026-03-06")) == "open-past"


def test_a_late_reply_that_does_not_know_of_it_is_out_of_turn():
    for when in ("2026-03-04", "2026-03-06"):
        late = reply(when, ASKED)
        case = consultation(ASKED, SILENT, late)
        assert codes(case, late) == ["silence-counted"], when
        assert state(case, SILENT) == "in-turn"


def test_who_held_the_reply_cannot_take_it_as_silence():
    given = reply("2026-03-04", ASKED)
    knowing = taken_as("2026-03-05", ASKED, refs=(Cited("silent", given.id),))
    case = consultation(ASKED, given, knowing)
    assert codes(case, knowing) == ["has-spoken"]
    assert state(case, given) == "in-turn"


def test_a_second_who_says_the_same_silence_changes_nothing():
    again = taken_as("2026-03-05T13:00:00", ASKED)
    case = consultation(ASKED, SILENT, again)
    assert (state(case, again), codes(case, again)) == ("in-turn", ["silence-counted"])
    assert the_duty(case).done_by == SILENT.id


@pytest.mark.parametrize("when", ["2026-03-03T07:00:00", "2026-03-04", "2026-03-06"])
def test_silence_and_reply_give_one_case_in_every_order(when):
    acts = (ASKED, SILENT, reply(when, ASKED), reply("2026-03-02", ASKED))
    agreed = terms("consultation", unanswered="none_given", unmet="not_held")
    pictures = []
    for order in permutations(acts):
        case = Case.open(case="case", terms=agreed)
        for act in order:
            case.advance(act)
        pictures.append(picture(case, at("2026-03-07")))
    assert all(one == pictures[0] for one in pictures)


def test_a_meeting_not_held_escalates_to_the_next_step():
    asked = request()
    replied = reply("2026-03-02", asked)
    call = said(TAR, {OND}, "2026-03-03", "call", refs=(Cited("after", replied.id),))
    not_held = taken_as("2026-03-06", call, choice=None, step="not_held")
    case = consultation(asked, replied, call, not_held)
    assert state(case, not_held) == "in-turn"
    meeting = [one.state(at("2026-03-07")) for one in case.duties(at("2026-03-07")) if one.step == "meet"]
    assert meeting == ["released", "released"]
    late = said(OND, {TAR}, "2026-03-07", "meet", refs=(Cited("answers", call.id), Cited("after", not_held.id)))
    case.advance(late)
    assert codes(case, late) == ["not-needed"]


def test_a_meeting_held_in_time_crosses_with_its_silence():
    asked = request()
    replied = reply("2026-03-02", asked)
    call = said(TAR, {OND}, "2026-03-03", "call", refs=(Cited("after", replied.id),))
    not_held = taken_as("2026-03-06", call, choice=None, step="not_held")
    met = said(OND, {TAR}, "2026-03-04", "meet", refs=(Cited("answers", call.id),))
    for order in ((not_held, met), (met, not_held)):
        case = consultation(asked, replied, call, *order)
        assert {state(case, not_held), state(case, met)} == {"crossed"}


def test_the_two_conclude_when_the_other_agrees():
    asked = request()
    replied = reply("2026-03-02", asked)
    propose = said(OND, {TAR}, "2026-03-04", "propose", refs=(Cited("after", replied.id),))
    agree = said(TAR, {OND}, "2026-03-05", "agree", choice="agreed", refs=(Cited("answers", propose.id),))
    case = consultation(asked, replied, propose, agree)
    assert case.outcome(at("2026-03-06")).word == "concluded"
    own = said(OND, {TAR}, "2026-03-05", "agree", choice="agreed", refs=(Cited("answers", propose.id),))
    assert codes(consultation(asked, replied, propose, own), own) == ["not-its-role"]


def test_a_meeting_of_all_is_a_case_of_its_own_that_cites_where_it_comes_from():
    agreed = terms("consultation", next_step="meeting-of-all")
    call = said(TAR, others(TAR), "2026-03-08", "call_all", refs=(Cited("cites", "a" * 64),))
    case = Case.of((call,), case="wide", terms=agreed)
    assert case.participants == set(PARTIES)
    met = said(VEL, others(VEL), "2026-03-09", "meet_all", refs=(Cited("answers", call.id),))
    assert case.advance(met).outcome.word == "meeting held"
    without = said(TAR, others(TAR), "2026-03-08", "call_all")
    assert codes(Case.of((without,), case="wide", terms=agreed), without) == ["cites-nothing"]


def test_a_step_the_terms_did_not_choose_does_not_exist():
    call = said(TAR, others(TAR), "2026-03-08", "call_all", refs=(Cited("cites", "a" * 64),))
    assert "not-chosen" in codes(consultation(call), call)
