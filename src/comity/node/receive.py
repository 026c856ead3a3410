"""Envelopes come in: opened, verified, kept, folded and receipted, as many as came together in one turn.

Only what one office of a confirmed peer signed for ours is kept. A well-signed act that is out of turn is kept too, and
marked; one that is not well signed is refused, and a refusal is signed only where the act it names is known to be theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from comity.catalogue.form_checks import Fault
from comity.node.ahead import dated_ahead
from comity.node.bodies import STEP_KINDS, check_body
from comity.node.disclosure import verify_transmit
from comity.node.issue import write_leaf
from comity.node.office import Office
from comity.node.ports import GivenReceipt, HeldAct, Turn
from comity.node.taking import Taking, faults_of
from comity.protocol import log, receipt, seal, signed
from comity.protocol.act import Content, party_of
from comity.protocol.limits import BATCH
from comity.protocol.receipt import Entry
from comity.protocol.refusals import Refused
from comity.protocol.signed import Keys, VerifiedAct

WAITING_MOST = 1_000
"""Acts of one peer that may wait for terms, a case or their time. More are left with their sender, who sends them again."""
FAULT = "node.fault"
"""The answer where we made a mistake: the sender keeps the act, and sends it again."""
Fell = Callable[[Exception], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back for one envelope: our receipt, or the code of a refusal that is not signed (`receipt` is then empty)."""

    act: str | None
    state: str
    code: str = ""
    receipt: bytes = b""
    new: bool = False


def receive(office: Office, envelopes: Sequence[bytes], *, peer: str, fell: Fell | None = None) -> tuple[Answer, ...]:
    """One answer for each envelope, in order. `peer` is the node the session was opened with; none of its acts may be another's.

    Refuses what a store refuses (`book.unwritable`): then nothing was taken. `fell` is told of a mistake of ours over one act,
    which is then answered `node.fault`; without it the mistake is raised.
    """
    assert len(envelopes) <= BATCH, "the door takes no more at once"
    keys = _Keys(office)
    opened = [_opened(office, keys, envelope, peer) for envelope in envelopes]
    return _taken(office, peer, opened) if fell is None else _apart(office, peer, opened, fell)


def _apart(office: Office, peer: str, opened: Sequence[VerifiedAct | Refused], fell: Fell) -> tuple[Answer, ...]:
    """Together, or each by itself where one of them falls over a mistake of ours: it holds up none of the others."""
    try:
        return _taken(office, peer, opened)
    except Refused:
        raise
    except Exception as fault:  # noqa: BLE001 - the boundary of one act
        if len(opened) == 1:
            fell(fault)
            return (Answer(act=None, state=receipt.REFUSED, code=FAULT),)
    return tuple(answer for found in opened for answer in _apart(office, peer, [found], fell))


def _taken(office: Office, peer: str, opened: Sequence[VerifiedAct | Refused]) -> tuple[Answer, ...]:
    """All of them in one turn."""
    with office.turn() as turn:
        known = office.store.given_receipts({found.id for found in opened if not isinstance(found, Refused)})
        commit = _Commit(office, turn, peer, known)
        for place, found in enumerate(opened):
            commit.take(place, found)
        commit.sign()
    return commit.in_order(len(opened))


class _Keys:
    """Each key asked for once: what came together was mostly signed by one office."""

    def __init__(self, office: Office) -> None:
        self.act_key = cache(office.act_key)


def _opened(office: Office, keys: Keys, envelope: bytes, peer: str) -> VerifiedAct | Refused:
    """Length, unseal, signatures, hash, parse, own place: outside the turn, since it needs no book."""
    try:
        act = signed.verify(seal.unseal(envelope, (office.keys.seal,)), keys=keys, to=office.name)
    except Refused as refusal:
        return refusal
    except Exception:  # noqa: BLE001 - whatever a stranger's bytes make a library do, the next envelope is not the poorer for it
        return Refused("envelope.unreadable", {}, "The envelope cannot be read. Ask its sender to send it again.")
    if party_of(act.sender) != peer:
        return Refused("session.other", {"peer": peer}, "The act was signed by another node than the one that called.")
    return act


