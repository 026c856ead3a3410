"""The address from which a draft begins, read strictly: terms, measure, step, case, answers, choice, period, about, to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import QueryDict

from comity.conduct.statements import NOTHING
from comity.formats.sheet_layout import value_at
from comity.protocol.refusals import Refused
from comity.site.config import wiring
from comity.site.journal import reading

KINDS = ("step", "taken-as", "settle")
_ACT = re.compile(r"[0-9a-f]{64}")
_POINTER = re.compile(r"(/[^/]{0,60})*")
_OFFICE = re.compile(r"[a-z][a-z0-9-]{1,39}(/[a-z][a-z0-9-]{0,39})?")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")


def fields(query: QueryDict) -> dict[str, Any]:
    """Fields of a new draft. `about` is an act, or an act and a pointer into it: `9f3c…/units/13/personnel`; its line is found here.

    `terms` and `measure` may be left out where a case is named. Refuses (`draft.query`) what does not say a step.
    """
    said: dict[str, Any] = {name: query.get(name, "") for name in ("terms", "measure", "step", "case", "choice")}
    said["kind"] = query.get("kind") or "step"
    row = reading.case_row(said["case"]) if said["case"] else None
    if row is not None:
        said |= {"terms": said["terms"] or row.terms, "measure": said["measure"] or row.measure}
    said["terms"] = said["terms"] or _in_force(said["measure"])
    _need(said["kind"] in KINDS and _fits(_WORD, said["step"]) and _fits(_ACT, said["terms"]) and said["measure"])
    _need(not said["choice"] or _fits(_WORD, said["choice"]))
    said["period"] = _day(query.get("period", "")) or (row.period if row else None)
    said["refs"], said["data"] = _refs(query), _data(query, said["kind"])
    said["to"] = [office for office in query.getlist("to") if _fits(_OFFICE, office)]
    return said


def _in_force(measure: str) -> str:
    """The version in force for a measure, where there is one and only one."""
    with wiring.reading() as office:
        fitting = {terms.version for terms in office.folds.in_force(office.now()) if terms.measure == measure}
    return fitting.pop() if len(fitting) == 1 else ""


def _refs(query: QueryDict) -> list[dict[str, str]]:
    act, about = query.get("answers", ""), _about(query)[0]
    _need(not act or _fits(_ACT, act))
    found = [{"rel": "answers", "act": act}] if act else []
    return found + ([{"rel": "cites", "act": about}] if about and about != act else [])


def _data(query: QueryDict, kind: str) -> dict[str, Any]:
    if kind == "taken-as":
        return {"holder": query.get("holder", "")}
    if kind == "settle":
        return {"stands": query.get("stands") or None}
    act, path = _about(query)
    if not act:
        return {}
    line = query.get("line", "")
    number = int(line) if line.isdigit() and 0 < int(line) <= 100_000 else _line(act, path)
    return {"about": {"act": act, **({"path": path} if path else {}), **({"line": number} if number else {})}}


def _about(query: QueryDict) -> tuple[str, str]:
    act, slash, rest = query.get("about", "").partition("/")
    path = f"/{rest}" if slash else query.get("path", "")
    _need(not act or (_fits(_ACT, act) and _fits(_POINTER, path)))
    return act, path[:200]


def _line(act: str, path: str) -> int | None:
    """The number a row has in the report, as people name it: 'line 14'."""
    found = reading.act(act)
    data: Mapping[str, Any] = (found.content["body"].get("data") if found else None) or NOTHING
    part, _, rest = path.removeprefix("/").partition("/")
    rows, index = data.get(part), rest.partition("/")[0]
    row = rows[int(index)] if isinstance(rows, list) and index.isdigit() and int(index) < len(rows) else None
    line = value_at(row, "line")
    return line if isinstance(line, int) else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise Refused("draft.query", {}, "The period is no date.") from fault


def _fits(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.fullmatch(text) is not None


def _need(fits: object) -> None:
    if not fits:
        raise Refused("draft.query", {}, "The address does not say what is to be drafted. Begin from the case or the measure.")
