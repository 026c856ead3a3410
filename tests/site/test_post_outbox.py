"""Delivery: what is not receipted is sent again, the reason is kept for officers, and no peer holds up another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from comity.node.issue import Draft, issue
from comity.node.ports import Delivery
from comity.node.receive import receive
from comity.protocol import transport
from comity.protocol.canonical import encode
from comity.protocol.refusals import Refused
from comity.site.config import wiring
from comity.site.post import frames, limits
from comity.site.post.line import Line
from comity.site.post.outbox import Post, later
from tests.site.neighbours import Neighbours

Serve = Callable[[BaseHTTPRequestHandler, bytes], None]


@contextmanager
def a_door(serve: Serve) -> Iterator[str]:
    """A web server of a peer's own making."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            serve(self, self.rfile.read(int(self.headers.get("Content-Length", 0))))

        do_GET = do_POST  # noqa: N815 - its own name

        def log_message(self, *_words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer(request: BaseHTTPRequestHandler, status: int, body: bytes, mac: str = "") -> None:
    request.send_response(status)
    request.send_header("Content-Length", str(len(body)))
    request.send_header("Comity-Mac", mac)
    request.end_headers()
    request.wfile.write(body)


def live_at(node: str, door: str) -> None:
    from dataclasses import replace

    with wiring.writing() as office, office.turn() as turn:
        turn.set_peer(replace(office.peer(node), doors=(door,)))


def said(to: str = "ondoria/vc") -> Delivery:
    with wiring.writing() as office:
        (act,) = issue(office, [Draft(kind="attest", to=(to,), body={"held": []})])
        return office.store.deliveries(act.id)[0]


def delivery(act: str) -> Delivery:
    with wiring.reading() as office:
        return office.store.deliveries(act)[0]


class Peer:
    """Ondoria's node behind a door of the test: `answers` may bend what goes back."""

    def __init__(self, neighbours: Neighbours) -> None:
        self.office, self.key = neighbours["ondoria"], b""
        self.bend: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = lambda answers: answers

    def __call__(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        if request.path == "/post/session":
            with wiring.reading() as here:
                _, self.key = transport.accept_session(
                    body, audience="ondoria", public=here.keysets[-1].keyset.transport, keys=(self.office.keys.seal,),
                    now=self.office.now(), used=lambda _nonce: False,
                )  # fmt: skip
            self._signed(request, b"session", 0)
        else:
            found = receive(self.office, frames.unpack(body, most=64, longest=limits.LONGEST), peer="tarsenia")
            records = [{"act": one.act, "state": one.state, "code": one.code, "receipt": one.receipt.decode()} for one in found]
            self._signed(request, frames.pack(encode(one) for one in self.bend(records)), int(request.headers["Comity-Counter"]))

    def _signed(self, request: BaseHTTPRequestHandler, body: bytes, counter: int) -> None:
        answer(request, 200, body, transport.answer_mac(self.key, status=200, path=request.path, counter=counter, body=body))


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """In the test's own thread, whose connection it may not close."""
    monkeypatch.setattr("comity.site.post.outbox.close_old_connections", lambda: None)
    made = Post()
    yield made
    made.close()


def test_what_is_receipted_is_settled_and_not_sent_again(neighbours: Neighbours, post: Post) -> None:
    with a_door(Peer(neighbours)) as door:
        live_at("ondoria", door)
        sent = said()
        assert post.deliver("ondoria")
        assert not post.deliver("ondoria")
    assert (delivery(sent.act).state, delivery(sent.act).next_at) == ("delivered", None)
    assert not post._sealed


def test_what_a_peer_could_not_take_keeps_its_reason_and_is_sent_again_later(neighbours: Neighbours, post: Post) -> None:
    peer = Peer(neighbours)
    peer.bend = lambda answers: [{**one, "state": "refused", "code": "waiting.full", "receipt": ""} for one in answers]
    with a_door(peer) as door:
        live_at("ondoria", door)
        sent = said()
        assert not post.deliver("ondoria")
    found = delivery(sent.act)
    assert (found.state, found.reason, found.attempts) == ("sent", "waiting.full", 1)
    assert found.next_at is not None


@pytest.mark.parametrize("status", [200, 302, 403, 500, 503])
def test_an_answer_that_the_peer_did_not_sign_counts_for_nothing(neighbours: Neighbours, post: Post, status: int) -> None:
    with a_door(lambda request, _body: answer(request, status, b"anything")) as door:
        live_at("ondoria", door)
        sent = said()
        assert not post.deliver("ondoria")
    assert (delivery(sent.act).state, delivery(sent.act).receipt) == ("sent", None)


def test_an_answer_without_end_is_not_read_to_its_end(neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ANSWER_BYTES", 100_000)

    def endless(request: BaseHTTPRequestHandler, _body: bytes) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            for _ in range(10_000):
                request.wfile.write(bytes(10_000))
        except OSError:
            pass

    with a_door(endless) as door:
        live_at("ondoria", door)
        line = Line("ondoria")
        with pytest.raises(Refused) as refused:
            line.post("/post/envelopes", b"")
        line.client.close()
    assert refused.value.code == "line.down"


@pytest.mark.parametrize("bent", ["cut", "more", "no receipt of it", "another act"])
def test_answers_that_do_not_fit_leave_everything_with_us(neighbours: Neighbours, post: Post, bent: str) -> None:
    peer = Peer(neighbours)
    peer.bend = {
        "cut": lambda _answers: [],
        "more": lambda answers: answers * 3,
        "no receipt of it": lambda answers: [{**one, "receipt": "{}"} for one in answers],
        "another act": lambda answers: [{**one, "act": "0" * 64, "receipt": ""} for one in answers],
    }[bent]
    with a_door(peer) as door:
        live_at("ondoria", door)
        sent = said()
        post.deliver("ondoria")
        assert delivery(sent.act).receipt is None
        peer.bend = lambda answers: answers
        with wiring.writing() as office, office.turn() as turn:
            turn.set_delivery(sent)
        assert post.deliver("ondoria")
    assert delivery(sent.act).state == "delivered"


def test_a_peer_without_an_open_door_holds_up_nobody(neighbours: Neighbours, post: Post) -> None:
    live_at("velmora", "http://127.0.0.1:9")
    away, here = said("velmora/vc"), said("ondoria/vc")
    with a_door(Peer(neighbours)) as door:
        live_at("ondoria", door)
        post._serve("velmora")
        post._serve("ondoria")
    assert (delivery(away.act).state, delivery(here.act).state) == ("sent", "delivered")


def test_a_peer_has_a_few_requests_and_then_the_next_has_its_turn(neighbours: Neighbours, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[str] = []
    monkeypatch.setattr(post, "deliver", lambda node: served.append(node) or True)
    post._serve("ondoria")
    assert served == ["ondoria"] * limits.ROUNDS


def test_after_a_fault_of_ours_a_peer_is_not_sent_the_same_again_at_once(neighbours: Neighbours, post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:

    def full(_node: str) -> bool:
        raise Refused("book.unwritable", {}, "This node cannot write to its database now.")

    monkeypatch.setattr(post, "deliver", full)
    post._serve("ondoria")
    assert post._rest["ondoria"] > 0
    assert "cannot write" in caplog.text
    assert "Traceback" not in caplog.text


def test_each_attempt_waits_twice_as_long_and_two_weeks_without_a_receipt_are_shown(neighbours: Neighbours) -> None:
    sent = said()
    now = sent.since
    waits = []
    for _ in range(16):
        sent = later(sent, now)
        assert sent.next_at is not None
        waits.append((sent.next_at - now).total_seconds())
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-1] == limits.LAST_RETRY
    assert later(sent, sent.since + timedelta(days=15)).state == "expired"
