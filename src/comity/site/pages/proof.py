"""One act: what it says, where it stands, who received it, what can be proved of it, and the file that proves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from comity.node.office import Office
from comity.node.ports import HeldAct
from comity.protocol import log
from comity.protocol.act import party_of
from comity.protocol.checkpoint import claimed
from comity.protocol.evidence import ActRecord, LogProof, make_evidence
from comity.protocol.refusals import Refused
from comity.protocol.signed import check_head
from comity.site.config import wiring
from comity.site.journal.store import SqlStore
from comity.site.pages import dates, names
from comity.site.pages.templatetags.comity import listed
from comity.site.people.models import What
from comity.site.people.permissions import requires
from comity.site.people.record import address_of, record

MEDIA_TYPE = "application/vnd.comity.evidence+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What holds, in sentences, and what is not proved yet. `checkpoint` is the size of the log that covers the act, 0 for none."""

    act: str
    holds: tuple[str, ...]
    lacks: tuple[str, ...]
    keys: str
    since: datetime
    leaf: int | None
    checkpoint: int
    may_save: bool


def proof_of(office: Office, act: HeldAct, *, may_save: bool) -> Proof:
    """Both signatures are checked again now; the log says where the act stands in it."""
    holds, lacks = [], []
    try:
        head = check_head(act.head, act.signatures, office)
        holds.append(_("Signed by %(name)s; both signatures hold.") % {"name": names.name_of(party_of(act.sender))})
        number = head.keyset
    except Refused as refusal:
        lacks.append(_("The signatures could not be checked now: %(why)s") % {"why": str(refusal)})
        number = 0
    leaf, size = _place(act)
    _say_log(holds, lacks, leaf, size)
    _say_receipts(holds, lacks, act)
    return Proof(
        act=act.id,
        holds=tuple(holds),
        lacks=tuple(lacks),
        keys=_keys(office, party_of(act.sender), number),
        since=act.held_since,
        leaf=leaf,
        checkpoint=size,
        may_save=may_save,
    )


def _place(act: HeldAct) -> tuple[int | None, int]:
    """The leaf of our log, and the size of the newest checkpoint if it covers it."""
    store = SqlStore()
    leaf, note = store.leaf_of(log.ACT_OUT if act.ours else log.ACT_IN, act.id), store.checkpoint()
    size = claimed(note)[1] if note else 0
    return (leaf.index, size if leaf.index < size else 0) if leaf else (None, 0)


def _say_log(holds: list[str], lacks: list[str], leaf: int | None, size: int) -> None:
    if leaf is not None:
        holds.append(_("In our own log, which only grows."))
    if leaf is not None and not size:
        lacks.append(_("Our next signed checkpoint will cover it."))


def _say_receipts(holds: list[str], lacks: list[str], act: HeldAct) -> None:
    if not act.ours:
        holds.append(_("We signed a receipt for it."))
        return
    sent = SqlStore().deliveries(act.id)
    signed = [names.name_of(party_of(one.to)) for one in sent if one.receipt]
    waiting = [names.name_of(party_of(one.to)) for one in sent if not one.receipt]
    if signed:
        holds.append(_("Receipts signed by: %(names)s.") % {"names": listed(signed)})
    if waiting:
        lacks.append(_("No receipt yet from: %(names)s.") % {"names": listed(waiting)})


def _keys(office: Office, party: str, number: int) -> str:
    if party == office.party:
        return _("Our keyset %(number)s") % {"number": number}
    peer = next((one for one in office.store.peers() if one.node == party), None)
    said = {"number": number, "name": names.name_of(party)}
    if peer is None or peer.confirmed_at is None:
        return _("Keyset %(number)s of %(name)s") % said
    return _("Keyset %(number)s of %(name)s, compared in person on %(day)s") % {**said, "day": dates.long(peer.confirmed_at)}


# The file ------------------------------------------------------------------------------------------------------------


@requires("export")
def act_proof(request: HttpRequest, act: str) -> HttpResponse:
    """The file of evidence, for ourselves. It is recorded that it was saved."""
    with wiring.reading() as office:
        held = office.store.act(act)
        if held is None:
            raise Http404(_("This act is not held here."))
        data = evidence_of(office, held)
    record(request.user, What.EXPORT, f"act:{act}", address=address_of(request))  # type: ignore[arg-type]
    response = HttpResponse(data, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="comity-{act[:16]}.json"'
    return response


def evidence_of(office: Office, act: HeldAct) -> bytes:
    """The act with its slip, the receipts we hold for it, its leaf in our log, and the keys of everyone who signed something in it."""
    sent = office.store.deliveries(act.id) if act.ours else ()
    receipts = [one.receipt for one in sent if one.receipt]
    given = None if act.ours else office.store.given_receipt(act.id)
    signers = [office.party, party_of(act.sender), *(party_of(one.to) for one in sent if one.receipt)]
    cards, keysets = _known_keys(office, list(dict.fromkeys(signers)))
    return make_evidence(
        ActRecord(head=act.head, signatures=act.signatures, content=act.content, salt=act.salt, slip=act.slip, path=act.path),
        cards=cards,
        keysets=keysets,
        receipts=[*receipts, *([given.receipt] if given else [])],
        proof=_log_proof(act),
    )


def _known_keys(office: Office, signers: Sequence[str]) -> tuple[list[bytes], Mapping[str, Sequence[bytes]]]:
    peers = {peer.node: peer for peer in office.store.peers()}
    cards = {office.party: wiring.our_card().bytes()} | {node: peer.card for node, peer in peers.items()}
    keysets: dict[str, Sequence[bytes]] = {office.party: [one.wire() for one in office.keysets]}
    keysets |= {node: peer.keysets for node, peer in peers.items()}
    known = [node for node in signers if node in cards]
    return [cards[node] for node in known], {node: keysets[node] for node in known}


def _log_proof(act: HeldAct) -> LogProof | None:
    kind = log.ACT_OUT if act.ours else log.ACT_IN
    with wiring.logbook() as logbook:
        standing = logbook.standing(kind, act.id)
    if standing is None or standing.checkpoint is None:
        return None
    return LogProof(kind=kind, salt=standing.leaf.salt, index=standing.leaf.index, path=standing.path, checkpoint=standing.checkpoint)
