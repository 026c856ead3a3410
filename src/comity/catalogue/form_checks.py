"""Everything wrong with what was filled in, said at once: JSON Schema first, then sums, dates, rows and areas.

A fault is an answer, not an exception: it names the field by JSON pointer, a permanent code and its figures, and the
pages make a sentence of it in the reader's language. Pure: no file, no network, no clock.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

from comity.catalogue import form_limits
from comity.catalogue.area_checks import area_faults
from comity.catalogue.form import Form, Schema, steps
from comity.catalogue.form_values import Decimal, added, last_day, real_day

_BEYOND = 2**53
"""Whole numbers beyond this are not the same number in every language that reads JSON (RFC 7493, 2.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong: where (JSON pointer into the data), a permanent code, and figures for the sentence."""

    path: str
    code: str
    args: Mapping[str, Any] = field(default_factory=dict)


def validate(form: Form, data: Any) -> tuple[Fault, ...]:
    """Every fault of the data, in order of path, at most `FAULTS` of them; empty if the form may be sent."""
    found = list(_kinds("", data)) or [*_schema_faults(form, data), *_own_faults(form, "", form.schema, data)]
    once = {fault.path + " " + fault.code: fault for fault in found}
    schema_told = {fault.path for fault in once.values() if fault.code in ("wrong-kind", "format")}
    kept = [f for f in once.values() if f.code in ("wrong-kind", "format") or f.path not in schema_told]
    return tuple(sorted(kept, key=lambda fault: _place(fault.path)))[: form_limits.FAULTS]


def _place(path: str) -> list[tuple[int, str]]:
    return [(int(step), "") if step.isdigit() and len(step) < 9 else (-1, step) for step in path.split("/")]


def _kinds(path: str, value: Any, depth: int = 0) -> Iterator[Fault]:
    """What canonical JSON cannot carry, told before any schema looks: fractions, nothing, control characters, depth."""
    if isinstance(value, str):
        if _CONTROL.search(value):
            yield Fault(path=path, code="control-character")
        elif not unicodedata.is_normalized("NFC", value):
            yield Fault(path=path, code="not-composed")
    elif isinstance(value, _NESTED) and depth <= form_limits.FORM_DEPTH:
        members = value.items() if isinstance(value, Mapping) else enumerate(value)
        for name, inner in members:
            yield from _kinds(f"{path}/{_escaped(name)}", inner, depth + 1)
    elif isinstance(value, float):
        yield Fault(path=path, code="fraction")
    elif not isinstance(value, int) or abs(value) >= _BEYOND:
        yield Fault(path=path, code="wrong-kind", args={"wanted": "integer" if isinstance(value, int) else "text"})


_NESTED = (dict, list, Mapping)
_CONTROL = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f\\ud800-\\udfff]")
"""Everything below the space but tab and line feed, delete, and halves of a character."""


def _escaped(name: Any) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


@lru_cache(maxsize=128)
def _validator(form: Form) -> Draft202012Validator:
    return Draft202012Validator(
        dict(form.schema), validate_formats=True, retriever=_never, pattern_options=RegexOptions(), ignore_unknown_formats=False
    )


def _never(address: str) -> Any:
    raise ValueError(f"a form refers to its own definitions only, not to {address}")


def _schema_faults(form: Form, data: Any) -> Iterator[Fault]:
    for error, _ in zip(_validator(form).iter_errors(data), range(form_limits.FAULTS), strict=False):
        path = "".join(f"/{_escaped(step)}" for step in error.instance_path)
        yield from _told(form, path, error, data)


def _told(form: Form, path: str, error: ValidationError, data: Any) -> Iterator[Fault]:
    kind = error.kind.as_dict()
    match error.kind.name:
        case "required":
            yield Fault(path=f"{path}/{kind['property']}", code="missing")
        case "falseSchema" | "additionalProperties":
            yield from (Fault(path=f"{path}/{_escaped(name)}", code="unknown") for name in _unknown(form, path, data))
        case "type":
            yield Fault(path=path, code="wrong-kind", args={"wanted": str((form.node(path) or {}).get("type", ""))})
        case "enum" | "constant":
            yield Fault(path=path, code="not-in-list")
        case "minimum" | "maximum" | "minLength" | "maxLength" | "minItems" | "maxItems":
            yield Fault(path=path, code=_BOUNDS[error.kind.name], args={"limit": kind["limit"]})
        case "uniqueItems":
            yield Fault(path=path, code="repeated")
        case _:
            yield Fault(path=path, code="format", args={"wanted": _wanted(form.node(path) or {})})


_BOUNDS = {
    "minimum": "too-small",
    "maximum": "too-large",
    "minLength": "too-short",
    "maxLength": "too-long",
    "minItems": "too-few",
    "maxItems": "too-many",
}


def _unknown(form: Form, path: str, data: Any) -> list[str]:
    value = data
    for step in steps(path):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return [name for name in value if name not in (form.node(path) or {}).get("properties", {})]


def _wanted(node: Schema) -> str:
    return str(node.get("x-widget") or node.get("format") or "pattern")


def _own_faults(form: Form, path: str, node: Schema, value: Any) -> Iterator[Fault]:
    """What JSON Schema cannot say: sums, order of dates, days that exist, rows told twice, areas that are none."""
    node = form.resolve(node)
    if isinstance(value, Mapping):
        yield from _object_faults(form, path, node, value)
    elif isinstance(value, list) and "items" in node:
        if "x-rows" in node:
            yield from _row_faults(path, node["x-rows"], value)
        for index, inner in enumerate(value):
            yield from _own_faults(form, f"{path}/{index}", node["items"], inner)
    elif isinstance(value, str) and node.get("x-widget") in ("date", "vague-date") and not real_day(value):
        yield Fault(path=path, code="format", args={"wanted": node["x-widget"]})


def _object_faults(form: Form, path: str, node: Schema, value: Mapping[str, Any]) -> Iterator[Fault]:
    if node.get("x-widget") == "area":
        yield from (Fault(path=path, code=code) for code in area_faults(value))
    for first, second in node.get("x-dates", []):
        if _after(value.get(first), value.get(second)):
            yield Fault(path=f"{path}/{second}", code="order", args={"first": first, "second": second})
    for name, inner in form.fields(node):
        if name in value:
            if "x-total" in inner:
                yield from _total_faults(f"{path}/{name}", value[name], [value.get(part) for part in inner["x-total"]])
            if "x-widget" in inner or not isinstance(value[name], (str, int)):
                yield from _own_faults(form, f"{path}/{name}", inner, value[name])


def _after(first: Any, second: Any) -> bool:
    """Whether the first day is certainly after the second: a vague day is after another only if all of it is."""
    if not (isinstance(first, str) and isinstance(second, str) and real_day(first) and real_day(second)):
        return False
    return first[:10] > last_day(second)


def _total_faults(path: str, total: Any, parts: list[Any]) -> Iterator[Fault]:
    """A total with no parts given stands alone (a State may report one figure); with parts, it is their sum."""
    if isinstance(total, Mapping):
        for name, inner in total.items():
            yield from _total_faults(f"{path}/{name}", inner, [part.get(name) for part in parts if isinstance(part, Mapping)])
        return
    given = [part for part in parts if part is not None]
    summed = added(given)
    if given and summed is not None and added([total]) not in (None, summed):
        yield Fault(path=path, code="total", args={"total": str(total), "sum": _plain(summed)})


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _row_faults(path: str, key: list[str], rows: list[Any]) -> Iterator[Fault]:
    lines: dict[Any, int] = {}
    keys: dict[tuple[Any, ...], Any] = {}
    for index, row in enumerate(rows):
        if not isinstance(row, Mapping):
            continue
        line, named = row.get("line"), tuple(str(row.get(part, "")) for part in key)
        if line is not None and lines.setdefault(line, index) != index:
            yield Fault(path=f"{path}/{index}/line", code="double-line", args={"line": line})
        if any(named) and keys.setdefault(named, line) != line:
            yield Fault(path=f"{path}/{index}/{key[0]}", code="double-row", args={"line": keys[named]})
