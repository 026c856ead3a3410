"""A node that holds 100,000 acts, most of them received: its data folder, made once and kept under build/bench.

The acts are real. Two neighbours compose, sign and seal them with their own keys (they keep no book, so this takes minutes, not hours);
the node opens, verifies, keeps, folds, logs and receipts each in batches of 64, and issues some of its own, delivered and receipted. They
are spread over thirty years: what one node of a large community gets. One case has 10,000 acts.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench.apart import MADE
from bench.exercises import MEASURE, notices
from bench.region import HERE, Region, envelopes, make_folder
from comity.conduct.openings import case_id
from comity.exercise.region_terms import OFFICES, STATES
from comity.node.issue import Draft, issue
from comity.node.logbook import Logbook
from comity.node.office import Office
from comity.node.receive import receipts_of, receive, take_receipts
from comity.node.taking import form_of
from comity.node.tick import tick
from comity.protocol import seal, signed
from comity.protocol.act import Content, LanePoint, Reference, compose
from comity.protocol.refusals import Refused

ACTS = int(os.environ.get("COMITY_BENCH_ACTS") or 100_000)
LONG_CASE = ACTS // 10
FOLDER = MADE / f"large-{ACTS}"
WHOLE = FOLDER / "whole"
"""Written when the folder is complete: the long case and one of ordinary length."""
DAYS = 30 * 365 * ACTS // 100_000
"""protocol.md reckons 3,100 deliveries a year to each of 193 nodes."""
AT_ONCE = 64
OWN = 8
"""Acts of our own beside 128 received."""
AHEAD = timedelta(days=60)
HEADER = {"precedence": "routine", "language": "en"}


class Neighbour:
    """One who notifies, changes and completes. It signs and seals with its own keys, and keeps no book but its lanes."""

    def __init__(self, office: Office, region: Region) -> None:
        self.office, self.region = office, region
        self.terms = next(terms for terms in office.folds.in_force(region.now) if terms.measure == MEASURE)
        self.to = tuple(name for party, name in OFFICES.items() if party in STATES and name != office.name)
        self.place = self.to.index(OFFICES[HERE])
        self.lanes = {to: self._last(to) for to in self.to}
        self.changed: deque[tuple[datetime, Held]] = deque()
        self.begun: deque[tuple[datetime, Held]] = deque()
        self.long: Held | None = None

    def _last(self, to: str) -> LanePoint:
        with self.office.turn() as turn:
            lane = turn.lane_out(self.office.name, to)
        assert lane is not None, "the terms were spoken of"
        return LanePoint(epoch=lane.epoch, seq=lane.seq + 1, prev=lane.last)

    def batch(self, data: Iterator[dict[str, Any]], now: datetime, *, long_acts: int) -> list[bytes]:
        """Envelopes: changes of the case without end where it is kept, what is due in older cases, and new notifications."""
        found = [self.follow(self.long, "change", f"Change {n} of {now:%Y-%m-%d}.") for n in range(long_acts if self.long else 0)]
        while self.changed and self.changed[0][0] <= now and len(found) < AT_ONCE // 2:
            found.append(self.follow(self.changed.popleft()[1], "change", f"Changed on {now:%Y-%m-%d}."))
        while self.begun and self.begun[0][0] <= now and len(found) < 3 * AT_ONCE // 4:
            found.append(self.follow(self.begun.popleft()[1], "complete", ""))
        for number, one in enumerate(islice(data, AT_ONCE - len(found))):
            said, envelope = self.notify(one)
            found.append(envelope)
            (self.changed if number % 2 else self.begun).append((now + (timedelta(days=9) if number % 2 else 1.2 * AHEAD), said))
        return found

    def notify(self, data: dict[str, Any]) -> tuple[Held, bytes]:
        salt = os.urandom(16).hex()
        header = HEADER | {"subject": data["designation"][:120]}
        said = Held(case=case_id(self.terms, salt=salt, opener=self.office.party), data=data)
        said.notified, envelope = self._said(said, "notify", data, (), header=header, choice="planned", more={"opening": salt})
        said.last = said.notified
        return said, envelope

    def follow(self, said: Held, step: str, remarks: str) -> bytes:
        data = said.data | {"remarks": remarks}
        if step == "complete":
            data = {"begun": said.data["begins"], "ended": f"{self.region.now:%Y-%m-%d}"}
        refs = [("amends", said.notified)] if step == "change" else []
        if said.last != said.notified or step == "complete":
            refs.append(("after", said.last))
        said.last, envelope = self._said(said, step, data, refs, header=HEADER, choice=None, more={})
        return envelope

    def _said(
        self, said: Held, step: str, data: Any, refs: Any, *, header: Any, choice: str | None, more: Any
    ) -> tuple[str, bytes]:  # fmt: skip
        body = {"measure": MEASURE, "step": step, "choice": choice, "period": None, "form": form_of(self.terms, step, choice), "data": data}
        content = Content(
            kind="step", to=self.to, terms=self.terms.version, case=said.case, header=header, body=body | more,
            refs=tuple(Reference(rel=rel, act=act) for rel, act in refs),
        )  # fmt: skip
        office = self.office
        act = compose(
            sender=office.name, keyset=office.keyset, at=self.region.now, content=content, lanes=[self.lanes[to] for to in self.to],
            signer=office.keys.act, random=os.urandom,
        )  # fmt: skip
        self.lanes = {to: LanePoint(epoch=lane.epoch, seq=lane.seq + 1, prev=act.id) for to, lane in self.lanes.items()}
        return act.id, seal.seal(signed.plaintext(act, self.place), self.region.here.keys.seal.public, os.urandom)


@dataclass(slots=True)
class Held:
    """A case as its notifier remembers it."""

    case: str
    data: dict[str, Any]
    notified: str = ""
    last: str = ""


def make() -> None:
    """The data folder, made through the node's own door."""
    now = datetime.now(UTC).replace(microsecond=0)
    make_folder(FOLDER)
    region = Region(start=now - timedelta(days=DAYS))
    senders = [Neighbour(region.offices[party], region) for party in ("ondoria", "velmora")]
    data = dated(region)
    rounds = ACTS // (2 * AT_ONCE + OWN) + 1
    step = (now - timedelta(hours=1) - region.now) / rounds
    begin(senders[1], data, now)
    for number in range(rounds):
        region.wait_until((region.now + step).replace(microsecond=0))
        for sender in senders:
            carry(sender, sender.batch(data, region.now, long_acts=-(-LONG_CASE // rounds)))
        ours(region, data)
        if number % 25 == 0:
            tick_here(region)
            print(f"{region.here.store.position():,} acts of {ACTS:,}", file=sys.stderr)
    region.wait_until(now)
    tick_here(region)
    WHOLE.write_text(json.dumps({"long": senders[1].long.case, "case": senders[0].begun[-1][1].case, "month": f"{now:%Y-%m}"}), "ascii")


def dated(region: Region) -> Iterator[dict[str, Any]]:
    """What the table says, as of activities that begin sixty days from the moment it is read."""
    for notice in notices():
        begins = region.now.date() + AHEAD
        days = min((notice.ends - notice.begins).days, 40)
        yield {**notice.data, "begins": begins.isoformat(), "ends": (begins + timedelta(days=days)).isoformat()}


def begin(sender: Neighbour, data: Iterator[dict[str, Any]], now: datetime) -> None:
    """The long case: an activity still ahead, changed again and again."""
    about = next(data) | {"designation": "Long Meadow", "begins": f"{now + AHEAD:%Y-%m-%d}", "ends": f"{now + 2 * AHEAD:%Y-%m-%d}"}
    sender.long, envelope = sender.notify(about)
    carry(sender, [envelope])


def carry(sender: Neighbour, envelopes: Sequence[bytes]) -> None:
    """Opened, verified, kept, folded and receipted here, as from the door."""
    answers = receive(sender.region.here, envelopes, peer=sender.office.party)
    assert all(answer.state == "delivered" for answer in answers), {answer.code for answer in answers}


def ours(region: Region, data: Iterator[dict[str, Any]]) -> None:
    """A few of our own, delivered and receipted."""
    here = region.here
    issue(here, [notified(one, region.terms.id) for one in islice(data, OWN)])
    for peer in here.store.peers_with_due(region.now):
        due = here.store.due_deliveries(peer, region.now, AT_ONCE)
        answers = receive(region.offices[peer], envelopes(here, due, peer), peer=HERE)
        take_receipts(here, receipts_of(answers), peer=peer)


def notified(data: dict[str, Any], terms: str) -> Draft:
    header = HEADER | {"subject": data["designation"][:120]}
    return Draft(terms=terms, measure=MEASURE, step="notify", choice="planned", header=header, data=data)


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
