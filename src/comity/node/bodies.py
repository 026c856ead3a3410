"""The body of a step, read strictly: what a fold may rely on. spec/act.md, 'Bodies'."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from comity.protocol.refusals import Refused

STEP_KINDS = frozenset({"step", "taken-as", "settle"})
MEMBERS = frozenset({"measure", "step", "choice", "period", "form", "data", "opening", "parent", "part"})
PARTS = 64
"""Parts of one report: 12 MB, beyond which it is a file that is attached."""
WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
MEASURE = re.compile(r"[a-z][a-z0-9]{0,19}:[A-Za-z0-9.]{1,30}")
DIGEST = re.compile(r"[0-9a-f]{64}")
SALT = re.compile(r"[0-9a-f]{32}")


def check_body(kind: str, body: Mapping[str, Any], *, terms: str | None, case: str | None) -> None:
    """Refuses (`act.body`) a step whose body no fold could read. Other kinds are read strictly by what they are about."""
    if kind not in STEP_KINDS:
        return
    _need(terms is not None and case is not None, "terms and case")
    _need(body.keys() <= MEMBERS, "only known members")
    _need(_fits(body.get("measure"), MEASURE), "measure")
    _need(_fits(body.get("step"), WORD), "step")
    _need(body.get("choice") is None or _fits(body["choice"], WORD), "choice")
    _need(body.get("period") is None or read_period(body["period"]) is not None, "period")
    _need(body.get("form") is None or _fits(body["form"], DIGEST), "form")
    _need(isinstance(body.get("data"), dict), "data")
    _need(body.get("opening") is None or _fits(body["opening"], SALT), "opening")
    _need(body.get("parent") is None or _fits(body["parent"], DIGEST), "parent")
    _need(body.get("part") is None or read_part(body["part"]) is not None, "part")


def read_period(text: Any) -> date | None:
    """A date written YYYY-MM-DD; None for anything else."""
    try:
        found = date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.isoformat() == text else None


def read_part(value: Any) -> tuple[int, int] | None:
    """Which part of how many, as {n, of}; None for anything else."""
    if not isinstance(value, dict) or value.keys() != {"n", "of"} or not all(type(one) is int for one in value.values()):
        return None
    return (value["n"], value["of"]) if 1 <= value["n"] <= value["of"] <= PARTS and value["of"] > 1 else None


def _fits(value: Any, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _need(fits: bool, what: str) -> None:  # noqa: FBT001 - the condition is the point
    if not fits:
        raise Refused("act.body", {"member": what}, f"The body of the act has no lawful {what}. Both sides need the same version.")
