"""The measures and provisions as they lie in the package: YAML, read strictly; nothing in a file is ignored."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from comity.catalogue.plain_yaml import read_yaml
from comity.protocol.refusals import Refused

LANGUAGES = ("en", "ru", "ar")
"""The languages in which every word of the catalogue is written."""

PREPARED = ("fr", "es", "zh")
"""The languages the readers can choose already, for which English stands until somebody writes them."""

CATALOGUES = ("un", "cica")

_ROOM = files("comity.catalogue")

_MEASURE = frozenset({"source", "category", "dimensions", "procedures", "subjects"})
_MEASURE_MAY = frozenset({"numbers", "combines", "same_as", "related"})
_TEXT = frozenset({"title", "explanation", "works_when", "keywords"})
_PROVISION = frozenset({"source", "rooms", "text", "kept_by"})
_TEXT_FILE = frozenset({"categories", "dimensions", "measures"})

Entries = dict[str, dict[str, Any]]


def structures(catalogue: str) -> Entries:
    """What the measures of one catalogue are, by id."""
    return entries_of(f"measures/{catalogue}.yaml", _read(f"measures/{catalogue}.yaml"), _MEASURE, _MEASURE_MAY)


def texts(catalogue: str, language: str) -> dict[str, Any]:
    """One catalogue's words in one language: `categories`, `dimensions`, `measures`."""
    name = f"measures/{catalogue}.{language}.yaml"
    content = checked(name, "the file", _read(name), _TEXT_FILE)
    content["measures"] = entries_of(name, content["measures"], _TEXT)
    return content


def provisions() -> Entries:
    """The general provisions of both catalogues, by id, each text in every complete language."""
    entries = entries_of("provisions.yaml", _read("provisions.yaml"), _PROVISION)
    for entry_id, entry in entries.items():
        for part in ("text", "kept_by"):
            checked("provisions.yaml", f"{entry_id}, {part}", entry[part], frozenset(LANGUAGES))
    return entries


def entries_of(name: str, content: object, required: frozenset[str], optional: frozenset[str] = frozenset()) -> Entries:
    """Every entry of a file, checked. Refuses `catalogue-malformed`, `catalogue-unknown-key`, `catalogue-missing-key`."""
    return {entry_id: checked(name, entry_id, entry, required, optional) for entry_id, entry in _mapping(name, "the file", content).items()}


def checked(name: str, where: str, content: object, required: frozenset[str], optional: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The mapping at `where` in file `name`, with the keys it must have and none it may not have."""
    entry = _mapping(name, where, content)
    for key in sorted(entry.keys() - required - optional):
        raise _refused("catalogue-unknown-key", name, where, key, "is not known there. Correct its spelling or take it out")
    for key in sorted(required - entry.keys()):
        raise _refused("catalogue-missing-key", name, where, key, "is missing. Add it")
    return entry


def _mapping(name: str, where: str, content: object) -> dict[str, Any]:
    if isinstance(content, Mapping):
        return dict(content)
    raise Refused(
        "catalogue-malformed", {"file": name, "entry": where}, f"In {name}, {where} is not a list of keys with values. Write it as one."
    )


def _refused(code: str, name: str, where: str, key: str, what: str) -> Refused:
    return Refused(code, {"file": name, "entry": where, "key": key}, f"In {name}, at {where}, the key “{key}” {what}.")


def _read(name: str) -> Any:
    return read_yaml(_ROOM.joinpath(name).read_text("utf-8"))
