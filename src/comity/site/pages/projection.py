"""From the Earth to the sheet: the two equal-area projections the maps use, and the sheet fitted to what it shows.

The same formulas and parameters as d3-geo's geoAzimuthalEqualArea and geoEqualEarth, so that the drawing made here and the one the
script makes from it lie exactly upon each other. Degrees in, pixels out; y grows downwards. Equal-area, so that no State's land
looks larger than it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

EARTH_METRES = 6_371_008.8
WIDE_DEGREES = 55
"""A region that reaches farther than this from its middle is drawn on Equal Earth."""
LEAST_METRES = 30_000
"""The sheet never shows less than this from side to side: a single point still needs surroundings to be found."""

Degrees = tuple[float, float]
Pixels = tuple[float, float]

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = math.sqrt(3) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A projection with its middle (degrees), scale (pixels per radian) and shift, on so many pixels."""

    kind: Literal["azimuthal", "equal-earth"]
    lon: float
    lat: float
    width: int
    height: int
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def project(self, place: Degrees) -> Pixels:
        """Longitude, latitude to x, y. The antipode is the whole rim of the azimuthal sheet: one point of it is given."""
        plane = _azimuthal(place, self.lon, self.lat) if self.kind == "azimuthal" else _equal_earth(place, self.lon)
        return self.x + self.scale * plane[0], self.y - self.scale * plane[1]

    def invert(self, spot: Pixels) -> Degrees | None:
        """x, y to longitude, latitude; None beside the Earth."""
        plane = (spot[0] - self.x) / self.scale, (self.y - spot[1]) / self.scale
        return _azimuthal_back(plane, self.lon, self.lat) if self.kind == "azimuthal" else _equal_earth_back(plane, self.lon)

    @property
    def metres_per_pixel(self) -> float:
        """In the middle of the sheet."""
        here = self.invert((self.width / 2 - 0.5, self.height / 2))
        there = self.invert((self.width / 2 + 0.5, self.height / 2))
        return EARTH_METRES * angle(here, there) if here and there else EARTH_METRES / self.scale

    @property
    def wide(self) -> bool:
        """Whether so much of the Earth is shown that the coarse coast is enough."""
        return self.metres_per_pixel > 12_000

    def window(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees around what is shown; west and east are counted from the middle, so they may pass 180."""
        if self.kind == "equal-earth":
            return self.lon - 180, -90, self.lon + 180, 90
        edge = [self.invert(spot) for spot in self._edge()]
        places = [place for place in edge if place]
        wests = [(lon - self.lon + 180) % 360 - 180 for lon, _ in places]
        west, east = min(wests), max(wests)
        south, north = min(lat for _, lat in places), max(lat for _, lat in places)
        south, north = -90 if self._shows((0, -90)) else south, 90 if self._shows((0, 90)) else north
        if len(places) < len(edge) or south == -90 or north == 90:
            west, east = -180, 180
        margin = 0.05 * (north - south) + 0.01
        return self.lon + max(west - margin, -180), max(south - margin, -90), self.lon + min(east + margin, 180), min(north + margin, 90)

    def _edge(self) -> Iterable[Pixels]:
        for step in range(25):
            along = step / 24
            yield from (
                (along * self.width, 0),
                (along * self.width, self.height),
                (0, along * self.height),
                (self.width, along * self.height),
            )

    def _shows(self, place: Degrees) -> bool:
        x, y = self.project(place)
        return -9 <= x <= self.width + 9 and -9 <= y <= self.height + 9


def fit(places: Sequence[Degrees], *, width: int, height: int, margin: float = 0.09) -> Sheet:
    """The sheet that shows all these places, `margin` of its height free around them. No place: the whole Earth."""
    centre = middle(places)
    far = max((angle(centre, place) for place in places), default=math.pi) if centre else math.pi
    if centre is None or far > math.radians(WIDE_DEGREES):
        return _world(width, height, centre[0] if centre else 0.0)
    bare = Sheet(kind="azimuthal", lon=round(centre[0], 4), lat=round(centre[1], 4), width=width, height=height)
    spots = [bare.project(place) for place in places]
    return _fitted(bare, spots, margin * height)


def middle(places: Sequence[Degrees]) -> Degrees | None:
    """The middle of places on the sphere; None where they cancel out or there is none."""
    vectors = [_vector(place) for place in places]
    x, y, z = (sum(vector[axis] for vector in vectors) for axis in range(3))
    if math.hypot(x, y, z) < 1e-6 * (len(places) + 1):
        return None
    return math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))


def angle(a: Degrees, b: Degrees) -> float:
    """Radians between two places on the sphere."""
    u, v = _vector(a), _vector(b)
    return 2 * math.asin(min(1.0, math.dist(u, v) / 2))


def along(a: Degrees, b: Degrees, step: float = 1.0) -> list[Degrees]:
    """From a (included) to b (left out) on the shortest way, a place at least every `step` degrees."""
    total = angle(a, b)
    count = max(1, math.ceil(math.degrees(total) / step))
    if count == 1 or total > math.pi - 1e-6:
        return [a]
    u, v, sine = _vector(a), _vector(b), math.sin(total)
    made = [a]
    for i in range(1, count):
        p, q = math.sin(total * (1 - i / count)) / sine, math.sin(total * i / count) / sine
        x, y, z = (p * u[axis] + q * v[axis] for axis in range(3))
        made.append((math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))))
    return made


def _world(width: int, height: int, lon: float) -> Sheet:
    bare = Sheet(kind="equal-earth", lon=float(round(lon, -1)), lat=0.0, width=width, height=height)
    # The outermost points lie on the equator and at the poles; 179.9 so that neither side is the other.
    return _fitted(
        bare,
        [bare.project((bare.lon + side, 0)) for side in (-179.9, 179.9)] + [bare.project((bare.lon, lat)) for lat in (-90, 90)],
        0.02 * height,
    )


def _fitted(bare: Sheet, spots: Sequence[Pixels], free: float) -> Sheet:
    xs, ys = [x for x, _ in spots], [y for _, y in spots]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    closest = bare.width / (LEAST_METRES / EARTH_METRES)
    scale = min(closest, (bare.width - 2 * free) / max(wide, 1e-12), (bare.height - 2 * free) / max(high, 1e-12))
    x = bare.width / 2 - scale * (max(xs) + min(xs)) / 2
    y = bare.height / 2 - scale * (max(ys) + min(ys)) / 2
    return replace(bare, scale=round(scale, 3), x=round(x, 3), y=round(y, 3))


def _vector(place: Degrees) -> tuple[float, float, float]:
    lon, lat = math.radians(place[0]), math.radians(place[1])
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _azimuthal(place: Degrees, lon0: float, lat0: float) -> tuple[float, float]:
    lon, lat, lat0 = math.radians(place[0] - lon0), math.radians(place[1]), math.radians(lat0)
    cosine = math.sin(lat0) * math.sin(lat) + math.cos(lat0) * math.cos(lat) * math.cos(lon)
    if 1 + cosine < 1e-9:
        return 2.0, 0.0
    k = math.sqrt(2 / (1 + cosine))
    return k * math.cos(lat) * math.sin(lon), k * (math.cos(lat0) * math.sin(lat) - math.sin(lat0) * math.cos(lat) * math.cos(lon))


def _azimuthal_back(plane: tuple[float, float], lon0: float, lat0: float) -> Degrees | None:
    rho = math.hypot(*plane)
    if rho > 2:
        return None
    if rho < 1e-12:
        return lon0, lat0
    c, phi = 2 * math.asin(rho / 2), math.radians(lat0)
    lat = math.asin(max(-1.0, min(1.0, math.cos(c) * math.sin(phi) + plane[1] * math.sin(c) * math.cos(phi) / rho)))
    lon = math.atan2(plane[0] * math.sin(c), rho * math.cos(phi) * math.cos(c) - plane[1] * math.sin(phi) * math.sin(c))
    return (lon0 + math.degrees(lon) + 180) % 360 - 180, math.degrees(lat)


def _equal_earth(place: Degrees, lon0: float) -> tuple[float, float]:
    """Places exactly 180° away stay on the side they were given on; so rings cut at the seam do not jump."""
    turn = place[0] - lon0
    lon = math.radians(turn if abs(turn) < 180 + 1e-9 else (turn + 180) % 360 - 180)
    bend = math.asin(_M * math.sin(math.radians(place[1])))
    return lon * math.cos(bend) / (_M * _slope(bend)), _height(bend)


def _equal_earth_back(plane: tuple[float, float], lon0: float) -> Degrees | None:
    bend = plane[1]
    for _ in range(12):
        bend -= (_height(bend) - plane[1]) / _slope(bend)
    if abs(bend) > math.pi / 3 or not math.isfinite(bend):
        return None
    lon = math.degrees(_M * plane[0] * _slope(bend) / math.cos(bend))
    if abs(lon) > 180:
        return None
    return (lon0 + lon + 180) % 360 - 180, math.degrees(math.asin(max(-1.0, min(1.0, math.sin(bend) / _M))))


def _height(bend: float) -> float:
    return bend * (_A1 + _A2 * bend**2 + bend**6 * (_A3 + _A4 * bend**2))


def _slope(bend: float) -> float:
    return _A1 + 3 * _A2 * bend**2 + bend**6 * (7 * _A3 + 9 * _A4 * bend**2)
