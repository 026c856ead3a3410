"""YAML to plain data with the line of every entry, refusing whatever two readers could understand differently.

Only mappings with text keys, lists, text, whole numbers, `true`, `false` and `null`. No anchors, aliases, tags,
directives, merge keys, doubled keys, fractions or second documents: a text that is agreed must read one way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from comity.catalogue.program import Value
from comity.protocol.refusals import Refused

LARGEST_TEXT = 64 * 1024
"""Bytes of one procedure: twelve times the longest of the twenty."""
DEEPEST = 12
"""Levels of nesting: the grammar needs seven."""
LARGEST_NUMBER = 2**53 - 1
"""What canonical JSON carries without loss."""

Path = tuple[str | int, ...]
_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_FRACTION = re.compile(r"[-+]?[0-9]*\.[0-9]+([eE][-+]?[0-9]+)?")
_PLAIN: Mapping[str, Value] = {"true": True, "false": False, "null": None, "": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text as data. `line` finds where an entry stands, counted from 1."""

    value: Value
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int | None:
        """The line of that entry, or of the nearest one around it; None for what was never text."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read_document(text: str) -> Document:
    """Raises Refused(`yaml-…`) with the line and the reason."""
    if len(text.encode()) > LARGEST_TEXT:
        raise _refused("too-large", 1, f"the text is longer than {LARGEST_TEXT} bytes")
    try:
        _watch(text)
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise _refused("not-yaml", mark.line + 1 if mark else 1, str(fault.problem or fault.context)) from fault
    except yaml.YAMLError as fault:
        raise _refused("not-yaml", 1, "a character that may not stand in a text") from fault
    if node is None:
        raise _refused("empty", 1, "the text is empty")
    lines: dict[Path, int] = {}
    return Document(value=_value(node, (), lines), lines=lines)


def _watch(text: str) -> None:
    """Refuses by events, before anything is built: depth cannot exhaust the stack, aliases cannot multiply."""
    depth, documents = 0, 0
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > DEEPEST:
            raise _refused("too-deep", line, f"more than {DEEPEST} levels of nesting")
        if documents > 1:
            raise _refused("not-one-document", line, "a second document begins here")
        if getattr(event, "anchor", None) or getattr(event, "tag", None) or getattr(event, "tags", None):
            raise _refused("not-plain", line, "anchors, aliases and tags may not be used")


def _value(node: yaml.Node, path: Path, lines: dict[Path, int]) -> Value:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, place), lines) for place, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: Path, lines: dict[Path, int]) -> Value:
    found: dict[str, Value] = {}
    for key, item in _entries(node):
        line = key.start_mark.line + 1
        if key.value in found:
            raise _refused("doubled-key", line, f"“{key.value}” stands twice in one place")
        lines[(*path, key.value)] = line
        found[key.value] = _value(item, (*path, key.value), lines)
    return found


def _entries(node: yaml.MappingNode) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    for key, item in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value == "<<" or not key.value.isascii():
            raise _refused("not-a-key", key.start_mark.line + 1, "a key is one word in Latin letters")
        yield key, item


def _scalar(node: yaml.Node) -> Value:
    text = str(node.value)
    if getattr(node, "style", None) is not None:
        return text
    if text in _PLAIN:
        return _PLAIN[text]
    if _FRACTION.fullmatch(text):
        raise _refused("fraction", node.start_mark.line + 1, f"“{text}” is a fraction; write it in quotes")
    if _WHOLE.fullmatch(text):
        if len(text) > 17 or abs(int(text)) > LARGEST_NUMBER:
            raise _refused("too-large", node.start_mark.line + 1, f"“{text[:20]}” is too large a number")
        return int(text)
    return text


def _refused(code: str, line: int, reason: str) -> Refused:
    return Refused(f"yaml-{code}", {"line": line, "reason": reason}, f"Line {line} cannot be read: {reason}. Nothing was taken in.")
