"""What comes in: judged alone, kept whole, receipted once; what is bad is told to whom it concerns, and nothing good is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from comity.exercise.world import START, World
from comity.node import receive as receiving
from comity.node.receive import receipts_of, receive, take_receipts
from comity.protocol import seal
from comity.protocol.limits import ENVELOPE_BYTES
from comity.protocol.receipt import read_receipt
from comity.protocol.signed import framed
from tests.node.region import FORCES, VERSION, a_region, conclude, content_of_notice, envelope, forged, notice, one, plain, sealed


@pytest.fixture(scope="module")
def agreed() -> World:
    return a_region()


def untouched(world: World, party: str = "ondoria") -> tuple[int, int]:
    store = world.offices[party].store
    return store.position(), store.leaf_count()


def test_an_unknown_peer_is_refused_and_nothing_is_kept(agreed: World) -> None:
    strangers = a_region(8)
    act = notice(strangers, "tarsenia")
    before = untouched(agreed)

    answer = one(agreed.bring("tarsenia", "ondoria", (envelope(strangers, act, "ondoria"),)))

    assert (answer.state, answer.code, answer.receipt) == ("refused", "seal.closed", b"")
    assert untouched(agreed) == before


def test_an_act_of_a_node_whose_card_was_not_compared_is_refused(agreed: World) -> None:
    world = a_region(9, agreed=False)
    ondoria, stranger = world.offices["ondoria"], a_region(10, agreed=False).offices["tarsenia"]
    made = forged(world, stranger, content_of_notice(agreed, "tarsenia", ("ondoria/vc",)))
    resealed = seal.seal(seal.unseal(made, (a_region(10, agreed=False).offices["ondoria"].keys.seal,)), ondoria.keys.seal.public, world._chance)

    assert one(receive(ondoria, [resealed], peer="tarsenia")).code == "signature.invalid"
    with ondoria.turn() as turn:
        turn.remove_peer("tarsenia")
    assert one(receive(ondoria, [resealed], peer="tarsenia")).code == "peer.unknown"
    assert ondoria.store.position() == 0


@pytest.mark.parametrize(("part", "code"), [(0, "signature.invalid"), (1, "signature.invalid"), (2, "act.content-hash"), (3, "act.content-hash"), (4, "act.slip-path"), (5, "act.slip-path")])
def test_an_altered_byte_anywhere_is_refused_before_it_is_taken(agreed: World, part: int, code: str) -> None:
    act = notice(agreed, "tarsenia")
    parts = plain(agreed, act, "ondoria")
    bent = bytearray(parts[part])
    place = bent.rindex(b'"draw":"') + 8 if part == 0 else bent.rindex(b'"salt":"') + 8 if part == 4 else len(bent) // 2
    bent[place] = (bent[place] ^ 1) if part in (3, 5) else ord("1") if bent[place] != ord("1") else ord("2")
    parts[part] = bytes(bent)
    before = untouched(agreed)

    answer = one(agreed.bring("tarsenia", "ondoria", (sealed(agreed, parts, "tarsenia", "ondoria"),)))

    assert answer.code == code
    assert answer.receipt == b""
    assert untouched(agreed) == before


def test_an_altered_envelope_is_refused_and_the_true_one_is_taken_after_it(agreed: World) -> None:
    act = notice(agreed, "tarsenia")
    true = envelope(agreed, act, "velmora")
    bent = bytearray(true)
    bent[-40] ^= 1

    first, second = agreed.bring("tarsenia", "velmora", (bytes(bent), true))

    assert (first.code, second.state) == ("seal.closed", "delivered")


def test_a_replay_gets_the_same_receipt_byte_for_byte_and_changes_nothing(agreed: World) -> None:
    act = notice(agreed, "ondoria")
    sent = envelope(agreed, act, "tarsenia")
    first = one(agreed.bring("ondoria", "tarsenia", (sent,)))
    before = untouched(agreed, "tarsenia")

    agreed.now += timedelta(hours=1)
    again, twice = agreed.bring("ondoria", "tarsenia", (sent, envelope(agreed, act, "tarsenia")))

    assert again.receipt == twice.receipt == first.receipt
    assert not again.new
    assert untouched(agreed, "tarsenia") == before


def test_one_act_that_comes_twice_in_one_batch_is_taken_once(agreed: World) -> None:
    act = notice(agreed, "ondoria")
    first, second = agreed.bring("ondoria", "velmora", (envelope(agreed, act, "velmora"), envelope(agreed, act, "velmora")))

    assert first.receipt == second.receipt
    assert (first.new, second.new) == (True, False)


def test_an_act_for_another_office_is_refused(agreed: World) -> None:
    act = notice(agreed, "velmora")
    parts = plain(agreed, act, "tarsenia")

    assert one(agreed.bring("velmora", "ondoria", (sealed(agreed, parts, "velmora", "ondoria"),))).code == "act.addressee"


def test_a_peer_cannot_bring_the_act_of_another(agreed: World) -> None:
    act = notice(agreed, "velmora")

    answer = one(agreed.bring("tarsenia", "ondoria", (envelope(agreed, act, "ondoria"),)))

    assert answer.code == "session.other"


def test_an_envelope_that_is_too_large_is_refused_by_its_length(agreed: World) -> None:
    assert one(agreed.bring("tarsenia", "ondoria", (bytes(ENVELOPE_BYTES + 1),))).code == "seal.size"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"v":1}', b'{"v":1.0}', b"\xff\xfe", b"[" * 200_000, b'{"a":' * 30 + b"1" + b"}" * 30, b'{"v":1,"v":1}'],
)
def test_malformed_content_is_refused_and_its_successor_is_taken(agreed: World, content: bytes) -> None:
    office = agreed.offices["tarsenia"]
    good = notice(agreed, "tarsenia")
    import hashlib

    from comity.protocol.act import TYPE
    from comity.protocol.canonical import decode, encode

    parts = plain(agreed, good, "ondoria")
    head = decode(parts[0], limit=10_000) | {"content": hashlib.sha256(parts[3] + content).hexdigest()}
    parts[0], parts[2] = encode(head), content
    parts[1] = encode(office.keys.act.sign(TYPE, parts[0]).record())

    bad, taken = agreed.bring("tarsenia", "ondoria", (sealed(agreed, parts, "tarsenia", "ondoria"), envelope(agreed, good, "ondoria")))

    assert bad.state == "refused"
    assert bad.code in {"canonical.bytes", "act.content", "canonical.size"}
    assert taken.state == "delivered"


def test_whatever_the_bytes_do_to_a_library_the_next_envelope_is_taken(agreed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    act = notice(agreed, "tarsenia")
    poisoned = seal.seal(framed(b"poison", b"", b"", b"", b"", b""), agreed.offices["ondoria"].keys.seal.public, agreed._chance)
    verify = receiving.signed.verify

    def falls(data: bytes, **more: object) -> object:
        if b"poison" in data:
            raise RecursionError
        return verify(data, **more)

    monkeypatch.setattr(receiving.signed, "verify", falls)

    bad, taken = agreed.bring("tarsenia", "ondoria", (poisoned, envelope(agreed, act, "ondoria")))

    assert (bad.code, taken.state) == ("envelope.unreadable", "delivered")


def test_a_mistake_of_ours_over_one_act_holds_up_none_of_the_others(agreed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = (notice(agreed, "velmora") for _ in range(3))
    take, fell = receiving.Taking.take, []

    def falls(self: object, act: object, *more: object, **named: object) -> None:
        if act.id == second.id:
            raise RecursionError
        take(self, act, *more, **named)

    monkeypatch.setattr(receiving.Taking, "take", falls)
    envelopes = [envelope(agreed, act, "ondoria") for act in (first, second, third)]

    answers = receive(agreed.offices["ondoria"], envelopes, peer="velmora", fell=fell.append)

    assert [answer.state for answer in answers] == ["delivered", "refused", "delivered"]
    assert answers[1].code == "node.fault"
    assert [type(fault) for fault in fell] == [RecursionError]
    monkeypatch.undo()
    assert one(receive(agreed.offices["ondoria"], envelopes[1:2], peer="velmora")).state == "delivered"


def test_a_number_used_for_two_acts_is_refused_with_a_signed_receipt(agreed: World) -> None:
    office = agreed.offices["tarsenia"]
    ones = [forged(agreed, office, content_of_notice(agreed, "tarsenia", ("ondoria/vc",)), seq=7_000) for _ in range(2)]

    first, second = agreed.bring("tarsenia", "ondoria", tuple(ones))

    assert first.state == "delivered"
    assert (second.state, second.code) == ("refused", "lane.doubled")
    told = read_receipt(second.receipt, keys=agreed.offices["tarsenia"])
    assert (told.entry.state, told.entry.reason) == ("refused", "lane.doubled")


def test_a_body_that_no_fold_can_read_is_refused_with_a_signed_receipt(agreed: World) -> None:
    office = agreed.offices["tarsenia"]
    content = content_of_notice(agreed, "tarsenia", ("ondoria/vc",))
    bent = replace(content, body={**content.body, "measure": 7})

    answer = one(agreed.bring("tarsenia", "ondoria", (forged(agreed, office, bent, seq=7_100),)))

    assert (answer.code, bool(answer.receipt)) == ("act.body", True)


def test_data_that_does_not_fit_the_form_agreed_is_refused_with_a_signed_receipt(agreed: World) -> None:
    office = agreed.offices["tarsenia"]
    content = content_of_notice(agreed, "tarsenia", ("ondoria/vc",))
    bent = replace(content, body={**content.body, "data": {"nonsense": True}})

    answer = one(agreed.bring("tarsenia", "ondoria", (forged(agreed, office, bent, seq=7_200),)))

    assert (answer.code, bool(answer.receipt)) == ("act.schema", True)


def test_an_unknown_step_is_kept_and_shown_as_irregular(agreed: World) -> None:
    office = agreed.offices["tarsenia"]
    content = content_of_notice(agreed, "tarsenia", ("ondoria/vc",))
    bent = replace(content, body={**content.body, "step": "conjure"})

    answer = one(agreed.bring("tarsenia", "ondoria", (forged(agreed, office, bent, seq=7_300),)))

    assert answer.state == "delivered"
    state, reasons = agreed.offices["ondoria"].store.standing(answer.act or "") or ("", "")
    assert state == "irregular"
    assert "unknown-step" in reasons


def test_acts_under_terms_not_held_wait_visibly_and_are_folded_when_the_terms_come() -> None:
    ahead = a_region(11)
    late = World(seed=11, start=ahead.now - timedelta(days=460))
    for party, office in late.offices.items():
        assert office.keys.act.public == ahead.offices[party].keys.act.public, "one seed, one set of keys"
    act = notice(ahead, "tarsenia")

    answer = one(late.bring("tarsenia", "ondoria", (envelope(ahead, act, "ondoria"),))) if late.now >= act.at else None
    late.now = ahead.now
    answer = answer or one(late.bring("tarsenia", "ondoria", (envelope(ahead, act, "ondoria"),)))
    store = late.offices["ondoria"].store
    assert answer.state == "delivered"
    assert (store.standing(act.id) or ("",))[0] == "waiting"

    for held in ahead.offices["ondoria"].store.acts():
        if held.kind in ("initial", "sign") and not held.ours:
            one(late.bring(held.sender.split("/")[0], "ondoria", (envelope(ahead, ahead.offices[held.sender.split("/")[0]].store.act(held.id), "ondoria"),)))
    own = [held for held in ahead.offices["ondoria"].store.acts() if held.ours and held.kind in ("initial", "sign")]
    from comity.node.issue import Draft, issue

    for held in own:
        from comity.node.folds import content_of

        content = content_of(held)
        issue(late.offices["ondoria"], [Draft(kind=held.kind, to=tuple(content["to"]), body=content["body"])])
    assert store.standing(act.id) == ("in-turn", "[]")
    assert store.awaiting("tarsenia") == 0


def test_no_peer_keeps_more_waiting_than_agreed_and_the_rest_stays_with_it(agreed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "WAITING_MOST", 3)
    office = agreed.offices["sarn"]
    content = replace(content_of_notice(agreed, "sarn", ("velmora/vc",)), terms="9" * 64)
    envelopes = [forged(agreed, office, content, seq=100 + n) for n in range(5)]

    answers = agreed.bring("sarn", "velmora", tuple(envelopes))

    assert [answer.state for answer in answers] == ["delivered"] * 3 + ["refused"] * 2
    assert {(answer.code, answer.receipt) for answer in answers[3:]} == {("waiting.full", b"")}
    assert one(agreed.bring("tarsenia", "velmora", (envelope(agreed, notice(agreed, "tarsenia"), "velmora"),))).state == "delivered"


def test_a_receipt_settles_only_the_delivery_it_is_for(agreed: World) -> None:
    first, second = notice(agreed, "tarsenia"), notice(agreed, "tarsenia")
    tarsenia, velmora = agreed.offices["tarsenia"], agreed.offices["velmora"]
    answers = receive(velmora, [envelope(agreed, first, "velmora")], peer="tarsenia")

    assert take_receipts(tarsenia, receipts_of(answers), peer="ondoria") == ()
    assert take_receipts(tarsenia, [b"{}", b"", b"\xff", *receipts_of(answers)], peer="velmora") == (first.id,)
    assert take_receipts(tarsenia, receipts_of(answers), peer="velmora") == ()
    states = {delivery.to: delivery.state for delivery in tarsenia.store.deliveries(first.id)}
    assert states["velmora/vc"] == "delivered"
    assert tarsenia.store.deliveries(second.id)[0].receipt is None


def test_an_act_dated_long_ago_is_kept_with_the_evidence_of_when_it_came(agreed: World) -> None:
    office = agreed.offices["tarsenia"]
    old = START - timedelta(days=300)
    content = content_of_notice(agreed, "tarsenia", ("ondoria/vc",))

    answer = one(agreed.bring("tarsenia", "ondoria", (forged(agreed, office, content, at=old, seq=7_400),)))

    held = agreed.offices["ondoria"].store.act(answer.act or "")
    assert held is not None
    assert (held.at, held.held_since) == (old, agreed.now)


def test_the_measure_and_version_here_are_those_of_the_tests() -> None:
    world = a_region(12, agreed=False)
    conclude(world)
    assert FORCES in world.offices["ondoria"].folds.measures(VERSION.id)
