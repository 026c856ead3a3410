"""A node that holds 100,000 acts: its pages in-process, its start-up, its memory.

The acts are real: neighbours in memory issue them, they are sealed, received, verified, folded and receipted by the node in batches of
64, as over fourteen months. That takes some minutes, so the data folder is kept under build/bench and used again.
One case has 10,000 acts. What memory neighbours keep of acts long delivered is thrown away: their books are not measured.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench.apart import MADE
from bench.exercises import MEASURE, notices
from bench.region import HERE, Region, envelopes, make_folder
from comity.node.issue import Draft, issue
from comity.node.logbook import Logbook
from comity.node.memory import MemoryStore
from comity.node.office import Office
from comity.node.ports import HeldAct
from comity.node.receive import receipts_of, receive, take_receipts
from comity.node.tick import tick
from comity.protocol.refusals import Refused

ACTS = int(os.environ.get("COMITY_BENCH_ACTS") or 100_000)
LONG_CASE = ACTS // 10
FOLDER = MADE / f"large-{ACTS}"
WHOLE = FOLDER / "whole"
"""Written when the folder is complete: the long case and one of ordinary length."""
DAYS = 420
AT_ONCE = 64
OWN = 8
"""Acts of our own beside 128 received."""
AHEAD = timedelta(days=60)
HEADER = {"precedence": "routine", "language": "en"}


class Neighbour:
    """One who notifies, changes and completes."""

    def __init__(self, office: Office, terms: str) -> None:
        self.office, self.terms = office, terms
        self.changed: deque[tuple[datetime, str, dict[str, Any]]] = deque()
        self.begun: deque[tuple[datetime, str, dict[str, Any]]] = deque()
        self.long: tuple[str, dict[str, Any]] | None = None

    def drafts(self, data: Iterator[dict[str, Any]], now: datetime, *, long_acts: int) -> list[Draft]:
        """A batch: changes of a case without end where it is kept, what is due in older cases, and new notifications."""
        found = []
        if self.long is not None:
            case, said = self.long
            found += [self.step(case, "change", said | {"remarks": f"Change {n} of {now:%Y-%m-%d}."}) for n in range(long_acts)]
        while self.changed and self.changed[0][0] <= now and len(found) < AT_ONCE // 2:
            _, case, said = self.changed.popleft()
            found.append(self.step(case, "change", said | {"remarks": f"Changed on {now:%Y-%m-%d}."}))
        while self.begun and self.begun[0][0] <= now and len(found) < 3 * AT_ONCE // 4:
            _, case, said = self.begun.popleft()
            found.append(self.step(case, "complete", {"begun": said["begins"], "ended": f"{now:%Y-%m-%d}"}))
        return found + [notify(one, self.terms) for one in islice(data, AT_ONCE - len(found))]

    def step(self, case: str, step: str, data: dict[str, Any]) -> Draft:
        return Draft(terms=self.terms, measure=MEASURE, step=step, case=case, header=HEADER, data=data)

    def said(self, drafts: Sequence[Draft], acts: Sequence[HeldAct], now: datetime) -> None:
        """Half of what was notified is changed nine days later, half is completed when it has begun."""
        new = [(act.case or "", dict(draft.data)) for draft, act in zip(drafts, acts, strict=True) if draft.step == "notify"]
        self.changed += [(now + timedelta(days=9), *one) for one in new[::2]]
        self.begun += [(now + 1.2 * AHEAD, *one) for one in new[1::2]]


def notify(data: dict[str, Any], terms: str) -> Draft:
    header = HEADER | {"subject": data["designation"][:120]}
    return Draft(terms=terms, measure=MEASURE, step="notify", choice="planned", header=header, data=data)


def make() -> None:
    """The data folder, made through the real paths."""
    now = datetime.now(UTC).replace(microsecond=0)
    make_folder(FOLDER)
    region = Region(start=now - timedelta(days=DAYS))
    senders = [Neighbour(region.offices[party], region.terms.id) for party in ("ondoria", "velmora")]
    data = dated(region)
    rounds = ACTS // (2 * AT_ONCE + OWN) + 1
    step = (now - timedelta(hours=1) - region.now) / rounds
    begin(senders[1], region, data, now)
    for number in range(rounds):
        region.wait_until((region.now + step).replace(microsecond=0))
        for sender in senders:
            one_batch(sender, region, data, -(-LONG_CASE // rounds))
        ours(region, data)
        if number % 25 == 0:
            tick_here(region)
            print(f"{region.here.store.position():,} acts of {ACTS:,}", file=sys.stderr)
    region.wait_until(now)
    tick_here(region)
    WHOLE.write_text(json.dumps({"long": senders[1].long[0], "case": senders[0].begun[-1][1], "month": f"{now:%Y-%m}"}), "ascii")


def dated(region: Region) -> Iterator[dict[str, Any]]:
    """What the table says, as of activities that begin sixty days from the moment it is read."""
    for notice in notices():
        begins = region.now.date() + AHEAD
        days = min((notice.ends - notice.begins).days, 40)
        yield {**notice.data, "begins": begins.isoformat(), "ends": (begins + timedelta(days=days)).isoformat()}


def begin(sender: Neighbour, region: Region, data: Iterator[dict[str, Any]], now: datetime) -> None:
    """The long case: an activity still ahead, changed again and again."""
    about = next(data) | {"designation": "Long Meadow", "begins": f"{now + AHEAD:%Y-%m-%d}", "ends": f"{now + 2 * AHEAD:%Y-%m-%d}"}
    (act,) = issue(sender.office, [notify(about, sender.terms)])
    sender.long = act.case or "", about
    carry(sender.office, region)


def one_batch(sender: Neighbour, region: Region, data: Iterator[dict[str, Any]], long_acts: int) -> None:
    drafts = sender.drafts(data, region.now, long_acts=long_acts)
    sender.said(drafts, issue(sender.office, drafts), region.now)
    carry(sender.office, region)


def carry(sender: Office, region: Region) -> None:
    """Sealed, received here, receipted; then what the sender need not keep is dropped."""
    store = sender.store
    assert isinstance(store, MemoryStore), "neighbours live in memory"
    due = store.due_deliveries(HERE, region.now, 4 * AT_ONCE)
    for start in range(0, len(due), AT_ONCE):
        answers = receive(region.here, envelopes(sender, due[start : start + AT_ONCE], HERE), peer=sender.party)
        assert all(answer.state == "delivered" for answer in answers), answers
    store.tables.deliveries.clear()
    for delivery in due:
        place = store.tables.by_id[delivery.act] - 1
        store.tables.acts[place] = replace(store.tables.acts[place], signatures=b"", salt=b"")


def ours(region: Region, data: Iterator[dict[str, Any]]) -> None:
    """A few of our own, delivered and receipted."""
    here = region.here
    issue(here, [notify(one, region.terms.id) for one in islice(data, OWN)])
    for peer in here.store.peers_with_due(region.now):
        due = here.store.due_deliveries(peer, region.now, AT_ONCE)
        answers = receive(region.offices[peer], envelopes(here, due, peer), peer=HERE)
        take_receipts(here, receipts_of(answers), peer=peer)


def tick_here(region: Region) -> None:
    from comity.site.journal.findable import findable

    tick(region.here, Logbook(region.here), now=region.now, findable=findable)


def made() -> Path:
    """The folder, made in a process of its own where it is not there yet."""
    if not WHOLE.exists():
        print(f"making a node of {ACTS:,} acts, once", file=sys.stderr)
        started = time.perf_counter()
        make()
        print(f"made in {time.perf_counter() - started:,.0f} s", file=sys.stderr)
    return FOLDER


if __name__ == "__main__":
    try:
        made()
    except Refused as refusal:
        raise SystemExit(f"{refusal.code} {dict(refusal.data)}") from refusal
