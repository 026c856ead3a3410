"""The part of JSON Schema that forms may use: closed, bounded, drawable, without fractions and without the network.

Everything a form can say can be shown as a page, written into a spreadsheet and read back. A form from another node
that says more is refused before anyone agrees it; nothing in it is ignored.
"""

import re
from collections.abc import Mapping
from typing import Any

from comity.catalogue import form_limits
from comity.protocol.refusals import Refused

_ANNOTATIONS = {"title", "description", "x-title", "x-help", "x-widget", "x-unit", "x-fact", "x-codes", "x-total"}
_KEYS = {
    "object": {"properties", "required", "additionalProperties", "x-sequence", "x-dates", "x-amounts"},
    "array": {"items", "minItems", "maxItems", "uniqueItems", "x-rows", "x-complete"},
    "string": {"enum", "const", "minLength", "maxLength", "pattern", "format"},
    "integer": {"minimum", "maximum", "enum", "const"},
    "boolean": {"const"},
}
_WIDGETS = {
    "coordinates",
    "area",
    "amount",
    "date",
    "vague-date",
    "moment",
    "long-text",
    "rows",
    "matrix",
    "decimal",
    "sealed",
    "reference",
}
_FORMATS = {"date", "date-time", "email", "uri"}
_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def check_schema(record: Mapping[str, Any]) -> None:
    """Refuse (`form.language`) a form record that is not in the language above, naming the place and the reason."""
    _need(set(record) == {"v", "id", "version", "schema"}, "", "a form has v, id, version and schema")
    _need(record["v"] == 1, "/v", "this release reads forms of version 1 of the language")
    _need(isinstance(record["id"], str) and bool(_ID.fullmatch(record["id"])), "/id", "an id is a-z, 0-9 and hyphens")
    _need(type(record["version"]) is int and record["version"] > 0, "/version", "a version is a number from 1")
    schema = record["schema"]
    _need(isinstance(schema, Mapping), "/schema", "a schema is an object")
    _need(schema.get("type") == "object", "/schema", "a form is an object with fields")
    _Checker(schema.get("$defs", {})).check_all(schema)


class _Checker:
    def __init__(self, definitions: Any) -> None:
        _need(isinstance(definitions, Mapping), "/$defs", "definitions are named")
        self.definitions: Mapping[str, Any] = definitions
        self.fields = 0

    def check_all(self, schema: Mapping[str, Any]) -> None:
        body = {key: value for key, value in schema.items() if key not in ("$schema", "$defs")}
        for name, definition in self.definitions.items():
            self.node(f"/$defs/{name}", definition, 1)
        self.expand("", body, 0)
        self.node("", body, 0)

    def expand(self, path: str, node: Mapping[str, Any], depth: int) -> None:
        """Follow every `$ref`: a definition that leads round to itself, or a form that unfolds without end, is refused."""
        self.fields += 1
        _need(depth <= form_limits.FORM_DEPTH, path, "the form is nested too deep, or a definition contains itself")
        _need(self.fields <= form_limits.FORM_FIELDS, path, "the form has too many fields")
        if "$ref" in node:
            self.expand(path, self.target(path, node["$ref"]), depth + 1)
        for name, inner in (node.get("properties") or {}).items():
            self.expand(f"{path}/{name}", inner, depth + 1)
        if "items" in node:
            self.expand(f"{path}/*", node["items"], depth + 1)

    def target(self, path: str, reference: Any) -> Mapping[str, Any]:
        name = reference.removeprefix("#/$defs/") if isinstance(reference, str) else None
        _need(name in self.definitions and reference != name, path, "a reference leads to the form's own definitions only")
        found = self.definitions[str(name)]
        _need(isinstance(found, Mapping), path, "a definition is a schema")
        return dict(found)

    def node(self, path: str, node: Any, depth: int) -> None:
        _need(isinstance(node, Mapping), path, "a field is described by an object")
        _need(depth <= form_limits.FORM_DEPTH, path, "the form is nested too deep")
        if "$ref" in node:
            _need(set(node) <= _ANNOTATIONS | {"$ref", "x-dates"}, path, "beside a reference stand hints only")
            self.target(path, node["$ref"])
            return
        kind = node.get("type")
        _need(isinstance(kind, str) and kind in _KEYS, path, "a field is an object, a list, a text, a whole number or yes or no")
        unknown = set(node) - _KEYS[str(kind)] - _ANNOTATIONS - {"type"}
        _need(not unknown, path, f"forms do not know {', '.join(sorted(map(str, unknown)))}")
        _need(node.get("x-widget", "rows") in _WIDGETS, path, "this widget is not known")
        getattr(self, f"_{kind}")(path, node, depth)

    def _object(self, path: str, node: Mapping[str, Any], depth: int) -> None:
        properties = node.get("properties")
        _need(isinstance(properties, Mapping) and bool(properties), path, "an object names its fields")
        assert isinstance(properties, Mapping)
        _need(node.get("additionalProperties") is False, path, "an object is closed: additionalProperties is false")
        _need(sorted(node.get("x-sequence", properties)) == sorted(properties), path, "x-sequence names each field once")
        named = [*node.get("required", []), *(name for pair in node.get("x-dates", []) for name in pair)]
        _need(set(named) <= set(properties), path, "required and x-dates name fields of the object")
        for name, inner in properties.items():
            _need(isinstance(name, str) and bool(_NAME.fullmatch(name)), path, "a field's name is a-z, 0-9 and _")
            self._siblings(f"{path}/{name}", inner, properties)
            self.node(f"{path}/{name}", inner, depth + 1)

    def _siblings(self, path: str, inner: Any, properties: Mapping[str, Any]) -> None:
        parts = inner.get("x-total", []) if isinstance(inner, Mapping) else []
        _need(isinstance(parts, list) and set(parts) <= set(properties), path, "a total adds fields that stand beside it")

    def _array(self, path: str, node: Mapping[str, Any], depth: int) -> None:
        _need("items" in node, path, "a list says what it holds")
        most = node.get("maxItems")
        _need(type(most) is int and 0 < most <= form_limits.ROWS, path, f"maxItems is at most {form_limits.ROWS}")
        self.node(f"{path}/*", node["items"], depth + 1)
        if "x-rows" in node:
            row = node["items"]
            row = self.target(path, row["$ref"]) if "$ref" in row else row
            _need({"line", *node["x-rows"]} <= set(row.get("properties", {})), path, "rows have a line number and their key")

    def _string(self, path: str, node: Mapping[str, Any], _depth: int) -> None:
        closed = "enum" in node or "const" in node
        length = node.get("maxLength", form_limits.LINE if closed else None)
        most = form_limits.SEALED if node.get("x-widget") == "sealed" else form_limits.TEXT
        _need(type(length) is int and length <= most, path, f"maxLength is at most {most}")
        _need(len(node.get("enum", [])) <= form_limits.CODES, path, "the code list is too long")
        _need(node.get("format", "date") in _FORMATS, path, "this format is not known")

    def _integer(self, path: str, node: Mapping[str, Any], _depth: int) -> None:
        bounds = (node.get("minimum", 0), node.get("maximum", 0))
        _need(all(type(bound) is int for bound in bounds), path, "bounds are whole numbers")

    def _boolean(self, path: str, node: Mapping[str, Any], depth: int) -> None:
        """Nothing more to check: yes or no."""


def _need(holds: object, path: str, reason: str) -> None:
    if not holds:
        raise Refused("form.language", {"path": path, "reason": reason}, f"This form cannot be used: {reason} (at {path or '/'}).")
