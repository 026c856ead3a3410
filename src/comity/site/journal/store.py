"""The node's book in SQL: the Store port on SQLite and PostgreSQL, through Django's connection.

A turn is one transaction with one writer: SQLite begins it IMMEDIATE, PostgreSQL takes an advisory lock. Rows are written
in batches by plain statements, since a turn that receives 64 acts writes some 500 rows.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction

from comity.node.ports import (
    CaseRow,
    Delivery,
    DutyRow,
    GivenReceipt,
    HeldAct,
    Json,
    Leaf,
    Peer,
)
from comity.protocol.refusals import Refused
from comity.site.journal import rows
from comity.site.journal.bare import fetch, first
from comity.site.journal.turn import SqlTurn

WRITER_LOCK = 0x636F6D697479
"""The key of PostgreSQL's advisory lock for the one writer of this database."""

PAGE = 2_000
GAPS_SHOWN = 1_000


_ACT = ", ".join("a." + name.strip() for name in rows.ACT.split(","))


class SqlStore:
    """A Store in this node's database."""

    @contextmanager
    def turn(self) -> Iterator[SqlTurn]:
        """Refuses (`book.unwritable`) where the database cannot be written, a full disk above all: then nothing of it is kept."""
        try:
            with transaction.atomic():
                if connection.vendor == "postgresql":
                    fetch("SELECT pg_advisory_xact_lock(%s)", [WRITER_LOCK])
                turn = SqlTurn()
                yield turn
                turn.flush()
        except OperationalError as fault:
            sentence = f"This node cannot write to its database now ({fault}). Nothing was taken or said. Make room, and try again."
            raise Refused("book.unwritable", {}, sentence) from fault

    def position(self) -> int:
        newest = first("SELECT MAX(position) FROM journal_act")
        return (newest and newest[0]) or 0

    def act(self, act: str) -> HeldAct | None:
        row = first(f"SELECT {rows.ACT} FROM journal_act WHERE act = %s", [act])
        return rows.act(row) if row else None

    def holds(self, acts: Iterable[str]) -> set[str]:
        wanted = list(acts)
        held: set[str] = set()
        for start in range(0, len(wanted), PAGE // 4):
            part = wanted[start : start + PAGE // 4]
            marks = ",".join(["%s"] * len(part))
            held.update(row[0] for row in fetch(f"SELECT act FROM journal_act WHERE act IN ({marks})", part))
        return held

    def acts(self, *, after: int = 0, limit: int | None = None) -> Iterator[HeldAct]:
        return self._acts("TRUE", [], after, limit)

    def acts_of_case(self, case: str, *, after: int = 0) -> Iterator[HeldAct]:
        return self._acts('"case" = %s', [case], after)

    def acts_of_kinds(self, kinds: Collection[str], *, after: int = 0) -> Iterator[HeldAct]:
        marks = ",".join(["%s"] * len(kinds))
        # In the words of the index `act_kind`: SQLite uses a partial index only where the query says the very same.
        return self._acts(f"kind IN ({marks}) AND NOT (kind = 'step')", sorted(kinds), after)

    def _acts(self, where: str, args: list[Any], after: int, limit: int | None = None) -> Iterator[HeldAct]:
        while limit is None or limit > 0:
            size = PAGE if limit is None else min(PAGE, limit)
            sql = f"SELECT {rows.ACT} FROM journal_act WHERE {where} AND position > %s ORDER BY position LIMIT {size}"
            page = fetch(sql, [*args, after])
            for row in page:
                yield rows.act(row)
            if len(page) < size:
                return
            after = page[-1][0]
            limit = None if limit is None else limit - size

    def acts_awaiting(self, text: str) -> Iterator[HeldAct]:
        sql = f"SELECT {_ACT} FROM journal_awaited w JOIN journal_act a ON a.act = w.act WHERE w.text = %s ORDER BY a.position"
        for row in fetch(sql, [text]):
            yield rows.act(row)

    def awaited(self) -> set[str]:
        return {row[0] for row in fetch("SELECT act FROM journal_awaited")}

    def awaiting(self, node: str) -> int:
        sql = (
            "SELECT COUNT(DISTINCT w.act) FROM journal_awaited w JOIN journal_act a ON a.act = w.act"
            " WHERE a.sender >= %s AND a.sender < %s"
        )
        row = first(sql, [f"{node}/", f"{node}0"])
        return row[0] if row else 0

    def lane_in(self, sender: str, to: str, epoch: int, seq: int) -> str | None:
        sql = 'SELECT act FROM journal_lanein WHERE sender = %s AND "to" = %s AND epoch = %s AND seq = %s'
        row = first(sql, [sender, to, epoch, seq])
        return row[0] if row else None

    def lane_gaps(self, sender: str) -> tuple[tuple[str, int, int], ...]:
        sql = 'SELECT "to", epoch, seq FROM journal_lanein WHERE sender = %s ORDER BY "to", epoch, seq'
        gaps: list[tuple[str, int, int]] = []
        expected: dict[tuple[str, int], int] = {}
        for to, epoch, seq in fetch(sql, [sender]):
            missing = range(expected.get((to, epoch), 1), seq)
            gaps += [(to, epoch, number) for number in missing[:GAPS_SHOWN]]
            expected[to, epoch] = seq + 1
        return tuple(gaps[:GAPS_SHOWN])

    def deliveries(self, act: str) -> tuple[Delivery, ...]:
        found = fetch(f'SELECT {rows.DELIVERY} FROM journal_delivery WHERE act = %s ORDER BY "to"', [act])
        return tuple(rows.delivery(row) for row in found)

    def due_deliveries(self, peer: str, now: datetime, limit: int) -> tuple[Delivery, ...]:
        sql = (
            f"SELECT {rows.DELIVERY} FROM journal_delivery WHERE peer = %s AND next_at IS NOT NULL AND next_at <= %s"
            " ORDER BY position LIMIT %s"
        )
        return tuple(rows.delivery(row) for row in fetch(sql, [peer, rows.seconds(now), limit]))

    def peers_with_due(self, now: datetime) -> tuple[str, ...]:
        sql = "SELECT DISTINCT peer FROM journal_delivery WHERE next_at IS NOT NULL AND next_at <= %s"
        return tuple(sorted(row[0] for row in fetch(sql, [rows.seconds(now)])))

    def given_receipt(self, act: str) -> GivenReceipt | None:
        return self.given_receipts([act]).get(act)

    def given_receipts(self, acts: Collection[str]) -> dict[str, GivenReceipt]:
        if not acts:
            return {}
        marks = ",".join(["%s"] * len(acts))
        found = fetch(f'SELECT act, "to", state, reason, receipt FROM journal_givenreceipt WHERE act IN ({marks})', list(acts))
        return {row[0]: GivenReceipt(act=row[0], to=row[1], state=row[2], reason=row[3], receipt=bytes(row[4])) for row in found}

    def leaf_count(self) -> int:
        row = first('SELECT MAX("index") FROM journal_leaf')
        return 0 if row is None or row[0] is None else row[0] + 1

    def leaves(self, *, start: int = 0, end: int | None = None) -> Iterator[Leaf]:
        after = start - 1
        while end is None or after + 1 < end:
            sql = f'SELECT {rows.LEAF} FROM journal_leaf WHERE "index" > %s ORDER BY "index" LIMIT {PAGE}'
            page = fetch(sql, [after])
            for row in page:
                if end is not None and row[0] >= end:
                    return
                yield rows.leaf(row)
            if len(page) < PAGE:
                return
            after = page[-1][0]

    def leaf_of(self, kind: str, record: str) -> Leaf | None:
        sql = f'SELECT {rows.LEAF} FROM journal_leaf WHERE record = %s AND kind = %s ORDER BY "index" LIMIT 1'
        row = first(sql, [record, kind])
        return rows.leaf(row) if row else None

    def checkpoint(self) -> bytes | None:
        return self.checkpoint_of("")

    def checkpoint_of(self, node: str) -> bytes | None:
        row = first("SELECT note FROM journal_checkpoint WHERE node = %s ORDER BY id DESC LIMIT 1", [node])
        return bytes(row[0]) if row else None

    def peers(self) -> tuple[Peer, ...]:
        return tuple(rows.peer(row) for row in fetch(f"SELECT {rows.PEER} FROM journal_peer ORDER BY node"))

    def peer(self, node: str) -> Peer | None:
        row = first(f"SELECT {rows.PEER} FROM journal_peer WHERE node = %s", [node])
        return rows.peer(row) if row else None

    def text(self, digest: str) -> Json | None:
        row = first("SELECT record FROM journal_text WHERE digest = %s", [digest])
        return json.loads(row[0]) if row else None

    def case_row(self, case: str) -> CaseRow | None:
        row = first(f'SELECT {rows.CASE} FROM journal_caserow WHERE "case" = %s', [case])
        return rows.case(row) if row else None

    def open_cases(self, *, procedures: Collection[str] = (), closing_by: datetime | None = None) -> Iterator[CaseRow]:
        where, args = "open", [*procedures]
        if procedures:
            where += f" AND procedure IN ({','.join(['%s'] * len(procedures))})"
        if closing_by is not None:
            where += " AND closes < %s"
            args.append(rows.seconds(closing_by))
        for row in fetch(f'SELECT {rows.CASE} FROM journal_caserow WHERE {where} ORDER BY "case" || \'\'', args):
            yield rows.case(row)

    def duty_rows(self, case: str) -> tuple[DutyRow, ...]:
        found = fetch(f'SELECT {rows.DUTY} FROM journal_dutyrow WHERE "case" = %s ORDER BY "key"', [case])
        return tuple(rows.duty(row) for row in found)

    def standing(self, act: str) -> tuple[str, str] | None:
        row = first("SELECT standing, reasons FROM journal_standing WHERE act = %s", [act])
        return (row[0], row[1]) if row else None

    def note(self, key: str) -> str | None:
        row = first("SELECT value FROM journal_note WHERE name = %s", [key])
        return row[0] if row else None
