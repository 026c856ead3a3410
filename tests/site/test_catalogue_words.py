"""Names of procedures and places of publication are read in the reader's language."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template
from django.utils import translation

from comity.catalogue.measures import measures, provisions
from comity.catalogue.procedures import procedures
from comity.site.pages import agreed
from comity.site.pages.catalogue_words import source_words

LATIN = re.compile(r"[A-Za-z]{2,}")
ROMAN = re.compile(r"\b[IVX]+\b")
SOURCES = sorted({one.source for one in measures().values()} | {one.source for one in provisions().values()})


@pytest.mark.parametrize("language", ["ru", "ar"])
def test_every_place_of_publication_is_named_in_the_language_of_the_reader(language: str) -> None:
    with translation.override(language):
        said = [ROMAN.sub("", source_words(source)) for source in SOURCES]
    assert [words for words in said if LATIN.search(words)] == []


@pytest.mark.parametrize("language", ["ru", "ar"])
def test_a_procedure_of_which_only_the_name_is_known_is_named_in_the_language_of_the_reader(language: str) -> None:
    named = {name for one in measures().values() for name in one.procedures} - set(procedures())
    with translation.override(language):
        assert [name for name in sorted(named) if LATIN.search(agreed.procedure_title(name))] == []


def test_the_language_of_a_message_is_named_in_the_language_of_the_reader() -> None:
    said = {}
    for reader in ("en", "ru", "ar"):
        with translation.override(reader):
            said[reader] = Template("{% load i18n comity %}{{ 'ar'|language_title }}").render(Context())
    assert said == {"en": "Arabic", "ru": "арабский", "ar": "العربية"}


def test_in_english_a_source_keeps_the_numbers_and_headings_of_the_publication() -> None:
    with translation.override("en"):
        assert source_words("UN repository, part I, Communication, item 2") == "UN repository, part I, Communication, item 2"
        assert source_words("CICA Catalogue 2004, 2.1 a") == "CICA catalogue 2004, 2.1 a"


def test_what_is_written_otherwise_is_shown_as_it_is() -> None:
    with translation.override("ru"):
        assert source_words("Vienna Document 2011, 38") == "Vienna Document 2011, 38"
        assert agreed.procedure_title("of-our-own") == "of our own"
