"""Envelopes come in: opened, verified, kept, folded and receipted, as many as came together in one turn.

Only what one office of a confirmed peer signed for ours is kept. A well-signed act that is out of turn is kept too, and
marked; one that is not well signed is refused, and a refusal is signed only where the act it names is known to be theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from comity.catalogue.form_checks import validate
from comity.node.bodies import check_body
from comity.node.issue import write_leaf
from comity.node.office import Office
from comity.node.ports import GivenReceipt, HeldAct, Turn
from comity.node.taking import Taking, form_of
from comity.protocol import log, receipt, seal, signed
from comity.protocol.act import party_of
from comity.protocol.limits import BATCH
from comity.protocol.receipt import Entry
from comity.protocol.refusals import Refused
from comity.protocol.signed import VerifiedAct


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back for one envelope: our receipt, or the code of a refusal that is not signed (`receipt` is then empty)."""

    act: str | None
    state: str
    code: str = ""
    receipt: bytes = b""
    new: bool = False


@dataclass(slots=True)
class _Batch:
    """One turn's work: answers by place, and the entries still to be signed."""

    answers: dict[int, Answer] = field(default_factory=dict)
    entries: list[tuple[int, Entry]] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    numbers: dict[tuple[str, int, int], str] = field(default_factory=dict)


def receive(office: Office, envelopes: Sequence[bytes], *, peer: str) -> tuple[Answer, ...]:
    """One answer for each envelope, in order. `peer` is the node the session was opened with; None of its acts may be another's."""
    assert len(envelopes) <= BATCH, "the door takes no more at once"
    opened = [_opened(office, envelope, peer) for envelope in envelopes]
    now = office.now()
    with office.turn() as turn:
        batch = _Batch()
        taking = Taking(folds=office.folds, library=office.library, store=office.store, turn=turn, now=now)
        for place, found in enumerate(opened):
            if isinstance(found, Refused):
                batch.answers[place] = Answer(act=None, state="refused", code=found.code)
            else:
                _take(office, turn, taking, batch, place, found, now)
        taking.finish()
        _sign(office, turn, batch, now)
    _same_receipts(batch)
    return tuple(batch.answers[place] for place in range(len(envelopes)))


def _opened(office: Office, envelope: bytes, peer: str) -> VerifiedAct | Refused:
    """Length, unseal, signatures, hash, parse, own place: outside the turn, since it needs no book."""
    try:
        act = signed.verify(seal.unseal(envelope, (office.keys.seal,)), keys=office, to=office.name)
        if party_of(act.sender) != peer:
            raise Refused("session.other", {"peer": peer}, "The act was signed by another node than the one that called.")
    except Refused as refusal:
        return refusal
    return act


def _take(office: Office, turn: Turn, taking: Taking, batch: _Batch, place: int, act: VerifiedAct, now: datetime) -> None:
    given = office.store.given_receipt(act.id)
    if given is not None:
        batch.answers[place] = Answer(act=act.id, state=given.state, code=given.reason, receipt=given.receipt)
    elif act.id in batch.seen:
        batch.answers[place] = Answer(act=act.id, state="again", code=str(batch.seen[act.id]))
    else:
        _take_new(office, turn, taking, batch, place, act, now)


def _take_new(office: Office, turn: Turn, taking: Taking, batch: _Batch, place: int, act: VerifiedAct, now: datetime) -> None:
    assert act.slip is not None and act.slip_bytes is not None, "an envelope has a slip"
    batch.seen[act.id] = place
    try:
        _check(office, batch, act)
        state, reason = receipt.DELIVERED, None
    except Refused as refusal:
        state, reason = receipt.REFUSED, refusal.code
    if state == receipt.DELIVERED:
        _keep(office, turn, taking, batch, act, now)
    entry = Entry(act=act.id, slip_leaf=receipt.slip_leaf(act.slip_bytes), to=office.name, state=state, reason=reason)
    batch.entries.append((place, entry))


def _check(office: Office, batch: _Batch, act: VerifiedAct) -> None:
    """Lane and schema. A number already taken by another act is proof that its issuer counted two ways: refused, and kept."""
    slip = act.slip
    assert slip is not None
    taken = batch.numbers.get((slip.sender, slip.epoch, slip.seq)) or office.store.lane_in(slip.sender, slip.to, slip.epoch, slip.seq)
    if taken is not None and taken != act.id:
        raise Refused("lane.doubled", {"act": taken}, "The sender has used this number for another act.")
    body = act.content.body
    check_body(act.content.kind, body, terms=act.content.terms, case=act.content.case)
    if act.content.kind != "step" or not isinstance(body.get("data", {}), dict):
        return
    terms = office.folds.measures(act.content.terms or "").get(str(body.get("measure")))
    digest = form_of(terms, str(body.get("step")), body.get("choice")) if terms else None
    form = office.library.form(digest) if digest else None
    if form is not None and (faults := validate(form, body.get("data", {}))):
        raise Refused("act.schema", {"path": faults[0].path}, "The content does not fit the form agreed.")


