"""Peers: their cards added, compared in person and confirmed, and their keysets kept up to date."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from comity.node.ports import Peer
from comity.protocol.keyset import Card, Keyring, read_card, read_keyset
from comity.protocol.limits import KEYSET_BYTES
from comity.protocol.refusals import Refused
from comity.site.config import wiring

BUNDLE_BYTES = 4 * KEYSET_BYTES
"""A card and the keysets of several years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A card and the keysets that go with it, as read from a file or a peer's door."""

    card: Card
    keysets: tuple[bytes, ...]


def read_bundle(text: str) -> Bundle:
    """`{card, keysets}`. Refuses (`card.form`, `keyset.…`) what does not hold together."""
    if len(text.encode()) > BUNDLE_BYTES:
        raise Refused("card.form", {}, "The card file is too large. Ask the participant for it again.")
    try:
        record: Any = json.loads(text)
        card = read_card(record["card"].encode())
        keysets = tuple(wire.encode() for wire in record["keysets"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise Refused(
            "card.form", {}, "The file is no card of a participant. Ask for the file that “comity card show --json” writes."
        ) from fault
    ring = Keyring(card.root.digest())
    for wire in keysets:
        ring.accept(read_keyset(wire))
    if ring.newest.node != card.node:
        raise Refused("card.form", {}, "The keysets are of another participant than the card.")
    return Bundle(card=card, keysets=keysets)


def add(bundle: Bundle) -> Peer:
    """Keep a peer, not yet confirmed. Another root under a known name is refused: somebody is not who they say."""
    card = bundle.card
    with wiring.writing() as office:
        if card.node == office.party:
            raise Refused("peer.self", {}, "This is the card of this very node.")
        held = next((peer for peer in office.store.peers() if peer.node == card.node), None)
        if held is not None and read_card(held.card).root != card.root:
            raise Refused(
                "peer.conflict",
                {"node": card.node},
                "A peer of this name is held with another root key. Compare cards in person before anything else.",
            )
        peer = Peer(node=card.node, card=card.bytes(), keysets=bundle.keysets, doors=card.doors)
        if held is not None:
            keysets = bundle.keysets if len(bundle.keysets) >= len(held.keysets) else held.keysets
            peer = replace(peer, keysets=keysets, confirmed_by=held.confirmed_by, confirmed_at=held.confirmed_at)
        with office.turn() as turn:
            turn.set_peer(peer)
    return peer


def renew(brought: bytes) -> bool:
    """Newer keysets of a peer that is confirmed, whoever brought them; True where they were new. Its doors stay as they were compared.

    Refuses (`card.form`, `peer.…`, `keyset.…`) all else, at the cheapest check that fails: a stranger may ask.
    """
    try:
        record: Any = json.loads(brought)
        node, wires = read_card(record["card"].encode()).node, tuple(wire.encode() for wire in record["keysets"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise Refused("card.form", {}, "These are no card and keysets of a participant.") from fault
    with wiring.writing() as office:
        held, ring = office.peer(node), office.ring(node)
        if len(wires) <= len(held.keysets):
            return False
        first = read_keyset(wires[len(held.keysets)])
        if wires[: len(held.keysets)] != held.keysets or first.keyset.root.digest().hex() != ring.newest.next_root:
            raise Refused("keyset.root", {"node": node}, "The keysets do not follow those held. Compare cards in person.")
        whole = Keyring(read_card(held.card).root.digest())
        for wire in wires:
            whole.accept(read_keyset(wire))
        with office.turn() as turn:
            turn.set_peer(replace(held, keysets=wires))
    return True


def confirm(node: str, *, fingerprint: str, by: str) -> Peer:
    """Two people have compared the fingerprint; `fingerprint` is what the other side read out. Refuses (`peer.fingerprint`) another one."""
    with wiring.writing() as office:
        held = next((peer for peer in office.store.peers() if peer.node == node), None)
        if held is None:
            raise Refused("peer.unknown", {"node": node}, "No card of this name is held. Add it first.")
        if _plain(fingerprint) != _plain(read_card(held.card).fingerprint()):
            raise Refused(
                "peer.fingerprint", {}, "This is not the fingerprint of the card held. Read it out again, and compare every group."
            )
        peer = replace(held, confirmed_by=by, confirmed_at=office.now())
        with office.turn() as turn:
            turn.set_peer(peer)
    return peer


def remove(node: str) -> None:
    """Nothing more is taken from or sent to this peer. What is held stays."""
    with wiring.writing() as office, office.turn() as turn:
        turn.remove_peer(node)


def known() -> tuple[Peer, ...]:
    with wiring.reading() as office:
        return office.store.peers()


def _plain(fingerprint: str) -> str:
    return "".join(fingerprint.split()).lower()
