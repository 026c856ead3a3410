"""The store in memory: for simulation, for tests, and as the reading of the port that the SQL store is compared with.

A turn works on the tables in place and keeps what it needs to undo itself, so that a turn that fails leaves nothing.
"""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from comity.node.ports import (
    CaseRow,
    Delivery,
    DutyRow,
    FactRow,
    GivenReceipt,
    HeldAct,
    Json,
    Lane,
    Leaf,
    Peer,
    Projection,
)

GAPS_SHOWN = 1_000


@dataclass
class Tables:
    """Everything a node remembers. Copied shallowly at the start of a turn so that a failed turn can be undone."""

    acts: list[HeldAct] = field(default_factory=list)
    by_id: dict[str, int] = field(default_factory=dict)
    by_case: dict[str, list[int]] = field(default_factory=dict)
    by_kind: dict[str, list[int]] = field(default_factory=dict)
    leaves: list[Leaf] = field(default_factory=list)
    leaf_at: dict[tuple[str, str], int] = field(default_factory=dict)
    deliveries: dict[tuple[str, str], Delivery] = field(default_factory=dict)
    lanes_out: dict[tuple[str, str], Lane] = field(default_factory=dict)
    lanes_in: dict[tuple[str, str, int], dict[int, str]] = field(default_factory=dict)
    given: dict[str, GivenReceipt] = field(default_factory=dict)
    series: dict[str, int] = field(default_factory=dict)
    texts: dict[str, Json] = field(default_factory=dict)
    peers: dict[str, Peer] = field(default_factory=dict)
    checkpoints: list[tuple[int, bytes]] = field(default_factory=list)
    seen: dict[str, bytes] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    awaiting: dict[str, dict[str, None]] = field(default_factory=dict)
    cases: dict[str, CaseRow] = field(default_factory=dict)
    duties: dict[str, DutyRow] = field(default_factory=dict)
    facts: dict[tuple[str, str], FactRow] = field(default_factory=dict)
    standings: dict[str, tuple[str, str]] = field(default_factory=dict)
    words: dict[tuple[str, str], str] = field(default_factory=dict)


