"""A form, empty or filled in, as a workbook that a person fills in and comity reads back; or one table of it as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from comity.catalogue import form_texts
from comity.catalogue.form import Form
from comity.formats.cells import kind, write
from comity.formats.sheet_layout import RIGHT_TO_LEFT, Column, Table, bracketed, part_of, tables, value_at

_SPARE = 2_000
"""Rows that offer code lists: more than most reports have; below them the code is typed."""


def write_xlsx(form: Form, data: Mapping[str, Any] | None, language: str) -> bytes:
    """The whole form as XLSX: a sheet for each table, keys in hidden rows and columns, code lists to choose from."""
    book = Workbook()
    book.remove(book.worksheets[0])
    codes = _Codes(language)
    for table in tables(form):
        sheet = book.create_sheet(_sheet_name(table.label(form, language), book.sheetnames))
        sheet.sheet_view.rightToLeft = language.split("-", maxsplit=1)[0] in RIGHT_TO_LEFT
        writer = _Writer(sheet=sheet, form=form, table=table, said=part_of(data or {}, table), language=language, codes=codes)
        {"fields": writer.fields, "rows": writer.rows, "matrix": writer.matrix}[table.kind]()
    codes.write(book.create_sheet("_codes"))
    _write_origin(book.create_sheet("_comity"), form, language)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def write_csv(form: Form, data: Mapping[str, Any] | None, language: str, part: str | None = None) -> bytes:
    """One table as CSV in UTF-8 with a byte order mark; without `part`, the first table of rows, else the single fields."""
    found = {table.name: table for table in tables(form)}
    table = found[part] if part is not None else next((t for t in found.values() if t.kind != "fields"), found.get(""))
    assert table is not None, "every form has a field"
    stream = io.StringIO()
    lines = csv.writer(stream, lineterminator="\r\n")
    lines.writerows([_safe(text) for text in line] for line in _csv_lines(form, table, part_of(data or {}, table), language))
    return stream.getvalue().encode("utf-8-sig")


def _csv_lines(form: Form, table: Table, said: Any, language: str) -> list[list[str]]:
    heads = [f"{column.label(form, language)} {bracketed(column.key)}" for column in table.columns]
    if table.kind == "fields":
        head = [form_texts.word("field", language), form_texts.word("value", language)]
        return [head, *([one, _text(column, said, language)] for one, column in zip(heads, table.columns, strict=True))]
    if table.kind == "rows":
        return [heads, *([_text(column, row, language) for column in table.columns] for row in said or [])]
    named = [(f"{form.label(f'/{table.name}/{line}', language)} {bracketed(line)}", (said or {}).get(line)) for line in table.lines]
    return [["", *heads], *([name, *(_text(column, row, language) for column in table.columns)] for name, row in named)]


def _text(column: Column, row: Any, language: str) -> str:
    return write(column.node, value_at(row, column.path), language)


def _safe(text: str) -> str:
    """A cell that a spreadsheet program would run as a formula is marked as text; a plain negative number is left."""
    runs = text[:1] in ("=", "+", "-", "@", "\t", "\r", "'") and not re.fullmatch(r"-\d+(\.\d+)?", text)
    return "'" + text if runs else text


class _Codes:
    """Columns of the hidden sheet of code lists, one for each list used."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.used: dict[str, list[str]] = {}

    def formula(self, column: Column) -> str | None:
        name = column.node.get("x-codes")
        if kind(column.node) != "code" or not name:
            return None
        self.used.setdefault(name, [form_texts.code_title(name, code, self.language) for code in column.node["enum"]])
        letter = get_column_letter(list(self.used).index(name) + 1)
        return f"_codes!${letter}$1:${letter}${len(self.used[name])}"

    def write(self, sheet: Worksheet) -> None:
        sheet.sheet_state = "hidden"
        for place, titles in enumerate(self.used.values(), 1):
            for line, title in enumerate(titles, 1):
                _put(sheet, line, place, title)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """One sheet in the making."""

    sheet: Worksheet
    form: Form
    table: Table
    said: Any
    language: str
    codes: _Codes

    def fields(self) -> None:
        for place, word in enumerate(("field", "value"), 1):
            self.head(1, place, form_texts.word(word, self.language))
        for line, column in enumerate(self.table.columns, 2):
            _put(self.sheet, line, 1, column.label(self.form, self.language))
            self.value(line, 2, column, self.said)
            _put(self.sheet, line, 3, self.form.help("/" + column.key.replace(".", "/"), self.language))
            _put(self.sheet, line, 4, bracketed(column.key))
            self.offer(column, f"B{line}")
        self.sheet.column_dimensions["D"].hidden = True
        for letter, width in zip("ABC", (34, 46, 60), strict=True):
            self.sheet.column_dimensions[letter].width = width

    def rows(self) -> None:
        self.heads(1)
        for line, row in enumerate(self.said or [], 3):
            for place, column in enumerate(self.table.columns, 1):
                self.value(line, place, column, row)
        self.sheet.freeze_panes = "A3"

    def matrix(self) -> None:
        self.heads(3)
        for line, name in enumerate(self.table.lines, 3):
            _put(self.sheet, line, 1, self.form.label(f"/{self.table.name}/{name}", self.language))
            _put(self.sheet, line, 2, bracketed(name))
            for place, column in enumerate(self.table.columns, 3):
                self.value(line, place, column, (self.said or {}).get(name))
        self.sheet.column_dimensions["B"].hidden = True
        self.sheet.column_dimensions["A"].width = 40
        self.sheet.freeze_panes = "C3"

    def heads(self, first: int) -> None:
        for place, column in enumerate(self.table.columns, first):
            self.head(1, place, column.label(self.form, self.language))
            _put(self.sheet, 2, place, bracketed(column.key))
            letter = get_column_letter(place)
            self.sheet.column_dimensions[letter].width = 24 if kind(column.node) in ("text", "coordinates", "code") else 15
            self.offer(column, f"{letter}3:{letter}{_SPARE}")
            if kind(column.node) not in ("integer", "decimal"):
                self.sheet.column_dimensions[letter].number_format = "@"
        self.sheet.row_dimensions[2].hidden = True

    def head(self, line: int, place: int, text: str) -> None:
        cell = _put(self.sheet, line, place, text)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="bottom")

    def value(self, line: int, place: int, column: Column, row: Any) -> None:
        """Figures as numbers where a spreadsheet keeps them exactly; everything else as text, which no program rewrites."""
        value = value_at(row, column.path)
        if isinstance(value, int) and not isinstance(value, bool):
            self.sheet.cell(line, place, value)
        elif kind(column.node) == "decimal" and isinstance(value, str) and re.fullmatch(r"-?[\d.]{1,15}", value):
            self.sheet.cell(line, place, float(value)).number_format = "General"
        else:
            _put(self.sheet, line, place, write(column.node, value, self.language)).number_format = "@"

    def offer(self, column: Column, cells: str) -> None:
        """A list to choose from, where the field has one."""
        formula = self.codes.formula(column)
        if formula:
            choice = DataValidation(type="list", formula1=formula, allow_blank=True)
            self.sheet.add_data_validation(choice)
            choice.add(cells)


def _put(sheet: Worksheet, line: int, place: int, text: str) -> Cell:
    """Text that stays text, whatever it begins with."""
    cell = sheet.cell(line, place)
    assert isinstance(cell, Cell)
    if text:
        cell.value = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
        cell.data_type = "s"
    return cell


def _sheet_name(label: str, taken: Sequence[str]) -> str:
    """A name that spreadsheet programs allow: 31 characters, no brackets, colon, asterisk, question mark or slash, not used twice."""
    name = re.sub(r"[\[\]:*?/\\']", " ", label).strip()[:28] or "Sheet"
    return name if name not in taken else f"{name} {len(taken)}"


def _write_origin(sheet: Worksheet, form: Form, language: str) -> None:
    sheet.sheet_state = "hidden"
    for line, (name, value) in enumerate(
        (("form", form.id), ("version", str(form.version)), ("hash", form.hash), ("language", language)), 1
    ):
        _put(sheet, line, 1, name)
        _put(sheet, line, 2, value)
