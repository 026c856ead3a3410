"""What has a date: activities as notified or planned, and duties. One list for the month, the map, the table, the feed and the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from django.utils.translation import gettext as _

from comity.conduct.versions import Version
from comity.formats import icalendar
from comity.node.office import Office
from comity.node.ports import CaseRow, FactRow
from comity.site.journal import reading
from comity.site.journal.reading import DutyLine
from comity.site.pages import agreed, names, zones
from comity.site.pages.deadlines import our_tag, their_tag, titled
from comity.site.pages.entries import Backdrop, Entry
from comity.site.pages.frame import in_language
from comity.site.pages.month import Almanac
from comity.site.pages.templatetags.comity import state_names

CANCELLED = "cancelled"
DONE = ("done", "late", "deemed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """An entry of the calendar with what a calendar program needs beside it."""

    entry: Entry
    updated: datetime
    moment: datetime | None = None
    status: icalendar.Status = "CONFIRMED"


def dated(office: Office, first: date, last: date, now: datetime) -> list[Dated]:
    """Everything between two days, both meant."""
    begin, end = _start(first), _start(last) + timedelta(days=1, seconds=-1)
    facts, duties = reading.facts_between(begin, end), reading.duties_between(begin, end)
    rows = reading.cases_by_id(sorted({fact.case for fact in facts} | {line.duty.case for line in duties}))
    parents = reading.cases_by_id(sorted({row.parent for row in rows.values() if row.parent}))
    titles = agreed.case_titles(rows, parents)
    return [*_activities(facts, rows, office.party), *_duties(duties, rows, titles, us=office.party, now=now)]


def entries(found: Iterable[Dated]) -> list[Entry]:
    return [one.entry for one in found]


def _start(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)


# Activities ------------------------------------------------------------------------------------------------------------


def _activities(facts: Sequence[FactRow], rows: Mapping[str, CaseRow], us: str) -> Iterator[Dated]:
    """An activity that was notified stands for its entry in the yearly calendar."""
    notified = {_key(fact) for fact in facts if _notified(fact, rows)}
    for fact in facts:
        if fact.begins is None or fact.ends is None or (not _notified(fact, rows) and _key(fact) in notified):
            continue
        yield _activity(fact, rows.get(fact.case), planned=not _notified(fact, rows), us=us)


def _notified(fact: FactRow, rows: Mapping[str, CaseRow]) -> bool:
    row = rows.get(fact.case)
    return row is not None and not row.by_calendar


def _key(fact: FactRow) -> tuple[str, str]:
    """The same activity of the same State: by its reference, else by its name."""
    return fact.author, str(fact.fields["fields"].get("reference") or fact.title).casefold()


def _activity(fact: FactRow, row: CaseRow | None, *, planned: bool, us: str) -> Dated:
    assert fact.begins is not None, "only facts with dates come here"
    assert fact.ends is not None, "only facts with dates come here"
    called_off = row is not None and row.outcome == CANCELLED
    persons = fact.fields["fields"].get("personnel")
    return Dated(
        entry=Entry(
            key=f"{fact.act[:24]}{fact.path.replace('/', '-')}",
            title=_("Cancelled: %(title)s") % {"title": fact.title} if called_off else fact.title or agreed.measure_title(fact.measure),
            begins=fact.begins.date(),
            ends=fact.ends.date(),
            by=names.name_of(fact.author),
            side="us" if fact.author == us else "other",
            planned=planned or called_off,
            url=agreed.case_url(fact.case),
            place=str(fact.fields["fields"].get("place") or ""),
            shape=None if called_off else fact.fields.get("place"),
            persons=persons if isinstance(persons, int) else None,
            tag=_activity_tag(row, planned=planned, vague=fact.vague),
        ),
        updated=row.last_at if row else fact.begins,
        status="CANCELLED" if called_off else "TENTATIVE" if planned else "CONFIRMED",
    )


def _activity_tag(row: CaseRow | None, *, planned: bool, vague: bool) -> tuple[str, str]:
    if row is not None and row.outcome:
        return "plain", agreed.outcome_word(row.procedure, row.outcome)
    if vague:
        return "open", _("Dates not fixed")
    return ("open", _("In the yearly calendar")) if planned else ("new", _("Notified"))


# Duties ----------------------------------------------------------------------------------------------------------------


def _duties(
    lines: Sequence[DutyLine], rows: Mapping[str, CaseRow], titles: Mapping[str, str], *, us: str, now: datetime
) -> Iterator[Dated]:
    """One entry for a duty that several States have by the same moment. A question that was answered is no date any more."""
    groups: dict[tuple[object, ...], list[DutyLine]] = {}
    for line in lines:
        duty = line.duty
        if not (duty.since and duty.state in DONE):
            groups.setdefault((duty.case, duty.step, duty.since, duty.due), []).append(line)
    for group in groups.values():
        yield _duty(group, rows.get(group[0].duty.case), titles.get(group[0].duty.case, ""), us, now)


def _duty(group: Sequence[DutyLine], row: CaseRow | None, title: str, us: str, now: datetime) -> Dated:
    duty = group[0].duty
    owners = [line.duty.owner for line in group]
    side: Literal["us", "other", "all"] = "all" if us in owners and len(owners) > 1 else "us" if us in owners else "other"
    whole_day = duty.due.time() == time(23, 59, 59)
    return Dated(
        entry=Entry(
            key=f"duty-{duty.case[:24]}-{duty.step}-{duty.due:%Y%m%d%H%M}-{duty.since[:8]}",
            title=titled(agreed.step_title(duty.procedure, duty.step), title),
            begins=duty.due.date(),
            ends=duty.due.date(),
            by=state_names(owners),
            nature="duty",
            side=side,
            url=agreed.case_url(duty.case),
            tag=_duty_tag(group, row, us, now),
        ),
        updated=row.last_at if row else duty.due,
        moment=None if whole_day else duty.due,
    )


def _duty_tag(group: Sequence[DutyLine], row: CaseRow | None, us: str, now: datetime) -> tuple[str, str]:
    waiting = [line.duty for line in group if line.duty.state not in DONE]
    if not waiting:
        return "done", _("Given")
    if row is not None and not row.open:
        return "plain", _("The case has ended")
    ours = any(duty.owner == us for duty in waiting)
    tag = our_tag(waiting[0].due, now) if ours else their_tag(waiting[0].due, now)
    return tag.kind, tag.words


# What lies under them ----------------------------------------------------------------------------------------------------


def versions(office: Office, now: datetime) -> list[Version]:
    return [concluded.version for _chain, concluded in office.folds.instruments.in_force(now)]


def backdrop(office: Office, now: datetime) -> Backdrop:
    """The zones of all terms in force."""
    return zones.backdrop(office, *versions(office, now))


def almanac(office: Office, first: date, last: date, now: datetime) -> Almanac:
    """Holidays and sensitive dates of the terms in force, and our own days off."""
    holidays: dict[date, list[str]] = {}
    sensitive: dict[date, list[str]] = {}
    weekend = frozenset({5, 6})
    for version in versions(office, now):
        for party, off in version.days_off.items():
            for day in sorted(one for one in off.holidays if first <= one <= last):
                holidays.setdefault(day, []).append(_("Holiday in %(name)s") % {"name": names.name_of(party)})
        if office.party in version.days_off:
            weekend = frozenset(day - 1 for day in version.days_off[office.party].weekend)
        for day, name in _sensitive(version, first, last):
            sensitive.setdefault(day, []).append(name)
    return Almanac(holidays=holidays, sensitive=sensitive, weekend=weekend)


def _sensitive(version: Version, first: date, last: date) -> Iterator[tuple[date, str]]:
    for one in version.sensitive:
        day = max(one.first, first)
        while day <= min(one.last, last):
            yield day, in_language(one.name)
            day += timedelta(days=1)


# As iCalendar ------------------------------------------------------------------------------------------------------------


def as_icalendar(found: Iterable[Dated], *, root: str, name: str, language: str) -> bytes:
    """A file or feed. `root` is the node's address, so that entries lead to their cases."""
    return icalendar.write([_event(one, root) for one in found], name=name, language=language)


def _event(one: Dated, root: str) -> icalendar.Entry:
    entry = one.entry
    spot = entry.spot
    return icalendar.Entry(
        uid=icalendar.uid(entry.key),
        title=entry.title,
        begins=one.moment or entry.begins,
        ends=None if one.moment else entry.ends,
        updated=one.updated,
        status=one.status,
        place=entry.place,
        position=(spot["lat"], spot["lon"]) if spot else None,
        url=root + entry.url,
        organiser=entry.by,
    )
