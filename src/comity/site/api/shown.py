"""Records of the node as the values the API answers with. No reading, no permission: only one shape into another."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from comity.catalogue.form import Form
from comity.catalogue.form_checks import Fault
from comity.conduct.correlation import Difference, RowDifference
from comity.conduct.duties import Duty
from comity.conduct.measure_terms import MeasureTerms
from comity.conduct.statements import Crossing, Notice, Possible, Reason, Timing
from comity.node.ports import CaseRow, Delivery, DutyRow, FactRow
from comity.site.desk.models import Draft, Remark
from comity.site.journal.reading import MOST, ActLine, DutyLine

DRAFT_LINE = (
    "id", "state", "version", "kind", "terms", "case", "measure", "step", "choice", "period", "to", "title", "prepared_at",
    "submitted_at", "released_at", "act",
)  # fmt: skip


def act_line(line: ActLine) -> dict[str, Any]:
    names = (
        "position", "id", "ours", "sender", "party", "kind", "case", "at", "held_since", "number", "precedence", "title", "measure",
        "step", "choice", "standing",
    )  # fmt: skip
    return {name: getattr(line, name) for name in names} | {"reasons": [list(one) for one in line.reasons]}


def delivery(found: Delivery) -> dict[str, Any]:
    names = ("to", "state", "since", "attempts", "next_at", "reason")
    return {name: getattr(found, name) for name in names} | {"receipted": found.receipt is not None}


def receipt(found: Delivery) -> dict[str, Any]:
    return delivery(found) | {"receipt": found.receipt.decode() if found.receipt else None}


def notice(found: Notice | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "given": found.given.text, "agreed": found.agreed.text, "anchor": point(found.anchor), "deadline": found.deadline,
        "short": found.short, "working": found.working,
    }  # fmt: skip


def timing(found: Timing) -> dict[str, Any]:
    agreed, given = found.agreed, found.given
    spans = {"agreed": agreed.text if agreed else None, "given": given.text if given else None}
    return {"kind": found.kind, "moment": found.moment, "late": found.late, **spans}


def point(value: date | datetime) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value.isoformat()


def reasons(found: Iterable[Reason]) -> list[list[str]]:
    return [[reason.code, *reason.words] for reason in found]


def case_line(row: CaseRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__} | {"participants": list(row.participants)}


def duty_line(line: DutyLine, now: datetime) -> dict[str, Any]:
    """A duty from the book, in the words `Duty.state` uses."""
    row = line.duty
    return _duty(row) | {"title": line.title, "state": _state_now(row, now)}


def _state_now(row: DutyRow, now: datetime) -> str:
    if row.state == "open":
        return "open-past" if now > row.due else "expected"
    return "late-done" if row.state == "late" else row.state


def duty(found: Duty, row: CaseRow, now: datetime) -> dict[str, Any]:
    """A duty from the fold of its case."""
    about = {"measure": row.measure, "procedure": row.procedure, "title": row.title}
    return _duty(found) | about | {"since": found.since or "", "done_by": found.done_by or "", "state": found.state(now)}


def _duty(found: Any) -> dict[str, Any]:
    names = ("key", "case", "measure", "procedure", "step", "owner", "since", "period", "due", "done_by")
    return {name: getattr(found, name, "") for name in names} | {"to": sorted(found.to)}


def possible(found: Possible, terms: MeasureTerms, case: str | None) -> dict[str, Any]:
    names = ("step", "kind", "answers", "period", "holder", "chosen", "aside", "release", "cites", "due")
    return {name: getattr(found, name) for name in names} | {
        "terms": terms.version, "case": case, "measure": terms.measure, "procedure": terms.procedure.id, "to": sorted(found.to),
        "reasons": list(found.reasons),
        "choices": [{"choice": choice, "form": form, "hash": terms.forms.get(form) if form else None} for choice, form in found.choices],
    }  # fmt: skip


def crossing(found: Crossing) -> dict[str, Any]:
    return {"acts": list(found.acts), "thread": found.thread, "settled": found.settled, "stands": found.stands}


def activity(row: FactRow, case: CaseRow | None) -> dict[str, Any]:
    names = ("act", "path", "case", "measure", "kind", "author", "title", "begins", "ends", "vague")
    said = {"fields": dict(row.fields.get("fields", {})), "place": row.fields.get("place")}
    return {name: getattr(row, name) for name in names} | said | {
        "case_open": case is None or case.open, "outcome": case.outcome if case else "",
    }  # fmt: skip


def draft_line(draft: Draft) -> dict[str, Any]:
    people = {name: _username(getattr(draft, name)) for name in ("prepared_by", "assigned_to", "released_by", "seen_by")}
    return {name: getattr(draft, name) for name in DRAFT_LINE} | people


def draft(found: Draft) -> dict[str, Any]:
    said = {name: getattr(found, name) for name in ("refs", "header", "data", "typed")}
    remarks = Remark.objects.select_related("officer").filter(draft=found).order_by("id")[:MOST]
    return draft_line(found) | said | {"remarks": [remark(one) for one in remarks]}


def remark(found: Remark) -> dict[str, Any]:
    return {"officer": found.officer.username, "at": found.at, "text": found.text}


def _username(officer: Any) -> str | None:
    return officer.username if officer else None


def fault(found: Fault, form: Form | None, language: str) -> dict[str, Any]:
    label = form.label(found.path, language) if form is not None and found.path else ""
    return {"path": found.path, "code": found.code, "args": plain(found.args), "label": label}


def plain(value: Mapping[str, Any]) -> dict[str, Any]:
    """Figures of a fault as JSON can say them; a decimal is written out."""
    known: dict[str, Any] = json.loads(json.dumps(dict(value), default=str))
    return known


def difference(found: Difference) -> dict[str, Any]:
    return {"path": found.path, "old": found.old, "new": found.new}


def row_difference(found: RowDifference) -> dict[str, Any]:
    names = ("part", "status", "line", "last_line")
    told = [difference(one) for one in found.differences]
    return {name: getattr(found, name) for name in names} | {"key": list(found.key), "differences": told}
