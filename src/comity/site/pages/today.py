"""Today: what is due from us, what is due to us, what is asked and not answered, what waits for release, what arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.node.office import Office
from comity.node.ports import CaseRow
from comity.site.config import wiring
from comity.site.desk.models import Draft
from comity.site.journal import reading
from comity.site.journal.reading import ActLine, DutyLine
from comity.site.pages import agreed, dates
from comity.site.pages.deadlines import DueRow, Tag, due_rows
from comity.site.pages.frame import url_or_none
from comity.site.pages.silence import Asked, asked_rows
from comity.site.people.models import Officer, OperatorEntry, What
from comity.site.people.permissions import may, requires
from comity.site.people.record import record_reading

WEEK = 7
SHOWN = 8
"""Rows of one list on this page; the rest is one click away."""
ARRIVED = 6
RECENT = timedelta(hours=24)
LONG_PAST = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class StripDay:
    day: date
    off: bool
    today: bool
    rows: tuple[DueRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A draft that waits for release. `who` says who may release it, as far as this officer is concerned."""

    title: str
    url: str
    by: str
    at: datetime
    note: str
    tag: Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    line: ActLine
    title: str
    kind: str
    opened: bool


@requires("act.read")
def today(request: HttpRequest) -> HttpResponse:
    record_reading(request, "page:today")
    with wiring.reading() as office:
        context = _context(office, request.user, wiring.now())  # type: ignore[arg-type]
    return render(request, "pages/today.html", context)


