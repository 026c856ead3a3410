"""The 120 measures that can be agreed, the general provisions above them, and how the two catalogues answer each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from comity.catalogue import measure_source
from comity.catalogue.measure_source import CATALOGUES, LANGUAGES, PREPARED
from comity.protocol.refusals import Refused

__all__ = [
    "LANGUAGES", "NOT_VERIFIED", "PREPARED", "Measure", "Provision", "Text", "category_title", "counterparts",
    "dimension_title", "measure", "measures", "nearest_language", "of_category", "of_dimension", "of_procedure",
    "provision", "provision_record", "provisions", "record", "records", "text",
]  # fmt: skip

NOT_VERIFIED = "not verified"
"""Stands for a number that was not read in the text of that edition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A measure in words. `language` says in which language they really are: English stands in where one is only prepared."""

    language: str
    title: str
    explanation: str
    works_when: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure of a catalogue.

    `source` is the exact place in the catalogue. `category` is its part or chapter (`un:I.3`, `cica:2`). `procedures` are
    those that run it, `subjects` what they are about. `numbers` is the number by edition, or `not verified`. `combines`
    names the two measures that the catalogue prints under one number. `same_as` are measures of the same substance,
    wholly or for the most part; `related` are read together with it. Both hold in both directions.
    """

    id: str
    source: str
    category: str
    dimensions: tuple[str, ...]
    procedures: tuple[str, ...]
    subjects: tuple[str, ...]
    numbers: Mapping[str, str]
    combines: tuple[str, ...]
    same_as: tuple[str, ...]
    related: tuple[str, ...]
    texts: Mapping[str, Text]

    def text(self, language: str) -> Text:
        """The words in this language, or in English where it has none."""
        return self.texts[nearest_language(language)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """A general provision in our own words, and what keeps it: a behaviour of the rooms named, or people where none is."""

    id: str
    source: str
    rooms: tuple[str, ...]
    texts: Mapping[str, str]
    keepers: Mapping[str, str]

    def text(self, language: str) -> str:
        return self.texts[nearest_language(language)]

    def kept_by(self, language: str) -> str:
        return self.keepers[nearest_language(language)]


def nearest_language(language: str) -> str:
    """The complete language that serves a reader of `language`: itself, its base (`ar` for `ar-SA`), else English."""
    base = language.lower().replace("_", "-").split("-")[0]
    return base if base in LANGUAGES else "en"


@lru_cache(maxsize=1)
def measures() -> Mapping[str, Measure]:
    """All measures by id, in the order of the catalogues, the United Nations repository first."""
    return MappingProxyType({found.id: found for catalogue in CATALOGUES for found in _measures_of(catalogue)})


@lru_cache(maxsize=1)
def provisions() -> Mapping[str, Provision]:
    """The general provisions by id: `un:intro.1` to `un:intro.11`, `cica:1.1` to `cica:1.8`."""
    return MappingProxyType({key: _provision(key, entry) for key, entry in measure_source.provisions().items()})


def measure(measure_id: str) -> Measure:
    """The measure with this id. Refuses `unknown-measure`."""
    found = measures().get(measure_id)
    if found is None:
        raise Refused(
            "unknown-measure",
            {"measure": measure_id},
            f"There is no measure “{measure_id}” in the catalogue. List the catalogue to see the ids.",
        )
    return found


def provision(provision_id: str) -> Provision:
    """The general provision with this id. Refuses `unknown-provision`."""
    found = provisions().get(provision_id)
    if found is None:
        raise Refused(
            "unknown-provision",
            {"provision": provision_id},
            f"There is no general provision “{provision_id}”. They run from un:intro.1 to cica:1.8.",
        )
    return found


def text(measure_id: str, language: str) -> Text:
    """The words of a measure in the reader's language, or in English. Refuses `unknown-measure`."""
    return measure(measure_id).text(language)


def of_procedure(procedure: str) -> tuple[Measure, ...]:
    """The measures that a procedure runs, in the order of the catalogues."""
    return tuple(found for found in measures().values() if procedure in found.procedures)


def of_dimension(dimension: str) -> tuple[Measure, ...]:
    """The measures of a dimension, such as `economic`, or of all its parts, such as `military`."""
    return tuple(
        found for found in measures().values() if any(one == dimension or one.startswith(f"{dimension}/") for one in found.dimensions)
    )


def of_category(category: str) -> tuple[Measure, ...]:
    """The measures under a heading; a part (`un:I`) holds those of its subheadings."""
    return tuple(found for found in measures().values() if found.category == category or found.category.startswith(f"{category}."))


def counterparts(found: Measure) -> tuple[Measure, ...]:
    """The measures of the other catalogue that answer to this one, of the same substance first."""
    own = found.id.split(":")[0]
    return tuple(measures()[other] for other in found.same_as + found.related if other.split(":")[0] != own)


def category_title(category: str, language: str) -> str:
    """The heading of a category in the reader's language, in our own words."""
    return str(_titles(nearest_language(language))[category])


def dimension_title(dimension: str, language: str) -> str:
    """The name of a dimension in the reader's language."""
    return str(_titles(nearest_language(language))[dimension])


def record(found: Measure, language: str) -> dict[str, Any]:
    """The measure as a JSON value for programs, with its words in one language; `language` in it says which."""
    words = found.text(language)
    return {
        "id": found.id,
        "source": found.source,
        "numbers": dict(found.numbers),
        "category": {"id": found.category, "title": category_title(found.category, language)},
        "dimensions": [{"id": one, "title": dimension_title(one, language)} for one in found.dimensions],
        "procedures": list(found.procedures),
        "subjects": list(found.subjects),
        "combines": list(found.combines),
        "same_as": list(found.same_as),
        "related": list(found.related),
        "language": words.language,
        "title": words.title,
        "explanation": words.explanation,
        "works_when": words.works_when,
        "keywords": list(words.keywords),
    }


def records(language: str) -> list[dict[str, Any]]:
    """Every measure as a JSON value, in the order of the catalogues."""
    return [record(found, language) for found in measures().values()]


def provision_record(found: Provision, language: str) -> dict[str, Any]:
    """The general provision as a JSON value for programs; `language` in it says in which its words are."""
    return {
        "id": found.id,
        "source": found.source,
        "rooms": list(found.rooms),
        "language": nearest_language(language),
        "text": found.text(language),
        "kept_by": found.kept_by(language),
    }


def _measures_of(catalogue: str) -> list[Measure]:
    words = {language: _words(catalogue, language)["measures"] for language in LANGUAGES}
    return [_measure(key, entry, words) for key, entry in measure_source.structures(catalogue).items()]


def _measure(key: str, entry: Mapping[str, Any], words: Mapping[str, Mapping[str, Any]]) -> Measure:
    for language, entries in words.items():
        if key not in entries:
            raise Refused(
                "catalogue-missing-text",
                {"measure": key, "language": language},
                f"The measure {key} has no words in “{language}”. Write them.",
            )
    lists = ("dimensions", "procedures", "subjects", "combines", "same_as", "related")
    return Measure(
        id=key,
        source=entry["source"],
        category=entry["category"],
        numbers=MappingProxyType(dict(entry.get("numbers", {}))),
        texts=MappingProxyType({language: _text(language, entries[key]) for language, entries in words.items()}),
        **{name: tuple(entry.get(name, ())) for name in lists},
    )


def _text(language: str, entry: Mapping[str, Any]) -> Text:
    return Text(
        language=language,
        title=entry["title"],
        explanation=entry["explanation"],
        works_when=entry["works_when"],
        keywords=tuple(entry["keywords"]),
    )


def _provision(key: str, entry: Mapping[str, Any]) -> Provision:
    return Provision(
        id=key,
        source=entry["source"],
        rooms=tuple(entry["rooms"]),
        texts=MappingProxyType(entry["text"]),
        keepers=MappingProxyType(entry["kept_by"]),
    )


@lru_cache(maxsize=len(LANGUAGES))
def _titles(language: str) -> Mapping[str, str]:
    return {
        key: title
        for catalogue in CATALOGUES
        for part in ("categories", "dimensions")
        for key, title in _words(catalogue, language)[part].items()
    }


@lru_cache(maxsize=len(LANGUAGES) * len(CATALOGUES))
def _words(catalogue: str, language: str) -> dict[str, Any]:
    return measure_source.texts(catalogue, language)
