"""Everything but acts can be dropped: here it is made again from them, in the order in which they were held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from comity.node.folds import content_of
from comity.node.office import Office
from comity.node.taking import Taking
from comity.node.tick import open_calendar

AT_ONCE = 500
"""Acts taken in before the tables are written: bounds the memory of one turn."""


def rebuild(office: Office, *, now: datetime, progress: Callable[[int, int], None] | None = None) -> int:
    """Drop every projection and fold all acts again; gives how many. Readers see the old tables until it is done."""
    total = office.store.position()
    office.folds.forget()
    with office.turn() as turn:
        turn.clear_projections()
        waited = office.store.awaited()
        taking = Taking(folds=office.folds, library=office.library, store=office.store, turn=turn, now=now)
        for act in office.store.acts():
            turn.no_longer_awaiting(act.id)
            taking.take(act, act.position, content_of(act), checked=act.id not in waited)
            if act.position % AT_ONCE == 0:
                taking.finish()
                if progress:
                    progress(act.position, total)
        taking.finish()
        turn.set_note("calendar", "")
        turn.set_note("indexed", "0")
    open_calendar(office, now=now)
    return total
