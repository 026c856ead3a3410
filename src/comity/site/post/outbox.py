"""Delivery: for each peer its own queue, sealed and sent until receipted. A peer that is away holds up nobody else."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import OperationalError, close_old_connections, connection

from comity.node.ports import Delivery
from comity.node.receive import Answer, parse_answer, take_receipts
from comity.protocol import seal, signed
from comity.protocol.canonical import decode
from comity.protocol.limits import REASON, RECEIPT_BYTES
from comity.protocol.refusals import Refused
from comity.site.config import wiring
from comity.site.post import frames, limits
from comity.site.post.line import Line

log = logging.getLogger(__name__)

LOOK_EVERY = 0.2
"""Seconds between looks at the outbox when nothing wakes it."""
AT_A_TIME = 8
"""Peers served side by side."""
SEALED_KEPT = 256
"""Envelopes kept sealed, so that a retry is the same bytes; beyond that the oldest are sealed anew."""

STALE = frozenset({"keyset.unknown", "seal.closed", "session.other"})
"""What a peer answers where one side does not hold the other's newest keyset."""
NOTHING_SAID: Mapping[str, str] = {}
LONGEST_ANSWER = 2 * RECEIPT_BYTES

wake = threading.Event()
"""Set when an act was released: the post looks at once."""


class Post:
    """All queues of one node. `run` is a background thread of `serve`."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        self._busy: set[str] = set()
        self._rest: dict[str, float] = {}
        self._sealed: OrderedDict[tuple[str, str], tuple[int, bytes]] = OrderedDict()

    def run(self, stop: threading.Event) -> None:
        with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="post") as pool:
            while not stop.is_set():
                wake.wait(LOOK_EVERY)
                wake.clear()
                for node in self._peers_with_due():
                    if node not in self._busy and self._rest.get(node, 0.0) <= time.monotonic():
                        self._busy.add(node)
                        pool.submit(self._serve, node)
        self.close()
        connection.close()

    def close(self) -> None:
        for line in self._lines.values():
            line.client.close()

    def _peers_with_due(self) -> tuple[str, ...]:
        with wiring.reading() as office:
            return office.store.peers_with_due(office.now())

    def _serve(self, node: str) -> None:
        """A few requests to one peer; what is left waits behind the other peers."""
        close_old_connections()
        try:
            if all(self.deliver(node) for _ in range(limits.ROUNDS)):
                wake.set()
        except (Refused, OperationalError) as refusal:
            log.warning("post to %s rests: %s", node, refusal)
            self._rest[node] = time.monotonic() + limits.REST_SECONDS
        except Exception:
            log.exception("post to %s fell; it is tried again", node)
            self._rest[node] = time.monotonic() + limits.REST_SECONDS
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
            brought = self._line(node).post("/post/envelopes", frames.pack(sealed[: len(due)]))
            parts = frames.unpack(brought, most=len(due), longest=LONGEST_ANSWER)
            answers = [parse_answer(decode(part, limit=LONGEST_ANSWER)) for part in parts]
        except Refused as refusal:
            log.info("post to %s waits: %s", node, refusal.code)
            self._try_later(due)
            return False
        settled = self._settled(node, answers)
        said = {one.act: answer.code for one, answer in zip(due, answers, strict=False)}
        for one in due:
            if one.act in settled:
                self._sealed.pop((one.act, one.to), None)
        left = [one for one in due if one.act not in settled]
        self._try_later(left, said)
        return not left

    def _settled(self, node: str, answers: Sequence[Answer]) -> set[str]:
        """The acts that are receipted now. Where an answer shows that keysets are out of date, they are asked for."""
        receipts = [one.receipt for one in answers if one.receipt]
        settled = self._take(node, receipts)
        stale = len(settled) < len(receipts) or any(one.code in STALE for one in answers)
        if stale and self._line(node).renew():
            settled |= self._take(node, receipts)
        return settled

    @staticmethod
    def _take(node: str, receipts: Sequence[bytes]) -> set[str]:
        with wiring.writing() as office:
            return set(take_receipts(office, receipts, peer=node))

    def _line(self, node: str) -> Line:
        return self._lines.setdefault(node, Line(node))

    def _seal(self, delivery: Delivery) -> bytes:
        """The same bytes for every attempt, as long as this process lives and the peer's keyset stands."""
        with wiring.reading() as office:
            keyset = office.ring(delivery.to.partition("/")[0]).newest
            number, kept = self._sealed.get((delivery.act, delivery.to), (0, b""))
            if number == keyset.number:
                return kept
            act = office.store.act(delivery.act)
            assert act is not None, "a delivery is of an act we hold"
            plaintext = signed.framed(act.head, act.signatures, act.content, act.salt, delivery.slip, delivery.path)
            chance = office.chance
        sealed = seal.seal(plaintext, keyset.seal, chance)
        self._sealed[delivery.act, delivery.to] = keyset.number, sealed
        while len(self._sealed) > SEALED_KEPT:
            self._sealed.popitem(last=False)
        return sealed

    def _try_later(self, left: Sequence[Delivery], said: Mapping[str, str] = NOTHING_SAID) -> None:
        if not left:
            return
        with wiring.writing() as office, office.turn() as turn:
            now = office.now()
            for one in left:
                held = next((delivery for delivery in office.store.deliveries(one.act) if delivery.to == one.to), one)
                if held.receipt is None:
                    turn.set_delivery(later(held, now, reason=said.get(one.act, "")))


def _within_body(due: Sequence[Delivery], sealed: Sequence[bytes]) -> tuple[Delivery, ...]:
    """As many as one request carries, always one."""
    total, many = 0, 0
    for one in sealed:
        total += len(one) + 4
        if many and total > limits.BODY_BYTES:
            break
        many += 1
    return tuple(due[:many])


def later(delivery: Delivery, now: datetime, *, reason: str = "") -> Delivery:
    """The delivery after an attempt without a receipt: tried again after twice the time, shown as expired when it took too long.

    `reason` is the code the peer gave unsigned, for the officers to see.
    """
    wait = min(limits.LAST_RETRY, limits.FIRST_RETRY * 2 ** min(delivery.attempts, 20))
    expired = now - delivery.since > timedelta(days=limits.EXPIRES_DAYS) and delivery.receipt is None
    state = "expired" if expired else "sent" if delivery.state == "waiting" else delivery.state
    again = now + timedelta(seconds=wait)
    return replace(delivery, attempts=delivery.attempts + 1, next_at=again, state=state, reason=reason[:REASON] or delivery.reason)
