"""A peer with a program of its own: it speaks the exchange as spec/exchange.md says, or bends it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from comity.node.issue import Draft, issue
from comity.node.memory import MemoryStore
from comity.node.office import Office
from comity.node.ports import HeldAct
from comity.node.receive import Answer, parse_answer
from comity.protocol import seal, signed, transport
from comity.protocol.canonical import decode
from comity.protocol.keyset import NodeKeys
from comity.protocol.seal import SealKey
from comity.site.post import frames


@dataclass(frozen=True, slots=True)
class Said:
    """A door's answer."""

    status: int
    mac: str
    body: bytes


Ask = Callable[[str, bytes, dict[str, str]], Said]
"""POST to a path with a body and headers."""


def an_office(name: str, now: Callable[[], Any]) -> Office:
    keys = NodeKeys.generate(os.urandom)
    keysets = (keys.first_keyset(node=name.partition("/")[0], at=now()),)
    return Office(name=name, keys=keys, keysets=keysets, store=MemoryStore(), clock=now, chance=os.urandom)


class Caller:
    """One session at another node's door, and everything that may be wrong about it."""

    def __init__(self, office: Office, ask: Ask, *, audience: str, to: SealKey) -> None:
        self.office, self.ask, self.audience, self.to = office, ask, audience, to
        self.name, self.key, self.counter = "", b"", 0

    def opening(self, **changes: Any) -> transport.Opening:
        office = self.office
        values = {
            "node": office.party, "keyset": office.keyset, "private": office.keys.transport, "audience": self.audience, "to": self.to,
            "at": office.now(), "random": os.urandom,
        }  # fmt: skip
        return transport.open_session(**(values | changes))

    def open(self, **changes: Any) -> Said:
        opening = self.opening(**changes)
        said = self.ask("/post/session", opening.wire, {})
        if said.status == 200:
            assert said.mac == transport.answer_mac(opening.key, status=200, path="/post/session", counter=0, body=said.body)
            self.name, self.key, self.counter = said.body.decode(), opening.key, 0
        return said

    def post(self, body: bytes, path: str = "/post/envelopes", **changes: Any) -> Said:
        """A request in the session; `changes` are counter, mac, session."""
        self.counter = changes.get("counter", self.counter + 1)
        mac = transport.request_mac(self.key, method="POST", path=path, counter=max(0, self.counter), body=body)
        headers = {
            "Comity-Session": changes.get("session", self.name), "Comity-Counter": str(changes.get("written", self.counter)),
            "Comity-Mac": changes.get("mac", mac),
        }  # fmt: skip
        said = self.ask(path, body, headers)
        if said.mac:
            assert said.mac == transport.answer_mac(self.key, status=said.status, path=path, counter=self.counter, body=said.body)
        return said

    def send(self, envelopes: Sequence[bytes]) -> tuple[Answer, ...]:
        said = self.post(frames.pack(envelopes))
        assert said.status == 200, said
        return tuple(parse_answer(decode(part, limit=65_536)) for part in frames.unpack(said.body, most=64, longest=65_536))

    def attest(self, to: str) -> HeldAct:
        """An act that stands by itself, under no terms."""
        (act,) = issue(self.office, [Draft(kind="attest", to=(to,), body={"held": []})])
        return act

    def envelope(self, act: HeldAct) -> bytes:
        (delivery,) = self.office.store.deliveries(act.id)
        plain = signed.framed(act.head, act.signatures, act.content, act.salt, delivery.slip, delivery.path)
        return seal.seal(plain, self.to, os.urandom)
