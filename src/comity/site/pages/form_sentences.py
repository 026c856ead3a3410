"""Faults as sentences in the reader's language: what is wrong, and how to write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from comity.catalogue.form import Form, steps
from comity.catalogue.form_checks import Fault
from comity.formats.sheets import CellFault
from comity.protocol.refusals import Refused

_SENTENCES = {
    "missing": gettext_lazy("This is needed."),
    "unknown": gettext_lazy("This field is not in the form."),
    "wrong-kind": gettext_lazy("This cannot be read. Type it again."),
    "fraction": gettext_lazy("Use a whole number."),
    "control-character": gettext_lazy("The text holds characters that cannot be sent. Type it again."),
    "not-composed": gettext_lazy("The text holds characters that cannot be sent. Type it again."),
    "too-small": gettext_lazy("Not less than %(limit)s."),
    "too-large": gettext_lazy("Not more than %(limit)s."),
    "too-short": gettext_lazy("This is needed."),
    "too-long": gettext_lazy("At most %(limit)s characters."),
    "too-few": gettext_lazy("At least %(limit)s are needed."),
    "too-many": gettext_lazy("At most %(limit)s fit."),
    "not-in-list": gettext_lazy("Choose an entry of the list."),
    "repeated": gettext_lazy("An entry stands here twice."),
    "format": gettext_lazy("Write it in the form that is shown."),
    "total": gettext_lazy("The parts add up to %(sum)s; the total says %(total)s."),
    "order": gettext_lazy("%(second)s lies before %(first)s."),
    "double-line": gettext_lazy("Line %(line)s stands here twice."),
    "double-row": gettext_lazy("Line %(line)s is called the same. Each line has a name of its own."),
    "area-incomplete": gettext_lazy("Give the corners of the area, or a centre and a radius."),
    "area-flat": gettext_lazy("These corners enclose nothing. Give at least three that do not lie on one line."),
    "area-wide": gettext_lazy("The area reaches around half the earth. Check the letters E and W."),
    "area-crosses": gettext_lazy("The sides of the area cross. Give the corners in order around it."),
    "number-digits": gettext_lazy("Use digits only."),
    "number-ambiguous": gettext_lazy("This can be read as %(one)s or as %(other)s. Write one of them."),
    "number-unreadable": gettext_lazy("Write a number, such as 1240.5."),
    "number-whole": gettext_lazy("Use a whole number."),
    "day-unreadable": gettext_lazy("Write the day as 2026-11-22."),
    "day-incomplete": gettext_lazy("Give the whole day, as 2026-11-22."),
    "day-ambiguous": gettext_lazy("This can be read as %(one)s or as %(other)s. Write one of them."),
    "moment-unreadable": gettext_lazy("Write day and time in UTC, as 2026-11-22 21:09."),
    "amount-unit": gettext_lazy("Write a number and its unit, as 12.5 t."),
    "yes-or-no": gettext_lazy("Write yes or no."),
    "corner-unreadable": gettext_lazy("Corner %(number)s cannot be read. Write it as 45°18′ S 120°28′ W."),
    "position-long": gettext_lazy("A position is at most %(limit)s characters long. Write one position on a line."),
    "position-unreadable": gettext_lazy("“%(text)s” is not a position. Write it as 45°18′ S 120°28′ W."),
    "position-half": gettext_lazy(
        "The part before %(face)s cannot be read. Write degrees, minutes and seconds before one letter, as 45°18′ S."
    ),
    "position-letters": gettext_lazy("Degrees and minutes need their letters N, S, E, W. Write it as 45°18′ S 120°28′ W."),
    "latitude-missing": gettext_lazy("Latitude is missing. Write it as 45°18′ S."),
    "longitude-missing": gettext_lazy("Longitude is missing. Write it as 121°40′ W."),
    "latitude-range": gettext_lazy("Latitude lies between 90° S and 90° N."),
    "longitude-range": gettext_lazy("Longitude lies between 180° W and 180° E."),
    "formula": gettext_lazy("A formula stands here. Put in the value itself."),
    "error-value": gettext_lazy("The spreadsheet shows %(value)s here instead of a value."),
    "date-in-cell": gettext_lazy("The spreadsheet made this the date %(value)s. Format the cell as text and type it again."),
    "missing-column": gettext_lazy("The column “%(column)s” is missing."),
    "unknown-column": gettext_lazy("The column “%(column)s” is not in the form. Remove it, or say which field it is."),
    "unknown-line": gettext_lazy("The line “%(line)s” is not in the form."),
    "unknown-sheet": gettext_lazy("The sheet “%(name)s” holds nothing of this form. Remove it."),
}

_WRITTEN = {
    "date": gettext_lazy("Write the day as 2026-11-22."),
    "vague-date": gettext_lazy("Write a day, month or year that exists: 2026-11-22, 2026-11 or 2026."),
    "moment": gettext_lazy("Write day and time in UTC, as 2026-11-22 21:09."),
    "decimal": gettext_lazy("Write a number, such as 1240.5."),
    "email": gettext_lazy("Write an e-mail address."),
}

_REFUSALS = {
    "sheet.large": gettext_lazy("The file is larger than %(limit)s MB. Split the report, or remove pictures from the file."),
    "sheet.unpacks": gettext_lazy(
        "The file unpacks to more than %(limit)s MB, or holds too many parts. Save only the form as a new workbook."
    ),
    "sheet.not-xlsx": gettext_lazy("The file is not an XLSX workbook. Save it as “Excel workbook (.xlsx)” or as CSV in UTF-8."),
    "sheet.active": gettext_lazy(
        "The file carries macros, embedded objects or links to other files. Save it as a plain .xlsx workbook without them."
    ),
    "sheet.unreadable": gettext_lazy("The file is damaged. Open it in a spreadsheet program, save it as a new .xlsx file, and try again."),
    "sheet.encoding": gettext_lazy("The text of the file is not in UTF-8. Save it as “CSV UTF-8”."),
    "sheet.sheets": gettext_lazy("The file has more than %(limit)s sheets. Keep only those of the form."),
    "sheet.rows": gettext_lazy("A sheet has more than %(limit)s rows. Split the report into parts."),
    "sheet.columns": gettext_lazy("A sheet has more than %(limit)s columns. Keep only those of the form."),
    "sheet.cells": gettext_lazy("The file has more than %(limit)s filled cells. Split the report into parts."),
    "sheet.cell-long": gettext_lazy("A cell has more than %(limit)s characters. Shorten it, or send the text as an annex."),
    "sheet.too-much": gettext_lazy("The file took too long or too much memory to read. Save only the form as a new workbook."),
    "sheet.kind": gettext_lazy("Files that can be read end in .xlsx or .csv."),
}


def sentence(fault: Fault, form: Form, language: str | None = None) -> str:
    """What is wrong and how to write it, in the language that is active. Codes unknown here stand as they are."""
    args = {**fault.args}
    if fault.code == "order":
        beside = fault.path.rpartition("/")[0]
        args = {key: form.label(f"{beside}/{name}", language or _language()) for key, name in args.items()}
    if fault.code == "number-digits" and args.get("digits"):
        return _("Use digits only: %(digits)s.") % args
    text = _WRITTEN.get(str(args.get("wanted"))) if fault.code == "format" else None
    return str(text or _SENTENCES.get(fault.code, fault.code)) % args


def place(fault: Fault, form: Form, data: Mapping[str, Any], language: str | None = None) -> str:
    """Where a fault is: 'Line 3, 2nd Brigade, Personnel'. The line number is that of the row, as questions name it."""
    language = language or _language()
    parts = steps(fault.path)
    row = _row(data, parts)
    named = [form.label("/" + "/".join(parts[: n + 1]), language) for n in range(len(parts)) if not parts[n].isdigit()]
    if row is None:
        return pgettext("between parts of a place in a form", ", ").join(
            named[-2:] if len(parts) > 2 else named[-1:] or [form.title(language)]
        )
    said = [
        _("Line %(line)s") % {"line": row.get("line", int(parts[1]) + 1)},
        str(row.get("name") or row.get("designation") or ""),
        *named[1:][-1:],
    ]
    return pgettext("between parts of a place in a form", ", ").join(part for part in said if part)


def _row(data: Any, parts: list[str]) -> Mapping[str, Any] | None:
    rows = data.get(parts[0]) if parts else None
    if isinstance(rows, list) and len(parts) > 1 and parts[1].isdigit() and int(parts[1]) < len(rows):
        row = rows[int(parts[1])]
        return row if isinstance(row, Mapping) else None
    return None


def sheet_place(told: CellFault) -> str:
    """Where a fault is in a file: 'Units, row 14, Personnel (C14)'."""
    parts = [told.sheet, _("row %(row)s") % {"row": told.row} if told.row else "", told.column if told.column != told.sheet else ""]
    text = pgettext("between parts of a place in a form", ", ").join(part for part in parts if part)
    return f"{text} ({told.cell})" if told.cell else text


def refusal(refused: Refused) -> str:
    """The sentence of a refused file in the language that is active; the refusal's own where the code is not known here."""
    text = _REFUSALS.get(refused.code)
    return str(refused) if text is None else str(text) % refused.data


def _language() -> str:
    return get_language() or "en"
