"""What runs beside the pages of a node: the post, and the passing of time."""

from __future__ import annotations

import logging
import threading

from django.db import close_old_connections, connection

from comity.protocol.refusals import Refused
from comity.site.config import wiring
from comity.site.config.serve import Background

log = logging.getLogger(__name__)
TICK_EVERY = 5.0
"""Seconds between looks at the time: what is due to the minute is seen well before it."""


def post(stop: threading.Event) -> None:
    from comity.site.post.outbox import Post

    Post().run(stop)


def time_passes(stop: threading.Event) -> None:
    """Ticks at once, so that a node that slept catches up before anybody looks, and then every few seconds."""
    while True:
        close_old_connections()
        try:
            wiring.tick_once()
        except Refused as refusal:
            log.warning("time waits: %s", refusal)
        except Exception:
            log.exception("a tick fell; the next one tries again")
        if stop.wait(TICK_EVERY):
            break
    connection.close()


def threads() -> tuple[Background, ...]:
    return post, time_passes


def latest() -> int:
    """A number that rises when pages have something new to show: acts, receipts and drafts."""
    from comity.site.journal.bare import first

    row = first(
        'SELECT (SELECT COALESCE(MAX(position), 0) FROM journal_act), (SELECT COALESCE(MAX("index"), 0) FROM journal_leaf),'
        " (SELECT COALESCE(MAX(id), 0) FROM people_operatorentry)"
    )
    return sum(row) if row else 0
