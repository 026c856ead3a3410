"""The door: a session for peers, one answer for all others, and nothing lost whatever is brought."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from comity.node.receive import take_receipts
from comity.protocol.receipt import read_receipt
from comity.site.config import clock, peers, wiring
from comity.site.post import frames, limits, sessions
from comity.site.post.sessions import Session
from tests.hostile.caller import Caller, Said, an_office
from tests.site.neighbours import peer_of

HERE = "tarsenia/vc"
PEER = "ondoria/vc"


def ask(path: str, body: bytes, headers: dict[str, str]) -> Said:
    answer = Client().post(path, data=body, content_type="application/octet-stream", headers=headers)
    return Said(answer.status_code, answer.headers.get("Comity-Mac", ""), answer.content)


@pytest.fixture
def caller(keys: None) -> Iterator[Caller]:
    """Ondoria's own program, whose card was compared here."""
    office = an_office(PEER, clock.now)
    with wiring.writing() as here, here.turn() as turn:
        turn.set_peer(peer_of(office))
    with wiring.reading() as here:
        with office.turn() as turn:
            turn.set_peer(peer_of(here))
        return Caller(office, ask, audience="tarsenia", to=here.keys.seal.public)


@pytest.fixture
def opened(caller: Caller) -> Caller:
    assert caller.open().status == 200
    return caller


def held() -> int:
    with wiring.reading() as office:
        return office.store.position()


# Strangers -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/post/session", "/post/envelopes", "/post/receipts", "/post/card"])
@pytest.mark.parametrize("body", [b"", b"{", b"\x00" * 100, b"[" * 60_000, b'{"token":"","sig":"","key":""}', b"\xff" * 65_537])
def test_a_stranger_gets_one_answer_whatever_was_brought(caller: Caller, path: str, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        said = ask(path, body, {})

    assert said == Said(403, "", b"no session")
    assert "Traceback" not in caplog.text
    assert (held(), Session.objects.count()) == (0, 0)


def bent_openings(caller: Caller) -> dict[str, bytes]:
    stranger = an_office(PEER, clock.now)
    good = json.loads(caller.opening().wire)
    return {
        "another audience": caller.opening(audience="velmora").wire,
        "another key": caller.opening(private=stranger.keys.transport).wire,
        "sealed to another": caller.opening(to=stranger.keys.seal.public).wire,
        "an unknown keyset": caller.opening(keyset=9).wire,
        "an unknown node": caller.opening(node="velmora").wire,
        "too old": caller.opening(at=clock.now() - timedelta(days=1)).wire,
        "dated ahead": caller.opening(at=clock.now() + timedelta(minutes=3)).wire,
        "a changed token": json.dumps(good | {"token": good["token"].replace("ondoria", "velmora")}, separators=(",", ":")).encode(),
    }


@pytest.mark.parametrize(
    "name", ["another audience", "another key", "sealed to another", "an unknown keyset", "an unknown node", "too old", "dated ahead", "a changed token"]
)
def test_a_session_opens_to_nothing_but_a_fresh_token_of_a_peer(caller: Caller, name: str) -> None:
    assert ask("/post/session", bent_openings(caller)[name], {}) == Said(403, "", b"no session")


def test_a_token_opens_one_session_only(caller: Caller) -> None:
    wire = caller.opening().wire
    assert ask("/post/session", wire, {}).status == 200
    assert ask("/post/session", wire, {}) == Said(403, "", b"no session")


def test_a_node_whose_card_was_not_compared_gets_no_session(caller: Caller) -> None:
    with wiring.writing() as here, here.turn() as turn:
        turn.set_peer(peer_of(caller.office, confirmed_by=""))
    assert caller.open() == Said(403, "", b"no session")


@pytest.mark.parametrize("length", [None, "", "-1", "1e3", "99999999999999999999", str(limits.BODY_BYTES + 1)])
def test_a_body_must_say_how_long_it_is_and_is_never_read_beyond_its_limit(opened: Caller, length: str | None, rf: Any) -> None:
    from comity.site.post import door

    request = rf.post("/post/envelopes", data=b"x" * 100, content_type="application/octet-stream", headers={"Comity-Counter": "1"})
    request.META.pop("CONTENT_LENGTH")
    if length is not None:
        request.META["CONTENT_LENGTH"] = length
    read: list[int] = []
    request.read = lambda count=-1: read.append(count) or b""

    assert door.envelopes(request).status_code == 403
    assert read == []


# Inside a session ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [{"mac": "0" * 64}, {"mac": ""}, {"mac": "ü"}, {"session": "0" * 64}, {"session": ""}, {"counter": 0}, {"written": "-1"}, {"written": "1_0"}, {"written": "9" * 40}, {"written": " 2"}, {"written": "two"}],
    ids=str,
)
def test_a_request_that_is_not_of_the_session_gets_the_strangers_answer(opened: Caller, changes: dict[str, Any]) -> None:
    assert opened.post(frames.pack([opened.envelope(opened.attest(HERE))]), **changes) == Said(403, "", b"no session")
    assert held() == 0


