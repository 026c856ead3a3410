"""What a node that comes back from a backup does first: it begins a new epoch, and says nothing about terms until its peers were asked."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings

from comity.node.issue import write_leaf
from comity.node.logbook import Logbook
from comity.protocol import log
from comity.site.config import clock, keyfile, wiring

RESTORED, SETTLED = "restored", "restored-settled"
"""Notes of the node: from when the backup is, until people have settled it; and who settled it when."""


def begin_epoch(backup_at: datetime) -> int:
    """A new keyset, lanes that count from one again, and a log under a new name; gives the epoch."""
    with wiring.writing() as office, office.turn() as turn:
        turn.set_note(RESTORED, backup_at.isoformat())  # first, so that no crash leaves new keys without it
    held = keyfile.begin_epoch(settings.DATA, at=clock.now(), random=clock.chance)
    wiring.forget()
    newest = held.keysets[-1]
    with wiring.writing() as office:
        last = office.store.checkpoint() or b""
        with office.turn() as turn:
            write_leaf(office, turn, log.EPOCH, hashlib.sha256(last).hexdigest())
            write_leaf(office, turn, log.KEYSET, newest.id)
        Logbook(office).sign(now=office.now())
    return newest.keyset.epoch


def is_awaiting() -> bool:
    with wiring.reading() as office:
        return bool(office.store.note(RESTORED))


def settle(by: str) -> None:
    """Every party has shown what it holds from this node, and it was compared: it may speak about terms again."""
    with wiring.writing() as office, office.turn() as turn:
        turn.set_note(SETTLED, f"{office.now().isoformat()} {by}")
        turn.set_note(RESTORED, "")
