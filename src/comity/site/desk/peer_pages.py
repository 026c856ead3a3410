"""Other participants: their cards added and compared in person; and the post: what waits for whom, and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from comity.node.ports import Delivery, Peer
from comity.protocol.act import party_of
from comity.protocol.keyset import Card, Keyring, read_card, read_keyset
from comity.protocol.refusals import Refused
from comity.site.config import peers as book
from comity.site.config import wiring
from comity.site.desk import doors, sentences
from comity.site.desk.drafting import _me
from comity.site.desk.refused import told
from comity.site.journal import reading
from comity.site.pages import reasons
from comity.site.pages.frame import in_language
from comity.site.people.models import What
from comity.site.people.permissions import may, requires, step_up
from comity.site.people.record import record, record_reading

LISTED = 50
"""Deliveries of one peer shown on the page of the post."""


@requires("peer.read")
def peers(request: HttpRequest) -> HttpResponse:
    """Our own card to be compared, and all cards held."""
    held = [_shown(peer) for peer in book.known()]
    return render(
        request, "desk/peers.html", {"own": _card(wiring.our_card()), "peers": held, "may_manage": may(_me(request), "peer.manage")}
    )


def _card(card: Card) -> dict[str, Any]:
    return {
        "node": card.node, "name": in_language(card.names), "names": sorted(card.names.items()), "fingerprint": card.fingerprint(),
        "words": card.words(), "doors": card.doors, "office": card.office,
        "qr": f"comity:{card.node}:{card.fingerprint().replace(' ', '')}",
    }  # fmt: skip


def _shown(peer: Peer) -> dict[str, Any]:
    card = read_card(peer.card)
    ring = Keyring(card.root.digest())
    for wire in peer.keysets:
        ring.accept(read_keyset(wire))
    return {**_card(card), "peer": peer, "keysets": len(peer.keysets), "keyset_from": ring.newest.start if peer.keysets else None}


@step_up
@requires("peer.manage")
@told
def add(request: HttpRequest) -> HttpResponse:
    """A card from a file, pasted, or from its door. It is kept, and nothing is taken from the peer before it is compared."""
    refused = ""
    if request.method == "POST":
        try:
            kept = book.add(book.read_bundle(_text(request)))
        except Refused as no:
            refused = sentences.refusal(no)
        else:
            record(_me(request), What.PEER, f"peer:{kept.node}")
            messages.success(request, _("The card is kept. Now compare it with its owner, in person or by voice."))
            return redirect("desk:peer", node=kept.node)
    context = {"refused": refused, "door": request.POST.get("door", ""), "text": request.POST.get("text", "")}
    return render(request, "desk/peer_add.html", context, status=422 if refused else 200)


def _text(request: HttpRequest) -> str:
    file = request.FILES.get("file")
    if file is not None:
        if (file.size or 0) > book.BUNDLE_BYTES:
            raise Refused("card.form", {}, "The card file is too large.")
        return file.read().decode("utf-8", "replace")
    pasted, door = request.POST.get("text", "").strip(), request.POST.get("door", "").strip()
    if not pasted and not door:
        raise Refused("draft.file", {}, "Choose a file first.")
    return pasted or doors.fetched(door)


@step_up
@requires("peer.manage")
@told
def peer(request: HttpRequest, node: str) -> HttpResponse:
    """Compare a card: the other side reads its fingerprint out, the officer types what is heard. Or remove the card."""
    found = next((one for one in book.known() if one.node == node), None)
    if found is None:
        raise Refused("peer.unknown", {"node": node}, "No card of this name is held.")
    if request.method == "POST" and request.POST.get("do") == "remove":
        return _removed(request, node)
    refused = _confirmed(request, node) if request.method == "POST" else ""
    if request.method == "POST" and not refused:
        return redirect("desk:peers")
    return render(request, "desk/peer.html", {"card": _shown(found), "refused": refused}, status=422 if refused else 200)


def _confirmed(request: HttpRequest, node: str) -> str:
    try:
        book.confirm(node, fingerprint=request.POST.get("heard", ""), by=str(_me(request)))
    except Refused as refused:
        return sentences.refusal(refused)
    record(_me(request), What.PEER, f"peer:{node}")
    messages.success(request, _("The card was compared. Acts can be sent and taken now."))
    return ""


def _removed(request: HttpRequest, node: str) -> HttpResponse:
    book.remove(node)
    record(_me(request), What.PEER, f"peer:{node}")
    messages.success(request, _("The card was removed. Nothing more is taken from it or sent to it; what is held stays."))
    return redirect("desk:peers")


# The post -----------------------------------------------------------------------------------------------------------------


@requires("post.read")
def post(request: HttpRequest) -> HttpResponse:
    """For each peer what waits, since when, how often it was tried and when it is tried next; numbers missing; refusals."""
    record_reading(request, "post")
    queues = {node: (count, since, tries) for node, count, since, tries in reading.waiting_post()}
    with wiring.reading() as office:
        lines = [_line(office, one, queues.get(one.node)) for one in office.store.peers()]
    return render(request, "desk/post.html", {"lines": lines, "now": wiring.now()})


def _line(office: Any, one: Peer, queue: Any) -> dict[str, Any]:
    card = read_card(one.card)
    waits = [] if queue is None else list(_waiting(one.node))
    return {
        "name": in_language(card.names), "node": one.node, "compared": bool(one.confirmed_by), "queue": queue, "waits": waits,
        "gaps": office.store.lane_gaps(card.office), "refused": list(_refused(one.node)),
    }  # fmt: skip


def _waiting(node: str) -> Any:
    from comity.site.journal.models import Delivery as Row

    rows = Row.objects.filter(peer=node, next_at__isnull=False).order_by("next_at").values_list("act", flat=True)[:LISTED]
    return _deliveries(node, list(rows), lambda one: one.next_at is not None)


def _refused(node: str) -> Any:
    from comity.site.journal.models import Delivery as Row

    rows = Row.objects.filter(peer=node, state="refused").order_by("-position").values_list("act", flat=True)[:LISTED]
    return _deliveries(node, list(rows), lambda one: one.state == "refused")


def _deliveries(node: str, acts: list[str], wanted: Any) -> Any:
    held, known = reading.deliveries(acts), reading.acts_by_id(acts)
    for act in acts:
        for one in held.get(act, []):
            if party_of(one.to) == node and wanted(one):
                yield {"act": act, "number": known[act].number if act in known else act[:8], "delivery": one, "why": why(one)}


def why(delivery: Delivery) -> str:
    """A refusal's code in words."""
    code = delivery.reason
    return reasons.sentence(code) if code in reasons.SENTENCES else _REFUSED.get(code, lambda: code)() if code else ""


_REFUSED = {
    "signature.invalid": lambda: _("A signature did not hold there. Compare cards and keysets."),
    "act.content-hash": lambda: _("It arrived altered. It is sent again."),
    "act.body": lambda: _("It could not be read there. Both sides need the same version."),
    "lane.epoch": lambda: _("Its lane is of another epoch than the keyset. Exchange cards again."),
    "lane.doubled": lambda: _("Another act holds its number there. Compare logs."),
    "peer.unknown": lambda: _("The other node does not hold our card yet."),
    "peer.unconfirmed": lambda: _("The other node has not compared our card yet."),
    "keyset.unknown": lambda: _("The other node does not hold our newest keyset yet."),
    "key.distrusted": lambda: _("The other node was told to distrust the key it was signed with."),
}