def test_a_counter_never_goes_back(opened: Caller) -> None:
    first = opened.attest(HERE)
    assert opened.send([opened.envelope(first)])[0].state == "delivered"
    assert opened.post(frames.pack([opened.envelope(first)]), counter=1) == Said(403, "", b"no session")
    assert opened.post(frames.pack([opened.envelope(first)]), counter=7).status == 200
    assert opened.post(frames.pack([opened.envelope(first)]), counter=6) == Said(403, "", b"no session")


def test_a_mac_holds_for_one_body_and_one_path(opened: Caller) -> None:
    from comity.protocol import transport

    mac = transport.request_mac(opened.key, method="POST", path="/post/envelopes", counter=1, body=b"")
    assert opened.post(b"more", mac=mac) == Said(403, "", b"no session")
    assert opened.post(b"", path="/post/receipts", counter=2, mac=mac) == Said(403, "", b"no session")


def test_what_is_receipted_is_kept_and_a_replay_gets_the_same_receipt(opened: Caller) -> None:
    act = opened.attest(HERE)
    (first,) = opened.send([opened.envelope(act)])
    (again,) = opened.send([opened.envelope(act)])
    assert first.receipt == again.receipt
    assert held() == 1
    assert read_receipt(first.receipt, keys=opened.office).entry.act == act.id
    assert take_receipts(opened.office, [first.receipt], peer="tarsenia") == (act.id,)


