"""What waits for something is judged when it comes as it would have been on the spot: the order of arrival decides nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from comity.exercise.world import START, World, WorldVoice
from comity.node.issue import Draft, issue
from comity.node.office import Office
from comity.node.tick import open_calendar
from tests.node.region import FORCES, NOTICE, STATES, VERSION, a_region, content_of_notice, envelope, forged, notice, one, report


def all_but_signed() -> World:
    """Everybody has initialled; nobody has signed yet."""
    world = World(seed=5, start=START - timedelta(days=460))
    voice = WorldVoice(world)
    voice.propose("tarsenia", VERSION)
    voice.settle()
    for party in STATES[1:]:
        voice.word(party, "initial", VERSION)
    voice.settle()
    return world


def sign(world: World) -> None:
    voice = WorldVoice(world)
    for party in STATES:
        voice.word(party, "sign", VERSION)
    voice.settle()


def again(office: Office) -> Office:
    """The same node started anew, with nothing in memory but its book."""
    return Office(name=office.name, keys=office.keys, keysets=office.keysets, store=office.store, clock=office.clock, chance=office.chance)


@pytest.mark.parametrize("data", [{"nonsense": True}, {"begins": "someday", "ends": 7, "personnel": "many", "designation": ["x"], "area": {"shape": "circle"}}])
def test_data_that_waited_for_its_terms_and_does_not_fit_their_form_moves_nothing(data: dict[str, Any]) -> None:
    world = all_but_signed()
    content = content_of_notice(a_region(), "tarsenia", ("ondoria/vc",))
    bent = replace(content, body={**content.body, "data": data})
    parked = one(world.bring("tarsenia", "ondoria", (forged(world, world.offices["tarsenia"], bent, seq=70),)))
    assert parked.state == "delivered"

    sign(world)

    ondoria = world.offices["ondoria"]
    assert ondoria.folds.instruments.concluded(VERSION.id) is not None
    assert ondoria.store.standing(parked.act or "") == ("irregular", '[["act.schema"]]')
    for office in (ondoria, again(ondoria)):
        assert office.folds.case(content.case or "") is None
    assert ondoria.store.case_row(content.case or "") is None


def test_a_question_aside_that_comes_before_the_case_it_is_about_waits_for_it_and_stands_alike() -> None:
    world = a_region(21)
    opening = notice(world, "tarsenia")
    one(world.bring("tarsenia", "ondoria", (envelope(world, opening, "ondoria"),)))
    draft = Draft(
        terms=VERSION.id, measure=NOTICE, step="ask", case=opening.case, to=("velmora/vc",), data={"about": {"act": opening.id}, "text": "Will you send observers?"}
    )
    (asked,) = issue(world.offices["ondoria"], [draft])
    velmora = world.offices["velmora"]

    one(world.bring("ondoria", "velmora", (envelope(world, asked, "velmora"),)))
    assert velmora.store.standing(asked.id) == ("waiting", '[["case-not-held"]]')
    one(world.bring("tarsenia", "velmora", (envelope(world, opening, "velmora"),)))

    assert velmora.store.standing(asked.id) == world.offices["ondoria"].store.standing(asked.id) == ("in-turn", "[]")
    assert velmora.store.awaiting("ondoria") == 0
    read = again(velmora).folds.case(asked.case or "")
    assert read is not None
    assert read.standing(asked.id).state == "in-turn"


def test_a_question_in_a_case_of_the_calendar_that_opens_here_later_is_released_by_it() -> None:
    world = a_region(22)
    ondoria, velmora = world.offices["ondoria"], world.offices["velmora"]
    said = report(world, "ondoria")
    draft = Draft(terms=VERSION.id, measure=FORCES, step="ask", case=said.case, refs=(), data={"about": {"act": said.id}, "text": "Is this all?"})
    (asked,) = issue(ondoria, [draft])
    assert asked.case == said.case
    with velmora.turn() as turn:
        turn.clear_projections()
        turn.set_note("calendar", "")
    velmora.folds.forget()

    one(world.bring("ondoria", "velmora", (envelope(world, asked, "velmora"),)))
    assert velmora.store.awaiting("ondoria") == 1
    open_calendar(velmora, now=world.now)

    assert velmora.store.awaiting("ondoria") == 0


def test_an_act_of_another_measure_moves_nothing_in_a_case_it_names() -> None:
    world = a_region(23)
    tarsenia, ondoria = world.offices["tarsenia"], world.offices["ondoria"]
    opening = notice(world, "tarsenia")
    one(world.bring("tarsenia", "ondoria", (envelope(world, opening, "ondoria"),)))
    content = content_of_notice(world, "tarsenia", ("ondoria/vc",))
    body = {**content.body, "measure": "un:I.2.3", "step": "cancel", "choice": None, "opening": None, "form": None, "data": {}}
    bent = replace(content, case=opening.case, body={name: value for name, value in body.items() if name != "opening"})

    answer = one(world.bring("tarsenia", "ondoria", (forged(world, tarsenia, bent, seq=90),)))

    assert ondoria.store.standing(answer.act or "") == ("irregular", '[["other-terms"]]')
    for office in (ondoria, again(ondoria)):
        case = office.folds.case(opening.case or "")
        assert case is not None
        assert [held.id for held in case.statements] == [opening.id]
