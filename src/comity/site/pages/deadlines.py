"""Duties as rows of a list: what, whose, by when, with a state word. Lateness is two facts side by side, never a judgement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.node.ports import CaseRow
from comity.site.journal.reading import DutyLine
from comity.site.pages import agreed, dates, names
from comity.site.pages.templatetags.comity import listed

SOON = timedelta(days=7)
"""From here on a duty of ours has the colour of what must be done soon."""
_LAST = time(23, 59, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    kind: str
    words: str
    shape: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """One duty, or the same duty of several States, as pages list it."""

    due: datetime
    title: str
    url: str
    meta: tuple[str, ...]
    tag: Tag
    owners: tuple[str, ...]
    lines: tuple[DutyLine, ...] = ()

    @property
    def when(self) -> object:
        """The day alone where the moment is the end of its day."""
        return self.due.date() if self.due.time() == _LAST else self.due


def by_words(due: datetime) -> str:
    """'26 Nov 2026, 14:30 UTC', or the day alone where the moment is its end."""
    return dates.medium(due) if due.time() == _LAST else dates.moment(due)


def our_tag(due: datetime, now: datetime) -> Tag:
    """How near a duty of ours is."""
    left = due - now
    days = (due.date() - now.date()).days
    if left < timedelta(0):
        return Tag(kind="due", words=_after(now - due, now.date() - due.date()))
    if days == 0 and due.time() == _LAST:
        return Tag(kind="due", words=_("Due today"))
    if left < timedelta(days=1):
        return Tag(kind="due", words=_("Due in %(span)s") % {"span": dates.span(left)})
    if days == 1:
        return Tag(kind="due", words=_("Due tomorrow"))
    words = ngettext("Due in %(count)s day", "Due in %(count)s days", days) % {"count": days}
    return Tag(kind="due" if left <= SOON else "open", words=words)


def _after(gone: timedelta, days: timedelta) -> str:
    if days.days < 1:
        return _("%(span)s after the time agreed") % {"span": dates.span(gone)}
    return ngettext("%(count)s day after the date", "%(count)s days after the date", days.days) % {"count": days.days}


def their_tag(due: datetime, now: datetime) -> Tag:
    """What others owe never has a colour."""
    days = (due.date() - now.date()).days
    if now > due:
        if days == 0:
            return Tag(kind="open", words=_("Not yet here, %(span)s after the time agreed") % {"span": dates.span(now - due)})
        words = ngettext("Not yet here, %(count)s day after the date", "Not yet here, %(count)s days after the date", -days)
        return Tag(kind="open", words=words % {"count": -days})
    if due - now < timedelta(days=1):
        return Tag(kind="open", shape="clock", words=_("Expected in %(span)s") % {"span": dates.span(due - now)})
    words = ngettext("Expected in %(count)s day", "Expected in %(count)s days", days) % {"count": days}
    return Tag(kind="open", shape="clock", words=words)


def titled(step: str, case: str) -> str:
    return _("%(step)s: %(case)s") % {"step": step, "case": case}


def due_rows(lines: Sequence[DutyLine], cases: Mapping[str, CaseRow], titles: Mapping[str, str], *, us: str, now: datetime) -> list[DueRow]:
    """The duties as rows, those that several States owe in the same case by the same moment as one."""
    groups: dict[tuple[object, ...], list[DutyLine]] = {}
    for line in lines:
        duty = line.duty
        groups.setdefault((duty.case, duty.step, duty.since, duty.period, duty.due, duty.owner == us), []).append(line)
    return [_row(group, cases, titles, us, now) for group in groups.values()]


def _row(group: Sequence[DutyLine], cases: Mapping[str, CaseRow], titles: Mapping[str, str], us: str, now: datetime) -> DueRow:
    duty = group[0].duty
    owners = tuple(line.duty.owner for line in group)
    row = cases.get(duty.case)
    shown = listed(names.name_of(one) for one in ([*duty.to] if duty.owner == us else owners))
    about = (_("To %(names)s") if duty.owner == us else _("From %(names)s")) % {"names": shown}
    meta = [about] + ([agreed.measure_title(duty.measure)] if row is not None and (row.title or row.parent) else [])
    return DueRow(
        due=duty.due,
        title=titled(agreed.step_title(duty.procedure, duty.step), titles.get(duty.case, "")),
        url=agreed.case_url(duty.case),
        meta=tuple(meta),
        tag=our_tag(duty.due, now) if duty.owner == us else their_tag(duty.due, now),
        owners=owners,
        lines=tuple(group),
    )
