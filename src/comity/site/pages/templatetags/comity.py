"""Tags and filters of all pages. They are built in: no template loads them.

Filters give text; tags give marked-up pieces whose look stands in comity.css. Everything shown passes through Django's escaping.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from comity.catalogue.form_texts import code_title
from comity.site.pages import dates, frame, names

register = template.Library()

THIN = "\u202f"
NO_BREAK = "\u00a0"
MINUS = "\u2212"
# Modules of white around a QR code, as ISO/IEC 18004 asks.
QUIET = 4

# Files -----------------------------------------------------------------------------------------------------------------


@cache
def _version(path: str) -> str:
    found = finders.find(path)
    assert isinstance(found, str), f"no static file {path}"
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:10]


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file with its hash, so that browsers keep it until it changes."""
    return f"{static(path)}?v={_version(path)}"


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A shape of the sprite. Shapes never speak alone: a word stands beside each."""
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>', asset("icons.svg"), name)


@register.simple_tag
def url_or_none(name: str, *args: object) -> str:
    return frame.url_or_none(name, *args) or ""


# Time ------------------------------------------------------------------------------------------------------------------

register.filter("day_short", dates.short)
register.filter("day_medium", dates.medium)
register.filter("day_long", dates.long)
register.filter("day_full", dates.full)
register.filter("day_month", dates.month)
register.filter("weekday", dates.weekday)
register.filter("clock", dates.clock)
register.filter("span", dates.span)


def _iso(at: date | datetime) -> str:
    return dates.in_utc(at).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(at, datetime) else at.isoformat()


@register.simple_tag
def moment(at: datetime | None, *, local: bool = True) -> SafeString | str:
    """20 Nov 2026, 14:30 UTC (06:30 local)"""
    if at is None:
        return "–"
    day, clock = dates.moment_parts(at)
    shown = format_html('<time datetime="{}">{} <span class="nb">{}</span></time>', _iso(at), day, clock)
    there = dates.local(at) if local else ""
    return format_html('{} <span class="soft nb">({})</span>', shown, _local(there)) if there else shown


def _local(there: str) -> str:
    return _("%(time)s local") % {"time": there}


@register.simple_tag
def local_clock(at: datetime) -> str:
    """03:05 local, or nothing where local time is UTC"""
    there = dates.local(at)
    return _local(there) if there else ""


@register.simple_tag
def offset(at: datetime) -> SafeString:
    return format_html('<bdi dir="ltr">{}</bdi>', dates.offset(at))


@register.inclusion_tag("components/when.html")
def when(at: date | datetime, today: date | None = None) -> dict[str, Any]:
    """The date column of a row: the day in bold, the time below it if there is one."""
    day = dates.as_date(at)
    return {
        "iso": _iso(at),
        "clock": dates.clock(at) if isinstance(at, datetime) else "",
        "day": _("Today") if today == day else dates.short(day) if today is None or today.year == day.year else dates.medium(day),
    }


# Figures ---------------------------------------------------------------------------------------------------------------


@register.filter
def number(value: int | Decimal | str | None) -> str:
    """8 700: groups of three from four digits on, by U+202F; a true minus; decimals as given; a dash where there is no figure."""
    if value is None or value == "":
        return "–"
    text = str(value)
    sign, digits = (MINUS, text[1:]) if text.startswith("-") else ("", text)
    whole, point, rest = digits.partition(".")
    if not whole.isdigit():
        return text
    return sign + f"{int(whole):,}".replace(",", THIN) + point + rest


@register.filter
def quantity(value: int | Decimal | str | None, unit: str) -> str:
    """74 km, never broken"""
    return f"{number(value)}{NO_BREAK}{unit}"


@register.filter
def difference(value: int | Decimal) -> str:
    """+30 or −6"""
    return number(value) if str(value).startswith("-") else f"+{number(value)}"


def degrees(tenths_of_micro: int, positive: str, negative: str) -> str:
    """45°18′ S from −453000000; seconds only where they are not nought. Rounded to the second."""
    seconds = (abs(tenths_of_micro) * 3600 + 5_000_000) // 10_000_000
    whole, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    side = positive if tenths_of_micro >= 0 else negative
    return f"{whole}°{minutes:02}′" + (f"{seconds:02}″" if seconds else "") + NO_BREAK + side


@register.filter
def coordinates(place: Any) -> SafeString:
    """A place `{"lat": int, "lon": int}` of 1e-7 degrees as 45°18′ S 120°28′ W, left to right in every language."""
    text = degrees(place["lat"], "N", "S") + NO_BREAK + degrees(place["lon"], "E", "W")
    return format_html('<bdi class="nb" dir="ltr">{}</bdi>', text)


@register.filter
def code(text: str) -> SafeString:
    """A message number, a hash, an identifier."""
    return format_html('<code dir="ltr">{}</code>', text)


@register.filter
def fingerprint(text: str) -> SafeString:
    """A hash in groups of four, for eyes that compare."""
    return code(" ".join(text[start : start + 4] for start in range(0, len(text), 4)))


@register.filter
def act_code(act: str) -> SafeString:
    """The first 20 hex of an act's id, in groups; the whole id is on the act's own page."""
    return fingerprint(act[:20])


# States and words --------------------------------------------------------------------------------------------------------


@register.filter
def state_name(node: str) -> str:
    return names.name_of(node)


@register.filter
def state_names(nodes: Any) -> str:
    """Names in the order given: as in the terms, the same on every page."""
    return listed(names.name_of(node) for node in nodes)


@register.filter
def listed(words: Any) -> str:
    """Words one after another, with the comma of the reader's language."""
    return pgettext("between names of States", ", ").join(str(word) for word in words)


