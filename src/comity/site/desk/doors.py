"""A participant's card fetched from its door: bounded, over TLS or on this computer alone. Fetching proves nothing; comparing does."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx2

from comity.protocol.refusals import Refused
from comity.site.config.folder import is_loopback
from comity.site.config.peers import BUNDLE_BYTES

SECONDS = 10
"""An officer waits for it."""


def fetched(address: str) -> str:
    """The text behind `ADDRESS/post/card`. Refuses (`peer.door`, `peer.away`) an address that is none, or no answer."""
    parts = urlsplit(address.strip())
    allowed = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname is not None and is_loopback(parts.hostname))
    if not allowed or not parts.hostname or parts.query or parts.fragment:
        raise Refused("peer.door", {}, "The address begins with https://. Plain http is used on this computer alone.")
    try:
        return _read(f"{parts.scheme}://{parts.netloc}/post/card")
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeDecodeError) as fault:
        raise Refused("peer.away", {}, "No card came from this address. Check it, or use the card's file.") from fault


def _read(address: str) -> str:
    """At most as many bytes as a card may have; a redirection is no answer."""
    body = b""
    with httpx2.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client, client.stream("GET", address) as answer:
        if answer.status_code != 200:
            raise Refused("peer.away", {"status": answer.status_code}, "No card came from this address. Check it, or use the card's file.")
        for part in answer.iter_bytes():
            body += part
            if len(body) > BUNDLE_BYTES:
                raise Refused("card.form", {}, "The card is too large. Ask the participant for its file.")
    return body.decode("utf-8")
