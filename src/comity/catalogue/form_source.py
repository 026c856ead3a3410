"""The forms of this release as they lie in the package: YAML, completed into self-contained records."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from comity.catalogue import form_limits
from comity.catalogue.plain_yaml import read_yaml

_ROOM = files("comity.catalogue") / "forms"


def records() -> Iterator[dict[str, Any]]:
    """Every shipped form as a record, in order of id."""
    names = sorted(item.name for item in _ROOM.iterdir() if item.name.endswith(".yaml"))
    for name in names:
        if not name.startswith("_"):
            yield _complete(read_yaml((_ROOM / name).read_text("utf-8")))


def example(form_id: str) -> dict[str, Any]:
    """The example of a form, by its id."""
    text = (_ROOM / "examples" / f"{form_id}.yaml").read_text("utf-8")
    return dict(read_yaml(text))


def texts(language: str) -> Mapping[str, Any]:
    """All words of forms in one language; empty where there is no such language."""
    source = _ROOM / "texts" / f"{language}.yaml"
    return read_yaml(source.read_text("utf-8")) if source.is_file() else {}


@lru_cache(maxsize=1)
def code_lists() -> Mapping[str, list[str] | None]:
    """Code lists by id, in the order in which people read them; None for a list that the terms or the author fill."""
    return dict(read_yaml((_ROOM / "_codes.yaml").read_text("utf-8")))


@lru_cache(maxsize=1)
def _definitions() -> Mapping[str, Any]:
    return dict(read_yaml((_ROOM / "_definitions.yaml").read_text("utf-8")))


def _complete(source: Mapping[str, Any]) -> dict[str, Any]:
    schema = {key: value for key, value in source.items() if key not in ("id", "version")}
    own = schema.pop("$defs", {})
    needed: dict[str, Any] = {}
    body = _closed(schema, own, needed)
    body["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    if needed:
        body["$defs"] = needed
    return {"v": 1, "id": source["id"], "version": source["version"], "schema": body}


def _closed(node: Mapping[str, Any], own: Mapping[str, Any], needed: dict[str, Any]) -> dict[str, Any]:
    """The node with nothing left open: members, lengths, codes and order written down; definitions gathered."""
    closed = dict(node)
    if "$ref" in closed:
        _gather(closed["$ref"], own, needed)
        closed["$ref"] = f"#/$defs/{closed['$ref']}"
    if "properties" in closed:
        closed.setdefault("type", "object")
        closed["x-sequence"] = list(closed["properties"])
        closed["properties"] = {name: _closed(inner, own, needed) for name, inner in closed["properties"].items()}
        closed["additionalProperties"] = False
    if "items" in closed:
        closed["type"] = "array"
        closed["items"] = _closed(closed["items"], own, needed)
        closed.setdefault("maxItems", form_limits.ROWS if "x-rows" in closed else form_limits.ITEMS)
    if closed.get("type") == "string":
        _bound(closed)
    return closed


def _gather(name: str, own: Mapping[str, Any], needed: dict[str, Any]) -> None:
    if name not in needed:
        needed[name] = {}
        needed[name] = _closed(own.get(name) or _definitions()[name], own, needed)


def _bound(node: dict[str, Any]) -> None:
    codes = code_lists()[node["x-codes"]] if "x-codes" in node else None
    if codes is not None:
        node["enum"] = list(codes)
    elif "const" not in node:
        long = node.get("x-widget") == "long-text"
        node.setdefault("maxLength", form_limits.TEXT if long else form_limits.LINE)
