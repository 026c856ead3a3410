"""Time passes: what waited for it is folded, everywhere alike, and doing it twice does nothing more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from comity.exercise.world import World, digest_of
from comity.node import fsck
from comity.node.issue import Draft, issue
from comity.node.logbook import CHECKPOINT_HOURS, Logbook
from comity.node.office import Office
from comity.node.rebuild import rebuild
from comity.node.tick import tick
from comity.protocol.act import Reference
from tests.node.region import DUE, FORCES, NOTICE, VERSION, a_region, content_of_notice, forged, notice, one

DAY = timedelta(days=1)


@pytest.fixture
def agreed() -> World:
    return a_region()


def again(office: Office) -> Office:
    """The same node started anew, with nothing in memory but its book: as a page's own reader would see it."""
    return Office(name=office.name, keys=office.keys, keysets=office.keysets, store=office.store, clock=office.clock, chance=office.chance)


def ticked(world: World, party: str) -> None:
    tick(world.offices[party], Logbook(world.offices[party]), now=world.now)


def dated_tomorrow(world: World, to: str) -> str:
    content = content_of_notice(world, "tarsenia", (f"{to}/vc",))
    answer = one(world.bring("tarsenia", to, (forged(world, world.offices["tarsenia"], content, at=world.now + DAY),)))
    assert answer.state == "delivered", "kept and receipted at once"
    assert answer.act is not None
    return answer.act


def test_an_act_dated_a_day_ahead_waits_visibly_and_is_folded_when_its_time_comes(agreed: World) -> None:
    ondoria = agreed.offices["ondoria"]
    reader = again(ondoria)
    act = dated_tomorrow(agreed, "ondoria")
    assert ondoria.store.standing(act) == ("waiting", '[["dated-ahead"]]')
    assert ondoria.store.awaiting("tarsenia") == 1

    agreed.now += timedelta(hours=23)
    ticked(agreed, "ondoria")
    assert (ondoria.store.standing(act) or ("",))[0] == "waiting"
    case = ondoria.store.act(act)
    assert case is not None
    assert reader.folds.case(case.case or "") is None

    agreed.now += timedelta(hours=2)
    ticked(agreed, "ondoria")
    assert ondoria.store.standing(act) == ("in-turn", "[]")
    assert ondoria.store.awaiting("tarsenia") == 0
    folded = reader.folds.case(case.case or "")
    assert folded is not None
    assert folded.standing(act).state == "in-turn"


def test_a_word_in_a_case_that_goes_on_waits_too_and_the_reader_of_pages_sees_it_in_time(agreed: World) -> None:
    tarsenia, ondoria = agreed.offices["tarsenia"], agreed.offices["ondoria"]
    about = notice(agreed, "ondoria")
    agreed.run_until_quiet()
    reader = again(ondoria)
    asked = Draft(terms=VERSION.id, case=about.case, measure=NOTICE, step="ask", to=("ondoria/vc",), data={"about": {"act": about.id}, "text": "Which units?"})
    from comity.node.issue import prepare

    content = prepare(tarsenia, replace(asked, to=()), now=agreed.now).content
    content = replace(content, to=("ondoria/vc", *(to for to in content.to if to != "ondoria/vc")))
    question = one(agreed.bring("tarsenia", "ondoria", (forged(agreed, tarsenia, content, at=agreed.now + DAY),))).act or ""
    assert reader.folds.case(content.case or "") is not None
    assert (ondoria.store.standing(question) or ("",))[0] == "waiting"
    later = notice(agreed, "velmora")
    agreed.run_until_quiet()
    assert ondoria.store.standing(later.id) == ("in-turn", "[]")

    agreed.now += DAY
    ticked(agreed, "ondoria")

    state = ondoria.store.standing(question)
    assert state is not None
    assert state[0] != "waiting"
    folded = reader.folds.case(content.case or "")
    assert folded is not None
    assert folded.standing(question).state == state[0]
    before = digest_of(ondoria)
    rebuild(ondoria, now=agreed.now)
    assert digest_of(ondoria) == before


def test_a_signature_under_terms_that_is_dated_ahead_counts_from_its_time_and_acts_under_them_wait_with_it() -> None:
    from comity.conduct.words import initial_body, sign_body
    from comity.exercise.world import START, WorldVoice

    world = World(seed=3, start=START - timedelta(days=460))
    voice = WorldVoice(world)
    voice.propose("tarsenia", VERSION)
    voice.settle()
    for party in ("ondoria", "velmora"):
        voice.word(party, "initial", VERSION)
    voice.settle()
    for party in ("tarsenia", "ondoria"):
        voice.word(party, "sign", VERSION)
    voice.settle()
    assert initial_body(VERSION, 1)
    velmora, ondoria = world.offices["velmora"], world.offices["ondoria"]
    from comity.protocol.act import Content

    content = Content(kind="sign", to=("ondoria/vc", "tarsenia/vc", "sarn/desk"), header={"precedence": "routine"}, body=sign_body(VERSION, 1))
    signed = one(world.bring("velmora", "ondoria", (forged(world, velmora, content, at=world.now + DAY),))).act or ""

    assert (ondoria.store.standing(signed) or ("",))[0] == "waiting"
    assert ondoria.folds.instruments.concluded(VERSION.id) is None
    world.now += DAY
    ticked(world, "ondoria")
    assert ondoria.store.standing(signed) == ("in-turn", "[]")
    assert ondoria.folds.instruments.concluded(VERSION.id) is not None


def test_a_tick_twice_does_nothing_more(agreed: World) -> None:
    dated_tomorrow(agreed, "ondoria")
    agreed.now += 2 * DAY
    ticked(agreed, "ondoria")
    ondoria = agreed.offices["ondoria"]
    before = digest_of(ondoria), ondoria.store.leaf_count()
    ticked(agreed, "ondoria")
    assert (digest_of(ondoria), ondoria.store.leaf_count()) == before
    assert fsck.check(ondoria).clean


def test_the_log_is_signed_at_fixed_hours_and_filled_up_so_that_its_size_says_little(agreed: World) -> None:
    ondoria = agreed.offices["ondoria"]
    notice(agreed, "ondoria")
    book = Logbook(ondoria)
    agreed.now = agreed.now.replace(hour=CHECKPOINT_HOURS) + 2 * DAY
    assert book.due(now=agreed.now)
    book.sign(now=agreed.now)
    assert ondoria.store.leaf_count() % 256 == 0
    assert not book.due(now=agreed.now + timedelta(hours=CHECKPOINT_HOURS - 1))
    assert book.due(now=agreed.now + timedelta(hours=CHECKPOINT_HOURS))


def test_cases_of_the_calendar_open_by_themselves_on_every_node(agreed: World) -> None:
    found = {party: next(row for row in office.store.open_cases() if row.measure == FORCES and row.period == DUE) for party, office in agreed.offices.items() if party != "sarn"}
    assert len({row.id for row in found.values()}) == 1


def test_a_reference_to_an_act_that_is_not_here_is_refused_before_it_goes_out(agreed: World) -> None:
    from comity.protocol.refusals import Refused

    draft = Draft(terms=VERSION.id, measure=NOTICE, step="notify", choice="planned", refs=(Reference(rel="after", act="5" * 64),))
    with pytest.raises(Refused) as refused:
        issue(agreed.offices["tarsenia"], [draft])
    assert refused.value.code == "draft.reference"