def test_a_poisoned_envelope_does_not_hold_up_those_after_it(opened: Caller, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.node import receive as receiving

    acts = [opened.attest(HERE) for _ in range(3)]
    take = receiving.Taking.take

    def falls(self: Any, act: Any, *more: Any, **named: Any) -> None:
        if act.id == acts[1].id:
            raise RecursionError("deep in what the act says")
        take(self, act, *more, **named)

    monkeypatch.setattr(receiving.Taking, "take", falls)
    answers = opened.send([b"", b"\xff" * 5_000, *(opened.envelope(act) for act in acts)])

    assert [(one.state, one.code) for one in answers] == [("refused", "seal.form")] * 2 + [("delivered", ""), ("refused", "node.fault"), ("delivered", "")]
    assert held() == 2
    assert "Traceback" not in caplog.text
    assert "what the act says" not in caplog.text
    assert "RecursionError" in caplog.text
    monkeypatch.undo()
    assert opened.send([opened.envelope(acts[1])])[0].state == "delivered"


def test_more_than_a_door_takes_at_once_is_refused_whole(opened: Caller) -> None:
    act = opened.envelope(opened.attest(HERE))
    assert opened.post(frames.pack([act] * (limits.AT_ONCE + 1))).status == 400
    assert opened.post(frames.pack([act])[:-1]).status == 400
    assert held() == 0


def test_a_peer_that_brings_more_than_agreed_is_told_to_wait_and_a_new_session_brings_no_new_allowance(opened: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    now = wiring.now()
    monkeypatch.setattr(wiring, "now", lambda: now)
    Session.objects.update(tokens=2.0, tokens_at=wiring.now())
    act = opened.envelope(opened.attest(HERE))
    assert opened.post(frames.pack([act, act])).status == 200
    refused = opened.post(frames.pack([act, act]))
    assert (refused.status, json.loads(refused.body)) == (429, {"code": "rate"})
    assert opened.open().status == 200
    assert opened.post(frames.pack([act, act])).status == 429
    Session.objects.update(tokens_at=wiring.now() - timedelta(seconds=1))
    assert opened.post(frames.pack([act, act])).status == 200, "ten come back each second"


def test_sessions_are_bounded_and_a_nonce_is_remembered_as_long_as_its_token_lives(caller: Caller) -> None:
    for _ in range(limits.SESSIONS_AT_MOST):
        assert caller.open().status == 200
    assert caller.open().status == 403
    Session.objects.update(opened_at=wiring.now() - timedelta(minutes=5))
    assert caller.open().status == 200
    assert Session.objects.count() == limits.SESSIONS


def test_a_session_ends_after_an_hour(opened: Caller) -> None:
    Session.objects.update(opened_at=wiring.now() - timedelta(seconds=limits.SESSION_SECONDS + 1))
    assert opened.post(b"").status == 403
    assert sessions.Session.objects.count() == 1


# A full disk ------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_takes_nothing_loses_nothing_and_says_so(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    if connection.vendor != "sqlite":
        return
    assert caller.open().status == 200
    acts = [caller.attest(HERE) for _ in range(60)]
    first = caller.send([caller.envelope(acts[0])])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute("PRAGMA freelist_count")
        cursor.execute(f"PRAGMA max_page_count = {pages + 4}")
    try:
        said = caller.post(frames.pack([caller.envelope(act) for act in acts]))
        assert said.status == 503
        assert held() == 1
        assert "cannot write to its database" in caplog.text
        assert "Traceback" not in caplog.text
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    answers = caller.send([caller.envelope(act) for act in acts])
    assert {one.state for one in answers} == {"delivered"}
    assert answers[0].receipt == first[0].receipt
    assert held() == 60


# Newer keysets ----------------------------------------------------------------------------------------------------------------


def renewed(caller: Caller) -> bytes:
    """The peer comes back from a backup: its next keyset, in the next epoch."""
    office = caller.office
    keys = office.keys.renewed(office.chance)
    following = keys.next_keyset(office.keysets[-1], at=office.now(), epoch=2)
    caller.office = type(office)(name=office.name, keys=keys, keysets=(*office.keysets, following), store=office.store, clock=office.clock, chance=office.chance)
    with caller.office.turn() as turn:
        turn.set_note("epoch", "2")
    card = peer_of(caller.office).card.decode()
    return json.dumps({"card": card, "keysets": [one.wire().decode() for one in caller.office.keysets]}).encode()


def test_a_peer_in_a_new_epoch_shows_its_keyset_at_the_door_and_goes_on(caller: Caller) -> None:
    assert caller.open().status == 200
    before = caller.send([caller.envelope(caller.attest(HERE))])
    brought = renewed(caller)
    assert caller.open().status == 403, "its new keyset is not known here yet"
    assert ask("/post/card", brought, {}) == Said(403, "", b"no session")
    assert caller.open().status == 200
    after = caller.send([caller.envelope(caller.attest(HERE))])
    assert [one.state for one in (*before, *after)] == ["delivered", "delivered"]


def test_a_keyset_that_was_replaced_opens_no_session_any_more(caller: Caller) -> None:
    assert caller.open().status == 200
    ask("/post/card", renewed(caller), {})

    assert ask("/post/session", caller.opening(keyset=1).wire, {}).status == 403


def test_keysets_that_the_promised_root_did_not_sign_change_nothing(caller: Caller) -> None:
    true = json.loads(renewed(caller))
    other = an_office(PEER, clock.now)
    keys = other.keys.renewed(other.chance)
    false = keys.next_keyset(caller.office.keysets[0], at=clock.now(), epoch=2).wire().decode()
    with wiring.reading() as here:
        before = here.peer("ondoria")
    for keysets in ([true["keysets"][0], false], [false, false], [true["keysets"][1], true["keysets"][0]], [], "x"):
        assert ask("/post/card", json.dumps({**true, "keysets": keysets}).encode(), {}).status == 403
    with wiring.reading() as here:
        assert here.peer("ondoria") == before
    assert peers.renew(json.dumps(true).encode())
    assert not peers.renew(json.dumps(true).encode())
