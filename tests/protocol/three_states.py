"""Two fictional States and a secretariat with keys from fixed seeds, and what they say to each other."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from comity.protocol.act import Composed, Content, LanePoint, compose, party_of
from comity.protocol.keys import PublicKey
from comity.protocol.keyset import Card, Keyring, NodeKeys, SignedKeyset
from comity.protocol.seal import seal
from comity.protocol.signed import plaintext

AT = datetime(2026, 11, 22, 21, 9, 8, tzinfo=UTC)
TARSENIA, ONDORIA, VELMORA, SARN = "tarsenia/vc", "ondoria/vc", "velmora/vc", "sarn/secretariat"


class Chance:
    """Bytes that look random and are the same in every run."""

    def __init__(self, name: str) -> None:
        self._name, self._drawn = name, 0

    def __call__(self, length: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(f"{self._name} {self._drawn}".encode()).digest(length)


@dataclass(frozen=True)
class State:
    node: str
    keys: NodeKeys
    keyset: SignedKeyset
    ring: Keyring = field(compare=False)

    @property
    def office(self) -> str:
        return f"{self.node}/{'secretariat' if self.node == 'sarn' else 'vc'}"

    @property
    def card(self) -> Card:
        return Card(
            node=self.node,
            names={"en": self.node.title()},
            root=self.keys.root.public,
            keyset=self.keyset.id,
            doors=("https://node.example/",),
            office=self.office,
        )


@lru_cache(maxsize=8)
def state(node: str) -> State:
    keys = NodeKeys.generate(Chance(node))
    keyset = keys.first_keyset(node=node, at=AT)
    ring = Keyring(keys.root.public.digest())
    ring.accept(keyset)
    return State(node, keys, keyset, ring)


class AllKeys:
    """What `signed.verify` asks: everybody's keys."""

    def act_key(self, office: str, keyset: int) -> PublicKey:
        return state(party_of(office)).ring.act_key(office, keyset)


def content(*to: str, **changed: Any) -> Content:
    said: dict[str, Any] = {
        "kind": "step",
        "to": to or (ONDORIA, VELMORA, SARN),
        "terms": "1" * 64,
        "case": "2" * 64,
        "header": {"precedence": "routine", "subject": "Annual exchange"},
        "body": {
            "measure": "un:I.1.1",
            "step": "report",
            "choice": "submitted",
            "period": "2026-12-15",
            "form": "forces",
            "data": {"units": [{"name": "3rd Brigade", "personnel": 2140, "at": {"lat": 483912000, "lon": 171100500}}]},
        },
    }
    return Content(**(said | changed))


def say(*, by: str = TARSENIA, said: Content | None = None, seq: int = 1, chance: Chance | None = None) -> Composed:
    """An act by that office, number `seq` in each of its lanes."""
    said = said or content()
    lane = LanePoint(epoch=1, seq=seq, prev=None if seq == 1 else "3" * 64)
    return compose(
        sender=by,
        keyset=1,
        at=AT,
        content=said,
        lanes=[lane] * len(said.to),
        signer=state(party_of(by)).keys.act,
        random=chance or Chance("act"),
    )


def envelope(act: Composed, to: str) -> bytes:
    place = act.content_value.to.index(to)
    return seal(plaintext(act, place), state(party_of(to)).keys.seal.public, Chance(f"seal {to}"))
