"""The calendar out and in. An independent reader (the icalendar package) reads what we write."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from comity.formats import icalendar, limits
from comity.protocol.refusals import Refused

THEN = datetime(2026, 11, 22, 21, 9, 8, tzinfo=UTC)
ARABIC = "تمرين مالك الحزين الرمادي ٢٦، إخطار مسبق بنشاط عسكري كبير في بحر سارن، للاطلاع بين الأطراف فقط"


def entry(**changes):
    return icalendar.Entry(**{"uid": icalendar.uid("case", "1"), "title": "Exercise Grey Heron 26", "begins": date(2026, 12, 2), "ends": date(2026, 12, 13), "updated": THEN, **changes})


def written(*entries):
    return icalendar.write(entries, name="comity, Tarsenia")


def event(*lines):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:u1", "SUMMARY:Something", *lines, "END:VEVENT", "END:VCALENDAR", ""]).encode()


def test_whole_days_end_on_the_day_after_their_last():
    (found,) = Calendar.from_ical(written(entry())).walk("VEVENT")
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (date(2026, 12, 2), date(2026, 12, 14))


def test_moments_are_written_in_utc():
    there = datetime(2026, 12, 2, 6, 0, tzinfo=icalendar.UTC) + timedelta(hours=8)
    data = written(entry(begins=datetime.fromisoformat("2026-12-02T06:00:00-08:00"), ends=None))
    assert f"DTSTART:{there:%Y%m%dT%H%M%SZ}".encode() in data


def test_arabic_text_is_folded_between_letters_and_read_back_by_another_reader():
    data = written(entry(title=ARABIC, description=ARABIC * 5))
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    for line in data.split(b"\r\n"):
        line.decode()
    (found,) = Calendar.from_ical(data).walk("VEVENT")
    assert str(found["SUMMARY"]) == ARABIC
    assert str(found["DESCRIPTION"]) == ARABIC * 5


def test_a_title_cannot_smuggle_in_a_line():
    data = written(entry(title="A\r\nATTENDEE:mailto:x@example.org\r\nX:", url="https://node.example/\r\nATTACH:file"))
    (found,) = Calendar.from_ical(data).walk("VEVENT")
    assert "ATTENDEE" not in found
    assert "ATTACH" not in found


def test_the_same_entry_has_the_same_uid_and_the_same_bytes_in_every_export():
    assert icalendar.uid("a", "b") == icalendar.uid("a", "b")
    assert icalendar.uid("a", "b") != icalendar.uid("ab", "")
    assert written(entry()) == written(entry())


def test_a_feed_says_its_name_when_to_ask_again_and_that_entries_are_private():
    data = written(entry(sequence=3, status="CANCELLED"))
    found = Calendar.from_ical(data)
    assert b"\r\nNAME;LANGUAGE=en:comity\\, Tarsenia\r\n" in data
    assert str(found["METHOD"]) == "PUBLISH"
    assert found["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    (one,) = found.walk("VEVENT")
    assert (str(one["CLASS"]), int(one["SEQUENCE"]), str(one["STATUS"]), one["DTSTAMP"].dt) == ("PRIVATE", 3, "CANCELLED", THEN)


# An iCalendar line cannot hold control characters; line breaks become one kind.
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=80).filter(lambda text: text.strip() == text)


@given(TEXTS, TEXTS, st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(0, 400), st.lists(TEXTS, max_size=3), st.booleans())
def test_what_we_wrote_we_read_back(title, place, begins, days, categories, whole):
    moment = datetime(begins.year, begins.month, begins.day, 23, 59, 59, tzinfo=UTC)
    start, end = (begins, begins + timedelta(days=days)) if whole else (moment, moment + timedelta(hours=days))
    given_entry = entry(title=title, place=place, begins=start, ends=end, categories=tuple(categories), organiser=title, position=(-453000000, -1204666660), url="https://node.example/cases/1")
    reading = icalendar.read(written(given_entry))
    assert reading.faults == ()
    assert reading.entries == (given_entry,)


def test_a_time_zone_named_in_the_file_is_turned_into_utc():
    (found,) = icalendar.read(event("DTSTART;TZID=Asia/Almaty:20261202T090000", "DURATION:PT2H")).entries
    assert (found.begins, found.ends) == (datetime(2026, 12, 2, 4, tzinfo=UTC), datetime(2026, 12, 2, 6, tzinfo=UTC))


@pytest.mark.parametrize(("lines", "code"), [
    (["DTSTART:20261202T090000"], "entry-floating"), (["DTSTART:20261202T090000Z", "DTEND:20261201T090000Z"], "entry-backwards"),
    (["DTSTART;VALUE=DATE:20261202", "RRULE:FREQ=DAILY"], "entry-repeats"), ([], "entry-undated"), (["DTSTART:yesterday"], "entry-undated"),
    (["DTSTART;VALUE=DATE:20261202", "DTEND:20261203T000000Z"], "entry-mixed"), (["DTSTART;VALUE=DATE:20261202", "DTEND;VALUE=DATE:20261130"], "entry-backwards"),
])
def test_an_entry_that_would_need_a_guess_is_listed_with_its_reason(lines, code):
    reading = icalendar.read(event(*lines))
    assert reading.entries == ()
    assert [(where, fault.code) for where, fault in reading.faults] == [("u1", code)]


@pytest.mark.parametrize(("data", "code"), [
    (b"", "calendar-unreadable"), (b"hello", "calendar-unreadable"), (b"\xff\xfe", "calendar-unreadable"), (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "calendar-unreadable"),
    (b"x" * (limits.CALENDAR_BYTES + 1), "calendar-large"),
])
def test_a_file_that_is_no_calendar_is_refused_whole(data, code):
    with pytest.raises(Refused) as refusal:
        icalendar.read(data)
    assert refusal.value.code == code


def test_a_calendar_with_too_many_entries_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "CALENDAR_ENTRIES", 2)
    with pytest.raises(Refused) as refusal:
        icalendar.read(written(*(entry(uid=str(n)) for n in range(3))))
    assert refusal.value.code == "calendar-many"
