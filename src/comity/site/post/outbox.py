"""Delivery: for each peer its own queue, sealed and sent until receipted. A peer that is away holds up nobody else."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import httpx2
from django.db import close_old_connections, connection

from comity.node.ports import Delivery
from comity.node.receive import parse_answer, take_receipts
from comity.protocol import seal, signed, transport
from comity.protocol.canonical import decode
from comity.protocol.keyset import read_card
from comity.protocol.limits import RECEIPT_BYTES
from comity.protocol.refusals import Refused
from comity.site.config import wiring
from comity.site.post import frames, limits

log = logging.getLogger(__name__)

LOOK_EVERY = 0.2
"""Seconds between looks at the outbox when nothing wakes it."""
AT_A_TIME = 8
"""Peers served side by side."""
SEALED_KEPT = 2_000
"""Envelopes kept sealed, so that a retry is the same bytes; beyond that the oldest are sealed anew."""

wake = threading.Event()
"""Set when an act was released: the post looks at once."""


class Line:
    """Our session with one peer: opened when needed, renewed when the peer no longer knows it."""

    def __init__(self, node: str) -> None:
        self.node = node
        self.client = httpx2.Client(timeout=limits.TIMEOUT, follow_redirects=False, trust_env=False)
        self.door = ""
        self.name = ""
        self.key = b""
        self.counter = 0

    def open(self) -> None:
        """Knock at each door in turn. Raises Refused (`line.down`) when none opens."""
        with wiring.reading() as office:
            peer, ring = office.peer(self.node), office.ring(self.node)
            now, to = office.now(), ring.newest.seal
            opening = transport.open_session(
                node=office.party, keyset=office.keyset, private=office.keys.transport, audience=self.node, to=to, at=now,
                random=office.chance,
            )  # fmt: skip
        for door in peer.doors or read_card(peer.card).doors:
            try:
                answer = self.client.post(f"{door}/post/session", content=opening.wire)
            except httpx2.HTTPError:
                continue
            mac = transport.answer_mac(opening.key, status=answer.status_code, path="/post/session", counter=0, body=answer.content)
            if answer.status_code == 200 and transport.same_mac(mac, answer.headers.get("Comity-Mac", "")):  # noqa: PLR2004
                self.door, self.name, self.key, self.counter = door, answer.content.decode("ascii", "replace"), opening.key, 0
                return
        raise Refused("line.down", {"node": self.node}, "The peer's node does not answer. It is tried again later.")

    def post(self, path: str, body: bytes) -> bytes:
        """One request in the session; opened anew once if the peer does not know it. Raises Refused (`line.down`, `line.refused`)."""
        for attempt in (1, 2):
            if not self.name:
                self.open()
            answer = self._send(path, body)
            if answer is not None:
                return answer
            self.name = ""
            if attempt == 2:  # noqa: PLR2004
                break
        raise Refused("line.refused", {"node": self.node}, "The peer's node does not take our session. Compare keysets.")

    def _send(self, path: str, body: bytes) -> bytes | None:
        self.counter += 1
        mac = transport.request_mac(self.key, method="POST", path=path, counter=self.counter, body=body)
        headers = {"Comity-Session": self.name, "Comity-Counter": str(self.counter), "Comity-Mac": mac}
        try:
            answer = self.client.post(f"{self.door}{path}", content=body, headers=headers)
        except httpx2.HTTPError as fault:
            self.name = ""
            raise Refused("line.down", {"node": self.node}, "The peer's node does not answer. It is tried again later.") from fault
        said = transport.answer_mac(self.key, status=answer.status_code, path=path, counter=self.counter, body=answer.content)
        if not transport.same_mac(said, answer.headers.get("Comity-Mac", "")):
            return None
        if answer.status_code != 200:  # noqa: PLR2004
            raise Refused("line.slow", {"node": self.node}, "The peer's node asks us to wait.")
        return answer.content


class Post:
    """All queues of one node. `run` is a background thread of `serve`."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        self._busy: set[str] = set()
        self._sealed: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def run(self, stop: threading.Event) -> None:
        with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="post") as pool:
            while not stop.is_set():
                wake.wait(LOOK_EVERY)
                wake.clear()
                for node in self._peers_with_due():
                    if node not in self._busy:
                        self._busy.add(node)
                        pool.submit(self._serve, node)
        connection.close()

    def _peers_with_due(self) -> tuple[str, ...]:
        with wiring.reading() as office:
            return office.store.peers_with_due(office.now())

    def _serve(self, node: str) -> None:
        close_old_connections()
        try:
            while self.deliver(node):
                pass
        except Exception:
            log.exception("post to %s fell; it is tried again", node)
        finally:
            self._busy.discard(node)

    def deliver(self, node: str) -> bool:
        """Send what is due to one peer, at most 64 at once. True when there may be more and the line works."""
        with wiring.reading() as office:
            due = office.store.due_deliveries(node, office.now(), limits.AT_ONCE)
        if not due:
            return False
        due = _within_body(due, sealed := [self._seal(one) for one in due])
        try:
            answer = self._line(node).post("/post/envelopes", frames.pack(sealed[: len(due)]))
            answers = [parse_answer(decode(part, limit=RECEIPT_BYTES * 2)) for part in frames.unpack(answer, most=len(due), longest=RECEIPT_BYTES * 2)]
        except Refused as refusal:
            log.info("post to %s waits: %s", node, refusal.code)
            self._try_later(due)
            return False
        with wiring.writing() as office:
            settled = set(take_receipts(office, [one.receipt for one in answers if one.receipt], peer=node))
        left = [one for one in due if one.act not in settled]
        for one in due:
            if one.act in settled:
                self._sealed.pop((one.act, one.to), None)
        self._try_later(left)
        return not left

    def _line(self, node: str) -> Line:
        return self._lines.setdefault(node, Line(node))

    def _seal(self, delivery: Delivery) -> bytes:
        """The same bytes for every attempt, as long as this process lives and the peer's keyset stands."""
        kept = self._sealed.get((delivery.act, delivery.to))
        if kept is not None:
            return kept
        with wiring.reading() as office:
            act, key = office.store.act(delivery.act), office.ring(delivery.to.partition("/")[0]).newest.seal
            assert act is not None, "a delivery is of an act we hold"
            plaintext = signed.framed(act.head, act.signatures, act.content, act.salt, delivery.slip, delivery.path)
            chance = office.chance
        sealed = seal.seal(plaintext, key, chance)
        self._sealed[delivery.act, delivery.to] = sealed
        while len(self._sealed) > SEALED_KEPT:
            self._sealed.popitem(last=False)
        return sealed

    def _try_later(self, left: Sequence[Delivery]) -> None:
        if not left:
            return
        with wiring.writing() as office, office.turn() as turn:
            now = office.now()
            for one in left:
                turn.set_delivery(later(one, now))


def _within_body(due: Sequence[Delivery], sealed: Sequence[bytes]) -> tuple[Delivery, ...]:
    """As many as one request carries, always one."""
    total, many = 0, 0
    for one in sealed:
        total += len(one) + 4
        if many and total > limits.BODY_BYTES:
            break
        many += 1
    return tuple(due[:many])


def later(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery after an attempt without a receipt: tried again after twice the time, shown as expired when it took too long."""
    wait = min(limits.LAST_RETRY, limits.FIRST_RETRY * 2 ** min(delivery.attempts, 20))
    expired = now - delivery.since > timedelta(days=limits.EXPIRES_DAYS) and delivery.receipt is None
    state = "expired" if expired else "sent" if delivery.state == "waiting" else delivery.state
    return replace(delivery, attempts=delivery.attempts + 1, next_at=now + timedelta(seconds=wait), state=state)
