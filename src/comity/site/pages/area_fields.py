"""An area as an officer writes it in a form: its kind, its points one on a line, its radius in kilometres; and back.

The written fields are the truth. The map beside them (area.js) only writes into them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from comity.formats import positions
from comity.formats.positions import Fault
from comity.formats.shape import Shape, faults_of, positions_of

KINDS = ("polygon", "circle", "line", "point")


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFields:
    """What stands in the three fields."""

    kind: str = "polygon"
    points: str = ""
    radius: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was made of the fields: a shape, or faults, each with its line (0 where it concerns no single line). Neither: left empty."""

    shape: Shape | None = None
    faults: tuple[tuple[int, Fault], ...] = ()


def read(fields: AreaFields) -> Written:
    """The shape the fields say. Nothing typed is lost: the caller shows the fields again beside the faults."""
    if not fields.points.strip() and not fields.radius.strip():
        return Written()
    places, faults = positions.read_lines(fields.points)
    radius = _metres(fields.radius) if fields.kind == "circle" else 0
    if isinstance(radius, Fault):
        return Written(faults=(*faults, (0, radius)))
    if fields.kind in ("circle", "point") and len(places) != 1 and not faults:
        faults.append((0, Fault(code="point-single", words="Write exactly one position here: the centre of the circle, or the point.")))
    if faults:
        return Written(faults=tuple(faults))
    shape = _shape(fields.kind, places, radius)
    wrong = faults_of(shape)
    return Written(faults=tuple((0, fault) for fault in wrong)) if wrong else Written(shape=shape)


def written(shape: Shape | None) -> AreaFields:
    """The fields that say a shape, exactly. A place of several parts cannot be edited here."""
    if not shape:
        return AreaFields()
    assert shape.get("shape") != "several", "several parts are shown, not edited"
    points = "\n".join(positions.written(place) for place in positions_of(shape))
    return AreaFields(kind=shape.get("shape", "point"), points=points, radius=kilometres(shape["radius"]) if "radius" in shape else "")


def kilometres(metres: int) -> str:
    """12.5 for 12 500 metres."""
    return f"{Decimal(metres) / 1000:f}".rstrip("0").rstrip(".") if metres % 1000 else str(metres // 1000)


def _metres(text: str) -> int | Fault:
    plain = text.strip().replace(",", ".")
    if not re.fullmatch(r"\d{1,5}(\.\d{1,3})?", plain):
        return Fault(code="radius-unreadable", words="Write the radius in kilometres, as 12 or 12.5.")
    return int(Decimal(plain) * 1000)


def _shape(kind: str, places: list[dict[str, int]], radius: int) -> dict[str, Any]:
    if kind == "circle":
        return {"shape": "circle", "centre": places[0], "radius": radius}
    return {"shape": "point", "centre": places[0]} if kind == "point" else {"shape": kind, "points": places}
