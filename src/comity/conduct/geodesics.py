"""Shortest lines on the WGS84 ellipsoid: the arithmetic under `places`, in metres, not yet rounded.

A quick sphere first says which sides could be nearest; only those are measured on the ellipsoid. The sphere never
decides: between it and the ellipsoid all lengths differ by less than `WARP`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from geographiclib.geodesic import Geodesic

DEGREE = 10_000_000
"""Coordinates count in this part of a degree: about a centimetre."""

SPHERE = 6_371_000.0
WARP = 0.006
"""Lengths on the ellipsoid lie between 0.9944 (along the meridian at the equator) and 1.0045 (at the poles) of those on
the sphere of radius SPHERE on which each point keeps its latitude."""

PIECE = 20_000.0
"""Metres: a piece so short bends away from the sphere's great circle by a few centimetres."""

Point = tuple[int, int]
"""Latitude and longitude in 1e-7 degree."""

Vector = tuple[float, float, float]
Place = tuple[float, float]
"""Latitude and longitude in degrees."""


def metres(one: Point, other: Point) -> float:
    return float(_inverse(_degrees(one), _degrees(other), Geodesic.DISTANCE)["s12"])


def _inverse(one: Place, other: Place, wanted: int) -> dict[str, float]:
    found: dict[str, float] = Geodesic.WGS84.Inverse(*one, *other, wanted)
    return found


def _degrees(point: Point) -> Place:
    return point[0] / DEGREE, point[1] / DEGREE


def _vector(place: Place) -> Vector:
    lat, lon = math.radians(place[0]), math.radians(place[1])
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _cross(a: Vector, b: Vector) -> Vector:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _arc(a: Vector, b: Vector) -> float:
    """Metres on the sphere."""
    chord = math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2)
    return 2 * SPHERE * math.asin(min(1.0, chord / 2))


@dataclass(frozen=True, slots=True)
class Piece:
    """A short geodesic (or a point, from itself to itself), with its ends on the sphere and its length there."""

    start: Place
    end: Place
    a: Vector
    b: Vector
    length: float

    @property
    def slack(self) -> float:
        """How far the piece may bend from the sphere's great circle, metres, generously."""
        return 1.0 + 1e-9 * self.length**2

    @classmethod
    def between(cls, start: Place, end: Place) -> Piece:
        a, b = _vector(start), _vector(end)
        return cls(start, end, a, b, _arc(a, b))


@dataclass(frozen=True, slots=True)
class Pieces:
    """All sides of one line or ring, cut into pieces of PIECE metres, or longer where that would make too many."""

    each: tuple[Piece, ...]

    @classmethod
    def of(cls, points: Sequence[Point], sides: Sequence[tuple[Point, Point]]) -> Pieces:
        if not sides:
            place = _degrees(points[0])
            return cls((Piece.between(place, place),))
        around = sum(_arc(_vector(_degrees(start)), _vector(_degrees(end))) for start, end in sides)
        step = max(PIECE, around / 500)
        return cls(tuple(piece for start, end in sides for piece in _cut(_degrees(start), _degrees(end), step)))


def _cut(start: Place, end: Place, step: float) -> Iterator[Piece]:
    count = math.ceil(_arc(_vector(start), _vector(end)) / step) or 1
    if count == 1:
        yield Piece.between(start, end)
        return
    line = Geodesic.WGS84.InverseLine(*start, *end)
    places = [start]
    for index in range(1, count):
        at = line.Position(line.s13 * index / count)
        places.append((at["lat2"], at["lon2"]))
    for one, other in zip(places, [*places[1:], end], strict=True):
        yield Piece.between(one, other)


def apart(one: Pieces, other: Pieces) -> float:
    """Metres between the nearest points of two lines, rings' edges or points; 0 where they cross."""
    candidates = sorted(_candidates(one.each, other.each), key=lambda found: found[0])
    best = math.inf
    for at_least, a, b in candidates:
        if at_least > best:
            break
        best = min(best, _exactly(a, b))
    return best


