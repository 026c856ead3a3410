"""Values of agreed parameters as people read them: lengths of time, dates that come again, conditions, choices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from comity.catalogue import form_texts
from comity.catalogue.procedures import procedures, text
from comity.catalogue.spans import Duration, NotASpan, Recurrence, read_duration, read_recurrence
from comity.site.pages import agreed, dates
from comity.site.pages.templatetags.comity import listed, number

_DAY = 86_400
_HOURS_SHOWN = 72


def duration(value: Duration | str) -> str:
    """'42 days', '48 hours', '1 year 6 months', 'at once'."""
    found = read_duration(value) if isinstance(value, str) else value
    parts = [*_months(found.months), *_days(found.days), *_seconds(found.seconds)]
    return " ".join(parts) or pgettext("length of time", "at once")


def _months(months: int) -> list[str]:
    years, rest = divmod(months, 12)
    said = [ngettext("%(count)s year", "%(count)s years", years) % {"count": years}] if years else []
    return said + ([ngettext("%(count)s month", "%(count)s months", rest) % {"count": rest}] if rest else [])


def _days(days: int) -> list[str]:
    return [ngettext("%(count)s day", "%(count)s days", days) % {"count": days}] if days else []


def _seconds(seconds: int) -> list[str]:
    hours, rest = divmod(seconds, 3600)
    said = [ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}] if hours else []
    minutes = rest // 60
    return said + ([ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}] if minutes else [])


def recurrence(value: Recurrence | str) -> str:
    """'every year on 28 November'; 'every 6 months on day 1'."""
    found = read_recurrence(value) if isinstance(value, str) else value
    units = {
        "YEARLY": lambda n: _("every year") if n == 1 else ngettext("every %(count)s year", "every %(count)s years", n),
        "MONTHLY": lambda n: _("every month") if n == 1 else ngettext("every %(count)s month", "every %(count)s months", n),
        "WEEKLY": lambda n: _("every week") if n == 1 else ngettext("every %(count)s week", "every %(count)s weeks", n),
        "DAILY": lambda n: _("every day") if n == 1 else ngettext("every %(count)s day", "every %(count)s days", n),
    }
    said = units[found.frequency](found.interval) % {"count": found.interval}
    on = _on(found)
    return pgettext("dates that come again", "%(every)s on %(day)s") % {"every": said, "day": on} if on else said


def _on(found: Recurrence) -> str:
    if found.months and found.month_days:
        days = [_day(month, day) for month in sorted(found.months) for day in sorted(found.month_days)]
        return listed(days)
    if found.month_days:
        return listed(_("the last day") if day < 0 else _("day %(number)s") % {"number": day} for day in sorted(found.month_days))
    return listed(dates.words().weekdays[weekday] for _place, weekday in sorted(found.weekdays))


def _day(month: int, day: int) -> str:
    return (
        dates.month(date(2000, month, 1)).replace("2000", "").strip()
        if day < 0
        else dates.words().day.format(day=day, month=dates.words().months[month - 1])
    )


def condition(value: Mapping[str, Any], form: str = "") -> list[str]:
    """One sentence for each test: '5 000 or more: Personnel'; then what is spared."""
    found = [_test(test) for test in value.get("any", [])]
    return [*found, *(_("except: %(test)s") % {"test": _test(test)} for test in value.get("except", []))]


def _test(test: Mapping[str, Any]) -> str:
    name = str(test.get("field") or test.get("category") or "")
    said = form_texts.field_title(name, agreed.language()) or name.replace("_", " ")
    if "at_least" in test:
        return _("%(name)s: %(number)s or more") % {"name": said, "number": number(test["at_least"])}
    if "is" in test:
        return _("%(name)s: yes") % {"name": said} if test["is"] is True else _("%(name)s: no") % {"name": said}
    if "changes" in test:
        changed = form_texts.field_title(str(test["changes"]), agreed.language()) or _("a figure")
        return _("%(name)s changes by %(percent)s per cent or more") % {"name": changed, "percent": test.get("percent", 0)}
    if "in" in test:
        return _("%(name)s: one of %(list)s") % {"name": said, "list": listed(str(one) for one in test["in"])}
    return (
        _("its place touches %(zone)s") % {"zone": test["touches"]}
        if isinstance(test.get("touches"), str)
        else _("its place touches the area agreed")
    )


def parameter_title(procedure: str, name: str) -> str:
    known = procedures().get(procedure)
    return text(known, "parameter", name, language=agreed.language()) if known else name.replace("_", " ")


def parameter_value(procedure: str, name: str, value: Any) -> list[str]:
    """The value in words, in as many lines as it needs."""
    if value is None:
        return [_("not set")]
    known = procedures().get(procedure)
    found = known.parameters.get(name) if known else None
    if isinstance(value, Mapping):
        return condition(value)
    if found is not None and found.options and known is not None:
        return [text(known, "parameter", name, str(value), language=agreed.language())]
    return [_plain(value, found.format if found else None)]


def _plain(value: Any, form: str | None) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return number(value)
    if isinstance(value, list):
        return listed(str(one) for one in value)
    try:
        return (
            duration(value)
            if form == "duration" or str(value).startswith("P")
            else recurrence(value)
            if form == "recurrence"
            else str(value)
        )
    except NotASpan:
        return str(value)