def _keep(office: Office, turn: Turn, taking: Taking, batch: _Batch, act: VerifiedAct, now: datetime) -> None:
    slip, content = act.slip, act.content
    assert slip is not None
    batch.numbers[slip.sender, slip.epoch, slip.seq] = act.id
    held = HeldAct(
        position=0, id=act.id, ours=False, sender=act.sender, kind=content.kind, terms=content.terms, case=content.case, at=act.at,
        held_since=now, number=str(content.header.get("number", ""))[:80], head=act.head, signatures=act.signatures,
        content=act.said, salt=act.salt, slip=act.slip_bytes, path=act.path,
    )  # fmt: skip
    position = turn.add_act(held)
    turn.add_lane_in(sender=slip.sender, to=slip.to, epoch=slip.epoch, seq=slip.seq, act=act.id)
    write_leaf(office, turn, log.ACT_IN, act.id)
    taking.take(held, position, content.record())


def _sign(office: Office, turn: Turn, batch: _Batch, now: datetime) -> None:
    """One signature for everything that came in this turn; the receipts are kept before they leave."""
    if not batch.entries:
        return
    entries = [entry for _, entry in batch.entries]
    wires = receipt.sign_receipts(
        entries, sender=office.name, keyset=office.keyset, at=now, signer=office.keys.act, random=office.chance
    )
    given = []
    for (place, entry), wire in zip(batch.entries, wires, strict=True):
        batch.answers[place] = Answer(act=entry.act, state=entry.state, code=entry.reason or "", receipt=wire, new=True)
        given.append(GivenReceipt(act=entry.act, to=office.name, state=entry.state, reason=entry.reason or "", receipt=wire))
    turn.add_given_receipts(given)
    write_leaf(office, turn, log.RECEIPT_OUT, receipt.receipt_id(wires[0]))


def _same_receipts(batch: _Batch) -> None:
    """An act that came twice in one batch gets the one receipt twice."""
    for place, answer in list(batch.answers.items()):
        if answer.state == "again":
            first = batch.answers[int(answer.code)]
            batch.answers[place] = Answer(act=first.act, state=first.state, code=first.code, receipt=first.receipt)


def take_receipts(office: Office, receipts: Sequence[bytes], *, peer: str) -> tuple[str, ...]:
    """Receipts for our acts: verified, matched with the very delivery, logged. Gives the acts they settled; others are refused one by one."""
    now, settled = office.now(), []
    with office.turn() as turn:
        for wire in receipts:
            try:
                settled.append(_settle(office, turn, wire, peer, now))
            except Refused:
                continue
    return tuple(act for act in settled if act)


def _settle(office: Office, turn: Turn, wire: bytes, peer: str, now: datetime) -> str | None:
    found = receipt.read_receipt(wire, keys=office)
    if party_of(found.sender) != peer:
        raise Refused("receipt.other", {"peer": peer}, "The receipt was signed by another node than the one that sent it.")
    delivery = next((one for one in office.store.deliveries(found.entry.act) if one.to == found.entry.to), None)
    if delivery is None:
        raise Refused("receipt.other", {"act": found.entry.act}, "The receipt is for an act that was not sent there.")
    receipt.settles(found, act=delivery.act, to=delivery.to, slip=delivery.slip)
    if delivery.receipt is not None and receipt.RANK.get(delivery.state, -1) >= receipt.RANK[found.entry.state]:
        return None
    turn.set_delivery(
        replace(delivery, state=found.entry.state, next_at=None, since=now, receipt=wire, reason=found.entry.reason or "", attempts=delivery.attempts + 1)
    )
    write_leaf(office, turn, log.RECEIPT_IN, receipt.receipt_id(wire))
    return delivery.act


def receipts_of(answers: Sequence[Answer]) -> tuple[bytes, ...]:
    return tuple(answer.receipt for answer in answers if answer.receipt)


def parse_answer(value: Any) -> Answer:
    """An answer as the door sends it: `{act, state, code, receipt}`; refuses (`answer.form`) anything else."""
    if not isinstance(value, dict) or set(value) != {"act", "state", "code", "receipt"} or not isinstance(value["receipt"], str):
        raise Refused("answer.form", {}, "The peer's answer cannot be read. It is asked again later.")
    return Answer(act=value["act"], state=str(value["state"]), code=str(value["code"]), receipt=value["receipt"].encode())
