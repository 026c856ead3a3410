"""Forms out to spreadsheets and in again. Every fault is told with its sheet, row and column; nothing is half taken.

`write_xlsx`, `write_csv` give a form to fill in, or one filled in. `read_sheet` reads such a file, or a table that others
published under columns the form knows, and returns the data with everything that is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from comity.catalogue.form import Form
from comity.catalogue.form_checks import Fault, validate
from comity.formats import sheet_limits
from comity.formats.numerals import Unread
from comity.formats.sheet_columns import Found, match_columns, matched_line
from comity.formats.sheet_export import write_csv, write_xlsx
from comity.formats.sheet_layout import Column, Table, tables
from comity.formats.sheet_tables import Cell, RawTable, read_tables
from comity.formats.sheet_values import cell_name, put, value_of

__all__ = ["CellFault", "Sheet", "read_sheet", "tables", "write_csv", "write_xlsx"]


Place = tuple[str, int | None, str, str | None]
"""Sheet, row, name of the column, cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFault:
    """One fault and where it stands in the file: sheet, row (from 1), column by its name, and the cell as in `C14`."""

    sheet: str
    row: int | None
    column: str
    cell: str | None
    fault: Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What was read. `typed` keeps, by path, the text of cells that could not be taken. Not to be used while `faults` stand."""

    data: Mapping[str, Any]
    faults: tuple[CellFault, ...]
    typed: Mapping[str, str]


def read_sheet(
    form: Form,
    content: bytes,
    name: str,
    language: str,
    *,
    base: Mapping[str, Any] | None = None,
    columns: Mapping[str, str | None] | None = None,
) -> Sheet:
    """Read a file of the form. Refuses (`sheet.…`) a file that is none; every other fault is in the answer.

    `base` is the draft that the file completes: CSV brings one table only. `columns` says for a published table which
    of its columns is which field (`{"milper": "units.*.personnel"}`), None for one that is left out on purpose.
    """
    reading = _Reading(form=form, language=language, mapping=dict(columns or {}), data=dict(base or {}))
    for raw in read_tables(content, name):
        if not raw.name.startswith("_"):
            reading.read(raw)
    return reading.finished()


@dataclass(slots=True, kw_only=True)
class _Reading:
    form: Form
    language: str
    mapping: dict[str, str | None]
    data: dict[str, Any]
    faults: list[CellFault] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    """Paths whose fault has been told already, so that 'missing' is not told as well."""

    def read(self, raw: RawTable) -> None:
        if not raw.rows:
            return
        found = match_columns(self.form, raw, self.mapping)
        if found is None:
            self.tell((raw.name, None, raw.name, None), Fault(path="", code="unknown-sheet", args={"name": raw.name}))
            return
        self.columns_told(raw, found)
        {"fields": self.fields, "rows": self.rows, "matrix": self.matrix}[found.table.kind](raw, found)

    def columns_told(self, raw: RawTable, found: Found) -> None:
        for column in found.missing:
            label = column.label(self.form, self.language)
            path = f"/{found.table.name}/*/{column.path}" if found.table.name else f"/{column.path}"
            self.tell((raw.name, None, label, None), Fault(path=path, code="missing-column", args={"column": label}))
            self.silent.add(path)
        for place, text in found.unknown:
            self.tell(
                (raw.name, found.head, text, cell_name(found.head, place)), Fault(path="", code="unknown-column", args={"column": text})
            )

    def fields(self, raw: RawTable, found: Found) -> None:
        for number, cells in raw.rows:
            column = found.by_row.get(number)
            if column is not None:
                self.take(raw, f"/{column.path}", column, number=number, place=found.value_place, cell=_at(cells, found.value_place))

    def rows(self, raw: RawTable, found: Found) -> None:
        first = len(self.data[found.table.name]) if self.again(found.table) else 0
        rows = [(number, cells) for number, cells in raw.rows if number > found.last_head]
        kept = [(number, cells) for number, cells in rows if any(_at(cells, place) for place in found.by_place)]
        self.data[found.table.name] = [*self.data[found.table.name][:first], *({} for _ in kept)] if first else [{} for _ in kept]
        for index, (number, cells) in enumerate(kept, first):
            self.places[f"/{found.table.name}/{index}"] = (raw.name, number, "", None)
            for place, column in found.by_place.items():
                self.take(raw, f"/{found.table.name}/{index}/{column.path}", column, number=number, place=place, cell=_at(cells, place))
        self.number(found.table)
        if not self.data[found.table.name] and found.table.name not in self.form.schema.get("required", []):
            del self.data[found.table.name]

    def again(self, table: Table) -> bool:
        """Whether an earlier sheet of this file already brought rows of this table: the next one continues it."""
        return any(path.startswith(f"/{table.name}/") for path in self.places)

    def number(self, table: Table) -> None:
        """Line numbers, where the file gives none at all: the order of the rows."""
        rows = self.data[table.name]
        told = any("line" in row or f"/{table.name}/{index}/line" in self.typed for index, row in enumerate(rows))
        if not told and any(column.path == "line" for column in table.columns):
            self.silent.add(f"/{table.name}/*/line")
            for index, row in enumerate(rows, 1):
                row["line"] = index

    def matrix(self, raw: RawTable, found: Found) -> None:
        self.data[found.table.name] = {}
        for number, cells in raw.rows:
            line = matched_line(self.form, found.table, cells) if number > found.last_head else None
            if line is None and number > found.last_head:
                named = next((cell[1] for cell in cells if cell), "")
                self.tell((raw.name, number, named, None), Fault(path=f"/{found.table.name}", code="unknown-line", args={"line": named}))
            for place, column in found.by_place.items() if line else ():
                self.take(raw, f"/{found.table.name}/{line}/{column.path}", column, number=number, place=place, cell=_at(cells, place))

    def take(self, raw: RawTable, path: str, column: Column, *, number: int, place: int, cell: Cell) -> None:
        if column.key not in self.labels:
            self.labels[column.key] = column.label(self.form, self.language)
        label = self.labels[column.key]
        self.places[path] = (raw.name, number, label, cell_name(number, place))
        value = value_of(column.node, cell)
        if isinstance(value, Unread):
            self.typed[path] = cell[1] if cell else ""
            self.silent.add(path)
            self.tell(self.places[path], Fault(path=path, code=value.code, args=value.args))
        elif value is not None:
            put(self.data, path, value)

    def tell(self, place: Place, fault: Fault) -> None:
        sheet, row, column, cell = place
        if len(self.faults) < sheet_limits.FAULTS:
            self.faults.append(CellFault(sheet=sheet, row=row, column=column, cell=cell, fault=fault))

    def finished(self) -> Sheet:
        for fault in validate(self.form, self.data):
            if not any(path in self.silent for path in _spellings(fault.path)):
                self.tell(self.place_of(fault), fault)
        return Sheet(data=self.data, faults=tuple(sorted(self.faults, key=_order)), typed=self.typed)

    def place_of(self, fault: Fault) -> Place:
        """The cell of a fault; for a cell that is not there, the row and the name of the field."""
        path = fault.path
        while path and path not in self.places:
            path = path.rpartition("/")[0]
        sheet, row, column, cell = self.places.get(path, ("", None, "", None))
        return (sheet, row, column, cell) if path == fault.path else (sheet, row, self.form.label(fault.path, self.language), cell)


def _spellings(path: str) -> Iterator[str]:
    """A path as it is, each path above it, and both with rows written `*`."""
    parts = path.split("/")
    for length in range(len(parts), 1, -1):
        yield "/".join(parts[:length])
        yield "/".join("*" if part.isdigit() else part for part in parts[:length])


def _order(told: CellFault) -> tuple[str, int, str]:
    return told.sheet, told.row or 0, told.cell or ""


def _at(cells: list[Cell], place: int) -> Cell:
    return cells[place] if place < len(cells) else None
