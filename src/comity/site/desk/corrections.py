"""A correction written by changing the figures themselves: what differs from the act becomes the changes of the form `correction`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from comity.catalogue.form import Form, Schema
from comity.catalogue.form_corrections import corrected
from comity.protocol.canonical import encode

_WHOLE = ("coordinates", "area", "amount")
Change = dict[str, Any]


def changes_between(form: Form, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """The rows `{line, path, value}` that turn what was sent into what is meant; without `value` the entry is taken out.

    Rows of a report are matched by their line, so a row that was removed or added is one change, not a shift of all that follow.
    """
    found = [
        {"path": path} if value is None else {"path": path, "value": _text(value)}
        for path, value in _members(form, form.schema, old, new, "")
    ]
    return [{"line": line, **one} for line, one in enumerate(found, 1)]


def reading_so(form: Form, old: Mapping[str, Any], changes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The act as it would read, for the form in which it is changed."""
    return corrected(form, old, changes)[0]


Found = Iterator[tuple[str, Any]]


def _members(form: Form, node: Schema, old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Found:
    """A figure where none stood is told with the whole entry around it: alone it could be taken for a text."""
    if path and any(name not in old and isinstance(value, int) for name, value in new.items()):
        yield path, dict(new)
        return
    for name, inner in form.fields(node):
        if old.get(name) != new.get(name):
            yield from _one(form, inner, old.get(name), new.get(name), f"{path}/{name}")


def _one(form: Form, node: Schema, old: Any, new: Any, path: str) -> Found:
    if "x-rows" in node and isinstance(old, list) and isinstance(new, list):
        yield from _rows(form, form.resolve(node["items"]), old, new, path)
    elif "properties" in node and node.get("x-widget") not in _WHOLE and old and new:
        yield from _members(form, node, old, new, path)
    else:
        yield path, new


def _rows(form: Form, node: Schema, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], path: str) -> Found:
    now = {row.get("line"): row for row in new}
    for index, row in enumerate(old):
        same = now.get(row.get("line"))
        if same is None:
            yield f"{path}/{index}", None
        elif same != row:
            yield from _members(form, node, row, same, f"{path}/{index}")
    before = {row.get("line") for row in old}
    yield from ((f"{path}/-", dict(row)) for row in new if row.get("line") not in before)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else encode(value).decode()
