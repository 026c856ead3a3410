"""Places: points, lines, circles and areas on the WGS84 ellipsoid, and how far they lie apart, to the metre.

Coordinates are integers of 1e-7 degree. Sides are geodesics, so the antimeridian and the poles are places like any other.
The inside of a ring is its smaller side, whichever way round it was drawn. Every length that decides anything is rounded
to the metre, since the last bits of a sine differ from one machine to the next; so two nodes never fold two ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

from geographiclib.geodesic import Geodesic

from comity.conduct import geodesics
from comity.conduct.geodesics import DEGREE, Point
from comity.conduct.reading import Field

POINTS = 500
"""Corners of one ring or line: agreed limits read so far have under 400, and 500 against 500 are compared in seconds."""

PARTS = 50
"""Separate parts of one place: an archipelago's list, a zone of several sectors."""

RADIUS = 5_000_000
"""Metres: an eighth of the way round the earth; no circle agreed is a tenth of it."""

TURN = 120 * DEGREE
"""Two neighbouring corners lie at most so far apart, so that the shortest way between them is never in doubt."""

SHAPES = ("point", "circle", "line", "polygon")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A point, a line or a ring, and everything within `margin` metres of it."""

    kind: Literal["point", "line", "ring"]
    points: tuple[Point, ...]
    margin: int = 0

    @cached_property
    def sides(self) -> tuple[tuple[Point, Point], ...]:
        closed = (*self.points, self.points[0]) if self.kind == "ring" else self.points
        return tuple(pairwise(closed))

    @cached_property
    def pieces(self) -> geodesics.Pieces:
        """The sides cut short enough for quick comparison."""
        return geodesics.Pieces.of(self.points, self.sides)

    @cached_property
    def surface(self) -> float:
        """Square metres inside a ring, positive when its corners run against the clock."""
        polygon = Geodesic.WGS84.Polygon()
        for lat, lon in self.points:
            polygon.AddPoint(lat / DEGREE, lon / DEGREE)
        return float(polygon.Compute(False, True)[2])

    def surrounds(self, point: Point) -> bool:
        """True when the point lies inside this ring. On a side, either answer may come: ask for the distance first."""
        if self.kind != "ring":
            return False
        turns = geodesics.turns_around(point, (*self.points, self.points[0]))
        return turns == (-1 if self.surface > 0 else 1)


@dataclass(frozen=True, kw_only=True)
class Area:
    """A place, of one part or several."""

    parts: tuple[Part, ...]

    def buffered(self, metres: int) -> Area:
        """The same place and everything within so many metres of it."""
        return Area(parts=tuple(replace(part, margin=part.margin + metres) for part in self.parts))


def read_area(record: Any, *, code: str = "place", path: str = "") -> Area:
    """The place a record says, in one of the shapes below; refuses by path what is unknown, unbounded or ambiguous.

    `{"shape": "point", "centre": {"lat", "lon"}}`, `{"shape": "circle", "centre", "radius"}`,
    `{"shape": "line", "points": […]}`, `{"shape": "polygon", "points": […]}`, each with an optional `margin` in metres, and
    `{"shape": "several", "parts": […]}`. Only whole-number facts are asked here; `faults` asks what people should mend.
    """
    field = Field(record, code, path)
    if isinstance(record, Mapping) and record.get("shape") == "several":
        parts = field.members("shape", "parts")["parts"].items(PARTS, 1)
        return Area(parts=tuple(_part(part) for part in parts))
    return Area(parts=(_part(field),))


def area(*points: Point) -> Area:
    """A ring through corners of (latitude, longitude) in 1e-7 degree."""
    return read_area({"shape": "polygon", "points": [{"lat": lat, "lon": lon} for lat, lon in points]})


def circle(centre: Point, radius: int) -> Area:
    """Everything within so many metres of the centre."""
    return Area(parts=(Part(kind="point", points=(_normal(*centre),), margin=radius),))


def _part(field: Field) -> Part:
    field.need(isinstance(field.value, Mapping) and field.value.get("shape") in SHAPES, f"a shape is one of {', '.join(SHAPES)}.")
    shape = field.value["shape"]
    if shape in ("point", "circle"):
        return _round_part(field, shape)
    own = field.members("shape", "points", optional=("margin",))
    points = tuple(_point(point) for point in own["points"].items(POINTS, 2))
    if shape == "polygon" and points[0] == points[-1]:
        points = points[:-1]
    field.need(shape == "line" or len(set(points)) >= 3, "a polygon has at least three corners.")
    part = Part(kind="line" if shape == "line" else "ring", points=points, margin=_margin(own["margin"]))
    for start, end in part.sides:
        field.need(start != end, "the same corner stands twice in a row.")
        field.need(_near(start, end), "two neighbouring corners lie too far apart. Add a corner between them.")
    return part


def _round_part(field: Field, shape: str) -> Part:
    if shape == "point":
        own = field.members("shape", "centre", optional=("margin",))
        return Part(kind="point", points=(_point(own["centre"]),), margin=_margin(own["margin"]))
    own = field.members("shape", "centre", "radius", optional=("margin",))
    radius = own["radius"].number(1, RADIUS)
    return Part(kind="point", points=(_point(own["centre"]),), margin=radius + _margin(own["margin"]))


def _margin(field: Field) -> int:
    return 0 if field.value is None else field.number(0, RADIUS)


def _point(field: Field) -> Point:
    own = field.members("lat", "lon")
    return _normal(own["lat"].number(-90 * DEGREE, 90 * DEGREE), own["lon"].number(-180 * DEGREE, 180 * DEGREE))


def _normal(lat: int, lon: int) -> Point:
    """One writing for one place: 180° east is 180° west, and a pole has no longitude."""
    if abs(lat) == 90 * DEGREE:
        return lat, 0
    return lat, -lon if lon == 180 * DEGREE else lon


def _near(start: Point, end: Point) -> bool:
    at_pole = 90 * DEGREE in (abs(start[0]), abs(end[0]))
    turn = abs(start[1] - end[1])
    return abs(start[0] - end[0]) <= TURN and (at_pole or min(turn, 360 * DEGREE - turn) <= TURN)


def distance(one: Point, other: Point) -> int:
    """Metres between two points (latitude, longitude in 1e-7 degree) by the shortest way."""
    return round(geodesics.metres(one, other))


def separation(one: Area, other: Area) -> int:
    """Metres between the nearest points of two places; 0 where they touch or overlap."""
    return min(_apart(a, b) for a in one.parts for b in other.parts)


def touches(one: Area, other: Area, *, buffer: int = 0) -> bool:
    """True when the places lie within `buffer` metres of each other. At exactly that distance they do."""
    return separation(one, other) <= buffer


def holds(area: Area, point: Point) -> bool:
    """True when the point lies in the place or on its edge."""
    return separation(area, circle(point, 0)) == 0


def _apart(one: Part, other: Part) -> int:
    if one.surrounds(other.points[0]) or other.surrounds(one.points[0]):
        return 0
    return max(0, round(geodesics.apart(one.pieces, other.pieces)) - one.margin - other.margin)


def extent(area: Area) -> int:
    """Square metres of its rings and circles, added up. A line has none; a margin around a line or ring is not counted."""
    return sum(_extent(part) for part in area.parts)


def _extent(part: Part) -> int:
    if part.kind == "ring":
        return round(abs(part.surface))
    if part.kind == "line" or not part.margin:
        return 0
    # Inscribed rings fall short by a term in 1/n², which two of them let us take away: right to parts in 1e9.
    rough, fine = _disc(part, 180), _disc(part, 360)
    return round((4 * fine - rough) / 3)


def _disc(part: Part, corners: int) -> float:
    polygon = Geodesic.WGS84.Polygon()
    for lat, lon in geodesics.round_about(part.points[0], part.margin, corners):
        polygon.AddPoint(lat, lon)
    return abs(float(polygon.Compute(False, True)[2]))


def outline(part: Part, corners: int = 72) -> tuple[Point, ...]:
    """Corners to draw: those of a line or ring, or so many on a circle. Rounded; for maps only."""
    if part.kind != "point" or not part.margin:
        return part.points
    around = geodesics.round_about(part.points[0], part.margin, corners)
    return tuple(_normal(round(lat * DEGREE), round(lon * DEGREE)) for lat, lon in around)


def box(area: Area) -> tuple[int, int, int, int]:
    """South, west, north, east in 1e-7 degree, never too small. West is greater than east across the antimeridian."""
    boxes = [_box(part) for part in area.parts]
    south, north = min(b[0] for b in boxes), max(b[2] for b in boxes)
    west, east = geodesics.joined_longitudes([(b[1], b[3]) for b in boxes])
    return south, west, north, east


def _box(part: Part) -> tuple[int, int, int, int]:
    poles = [lat for lat in (-90 * DEGREE, 90 * DEGREE) if part.surrounds((lat, 0))]
    south, west, north, east = geodesics.box(part.points, part.sides, part.margin)
    if poles:
        return min(south, *poles), -180 * DEGREE, max(north, *poles), 180 * DEGREE
    return south, west, north, east


def faults(area: Area) -> list[str]:
    """What people should mend before they agree on it.

    `crosses`: a ring cuts itself; `flat`: it encloses less than a square metre; `overlaps`: parts cover the same ground.
    """
    found = []
    if any(part.kind == "ring" and geodesics.crosses_itself(part.sides) for part in area.parts):
        found.append("crosses")
    if any(part.kind == "ring" and abs(part.surface) < 1 for part in area.parts):
        found.append("flat")
    if any(_apart(a, b) == 0 for a, b in _pairs(area.parts) if "line" not in (a.kind, b.kind)):
        found.append("overlaps")
    return found


def _pairs(parts: Iterable[Part]) -> Iterator[tuple[Part, Part]]:
    held = list(parts)
    return ((one, other) for index, one in enumerate(held) for other in held[index + 1 :])
