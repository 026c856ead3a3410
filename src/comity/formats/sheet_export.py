"""A form, empty or filled in, as a workbook that a person fills in and comity reads back; or one table of it as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
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
        sheet.sheet_view.rightToLeft = language.split("-")[0] in RIGHT_TO_LEFT
        _WRITERS[table.kind](sheet, form, table, part_of(data or {}, table), language, codes)
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


def _fields(sheet: Worksheet, form: Form, table: Table, said: Any, language: str, codes: _Codes) -> None:
    for place, word in enumerate(("field", "value"), 1):
        _head(sheet, 1, place, form_texts.word(word, language))
    for line, column in enumerate(table.columns, 2):
        _put(sheet, line, 1, column.label(form, language))
        _value(sheet, line, 2, column, said, language)
        _put(sheet, line, 3, form.help("/" + column.key.replace(".", "/"), language))
        _put(sheet, line, 4, bracketed(column.key))
        _offer(sheet, codes.formula(column), f"B{line}")
    sheet.column_dimensions["D"].hidden = True
    _widths(sheet, (34, 46, 60))


def _rows(sheet: Worksheet, form: Form, table: Table, said: Any, language: str, codes: _Codes) -> None:
    _heads(sheet, form, table.columns, language, 1, codes)
    for line, row in enumerate(said or [], 3):
        for place, column in enumerate(table.columns, 1):
            _value(sheet, line, place, column, row, language)
    sheet.freeze_panes = "A3"


def _matrix(sheet: Worksheet, form: Form, table: Table, said: Any, language: str, codes: _Codes) -> None:
    _heads(sheet, form, table.columns, language, 3, codes)
    for line, name in enumerate(table.lines, 3):
        _put(sheet, line, 1, form.label(f"/{table.name}/{name}", language))
        _put(sheet, line, 2, bracketed(name))
        for place, column in enumerate(table.columns, 3):
            _value(sheet, line, place, column, (said or {}).get(name), language)
    sheet.column_dimensions["B"].hidden = True
    sheet.column_dimensions["A"].width = 40
    sheet.freeze_panes = "C3"


_WRITERS = {"fields": _fields, "rows": _rows, "matrix": _matrix}


def _heads(sheet: Worksheet, form: Form, columns: Sequence[Column], language: str, first: int, codes: _Codes) -> None:
    for place, column in enumerate(columns, first):
        _head(sheet, 1, place, column.label(form, language))
        _put(sheet, 2, place, bracketed(column.key))
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = 24 if kind(column.node) in ("text", "coordinates", "code") else 15
        _offer(sheet, codes.formula(column), f"{letter}3:{letter}{_SPARE}")
        if kind(column.node) not in ("integer", "decimal"):
            sheet.column_dimensions[letter].number_format = "@"
    sheet.row_dimensions[2].hidden = True


def _head(sheet: Worksheet, line: int, place: int, text: str) -> None:
    cell = _put(sheet, line, place, text)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="bottom")


def _value(sheet: Worksheet, line: int, place: int, column: Column, row: Any, language: str) -> None:
    """Figures as numbers where a spreadsheet keeps them exactly; everything else as text, which no program rewrites."""
    value = value_at(row, column.path)
    if isinstance(value, int) and not isinstance(value, bool):
        sheet.cell(line, place, value)
    elif kind(column.node) == "decimal" and isinstance(value, str) and re.fullmatch(r"-?[\d.]{1,15}", value):
        sheet.cell(line, place, float(value)).number_format = "General"
    else:
        cell = _put(sheet, line, place, write(column.node, value, language))
        cell.number_format = "@"


def _put(sheet: Worksheet, line: int, place: int, text: str) -> Cell:
    """Text that stays text, whatever it begins with."""
    cell = sheet.cell(line, place)
    assert isinstance(cell, Cell)
    if text:
        cell.value = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
        cell.data_type = "s"
    return cell


def _offer(sheet: Worksheet, formula: str | None, cells: str) -> None:
    if formula:
        choice = DataValidation(type="list", formula1=formula, allow_blank=True)
        sheet.add_data_validation(choice)
        choice.add(cells)


def _widths(sheet: Worksheet, widths: Sequence[int]) -> None:
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def _sheet_name(label: str, taken: Sequence[str]) -> str:
    """A name that spreadsheet programs allow: at most 31 characters, none of []:*?/\\, not used twice."""
    name = re.sub(r"[\[\]:*?/\\']", " ", label).strip()[:28] or "Sheet"
    return name if name not in taken else f"{name} {len(taken)}"


def _write_origin(sheet: Worksheet, form: Form, language: str) -> None:
    sheet.sheet_state = "hidden"
    for line, (name, value) in enumerate((("form", form.id), ("version", str(form.version)), ("hash", form.hash), ("language", language)), 1):
        _put(sheet, line, 1, name)
        _put(sheet, line, 2, value)