def _candidates(one: Sequence[Piece], other: Sequence[Piece]) -> Iterator[tuple[float, Piece, Piece]]:
    """The pairs of pieces that could be nearest, each with a length it cannot undercut."""
    bound = min(_arc(a.a, b.a) for a in one for b in other) * (1 + WARP)
    for a in one:
        for b in other:
            reach = (a.length + b.length) * (1 + WARP) / 2
            ends = min(_arc(a.a, b.a), _arc(a.a, b.b), _arc(a.b, b.a), _arc(a.b, b.b))
            if ends * (1 - WARP) - reach <= bound:
                roughly, slack = _roughly(a, b), a.slack + b.slack
                if roughly * (1 - WARP) - slack <= bound:
                    bound = min(bound, roughly * (1 + WARP) + slack)
                    yield max(0.0, roughly * (1 - WARP) - slack), a, b


def _roughly(a: Piece, b: Piece) -> float:
    """Metres between two pieces on the sphere."""
    if _crossing_on_sphere(a, b):
        return 0.0
    ends = ((a.a, b), (a.b, b), (b.a, a), (b.b, a))
    return min(_from_arc(point, piece) for point, piece in ends)


def _crossing_on_sphere(a: Piece, b: Piece) -> bool:
    over, under = _cross(a.a, a.b), _cross(b.a, b.b)
    return _dot(over, b.a) * _dot(over, b.b) < 0 and _dot(under, a.a) * _dot(under, a.b) < 0 and _dot(a.a, b.a) > 0


def _from_arc(point: Vector, piece: Piece) -> float:
    pole = _cross(piece.a, piece.b)
    size = math.sqrt(_dot(pole, pole))
    beside = size > 0 and _dot(_cross(pole, piece.a), point) > 0 and _dot(_cross(piece.b, pole), point) > 0
    if beside:
        return SPHERE * abs(math.asin(max(-1.0, min(1.0, _dot(pole, point) / size))))
    return min(_arc(point, piece.a), _arc(point, piece.b))


def _exactly(a: Piece, b: Piece) -> float:
    if _cross_exactly(a, b):
        return 0.0
    ends = ((a.start, b), (a.end, b), (b.start, a), (b.end, a))
    return min(_from_piece(point, piece) for point, piece in ends)


def _cross_exactly(a: Piece, b: Piece) -> bool:
    if not a.length or not b.length:
        return False
    return _side(a, b.start) * _side(a, b.end) < 0 and _side(b, a.start) * _side(b, a.end) < 0


def _side(piece: Piece, point: Place) -> float:
    """Positive to the right of the piece, negative to the left, 0 on its line."""
    along = _inverse(piece.start, piece.end, Geodesic.AZIMUTH)["azi1"]
    across = _inverse(piece.start, point, Geodesic.AZIMUTH)["azi1"]
    return math.sin(math.radians(across - along)) if point != piece.start else 0.0


def _from_piece(point: Place, piece: Piece) -> float:
    """Metres from a point to the nearest point of a piece: steps along it until they are under a millimetre."""
    if not piece.length:
        return _inverse(point, piece.start, Geodesic.DISTANCE)["s12"]
    line = Geodesic.WGS84.InverseLine(*piece.start, *piece.end)
    along, found = line.s13 / 2, math.inf
    for _ in range(20):
        at = line.Position(along)
        way = _inverse((at["lat2"], at["lon2"]), point, Geodesic.DISTANCE | Geodesic.AZIMUTH)
        found = min(found, way["s12"])
        beside = math.radians(way["azi1"] - at["azi2"])
        angle = min(way["s12"] / SPHERE, 1.5)
        step = SPHERE * math.atan(math.cos(beside) * math.tan(angle))
        before, along = along, min(max(along + step, 0.0), line.s13)
        if abs(along - before) < 0.001:
            break
    return found


def turns_around(point: Point, ring: Sequence[Point]) -> int:
    """How often a closed line turns around a point, clockwise positive: the bearings to its corners added up."""
    bearings = [_bearing(point, corner) for corner in ring]
    total = sum(math.remainder(after - before, 360.0) for before, after in pairwise(bearings))
    return round(total / 360)


def _bearing(point: Point, corner: Point) -> float:
    if point == corner:
        return 0.0
    return _inverse(_degrees(point), _degrees(corner), Geodesic.AZIMUTH)["azi1"]


def round_about(centre: Point, radius: int, corners: int) -> Iterator[Place]:
    """Places on a circle, against the clock, in degrees."""
    for index in range(corners):
        at = Geodesic.WGS84.Direct(*_degrees(centre), -360.0 * index / corners, radius)
        yield at["lat2"], at["lon2"]


