"""Oneself, this node, its peers and its post; officers and the operator log."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Status

from comity.node.ports import Peer
from comity.protocol.canonical import encode
from comity.protocol.keyset import read_card
from comity.site.api import schemas_desk, schemas_node, shapes
from comity.site.api.access import held, officer_of, open_to
from comity.site.api.cases import queues
from comity.site.config import peers as known_peers
from comity.site.config import wiring
from comity.site.journal import reading
from comity.site.people import service
from comity.site.people.models import Officer, OperatorEntry, What
from comity.site.people.permissions import TABLE, may
from comity.site.people.record import address_of, record
from comity.site.post.card import bundle

router = Router(tags=["node"])


@router.get("/me", response=schemas_node.Me, auth=open_to("self"))
def me(request: HttpRequest) -> Any:
    """Who this token speaks for, and what it may do."""
    officer = officer_of(request)
    names = ("username", "display_name", "post", "roles", "language", "time_zone")
    may_do = [operation for operation in TABLE if may(officer, operation)]
    return {name: getattr(officer, name) for name in names} | {"may": may_do, "node": wiring.our_party(), "office": wiring.held().office}


@router.get("/node", response=schemas_node.Node, auth=open_to("peer.read"))
def node(request: HttpRequest) -> Any:
    """The node as others see it: card and keysets to hand over, fingerprint to read out, newest checkpoint of its log."""
    card = wiring.our_card()
    with wiring.reading() as office:
        note, leaves = office.store.checkpoint(), office.store.leaf_count()
    return {
        "node": card.node, "office": card.office, "names": dict(card.names), "url": settings.NODE.url, "fingerprint": card.fingerprint(),
        "words": card.words(), "bundle": bundle(), "acts": reading.count_acts(), "leaves": leaves,
        "checkpoint": note.decode() if note else None, "now": wiring.now(),
    }  # fmt: skip


@router.get("/node/outbox", response=list[schemas_desk.Queue], auth=open_to("post.read"))
def outbox(request: HttpRequest) -> Any:
    """What waits for each peer, since when, and after how many attempts."""
    return queues()


@router.get("/node/gaps", response=list[schemas_node.Gap], auth=open_to("post.read"))
def gaps(request: HttpRequest) -> Any:
    """Numbers that peers used and that have not come here: an act on its way, or one that was kept from us."""
    with wiring.reading() as office:
        offices = [read_card(peer.card).office for peer in office.store.peers()]
        found = [(sender, *gap) for sender in offices for gap in office.store.lane_gaps(sender)]
    return [dict(zip(("sender", "to", "epoch", "number"), one, strict=True)) for one in found[: reading.MOST]]


# Peers --------------------------------------------------------------------------------------------------------------------


@router.get("/peers", response=list[schemas_node.Peer], auth=open_to("peer.read"))
def peers(request: HttpRequest) -> Any:
    """Every participant whose card is held, and who compared it."""
    waiting = {row["peer"]: row["waiting"] for row in queues()}
    return [_peer(one, waiting.get(one.node, 0)) for one in known_peers.known()]


def _peer(peer: Peer, waiting: int = 0) -> dict[str, Any]:
    card = read_card(peer.card)
    return {
        "node": peer.node, "office": card.office, "names": dict(card.names), "fingerprint": card.fingerprint(), "words": card.words(),
        "doors": list(peer.doors), "keysets": len(peer.keysets), "confirmed_by": peer.confirmed_by, "confirmed_at": peer.confirmed_at,
        "waiting": waiting,
    }  # fmt: skip


@router.post("/peers", response={201: schemas_node.Peer}, auth=open_to("peer.manage"))
def add_peer(request: HttpRequest, body: schemas_node.Bundle) -> Any:
    """Keep a participant's card. Nothing is taken from it before two people have compared the fingerprint."""
    peer = known_peers.add(known_peers.read_bundle(encode(body.model_dump()).decode()))
    record(officer_of(request), What.PEER, f"peer:{peer.node}", address=address_of(request))
    return Status(201, _peer(peer))


@router.post("/peers/{node}/confirm", response=schemas_node.Peer, auth=open_to("peer.manage"))
def confirm_peer(request: HttpRequest, node: str, body: schemas_node.Fingerprint) -> Any:
    """The fingerprint as the other side read it out. Refuses `peer.fingerprint` where it is another than that of the card held."""
    peer = known_peers.confirm(node, fingerprint=body.fingerprint, by=officer_of(request).username)
    record(officer_of(request), What.PEER, f"peer:{node}", address=address_of(request))
    return _peer(peer)


@router.delete("/peers/{node}", response={204: None}, auth=open_to("peer.manage"))
def remove_peer(request: HttpRequest, node: str) -> Any:
    """Take nothing more from this participant and send it nothing. What is held stays."""
    held(next((one for one in known_peers.known() if one.node == node), None), "peer", node)
    known_peers.remove(node)
    record(officer_of(request), What.PEER, f"peer:{node}", address=address_of(request))
    return Status(204, None)


# People -------------------------------------------------------------------------------------------------------------------


@router.get("/officers", response=shapes.Page[schemas_node.Officer], auth=open_to("people.manage"))
def officers(request: HttpRequest, page: shapes.PageNumber = 1) -> Any:
    begin = (page - 1) * reading.PAGE
    rows = list(Officer.objects.order_by("username")[begin : begin + reading.PAGE + 1])
    return {"items": rows[: reading.PAGE], "page": page, "more": len(rows) > reading.PAGE}


@router.post("/officers", response={201: schemas_node.Officer}, auth=open_to("people.manage"))
def new_officer(request: HttpRequest, body: schemas_node.OfficerNew) -> Any:
    """A new officer who may sign in at once."""
    made = service.create_officer(
        body.username, body.display_name, body.roles, body.password, body.language, post=body.post, time_zone=body.time_zone,
        by=officer_of(request),
    )  # fmt: skip
    return Status(201, made)


@router.get("/log", response=shapes.Page[schemas_node.LogEntry], auth=open_to("log.read"))
def log(request: HttpRequest, what: str = "", ref: str = "", officer: str = "", page: shapes.PageNumber = 1) -> Any:
    """Who did what on which object, newest first. The log never holds content."""
    found = OperatorEntry.objects.select_related("officer").order_by("-id")
    asked = {"what": what[:20], "ref": ref[:200], "officer__username": officer[:60].lower()}
    found = found.filter(**{name: value for name, value in asked.items() if value})
    begin = (page - 1) * reading.PAGE
    rows = [_entry(one) for one in found[begin : begin + reading.PAGE + 1]]
    return {"items": rows[: reading.PAGE], "page": page, "more": len(rows) > reading.PAGE}


def _entry(entry: OperatorEntry) -> dict[str, Any]:
    names = ("id", "at", "what", "ref", "address")
    return {name: getattr(entry, name) for name in names} | {"officer": entry.officer.username if entry.officer else None}
