"""What a draft is called, and what differs between two readings of a form, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from comity.catalogue.form import Form, Schema, steps
from comity.conduct.correlation import Difference, RowDifference, differences
from comity.site.desk.models import Draft
from comity.site.desk.occasion import Occasion, Other, period_of
from comity.site.pages import agreed, dates, names
from comity.site.pages.form_shown import changed, shown
from comity.site.pages.form_views import _title as row_title
from comity.site.pages.forms import render_reading
from comity.site.pages.templatetags.comity import number

TITLE = 300


def step_title(occ: Occasion, draft: Draft) -> str:
    if occ.terms is None or draft.kind != "step":
        return agreed.kind_title(draft.kind)
    return agreed.step_title(occ.procedure, draft.step, draft.choice or None)


def title(occ: Occasion, draft: Draft) -> str:
    """'Report: Military forces, 28 November 2026'; for an activity its own name; for a question what it is about."""
    said = _called(occ, draft) or (agreed.measure_title(draft.measure) if draft.measure else "")
    if (day := period_of(draft)) and not _called(occ, draft):
        said = pgettext("case of a date", "%(measure)s, %(day)s") % {"measure": said, "day": dates.long(day)}
    parts = [step_title(occ, draft), said]
    return pgettext("between a step and its subject", ": ").join(part for part in parts if part)[:TITLE]


def _called(occ: Occasion, draft: Draft) -> str:
    data = occ.before.data if occ.change and occ.before else draft.data
    own = str(draft.header.get("subject") or data.get("designation") or data.get("subject") or "")
    if own:
        return own
    about = occ.about or occ.answered
    if about is None:
        return ""
    said = {"measure": agreed.measure_title(draft.measure), "state": names.name_of(about.party)}
    return str(about.data.get("designation") or _("%(measure)s, %(state)s") % said)


def first_header(occ: Occasion, draft: Draft) -> dict[str, str]:
    """An incident is immediate; everything else begins as routine. The language is the reader's, where the terms have it."""
    agreed_languages = occ.version.languages if occ.version else ()
    language = next((code for code in (get_language() or "", "en", *agreed_languages) if code in agreed_languages), "")
    urgent = draft.choice in ("incident", "urgent")
    return {"precedence": "immediate" if urgent else "routine", **({"language": language} if language else {})}


# Beside a question ------------------------------------------------------------------------------------------------------


def beside(other: Other | None) -> dict[str, Any] | None:
    """An act of somebody, to be read beside the draft that answers it."""
    if other is None:
        return None
    said = other.data.get("text")
    return {
        "act": other.act, "party": names.name_of(other.party), "number": other.number, "text": said if isinstance(said, str) else "",
        "reading": render_reading(other.form, other.data) if other.form and not isinstance(said, str) else "",
    }  # fmt: skip


def beside_figure(occ: Occasion, draft: Draft) -> dict[str, Any] | None:
    """The figure a question or an answer is about: where it stands, and what it says."""
    about, other = draft.data.get("about") or {}, occ.about
    if other is None:
        return None
    path = str(about.get("path", ""))
    found: dict[str, Any] = {"act": other.act, "party": names.name_of(other.party), "number": other.number, "line": about.get("line")}
    if other.form is None:
        return found
    if not path:
        return found | {"reading": render_reading(other.form, other.data)}
    return found | {
        "place": _place(other.form, path, other.data),
        "value": _value(other.form, path, other.data),
        "row": _row(other.form, path, other.data),
    }


def _place(form: Form, path: str, data: Any) -> str:
    language = agreed.language()
    parts = steps(path)
    labels = [form.label("/" + "/".join(parts[: n + 1]), language) for n in range(len(parts)) if not parts[n].isdigit()]
    return pgettext("between parts of a place in a form", ", ").join(labels)


def _value(form: Form, path: str, data: Any) -> SafeString | str:
    node, value = form.node(path), data
    for step in steps(path):
        value = (
            value[int(step)]
            if isinstance(value, list) and step.isdigit() and int(step) < len(value)
            else value.get(step)
            if isinstance(value, Mapping)
            else None
        )
    if node is None or (isinstance(value, list | Mapping) and not node.get("x-widget")):
        return ""
    return shown(node, value, agreed.language())


def _row(form: Form, path: str, data: Any) -> SafeString | str:
    """The whole row the figure stands in, as it reads."""
    parts = steps(path)
    rows = data.get(parts[0])
    if len(parts) < 2 or not parts[1].isdigit() or not isinstance(rows, list) or int(parts[1]) >= len(rows):
        return ""
    return render_reading(form, {parts[0]: [rows[int(parts[1])]]})


# Differences --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Differs:
    """One line of 'what changes': where, what was said before, what is to be said. `status`: changed, added, removed."""

    place: str
    status: str
    old: SafeString | str = ""
    new: SafeString | str = ""
    change: SafeString | str = ""
    percent: Fraction | None = None
    old_text: str = ""
    new_text: str = ""


def told_differences(occ: Occasion, now: Mapping[str, Any], then: Mapping[str, Any], form: Form | None = None) -> list[Differs]:
    """What `now` says otherwise than `then`, in the order of the form."""
    form = form or (occ.answered.form if occ.corrects and occ.answered else None) or next((one for one in occ.forms.values() if one), None)
    if form is None:
        return []
    found = differences(now, then, form)
    rows = [line for row in found.rows for line in _row_lines(form, row, now, then)]
    single = [_line(form, one.path, form.node(one.path) or {}, one) for one in found.fields]
    return [*single, *rows]


def _row_lines(form: Form, row: RowDifference, now: Mapping[str, Any], then: Mapping[str, Any]) -> Iterator[Differs]:
    named = _row_name(form, row, now, then)
    if row.status in ("added", "removed"):
        yield Differs(place=named, status=row.status)
    node = form.node(f"/{row.part}/0")
    for one in row.differences if row.status == "changed" else ():
        inner = form.node(f"/{row.part}/0/{one.path}") or node or {}
        yield _line(form, f"/{row.part}/0/{one.path}", inner, one, before=named)


def _row_name(form: Form, row: RowDifference, now: Mapping[str, Any], then: Mapping[str, Any]) -> str:
    rows = (now if row.index is not None else then).get(row.part, [])
    line = row.line if row.index is not None else row.last_line
    found = next((one for one in rows if one.get("line") == line), {})
    parts = [
        _("Line %(line)s") % {"line": line} if line else form.label(f"/{row.part}", agreed.language()),
        row_title(found) or ", ".join(row.key),
    ]
    return pgettext("between parts of a place in a form", ", ").join(part for part in parts if part)


def _line(form: Form, path: str, node: Schema, one: Difference, *, before: str = "") -> Differs:
    language = agreed.language()
    label = form.label(path, language)
    place = pgettext("between parts of a place in a form", ", ").join(part for part in (before, label) if part)
    return Differs(
        place=place, status="changed", old=shown(node, one.old, language), new=shown(node, one.new, language),
        change=changed(one.new, one.old) if one.change and one.old is not None and one.new is not None else "",
        percent=one.change.percent if one.change else None, old_text=_figure(one.old), new_text=_figure(one.new),
    )  # fmt: skip


def _figure(value: Any) -> str:
    return number(value) if isinstance(value, int | str) else ""
