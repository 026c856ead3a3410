"""What a page sent back, as data of the form. Everything typed is kept, right or wrong; rows are added and removed here too."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from comity.catalogue import form_limits
from comity.catalogue.form import Form, Schema
from comity.catalogue.form_checks import Fault, validate
from comity.formats import cells
from comity.formats.numerals import Unread
from comity.formats.sheet_layout import Column, Table, tables
from comity.formats.sheet_values import put

PREFIX = "f"
ROW_BUTTON = "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What was filled in. `typed` holds the text of cells that could not be read, by path; `row` is the row button pressed, if any."""

    data: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    row: str | None = None


def parse(form: Form, post: QueryDict, *, last: Mapping[str, Any] | None = None) -> Filled:
    """Data, faults and typed text of a page built by `render_form`. `last`: what was shown as last time, for 'put it back'."""
    reading = _Reading(form=form, post=post, last=last or {})
    for table in tables(form):
        {"fields": reading.fields, "rows": reading.rows, "matrix": reading.matrix}[table.kind](table)
    return reading.filled()


def field_name(path: str) -> str:
    """The name of the input for a pointer into the data: `f/units/3/personnel`."""
    return PREFIX + path


@dataclass(slots=True, kw_only=True)
class _Reading:
    form: Form
    post: QueryDict
    last: Mapping[str, Any]
    data: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    unread: dict[str, Unread] = field(default_factory=dict)

    def fields(self, table: Table) -> None:
        self.take(table.columns, "", "", self.data)

    def matrix(self, table: Table) -> None:
        lines = {}
        for name in table.lines:
            line: dict[str, Any] = {}
            if self.take(table.columns, f"/{table.name}/{name}", f"/{table.name}/{name}", line):
                lines[name] = line
        self.data[table.name] = lines

    def rows(self, table: Table) -> None:
        """Rows left empty fall away, but not while rows are being added and removed."""
        action, _, rest = self.post.get(ROW_BUTTON, "").partition("/")
        part, _, number = rest.partition("/")
        rows: list[dict[str, Any]] = []
        for old in self.sent(table.name):
            if (action, part, number) == ("remove", table.name, str(old)):
                continue
            row: dict[str, Any] = {}
            if self.take(table.columns, f"/{table.name}/{old}", f"/{table.name}/{len(rows)}", row) or action:
                rows.append(row)
        if part == table.name:
            rows += self.further(action, number, rows, table)
        self.number(rows)
        if rows or table.name in self.form.schema.get("required", []):
            self.data[table.name] = rows

    def sent(self, part: str) -> list[int]:
        """The numbers of the rows the page sent, in order."""
        found = {int(match[1]) for name in self.post for match in [re.match(rf"{PREFIX}/{part}/(\d{{1,6}})/", name)] if match}
        return sorted(found)[: form_limits.ROWS]

    def further(self, action: str, number: str, rows: Sequence[Mapping[str, Any]], table: Table) -> list[dict[str, Any]]:
        if action == "add":
            return [{}]
        before = self.last.get(table.name, [])
        if action == "restore" and number.isdigit() and int(number) < len(before):
            return [{**before[int(number)], "line": None}]
        return []

    def number(self, rows: list[dict[str, Any]]) -> None:
        """A new row takes the next line number; those that were numbered keep theirs, so that a question still finds its line."""
        highest = max((row["line"] for row in rows if isinstance(row.get("line"), int)), default=0)
        for row in rows:
            if not isinstance(row.get("line"), int):
                highest += 1
                row["line"] = highest

    def take(self, columns: Sequence[Column], sent: str, path: str, into: dict[str, Any]) -> bool:
        """Read the cells of one row; whether anything but its line number stands in it."""
        filled = False
        for column in columns:
            here = f"{path}/{column.path}"
            text = self.text(column.node, field_name(f"{sent}/{column.path}"))
            value = cells.read(column.node, text)
            if isinstance(value, Unread):
                self.typed[here], self.unread[here] = text, value
            elif value is not None:
                put(into, f"/{column.path}", value)
            filled = filled or (bool(text.strip()) and column.path != "line")
        return filled

    def text(self, node: Schema, name: str) -> str:
        """Codes come as several values of one name; everything else as one text."""
        return "\n".join(self.post.getlist(name)) if cells.kind(node) == "codes" else str(self.post.get(name, ""))

    def filled(self) -> Filled:
        unread = [Fault(path=path, code=said.code, args=said.args) for path, said in self.unread.items()]
        found = [
            fault for fault in validate(self.form, self.data) if not any(f"{path}/".startswith(f"{fault.path}/") for path in self.unread)
        ]
        return Filled(data=self.data, faults=tuple(in_order(self.form, [*unread, *found])), typed=self.typed, row=self.post.get(ROW_BUTTON))


def in_order(form: Form, faults: Sequence[Fault]) -> list[Fault]:
    """Faults in the order in which the page shows their cells."""
    places = {path: place for place, (path, _node) in enumerate(form.walk())}

    def key(fault: Fault) -> tuple[int, list[int], int]:
        parts = fault.path.split("/")[1:]
        spelled = "".join("/*" if part.isdigit() else f"/{part}" for part in parts)
        rows = [int(part) for part in parts if part.isdigit()]
        return places.get("/" + parts[0] if parts else "", 0), rows, places.get(spelled, 0)

    return sorted(faults, key=key)
