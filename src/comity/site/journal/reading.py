"""What pages and the API ask of the book: duties, arrivals, cases, activities, contacts, search. All bounded, all indexed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from comity.catalogue.search import words
from comity.node.folds import content_of
from comity.node.ports import CaseRow, Delivery, DutyRow, FactRow, HeldAct
from comity.protocol.act import party_of
from comity.site.journal import rows
from comity.site.journal.bare import fetch, first
from comity.site.journal.store import SqlStore

PAGE = 50
"""Rows on one page of a list."""
MOST = 500
"""Rows nobody asked to page: a month of a busy region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActLine:
    """An act in one line of a list. `title` is what people call it, as far as the act says."""

    position: int
    id: str
    ours: bool
    sender: str
    party: str
    kind: str
    case: str
    at: datetime
    held_since: datetime
    number: str
    precedence: str
    title: str
    measure: str
    procedure: str
    step: str
    choice: str
    standing: str
    reasons: tuple[tuple[str, ...], ...] = ()
    content: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """A duty with the title of its case."""

    duty: DutyRow
    title: str
    opener: str
    participants: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a list; `more` says that another follows."""

    items: Sequence[Any]
    number: int
    more: bool


def _line(act: HeldAct, standing: tuple[str, str] | None) -> ActLine:
    content = content_of(act)
    body, header = content["body"], content["header"]
    data = body.get("data") if isinstance(body.get("data"), dict) else {}
    state, why = standing or ("in-turn", "[]")
    return ActLine(
        position=act.position, id=act.id, ours=act.ours, sender=act.sender, party=party_of(act.sender), kind=act.kind,
        case=act.case or "", at=act.at, held_since=act.held_since, number=act.number, precedence=str(header.get("precedence", "routine")),
        title=str(header.get("subject") or data.get("designation") or data.get("title") or data.get("subject") or "")[:300],
        measure=str(body.get("measure") or ""), procedure="", step=str(body.get("step") or act.kind), choice=str(body.get("choice") or ""),
        standing=state, reasons=tuple(tuple(one) for one in json.loads(why)), content=content,
    )  # fmt: skip


def lines(acts: Sequence[HeldAct]) -> list[ActLine]:
    """Acts as lines, with their standing."""
    if not acts:
        return []
    marks = ",".join(["%s"] * len(acts))
    found = fetch(f"SELECT act, standing, reasons FROM journal_standing WHERE act IN ({marks})", [act.id for act in acts])
    standing = {row[0]: (row[1], row[2]) for row in found}
    return [_line(act, standing.get(act.id)) for act in acts]


def arrived(*, limit: int = 10, before: int | None = None) -> list[ActLine]:
    """The newest acts of others, newest first."""
    args: list[Any] = [False] + ([before] if before else [])
    sql = f"SELECT {rows.ACT} FROM journal_act WHERE ours = %s" + (" AND position < %s" if before else "")
    return lines([rows.act(row) for row in fetch(f"{sql} ORDER BY position DESC LIMIT {int(limit)}", args)])


def acts_page(*, number: int = 1, ours: bool | None = None, kind: str = "", party: str = "") -> Page:
    """All acts, newest first; those of one sending party where it is named."""
    where, args = ["TRUE"], []
    if ours is not None:
        where.append("ours = %s")
        args.append(ours)
    if kind:
        where.append("kind = %s")
        args.append(kind)
    if party:
        where.append("(sender >= %s AND sender < %s)")
        args += [f"{party}/", f"{party}0"]
    sql = f"SELECT {rows.ACT} FROM journal_act WHERE {' AND '.join(where)} ORDER BY position DESC LIMIT {PAGE + 1} OFFSET %s"
    found = [rows.act(row) for row in fetch(sql, [*args, (max(1, number) - 1) * PAGE])]
    return Page(items=lines(found[:PAGE]), number=number, more=len(found) > PAGE)


_DUTY = ", ".join("d." + name.strip() for name in rows.DUTY.split(","))


def _duties(where: str, args: list[Any], order: str = "d.due", limit: int = MOST) -> list[DutyLine]:
    sql = (
        f'SELECT {_DUTY}, c.title, c.opener, c.participants FROM journal_dutyrow d JOIN journal_caserow c ON c."case" = d."case"'
        f" WHERE {where} ORDER BY {order} LIMIT {int(limit)}"
    )
    width = len(rows.DUTY.split(","))
    return [
        DutyLine(duty=rows.duty(row[:width]), title=row[width], opener=row[width + 1], participants=tuple(row[width + 2].split()))
        for row in fetch(sql, args)
    ]


def due_from(party: str, *, now: datetime, ahead: timedelta = timedelta(days=60), limit: int = 20) -> list[DutyLine]:
    """What this party owes and has not done, earliest first, as far ahead as asked. Cases that ended are left out.

    What is more than `LONGEST_DAYS` past its date is found in its case.
    """
    first, last = _window(now, ahead)
    where = "d.state = 'open' AND c.open = %s AND d.owner = %s AND d.due >= %s AND d.due <= %s"
    return _duties(where, [True, party, first, last], limit=limit)


def due_to(party: str, *, now: datetime, ahead: timedelta = timedelta(days=60), limit: int = 20) -> list[DutyLine]:
    """What others owe in cases this party takes part in, earliest first, within the same time."""
    first, last = _window(now, ahead)
    where = "d.state = 'open' AND c.open = %s AND d.owner <> %s AND d.due >= %s AND d.due <= %s"
    return _duties(where, [True, party, first, last], limit=limit)


def _window(now: datetime, ahead: timedelta) -> tuple[int, int]:
    """From the oldest duty a list shows to the last one asked for."""
    return rows.seconds(now - timedelta(days=LONGEST_DAYS)), rows.seconds(now + ahead)


def duties_between(begin: datetime, end: datetime) -> list[DutyLine]:
    """Every duty whose moment lies between, done or not: for the calendar."""
    where = "d.state IN ('open', 'done', 'late', 'deemed') AND d.due >= %s AND d.due <= %s"
    return _duties(where, [rows.seconds(begin), rows.seconds(end)])


def open_duties_of_step(step: str, *, limit: int = 50) -> list[DutyLine]:
    """Open duties of one step everywhere, earliest first: questions not yet answered, say."""
    return _duties("d.state = 'open' AND c.open = %s AND d.step = %s", [True, step], limit=limit)


def cases_page(*, number: int = 1, is_open: bool | None = None, measure: str = "", procedure: str = "", with_acts: bool = True) -> Page:
    """Cases, those that moved last first. Cases aside are reached from their parent."""
    # The expression keeps SQLite from the index on parents, which here holds nearly every case, and lets it walk the newest first.
    where, args = ["parent || '' = ''"], []
    for column, value in (("measure", measure), ("procedure", procedure)):
        if value:
            where.append(f"{column} = %s")
            args.append(value)
    if is_open is not None:
        where.append("open = %s")
        args.append(is_open)
    if with_acts:
        where.append("acts > 0")
    sql = f"SELECT {rows.CASE} FROM journal_caserow WHERE {' AND '.join(where)} ORDER BY last_at DESC LIMIT {PAGE + 1} OFFSET %s"
    found = [rows.case(row) for row in fetch(sql, [*args, (max(1, number) - 1) * PAGE])]
    return Page(items=found[:PAGE], number=number, more=len(found) > PAGE)


def case_row(case: str) -> CaseRow | None:
    return SqlStore().case_row(case)


def cases_aside(parent: str) -> list[CaseRow]:
    """Cases between fewer participants that cite this one."""
    sql = f"SELECT {rows.CASE} FROM journal_caserow WHERE parent = %s ORDER BY opened_at LIMIT {MOST}"
    return [rows.case(row) for row in fetch(sql, [parent])]


def case_acts(case: str, *, after: int = 0, limit: int = MOST) -> list[ActLine]:
    """The acts of a case as held here, oldest first, from a position on."""
    sql = f'SELECT {rows.ACT} FROM journal_act WHERE "case" = %s AND position > %s ORDER BY position LIMIT {int(limit)}'
    return lines([rows.act(row) for row in fetch(sql, [case, after])])


def act(act_id: str) -> ActLine | None:
    found = SqlStore().act(act_id)
    return lines([found])[0] if found else None


def deliveries(acts: Sequence[str]) -> dict[str, list[Delivery]]:
    """The way of our acts to each addressee."""
    if not acts:
        return {}
    marks = ",".join(["%s"] * len(acts))
    found: dict[str, list[Delivery]] = {}
    for row in fetch(f'SELECT {rows.DELIVERY} FROM journal_delivery WHERE act IN ({marks}) ORDER BY "to"', list(acts)):
        found.setdefault(row[0], []).append(rows.delivery(row))
    return found


_FACT = ", ".join("f." + name.strip() for name in rows.FACT.split(","))


def facts_between(begin: datetime, end: datetime, *, kinds: Sequence[str] = ("activity",), limit: int = MOST) -> list[FactRow]:
    """Facts that overlap a time and stand in their case, earliest first. Ended, cancelled cases are told apart by their row."""
    marks = ",".join(["%s"] * len(kinds))
    sql = (
        f"SELECT {_FACT} FROM journal_factrow f LEFT JOIN journal_standing s ON s.act = f.act"
        f" WHERE f.kind IN ({marks}) AND f.begins <= %s AND f.begins >= %s AND f.ends >= %s"
        f" AND (s.standing IS NULL OR s.standing = 'in-turn') ORDER BY f.begins LIMIT {int(limit)}"
    )
    longest = begin - timedelta(days=LONGEST_DAYS)
    found = fetch(sql, [*kinds, rows.seconds(end), rows.seconds(longest), rows.seconds(begin)])
    return [rows.fact(row) for row in found]


LONGEST_DAYS = 400
"""No activity on the calendar lasts longer; it keeps the search inside the index."""


def facts_of_case(case: str) -> list[FactRow]:
    return [rows.fact(row) for row in fetch(f'SELECT {rows.FACT} FROM journal_factrow WHERE "case" = %s LIMIT {MOST}', [case])]


def cases_by_id(cases: Sequence[str]) -> dict[str, CaseRow]:
    if not cases:
        return {}
    marks = ",".join(["%s"] * len(cases))
    found = fetch(f'SELECT {rows.CASE} FROM journal_caserow WHERE "case" IN ({marks})', list(cases))
    return {row[0]: rows.case(row) for row in found}


def _about_contacts() -> list[ActLine]:
    """The newest acts of cases about contacts, newest first; found from the few cases, not from the many acts."""
    sql = (
        f'SELECT {rows.ACT} FROM journal_act WHERE "case" IN (SELECT "case" FROM journal_caserow WHERE procedure = \'contacts\')'
        " ORDER BY position + 0 DESC LIMIT 500"
    )
    return lines([rows.act(row) for row in fetch(sql)])


def contact_acts() -> list[ActLine]:
    """The newest declaration of contacts of each office, that stands."""
    newest: dict[tuple[str, str], ActLine] = {}
    for line in _about_contacts():
        if line.step in ("declare", "replace") and line.standing == "in-turn":
            newest.setdefault((line.party, line.measure), line)
    return sorted(newest.values(), key=lambda line: (line.measure, line.party))


def found_acts(query: str, language: str, *, limit: int = 30) -> list[ActLine]:
    """Acts that hold every word, newest first."""
    tokens = words(query, language)
    if not tokens:
        return []
    if connection.vendor == "sqlite":
        match = " AND ".join("(" + " OR ".join(f'"{variant}"' for variant in variants) + ")" for variants in tokens)
        condition = "w.id IN (SELECT rowid FROM journal_found WHERE journal_found MATCH %s ORDER BY rowid DESC LIMIT 200)"
    else:
        match = " & ".join("(" + " | ".join(f"'{variant}'" for variant in variants) + ")" for variants in tokens)
        condition = "w.found @@ to_tsquery('simple', %s)"
    marked = ", ".join("a." + name.strip() for name in rows.ACT.split(","))
    # The expression keeps SQLite from the index on kinds, in which every word stands, and lets it begin with what was found.
    sql = (
        f"SELECT {marked} FROM journal_word w JOIN journal_act a ON a.act = w.ref WHERE w.kind || '' = 'act' AND {condition}"
        f" ORDER BY a.position DESC LIMIT {int(limit)}"
    )
    return lines([rows.act(row) for row in fetch(sql, [match])])


def waiting_post() -> list[tuple[str, int, datetime | None, int]]:
    """For each peer: how many deliveries wait, since when, and the most attempts made."""
    sql = "SELECT peer, COUNT(*), MIN(since), MAX(attempts) FROM journal_delivery WHERE next_at IS NOT NULL GROUP BY peer ORDER BY peer"
    return [(row[0], row[1], rows.moment(row[2]) if row[2] is not None else None, row[3]) for row in fetch(sql)]


def count_acts() -> int:
    row = first("SELECT MAX(position) FROM journal_act")
    return (row and row[0]) or 0


# For pages that show several cases at once: one query for all of them --------------------------------------------------


def acts_by_id(acts: Sequence[str]) -> dict[str, ActLine]:
    """The acts held of these, by id."""
    if not acts:
        return {}
    marks = ",".join(["%s"] * len(acts))
    found = fetch(f"SELECT {rows.ACT} FROM journal_act WHERE act IN ({marks})", list(acts))
    return {line.id: line for line in lines([rows.act(row) for row in found])}


def acts_of_cases(cases: Sequence[str], *, limit: int = MOST) -> list[ActLine]:
    """The acts of several cases as held here, in the order in which they came."""
    if not cases:
        return []
    marks = ",".join(["%s"] * len(cases))
    sql = f'SELECT {rows.ACT} FROM journal_act WHERE "case" IN ({marks}) ORDER BY position LIMIT {int(limit)}'
    return lines([rows.act(row) for row in fetch(sql, list(cases))])


def duties_of_cases(cases: Sequence[str]) -> list[DutyLine]:
    """All duties of these cases, done or not, by due."""
    if not cases:
        return []
    marks = ",".join(["%s"] * len(cases))
    return _duties(f'd."case" IN ({marks})', list(cases))


def asked(*, now: datetime, limit: int = 20) -> list[DutyLine]:
    """Open duties to answer something said, in cases that go on, earliest first: the questions not yet answered."""
    first, last = _window(now, timedelta(days=60))
    where = "d.state = 'open' AND c.open = %s AND d.since <> '' AND d.due >= %s AND d.due <= %s"
    return _duties(where, [True, first, last], limit=limit)


def earlier_case(chain: str, measure: str, period: Any) -> CaseRow | None:
    """The case of the date before this one, of the same measure under the same instrument."""
    sql = (
        f"SELECT {rows.CASE} FROM journal_caserow WHERE measure = %s AND chain = %s AND period < %s AND acts > 0"
        " ORDER BY period DESC LIMIT 1"
    )
    row = first(sql, [measure, chain, period.isoformat()])
    return rows.case(row) if row else None


def facts_of_acts(acts: Sequence[str]) -> list[FactRow]:
    if not acts:
        return []
    marks = ",".join(["%s"] * len(acts))
    return [rows.fact(row) for row in fetch(f"SELECT {_FACT} FROM journal_factrow f WHERE f.act IN ({marks}) LIMIT {MOST}", list(acts))]


def given_receipts(acts: Sequence[str]) -> dict[str, str]:
    """What this node signed for acts it received: the state, by act."""
    if not acts:
        return {}
    marks = ",".join(["%s"] * len(acts))
    return {row[0]: row[1] for row in fetch(f"SELECT act, state FROM journal_givenreceipt WHERE act IN ({marks})", list(acts))}


def contact_confirmations() -> dict[tuple[str, str], datetime]:
    """When each participant last confirmed its contacts, by party and measure."""
    newest: dict[tuple[str, str], datetime] = {}
    for line in _about_contacts():
        if line.step == "confirm" and line.standing == "in-turn":
            newest.setdefault((line.party, line.measure), line.at)
    return newest
