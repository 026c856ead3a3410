"""Days that may be vague, and exact sums: values of forms as values of Python."""

import calendar
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")

__all__ = ["Decimal", "added", "first_day", "last_day", "real_day"]


def real_day(text: str) -> bool:
    """Whether `YYYY`, `YYYY-MM` or `YYYY-MM-DD` names a year, month or day that exists."""
    match = _DAY.fullmatch(text)
    if not match or match[1] == "0000":
        return False
    year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def first_day(text: str) -> str:
    """The first day that a real, perhaps vague day may mean, `YYYY-MM-DD`."""
    return text + "-01-01"[3 * text.count("-") :] if text.count("-") < 2 else text


def last_day(text: str) -> str:
    """The last day that a real, perhaps vague day may mean, `YYYY-MM-DD`."""
    if text.count("-") == 2:
        return text
    year, month = (text if "-" in text else f"{text}-12").split("-")
    return f"{year}-{month}-{calendar.monthrange(int(year), int(month))[1]:02}"


def added(amounts: Iterable[Any]) -> Decimal | None:
    """The exact sum of whole numbers and decimal texts; None where one of them is neither."""
    total = Decimal(0)
    for amount in amounts:
        if isinstance(amount, bool) or not isinstance(amount, int | str):
            return None
        try:
            total += Decimal(amount)
        except InvalidOperation:
            return None
    return total
