"""Words as an index knows them, alike for six languages, and a search of the catalogue that stands on them.

One normaliser serves every index, in memory and in SQL: what is written, sought and stored goes through `words`, so it
matches whether or not it was typed with vowel signs, accents, inflections or an article.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import log

import snowballstemmer

from comity.catalogue.measures import NOT_VERIFIED, Measure, measures, nearest_language

QUERY_CHARACTERS = 200
"""A query longer than this is cut: what a person types into a box is a line, and cost grows with its length."""

QUERY_WORDS = 16
"""Words of a query that are looked up; the rest narrows nothing any more."""

WORD_LETTERS = 64
"""A longer word is cut: no dictionary has one, and a stemmer's cost grows with its length."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_IS_CJK = re.compile(rf"[{_CJK}]")
_IS_ARABIC = re.compile("[\u0620-\u06ff]")
_IS_CYRILLIC = re.compile("[\u0400-\u04ff]")
_TATWEEL = "\u0640"
_STEMMERS = {"ar": "arabic", "en": "english", "es": "spanish", "fr": "french", "ru": "russian"}
_ARABIC_ARTICLES = ("ال", "لل")
_ARABIC_CLITICS = "وفبكل"
_SHORTEST_ARABIC = 3
_ARABIC_FOLDS = str.maketrans({"ى": "ي", "ة": "ه"})


def terms(text: str, language: str) -> list[str]:
    """Every term under which a text is found, in its order, for any inverted index. `language` decides for Latin letters alone."""
    return [variant for variants in words(text, language) for variant in variants]


def words(text: str, language: str) -> list[tuple[str, ...]]:
    """The words of a text, each as the terms it may be found under; a query matches a word if one of its terms does."""
    return [variants for token in _tokens(text) for variants in _variants(token, language)]


def search(query: str, language: str) -> list[Measure]:
    """The measures a query means, best first, over the words of this language and, with less weight, of English.

    An id or number (`un:I.3.1`, `2.1 a`) finds its measure, a heading (`I.3`) those under it. Otherwise a measure
    must know every word of the query that says anything; if none does, it is enough to know one. A word that nobody knows
    is taken as the beginning of one.
    """
    query = query[:QUERY_CHARACTERS]
    every = tuple(measures().values())
    spoken = nearest_language(language)
    found = _by_number(query) or _index(spoken).ranked(words(query, spoken)[:QUERY_WORDS])
    return [every[at] for at in found]


def _tokens(text: str) -> Iterator[str]:
    """Runs of letters and digits in one case and one composition, without signs that stand on or between letters."""
    composed = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(one for one in composed if unicodedata.category(one) not in ("Mn", "Cf") and one != _TATWEEL)
    for found in _WORD.finditer(plain):
        yield found[0][:WORD_LETTERS] if not _IS_CJK.match(found[0]) else found[0]


def _variants(token: str, language: str) -> Iterator[tuple[str, ...]]:
    if _IS_CJK.match(token):
        yield from ((token[at : at + 2],) for at in range(max(1, len(token) - 1)))
    else:
        yield _stems(token, language)


@lru_cache(maxsize=50_000)
def _stems(token: str, language: str) -> tuple[str, ...]:
    if _IS_ARABIC.search(token):
        return _arabic(token)
    if _IS_CYRILLIC.search(token):
        return (_without_marks(_stem(token.replace("ё", "е"), "ru")),)
    latin = language if language in ("en", "es", "fr") else "en"
    return tuple(dict.fromkeys((_without_marks(_stem(token, latin)), _stem(_without_marks(token), latin))))


def _arabic(token: str) -> tuple[str, ...]:
    """The stems of the word and of what remains without a leading particle or article: either may be how it was written."""
    whole = _without_marks(token).replace("ى", "ي")
    stems = (_stem(form, "ar").translate(_ARABIC_FOLDS) for form in _peeled(whole))
    return tuple(dict.fromkeys(stems))


def _peeled(word: str) -> Iterator[str]:
    yield word
    if word[0] in _ARABIC_CLITICS and len(word) > _SHORTEST_ARABIC:
        yield from _peeled(word[1:])
    if word.startswith(_ARABIC_ARTICLES) and len(word) - 2 >= _SHORTEST_ARABIC:
        yield word[2:]


def _without_marks(word: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", word) if unicodedata.category(one) != "Mn")


def _stem(word: str, language: str) -> str:
    # A stemmer keeps state between calls, so each word gets its own: threads share this module, and making one costs a microsecond.
    return str(snowballstemmer.stemmer(_STEMMERS[language]).stemWord(word))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """Terms to places in the catalogue with their weight there; `vocabulary` is sorted, for beginnings of words."""

    postings: Mapping[str, Mapping[int, float]]
    vocabulary: tuple[str, ...]
    size: int

    def ranked(self, query: list[tuple[str, ...]]) -> list[int]:
        """Places in the catalogue, best first; equal ones in the catalogue's order."""
        hits = [hit for hit in map(self._hits, query) if hit and self._worth(hit) > 0]
        scores: dict[int, float] = {}
        for hit in hits:
            for at, weight in hit.items():
                scores[at] = scores.get(at, 0.0) + weight * self._worth(hit)
        telling = [hit for hit in hits if len(hit) * 2 <= self.size]
        strict = [at for at in scores if all(at in hit for hit in telling)]
        return sorted(strict or scores, key=lambda at: (-scores[at], at))

    def _worth(self, hit: Mapping[int, float]) -> float:
        return log(self.size / len(hit))

    def _hits(self, variants: tuple[str, ...]) -> dict[int, float]:
        known = [term for term in variants if term in self.postings] or [term for start in variants for term in self._beginning(start)]
        hits: dict[int, float] = {}
        for term in known:
            for at, weight in self.postings[term].items():
                hits[at] = max(weight, hits.get(at, 0.0))
        return hits

    def _beginning(self, start: str) -> Iterator[str]:
        first = bisect_left(self.vocabulary, start)
        for term in islice(self.vocabulary, first, None):
            if not term.startswith(start):
                return
            yield term


@lru_cache(maxsize=8)
def _index(language: str) -> _Index:
    postings: dict[str, dict[int, float]] = {}
    for at, found in enumerate(measures().values()):
        for term, weight in _weighted(found, language):
            places = postings.setdefault(term, {})
            places[at] = places.get(at, 0.0) + weight
    return _Index(postings=postings, vocabulary=tuple(sorted(postings)), size=len(measures()))


def _weighted(found: Measure, language: str) -> Iterator[tuple[str, float]]:
    for spoken, share in ((language, 1.0), ("en", 0.0 if language == "en" else 0.25)):
        said = found.text(spoken)
        parts = ((said.title, 6.0), (" ; ".join(said.keywords), 4.0), (said.explanation, 2.0), (said.works_when, 1.0))
        for written, weight in parts if share else ():
            for term in terms(written, spoken):
                yield term, weight * share


def _by_number(query: str) -> list[int]:
    """Places of the measures whose id or number this is, then of those under it."""
    asked = "".join(query.casefold().split())
    exact = [at for at, numbers in enumerate(_numbers()) if asked in numbers]
    under = [at for at, numbers in enumerate(_numbers()) if any(number.startswith(f"{asked}.") for number in numbers)]
    return [*exact, *(at for at in under if at not in exact)]


@lru_cache(maxsize=1)
def _numbers() -> tuple[frozenset[str], ...]:
    return tuple(
        frozenset(
            "".join(number.casefold().split())
            for number in (found.id, found.id.split(":")[1], *found.numbers.values())
            if number != NOT_VERIFIED
        )
        for found in measures().values()
    )
