"""Words of forms by language: titles of forms and fields, help, units, codes. English stands where a language has none."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from comity.catalogue import form_source

LANGUAGES = ("en", "ru", "ar")
"""The languages in which every word of every shipped form is written."""


def form_title(form_id: str, language: str) -> str | None:
    return _look("forms", form_id, language)


def field_title(key: str, language: str) -> str | None:
    return _look("fields", key, language)


def field_help(key: str, language: str) -> str | None:
    return _look("help", key, language)


def unit(key: str, language: str) -> str:
    """A unit's sign or word, such as 'm' or 'persons'; a unit without words stands for itself."""
    return _look("units", key, language) or key


def word(key: str, language: str) -> str:
    """A word that forms and sheets share: yes, no, line."""
    return _look("words", key, language) or key


def code_title(code_list: str, code: str, language: str) -> str:
    """A code in the reader's language; a code without words, such as a State's name, stands for itself."""
    for text in (_texts(language), _texts("en")):
        found = text.get("codes", {}).get(code_list, {}).get(code)
        if found is not None:
            return str(found)
    return code


def codes(code_list: str) -> tuple[str, ...] | None:
    """The codes of a list in reading order; None for an open one, which the terms or the author fill."""
    found = form_source.code_lists().get(code_list)
    return None if found is None else tuple(found)


def _look(part: str, key: str, language: str) -> str | None:
    for text in (_texts(language), _texts("en")):
        found = text.get(part, {}).get(key)
        if found is not None:
            return str(found)
    return None


@lru_cache(maxsize=16)
def _texts(language: str) -> Mapping[str, Any]:
    known = language if language in LANGUAGES else language.split("-", maxsplit=1)[0]
    return form_source.texts(known) if known in LANGUAGES else {}
