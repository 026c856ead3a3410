"""A published table as rows of text: read in the bounded process that reads officers' spreadsheets, in whatever encoding it came.

Rows are numbered as a spreadsheet program shows them, the headings being row 1, so that a row told can be found.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from comity.formats import sheet_limits
from comity.formats.sheet_tables import Cell, RawTable, read_tables, refused
from comity.protocol.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its number, its text by heading (an empty cell is ''), and why its cells cannot be trusted, if so.

    `fault` is `formula`, where a cell holds one, or `cells`, where the row has more of them than the table has headings.
    """

    line: int
    cells: Mapping[str, str]
    fault: str = ""

    def said(self, heading: str) -> str:
        """The text under a heading on one line; '' for an empty cell and for `-9`, the published tables' mark for 'not known'."""
        text = " ".join(self.cells.get(heading, "").split())
        return "" if text == UNKNOWN else text


UNKNOWN = "-9"


def read_file(path: Path) -> bytes:
    """The bytes of a file. Refuses (`import.file`, `sheet.large`) what is not there, is no file, or is larger than a table is."""
    try:
        with path.open("rb") as file:
            content = file.read(sheet_limits.FILE_BYTES + 1)
    except OSError as fault:
        raise Refused(
            "import.file", {"file": path.name}, f"The file “{path.name}” cannot be read. Check its name and who may read it."
        ) from fault
    if len(content) > sheet_limits.FILE_BYTES:
        raise refused("sheet.large", limit=sheet_limits.FILE_BYTES // 1024 // 1024)
    return content


def table_rows(content: bytes, name: str, needed: Collection[str], *, heading_row: int = 1) -> tuple[Row, ...]:
    """The rows of the first table of an XLSX or CSV file. Refuses (`sheet.…`, `import.columns`) any other."""
    found = read_tables(in_utf8(content) if name.lower().endswith(".csv") else content, name)
    raw = found[0] if found else RawTable(name="", rows=())
    headings = next((_texts(cells) for number, cells in raw.rows if number == heading_row), [])
    _check_headings(headings, needed)
    return tuple(_row(number, cells, headings) for number, cells in raw.rows if number > heading_row)


def in_utf8(content: bytes) -> bytes:
    """CSV text in UTF-8. What is not UTF-8 is MacRoman where lines end in a bare CR, as old Macs wrote, and else Windows-1252."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        old_mac = b"\r" in content and b"\n" not in content
        return content.decode("mac_roman").encode() if old_mac else _from_windows(content)
    return content


def _from_windows(content: bytes) -> bytes:
    """Bytes that Windows-1252 leaves undefined are no text of it: the reader then says that the encoding is not known."""
    try:
        return content.decode("cp1252").encode()
    except UnicodeDecodeError:
        return content


def _check_headings(headings: list[str], needed: Collection[str]) -> None:
    missing = [name for name in needed if name not in headings]
    if missing:
        raise Refused(
            "import.columns", {"missing": missing}, f"The table lacks these columns: {', '.join(missing)}. Check that it is the right file."
        )
    doubled = sorted({name for name in headings if name and headings.count(name) > 1})
    if doubled:
        raise Refused(
            "import.columns-doubled",
            {"doubled": doubled},
            f"These columns stand twice in the table: {', '.join(doubled)}. Remove one of each.",
        )


def _row(number: int, cells: list[Cell], headings: list[str]) -> Row:
    texts = _texts(cells)
    cells_by_name = {name: text for name, text in zip(headings, [*texts, *[""] * len(headings)], strict=False) if name}
    formula = any(cell is not None and cell[0] in ("f", "e") for cell in cells)
    fault = "formula" if formula else "cells" if len(texts) > len(headings) else ""
    return Row(line=number, cells=cells_by_name, fault=fault)


def _texts(cells: list[Cell]) -> list[str]:
    return [cell[1].strip() if cell else "" for cell in cells]
