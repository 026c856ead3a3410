"""One value of a form as the text of one cell, and back: the same for a page, a spreadsheet and CSV."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from comity.catalogue import form_texts
from comity.catalogue.form import Form, Schema
from comity.formats import numerals, positions
from comity.formats.numerals import Unread

_BREAKS = re.compile(r"[;\n؛]")


def kind(node: Schema) -> str:
    """What one cell holds: coordinates, area, amount, date, vague-date, moment, decimal, code, codes, texts, integer, boolean, text.

    `object` and `rows` are not one cell.
    """
    widget = node.get("x-widget")
    if widget in ("coordinates", "area", "amount", "date", "vague-date", "moment", "decimal"):
        return str(widget)
    if node.get("type") == "array":
        items = node["items"]
        return "rows" if "x-rows" in node or "properties" in items else "codes" if "enum" in items else "texts"
    if "enum" in node:
        return "code"
    return {"string": "text"}.get(str(node.get("type")), str(node.get("type")))


def leaves(form: Form, node: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """The cells of an object in reading order, by relative path such as `holdings/tanks`; tables within are left out."""
    for name, inner in form.fields(node):
        here = f"{path}/{name}" if path else name
        if kind(inner) == "object":
            if inner.get("x-widget") != "matrix":
                yield from leaves(form, inner, here)
        elif kind(inner) != "rows":
            yield here, _with_items(form, inner)


def _with_items(form: Form, node: Schema) -> Schema:
    return {**node, "items": form.resolve(node["items"])} if "items" in node else node


def write(node: Schema, value: Any, language: str) -> str:
    """The value as text that reads back to the same value in any language; an absent one is empty."""
    if value is None:
        return ""
    writer = _WRITERS.get(kind(node))
    return writer(node, value, language) if writer else str(value)


def _write_area(_node: Schema, value: Any, _language: str) -> str:
    if value.get("shape") == "circle":
        return f"{positions.written(value['centre'])}, {value['radius']} m"
    return "; ".join(positions.written(point) for point in value.get("points", []))


_WRITERS: dict[str, Callable[[Schema, Any, str], str]] = {
    "coordinates": lambda node, value, language: positions.written(value),
    "area": _write_area,
    "amount": lambda node, value, language: f"{numerals.shown_decimal(value['amount'])} {value['unit']}",
    "decimal": lambda node, value, language: numerals.shown_decimal(str(value)),
    "boolean": lambda node, value, language: form_texts.word("yes" if value else "no", language),
    "code": lambda node, value, language: form_texts.code_title(node.get("x-codes", ""), value, language),
    "codes": lambda node, value, language: "; ".join(_code_titles(node["items"], value, language)),
    "texts": lambda node, value, language: "; ".join(value),
}


def _code_titles(items: Schema, values: list[str], language: str) -> list[str]:
    return [form_texts.code_title(items.get("x-codes", ""), value, language) for value in values]


def read(node: Schema, text: str) -> Any | Unread:
    """The value that a text means; None for an empty one; Unread, with a code for the sentence, where it means none.

    Text is brought to Unicode NFC and to line feeds, as acts require.
    """
    said = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").strip())
    return None if not said else _READERS.get(kind(node), _read_text)(node, said)


def _read_text(_node: Schema, text: str) -> Any:
    return text


def _read_position(_node: Schema, text: str) -> Any:
    found = positions.read(numerals.ascii_digits(text))
    return Unread(code=found.code, args={**found.data}) if isinstance(found, positions.Fault) else found


def _read_area(_node: Schema, text: str) -> Any:
    circle = re.fullmatch(r"(.*[NSEWnsew\d])\s*[,;\n]\s*(?:r\s*=?\s*)?(\d[\d \u00a0\u202f]*)\s*(m|km|м|км|م|كم)", text, re.DOTALL)
    if circle:
        centre, radius = _read_position(_node, circle[1]), numerals.whole(circle[2])
        if isinstance(centre, Unread) or isinstance(radius, Unread):
            return centre if isinstance(centre, Unread) else radius
        return {"shape": "circle", "centre": centre, "radius": radius * (1000 if circle[3] in ("km", "км", "كم") else 1)}
    points = [_read_position(_node, part) for part in _parts(text)]
    wrong = next((number for number, point in enumerate(points, 1) if isinstance(point, Unread)), None)
    if wrong:
        return Unread(code="corner-unreadable", args={"number": wrong})
    return {"shape": "polygon", "points": points}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _BREAKS.split(text) if part.strip()]


def _read_amount(_node: Schema, text: str) -> Any:
    match = re.fullmatch(r"(.*\d)\s*([^\d\s].{0,15})", text)
    if not match:
        return Unread(code="amount-unit")
    amount = numerals.decimal(match[1])
    return amount if isinstance(amount, Unread) else {"amount": amount, "unit": match[2].strip()}


def _read_boolean(_node: Schema, text: str) -> Any:
    said = text.casefold()
    if said in _words("yes") | {"true", "1"}:
        return True
    return False if said in _words("no") | {"false", "0"} else Unread(code="yes-or-no")


@lru_cache(maxsize=8)
def _words(word: str) -> frozenset[str]:
    return frozenset(form_texts.word(word, language).casefold() for language in form_texts.LANGUAGES)


def _read_code(node: Schema, text: str) -> Any:
    if text in node["enum"]:
        return text
    return _by_title(str(node.get("x-codes", ""))).get(text.casefold(), Unread(code="not-in-list"))


@lru_cache(maxsize=64)
def _by_title(code_list: str) -> dict[str, str]:
    every = form_texts.codes(code_list) or ()
    titles = {form_texts.code_title(code_list, code, language).casefold(): code for language in form_texts.LANGUAGES for code in every}
    return {**titles, **{code.casefold(): code for code in every}}


def _read_codes(node: Schema, text: str) -> Any:
    """Several codes, in the order of their list: ticked or typed in any order, they say the same."""
    found = [_read_code(node["items"], part) for part in _parts(text)]
    wrong = next((one for one in found if isinstance(one, Unread)), None)
    return wrong or sorted(found, key=node["items"]["enum"].index)


_READERS: dict[str, Callable[[Schema, str], Any]] = {
    "coordinates": _read_position,
    "area": _read_area,
    "amount": _read_amount,
    "date": lambda node, text: numerals.day(text, vague=False),
    "vague-date": lambda node, text: numerals.day(text, vague=True),
    "moment": lambda node, text: numerals.moment(text),
    "decimal": lambda node, text: numerals.decimal(text),
    "integer": lambda node, text: numerals.whole(text),
    "boolean": _read_boolean,
    "code": _read_code,
    "codes": _read_codes,
    "texts": lambda node, text: _parts(text),
}
