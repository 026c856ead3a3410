"""A report too long for one act, divided by its lines into parts n of m under one period; and such a report put together again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from comity.catalogue.form import Form
from comity.conduct.case import Case
from comity.conduct.statements import Statement
from comity.node.issue import Draft as ActDraft
from comity.node.taking import parts_of
from comity.protocol.canonical import encode
from comity.protocol.limits import WRITTEN_BYTES

AROUND = 24 * 1024
"""Bytes kept free in each part: header, references, and the single fields that stand in every part."""
Data = Mapping[str, Any]


def divided(draft: ActDraft, form: Form) -> tuple[ActDraft, ...]:
    """The same report in as few parts as hold it; the draft alone where it has no table of lines to divide.

    Single fields stand in every part, the lines of the longest table are shared out in order, other tables go with the first.
    """
    tables = [name for name in form.rows if draft.data.get(name)]
    longest = max(tables, key=lambda name: len(encode(draft.data[name])), default=None)
    if longest is None:
        return (draft,)
    single = {name: value for name, value in draft.data.items() if name not in tables}
    others = {name: draft.data[name] for name in tables if name != longest}
    room = WRITTEN_BYTES - AROUND - len(encode(single))
    chunks = list(_chunks(draft.data[longest], first=room - len(encode(others)), room=room))
    whole = [{**single, **(others if n == 0 else {}), longest: rows} for n, rows in enumerate(chunks)]
    return tuple(replace(draft, data=data, part=(n, len(whole))) for n, data in enumerate(whole, 1)) if len(whole) > 1 else (draft,)


def _chunks(rows: Sequence[Data], *, first: int, room: int) -> Iterator[list[Data]]:
    chunk: list[Data] = []
    left = first
    for row in rows:
        size = len(encode(row)) + 1
        if chunk and size > left:
            yield chunk
            chunk, left = [], room
        chunk.append(row)
        left -= size
    yield chunk


def whole(case: Case, said: Statement) -> Data:
    """What a report says: of one in parts all lines together, each with what its author put right since."""
    if said.part is None:
        return case.data(said.id)
    found = [case.data(one.id) for one in sorted(parts_of(case, said), key=lambda one: one.part or (0, 0))]
    data: dict[str, Any] = {}
    for one in found:
        for name, value in one.items():
            lines = isinstance(value, list) and bool(value) and isinstance(value[0], dict)
            data[name] = [*data[name], *value] if lines and name in data else data.get(name, value)
    return data
