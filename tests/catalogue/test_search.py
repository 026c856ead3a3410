"""A word is found however it was typed: with signs, inflected, prefixed, or as two characters of a run."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.catalogue.measures import LANGUAGES, measures
from comity.catalogue.search import QUERY_CHARACTERS, WORD_LETTERS, search, terms, words

VOWEL_SIGNS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670"


@pytest.fixture(scope="module", autouse=True)
def built_indexes() -> None:
    """An index is built once, by the first search in its language; no property test pays for it."""
    for language in LANGUAGES:
        search("warm", language)


def ids(query: str, language: str) -> list[str]:
    return [found.id for found in search(query, language)]


def meet(first: str, second: str, language: str) -> bool:
    """Whether a text of one word is found by a query of the other."""
    held = set(terms(first, language))
    return all(held & set(variants) for variants in words(second, language))


@given(
    word=st.sampled_from(["تمرين", "إخطار", "مراقبون", "الأسلحة", "الحدود", "مناورة", "القوات", "ملتقى"]),
    signs=st.lists(st.sampled_from(VOWEL_SIGNS), min_size=12, max_size=12),
)
def test_vowelled_and_unvowelled_arabic_are_the_same_words(word: str, signs: list[str]) -> None:
    vowelled = "".join(letter + sign for letter, sign in zip(word, signs, strict=False))
    assert words(vowelled, "ar") == words(word, "ar")


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("بتمرين", "تمرين"), ("بالتمرين", "تمرين"), ("وللتمرين", "تمرين"), ("التمرين", "تمرين"), ("كتمرين", "تمرين"),
        ("تُخطِر", "تخطر"), ("الإخطار", "اخطار"), ("المناورات", "مناورة"), ("عسكريه", "العسكرية"), ("مستشفى", "مستشفي"),
        ("تمـــرين", "تمرين"), ("ﺗﻤﺮﻳﻦ", "تمرين"), ("المراقبين", "مراقبون"),
    ],
)  # fmt: skip
def test_arabic_is_found_under_particles_articles_and_other_spellings(written: str, sought: str) -> None:
    assert meet(written, sought, "ar")


@pytest.mark.parametrize(
    ("written", "sought"),
    [("учений", "учения"), ("уведомлениями", "уведомление"), ("наблюдателей", "наблюдатель"), ("военного", "военные"),
     ("границы", "границ"), ("вооружённых", "вооруженные"), ("за́мок", "замок")],
)  # fmt: skip
def test_russian_inflections_are_one_word(written: str, sought: str) -> None:
    assert meet(written, sought, "ru")


@pytest.mark.parametrize("sought", ["军事", "演习", "通知", "提前"])
def test_a_chinese_word_of_two_characters_is_found_inside_a_run(sought: str) -> None:
    assert meet("提前通知军事演习和部队调动。", sought, "zh")


def test_a_longer_chinese_word_needs_all_its_pairs() -> None:
    assert meet("提前通知军事演习", "军事演习", "zh")
    assert not meet("提前通知军事活动", "军事演习", "zh")


@pytest.mark.parametrize(
    ("written", "sought", "language"),
    [("vérifications", "verification", "fr"), ("états", "État", "fr"), ("acciones", "acción", "es"), ("aéreos", "AEREO", "es"),
     ("exercises", "exercise", "en"), ("ｅｘｅｒｃｉｓｅ", "exercise", "en")],
)  # fmt: skip
def test_accents_case_width_and_number_make_no_difference(written: str, sought: str, language: str) -> None:
    assert meet(written, sought, language)


@pytest.mark.parametrize("language", ["en", "fr", "es", "ru", "ar", "zh"])
def test_every_script_is_read_in_a_text_of_any_language(language: str) -> None:
    mixed = "NAVAREA учений بتمرين 军事 2026"
    for sought in ("navarea", "учения", "تمرين", "军事", "2026"):
        assert meet(mixed, sought, language)


def test_different_words_stay_different() -> None:
    assert not meet("exercise", "inspection", "en")
    assert not meet("учения", "уведомление", "ru")
    assert not meet("تمرين", "تفتيش", "ar")


@given(st.text(max_size=300), st.sampled_from(["en", "fr", "es", "ru", "ar", "zh", "xx"]))
def test_any_text_becomes_bounded_terms_without_separators(text: str, language: str) -> None:
    for term in terms(text, language):
        assert term
        assert len(term) <= 6 * WORD_LETTERS
        assert not any(sign.isspace() or sign in "\"'*():" for sign in term)


@given(st.text(max_size=2 * QUERY_CHARACTERS), st.sampled_from(["en", "ru", "ar", "zh"]))
def test_any_query_is_answered(query: str, language: str) -> None:
    found = ids(query, language)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_measure_is_found_among_the_first_by_its_own_title(language: str) -> None:
    for found in measures().values():
        assert found.id in ids(found.text(language).title, language)[:3], found.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_keyword_finds_its_measure(language: str) -> None:
    for found in measures().values():
        for keyword in found.text(language).keywords:
            assert found.id in ids(keyword, language), (found.id, keyword)


@pytest.mark.parametrize(
    ("query", "language", "first"),
    [
        ("hotline", "en", "un:I.2.1"), ("горячую линию", "ru", "un:I.2.1"), ("الخط الساخن", "ar", "un:I.2.1"),
        ("notification of exercises", "en", "un:I.3.1"), ("уведомления об учениях", "ru", "un:I.3.1"),
        ("الإخطار المسبق بالتمارين", "ar", "un:I.3.1"), ("hotline", "ru", "un:I.2.1"), ("open skies", "fr", "un:II.8"),
    ],
)  # fmt: skip
def test_what_people_call_a_measure_finds_it_first(query: str, language: str, first: str) -> None:
    assert ids(query, language)[0] == first


@pytest.mark.parametrize(
    ("query", "found"),
    [("un:I.3.1", ["un:I.3.1"]), ("i.3.1", ["un:I.3.1"]), ("2.1 a", ["cica:2.1a"]), ("2.1.1 A", ["cica:2.1a"]),
     ("I.2", ["un:I.2.1", "un:I.2.2", "un:I.2.3"])],
)  # fmt: skip
def test_a_number_of_either_edition_or_of_a_heading_finds_its_measures(query: str, found: list[str]) -> None:
    assert ids(query, "en") == found


def test_the_beginning_of_a_word_is_enough() -> None:
    assert "un:I.3.1" in ids("notif", "en")
    assert "un:III.2.6" in ids("разминир", "ru")


def test_nothing_is_found_for_nothing() -> None:
    assert ids("", "en") == []
    assert ids(" ,;! ", "ar") == []
    assert ids("zzyzx", "en") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_search_takes_less_than_ten_milliseconds(language: str) -> None:
    def seconds(query: str) -> float:
        begun = perf_counter()
        search(query, language)
        return perf_counter() - begun

    title = measures()["un:I.3.1"].text(language).title
    assert min(seconds(title) for _ in range(5)) < 0.01
