"""Words of the catalogue that are no text of its own: procedures known by name alone, and where a measure was published."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

PROCEDURES: Mapping[str, Callable[[], str]] = {
    "adherence": lambda: pgettext("procedure", "adherence"),
    "alert": lambda: pgettext("procedure", "alert"),
    "assistance": lambda: pgettext("procedure", "assistance"),
    "authorization": lambda: pgettext("procedure", "authorization"),
    "clearance": lambda: pgettext("procedure", "clearance"),
    "common-text": lambda: pgettext("procedure", "common text"),
    "hotline": lambda: pgettext("procedure", "direct line"),
    "inspection": lambda: pgettext("procedure", "inspection"),
    "invitation": lambda: pgettext("procedure", "invitation"),
    "joint-activity": lambda: pgettext("procedure", "joint activity"),
    "joint-body": lambda: pgettext("procedure", "joint body"),
    "monitoring": lambda: pgettext("procedure", "monitoring"),
    "secondment": lambda: pgettext("procedure", "secondment"),
    "undertaking": lambda: pgettext("procedure", "undertaking"),
}
"""Procedures that measures name and no text of the software runs yet: people carry them out, or the parties bring one."""

HEADINGS: Mapping[str, Callable[[], str]] = {
    "Information exchange": lambda: pgettext("heading", "Information exchange"),
    "Communication": lambda: pgettext("heading", "Communication"),
    "Troop movement, exercises, and weapon management": lambda: pgettext("heading", "Troop movement, exercises, and weapon management"),
    "Exchanging and convening personnel": lambda: pgettext("heading", "Exchanging and convening personnel"),
    "Troop movement, exercises, weapons": lambda: pgettext("heading", "Troop movement, exercises, weapons"),
    "Border areas / demilitarized zones": lambda: pgettext("heading", "Border areas / demilitarized zones"),
}
"""Headings of the United Nations repository, as printed there."""

_INTRODUCTION = re.compile(r"UN repository, introduction, point (?P<number>\d+)")
_ITEM = re.compile(r"UN repository, part (?P<part>[IVX]+)(?:, (?P<heading>.+))?, item (?P<number>\d+)")
_CICA = re.compile(r"CICA Catalogue (?P<year>\d{4}), (?P<number>[\d.]+(?: [a-z])?)")


def procedure_name(procedure: str) -> str:
    """The name of a procedure of which only the name is known; a name nobody translated is shown as it is."""
    return PROCEDURES[procedure]() if procedure in PROCEDURES else procedure.replace("-", " ")


def source_words(source: str) -> str:
    """Where a measure was published, in the reader's language; a source written otherwise is shown as it is."""
    if found := _INTRODUCTION.fullmatch(source):
        return _("UN repository, introduction, point %(number)s") % found.groupdict()
    if found := _CICA.fullmatch(source):
        return _("CICA catalogue %(year)s, %(number)s") % found.groupdict()
    if found := _ITEM.fullmatch(source):
        return _item(**found.groupdict())
    return source


def _item(part: str, heading: str | None, number: str) -> str:
    if not heading:
        return _("UN repository, part %(part)s, item %(number)s") % {"part": part, "number": number}
    words = HEADINGS[heading]() if heading in HEADINGS else heading
    return _("UN repository, part %(part)s, %(heading)s, item %(number)s") % {"part": part, "heading": words, "number": number}
