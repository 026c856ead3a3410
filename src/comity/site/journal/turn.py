"""The writer's turn in SQL: rows are gathered and written in batches when the turn ends."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from comity.node.ports import (
    Delivery,
    GivenReceipt,
    HeldAct,
    Json,
    Lane,
    Peer,
    Projection,
)
from comity.site.journal import rows
from comity.site.journal.bare import fetch, first, run, run_many

PROJECTIONS = ("caserow", "dutyrow", "factrow", "standing", "word")

# Table: its columns, and the columns that name a row where a later row replaces an earlier one.
TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "act": (rows.ACT, ()),
    "leaf": (rows.LEAF, ()),
    "awaited": ("act, text", ("act", "text")),
    "lanein": ('sender, "to", epoch, seq, act', ()),
    "laneout": ('sender, "to", epoch, seq, last', ("sender", '"to"')),
    "delivery": (
        'act, position, peer, "to", slip, path, state, attempts, next_at, since, receipt, reason',
        ("act", '"to"'),
    ),
    "givenreceipt": ('act, "to", state, reason, receipt', ("act",)),
    "text": ("digest, kind, record", ("digest",)),
    "peer": (rows.PEER, ("node",)),
    "checkpoint": ("node, size, note", ()),
    "note": ("name, value", ("name",)),
    "series": ("name, last", ("name",)),
    "caserow": (rows.CASE, ('"case"',)),
    "dutyrow": (rows.DUTY, ('"key"',)),
    "factrow": (rows.FACT, ("act", "path")),
    "standing": ("act, standing, reasons", ("act",)),
    "word": ("kind, ref, text", ("kind", "ref")),
}


def _insert(table: str) -> str:
    columns, named_by = TABLES[table]
    names = [name.strip() for name in columns.split(",")]
    sql = f"INSERT INTO journal_{table} ({columns}) VALUES ({','.join(['%s'] * len(names))})"
    if not named_by:
        return sql
    rest = [name for name in names if name not in named_by]
    settings = ", ".join(f"{name} = excluded.{name}" for name in rest)
    return f"{sql} ON CONFLICT ({', '.join(named_by)}) DO " + (f"UPDATE SET {settings}" if rest else "NOTHING")


INSERTS = {table: _insert(table) for table in TABLES}


class SqlTurn:
    """One transaction's writes. Reading through the store inside a turn sees what `flush` has written."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._senders: set[str] = set()
        self._series: dict[str, int] = {}
        self._positions: dict[str, int] = {}
        self._position: int | None = None
        self._leaves: int | None = None

    def flush(self) -> None:
        """Write what was gathered, so that it can be read inside the turn."""
        for table in TABLES:
            if gathered := self._waiting.pop(table, None):
                run_many(INSERTS[table], gathered)

    def _run(self, sql: str, args: Sequence[Any] = ()) -> None:
        self.flush()
        run(sql, args)

    def add_act(self, act: HeldAct) -> int:
        if self._position is None:
            self._position = (first("SELECT MAX(position) FROM journal_act") or (None,))[0] or 0
        self._position += 1
        self._positions[act.id] = self._position
        self._waiting["act"].append(rows.from_act(act, self._position))
        return self._position

    def add_leaf(self, *, kind: str, record: str, salt: bytes, leaf_hash: bytes) -> int:
        return self.add_leaves([(kind, record, salt, leaf_hash)])

    def add_leaves(self, leaves: Sequence[tuple[str, str, bytes, bytes]]) -> int:
        if self._leaves is None:
            newest = (first('SELECT MAX("index") FROM journal_leaf') or (None,))[0]
            self._leaves = 0 if newest is None else newest + 1
        start = self._leaves
        self._waiting["leaf"] += [(index, *leaf) for index, leaf in enumerate(leaves, start)]
        self._leaves += len(leaves)
        return start

    def add_deliveries(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            self._waiting["delivery"].append(rows.from_delivery(delivery, self._position_of(delivery.act)))

    set_delivery_sql = (
        "UPDATE journal_delivery SET state = %s, attempts = %s, next_at = %s, since = %s, receipt = %s, reason = %s"
        ' WHERE act = %s AND "to" = %s'
    )

    def set_delivery(self, delivery: Delivery) -> None:
        new = rows.from_delivery(delivery, 0)
        self._run(self.set_delivery_sql, [*new[6:12], delivery.act, delivery.to])

    def _position_of(self, act: str) -> int:
        if act not in self._positions:
            self._positions[act] = (first("SELECT position FROM journal_act WHERE act = %s", [act]) or (0,))[0]
        return self._positions[act]

    def lane_out(self, sender: str, to: str) -> Lane | None:
        if sender not in self._senders:
            self._senders.add(sender)
            for row in fetch('SELECT "to", epoch, seq, last FROM journal_laneout WHERE sender = %s', [sender]):
                self._lanes.setdefault((sender, row[0]), Lane(epoch=row[1], seq=row[2], last=row[3]))
        return self._lanes.get((sender, to))

    def set_lane_out(self, sender: str, to: str, lane: Lane) -> None:
        self._lanes[sender, to] = lane
        self._waiting["laneout"].append((sender, to, lane.epoch, lane.seq, lane.last))

    def add_lane_in(self, *, sender: str, to: str, epoch: int, seq: int, act: str) -> None:
        self._waiting["lanein"].append((sender, to, epoch, seq, act))

    def add_given_receipts(self, receipts: Sequence[GivenReceipt]) -> None:
        self._waiting["givenreceipt"] += [(r.act, r.to, r.state, r.reason, r.receipt) for r in receipts]

    def next_number(self, series: str) -> int:
        if series not in self._series:
            self._series[series] = (first("SELECT last FROM journal_series WHERE name = %s", [series]) or (0,))[0]
        self._series[series] += 1
        self._waiting["series"].append((series, self._series[series]))
        return self._series[series]

    def add_text(self, digest: str, kind: str, record: Json) -> None:
        self._waiting["text"].append((digest, kind, json.dumps(record, ensure_ascii=False)))

    def set_peer(self, peer: Peer) -> None:
        self._waiting["peer"].append(rows.from_peer(peer))

    def remove_peer(self, node: str) -> None:
        self._run("DELETE FROM journal_peer WHERE node = %s", [node])

    def add_checkpoint(self, note: bytes, size: int) -> None:
        self._waiting["checkpoint"].append(("", size, note))

    def set_checkpoint_of(self, node: str, note: bytes) -> None:
        self._run("DELETE FROM journal_checkpoint WHERE node = %s", [node])
        self._waiting["checkpoint"].append((node, 0, note))

    def set_note(self, key: str, value: str) -> None:
        self._waiting["note"].append((key, value))

    def await_text(self, act: str, text: str) -> None:
        self._waiting["awaited"].append((act, text))
        self.flush()  # what waits may be asked for later in this very turn

    def no_longer_awaiting(self, act: str) -> None:
        self._run("DELETE FROM journal_awaited WHERE act = %s", [act])

    def project(self, projection: Projection) -> None:
        waiting = self._waiting
        waiting["caserow"] += [rows.from_case(row) for row in projection.cases]
        if projection.gone_duties:
            marks = ",".join(["%s"] * len(projection.gone_duties))
            self._run(f'DELETE FROM journal_dutyrow WHERE "key" IN ({marks})', list(projection.gone_duties))
        waiting["dutyrow"] += [rows.from_duty(row) for row in projection.duties]
        waiting["factrow"] += [rows.from_fact(row) for row in projection.facts]
        waiting["standing"] += list(projection.standings)
        waiting["word"] += list(projection.words)

    def clear_projections(self) -> None:
        for table in PROJECTIONS:
            self._run(f"DELETE FROM journal_{table}")
