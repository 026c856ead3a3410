"""Originator control: what another said goes to a third party with its consent on record, and not otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from comity.conduct.consents import PUBLIC, Allowed, Withheld
from comity.exercise.life import Region, play
from comity.exercise.region_terms import OFFICES
from comity.exercise.world import START, World, WorldVoice
from comity.node.archive import lines
from comity.node.disclosure import may_show, transmit_body
from comity.node.folds import content_of
from comity.node.issue import Draft, issue
from comity.protocol.act import Reference
from comity.protocol.refusals import Refused

SARN = OFFICES["sarn"]


@pytest.fixture(scope="module")
def lived() -> tuple[World, Region]:
    world = World(seed=11, start=START - timedelta(days=500))
    return world, play(WorldVoice(world), START)


def consent_to(world: World, act: str, *, to: str = SARN) -> str:
    body = {"release": [act], "to": [to], "purpose": "any", "until": None}
    (given,) = issue(world.offices["ondoria"], [Draft(kind="consent", to=(OFFICES["tarsenia"],), body=body)])
    world.run_until_quiet()
    return given.id


def test_an_act_of_another_is_not_passed_on_without_its_consent(lived: tuple[World, Region]) -> None:
    world, region = lived
    tarsenia, report = world.offices["tarsenia"], region.said["host"].act
    before = tarsenia.store.position()
    with pytest.raises(Refused, match="has not consented"):
        issue(tarsenia, [Draft(kind="transmit", to=(SARN,), body=transmit_body(tarsenia, report))])
    assert tarsenia.store.position() == before


def test_with_consent_it_arrives_is_verified_and_is_not_folded(lived: tuple[World, Region]) -> None:
    world, region = lived
    tarsenia, report = world.offices["tarsenia"], region.said["forces ondoria"].act
    consent = consent_to(world, report)
    (sent,) = issue(tarsenia, [Draft(kind="transmit", to=(SARN,), body=transmit_body(tarsenia, report, consent=consent))])
    world.run_until_quiet()
    sarn = world.offices["sarn"]
    held = sarn.store.act(sent.id)
    assert held is not None
    assert tarsenia.store.deliveries(sent.id)[0].state == "delivered"
    assert sarn.store.act(report) is None
    assert sarn.store.case_row(region.said["forces ondoria"].case) is None


def test_a_peer_that_passes_on_without_consent_is_refused_by_whoever_receives(lived: tuple[World, Region], monkeypatch: pytest.MonkeyPatch) -> None:
    world, region = lived
    tarsenia, report = world.offices["tarsenia"], region.said["grey heron"].act
    monkeypatch.setattr("comity.node.disclosure.check_transmit", lambda *_args, **_more: None)
    (sent,) = issue(tarsenia, [Draft(kind="transmit", to=(SARN,), body=transmit_body(tarsenia, report))])
    world.run_until_quiet()
    assert world.offices["sarn"].store.act(sent.id) is None
    (delivery,) = tarsenia.store.deliveries(sent.id)
    assert (delivery.state, delivery.reason) == ("refused", "consent.missing")


def test_a_consent_for_another_act_or_office_does_not_serve(lived: tuple[World, Region]) -> None:
    world, region = lived
    tarsenia = world.offices["tarsenia"]
    consent = consent_to(world, region.said["long meadow"].act, to=OFFICES["velmora"])
    with pytest.raises(Refused, match="has not consented"):
        issue(tarsenia, [Draft(kind="transmit", to=(SARN,), body=transmit_body(tarsenia, region.said["long meadow"].act, consent=consent))])
    answer = may_show(tarsenia, region.said["long meadow"].act, SARN, now=world.now)
    assert getattr(answer, "reason", "") == "not-named"


def test_a_question_to_one_may_not_point_at_what_only_another_may_know(lived: tuple[World, Region]) -> None:
    world, region = lived
    tarsenia, incident = world.offices["tarsenia"], region.said["incident"]
    case = region.said["grey heron"]
    draft = Draft(
        terms=region.version.id, measure="un:I.3.1", step="ask", case=case.case, to=(OFFICES["velmora"],),
        refs=(Reference(rel="cites", act=incident.act),), data={"about": {"act": case.act}, "text": "Is this connected?"},
    )  # fmt: skip
    with pytest.raises(Refused, match="has not consented"):
        issue(tarsenia, [draft])


def test_a_consent_for_one_act_does_not_let_another_in(lived: tuple[World, Region], monkeypatch: pytest.MonkeyPatch) -> None:
    world, region = lived
    tarsenia = world.offices["tarsenia"]
    consent = consent_to(world, region.said["forces ondoria"].act)
    other = next(act for act in tarsenia.store.acts() if act.sender.startswith("ondoria/") and act.kind == "step" and SARN not in content_of(act)["to"])
    monkeypatch.setattr("comity.node.disclosure.check_transmit", lambda *_args, **_more: None)

    (sent,) = issue(tarsenia, [Draft(kind="transmit", to=(SARN,), body=transmit_body(tarsenia, other.id, consent=consent))])
    world.run_until_quiet()

    (delivery,) = tarsenia.store.deliveries(sent.id)
    assert (delivery.state, delivery.reason) == ("refused", "consent.missing")


def test_what_was_passed_to_one_with_consent_is_not_shown_to_another_as_an_act_of_our_own(lived: tuple[World, Region]) -> None:
    world, region = lived
    tarsenia, report = world.offices["tarsenia"], region.said["forces ondoria"].act
    consent = consent_to(world, report)
    (sent,) = issue(tarsenia, [Draft(kind="transmit", to=(SARN,), body=transmit_body(tarsenia, report, consent=consent))])
    world.run_until_quiet()

    assert isinstance(may_show(tarsenia, sent.id, SARN, now=world.now), Allowed)
    assert isinstance(may_show(tarsenia, sent.id, "elsewhere/desk", now=world.now), Withheld)
    assert isinstance(may_show(tarsenia, sent.id, PUBLIC, now=world.now), Withheld)


def test_a_file_for_a_reader_tells_of_no_peer_and_no_terms_it_has_no_act_of(lived: tuple[World, Region]) -> None:
    world, region = lived
    velmora = world.offices["velmora"]
    card = velmora.store.peer("sarn")
    assert card is not None
    texts = [("version", "c" * 64, {"hush": "arrangement"}), ("version", region.version.id, dict(region.version.record))]
    written = b"".join(lines(velmora, card=card.card, texts=texts, reader=OFFICES["tarsenia"], now=world.now))
    assert b"hush" not in written
    assert region.version.id.encode() in written

    with velmora.turn() as turn:
        turn.set_peer(replace(card, node="farland"))
    written = b"".join(lines(velmora, card=card.card, texts=texts, reader=OFFICES["tarsenia"], now=world.now))
    whole = b"".join(lines(velmora, card=card.card, texts=texts, now=world.now))
    assert (b"farland" in whole, b"farland" in written) == (True, False)