class MemoryStore:
    """A Store in dictionaries and lists."""

    def __init__(self) -> None:
        self.tables = Tables()
        self._in_turn = False

    @contextmanager
    def turn(self) -> Iterator[MemoryTurn]:
        assert not self._in_turn, "one writer's turn at a time"
        before = _copied(self.tables)
        self._in_turn = True
        try:
            yield MemoryTurn(self.tables)
        except BaseException:
            self.tables = before
            raise
        finally:
            self._in_turn = False

    def position(self) -> int:
        return len(self.tables.acts)

    def act(self, act: str) -> HeldAct | None:
        place = self.tables.by_id.get(act)
        return None if place is None else self.tables.acts[place - 1]

    def holds(self, acts: Iterable[str]) -> set[str]:
        return {act for act in acts if act in self.tables.by_id}

    def acts(self, *, after: int = 0, limit: int | None = None) -> Iterator[HeldAct]:
        end = None if limit is None else after + limit
        yield from self.tables.acts[after:end]

    def acts_of_case(self, case: str, *, after: int = 0) -> Iterator[HeldAct]:
        return self._at(self.tables.by_case.get(case, []), after)

    def acts_of_kinds(self, kinds: Collection[str], *, after: int = 0) -> Iterator[HeldAct]:
        places = [place for kind in kinds for place in self.tables.by_kind.get(kind, ())]
        return self._at(sorted(places), after)

    def _at(self, places: list[int], after: int) -> Iterator[HeldAct]:
        for place in places[bisect_right(places, after) :]:
            yield self.tables.acts[place - 1]

    def acts_awaiting(self, text: str) -> Iterator[HeldAct]:
        for act in tuple(self.tables.awaiting.get(text, ())):
            yield self.tables.acts[self.tables.by_id[act] - 1]

    def awaited(self) -> set[str]:
        return {act for acts in self.tables.awaiting.values() for act in acts}

    def awaiting(self, node: str) -> int:
        return sum(self.tables.acts[self.tables.by_id[act] - 1].sender.startswith(f"{node}/") for act in self.awaited())

    def lane_in(self, sender: str, to: str, epoch: int, seq: int) -> str | None:
        return self.tables.lanes_in.get((sender, to, epoch), {}).get(seq)

    def lane_gaps(self, sender: str) -> tuple[tuple[str, int, int], ...]:
        gaps: list[tuple[str, int, int]] = []
        for (issuer, to, epoch), numbers in sorted(self.tables.lanes_in.items()):
            if issuer == sender:
                gaps += [(to, epoch, seq) for seq in range(1, max(numbers)) if seq not in numbers]
        return tuple(gaps[:GAPS_SHOWN])

    def deliveries(self, act: str) -> tuple[Delivery, ...]:
        return tuple(self.tables.deliveries[key] for key in sorted(key for key in self.tables.deliveries if key[0] == act))

    def due_deliveries(self, peer: str, now: datetime, limit: int) -> tuple[Delivery, ...]:
        due = [d for d in self._due(now) if d.to.split("/")[0] == peer]
        due.sort(key=lambda d: self.tables.by_id[d.act])
        return tuple(due[:limit])

    def peers_with_due(self, now: datetime) -> tuple[str, ...]:
        return tuple(sorted({d.to.split("/")[0] for d in self._due(now)}))

    def _due(self, now: datetime) -> list[Delivery]:
        return [d for d in self.tables.deliveries.values() if d.next_at is not None and d.next_at <= now]

    def given_receipts(self, acts: Collection[str]) -> dict[str, GivenReceipt]:
        return {act: self.tables.given[act] for act in acts if act in self.tables.given}

    def given_receipt(self, act: str) -> GivenReceipt | None:
        return self.tables.given.get(act)

    def leaf_count(self) -> int:
        return len(self.tables.leaves)

    def leaves(self, *, start: int = 0, end: int | None = None) -> Iterator[Leaf]:
        yield from self.tables.leaves[start:end]

    def leaf_of(self, kind: str, record: str) -> Leaf | None:
        index = self.tables.leaf_at.get((kind, record))
        return None if index is None else self.tables.leaves[index]

    def checkpoint(self) -> bytes | None:
        return self.tables.checkpoints[-1][1] if self.tables.checkpoints else None

    def checkpoint_of(self, node: str) -> bytes | None:
        return self.tables.seen.get(node)

    def peers(self) -> tuple[Peer, ...]:
        return tuple(self.tables.peers[node] for node in sorted(self.tables.peers))

    def peer(self, node: str) -> Peer | None:
        return self.tables.peers.get(node)

    def text(self, digest: str) -> Json | None:
        return self.tables.texts.get(digest)

    def case_row(self, case: str) -> CaseRow | None:
        return self.tables.cases.get(case)

    def open_cases(self, *, procedures: Collection[str] = (), closing_by: datetime | None = None) -> Iterator[CaseRow]:
        for row in sorted(self.tables.cases.values(), key=lambda row: row.id):
            closing = closing_by is None or (row.closes is not None and row.closes < closing_by)
            if row.open and closing and (not procedures or row.procedure in procedures):
                yield row

    def duty_rows(self, case: str) -> tuple[DutyRow, ...]:
        rows = (row for row in self.tables.duties.values() if row.case == case)
        return tuple(sorted(rows, key=lambda row: row.key))

    def standing(self, act: str) -> tuple[str, str] | None:
        return self.tables.standings.get(act)

    def note(self, key: str) -> str | None:
        return self.tables.notes.get(key)