class _Commit:
    """What came together, taken into one turn and receipted under one signature."""

    def __init__(self, office: Office, turn: Turn, peer: str, known: Mapping[str, GivenReceipt]) -> None:
        self._office, self._turn, self._peer, self._known = office, turn, peer, known
        self._now = office.now()
        self._taking = Taking(folds=office.folds, library=office.library, store=office.store, turn=turn, now=self._now)
        self._answers: dict[int, Answer] = {}
        self._again: dict[int, int] = {}
        self._entries: list[tuple[int, Entry]] = []
        self._seen: dict[str, int] = {}
        self._numbers: dict[tuple[str, int, int], str] = {}
        self._waits: int | None = None
        self._epoch = cache(lambda node, number: office.ring(node).keyset(number).epoch)

    def take(self, place: int, found: VerifiedAct | Refused) -> None:
        if isinstance(found, Refused):
            self._answers[place] = Answer(act=None, state="refused", code=found.code)
        elif (given := self._known.get(found.id)) is not None:
            self._answers[place] = Answer(act=found.id, state=given.state, code=given.reason, receipt=given.receipt)
        elif found.id in self._seen:
            self._again[place] = self._seen[found.id]
        else:
            self._take_new(place, found)

    def _take_new(self, place: int, act: VerifiedAct) -> None:
        assert act.slip_bytes is not None, "an envelope has a slip"
        if self._waiting() >= WAITING_MOST and self._must_wait(act):
            self._answers[place] = Answer(act=act.id, state=receipt.REFUSED, code="waiting.full")
            return
        self._seen[act.id] = place
        state, reason = receipt.DELIVERED, None
        try:
            self._check(act)
        except Refused as refusal:
            state, reason = receipt.REFUSED, refusal.code
        else:
            self._keep(act)
        leaf = receipt.slip_leaf(act.slip_bytes)
        self._entries.append((place, Entry(act=act.id, slip_leaf=leaf, to=self._office.name, state=state, reason=reason)))

    def _waiting(self) -> int:
        """How many acts of this peer wait for something, with those of this turn at the most."""
        if self._waits is None:
            self._waits = self._office.store.awaiting(self._peer)
        return self._waits + len(self._entries)

    def _must_wait(self, act: VerifiedAct) -> bool:
        """Whether what it stands on is not here: terms, case, or its time."""
        content, folds = act.content, self._office.folds
        if dated_ahead(act.at, self._now):
            return True
        if content.kind not in STEP_KINDS:
            return False
        begins = content.body.get("opening") is not None or content.body.get("period") is not None
        needed = content.body.get("parent") if begins else content.case
        return not folds.measures(content.terms or "") or (needed is not None and folds.case(str(needed)) is None)

    def _check(self, act: VerifiedAct) -> None:
        """Lane, body and schema. A number already taken by another act is proof that its issuer counted two ways."""
        slip, content = act.slip, act.content
        assert slip is not None, "an envelope has a slip"
        if slip.epoch != self._epoch(party_of(act.sender), act.keyset):
            raise Refused("lane.epoch", {"epoch": slip.epoch}, "The lane is of another epoch than the keyset that signed.")
        taken = self._numbers.get((slip.sender, slip.epoch, slip.seq))
        taken = taken or self._office.store.lane_in(slip.sender, slip.to, slip.epoch, slip.seq)
        if taken is not None:
            raise Refused("lane.doubled", {"act": taken}, "The sender has used this number for another act.")
        check_body(content.kind, content.body, terms=content.terms, case=content.case)
        if content.kind == "transmit":
            verify_transmit(self._office, content.body, sender=act.sender, at=act.at)
        if content.kind == "step" and (faults := self._faults(content)):
            raise Refused("act.schema", {"path": faults[0].path}, "The content does not fit the form agreed.")

    def _faults(self, content: Content) -> tuple[Fault, ...]:
        terms = self._office.folds.measures(content.terms or "").get(content.body["measure"])
        return faults_of(self._office.library, terms, content.kind, content.body) if terms else ()

    def _keep(self, act: VerifiedAct) -> None:
        slip, content = act.slip, act.content
        assert slip is not None, "an envelope has a slip"
        self._numbers[slip.sender, slip.epoch, slip.seq] = act.id
        held = HeldAct(
            position=0, id=act.id, ours=False, sender=act.sender, kind=content.kind, terms=content.terms, case=content.case,
            at=act.at, held_since=self._now, number=str(content.header.get("number", ""))[:80], head=act.head,
            signatures=act.signatures, content=act.said, salt=act.salt, slip=act.slip_bytes, path=act.path,
        )  # fmt: skip
        position = self._turn.add_act(held)
        self._turn.add_lane_in(sender=slip.sender, to=slip.to, epoch=slip.epoch, seq=slip.seq, act=act.id)
        write_leaf(self._office, self._turn, log.ACT_IN, act.id)
        self._taking.take(held, position, content.record(), checked=True)

    def sign(self) -> None:
        """Write what was folded, and one signature for everything; the receipts are kept before they leave."""
        self._taking.finish()
        if not self._entries:
            return
        office = self._office
        wires = receipt.sign_receipts(
            [entry for _, entry in self._entries],
            sender=office.name, keyset=office.keyset, at=self._now, signer=office.keys.act, random=office.chance,
        )  # fmt: skip
        given = []
        for (place, entry), wire in zip(self._entries, wires, strict=True):
            said = Answer(act=entry.act, state=entry.state, code=entry.reason or "", receipt=wire, new=True)
            self._answers[place] = said
            given.append(GivenReceipt(act=entry.act, to=office.name, state=said.state, reason=said.code, receipt=wire))
        self._turn.add_given_receipts(given)
        write_leaf(office, self._turn, log.RECEIPT_OUT, receipt.receipt_id(wires[0]))

    def in_order(self, many: int) -> tuple[Answer, ...]:
        """One answer for each envelope; an act that came twice gets the one receipt twice."""
        again = {place: replace(self._answers[first], new=False) for place, first in self._again.items()}
        return tuple((self._answers | again)[place] for place in range(many))


def take_receipts(office: Office, receipts: Sequence[bytes], *, peer: str) -> tuple[str, ...]:
    """Receipts for our acts: verified, matched with the very delivery, logged. Gives the acts they settled; the rest are refused."""
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
        replace(
            delivery,
            state=found.entry.state,
            next_at=None,
            since=now,
            receipt=wire,
            reason=found.entry.reason or "",
            attempts=delivery.attempts + 1,
        )
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