def crosses_itself(sides: Sequence[tuple[Point, Point]]) -> bool:
    """Whether two sides that are not neighbours meet. Measured on the ellipsoid where the sphere leaves a doubt."""
    cut = [Piece.between(_degrees(start), _degrees(end)) for start, end in sides]
    last = len(cut) - 1
    for one, a in enumerate(cut):
        for other in range(one + 2, len(cut)):
            if (one, other) != (0, last) and _may_meet(a, cut[other]) and _exactly(a, cut[other]) < 0.005:
                return True
    return False


def _may_meet(a: Piece, b: Piece) -> bool:
    ends = min(_arc(a.a, b.a), _arc(a.a, b.b), _arc(a.b, b.a), _arc(a.b, b.b))
    if ends * (1 - WARP) > (a.length + b.length) * (1 + WARP) / 2:
        return False
    return _roughly(a, b) * (1 - WARP) <= a.slack + b.slack


def box(points: Sequence[Point], sides: Sequence[tuple[Point, Point]], margin: int) -> tuple[int, int, int, int]:
    """South, west, north, east of a line or ring that goes round no pole, and its margin; never too small."""
    south, north = _latitudes(points, sides)
    grow = math.degrees(margin / SPHERE * (1 + WARP)) * DEGREE
    south, north = math.floor(south - grow), math.ceil(north + grow)
    if max(abs(south), abs(north)) >= 90 * DEGREE:
        return max(south, -90 * DEGREE), -180 * DEGREE, min(north, 90 * DEGREE), 180 * DEGREE
    widest = math.cos(math.radians(max(abs(south), abs(north)) / DEGREE))
    west, east = _longitudes(points)
    wider = math.ceil(min(grow / widest, 360.0 * DEGREE))
    west, east = _span(west - wider, east + wider)
    return south, west, north, east


def _latitudes(points: Sequence[Point], sides: Iterable[tuple[Point, Point]]) -> tuple[float, float]:
    """The lowest and highest latitude; a geodesic may bulge towards a pole between its ends (Clairaut)."""
    found = [float(lat) for lat, _ in points]
    for start, end in sides:
        way = _inverse(_degrees(start), _degrees(end), Geodesic.AZIMUTH)
        bearings = math.radians(way["azi1"]), math.radians(way["azi2"])
        if math.cos(bearings[0]) * math.cos(bearings[1]) < 0:
            reduced = math.atan((1 - Geodesic.WGS84.f) * math.tan(math.radians(start[0] / DEGREE)))
            top = math.acos(min(1.0, abs(math.sin(bearings[0])) * math.cos(reduced)))
            highest = math.degrees(math.atan(math.tan(top) / (1 - Geodesic.WGS84.f))) * DEGREE
            found.append(math.copysign(highest, math.cos(bearings[0])))
    return min(found), max(found)


def _longitudes(points: Sequence[Point]) -> tuple[int, int]:
    """The westernmost and easternmost longitude, counted on across the antimeridian from the first corner."""
    turn = 360 * DEGREE
    along = [points[0][1]]
    for lat, lon in points[1:]:
        along.append(along[-1] if abs(lat) == 90 * DEGREE else lon + round((along[-1] - lon) / turn) * turn)
    return min(along), max(along)


def _span(west: int, east: int) -> tuple[int, int]:
    turn = 360 * DEGREE
    if east - west >= turn:
        return -180 * DEGREE, 180 * DEGREE
    return (west + turn // 2) % turn - turn // 2, (east + turn // 2) % turn - turn // 2


def joined_longitudes(spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The narrowest span of longitude that covers all of these; each is west and east."""
    turn = 360 * DEGREE
    ordered = sorted((west, west + (east - west) % turn if east - west != turn else west + turn) for west, east in spans)
    if any(east - west >= turn for west, east in ordered):
        return -180 * DEGREE, 180 * DEGREE
    starts = [west for west, _ in ordered]
    widths = [(max(_beyond(start, west, east) for west, east in ordered), start) for start in starts]
    width, start = min(widths)
    return _span(start, start + width)


def _beyond(start: int, west: int, east: int) -> int:
    """How far east of `start` one must go to have covered this span."""
    turn = 360 * DEGREE
    return (west - start) % turn + (east - west)
