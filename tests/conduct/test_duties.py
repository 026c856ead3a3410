"""Who owes what: duties that roll, that are released, that follow from facts; conditions and quotas over data."""

from datetime import date, datetime, timedelta

import pytest

from comity.catalogue.procedures import read_procedure
from comity.conduct.case import Case
from comity.conduct.conditions import holds
from comity.conduct.duties import Duty
from comity.conduct.facts import Fact
from comity.conduct.measure_terms import DaysOff, MeasureTerms
from comity.conduct.openings import participants
from comity.conduct.owed import Cited as CitedFact
from comity.conduct.owed import owed_duties
from comity.conduct.quotas import Use, usage, uses
from comity.conduct.statements import Cited
from tests.conduct.stories import PARTIES, Story, at, others, said, terms

TAR, OND, VEL = PARTIES
NOW = at("2026-03-10")


def owed(**more: object) -> Duty:
    made = {"key": "k", "case": "c", "step": "report", "owner": TAR, "due": NOW, **more}
    return Duty(**made)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("duty", "when", "state"),
    [
        (owed(), NOW, "expected"),
        (owed(), NOW + timedelta(seconds=1), "open-past"),
        (owed(done_by="a", done_at=NOW), NOW + timedelta(days=9), "done"),
        (owed(done_by="a", done_at=NOW + timedelta(seconds=1)), NOW + timedelta(days=9), "late-done"),
        (owed(done_by="a", done_at=NOW + timedelta(days=1), deemed=True), NOW, "deemed"),
        (owed(released_by="b"), NOW + timedelta(days=9), "released"),
        (owed(ends=NOW), NOW, "expected"),
        (owed(ends=NOW + timedelta(days=1)), NOW + timedelta(days=1), "open-past"),
        (owed(ends=NOW + timedelta(days=1)), NOW + timedelta(days=2), "missing"),
        (owed(ends=NOW - timedelta(days=1)), NOW + timedelta(days=2), "released"),
    ],
)
def test_the_word_for_a_duty_at_a_time(duty, when, state):
    assert duty.state(when) == state


def test_a_duty_has_one_key_for_ever():
    ask = said(OND, others(OND), "2026-02-02", "ask")
    opening = said(TAR, others(TAR), "2026-02-01", "notify", choice="planned", data={"begins": "2026-06-01", "ends": "2026-06-10"})
    case = Case.of((opening, ask), case="case", terms=terms("notification"))
    before = {duty.key for duty in case.duties(at("2026-02-03"))}
    assert f"case/answer/{TAR}/{ask.id}/" in before
    assert "case/complete/tarsenia//" in before
    case.advance(said(TAR, others(TAR), "2026-02-04", "answer", refs=(Cited("answers", ask.id),)))
    assert {duty.key for duty in case.duties(at("2026-02-05"))} == before


def test_a_step_that_falls_due_anew_after_each_of_its_acts():
    told = Story(terms("alert"), 1)
    alert = said(TAR, others(TAR), "2026-02-01T08:00:00", "alert")
    case = told.case((alert,))
    update = said(TAR, others(TAR), "2026-02-01T19:00:00", "update", refs=(Cited("after", alert.id),))
    (first,) = [duty for duty in case.duties(NOW) if duty.step == "update"]
    assert (first.since, first.due) == (alert.id, at("2026-02-01T20:00:00"))
    case.advance(update)
    found = {duty.since: duty for duty in case.duties(NOW) if duty.step == "update"}
    assert found[alert.id].done_by == update.id
    assert found[update.id].due == at("2026-02-02T07:00:00")
    late = said(TAR, others(TAR), "2026-02-02T08:00:00", "update", refs=(Cited("after", update.id),))
    case.advance(late)
    assert case.timing(late.id)[0].late
    assert {duty.since: duty.state(NOW) for duty in case.duties(NOW) if duty.step == "update"} == {
        alert.id: "done", update.id: "late-done", late.id: "open-past",
    }  # fmt: skip


