"""What an act says, figure by figure, with the calendar and the agreed threshold beside it and questions in the row of their figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from comity.catalogue.form import Form, Schema
from comity.conduct.measure_terms import MeasureTerms
from comity.formats import cells
from comity.formats.sheet_layout import value_at
from comity.node.ports import CaseRow, FactRow
from comity.site.journal import reading
from comity.site.journal.reading import ActLine
from comity.site.pages import agreed
from comity.site.pages.form_shown import shown
from comity.site.pages.forms import render_reading
from comity.site.pages.questions import ASK, Question, ask_url
from comity.site.pages.reports import Earlier

_WHOLE = ("coordinates", "area", "amount")
NAMED_BY = ("name", "designation", "unit", "office", "state", "description", "record")
NEAR = timedelta(days=60)
"""How far the dates of a calendar entry may lie from those of the notice that belongs to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row: what it is, what was said, what the calendar said, from which figure it is notified, and its questions."""

    path: str
    label: str
    value: SafeString | str
    figure: bool
    planned: SafeString | str = ""
    least: SafeString | str = ""
    questions: tuple[Question, ...] = ()
    ask: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The whole of an act: single figures as a table, rows of units or objects as they read, and questions about neither."""

    rows: tuple[Figure, ...]
    tables: SafeString | str
    general: tuple[Question, ...]
    planned: str = ""
    """What people call the calendar entry beside it: 'Calendar 2026'. Empty where there is none."""
    least: bool = False
    lines: tuple[tuple[str, str], ...] = ()
    """Rows one may ask about: the address of each, and its words."""
    ask_fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands beside an act's figures: the terms, questions asked, the report before it; and whether this officer may ask."""

    terms: MeasureTerms | None = None
    asked: Sequence[Question] = ()
    may_ask: bool = False
    last: Earlier | None = None


def figures(line: ActLine, row: CaseRow, form: Form, data: Mapping[str, Any], *, beside: Around) -> Figures:
    """`data` is what the act says with what its author put right since."""
    asked = [one for one in beside.asked if one.about in ("", line.id)]
    last = beside.last.data if beside.last else None
    planned = _planned(line, row)
    columns = _Columns(form=form, planned=planned, last=last, least=_least(beside.terms, line.party), asked=asked)
    rows = tuple(columns.figure(leaf, ask_url(line, row, leaf[0]) if beside.may_ask else "") for leaf in leaves(form, data))
    placed = {id(one) for figure in rows for one in figure.questions}
    label = beside.last.label if beside.last else ""
    tables, seen = _tables(form, data, asked, last=last, last_label=label)
    year = planned.begins.year if planned and planned.begins else 0
    return Figures(
        rows=rows,
        tables=tables,
        general=tuple(one for one in asked if id(one) not in placed | seen),
        planned=_("Calendar %(year)s") % {"year": year} if year else label,
        least=any(one.least for one in rows),
        lines=tuple(_lines(form, data, line)) if beside.may_ask else (),
        ask_fields=(("terms", row.terms), ("measure", row.measure), ("case", row.id), ("step", ASK)),
    )


def _lines(form: Form, data: Mapping[str, Any], line: ActLine) -> Iterator[tuple[str, str]]:
    """Every repeating row: 'Units, line 14: 1st Brigade'."""
    for part in form.rows:
        for index, row in enumerate(data.get(part, ())):
            named = next((str(row[key]) for key in NAMED_BY if row.get(key)), "")
            said = {"part": form.label(f"/{part}", agreed.language()), "line": row.get("line", index + 1), "name": named}
            words = _("%(part)s, line %(line)s: %(name)s") if named else _("%(part)s, line %(line)s")
            yield f"{line.id}/{part}/{index}", words % said


Leaf = tuple[str, Schema, Any]


def leaves(form: Form, data: Mapping[str, Any]) -> Iterator[Leaf]:
    """Every single value that was said, with its pointer, in reading order; repeating rows are left out."""
    yield from _leaves(form, "", form.schema, data)


