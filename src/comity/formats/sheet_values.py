"""One cell of a file as a value of the form."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from openpyxl.utils import get_column_letter

from comity.catalogue.form import Schema
from comity.formats import cells
from comity.formats.numerals import Unread, plain_decimal
from comity.formats.sheet_tables import Cell


def value_of(node: Schema, cell: Cell) -> Any | Unread:
    """The value a cell means; None for an empty one. A formula, an error value or a stray date is told, never guessed."""
    if cell is None:
        return None
    said, text = cell
    wanted = cells.kind(node)
    if said == "f":
        return Unread(code="formula")
    if said == "e":
        return Unread(code="error-value", args={"value": text})
    if said == "n" and wanted in ("integer", "decimal"):
        return _number(wanted, text)
    if said == "d":
        return (
            cells.read(node, text) if wanted in ("date", "vague-date", "moment") else Unread(code="date-in-cell", args={"value": text[:10]})
        )
    return cells.read(node, text)


def _number(wanted: str, text: str) -> int | str | Unread:
    """A cell that holds a number is exact: no grouping, no comma to wonder about."""
    value = Decimal(text)
    if wanted == "integer":
        return (
            int(value) if value == value.to_integral_value() and abs(value) < 10**16 else Unread(code="number-whole", args={"value": text})
        )
    return plain_decimal(f"{value:f}")


def cell_name(row: int, place: int) -> str:
    """`C14` for row 14 and the third column (counted from nought)."""
    return f"{get_column_letter(place + 1)}{row}"


def put(data: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a pointer, making the objects on the way; rows are there already."""
    *way, last = path.split("/")[1:]
    here: Any = data
    for step in way:
        here = here[int(step)] if re.fullmatch(r"\d+", step) else here.setdefault(step, {})
    here[last] = value
