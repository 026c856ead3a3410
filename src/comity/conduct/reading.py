"""Strict reading of a record from outside: every value knows the path that leads to it, and is refused by that path.

Nothing is ignored: a member that is not asked for is refused, so that two nodes can never read two things.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any

from comity.catalogue.spans import Duration, NotASpan, Recurrence, read_duration, read_recurrence
from comity.conduct import terms_limits as limits
from comity.protocol.refusals import Refused

NODE = r"[a-z][a-z0-9-]{1,39}"
OFFICE = re.compile(rf"{NODE}/{NODE}")
WORD = re.compile(r"[a-z][a-z0-9_-]{0,63}")
MEASURE = re.compile(r"[a-z][a-z0-9-]{0,19}:[A-Za-z0-9.-]{1,40}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


class Field:
    """One value and its path, as `/measures/0/forms`. Each method gives the value as one type, or refuses.

    `code` is the permanent code of every refusal here: one for each kind of record.
    """

    __slots__ = ("code", "path", "value")

    def __init__(self, value: Any, code: str, path: str = "") -> None:
        self.value, self.code, self.path = value, code, path

    def refuse(self, why: str) -> Refused:
        """The refusal to raise. `why` completes the sentence 'At PATH: …'."""
        return Refused(self.code, {"path": self.path, "reason": why}, f"At {self.path or 'the top'}: {why}")

    def need(self, fits: object, why: str) -> None:
        if not fits:
            raise self.refuse(why)

    def _inner(self, key: str | int, value: Any) -> Field:
        return Field(value, self.code, f"{self.path}/{key}")

    def members(self, *names: str, optional: Collection[str] = ()) -> dict[str, Field]:
        """Exactly these members; an optional one that is missing is a field that holds None."""
        self.need(isinstance(self.value, Mapping), "an object is expected.")
        unknown = [str(key)[:80] for key in self.value if key not in names and key not in optional]
        self.need(not unknown, f"“{', '.join(sorted(unknown)[:5])}” is not known here. Leave it out.")
        missing = [name for name in names if name not in self.value]
        self.need(not missing, f"“{', '.join(missing)}” is missing.")
        return {name: self._inner(name, self.value.get(name)) for name in (*names, *optional)}

    def named(self, at_most: int) -> dict[str, Field]:
        """Members whose names are data."""
        self.need(isinstance(self.value, Mapping), "an object is expected.")
        self.need(len(self.value) <= at_most, f"more than {at_most} entries.")
        return {str(key): self._inner(key, value) for key, value in self.value.items()}

    def items(self, at_most: int, at_least: int = 0) -> list[Field]:
        self.need(isinstance(self.value, list | tuple), "a list is expected.")
        self.need(at_least <= len(self.value) <= at_most, f"between {at_least} and {at_most} entries are expected.")
        return [self._inner(index, value) for index, value in enumerate(self.value)]

    def text(self, at_most: int = limits.WORDS) -> str:
        self.need(isinstance(self.value, str) and self.value.strip() != "", "words are expected.")
        self.need(len(self.value) <= at_most, f"longer than {at_most} characters.")
        return str(self.value)

    def matching(self, pattern: re.Pattern[str], what: str) -> str:
        fits = isinstance(self.value, str) and len(self.value) <= limits.NAME and pattern.fullmatch(self.value)
        self.need(bool(fits), f"{what} is expected.")
        return str(self.value)

    def hex(self, length: int = 64) -> str:
        return self.matching(re.compile(rf"[0-9a-f]{{{length}}}"), f"{length} hexadecimal digits")

    def node(self) -> str:
        return self.matching(re.compile(NODE), "the name of a participant (small letters, digits, hyphens)")

    def office(self) -> str:
        return self.matching(OFFICE, "an office, written participant/desk,")

    def word(self) -> str:
        return self.matching(WORD, "a name (small letters, digits, hyphens)")

    def measure(self) -> str:
        return self.matching(MEASURE, "a measure, written like un:I.1.1,")

    def duration(self) -> Duration:
        try:
            return read_duration(self.value if isinstance(self.value, str) else "")
        except NotASpan:
            raise self.refuse("a duration is expected, written like P42D or PT48H.") from None

    def recurrence(self) -> Recurrence:
        try:
            return read_recurrence(self.value if isinstance(self.value, str) else "")
        except NotASpan:
            raise self.refuse("a recurrence is expected, written like FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=15.") from None

    def number(self, low: int, high: int) -> int:
        self.need(type(self.value) is int and low <= self.value <= high, f"a whole number from {low} to {high} is expected.")
        return int(self.value)

    def flag(self) -> bool:
        self.need(isinstance(self.value, bool), "true or false is expected.")
        return bool(self.value)

    def one_of(self, words: Collection[str]) -> str:
        self.need(isinstance(self.value, str) and self.value in words, f"one of {', '.join(words)} is expected.")
        return str(self.value)

    def date(self) -> date:
        self.need(isinstance(self.value, str) and len(self.value) == 10, "a date is expected, written like 2026-12-15.")
        try:
            return date.fromisoformat(self.value)
        except ValueError:
            raise self.refuse("there is no such date.") from None

    def moment(self) -> datetime:
        """Aware UTC, whole seconds."""
        self.matching(MOMENT, "a time in UTC, written like 2026-12-15T08:00:00Z,")
        try:
            return datetime.strptime(self.value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError:
            raise self.refuse("there is no such time.") from None

    def languages(self, at_most: int = limits.WORDS) -> dict[str, str]:
        """Words by language: at least one language, in any order of keys."""
        found = self.named(limits.LANGUAGES)
        self.need(bool(found), "words in at least one language are expected.")
        for language in found:
            self.need(bool(LANGUAGE.fullmatch(language)), f"“{language[:20]}” is not a language code like en.")
        return {language: field.text(at_most) for language, field in found.items()}

    def apart(self, keys: Collection[str], what: str) -> None:
        """Refuse when one of these names stands twice."""
        twice = sorted({key for key in keys if list(keys).count(key) > 1})
        self.need(not twice, f"{what} “{', '.join(twice[:5])}” stands twice.")