def _leaves(form: Form, path: str, node: Schema, data: Mapping[str, Any]) -> Iterator[Leaf]:
    for name, inner in form.fields(node):
        value = data.get(name)
        if value is None or _repeats(inner) or inner.get("x-widget") == "reference":
            continue
        if "properties" in inner and inner.get("x-widget") not in _WHOLE:
            yield from _leaves(form, f"{path}/{name}", inner, value)
        else:
            yield f"{path}/{name}", inner, value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Where each column of a figure's row comes from."""

    form: Form
    planned: FactRow | None
    last: Mapping[str, Any] | None
    least: Mapping[str, Any]
    asked: Sequence[Question]

    def figure(self, leaf: Leaf, ask: str) -> Figure:
        path, node, value = leaf
        least = self.least.get(path.rpartition("/")[2])
        return Figure(
            path=path,
            label=self.form.label(path, agreed.language()),
            value=shown(node, value, agreed.language()),
            figure=cells.kind(node) in ("integer", "decimal"),
            planned=self._before(path, node),
            least=shown(node, least, agreed.language()) if least is not None else "",
            questions=tuple(one for one in self.asked if _about(one.path, path)),
            ask=ask,
        )

    def _before(self, path: str, node: Schema) -> SafeString | str:
        """What the calendar said of it; without a calendar entry, what the report before said."""
        name = path.rpartition("/")[2]
        if self.planned is not None:
            value = self.planned.fields.get(name) if name in ("begins", "ends") else self.planned.fields["fields"].get(name)
        else:
            value = value_at(self.last, path[1:]) if self.last else None
        return shown(node, value, agreed.language()) if value is not None else ""


def _about(asked: str, path: str) -> bool:
    """A question about a part of a place or of an amount stands at the whole."""
    return asked == path or asked.startswith(f"{path}/")


# What stands beside --------------------------------------------------------------------------------------------------


def _least(terms: MeasureTerms | None, party: str) -> dict[str, Any]:
    """From which figure on it is notified, by field or category, for the party that notifies."""
    condition = terms.value("threshold", party) if terms and "threshold" in terms.procedure.parameters else None
    tests = condition.get("any", []) if isinstance(condition, dict) else []
    found = [test for test in tests if isinstance(test, dict) and "at_least" in test] if isinstance(tests, list) else []
    return {str(test.get("field") or test.get("category")): test["at_least"] for test in found}


def _planned(line: ActLine, row: CaseRow) -> FactRow | None:
    """The entry of the author's calendar for the same activity: same reference, else same designation at near dates."""
    own = next((fact for fact in reading.facts_of_acts([line.id]) if fact.kind == "activity" and fact.begins and fact.ends), None)
    if own is None or own.begins is None or own.ends is None:
        return None
    near = reading.facts_between(own.begins - NEAR, own.ends + NEAR)
    others = [one for one in near if one.author == own.author and one.measure != row.measure and one.case != row.id]
    said = own.fields["fields"].get("reference")
    by_reference = [one for one in others if said and one.fields["fields"].get("reference") == said]
    by_name = [one for one in others if one.title and one.title.casefold() == own.title.casefold()]
    return next(iter(by_reference), by_name[0] if len(by_name) == 1 else None)


# Rows ----------------------------------------------------------------------------------------------------------------


def _tables(
    form: Form, data: Mapping[str, Any], asked: Sequence[Question], *, last: Mapping[str, Any] | None, last_label: str
) -> tuple[SafeString | str, set[int]]:
    """The repeating rows as they read, each question under its row; and the questions so placed."""
    parts = {name: data[name] for name, node in form.fields(form.schema) if name in data and _repeats(node)}
    if not parts:
        return "", set()
    beside: dict[str, list[Question]] = {}
    for one in asked:
        if one.path.split("/")[1:2] and one.path.split("/")[1] in parts:
            beside.setdefault(_place(one.path), []).append(one.named(_named(form, one.path)))
    marked = {path: render_to_string("pages/parts/questions.html", {"questions": found}) for path, found in beside.items()}
    seen = {id(one) for one in asked if one.path.split("/")[1:2] and one.path.split("/")[1] in parts}
    before = {name: last[name] for name in parts if name in last} if last else None
    return render_reading(form, parts, last=before, last_label=last_label, beside=marked), seen


def _repeats(node: Schema) -> bool:
    return "x-rows" in node or node.get("x-widget") == "matrix"


def _place(path: str) -> str:
    """A question about a cell of a numbered row stands under the whole row; one about a cell of a matrix in the cell."""
    parts = path.split("/")
    return "/".join(parts[:3]) if len(parts) > 2 and parts[2].isdigit() else path


def _named(form: Form, path: str) -> str:
    """The name of the very figure, where the question is about one field of a row."""
    return form.label(path, agreed.language()) if len(path.split("/")) > 3 else ""
