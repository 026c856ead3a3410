"""Dates and times in words. Day, month, year; 24-hour UTC first, local time beside it; digits 0-9 in every language.

Months are our own table, since Arabic uses the full style of the United Nations (تشرين الثاني/نوفمبر), which neither Django nor CLDR has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How one language writes a date. `long` and `short` have the places {day} {month} {year}, `full` also {weekday}."""

    months: Sequence[str]
    short_months: Sequence[str]
    weekdays: Sequence[str]
    short_weekdays: Sequence[str]
    day: str = "{day} {month}"
    long: str = "{day} {month} {year}"
    full: str = "{weekday} {day} {month} {year}"
    month: str = "{month} {year}"
    names: Sequence[str] = ()
    """Names of months standing alone, where they differ."""


def _w(text: str) -> list[str]:
    return text.split()


_ARABIC = _w(
    "كانون_الثاني/يناير شباط/فبراير آذار/مارس نيسان/أبريل أيار/مايو حزيران/يونيه تموز/يوليه آب/أغسطس "
    "أيلول/سبتمبر تشرين_الأول/أكتوبر تشرين_الثاني/نوفمبر كانون_الأول/ديسمبر"
)
ARABIC_MONTHS = [name.replace("_", " ") for name in _ARABIC]
_CHINESE_MONTHS = [f"{n}月" for n in range(1, 13)]

LANGUAGES = {
    "en": Words(
        months=_w("January February March April May June July August September October November December"),
        short_months=_w("Jan Feb Mar Apr May June July Aug Sept Oct Nov Dec"),
        weekdays=_w("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
        short_weekdays=_w("Mon Tue Wed Thu Fri Sat Sun"),
    ),
    "ru": Words(
        months=_w("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
        short_months=_w("янв фев мар апр мая июн июл авг сен окт ноя дек"),
        names=_w("январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"),
        weekdays=_w("понедельник вторник среда четверг пятница суббота воскресенье"),
        short_weekdays=_w("Пн Вт Ср Чт Пт Сб Вс"),
        long="{day} {month} {year} года",
        full="{weekday}, {day} {month} {year} года",
        month="{month} {year} года",
    ),
    "ar": Words(
        months=ARABIC_MONTHS,
        short_months=ARABIC_MONTHS,
        weekdays=_w("الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد"),
        short_weekdays=_w("الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد"),
    ),
    "fr": Words(
        months=_w("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
        short_months=_w("janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc."),
        weekdays=_w("lundi mardi mercredi jeudi vendredi samedi dimanche"),
        short_weekdays=_w("lun. mar. mer. jeu. ven. sam. dim."),
    ),
    "es": Words(
        months=_w("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
        short_months=_w("ene. feb. mar. abr. may. jun. jul. ago. sept. oct. nov. dic."),
        weekdays=_w("lunes martes miércoles jueves viernes sábado domingo"),
        short_weekdays=_w("lun. mar. mié. jue. vie. sáb. dom."),
        long="{day} de {month} de {year}",
        full="{weekday}, {day} de {month} de {year}",
        month="{month} de {year}",
    ),
    "zh-hans": Words(
        months=_CHINESE_MONTHS,
        short_months=_CHINESE_MONTHS,
        weekdays=_w("星期一 星期二 星期三 星期四 星期五 星期六 星期日"),
        short_weekdays=_w("周一 周二 周三 周四 周五 周六 周日"),
        day="{month}{day}日",
        long="{year}年{month}{day}日",
        full="{year}年{month}{day}日 {weekday}",
        month="{year}年{month}",
    ),
}


def words() -> Words:
    """The words of the language that is active now."""
    return LANGUAGES.get(translation.get_language() or "en", LANGUAGES["en"])


def in_utc(at: datetime) -> datetime:
    assert at.tzinfo is not None, "a moment without its time zone"
    return at.astimezone(UTC)


def as_date(day: date | datetime) -> date:
    """A datetime's day in UTC; a date as it is."""
    return in_utc(day).date() if isinstance(day, datetime) else day


def _fill(pattern: str, day: date, month: str) -> str:
    weekday = words().weekdays[day.weekday()]
    text = pattern.format(day=day.day, month=month, year=day.year, weekday=weekday)
    return text[0].upper() + text[1:]


def short(day: date | datetime) -> str:
    """20 Nov"""
    day = as_date(day)
    return _fill(words().day, day, words().short_months[day.month - 1])


def medium(day: date | datetime) -> str:
    """20 Nov 2026"""
    day = as_date(day)
    pattern = words().long if words().long.startswith("{year}") else "{day} {month} {year}"
    return _fill(pattern, day, words().short_months[day.month - 1])


def long(day: date | datetime) -> str:
    """20 November 2026"""
    day = as_date(day)
    return _fill(words().long, day, words().months[day.month - 1])


def full(day: date | datetime) -> str:
    """Friday 20 November 2026"""
    day = as_date(day)
    return _fill(words().full, day, words().months[day.month - 1])


def month(day: date) -> str:
    """November 2026"""
    names = words().names or words().months
    return _fill(words().month, day, names[day.month - 1])


def weekday(day: date | datetime) -> str:
    """Fri"""
    return words().short_weekdays[as_date(day).weekday()]


def clock(at: datetime) -> str:
    """14:30, in UTC"""
    return f"{in_utc(at):%H:%M}"


def moment(at: datetime) -> str:
    """20 Nov 2026, 14:30 UTC"""
    return " ".join(moment_parts(at))


def moment_parts(at: datetime) -> tuple[str, str]:
    """The day with its comma, and the clock: a line may break between them, nowhere else."""
    comma = "،" if translation.get_language() == "ar" else ","
    return medium(at) + comma, f"{clock(at)}\u00a0UTC"


def local(at: datetime, zone: tzinfo | None = None) -> str:
    """06:30, or 19 Nov 22:30 where the local day is another; empty where local time is UTC."""
    there = at.astimezone(zone or timezone.get_current_timezone())
    if there.utcoffset() == timedelta(0):
        return ""
    same = there.date() == in_utc(at).date()
    return f"{there:%H:%M}" if same else f"{short(there.date())} {there:%H:%M}"


def offset(at: datetime, zone: tzinfo | None = None) -> str:
    """UTC−8, with a true minus"""
    seconds = int((at.astimezone(zone or timezone.get_current_timezone()).utcoffset() or timedelta(0)).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return "UTC" + ("−" if seconds < 0 else "+") + str(hours) + (f":{minutes:02}" if minutes else "")


def span(length: timedelta) -> str:
    """A length of time in two units at most: 4 h 55 min; 1 day 7 hours; 21 days. Never negative: what is over is over."""
    minutes = int(abs(length).total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    if days >= 2 or (days == 1 and not hours):
        return _days(days)
    if days:
        return f"{_days(1)} {_hours(hours)}"
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes % 60}
    return _("%(minutes)s min") % {"minutes": minutes}


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def _hours(count: int) -> str:
    return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}
