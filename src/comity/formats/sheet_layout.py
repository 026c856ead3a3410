"""How a form lies in a spreadsheet: one table of single fields, one for each repeating part, one for a matrix.

Every column carries a key for machines beside its label for people, `[units.holdings.tanks]`, so that a file in one
language is read on a node in another, with columns moved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from comity.catalogue import form_texts
from comity.catalogue.form import Form, Schema
from comity.formats.cells import kind, leaves

KEY = re.compile(r"\[([a-z][a-z0-9_]*(?:\.[a-z0-9_*]+)*)\]\s*$")
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column (or, in the table of single fields, one row). `path` is relative to its row: `holdings/tanks`."""

    key: str
    path: str
    node: Schema
    required: bool

    def label(self, form: Form, language: str) -> str:
        """The name of the field with its unit, and that of the group it stands in where the name alone is not enough."""
        pointer = "/" + self.key.replace(".", "/")
        name = form.label(pointer, language)
        return f"{name} ({form_texts.unit(self.node['x-unit'], language)})" if "x-unit" in self.node else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: `fields` stand one under the other, `rows` repeat, a `matrix` has named rows (`lines`)."""

    kind: Literal["fields", "rows", "matrix"]
    name: str
    columns: tuple[Column, ...]
    lines: tuple[str, ...] = ()

    def label(self, form: Form, language: str) -> str:
        return form.label(f"/{self.name}", language) if self.name else form_texts.word("form", language)


def tables(form: Form) -> tuple[Table, ...]:
    """The tables of a form in reading order; the single fields first, if it has any."""
    single = tuple(_column(form, form.schema, "", path=path, inner=node) for path, node in leaves(form, form.schema))
    found = [Table(kind="fields", name="", columns=single)] if single else []
    for name, node in form.fields(form.schema):
        if kind(node) == "rows":
            found.append(_rows(form, name, node))
        elif node.get("x-widget") == "matrix":
            found.append(_matrix(form, name, node))
    return tuple(found)


def _rows(form: Form, name: str, node: Schema) -> Table:
    row = form.resolve(node["items"])
    columns = tuple(_column(form, row, f"{name}.*.", path=path, inner=inner) for path, inner in leaves(form, row))
    return Table(kind="rows", name=name, columns=columns)


def _matrix(form: Form, name: str, node: Schema) -> Table:
    lines = tuple(line for line, _ in form.fields(node))
    line = form.fields(node)[0][1]
    columns = tuple(_column(form, line, f"{name}.{lines[0]}.", path=path, inner=inner) for path, inner in leaves(form, line))
    return Table(kind="matrix", name=name, columns=columns, lines=lines)


def _column(form: Form, node: Schema, before: str, *, path: str, inner: Schema) -> Column:
    needed = form.resolve(node).get("required", [])
    return Column(key=before + path.replace("/", "."), path=path, node=inner, required=path in needed)


def bracketed(key: str) -> str:
    """A key as it stands in a cell."""
    return f"[{key}]"


def key_in(text: str) -> str | None:
    """The key at the end of a cell's text, if there is one."""
    match = KEY.search(text)
    return match[1] if match else None


def part_of(data: Mapping[str, Any], table: Table) -> Any:
    """What the data holds for a table."""
    return data.get(table.name) if table.name else data


def value_at(row: Any, path: str) -> Any:
    """The value at a relative path of a row; None where there is none."""
    for step in path.split("/"):
        row = row.get(step) if isinstance(row, Mapping) else None
    return row
