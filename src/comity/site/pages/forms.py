"""Forms on pages: a JSON Schema form as HTML that needs no script, and what comes back as data with every mistake.

A page puts `render_faults` above and `render_form` inside its own `<form method="post">` (with `data-form` on it if form.js
may help), and gives the POST to `parse`. A press on a row button comes back as `Filled.row`: show the page again, save nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from comity.catalogue.form import Form
from comity.catalogue.form_checks import Fault
from comity.formats.sheets import CellFault
from comity.site.pages.form_posts import Filled, field_name, parse
from comity.site.pages.form_sentences import place, refusal, sentence, sheet_place
from comity.site.pages.form_views import Drawing, cell_path, errors_of

__all__ = ["Filled", "parse", "refusal", "render_faults", "render_form", "render_reading", "render_sheet_faults", "sentence"]


def render_form(
    form: Form,
    filled: Filled,
    *,
    last: Mapping[str, Any] | None = None,
    last_label: str = "",
    states: Sequence[str] = (),
    show_faults: bool = True,
) -> SafeString:
    """The controls of a form in the active language. `last` stands in small print under each cell, called by `last_label` ('2026').

    `states` are offered where a State is written. The caller's page brings the form element, the token and the buttons.
    """
    language = get_language() or "en"
    errors = errors_of(form, filled.faults, filled.data, language) if show_faults and not filled.row else {}
    drawing = Drawing(form=form, language=language, data=filled.data, last=last, typed=filled.typed, errors=errors)
    return render_to_string("pages/form/form.html", {"parts": list(drawing.parts()), "last_label": last_label, "states": states})


def render_faults(form: Form, filled: Filled) -> SafeString:
    """The summary above a form: how many cells to mend, each with a link to it. Empty without faults and after a row button."""
    if not filled.faults or filled.row:
        return SafeString("")
    rows = [(_anchor(form, fault), place(fault, form, filled.data), sentence(fault, form)) for fault in filled.faults]
    return render_to_string("pages/form/faults.html", {"rows": rows, "count": len(rows)})


def _anchor(form: Form, fault: Fault) -> str:
    return field_name(cell_path(form, fault.path)).replace("/", "-")


def render_sheet_faults(form: Form, faults: Sequence[CellFault], name: str) -> SafeString:
    """The faults of a file, each with its sheet, row and column, in the file's order."""
    rows = [(sheet_place(told), sentence(told.fault, form)) for told in faults]
    return render_to_string("pages/form/sheet_faults.html", {"rows": rows, "count": len(rows), "file": name})


def render_reading(
    form: Form,
    data: Mapping[str, Any],
    *,
    last: Mapping[str, Any] | None = None,
    last_label: str = "",
    beside: Mapping[str, Any] | None = None,
) -> SafeString:
    """A form to read: an act, a draft under review. `beside` puts marked-up text at a row or field by its path (questions, answers).

    Rows and fields carry the id `v-…` of their path, as in `v-units-2`, so that a question can link to its line.
    """
    language = get_language() or "en"
    drawing = Drawing(form=form, language=language, data=data, last=last, beside=beside or {}, writing=False)
    context = {"parts": list(drawing.parts()), "last_label": last_label, "beside": beside or {}}
    return render_to_string("pages/form/reading.html", context)
