"""Values of forms as people read them on a page: figures in groups, days in words, codes in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe

from comity.catalogue import form_texts
from comity.catalogue.form import Schema
from comity.conduct.correlation import Change
from comity.formats import cells
from comity.site.pages import dates
from comity.site.pages.templatetags.comity import difference, number

LEFT_TO_RIGHT = ("integer", "decimal", "coordinates", "area", "amount", "date", "vague-date", "moment")


def input_text(node: Schema, value: Any, language: str) -> str:
    """A value as it stands in an input: reads back to the same value."""
    if value is None:
        return ""
    kind = cells.kind(node)
    if kind == "integer" and node.get("maximum", 10**9) > 9999:
        return number(value)
    if kind == "moment":
        return str(value).replace("T", " ").replace("Z", "")
    if kind == "code":
        return str(value)
    return "\n".join(value) if kind == "texts" else cells.write(node, value, language)


def shown(node: Schema, value: Any, language: str) -> SafeString | str:
    """A value in a sentence or a cell that is only read; a dash where there is none."""
    if value is None or not (value or isinstance(value, int)):
        return "–"
    kind = cells.kind(node)
    if kind in ("integer", "decimal"):
        return _figure(node, value, language)
    if kind in ("date", "vague-date", "moment"):
        return _day(value)
    if kind in ("coordinates", "area", "amount"):
        return format_html('<bdi dir="ltr">{}</bdi>', cells.write(node, value, language))
    if node.get("x-widget") == "long-text":
        return mark_safe(linebreaks(format_html('<bdi dir="auto">{}</bdi>', value)))
    return _words(node, cells.write(node, value, language))


def _words(node: Schema, text: str) -> SafeString:
    if node.get("x-widget") in ("reference", "sealed"):
        return format_html('<code dir="ltr">{}</code>', text if len(text) <= 64 else f"{text[:64]}…")
    if node.get("x-widget") == "long-text":
        return mark_safe(linebreaks(format_html('<bdi dir="auto">{}</bdi>', text)))
    return format_html('<bdi dir="auto">{}</bdi>', text)


def _figure(node: Schema, value: Any, language: str) -> SafeString:
    year = node.get("maximum", 10**9) <= 9999
    text = str(value) if year else number(value)
    unit = form_texts.unit(node["x-unit"], language) if node.get("x-unit") == "metres" else ""
    return format_html('<bdi dir="ltr">{}</bdi>{}', text, f"\u00a0{unit}" if unit else "")


def _day(value: str) -> SafeString | str:
    if "T" in value:
        return format_html('<time datetime="{}">{}</time>', value, dates.moment(datetime.fromisoformat(value)))
    if value.count("-") == 2:
        return format_html('<time datetime="{}">{}</time>', value, dates.medium(date.fromisoformat(value)))
    return format_html('<time datetime="{}">{}</time>', value, dates.month(date.fromisoformat(f"{value}-01")) if "-" in value else value)


def changed(now: Any, then: Any) -> SafeString | str:
    """(+30) or (−6), where both are figures that differ; nothing otherwise."""
    try:
        change = Change(old=Decimal(str(then)), new=Decimal(str(now)))
    except ArithmeticError:
        return ""
    return format_html('<bdi dir="ltr">({})</bdi>', difference(change.amount.normalize().__format__("f"))) if change.amount else ""
