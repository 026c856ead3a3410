"""The calendar out as iCalendar (RFC 5545, RFC 7986) and, bounded, in.

Out: times in UTC, whole days as dates (DTEND is the day after the last, 3.6.1), a UID that is the same in every export, so that
an entry replaces its older self in the officer's own calendar. DTSTAMP is when the entry last changed, never when the file was
made: the same acts give the same bytes.
In: entries with whole days or with times that name their zone. What repeats, floats without a zone, or ends before it begins is
listed with its reason and left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from comity.formats import limits
from comity.formats.contentlines import joined, plain, text
from comity.formats.positions import Fault
from comity.protocol.refusals import Refused

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//comity//Confidence-building measures//EN"

Status = Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. `begins` and `ends` are both dates (`ends` is the last day) or both aware moments (`ends` may be left out)."""

    uid: str
    title: str
    begins: date | datetime
    ends: date | datetime | None = None
    updated: datetime
    sequence: int = 0
    status: Status = "CONFIRMED"
    description: str = ""
    place: str = ""
    position: tuple[int, int] | None = None
    """Latitude and longitude in 1e-7 degree."""
    categories: tuple[str, ...] = ()
    url: str = ""
    organiser: str = ""
    """The name of the State or office the entry comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file held: entries that can be used, and (where, fault) for each that cannot; `where` is the UID, or `#3`."""

    entries: tuple[Entry, ...]
    faults: tuple[tuple[str, Fault], ...]