def test_who_joins_owes_and_who_leaves_owes_no_more():
    propose = said(TAR, {OND, VEL}, "2026-02-01", "propose", data={"ends": "2026-05-01"})
    join = said(OND, {TAR, VEL}, "2026-02-02", "join", choice="joined", refs=(Cited("answers", propose.id),))
    run = said(OND, {TAR, VEL}, "2026-05-02", "run")
    plan = said(OND, {TAR, VEL}, "2026-02-03", "plan")
    case = Case.of((propose, join, plan), case="case", terms=terms("joint-activity"))
    assert {duty.owner for duty in case.duties(NOW) if duty.step == "agree"} == {TAR, OND}
    for party in (TAR, OND):
        case.advance(said(party, others(party), "2026-02-04", "agree", choice="agreed", refs=(Cited("answers", plan.id),)))
    case.advance(run)
    assert {duty.owner for duty in case.duties(NOW) if duty.step == "report"} == {TAR, OND}
    case.advance(said(OND, {TAR, VEL}, "2026-05-03", "leave", refs=(Cited("voids", join.id),)))
    assert {duty.owner for duty in case.duties(NOW) if duty.step == "report"} == {TAR}


def test_a_recurrence_brings_its_dates_with_time_and_not_before():
    agreed = terms("monitoring")
    case = Case.open(case="case", terms=agreed, participants=participants(agreed), opens=agreed.in_force_from)
    assert len(case.duties(at("2026-01-01"))) == 2, "today and tomorrow, of the one observer"
    change = case.look_ahead(at("2026-01-05"))
    assert [duty.period for duty in change.duties] == [date(2026, 1, day) for day in (3, 4, 5, 6)]
    assert case.look_ahead(at("2026-01-05")).duties == ()


def test_due_days_are_counted_with_the_holidays_of_who_owes():
    agreed = terms("information-exchange")
    eastern = MeasureTerms(
        measure=agreed.measure, procedure=agreed.procedure, chain=agreed.chain, version=agreed.version, parties=agreed.parties,
        in_force_from=agreed.in_force_from, parameters=agreed.parameters, days_off={TAR: DaysOff(weekend=frozenset({5, 6}))},
    )  # fmt: skip
    stated = [fact(party=party, kind="holding", amounts={"tanks": 120}, when="2026-05-07") for party in (TAR, OND)]
    before = {(party, "tanks"): fact(party=party, kind="holding", amounts={"tanks": 100}) for party in (TAR, OND)}
    found = {duty.owner: duty.due.date() for duty in owed_duties(eastern, stated, fulfilled={}, before=before, touches=never)}
    assert found == {TAR: date(2026, 5, 14), OND: date(2026, 5, 14)}
    (friday,) = owed_duties(eastern, [fact(party=OND, kind="holding", amounts={"tanks": 120}, when="2026-05-08")], fulfilled={}, before=before, touches=never)
    assert friday.due.date() == date(2026, 5, 15)
    (sunday,) = owed_duties(eastern, [fact(party=TAR, kind="holding", amounts={"tanks": 120}, when="2026-05-08")], fulfilled={}, before=before, touches=never)
    assert sunday.due.date() == date(2026, 5, 14)


# Facts and conditions


def never(fact: Fact, shape: object, buffer: int) -> bool:
    return False


def fact(*, party: str = TAR, kind: str = "activity", when: str = "2026-02-01", amounts: dict[str, int] | None = None, **fields: object) -> Fact:
    begins = str(fields.pop("begins", "2026-06-01"))
    return Fact(
        kind=kind, party=party, act="a" * 64, path="", key="tanks", at=at(when), form="f", fields=fields, amounts=amounts or {},
        begins=begins,
    )  # fmt: skip


THRESHOLD = {
    "any": [{"field": "personnel", "at_least": 9000}, {"category": "tanks", "at_least": 250}],
    "except": [{"field": "no_warning", "is": True}],
}


