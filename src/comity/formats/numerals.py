"""Numbers, days and moments as people write them, to the one writing of acts. What can be read two ways is refused.

Grouped by spaces, commas, dots or apostrophes; decimal comma or point; Arabic and Persian digits. A day is written
2026-11-22, 22.11.2026 or 22 Nov 2026; with slashes only if no other reading exists; a vague day stays vague.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from comity.catalogue.form_values import real_day

_SPACES = " \u00a0\u202f\u2009'\u2019\u066c"
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What was written cannot be taken: a permanent code and its figures."""

    code: str
    args: Mapping[str, Any] = field(default_factory=dict)


def ascii_digits(text: str) -> str:
    """Digits of any script as 0-9; the true minus as '-'; marks of direction left out."""
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in text)
    return (
        plain.replace("−", "-").replace("–", "-").translate(dict.fromkeys(map(ord, "\u200e\u200f\u061c\u2066\u2067\u2068\u2069"))).strip()
    )


def whole(text: str) -> int | Unread:
    """A whole number. '1 240', '1,240' and '1.240' are 1240, since they cannot be anything else; '58.000' is asked back."""
    plain = ascii_digits(text)
    if re.fullmatch(r"[+-]?\d{1,16}", plain):
        return int(plain)
    if re.fullmatch(rf"[+-]?\d{{1,3}}(?:[{_SPACES}]\d{{3}})+", plain):
        return int(re.sub(rf"[{_SPACES}]", "", plain))
    grouped = re.fullmatch(r"([+-]?\d{1,3})([.,])(\d{3})((?:\2\d{3})*)", plain)
    if grouped and (grouped[4] or grouped[3] != "000"):
        return int(plain.replace(grouped[2], ""))
    if grouped:
        return Unread(code="number-ambiguous", args={"one": grouped[1] + "000", "other": grouped[1]})
    return Unread(code="number-digits", args={"digits": "".join(c for c in plain if c.isdigit())[:16]})


def decimal(text: str) -> str | Unread:
    """A decimal number in plain writing: no groups, a point, no idle noughts. '1,240' and '1.240' are asked back."""
    plain = re.sub(rf"(?<=\d)[{_SPACES}](?=\d{{3}}(?!\d))", "", ascii_digits(text)).replace("\u066b", ".")
    alone = re.fullmatch(r"([+-]?[1-9]\d{0,2})[.,](\d{3})", plain)
    if alone:
        return Unread(code="number-ambiguous", args={"one": alone[1] + alone[2], "other": f"{alone[1]}.{alone[2]}0"})
    for group, point in ((",", "."), (".", ",")):
        shape = rf"[+-]?(?:\d{{1,18}}|[1-9]\d{{0,2}}(?:\{group}\d{{3}})+)(?:\{point}\d{{1,6}})?"
        if re.fullmatch(shape, plain):
            return plain_decimal(plain.replace(group, "").replace(point, "."))
    return Unread(code="number-unreadable")


def plain_decimal(text: str) -> str:
    """'12.50' as '12.5', '-0' as '0'."""
    value = Decimal(text)
    return f"{value.normalize():f}" if value else "0"


def shown_decimal(text: str) -> str:
    """A decimal for files, so that reading it back is never ambiguous: '1.240' would be, '1.2400' is not."""
    return text + "0" if re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", text) else text


def day(text: str, *, vague: bool) -> str | Unread:
    """A day as YYYY-MM-DD; with `vague` also YYYY-MM and YYYY, where `xx` or nothing stands for what is not known."""
    plain = ascii_digits(text)
    found = _iso_day(plain) or _named_day(plain) or _dotted_day(plain) or _slashed_day(plain)
    if isinstance(found, Unread):
        return found
    if found is None or not real_day(found):
        return Unread(code="day-unreadable")
    return found if vague or found.count("-") == 2 else Unread(code="day-incomplete")


def _iso_day(text: str) -> str | None:
    match = re.fullmatch(r"(\d{4})(?:-(\d{1,2}|xx))?(?:-(\d{1,2}|xx))?(?:[T ]00:00(?::00)?)?", text, re.IGNORECASE)
    if not match or ((match[2] or "").lower() == "xx" and (match[3] or "xx").lower() != "xx"):
        return None
    known = [match[1], *(part.zfill(2) for part in match.groups()[1:] if part and part.lower() != "xx")]
    return "-".join(known)


def _named_day(text: str) -> str | None:
    match = re.fullmatch(r"(?:(\d{1,2})\.? )?([A-Za-z]{3,9})\.?,? (\d{4})", text)
    if not match or match[2][:3].lower() not in _MONTHS:
        return None
    month = _MONTHS.index(match[2][:3].lower()) + 1
    return f"{match[3]}-{month:02}" + (f"-{int(match[1]):02}" if match[1] else "")


def _dotted_day(text: str) -> str | None:
    match = re.fullmatch(r"(?:(\d{1,2})\.)?(\d{1,2})\.(\d{4})", text)
    return f"{match[3]}-{int(match[2]):02}" + (f"-{int(match[1]):02}" if match[1] else "") if match else None


def _slashed_day(text: str) -> str | Unread | None:
    """Day first or month first: taken only where one of the two is no date, or both are the same."""
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    if not match:
        return None
    first, second, year = int(match[1]), int(match[2]), match[3]
    readings = {f"{year}-{month:02}-{of:02}" for of, month in ((first, second), (second, first))}
    real = sorted(reading for reading in readings if real_day(reading))
    if len(real) > 1:
        return Unread(code="day-ambiguous", args={"one": real[0], "other": real[1]})
    return real[0] if real else None


def moment(text: str) -> str | Unread:
    """A time in UTC to the second, `2026-11-22T21:09:08Z`. Without a zone it is UTC, as the label says; others are converted."""
    plain = re.sub(r"\s*UTC$", "Z", ascii_digits(text).upper()).replace(" ", "T", 1)
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?(?:\.0+)?(Z|[+-]\d\d:?\d\d)?", plain)
    if not match or match[4] in ("-00:00", "-0000"):
        return Unread(code="moment-unreadable")
    try:
        at = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3] or ':00'}{(match[4] or 'Z').replace('Z', '+00:00')}")
    except ValueError:
        return Unread(code="moment-unreadable")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
