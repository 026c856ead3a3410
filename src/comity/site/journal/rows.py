"""Rows of the journal's tables to the records of the Store port, and back. Column lists stand here once."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from comity.node.ports import CaseRow, Delivery, DutyRow, FactRow, HeldAct, Leaf, Peer

ACT = (
    'position, act, ours, sender, kind, terms, "case", at, held_since, number,'
    " head, signatures, content, salt, slip, path"
)
LEAF = '"index", kind, record, salt, hash'
DELIVERY = 'act, "to", slip, path, state, attempts, next_at, since, receipt, reason'
PEER = "node, card, keysets, doors, confirmed_by, confirmed_at, held"
CASE = (
    '"case", chain, terms, procedure, measure, period, opener, participants, title, opened_at, last_at, acts,'
    " outcome, open, parent, closes"
)
DUTY = '"key", "case", measure, procedure, step, owner, "to", since, period, due, state, done_by'
FACT = (
    'act, path, "case", measure, kind, author, title, begins, ends, vague, south, west, north, east, fields'
)


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def moment(value: int) -> datetime:
    return datetime.fromtimestamp(value, UTC)


def _maybe(value: datetime | None) -> int | None:
    return None if value is None else seconds(value)


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)


def _date(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def act(row: tuple[Any, ...]) -> HeldAct:
    return HeldAct(
        position=row[0], id=row[1], ours=bool(row[2]), sender=row[3], kind=row[4], terms=row[5], case=row[6],
        at=moment(row[7]), held_since=moment(row[8]), number=row[9], head=bytes(row[10]), signatures=bytes(row[11]),
        content=bytes(row[12]), salt=bytes(row[13]), slip=_bytes(row[14]), path=_bytes(row[15]),
    )


def from_act(act: HeldAct, position: int) -> tuple[Any, ...]:
    return (
        position, act.id, act.ours, act.sender, act.kind, act.terms, act.case, seconds(act.at),
        seconds(act.held_since), act.number, act.head, act.signatures, act.content, act.salt, act.slip, act.path,
    )


def leaf(row: tuple[Any, ...]) -> Leaf:
    return Leaf(index=row[0], kind=row[1], id=row[2], salt=bytes(row[3]), hash=bytes(row[4]))


def delivery(row: tuple[Any, ...]) -> Delivery:
    return Delivery(
        act=row[0], to=row[1], slip=bytes(row[2]), path=bytes(row[3]), state=row[4], attempts=row[5],
        next_at=None if row[6] is None else moment(row[6]), since=moment(row[7]), receipt=_bytes(row[8]), reason=row[9],
    )


def from_delivery(delivery: Delivery, position: int) -> tuple[Any, ...]:
    return (
        delivery.act, position, delivery.to.split("/")[0], delivery.to, delivery.slip, delivery.path, delivery.state,
        delivery.attempts, _maybe(delivery.next_at), seconds(delivery.since), delivery.receipt, delivery.reason,
    )


def peer(row: tuple[Any, ...]) -> Peer:
    return _peer(tuple(row))


@lru_cache(maxsize=256)
def _peer(row: tuple[Any, ...]) -> Peer:
    """Every delivery asks for one; its keysets are long."""
    return Peer(
        node=row[0], card=bytes(row[1]), keysets=tuple(bytes.fromhex(keyset) for keyset in json.loads(row[2])),
        doors=tuple(json.loads(row[3])), confirmed_by=row[4], confirmed_at=None if row[5] is None else moment(row[5]),
        held=bool(row[6]),
    )


def from_peer(peer: Peer) -> tuple[Any, ...]:
    return (
        peer.node, peer.card, json.dumps([keyset.hex() for keyset in peer.keysets]), json.dumps(peer.doors),
        peer.confirmed_by, _maybe(peer.confirmed_at), peer.held,
    )


def case(row: tuple[Any, ...]) -> CaseRow:
    return CaseRow(
        id=row[0], chain=row[1], terms=row[2], procedure=row[3], measure=row[4], period=_date(row[5]), opener=row[6],
        participants=tuple(row[7].split()), title=row[8], opened_at=moment(row[9]), last_at=moment(row[10]), acts=row[11],
        outcome=row[12], open=bool(row[13]), parent=row[14], closes=None if row[15] is None else moment(row[15]),
    )


def from_case(row: CaseRow) -> tuple[Any, ...]:
    return (
        row.id, row.chain, row.terms, row.procedure, row.measure, row.period and row.period.isoformat(), row.opener,
        " ".join(row.participants), row.title, seconds(row.opened_at), seconds(row.last_at), row.acts, row.outcome,
        row.open, row.parent, _maybe(row.closes),
    )


def duty(row: tuple[Any, ...]) -> DutyRow:
    return DutyRow(
        key=row[0], case=row[1], measure=row[2], procedure=row[3], step=row[4], owner=row[5], to=tuple(row[6].split()),
        since=row[7], period=_date(row[8]), due=moment(row[9]), state=row[10], done_by=row[11],
    )


def from_duty(row: DutyRow) -> tuple[Any, ...]:
    return (
        row.key, row.case, row.measure, row.procedure, row.step, row.owner, " ".join(row.to), row.since,
        row.period and row.period.isoformat(), seconds(row.due), row.state, row.done_by,
    )


def fact(row: tuple[Any, ...]) -> FactRow:
    box = None if row[10] is None else (row[10], row[11], row[12], row[13])
    return FactRow(
        act=row[0], path=row[1], case=row[2], measure=row[3], kind=row[4], author=row[5], title=row[6],
        begins=None if row[7] is None else moment(row[7]), ends=None if row[8] is None else moment(row[8]),
        vague=bool(row[9]), box=box, fields=json.loads(row[14]),
    )


def from_fact(row: FactRow) -> tuple[Any, ...]:
    return (
        row.act, row.path, row.case, row.measure, row.kind, row.author, row.title, _maybe(row.begins), _maybe(row.ends),
        row.vague, *(row.box or (None,) * 4), json.dumps(row.fields, ensure_ascii=False),
    )
