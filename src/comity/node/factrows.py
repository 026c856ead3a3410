"""Facts as rows that can be found by time and place. A vague date bounds its whole month or year, and says so."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from typing import Any

from comity.catalogue.form import Form
from comity.conduct.facts import Fact, facts
from comity.conduct.statements import Statement
from comity.node.ports import FactRow

METRES_PER_DEGREE = 111_320
PLACED = ("activity", "unit", "object", "contingent", "incident")


def fact_rows(form: Form, data: Mapping[str, Any], said: Statement) -> Iterable[FactRow]:
    """The rows of one act. `data` is what it says with what its author put right since."""
    if not form.facts:
        return
    for fact in facts(form, data, said.author, said.id, said.at):
        yield _row(fact, said)


def _row(fact: Fact, said: Statement) -> FactRow:
    begins, ends = _bound(fact.begins, last=False), _bound(fact.ends or fact.begins, last=True)
    return FactRow(
        act=fact.act, path=fact.path, case=said.case, measure=said.measure, kind=fact.kind, author=fact.party,
        title=str(fact.fields.get("designation") or fact.fields.get("name") or "")[:300], begins=begins, ends=ends,
        vague=any(text is not None and len(text) < len("2026-01-01") for text in (fact.begins, fact.ends)), box=box_of(fact.place),
        fields={
            "fields": dict(fact.fields), "amounts": dict(fact.amounts), "place": fact.place, "begins": fact.begins,
            "ends": fact.ends, "line": fact.line,
        },
    )  # fmt: skip


def _bound(text: str | None, *, last: bool) -> datetime | None:
    """The first or last moment a date may mean: a year, a month, a day, or a moment itself."""
    if not text:
        return None
    if "T" in text:
        return datetime.fromisoformat(text).astimezone(UTC)
    numbers = [int(part) for part in text.split("-")]
    year, month = numbers[0], numbers[1] if len(numbers) > 1 else (12 if last else 1)
    day = numbers[2] if len(numbers) > 2 else (monthrange(year, month)[1] if last else 1)
    clock = time(23, 59, 59) if last else time(0)
    return datetime.combine(datetime(year, month, day), clock, UTC)  # noqa: DTZ001


def box_of(place: Mapping[str, Any] | None) -> tuple[int, int, int, int] | None:
    """South, west, north, east in 1e-7 degree, wide enough to find the place; west is greater than east across 180 degrees."""
    if not place:
        return None
    if "lat" in place:
        return place["lat"], place["lon"], place["lat"], place["lon"]
    if place.get("shape") == "circle":
        centre, reach = place["centre"], int(place["radius"] * 10_000_000 / METRES_PER_DEGREE) + 1
        return centre["lat"] - reach, centre["lon"] - 2 * reach, centre["lat"] + reach, centre["lon"] + 2 * reach
    points = place.get("points") or []
    if not points:
        return None
    lats, lons = [point["lat"] for point in points], [point["lon"] for point in points]
    if max(lons) - min(lons) > 1_800_000_000:
        return min(lats), min(lon for lon in lons if lon > 0), max(lats), max(lon for lon in lons if lon <= 0)
    return min(lats), min(lons), max(lats), max(lons)
