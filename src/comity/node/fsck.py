"""Check everything from its bytes: every act held, every leaf of the log, every receipt, every number of a lane.

Nothing is mended. Each fault names the record and says what to do; a node with faults goes on receiving, and shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from comity.node.office import Office
from comity.node.ports import HeldAct
from comity.protocol import log, receipt
from comity.protocol.act import act_id, party_of, read_slip
from comity.protocol.checkpoint import read_checkpoint
from comity.protocol.refusals import Refused
from comity.protocol.signed import check_slip, split_path, verify_without_slip
from comity.protocol.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is not as it was written. `record` is the id of what it concerns."""

    code: str
    record: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was looked at, and what was wrong."""

    acts: int
    leaves: int
    receipts: int
    faults: tuple[Fault, ...]

    @property
    def clean(self) -> bool:
        return not self.faults


Progress = Callable[[int, int], None]


def check(office: Office, *, progress: Progress | None = None) -> Report:
    """Reads the whole book once. `progress` is told how many acts of how many are done."""
    faults: list[Fault] = []
    acts = receipts = 0
    total = office.store.position()
    for act in office.store.acts():
        acts += 1
        faults += _act(office, act)
        if act.ours:
            receipts += _received(office, act, faults)
        else:
            receipts += _given(office, act, faults)
        if progress and acts % 100 == 0:
            progress(acts, total)
    leaves = _log(office, faults)
    return Report(acts=acts, leaves=leaves, receipts=receipts, faults=tuple(faults))


def _act(office: Office, act: HeldAct) -> Iterator[Fault]:
    """Signatures, hashes, the slip's path, the columns it is found by, and its leaf."""
    try:
        verified = verify_without_slip(head=act.head, signatures=act.signatures, content=act.content, salt=act.salt, keys=office)
    except Refused as refusal:
        yield Fault(
            code=refusal.code,
            record=act.id,
            sentence="An act held here is not as it was signed. Restore it from the backup or from its sender.",
        )
        return
    same = (verified.id, verified.sender, verified.at, verified.content.kind, verified.content.terms, verified.content.case)
    if same != (act.id, act.sender, act.at, act.kind, act.terms, act.case) or act_id(act.head) != act.id:
        yield Fault(
            code="act.columns",
            record=act.id,
            sentence="The columns of an act do not agree with its bytes. Restore the book from the backup.",
        )
    if not act.ours:
        yield from _slip(office, act)
    leaf = office.store.leaf_of(log.ACT_OUT if act.ours else log.ACT_IN, act.id)
    if leaf is None:
        yield Fault(
            code="log.missing", record=act.id, sentence="An act held here has no leaf in the log. Restore the book from the backup."
        )


def _slip(office: Office, act: HeldAct) -> Iterator[Fault]:
    from comity.protocol.act import decode_content, read_content, read_head

    assert act.slip is not None, "an act of others came with a slip"
    assert act.path is not None, "and with its path"
    try:
        slip = check_slip(read_head(act.head), read_content(decode_content(act.content)), act.slip, act.path, office.name)
    except Refused as refusal:
        yield Fault(code=refusal.code, record=act.id, sentence="The slip of an act is not as it was signed. Restore it from the backup.")
        return
    if office.store.lane_in(slip.sender, slip.to, slip.epoch, slip.seq) != act.id:
        yield Fault(
            code="lane.other", record=act.id, sentence="A number of a lane is held for another act. Restore the book from the backup."
        )


def _received(office: Office, act: HeldAct, faults: list[Fault]) -> int:
    """Receipts for our act: each true, and for that very delivery."""
    held = 0
    for delivery in office.store.deliveries(act.id):
        try:
            split_path(delivery.path)
            read_slip(delivery.slip)
            if delivery.receipt is not None:
                held += 1
                found = receipt.read_receipt(delivery.receipt, keys=office)
                receipt.settles(found, act=act.id, to=delivery.to, slip=delivery.slip)
        except Refused as refusal:
            faults.append(
                Fault(code=refusal.code, record=act.id, sentence=f"The receipt of {delivery.to} is not as it was signed. Ask for it again.")
            )
    return held


def _given(office: Office, act: HeldAct, faults: list[Fault]) -> int:
    """The receipt we signed for it."""
    given = office.store.given_receipt(act.id)
    if given is None:
        faults.append(
            Fault(
                code="receipt.missing", record=act.id, sentence="No receipt of ours is held for an act. Restore the book from the backup."
            )
        )
        return 0
    try:
        found = receipt.read_receipt(given.receipt, keys=office)
        if found.entry.act != act.id or party_of(found.sender) != office.party:
            faults.append(Fault(code="receipt.other", record=act.id, sentence="The receipt held for an act is for another one."))
    except Refused as refusal:
        faults.append(
            Fault(code=refusal.code, record=act.id, sentence="A receipt we gave is not as we signed it. Restore the book from the backup.")
        )
    return 1


def _log(office: Office, faults: list[Fault]) -> int:
    """Every leaf from its salt, and the root against the newest checkpoint we signed."""
    tree = Tree()
    for leaf in office.store.leaves():
        if leaf.index != len(tree) or (leaf.salt and log.commitment(leaf.kind, leaf.id, leaf.salt) != leaf.hash):
            faults.append(
                Fault(
                    code="log.leaf",
                    record=leaf.id,
                    sentence="A leaf of the log is not as it was written. Restore the book from the backup.",
                )
            )
        tree.append(leaf.hash)
    note = office.store.checkpoint()
    if note is not None:
        try:
            signed = read_checkpoint(note, key=office.keysets[-1].keyset.log)
            if signed.size > len(tree) or tree.root(signed.size) != signed.root:
                faults.append(
                    Fault(
                        code="log.root",
                        record=signed.origin,
                        sentence="The log is not the one its checkpoint was signed for. Restore the book from the backup.",
                    )
                )
        except Refused as refusal:
            faults.append(
                Fault(
                    code=refusal.code,
                    record="checkpoint",
                    sentence="The newest checkpoint is not as it was signed. Restore it from the backup.",
                )
            )
    return len(tree)
