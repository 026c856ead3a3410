"""Our card and keysets, for whoever asks, and a peer's newer keysets, from whoever brings them.

Neither proves anything by the way it came: cards are compared in person, and a newer keyset is signed by the root promised before.
"""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comity.protocol.refusals import Refused
from comity.site.config import peers, wiring
from comity.site.post import door

log = logging.getLogger(__name__)


@csrf_exempt
@require_http_methods(["GET", "POST"])
@door.unbroken
def card(request: HttpRequest) -> HttpResponse:
    """`{card, keysets}`: ours for a GET. A POST brings those of a peer, and is answered as every stranger is."""
    if request.method == "GET":
        return JsonResponse(bundle())
    try:
        peers.renew(door.body(request, peers.BUNDLE_BYTES))
    except Refused as refusal:
        log.info("keysets that were brought are not taken: %s", refusal.code)
    return door.stranger()


def bundle() -> dict[str, object]:
    return {"card": wiring.our_card().bytes().decode(), "keysets": [one.wire().decode() for one in wiring.held().keysets]}
