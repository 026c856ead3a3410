"""Which column of a file is which field: by the key beside the label, by the label in any language, or as the officer says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from comity.catalogue import form_texts
from comity.catalogue.form import Form
from comity.formats.sheet_layout import Column, Table, key_in, tables
from comity.formats.sheet_tables import Cell, RawTable

_HEADS = 6
"""Rows at the top in which headings are looked for: published tables have titles above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The table a sheet brings. `by_place`: columns by place from nought; `by_row`: single fields by row number."""

    table: Table
    head: int
    last_head: int
    by_place: Mapping[int, Column] = field(default_factory=dict)
    by_row: Mapping[int, Column] = field(default_factory=dict)
    value_place: int = 1
    missing: tuple[Column, ...] = ()
    unknown: tuple[tuple[int, str], ...] = ()


def match_columns(form: Form, raw: RawTable, mapping: Mapping[str, str | None]) -> Found | None:
    """The table that a sheet brings, with its columns; None where nothing in it belongs to the form."""
    candidates = [found for table in tables(form) for found in [_matched(form, table, raw, mapping)] if found is not None]
    named = [found for found in candidates if _named(form, found.table, raw.name)]
    return max(named or candidates, key=lambda found: len(found.by_place) + len(found.by_row), default=None)


def _named(form: Form, table: Table, name: str) -> bool:
    return bool(name) and any(name[:28] == table.label(form, language)[:28] for language in form_texts.LANGUAGES)


def _matched(form: Form, table: Table, raw: RawTable, mapping: Mapping[str, str | None]) -> Found | None:
    if table.kind == "fields":
        return _fields(form, table, raw)
    keyed = next((row for row in raw.rows[:_HEADS] if any(_column_of_key(table, cell) for cell in row[1])), None)
    if keyed is not None:
        return _with_keys(table, raw, *keyed)
    names = _names(form, table, mapping)
    heads = [(number, cells, sum(_said(cell) in names for cell in cells)) for number, cells in raw.rows[:_HEADS]]
    number, cells, count = max(heads, key=lambda head: head[2])
    return _with_labels(table, number, cells, names=names, mapping=mapping) if count else None


def _fields(form: Form, table: Table, raw: RawTable) -> Found | None:
    """Single fields stand one under the other: the key anywhere in the row, or the label in its first cell; the value second."""
    names = _names(form, table, {})
    by_row: dict[int, Column] = {}
    unknown = []
    for number, cells in raw.rows:
        if _is_heading(cells):
            continue
        column = next(filter(None, (_column_of_key(table, cell) for cell in cells)), None) or names.get(_said(cells[0]))
        if column:
            by_row[number] = column
        elif len(cells) > 1 and cells[0]:
            unknown.append((0, cells[0][1]))
    if not by_row:
        return None
    keyed = any(_column_of_key(table, cell) for _, cells in raw.rows for cell in cells)
    missing = [column for column in table.columns if column not in by_row.values() and (keyed or column.required)]
    return Found(table=table, head=raw.rows[0][0], last_head=0, by_row=by_row, missing=tuple(missing), unknown=tuple(unknown))


def _is_heading(cells: list[Cell]) -> bool:
    """Whether a row is the heading 'Field, Value' of our own files, in any language."""
    said = tuple(_said(cell) for cell in cells[:2])
    return said in {tuple(form_texts.word(word, language).casefold() for word in ("field", "value")) for language in form_texts.LANGUAGES}


def _with_keys(table: Table, raw: RawTable, number: int, cells: list[Cell]) -> Found:
    """A file of ours: every column of the table is expected, and any other one is told by its label."""
    by_place = {place: column for place, cell in enumerate(cells) for column in [_column_of_key(table, cell)] if column}
    labels = next((row for row in raw.rows if row[0] == number - 1), (number, cells))
    beside = {0, 1} if table.kind == "matrix" else set()
    unknown = [(place, cell[1]) for place, cell in enumerate(labels[1]) if cell and place not in by_place and place not in beside]
    missing = tuple(column for column in table.columns if column not in by_place.values())
    return Found(table=table, head=labels[0], last_head=number, by_place=by_place, missing=missing, unknown=tuple(unknown))


def _with_labels(table: Table, number: int, cells: list[Cell], *, names: Mapping[str, Column], mapping: Mapping[str, str | None]) -> Found:
    """A file of others: what the form requires is expected; a column neither known nor left out on purpose is told."""
    by_place: dict[int, Column] = {}
    unknown = []
    for place, cell in enumerate(cells):
        column = names.get(_said(cell))
        if column is not None and column not in by_place.values():
            by_place[place] = column
        elif cell and mapping.get(cell[1], "") is not None and not (table.kind == "matrix" and place == 0):
            unknown.append((place, cell[1]))
    missing = [column for column in table.columns if column.required and column.path != "line" and column not in by_place.values()]
    return Found(table=table, head=number, last_head=number, by_place=by_place, missing=tuple(missing), unknown=tuple(unknown))


def _column_of_key(table: Table, cell: Cell) -> Column | None:
    key = key_in(cell[1]) if cell else None
    return next((column for column in table.columns if column.key == key), None) if key else None


def _said(cell: Cell) -> str:
    return " ".join(cell[1].split()).casefold() if cell else ""


def _names(form: Form, table: Table, mapping: Mapping[str, str | None]) -> dict[str, Column]:
    """All the names under which a column may stand: labels in every language, with and without unit; its own name; as mapped."""
    names: dict[str, Column] = {}
    for column in table.columns:
        pointer = "/" + column.key.replace(".", "/")
        for language in form_texts.LANGUAGES:
            names.setdefault(column.label(form, language).casefold(), column)
            names.setdefault(form.label(pointer, language).casefold(), column)
        names.setdefault(column.path.replace("/", ".").casefold(), column)
    by_key = {column.key: column for column in table.columns}
    names.update({" ".join(name.split()).casefold(): by_key[key] for name, key in mapping.items() if key in by_key})
    return names


def matched_line(form: Form, table: Table, cells: list[Cell]) -> str | None:
    """The row of a matrix that a row of a sheet is: by its key, or by its label in any language."""
    for cell in cells[:2]:
        key = key_in(cell[1]) if cell else None
        if key in table.lines:
            return key
    said = _said(cells[0])
    for line in table.lines:
        labels = {form.label(f"/{table.name}/{line}", spoken).casefold() for spoken in form_texts.LANGUAGES}
        if said and said in labels | {line}:
            return line
    return None