class MemoryTurn:
    """The writer's turn on tables in memory."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add_act(self, act: HeldAct) -> int:
        tables = self._tables
        assert act.id not in tables.by_id, "asked to hold an act twice"
        position = len(tables.acts) + 1
        tables.acts.append(replace(act, position=position))
        tables.by_id[act.id] = position
        if act.case is not None:
            tables.by_case.setdefault(act.case, []).append(position)
        tables.by_kind.setdefault(act.kind, []).append(position)
        return position

    def add_leaf(self, *, kind: str, record: str, salt: bytes, leaf_hash: bytes) -> int:
        return self.add_leaves([(kind, record, salt, leaf_hash)])

    def add_leaves(self, leaves: Sequence[tuple[str, str, bytes, bytes]]) -> int:
        first = len(self._tables.leaves)
        for index, (kind, record, salt, leaf_hash) in enumerate(leaves, first):
            self._tables.leaves.append(Leaf(index=index, kind=kind, id=record, salt=salt, hash=leaf_hash))
            self._tables.leaf_at[kind, record] = index
        return first

    def add_deliveries(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            self._tables.deliveries[delivery.act, delivery.to] = delivery

    def set_delivery(self, delivery: Delivery) -> None:
        assert (delivery.act, delivery.to) in self._tables.deliveries, "no such delivery"
        self._tables.deliveries[delivery.act, delivery.to] = delivery

    def lane_out(self, sender: str, to: str) -> Lane | None:
        return self._tables.lanes_out.get((sender, to))

    def set_lane_out(self, sender: str, to: str, lane: Lane) -> None:
        self._tables.lanes_out[sender, to] = lane

    def add_lane_in(self, *, sender: str, to: str, epoch: int, seq: int, act: str) -> None:
        numbers = self._tables.lanes_in.setdefault((sender, to, epoch), {})
        assert seq not in numbers, "a lane number taken twice must have been refused"
        numbers[seq] = act

    def add_given_receipts(self, receipts: Sequence[GivenReceipt]) -> None:
        self._tables.given.update({receipt.act: receipt for receipt in receipts})

    def next_number(self, series: str) -> int:
        number = self._tables.series.get(series, 0) + 1
        self._tables.series[series] = number
        return number

    def add_text(self, digest: str, kind: str, record: Json) -> None:  # noqa: ARG002 - the SQL store files by kind
        self._tables.texts[digest] = record

    def set_peer(self, peer: Peer) -> None:
        self._tables.peers[peer.node] = peer

    def remove_peer(self, node: str) -> None:
        self._tables.peers.pop(node, None)

    def add_checkpoint(self, note: bytes, size: int) -> None:
        self._tables.checkpoints.append((size, note))

    def set_checkpoint_of(self, node: str, note: bytes) -> None:
        self._tables.seen[node] = note

    def set_note(self, key: str, value: str) -> None:
        self._tables.notes[key] = value

    def await_text(self, act: str, text: str) -> None:
        self._tables.awaiting.setdefault(text, {})[act] = None

    def no_longer_awaiting(self, act: str) -> None:
        for waiting in self._tables.awaiting.values():
            waiting.pop(act, None)

    def project(self, projection: Projection) -> None:
        tables = self._tables
        tables.cases.update({row.id: row for row in projection.cases})
        for key in projection.gone_duties:
            tables.duties.pop(key, None)
        tables.duties.update({row.key: row for row in projection.duties})
        tables.facts.update({(row.act, row.path): row for row in projection.facts})
        tables.standings.update({act: (standing, why) for act, standing, why in projection.standings})
        tables.words.update({(kind, ref): text for kind, ref, text in projection.words})

    def clear_projections(self) -> None:
        for table in (self._tables.cases, self._tables.duties, self._tables.facts):
            table.clear()
        self._tables.standings.clear()
        self._tables.words.clear()


def _copied(tables: Tables) -> Tables:
    """The tables as they are now. Rows are frozen, so copying two levels of containers is enough."""
    copied: dict[str, Any] = {}
    for name, table in vars(tables).items():
        copied[name] = copy.copy(table)
        if isinstance(table, dict) and name in {"by_case", "by_kind", "lanes_in", "awaiting"}:
            copied[name] = {key: value.copy() for key, value in table.items()}
    return Tables(**copied)
