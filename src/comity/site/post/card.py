"""Our card and keysets, for whoever asks. Getting them here proves nothing: two people compare the fingerprint in person."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from comity.site.config import wiring


@require_GET
def card(_request: HttpRequest) -> JsonResponse:
    """`{card, keysets}`: the card's canonical text and every keyset signed so far, as `comity peer add` reads them."""
    return JsonResponse(bundle())


def bundle() -> dict[str, object]:
    return {"card": wiring.our_card().bytes().decode(), "keysets": [one.wire().decode() for one in wiring.held().keysets]}
