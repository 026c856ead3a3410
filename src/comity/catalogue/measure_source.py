"""The measures and provisions as they lie in the package: YAML, read strictly; nothing in a file is ignored."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any, NamedTuple

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


class Place(NamedTuple):
    """Where something stands: the file and the entry in it, for whoever has to mend it."""

    file: str
    entry: str = "the file"


def structures(catalogue: str) -> Entries:
    """What the measures of one catalogue are, by id."""
    name = f"measures/{catalogue}.yaml"
    return entries_of(name, _read(name), _MEASURE, optional=_MEASURE_MAY)


def texts(catalogue: str, language: str) -> dict[str, Any]:
    """One catalogue's words in one language: `categories`, `dimensions`, `measures`."""
    name = f"measures/{catalogue}.{language}.yaml"
    content = checked(Place(name), _read(name), _TEXT_FILE)
    content["measures"] = entries_of(name, content["measures"], _TEXT)
    return content


def provisions() -> Entries:
    """The general provisions of both catalogues, by id, each text in every complete language."""
    name = "provisions.yaml"
    entries = entries_of(name, _read(name), _PROVISION)
    for entry_id, entry in entries.items():
        for part in ("text", "kept_by"):
            checked(Place(name, f"{entry_id}, {part}"), entry[part], frozenset(LANGUAGES))
    return entries


def entries_of(name: str, content: object, required: frozenset[str], *, optional: frozenset[str] = frozenset()) -> Entries:
    """Every entry of a file, checked. Refuses `catalogue-malformed`, `catalogue-unknown-key`, `catalogue-missing-key`."""
    entries = _mapping(Place(name), content)
    return {key: checked(Place(name, key), entry, required, optional=optional) for key, entry in entries.items()}


def checked(place: Place, content: object, required: frozenset[str], *, optional: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The mapping that stands there, with the keys it must have and none it may not have."""
    entry = _mapping(place, content)
    for key in sorted(entry.keys() - required - optional):
        raise _refused("catalogue-unknown-key", place, key, "is not known there. Correct its spelling or take it out")
    for key in sorted(required - entry.keys()):
        raise _refused("catalogue-missing-key", place, key, "is missing. Add it")
    return entry


def _mapping(place: Place, content: object) -> dict[str, Any]:
    if isinstance(content, Mapping):
        return dict(content)
    sentence = f"In {place.file}, {place.entry} is not a list of keys with values. Write it as one."
    raise Refused("catalogue-malformed", place._asdict(), sentence)


def _refused(code: str, place: Place, key: str, what: str) -> Refused:
    return Refused(code, {**place._asdict(), "key": key}, f"In {place.file}, at {place.entry}, the key “{key}” {what}.")


def _read(name: str) -> Any:
    return read_yaml(_ROOM.joinpath(name).read_text("utf-8"))
