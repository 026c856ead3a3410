"""What a file holds, read by the bounded process (`sheet_reader`): tables of cells with their row numbers."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass

from comity.formats import sheet_limits as limits
from comity.protocol.refusals import Refused

Cell = list[str] | None

_WORDS = {
    "sheet.large": "The file is larger than {limit} MB. Split the report, or remove pictures from the file.",
    "sheet.unpacks": "The file unpacks to more than {limit} MB, or holds too many parts. Save only the form as a new workbook.",
    "sheet.not-xlsx": "The file is not an XLSX workbook. Save it as “Excel workbook (.xlsx)” or as CSV in UTF-8.",
    "sheet.active": "The file carries macros, embedded objects or links to other files. Save it as a plain .xlsx workbook without them.",
    "sheet.unreadable": "The file is damaged. Open it in a spreadsheet program, save it as a new .xlsx file, and try again.",
    "sheet.encoding": "The text of the file is not in UTF-8. Save it as “CSV UTF-8”.",
    "sheet.sheets": "The file has more than {limit} sheets. Keep only those of the form.",
    "sheet.rows": "A sheet has more than {limit} rows. Split the report into parts.",
    "sheet.columns": "A sheet has more than {limit} columns. Keep only those of the form.",
    "sheet.cells": "The file has more than {limit} filled cells. Split the report into parts.",
    "sheet.cell-long": "A cell has more than {limit} characters. Shorten it, or send the text as an annex.",
    "sheet.too-much": "The file took too long or too much memory to read. Save only the form as a new workbook.",
    "sheet.kind": "Files that can be read end in .xlsx or .csv.",
}
"""One sentence for each permanent code; pages translate them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """One sheet, or the whole of a CSV file (then without a name). Rows that are empty are left out; numbers start at 1."""

    name: str
    rows: tuple[tuple[int, list[Cell]], ...]


def sentence(code: str) -> str:
    """The English sentence of a refusal, with places such as {limit}."""
    return _WORDS[code]


def read_tables(content: bytes, name: str) -> tuple[RawTable, ...]:
    """The tables of an XLSX or CSV file, told apart by the end of its name. Refuses with a `sheet.…` code what is no such file."""
    ending = name.lower().rpartition(".")[2]
    if ending not in ("xlsx", "csv"):
        raise refused("sheet.kind")
    if len(content) > limits.FILE_BYTES:
        raise refused("sheet.large", limit=limits.FILE_BYTES // 1024 // 1024)
    answer = _answer(ending, content)
    if answer is None:
        raise refused("sheet.too-much")
    found = json.loads(answer)
    if "refused" in found:
        raise refused(found["refused"], **found["data"])
    return tuple(RawTable(name=t["name"], rows=tuple((row[0], row[1]) for row in t["rows"])) for t in found["tables"])


def refused(code: str, **data: int) -> Refused:
    return Refused(code, data, _WORDS[code].format(**data))


def _answer(kind: str, content: bytes) -> bytes | None:
    """What the reading process wrote; None where it ended without an answer, was ended, or wrote too much."""
    command = [sys.executable, "-I", "-m", "comity.formats.sheet_reader", kind]
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        with subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}) as reader:  # noqa: S603  our own module
            alarm = threading.Timer(limits.WALL_SECONDS, reader.kill)
            alarm.start()
            try:
                assert reader.stdout is not None
                answer = reader.stdout.read(limits.ANSWER_BYTES + 1)
            finally:
                alarm.cancel()
                reader.kill() if reader.poll() is None and len(answer) > limits.ANSWER_BYTES else reader.wait()
    return answer if reader.returncode == 0 and len(answer) <= limits.ANSWER_BYTES else None