def _context(office: Office, officer: Officer, now: datetime) -> dict[str, Any]:
    us = office.party
    ours, theirs = reading.due_from(us, now=now, limit=30), reading.due_to(us, now=now, limit=60)
    theirs = [line for line in theirs if us in line.duty.to or us in line.participants]
    questions = reading.asked(now=now)
    arrived = reading.arrived(limit=ARRIVED)
    cases, titles = _cases({line.duty.case for line in (*ours, *theirs, *questions)} | {line.case for line in arrived if line.case})
    drafts = _drafts(office, officer) if may(officer, "draft.read") else None
    due = due_rows(ours, cases, titles, us=us, now=now)
    expected = due_rows(theirs, cases, titles, us=us, now=now)
    came = _arrived(arrived, cases, titles)
    return {
        "day": _local_day(now),
        "lede": _lede(due, drafts, came, now),
        "strip": _strip(office, [*due, *expected], now),
        "due": _folded(due, now),
        "expected": _folded(expected, now),
        "asked": _asked(office, questions, cases, titles),
        "drafts": drafts,
        "arrived": came,
        "today": now.date(),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Rows of a list: those near their date, and those long past it, which are folded away."""

    near: tuple[DueRow, ...]
    older: tuple[DueRow, ...]


def _folded(rows: Sequence[DueRow], now: datetime) -> Listed:
    near = tuple(row for row in rows if row.due >= now - LONG_PAST)
    return Listed(near=near[:SHOWN], older=tuple(row for row in rows if row.due < now - LONG_PAST))


def _cases(wanted: set[str]) -> tuple[dict[str, CaseRow], dict[str, str]]:
    """Rows and titles of these cases; titles of cases aside come from their parents."""
    rows = reading.cases_by_id(sorted(wanted))
    parents = reading.cases_by_id(sorted({row.parent for row in rows.values() if row.parent}))
    return rows, agreed.case_titles(rows, parents)


def _local_day(now: datetime) -> date:
    return timezone.localtime(now).date()


# In words --------------------------------------------------------------------------------------------------------------


def _lede(due: Sequence[DueRow], drafts: Sequence[Waiting] | None, came: Sequence[Arrived], now: datetime) -> str:
    said = [_due_words(due, now)]
    if drafts:
        said.append(ngettext("One act waits for release.", "%(count)s acts wait for release.", len(drafts)) % {"count": len(drafts)})
    fresh = sum(now - one.line.held_since < RECENT for one in came)
    if fresh:
        words = ngettext("One act arrived within the last 24 hours.", "%(count)s acts arrived within the last 24 hours.", fresh)
        said.append(words % {"count": fresh})
    return " ".join(said)


def _due_words(due: Sequence[DueRow], now: datetime) -> str:
    near = [row for row in due if now <= row.due < now + timedelta(days=1)]
    past = [row for row in due if now - LONG_PAST <= row.due < now]
    if near:
        words = ngettext("One act is due from us by %(time)s UTC.", "%(count)s acts are due from us, the first by %(time)s UTC.", len(near))
        return words % {"count": len(near), "time": dates.clock(near[0].due)}
    if past:
        words = ngettext("One act of ours is past its date.", "%(count)s acts of ours are past their dates.", len(past))
        return words % {"count": len(past)}
    coming = [row for row in due if row.due >= now]
    if coming:
        return _("Nothing is due from us today; the next is due on %(day)s.") % {"day": dates.long(coming[0].due)}
    return _("Nothing is due from us.")


# The next seven days -----------------------------------------------------------------------------------------------------


def _strip(office: Office, rows: Sequence[DueRow], now: datetime) -> list[StripDay]:
    start = now.date()
    weekend = _weekend(office, now)
    found = []
    for offset in range(WEEK):
        day = start + timedelta(days=offset)
        here = tuple(sorted((row for row in rows if row.due.date() == day), key=lambda row: row.due))
        found.append(StripDay(day=day, off=day.isoweekday() in weekend, today=offset == 0, rows=here))
    return found


def _weekend(office: Office, now: datetime) -> frozenset[int]:
    """Our days off, ISO weekdays, as our newest terms give them; Saturday and Sunday without."""
    for _chain, concluded in office.folds.instruments.in_force(now):
        if office.party in concluded.version.days_off:
            return concluded.version.days_off[office.party].weekend
    return frozenset({6, 7})


# Asked, waiting, arrived -------------------------------------------------------------------------------------------------


def _asked(office: Office, questions: Sequence[DutyLine], cases: Mapping[str, CaseRow], titles: Mapping[str, str]) -> list[Asked]:
    acts = reading.acts_by_id(sorted({line.duty.since for line in questions}))
    everyone = reading.duties_of_cases(sorted({line.duty.case for line in questions}))
    return asked_rows(office, questions, everyone, acts, cases, titles)


def _drafts(office: Office, officer: Officer) -> list[Waiting]:
    held = list(Draft.objects.filter(state=Draft.State.SUBMITTED).select_related("prepared_by").order_by("submitted_at")[:SHOWN])
    cases, titles = _cases({draft.case for draft in held if draft.case})
    return [_waiting(office, officer, draft, cases, titles) for draft in held]


def _waiting(office: Office, officer: Officer, draft: Draft, cases: Mapping[str, CaseRow], titles: Mapping[str, str]) -> Waiting:
    terms = office.folds.measures(draft.terms).get(draft.measure)
    step = terms.procedure.steps.get(draft.step) if terms else None
    procedure = terms.procedure.id if terms else ""
    two = step is None or step.release == "two"
    own = draft.prepared_by == officer
    said = agreed.step_title(procedure, draft.step, draft.choice or None) if draft.kind == "step" else agreed.kind_title(draft.kind)
    about = draft.title or titles.get(draft.case) or agreed.measure_title(draft.measure)
    note, tag = _release_words(two=two, own=own, role=may(officer, "act.release" if two else "act.release_one_officer"))
    return Waiting(
        title=_("%(step)s: %(case)s") % {"step": said, "case": about},
        url=url_or_none("desk:release", draft.pk) or url_or_none("desk:draft", draft.pk) or "",
        by=_("you") if own else str(draft.prepared_by),
        at=draft.submitted_at or draft.prepared_at,
        note=note,
        tag=tag,
    )


def _release_words(*, two: bool, own: bool, role: bool) -> tuple[str, Tag]:
    """Who releases it, seen from this officer."""
    if two and own:
        return _("you prepared it, so you cannot release it"), Tag(kind="open", words=_("Waits for a second officer"))
    if not role:
        return _("your role does not release acts"), Tag(kind="open", words=_("Waits for a releaser"))
    words = _("you are the second officer") if two else _("one officer is enough")
    return words, Tag(kind="new", words=_("You can release it"), shape="sent")


def _arrived(lines: Sequence[ActLine], cases: Mapping[str, CaseRow], titles: Mapping[str, str]) -> list[Arrived]:
    refs = [f"act:{line.id}" for line in lines]
    opened = set(OperatorEntry.objects.filter(what=What.READ, ref__in=refs).values_list("ref", flat=True))
    return [_came(line, cases, titles, opened=f"act:{line.id}" in opened) for line in lines]


def _came(line: ActLine, cases: Mapping[str, CaseRow], titles: Mapping[str, str], *, opened: bool) -> Arrived:
    procedure = cases[line.case].procedure if line.case in cases else ""
    kind = agreed.act_title(line, procedure)
    about = line.title or titles.get(line.case, "")
    title = _("%(step)s: %(case)s") % {"step": kind, "case": about} if about else kind
    return Arrived(line=line, title=title, kind=kind, opened=opened)
