"""Our act goes out whole or not at all; what is too long for one goes in parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from comity.exercise.reports import forces
from comity.exercise.world import START, World, digest_of
from comity.node.issue import Draft, issue, prepare
from comity.node.rebuild import rebuild
from comity.protocol.act import read_slip
from comity.protocol.refusals import Refused
from tests.node.region import DUE, FORCES, VERSION, a_region, envelope, exercise, notice, one


@pytest.fixture
def agreed() -> World:
    return a_region()


def long_report(party: str, units: int) -> dict[str, object]:
    data = forces(party, START.date(), last_year=False)
    unit = data["units"][1]
    return {**data, "units": [{**unit, "line": line, "record": f"X-{line:05}", "remarks": "A remark. " * 60} for line in range(1, units + 1)]}


def parts(party: str, of: int) -> list[dict[str, object]]:
    """A report in so many parts: each a form of its own, the lines numbered through."""
    data = forces(party, START.date(), last_year=False)
    return [{**data, "units": [unit]} for unit in data["units"][:of]]


def part(n: int, of: int, data: object, party: str = "tarsenia") -> Draft:
    return Draft(terms=VERSION.id, measure=FORCES, step="report", choice="submitted", period=DUE, data=data, part=(n, of))


def test_each_addressee_gets_a_lane_of_its_own_without_gaps(agreed: World) -> None:
    acts = [notice(agreed, "tarsenia") for _ in range(3)]
    store = agreed.offices["tarsenia"].store
    slips = [read_slip(one.slip) for act in acts for one in store.deliveries(act.id) if one.to == "ondoria/vc"]
    assert [slip.seq for slip in slips] == list(range(slips[0].seq, slips[0].seq + 3))
    assert [slip.prev for slip in slips[1:]] == [act.id for act in acts[:2]]


def test_a_draft_that_fails_takes_the_others_of_its_turn_with_it(agreed: World) -> None:
    tarsenia = agreed.offices["tarsenia"]
    before = tarsenia.store.position(), tarsenia.store.leaf_count()
    good = Draft(terms=VERSION.id, measure="un:I.3.1", step="notify", choice="planned", data=exercise())
    with pytest.raises(Refused) as refused:
        issue(tarsenia, [good, replace(good, data={"nonsense": 1})])
    assert refused.value.code == "draft.form"
    assert (tarsenia.store.position(), tarsenia.store.leaf_count()) == before
    (act,) = issue(tarsenia, [good])
    agreed.run_until_quiet()
    assert agreed.offices["ondoria"].store.standing(act.id) == ("in-turn", "[]")


def test_a_report_too_long_for_one_act_is_refused_with_its_length_and_what_to_do(agreed: World) -> None:
    tarsenia = agreed.offices["tarsenia"]
    draft = Draft(terms=VERSION.id, measure=FORCES, step="report", choice="submitted", period=DUE, data=long_report("tarsenia", 400))
    with pytest.raises(Refused) as refused:
        prepare(tarsenia, draft, now=agreed.now)
    assert refused.value.code == "draft.long"
    assert refused.value.data["bytes"] > refused.value.data["limit"]
    assert "in parts" in str(refused.value)
    assert f"{refused.value.data['bytes'] // 1024 + 1} KB" in str(refused.value)


def facts(world: World, party: str) -> set[str]:
    return {row.act for row in world.offices[party].store.tables.facts.values() if row.measure == FORCES}


def test_parts_under_one_period_count_as_one_report_when_all_are_held(agreed: World) -> None:
    tarsenia, ondoria = agreed.offices["tarsenia"], agreed.offices["ondoria"]
    sent = [issue(tarsenia, [part(n, 3, data)])[0] for n, data in enumerate(parts("tarsenia", 3), 1)]
    assert facts(agreed, "tarsenia") == {act.id for act in sent}
    case = sent[0].case or ""

    one(agreed.bring("tarsenia", "ondoria", (envelope(agreed, sent[2], "ondoria"),)))
    assert (ondoria.store.standing(sent[2].id) or ("",))[0] == "waiting", "the last part names those before it"
    one(agreed.bring("tarsenia", "ondoria", (envelope(agreed, sent[0], "ondoria"),)))
    assert ondoria.store.standing(sent[0].id) == ("in-turn", "[]")
    owed = next(duty for duty in ondoria.store.duty_rows(case) if (duty.step, duty.owner) == ("report", "tarsenia"))
    assert (owed.state, facts(agreed, "ondoria")) == ("open", set())

    one(agreed.bring("tarsenia", "ondoria", (envelope(agreed, sent[1], "ondoria"),)))
    owed = next(duty for duty in ondoria.store.duty_rows(case) if (duty.step, duty.owner) == ("report", "tarsenia"))
    assert (owed.state, owed.done_by) == ("done", sent[2].id)
    assert facts(agreed, "ondoria") == {act.id for act in sent}
    assert {ondoria.store.standing(act.id) for act in sent} == {("in-turn", "[]")}

    before = digest_of(ondoria), facts(agreed, "ondoria")
    rebuild(ondoria, now=agreed.now)
    assert (digest_of(ondoria), facts(agreed, "ondoria")) == before


def test_a_part_beside_others_of_another_report_completes_nothing(agreed: World) -> None:
    tarsenia = agreed.offices["tarsenia"]
    first, last = parts("tarsenia", 2)
    issue(tarsenia, [part(1, 3, first)])
    (act,) = issue(tarsenia, [part(2, 2, last)])
    assert tarsenia.store.standing(act.id) == ("in-turn", "[]")
    assert facts(agreed, "tarsenia") == set(), "part 1 of 2 was never said"


def test_what_opens_a_case_cannot_come_in_parts(agreed: World) -> None:
    draft = Draft(terms=VERSION.id, measure="un:I.3.1", step="notify", choice="planned", data=exercise(), part=(1, 2))
    with pytest.raises(Refused) as refused:
        prepare(agreed.offices["tarsenia"], draft, now=agreed.now)
    assert refused.value.code == "draft.part"


def test_after_a_restore_nothing_is_said_about_terms_and_numbers_cannot_be_taken_for_lost_ones(agreed: World) -> None:
    from comity.conduct.words import sign_body

    before = notice(agreed, "tarsenia")
    agreed.restore("tarsenia")
    tarsenia = agreed.offices["tarsenia"]
    with pytest.raises(Refused) as refused:
        issue(tarsenia, [Draft(kind="sign", to=("ondoria/vc",), body=sign_body(VERSION, 2))])
    assert refused.value.code == "terms.restored"
    agreed.now += timedelta(minutes=1)
    after = notice(agreed, "tarsenia")
    slip = read_slip(tarsenia.store.deliveries(after.id)[0].slip)
    assert (slip.epoch, slip.seq, slip.prev) == (2, 1, None)
    assert after.number.endswith("-2")
    assert not before.number.endswith("-2")
    agreed.run_until_quiet()
    assert agreed.offices["ondoria"].store.standing(after.id) == ("in-turn", "[]")