@pytest.mark.parametrize(
    ("stated", "met"),
    [
        (fact(personnel=9000), True),
        (fact(personnel=8999), False),
        (fact(amounts={"tanks": 250}), True),
        (fact(amounts={"tanks": 249}), False),
        (fact(personnel=20_000, no_warning=True), False),
        (fact(personnel=20_000, no_warning=False), True),
        (fact(), False),
        (fact(personnel="many"), False),
        (fact(personnel=True), False),
    ],
)
def test_a_threshold_is_met_by_what_a_fact_says_and_by_nothing_else(stated, met):
    assert holds(THRESHOLD, stated, before=None, touches=never) is met


@pytest.mark.parametrize(
    ("test", "stated", "before", "met"),
    [
        ({"field": "kind", "in": ["air", "sea"]}, fact(kind_of="x", kind="activity"), None, False),
        ({"field": "kinds", "in": ["air"]}, fact(kinds=["land", "air"]), None, True),
        ({"field": "amount", "at_least": "10.5"}, fact(amount="10.50"), None, True),
        ({"field": "new", "is": False}, fact(), None, False),
        ({"field": "level", "is": 1}, fact(level=True), None, False),
        ({"changes": "amounts", "percent": 10}, fact(amounts={"tanks": 110}), fact(amounts={"tanks": 100}), True),
        ({"changes": "amounts", "percent": 10}, fact(amounts={"tanks": 109}), fact(amounts={"tanks": 100}), False),
        ({"changes": "amounts", "percent": 10}, fact(amounts={"tanks": 90}), fact(amounts={"tanks": 100}), True),
        ({"changes": "amounts", "percent": 10}, fact(amounts={"guns": 1}), fact(amounts={}), True),
        ({"changes": "amounts", "percent": 10}, fact(amounts={"tanks": 5}), None, False),
        ({"changes": "personnel", "percent": 50}, fact(personnel=15), fact(personnel=10), True),
    ],
)
def test_the_tests_of_a_condition(test, stated, before, met):
    assert holds({"any": [test]}, stated, before=before, touches=never) is met


def test_a_shape_is_touched_as_its_predicate_says():
    asked: list[object] = []

    def touches(stated: Fact, shape: object, buffer: int) -> bool:
        asked.append((shape, buffer))
        return True

    assert holds({"any": [{"touches": "strait", "buffer": 500}]}, fact(), before=None, touches=touches)
    assert asked == [("strait", 500)]


def test_nothing_is_never_enough():
    assert not holds({"any": []}, fact(), before=None, touches=never)
    assert not holds({}, fact(), before=None, touches=never)


def test_a_large_activity_owes_a_notification_before_anyone_else_sees_it():
    agreed = terms("notification")
    (duty,) = owed_duties(agreed, [fact(personnel=12_000), fact(personnel=100)], fulfilled={}, before={}, touches=never)
    assert (duty.step, duty.owner, duty.due.date(), duty.to) == ("notify", TAR, date(2026, 4, 20), frozenset({OND, VEL}))
    assert duty.state(at("2026-04-21")) == "open-past"


def test_the_act_that_cites_the_fact_fulfils_it():
    done = {("notify", "a" * 64): CitedFact("b" * 64, at("2026-04-01"))}
    (duty,) = owed_duties(terms("notification"), [fact(personnel=12_000)], fulfilled=done, before={}, touches=never)
    assert (duty.done_by, duty.state(at("2026-05-01"))) == ("b" * 64, "done")


def test_a_party_may_have_another_threshold():
    agreed = terms("notification")
    own = MeasureTerms(
        measure=agreed.measure, procedure=agreed.procedure, chain=agreed.chain, version=agreed.version, parties=agreed.parties,
        in_force_from=agreed.in_force_from, parameters=agreed.parameters,
        by_party={OND: {"notice": "P21D", "threshold": {"any": [{"field": "personnel", "at_least": 20_000}]}}},
    )  # fmt: skip
    found = list(owed_duties(own, [fact(party=party, personnel=12_000) for party in (TAR, OND)], fulfilled={}, before={}, touches=never))
    assert [duty.owner for duty in found] == [TAR]
    opening = said(OND, others(OND), "2026-05-11", "notify", choice="planned", data={"begins": "2026-06-01", "ends": "2026-06-02"})
    case = Case.of((opening,), case="case", terms=own)
    assert (case.notice(opening.id).agreed.text, case.notice(opening.id).short) == ("P21D", False)


