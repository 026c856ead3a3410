"""The bounded process that reads a spreadsheet: `python -m comity.formats.sheet_reader xlsx|csv`, file in, JSON out.

It limits itself before it looks at a byte, opens nothing but its input, and answers
`{"tables": [{"name", "rows": [[number, [cell…]]]}]}` or `{"refused": code, "data": {…}}`. A cell is null or
`[kind, text]`: s text, n number, d day and time, b true or false, f formula, e error.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from comity.formats import sheet_limits as limits

_FORBIDDEN = ("vbaproject", "externallinks/", "embeddings/", "activex/", "connections.xml", "macrosheets/", "querytables/")
Cell = list[str] | None


class NotRead(Exception):
    """The file is refused as a whole: a permanent code and figures for the sentence."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code, self.data = code, data


class _Counter:
    """Counts cells and characters over all sheets, and refuses at the limit."""

    def __init__(self) -> None:
        self.cells = self.characters = 0

    def cell(self, text: str) -> str:
        self.cells += 1
        self.characters += len(text)
        if len(text) > limits.CELL_CHARACTERS:
            raise NotRead("sheet.cell-long", limit=limits.CELL_CHARACTERS)
        if self.cells > limits.CELLS or self.characters > limits.CHARACTERS:
            raise NotRead("sheet.cells", limit=limits.CELLS)
        return text


def main() -> None:
    _bind()
    content = sys.stdin.buffer.read(limits.FILE_BYTES + 1)
    try:
        answer: dict[str, Any] = {"tables": list(tables(sys.argv[1], content))}
    except NotRead as refusal:
        answer = {"refused": refusal.code, "data": refusal.data}
    except MemoryError:
        answer = {"refused": "sheet.too-much", "data": {}}
    sys.stdout.write(json.dumps(answer))


def _bind() -> None:
    for what, bound in ((resource.RLIMIT_AS, limits.MEMORY_BYTES), (resource.RLIMIT_CPU, limits.CPU_SECONDS), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(what, (bound, bound))


def tables(kind: str, content: bytes) -> Iterator[dict[str, Any]]:
    """The tables of a file, read within the limits; NotRead where the file as a whole is refused."""
    if len(content) > limits.FILE_BYTES:
        raise NotRead("sheet.large", limit=limits.FILE_BYTES // 1024 // 1024)
    count = _Counter()
    if kind == "csv":
        yield {"name": "", "rows": _csv_rows(content, count)}
    else:
        yield from _xlsx_tables(content, count)


def _xlsx_tables(content: bytes, count: _Counter) -> Iterator[dict[str, Any]]:
    _check_package(content)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        if len(book.sheetnames) > limits.SHEETS:
            raise NotRead("sheet.sheets", limit=limits.SHEETS)  # noqa: TRY301 - one kind of no for the whole book
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            yield {"name": sheet.title, "rows": list(_xlsx_rows(sheet, count))}
    except (NotRead, MemoryError):
        raise
    except Exception as fault:  # openpyxl raises whatever its parsers raise; all of it means: not a workbook
        raise NotRead("sheet.unreadable") from fault


def _check_package(content: bytes) -> None:
    """Refuse, by the directory alone, what unpacks too large, carries programs, or reaches outside the file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            _check_entries(entries)
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in package.open(entry).read(4096):
                    raise NotRead("sheet.unreadable")
    except (zipfile.BadZipFile, RuntimeError, EOFError, NotImplementedError, OSError, ValueError) as fault:
        raise NotRead("sheet.not-xlsx") from fault


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > limits.ENTRIES or sum(entry.file_size for entry in entries) > limits.UNPACKED_BYTES:
        raise NotRead("sheet.unpacks", limit=limits.UNPACKED_BYTES // 1024 // 1024)
    names = [entry.filename.lower() for entry in entries]
    if "xl/workbook.xml" not in names:
        raise NotRead("sheet.not-xlsx")
    if any(word in name for name in names for word in _FORBIDDEN):
        raise NotRead("sheet.active")


def _xlsx_rows(sheet: Any, count: _Counter) -> Iterator[list[Any]]:
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number > limits.ROWS:
            raise NotRead("sheet.rows", limit=limits.ROWS)
        cells = _trimmed([_xlsx_cell(cell, count) for cell in row])
        if cells:
            yield [number, cells]


def _xlsx_cell(cell: Any, count: _Counter) -> Cell:
    value, kind = cell.value, cell.data_type
    if value is None or value == "":
        return None
    if kind in ("f", "e"):
        return [kind, count.cell(str(value)[:80])]
    if isinstance(value, bool):
        return ["b", count.cell("true" if value else "false")]
    if isinstance(value, datetime | date | time):
        return ["d", count.cell(value.isoformat())]
    if isinstance(value, int | float):
        return ["n", count.cell(_number(value))]
    return ["s", count.cell(str(value))]


def _number(value: float) -> str:
    """Excel keeps 15 digits; more are noise of binary fractions."""
    return str(int(value)) if value == int(value) and abs(value) < 10**15 else f"{value:.15g}"


def _trimmed(cells: list[Cell]) -> list[Cell]:
    while cells and cells[-1] is None:
        cells.pop()
    if len(cells) > limits.COLUMNS:
        raise NotRead("sheet.columns", limit=limits.COLUMNS)
    return cells


def _csv_rows(content: bytes, count: _Counter) -> list[list[Any]]:
    text = _decoded(content)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        return list(_csv_cells(lines, count))
    except csv.Error as fault:
        raise NotRead("sheet.unreadable") from fault


def _csv_cells(lines: Iterable[list[str]], count: _Counter) -> Iterator[list[Any]]:
    for number, line in enumerate(lines, 1):
        if number > limits.ROWS:
            raise NotRead("sheet.rows", limit=limits.ROWS)
        cells = _trimmed([_csv_cell(text, count) for text in line])
        if cells:
            yield [number, cells]


def _csv_cell(text: str, count: _Counter) -> Cell:
    """An apostrophe before = + - @ is our own mark that the rest is text; '=' without it would be a formula."""
    if not text.strip():
        return None
    if text[0] == "'" and text[1:2] in tuple("=+-@'\t"):
        return ["s", count.cell(text[1:])]
    return ["f" if text.lstrip()[0] == "=" else "s", count.cell(text)]


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as fault:
        raise NotRead("sheet.encoding") from fault
    if "\0" in text:
        raise NotRead("sheet.unreadable")
    return text


def _delimiter(text: str) -> str:
    """The mark that parts the first line: the one it holds most of, outside quotes."""
    unquoted = "".join(text[:8192].split('"')[::2])
    first = unquoted.lstrip("\r\n").splitlines()[0] if unquoted.strip() else ""
    return max(",;\t", key=first.count)


if __name__ == "__main__":
    main()
