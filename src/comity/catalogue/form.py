"""A form: what a step says. JSON Schema 2020-12, a small and closed part of it, with hints for people and for facts.

A form travels with the terms by the hash of its canonical record, so nothing it needs lies outside that record: shared
definitions are copied in, closed code lists become `enum`, the order of fields is written down. Words for people lie
beside it, by language (`form_texts`); a form that States wrote themselves carries its own `title`s.

Hints: `x-title`, `x-help` (keys of texts, by default the field's name), `x-unit`, `x-codes` (a code list), `x-fact`
(what kind of fact the object states), `x-widget`, `x-total` (fields whose sum this one is), `x-rows` (the fields that
name a row the same way every year), `x-sequence` (order of fields), `x-dates` (pairs, the first not after the second),
`x-complete` (the rows replace all that were reported before), `x-amounts` (counts by category).
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from comity.catalogue import form_texts
from comity.catalogue.form_language import check_schema

Schema = Mapping[str, Any]

FACT_KINDS = ("activity", "unit", "holding", "object", "status", "contingent", "incident")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form, fixed by its hash. `schema` is self-contained; compare forms by `hash` alone."""

    id: str
    version: int
    hash: str
    schema: Schema = field(compare=False, repr=False)
    _resolved: dict[int, tuple[Schema, Schema]] = field(default_factory=dict, init=False, compare=False, repr=False)
    _fields: dict[int, tuple[Schema, list[tuple[str, Schema]]]] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What `resolve` and `fields` found before, by the identity of the node, which is kept beside it."""

    @property
    def record(self) -> dict[str, Any]:
        """What travels with the terms: `{v, id, version, schema}`, hashed as canonical JSON."""
        return {"v": 1, "id": self.id, "version": self.version, "schema": self.schema}

    @property
    def facts(self) -> tuple[str, ...]:
        """The kinds of fact this form states, in a fixed order."""
        return _facts(self)

    @property
    def rows(self) -> tuple[str, ...]:
        """The fields at the top that hold repeating rows."""
        return tuple(name for name, node in self.fields(self.schema) if "x-rows" in node)

    def resolve(self, node: Schema) -> Schema:
        """The definition a `$ref` points to, with the hints that stand beside the `$ref`."""
        if "$ref" not in node:
            return node
        if id(node) not in self._resolved:
            target = self.schema["$defs"][node["$ref"].removeprefix("#/$defs/")]
            whole = {**self.resolve(target), **{key: value for key, value in node.items() if key != "$ref"}}
            self._resolved[id(node)] = node, whole
        return self._resolved[id(node)][1]

    def fields(self, node: Schema) -> list[tuple[str, Schema]]:
        """The named fields of an object, in the order in which people read them."""
        node = self.resolve(node)
        if id(node) not in self._fields:
            properties = node.get("properties", {})
            ordered = node.get("x-sequence", sorted(properties))
            self._fields[id(node)] = node, [(name, self.resolve(properties[name])) for name in ordered]
        return self._fields[id(node)][1]

    def node(self, path: str) -> Schema | None:
        """The schema that governs the value at a JSON pointer into the data; None where the form has no such field."""
        found: Schema | None = self.schema
        for step in steps(path):
            found = self._down(found, step) if found is not None else None
        return found

    def _down(self, node: Schema, step: str) -> Schema | None:
        if "items" in node:
            return self.resolve(node["items"]) if step.isdigit() or step == "*" else None
        inner = node.get("properties", {}).get(step)
        return None if inner is None else self.resolve(inner)

    def walk(self) -> Iterator[tuple[str, Schema]]:
        """Every field with its pointer; a row is written `*`."""
        yield from self._walk("", self.resolve(self.schema))

    def _walk(self, path: str, node: Schema) -> Iterator[tuple[str, Schema]]:
        yield path, node
        for name, inner in self.fields(node):
            yield from self._walk(f"{path}/{name}", inner)
        if "items" in node:
            yield from self._walk(f"{path}/*", self.resolve(node["items"]))

    def title(self, language: str) -> str:
        """The form's name in a language; English where that language has none."""
        return form_texts.form_title(self.id, language) or str(self.schema.get("title", self.id))

    def label(self, path: str, language: str) -> str:
        """The name of the field at a pointer. A row is called by its number: `/units/3` is '4'."""
        *_, last = steps(path) or ["form"]
        node = self.node(path)
        if last.isdigit():
            return str(int(last) + 1)
        key = str(node.get("x-title", last)) if node else last
        return form_texts.field_title(key, language) or str((node or {}).get("title", last.replace("_", " ")))

    def help(self, path: str, language: str) -> str:
        """A line that helps to fill the field in, or an empty string."""
        *_, last = steps(path) or ["form"]
        node = self.node(path) or {}
        return form_texts.field_help(str(node.get("x-help", node.get("x-title", last))), language) or ""


@lru_cache(maxsize=256)
def _facts(form: Form) -> tuple[str, ...]:
    said = {node["x-fact"] for _, node in form.walk() if "x-fact" in node}
    return tuple(kind for kind in FACT_KINDS if kind in said)


def steps(path: str) -> list[str]:
    """The parts of a JSON pointer (RFC 6901), unescaped."""
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def read_form(record: Mapping[str, Any]) -> Form:
    """A form from its record, as it came with terms. Refuses what the form language does not know or bound."""
    check_schema(record)
    return Form(id=record["id"], version=record["version"], schema=record["schema"], hash=record_hash(record))


def record_hash(record: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical record, in hex: the name under which terms carry the form."""
    from comity.protocol.canonical import encode

    return hashlib.sha256(encode(record)).hexdigest()