@register.filter
def apart(words: Any) -> str:
    """Parts of a sentence that hold commas of their own, with the semicolon of the reader's language."""
    return pgettext("between parts of a sentence", "; ").join(str(word) for word in words)


@register.filter("language_title")
def language_name(language: str) -> str:
    """A language in the reader's language, by the words of the forms: 'Arabic', for a message written in Arabic.

    In templates `language_title`: Django's own `language_name` says it in English, whoever reads.
    """
    return code_title("languages", language.partition("-")[0], (get_language() or "en").partition("-")[0])


SHAPES = {"due": "clock", "done": "tick", "new": "delivered", "open": "waiting"}


@register.simple_tag
def tag(kind: str, text: str, shape: str = "") -> SafeString:
    """A state word: shape, word, edge. Kinds: due (we must act soon), done, new, open (what others owe), plain."""
    return _tag(kind, str(text), shape)


@lru_cache(maxsize=1_000)
def _tag(kind: str, text: str, shape: str) -> SafeString:
    """A page has hundreds of the same few."""
    drawn = shape or SHAPES.get(kind, "")
    look = "tag" if kind == "plain" else f"tag {kind}"
    return format_html('<span class="{}">{}{}</span>', look, format_html("{} ", icon(drawn)) if drawn else "", text)


@register.simple_tag
def entry_tag(entry: Any) -> str:
    """The state of an entry's case; a dash where there is none."""
    return tag(*entry.tag) if entry.tag else "–"


@register.simple_tag
def entry_dates(entry: Any, *, years: bool = False) -> str:
    """The days of an entry: '2 Dec', '2 to 13 Dec', '28 Dec to 2 Jan'; with years where the page shows more than one month."""
    words = dates.medium if years else dates.short
    if entry.begins == entry.ends:
        return words(entry.begins)
    first = str(entry.begins.day) if entry.same_month and not years else words(entry.begins)
    return pgettext("dates", "%(first)s to %(last)s") % {"first": first, "last": words(entry.ends)}


_FILLED, _OPEN = mark_safe("<i></i>"), mark_safe('<i class="o"></i>')
PRECEDENCE = {"routine": 1, "priority": 2, "immediate": 3, "flash": 4}