def uid(*parts: str) -> str:
    """The UID of what these parts name (a case, a step, a period …), the same on every node and in every export."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40] + "@comity"


# Out -----------------------------------------------------------------------------------------------------------------


def write(entries: Iterable[Entry], *, name: str, language: str = "en", refresh: str = "PT1H") -> bytes:
    """A calendar file, also the body of a feed. `name` is shown by calendar programs; `refresh` is an ISO 8601 duration."""
    return joined(_calendar(entries, name, language, refresh))


def _calendar(entries: Iterable[Entry], name: str, language: str, refresh: str) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH")
    yield from (f"NAME;LANGUAGE={plain(language)}:{text(name)}", f"X-WR-CALNAME:{text(name)}")
    yield from (f"REFRESH-INTERVAL;VALUE=DURATION:{refresh}", f"X-PUBLISHED-TTL:{refresh}")
    for entry in entries:
        yield from _entry(entry)
    yield "END:VCALENDAR"


def _entry(entry: Entry) -> Iterator[str]:
    yield from ("BEGIN:VEVENT", f"UID:{plain(entry.uid)}", f"DTSTAMP:{_moment(entry.updated)}")
    yield from (f"LAST-MODIFIED:{_moment(entry.updated)}", f"SEQUENCE:{entry.sequence}", f"STATUS:{entry.status}")
    yield from _span(entry)
    yield f"SUMMARY:{text(entry.title)}"
    yield from (f"{label}:{text(value)}" for label, value in (("DESCRIPTION", entry.description), ("LOCATION", entry.place)) if value)
    if entry.position:
        yield "GEO:" + ";".join(f"{degree / 10_000_000:.6f}" for degree in entry.position)
    if entry.categories:
        yield "CATEGORIES:" + ",".join(text(category) for category in entry.categories)
    if entry.organiser:
        # An ORGANIZER must be an address (3.8.4.3); a State has none here, so it is written as a contact.
        yield f"CONTACT:{text(entry.organiser)}"
    if entry.url:
        yield f"URL:{plain(entry.url)}"
    # Between the parties only: calendar programs share PRIVATE entries as "busy" at most (3.8.1.3).
    yield from ("CLASS:PRIVATE", "END:VEVENT")


def _span(entry: Entry) -> Iterator[str]:
    if isinstance(entry.begins, datetime):
        assert entry.ends is None or isinstance(entry.ends, datetime), "an entry begins and ends with moments, or with dates"
        yield f"DTSTART:{_moment(entry.begins)}"
        if entry.ends is not None:
            yield f"DTEND:{_moment(entry.ends)}"
        return
    assert not isinstance(entry.ends, datetime), "an entry begins and ends with moments, or with dates"
    last = entry.ends or entry.begins
    yield f"DTSTART;VALUE=DATE:{_day(entry.begins)}"
    # 9999-12-31 has no day after it; without DTEND the entry takes the one day it begins on (3.6.1).
    if last < date.max:
        yield f"DTEND;VALUE=DATE:{_day(last + timedelta(days=1))}"
    yield "TRANSP:TRANSPARENT"


def _day(value: date) -> str:
    """YYYYMMDD. Not by strftime, which writes years before 1000 with fewer digits on some systems."""
    return f"{value.year:04d}{value.month:02d}{value.day:02d}"


def _moment(value: datetime) -> str:
    assert value.tzinfo is not None, "a moment has a time zone"
    utc = value.astimezone(UTC)
    return f"{_day(utc)}T{utc.hour:02d}{utc.minute:02d}{utc.second:02d}Z"


# In ------------------------------------------------------------------------------------------------------------------


def read(data: bytes) -> Reading:
    """Entries of a calendar file. Refuses what is too large or is no calendar: `calendar-large`, `calendar-unreadable`, `calendar-many`."""
    entries: list[Entry] = []
    faults: list[tuple[str, Fault]] = []
    for number, event in enumerate(_events(data), start=1):
        if number > limits.CALENDAR_ENTRIES:
            raise Refused(
                "calendar-many",
                {"limit": limits.CALENDAR_ENTRIES},
                f"The calendar has more than {limits.CALENDAR_ENTRIES} entries. Export a shorter time.",
            )
        found = _read_entry(event)
        if isinstance(found, Fault):
            faults.append((str(event.get("UID", f"#{number}"))[: limits.NAME_CHARACTERS], found))
        else:
            entries.append(found)
    return Reading(entries=tuple(entries), faults=tuple(faults))


def _events(data: bytes) -> Iterator[Any]:
    if len(data) > limits.CALENDAR_BYTES:
        raise Refused(
            "calendar-large",
            {"limit": limits.CALENDAR_BYTES},
            f"The calendar is larger than {limits.CALENDAR_BYTES // 1024} KB. Export a shorter time.",
        )
    # Imported here: 0.2 s that a node which never reads a calendar need not wait for.
    from icalendar import Calendar

    try:
        calendars = Calendar.from_ical(data.decode("utf-8-sig"), multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        calendars = []
    if not calendars or any(calendar.name != "VCALENDAR" for calendar in calendars):
        raise Refused("calendar-unreadable", {}, "The file is not an iCalendar file (.ics) in UTF-8. Export it again and try once more.")
    return iter([event for calendar in calendars for event in calendar.walk("VEVENT")])


def _read_entry(event: Any) -> Entry | Fault:
    if any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID")):
        return Fault(code="entry-repeats", words="The entry repeats. Write each date as its own entry.")
    begins, ends = _value(event, "DTSTART"), _value(event, "DTEND")
    if begins is None:
        return Fault(code="entry-undated", words="The entry has no date that can be read.")
    if ends is None and "DURATION" in event:
        length = _value(event, "DURATION")
        ends = begins + length if isinstance(length, timedelta) else None
    span = _read_span(begins, ends)
    if isinstance(span, Fault):
        return span
    return _made(event, *span)


def _value(event: Any, name: str) -> Any:
    """The date, moment or length of a property; None where it is missing, stands twice or cannot be read."""
    held = event.get(name)
    try:
        return None if held is None or isinstance(held, list) else held.dt
    except ValueError:
        return None


def _read_span(begins: date | datetime, ends: date | datetime | None) -> tuple[date | datetime, date | datetime | None] | Fault:
    if ends is not None and isinstance(begins, datetime) != isinstance(ends, datetime):
        return Fault(code="entry-mixed", words="The entry begins with a date and ends with a time, or the other way round.")
    if isinstance(begins, datetime):
        if begins.tzinfo is None or (isinstance(ends, datetime) and ends.tzinfo is None):
            return Fault(code="entry-floating", words="The time of the entry names no time zone.")
        begins, ends = _utc(begins), _utc(ends) if isinstance(ends, datetime) else None
    elif ends is not None and ends > begins:
        ends = ends - timedelta(days=1)
    if ends is not None and ends < begins:
        return Fault(code="entry-backwards", words="The entry ends before it begins.")
    return begins, ends


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _made(event: Any, begins: date | datetime, ends: date | datetime | None) -> Entry:
    stamp = _value(event, "LAST-MODIFIED") or _value(event, "DTSTAMP")
    updated = stamp if isinstance(stamp, datetime) and stamp.tzinfo else datetime(1970, 1, 1, tzinfo=UTC)
    status = str(event.get("STATUS", "CONFIRMED")).upper()
    return Entry(
        uid=_text(event, "UID") or uid(_text(event, "SUMMARY"), begins.isoformat()),
        title=_text(event, "SUMMARY"),
        begins=begins,
        ends=ends,
        updated=_utc(updated),
        sequence=_sequence(event),
        status="CANCELLED" if status == "CANCELLED" else "TENTATIVE" if status == "TENTATIVE" else "CONFIRMED",
        description=_text(event, "DESCRIPTION", limits.CALENDAR_TEXT),
        place=_text(event, "LOCATION"),
        position=_position(event),
        categories=_categories(event),
        url=_text(event, "URL", limits.CALENDAR_TEXT),
        organiser=_text(event, "CONTACT"),
    )


def _text(event: Any, name: str, limit: int = limits.NAME_CHARACTERS) -> str:
    value = event.get(name, "")
    return str(value[0] if isinstance(value, list) and value else value)[:limit]


def _sequence(event: Any) -> int:
    value = event.get("SEQUENCE", 0)
    return int(value) if isinstance(value, int) and 0 <= value < 2**31 else 0


def _position(event: Any) -> tuple[int, int] | None:
    place = event.get("GEO")
    if place is None or not hasattr(place, "latitude") or not (abs(place.latitude) <= 90 and abs(place.longitude) <= 180):
        return None
    return round(place.latitude * 10_000_000), round(place.longitude * 10_000_000)


def _categories(event: Any) -> tuple[str, ...]:
    held = event.get("CATEGORIES")
    found = held if isinstance(held, list) else [held] if held is not None else []
    return tuple(str(name)[: limits.NAME_CHARACTERS] for one in found for name in getattr(one, "cats", [one]))[:20]
