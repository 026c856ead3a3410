"""The file that proves one act, made from what this node holds: for pages, programs and the command line alike."""

from __future__ import annotations

from comity.node.office import Office
from comity.node.ports import HeldAct
from comity.protocol import log
from comity.protocol.act import party_of
from comity.protocol.evidence import ActRecord, LogProof, make_evidence
from comity.site.config import wiring


def evidence_of(act: HeldAct) -> bytes:
    """The act with its receipts, the keysets of everyone who signed something in it, and its place in our log. Canonical JSON."""
    with wiring.reading() as office:
        receipts = _receipts(office, act)
        signers = {party_of(act.sender), office.party, *(party_of(to) for to, _ in receipts)}
        cards = [card for node in sorted(signers) if (card := _card(office, node))]
        keysets = {node: chain for node in sorted(signers) if (chain := _keysets(office, node))}
    record = ActRecord(
        head=act.head, signatures=act.signatures, content=act.content, salt=act.salt, slip=act.slip, path=act.path
    )  # fmt: skip
    return make_evidence(record, cards=cards, keysets=keysets, receipts=[wire for _, wire in receipts], proof=_proof(act))


def _receipts(office: Office, act: HeldAct) -> list[tuple[str, bytes]]:
    """The receipts we hold for an act of ours; for one we received, the one we gave."""
    if act.ours:
        return [(one.to, one.receipt) for one in office.store.deliveries(act.id) if one.receipt is not None]
    given = office.store.given_receipt(act.id)
    return [(given.to, given.receipt)] if given else []


def _card(office: Office, node: str) -> bytes | None:
    if node == office.party:
        return wiring.our_card().bytes()
    return next((peer.card for peer in office.store.peers() if peer.node == node), None)


def _keysets(office: Office, node: str) -> tuple[bytes, ...]:
    if node == office.party:
        return tuple(one.wire() for one in office.keysets)
    return next((peer.keysets for peer in office.store.peers() if peer.node == node), ())


def _proof(act: HeldAct) -> LogProof | None:
    """Its leaf under our newest checkpoint; None until one covers it."""
    kind = log.ACT_OUT if act.ours else log.ACT_IN
    with wiring.logbook() as book:
        found = book.standing(kind, act.id)
    if found is None or found.checkpoint is None:
        return None
    leaf = found.leaf
    return LogProof(kind=kind, salt=leaf.salt, index=leaf.index, path=found.path, checkpoint=found.checkpoint)