def precedence_word(value: str) -> str:
    return {
        "routine": pgettext("precedence", "ROUTINE"),
        "priority": pgettext("precedence", "PRIORITY"),
        "immediate": pgettext("precedence", "IMMEDIATE"),
        "flash": pgettext("precedence", "FLASH"),
    }.get(value, value)


@register.simple_tag
def precedence(value: str) -> SafeString:
    """A word in capitals and one to four filled bars."""
    bars = format_html_join("", "{}", ((_FILLED if place < PRECEDENCE.get(value, 1) else _OPEN,) for place in range(4)))
    return format_html('<span class="prec"><span aria-hidden="true">{}</span>{}</span>', bars, precedence_word(value))


def receipt_word(state: str) -> str:
    """The word beside a receipt's shape. The first three are computed here; the others are signed by the addressee."""
    return {
        "waiting": pgettext("receipt", "waiting"),
        "sent": pgettext("receipt", "sent"),
        "relayed": pgettext("receipt", "with the relay"),
        "delivered": pgettext("receipt", "delivered"),
        "opened": pgettext("receipt", "opened"),
        "answered": pgettext("receipt", "answered"),
        "refused": pgettext("receipt", "refused"),
        "expired": pgettext("receipt", "not delivered in time"),
    }[state]


@register.inclusion_tag("components/receipts.html")
def receipts(rows: Any, *, explain: bool = False) -> dict[str, Any]:
    """Receipts per addressee: mappings with `party` (node), `state` and `at` (or None), in the order of the terms."""
    shown = [
        {"party": names.name_of(row["party"]), "shape": row["state"], "word": receipt_word(row["state"]), "at": row.get("at")}
        for row in rows
    ]
    return {"rows": shown, "explain": explain}


@register.inclusion_tag("components/password_field.html")
def password_field(field: Any, words: str, fill: str) -> dict[str, Any]:
    """A password field in our words; `fill` tells the browser's password store which one it is."""
    return {"field": field, "words": words, "fill": fill}


@register.filter
def is_past(at: datetime, now: datetime) -> bool:
    return at < now


@register.filter
def less(at: datetime, other: datetime) -> timedelta:
    return at - other


@register.filter
def entry(mapping: Any, key: Any) -> Any:
    """mapping[key], for keys that are no names; None where it is missing."""
    return mapping.get(key) if mapping else None


@register.simple_tag(takes_context=True)
def query(context: Any, **changes: Any) -> str:
    """The page's own query with changes: {% query page=2 %}. Empty values are dropped."""
    values = context["request"].GET.copy()
    for name, value in changes.items():
        values.pop(name, None)
        if value not in (None, ""):
            values[name] = str(value)
    return "?" + values.urlencode()


@register.filter
def nth(row: Any, place: int) -> Any:
    """The element of a row at a place that is counted from nought."""
    return row[place]


@register.simple_tag
def qr(text: str, label: str) -> SafeString:
    """A QR code as a drawing in the page, with no style of its own, so that the content security policy holds."""
    import segno

    code_made = segno.make(text, micro=False)
    width, height = code_made.symbol_size(border=QUIET)
    modules = ((x + QUIET, y + QUIET) for y, row in enumerate(code_made.matrix) for x, dark in enumerate(row) if dark)
    path = "".join(f"M{x} {y}h1v1h-1z" for x, y in modules)
    return format_html(
        '<svg class="qr" viewBox="0 0 {} {}" role="img" aria-label="{}"><path d="{}" fill="#000" shape-rendering="crispEdges"/></svg>',
        width,
        height,
        label,
        path,
    )


@register.filter
def may(officer: Any, operation: str) -> bool:
    """Whether the officer may do an operation of people.permissions: what is not allowed is not offered."""
    from comity.site.people import permissions

    return permissions.may(officer, operation)


@register.filter
def measure_title(measure: str) -> str:
    """The title of a measure in the reader's language."""
    from comity.site.pages import agreed

    return agreed.measure_title(measure)