def test_a_fact_without_a_date_owes_nothing_that_counts_from_it():
    assert not list(owed_duties(terms("notification"), [fact(personnel=12_000, begins="")], fulfilled={}, before={}, touches=never))


# Quotas


QUOTAS = """
id: visits
title: Visits
roles: {visiting: opener, visited: named}
parameters:
  year:  {format: recurrence, default: FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1}
  most:  {default: {percent: 15, of: object, at_least: 1}}
  share: {default: {percent: 50, of: all_visits}}
  free:  {type: array, default: [lapsed]}
quotas:
  all_visits: {counts: request, per: [visited], in: year, limit: most, except: free}
  from_one:   {counts: request, per: [visited, visiting], in: year, limit: share, except: free}
  at_once:    {counts: request, per: [visited], in: open, limit: 1}
closes: {after: request.begins, by: P30D, as: lapsed}
steps:
  request: {by: visiting, to: visited, opens: true, form: request}
  held:    {by: visiting, after: request, form: note, ends: held}
"""


def visits() -> MeasureTerms:
    return terms(read_procedure(QUOTAS))


def visit(when: str, outcome: str | None = "held", by: str = TAR) -> Use:
    ended = at(when) + timedelta(days=5) if outcome else None
    return Use(act=when, roles={"visited": frozenset({OND}), "visiting": frozenset({by})}, at=at(when), outcome=outcome, ended=ended)


def counted(name: str, held: list[Use], when: str = "2026-06-01", reported: int = 40) -> tuple[int, int]:
    agreed = visits()
    found = usage(agreed.procedure.quotas[name], agreed, held, of={"visited": OND, "visiting": TAR}, at=at(when), reported=lambda kind, party: reported)
    return found.used, found.limit


def test_a_quota_counts_from_one_date_of_its_recurrence_to_the_next():
    held = [visit("2026-01-01"), visit("2026-12-31"), visit("2027-01-01"), visit("2026-05-05", by=VEL)]
    assert counted("all_visits", held) == (3, 6)
    assert counted("from_one", held) == (2, 3)
    assert counted("all_visits", held, "2027-02-02") == (1, 6)


def test_a_percentage_is_rounded_down_with_a_least():
    assert [counted("all_visits", [], reported=number)[1] for number in (0, 7, 13, 14, 20)] == [1, 1, 1, 2, 3]
    assert counted("from_one", [], reported=20)[1] == 1


def test_what_is_spared_uses_nothing_up():
    assert counted("all_visits", [visit("2026-02-02", "lapsed"), visit("2026-02-03")])[0] == 1


def test_at_the_same_time_means_not_yet_ended():
    held = [visit("2026-05-30"), visit("2026-03-01"), visit("2026-06-03", None)]
    assert counted("at_once", held)[0] == 1


def test_above_a_quota_is_a_fact_and_bars_nothing():
    agreed = visits()
    request = said(TAR, {OND}, "2026-05-30", "request", data={"begins": "2026-06-10"})
    case = Case.of((request,), case="case", terms=agreed)
    assert case.standing(request.id).state == "in-turn"
    quota = agreed.procedure.quotas["at_once"]
    (use,) = uses(case, quota, at("2026-05-31"))
    found = usage(quota, agreed, [use, visit("2026-05-30")], of={"visited": OND, "visiting": TAR}, at=at("2026-06-01"), reported=lambda kind, party: 0)
    assert (found.used, found.limit, found.above) == (2, 1, True)
    assert uses(case, quota, datetime(2026, 8, 1, tzinfo=NOW.tzinfo))[0].outcome == "lapsed"
