"""Dates, figures, positions and state words as diplomats write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import translation

from comity.site.pages import dates, names
from comity.site.pages.templatetags.comity import PRECEDENCE, coordinates, difference, number, quantity, receipt_word

AT = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
PITCAIRN = ZoneInfo("Pacific/Pitcairn")


def render(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("language", "short", "long", "full"),
    [
        ("en", "20 Nov", "20 November 2026", "Friday 20 November 2026"),
        ("ru", "20 ноя", "20 ноября 2026 года", "Пятница, 20 ноября 2026 года"),
        ("ar", "20 تشرين الثاني/نوفمبر", "20 تشرين الثاني/نوفمبر 2026", "الجمعة 20 تشرين الثاني/نوفمبر 2026"),
        ("fr", "20 nov.", "20 novembre 2026", "Vendredi 20 novembre 2026"),
        ("es", "20 nov.", "20 de noviembre de 2026", "Viernes, 20 de noviembre de 2026"),
        ("zh-hans", "11月20日", "2026年11月20日", "2026年11月20日 星期五"),
    ],
)
def test_a_date_is_written_in_words_with_western_digits(language: str, short: str, long: str, full: str) -> None:
    with translation.override(language):
        assert (dates.short(AT), dates.long(AT), dates.full(AT)) == (short, long, full)


def test_every_language_names_twelve_months_and_seven_days() -> None:
    for words in dates.LANGUAGES.values():
        assert [len(words.months), len(words.short_months), len(words.weekdays), len(words.short_weekdays)] == [12, 12, 7, 7]
        assert len(words.names) in (0, 12)


def test_utc_comes_first_and_local_time_stands_beside_it() -> None:
    assert dates.moment(AT) == "20 Nov 2026, 14:30\u00a0UTC"
    assert dates.local(AT, PITCAIRN) == "06:30"
    assert dates.local(AT.replace(hour=3), PITCAIRN) == "19 Nov 19:30", "the local day is named when it is another"
    assert dates.local(AT, UTC) == "", "nothing is said twice"


def test_a_moment_in_another_zone_is_shown_in_utc() -> None:
    assert dates.clock(AT.astimezone(PITCAIRN)) == "14:30"


def test_a_moment_without_its_zone_is_our_mistake() -> None:
    with pytest.raises(AssertionError):
        dates.clock(datetime(2026, 11, 20, 14, 30))


def test_the_offset_has_a_true_minus() -> None:
    assert dates.offset(AT, PITCAIRN) == "UTC−8"
    assert dates.offset(AT, ZoneInfo("Asia/Kathmandu")) == "UTC+5:45"
    assert dates.offset(AT, timezone(timedelta(hours=-3, minutes=-30))) == "UTC−3:30"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=4, minutes=55), "4 h 55 min"),
        (timedelta(days=1, hours=7), "1 day 7 hours"),
        (timedelta(days=1, hours=1), "1 day 1 hour"),
        (timedelta(days=21, hours=3), "21 days"),
        (timedelta(days=-4), "4 days"),
    ],
)
def test_a_length_of_time_has_two_units_at_most(length: timedelta, words: str) -> None:
    assert dates.span(length) == words


def test_arabic_counts_days_in_its_six_ways() -> None:
    with translation.override("ar"):
        assert [dates.span(timedelta(days=days)) for days in (1, 2, 5, 21, 100)] == ["يوم واحد", "يومان", "5 أيام", "21 يومًا", "100 يوم"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (8700, "8\u202f700"),
        (999, "999"),
        (-30, "−30"),
        (1234567, "1\u202f234\u202f567"),
        ("-1234.50", "−1\u202f234.50"),
        (0, "0"),
        (None, "–"),
    ],
)
def test_a_figure_is_grouped_by_a_space_that_does_not_break(value: Any, shown: str) -> None:
    assert number(value) == shown


def test_a_difference_shows_its_direction_and_a_quantity_its_unit() -> None:
    assert (difference(30), difference(-6)) == ("+30", "−6")
    assert quantity(74, "km") == "74\u00a0km"


@pytest.mark.parametrize(
    ("lat", "lon", "shown"),
    [
        (-453000000, -1204666667, "45°18′\u00a0S\u00a0120°28′\u00a0W"),
        (0, 0, "0°00′\u00a0N\u00a00°00′\u00a0E"),
        (123456789, 1799999999, "12°20′44″\u00a0N\u00a0180°00′\u00a0E"),
    ],
)
def test_a_position_is_written_in_degrees_and_minutes_left_to_right(lat: int, lon: int, shown: str) -> None:
    assert coordinates({"lat": lat, "lon": lon}) == f'<bdi class="nb" dir="ltr">{shown}</bdi>'


def test_a_precedence_is_a_word_and_one_to_four_filled_bars() -> None:
    for word, bars in PRECEDENCE.items():
        shown = render("{% precedence word %}", word=word)
        assert word.upper() in shown
        assert shown.count("<i></i>") == bars
        assert shown.count('<i class="o"></i>') == 4 - bars


def test_a_receipt_is_a_shape_a_word_and_a_time_never_colour_alone() -> None:
    rows = [{"party": "tarsenia", "state": "opened", "at": AT}, {"party": "velmora", "state": "waiting"}]
    shown = render("{% receipts rows explain=True %}", rows=rows)
    assert "icons.svg" in shown and "#opened" in shown and "#waiting" in shown
    assert "<b>Tarsenia</b> opened" in shown and "14:30" in shown
    assert "Neither means agreed." in shown


def test_each_receipt_has_a_word_and_no_word_speaks_of_failure() -> None:
    words = {receipt_word(state) for state in ("waiting", "sent", "relayed", "delivered", "opened", "answered", "refused", "expired")}
    assert len(words) == 8
    assert not any(bad in " ".join(words) for bad in ("fail", "late", "overdue", "violat"))


def test_a_state_word_carries_shape_and_text() -> None:
    shown = render("{% tag 'due' 'Due tomorrow' %}")
    assert 'class="tag due"' in shown and "#clock" in shown and "Due tomorrow" in shown


def test_what_others_typed_is_escaped() -> None:
    assert "<script>" not in render("{% tag 'new' text %}{{ text|code }}{{ text|fingerprint }}", text="<script>alert(1)</script>")


def test_a_state_is_called_by_the_name_it_chose_in_the_readers_language() -> None:
    with translation.override("ar"):
        assert names.name_of("tarsenia") == "تارسينيا"
        assert render("{{ parties|state_names }}", parties=["tarsenia", "nowhere"]) == "تارسينيا، nowhere"


def test_names_of_other_states_come_from_their_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_sources", [])
    names.register(lambda node: {"en": "Ondoria", "ru": "Ондория"} if node == "ondoria" else None)
    assert names.name_of("ondoria") == "Ondoria"
    with translation.override("ru"):
        assert names.name_of("ondoria") == "Ондория"
    assert names.name_of("velmora") == "velmora"


def test_the_date_column_says_today_and_names_another_year() -> None:
    assert "<b>Today</b> 14:30" in render("{% when at today %}", at=AT, today=date(2026, 11, 20))
    assert "<b>20 Nov</b>" in render("{% when at today %}", at=AT, today=date(2026, 11, 24))
    assert "<b>20 Nov 2026</b>" in render("{% when at today %}", at=AT, today=date(2027, 1, 1))


def test_notice_given_and_agreed_stand_side_by_side_without_a_judgement() -> None:
    shown = render(
        "{% include 'components/notice.html' %}",
        given="12 days", agreed="42 days", clause="para 14.2", differs=True, reason="The area is flooded.", reason_by="Ondoria", allowed_by="Para 14.5",
    )  # fmt: skip
    assert "Notice: 12 days. Agreed: 42 days (para 14.2)." in shown
    assert "Para 14.5 allows shorter notice with a reason." in shown


def test_a_message_header_leaves_out_what_is_empty_and_keeps_its_order() -> None:
    header = {
        "subject": "Grey Heron",
        "precedence": "priority",
        "sender": "Ondoria",
        "to": ["Tarsenia", "Velmora"],
        "info": [],
        "at": AT,
        "number": "A/1",
    }
    shown = render("{% include 'components/message_header.html' %}", header=header)
    order = [shown.index(word) for word in ("Grey Heron", "Precedence", "Number", "From", "Date and time", "To</dt>", "Info")]
    assert order == sorted(order)
    assert "Provision" not in shown and "Remarks" not in shown
