"""Rings of corners: which way round, do they cross themselves, where the 180th meridian cuts them, circles as rings.

A vertex is (longitude, latitude) in integers of 1e-7 degree, so all tests are exact. Edges are straight in longitude and
latitude, as in GeoJSON (RFC 7946, 3.1.1); the exact figure of an area is the text of its act.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from geographiclib.geodesic import Geodesic

from comity.formats.positions import UNIT

Vertex = tuple[int, int]
Exact = tuple[int | Fraction, int | Fraction]

HALF = 180 * UNIT
FULL = 360 * UNIT
CIRCLE_CORNERS = 72


def vertices(points: Iterable[Mapping[str, int]]) -> list[Vertex]:
    """The positions of an act as vertices, repeated neighbours left out, not closed."""
    ring: list[Vertex] = []
    for place in points:
        vertex = (place["lon"], place["lat"])
        if not ring or ring[-1] != vertex:
            ring.append(vertex)
    return ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring


def unwrapped(ring: Sequence[Vertex]) -> list[Vertex]:
    """The same ring with longitudes that run on past 180° instead of jumping: each edge takes the shorter way round."""
    run = list(ring[:1])
    for lon, lat in ring[1:]:
        step = (lon - run[-1][0] + HALF) % FULL - HALF
        run.append((run[-1][0] + step, lat))
    return run


def turning(ring: Sequence[Exact]) -> int | Fraction:
    """Twice the signed area in square units: above 0 is counterclockwise, 0 is no area."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in _edges(ring))


def counterclockwise(ring: Sequence[Vertex]) -> list[Vertex]:
    """RFC 7946, 3.1.6: an outer ring follows the right-hand rule."""
    return list(ring) if turning(ring) >= 0 else list(reversed(ring))


def self_crossing(ring: Sequence[Vertex]) -> tuple[int, int] | None:
    """The first two edges that meet where they should not, counted from 1 (edge n leaves point n); None for a simple ring."""
    edges = list(_edges(unwrapped(ring)))
    for i, first in enumerate(edges):
        for j in range(i + 1, len(edges)):
            beside = j == i + 1 or (i == 0 and j == len(edges) - 1)
            if _folded(first, edges[j], after=j == i + 1) if beside else _meet(first, edges[j]):
                return i + 1, j + 1
    return None


def split(ring: Sequence[Vertex]) -> list[list[Vertex]]:
    """Counterclockwise rings within ±180° that together are the ring (RFC 7946, 3.1.9). One that goes round a pole takes the pole in."""
    run = _over_pole(unwrapped(ring))
    pieces = [run]
    for line in _seams(run):
        pieces = [part for piece in pieces for part in _cut(piece, line)]
    return [counterclockwise(_home(piece)) for piece in pieces]


def split_line(line: Sequence[Vertex]) -> list[list[Vertex]]:
    """A line cut wherever it crosses the 180th meridian."""
    run = unwrapped(line)
    parts: list[list[Vertex]] = [run[:1]]
    for start, end in pairwise(run):
        between = _seams([start, end])
        for seam in between if end[0] > start[0] else reversed(between):
            cut = (seam, round(_latitude_at(start, end, seam)))
            parts[-1].append(cut)
            parts.append([cut])
        parts[-1].append(end)
    return [_home(part) for part in parts if len(part) > 1]


@lru_cache(maxsize=4096)
def circle(lat: int, lon: int, radius: int) -> tuple[Vertex, ...]:
    """A geodesic circle on WGS 84 as 72 corners, counterclockwise from north; radius in metres. Within 0.1 % of its area inside it."""
    corners = []
    for step in range(CIRCLE_CORNERS):
        end = Geodesic.WGS84.Direct(lat / UNIT, lon / UNIT, -360 * step / CIRCLE_CORNERS, radius)
        corners.append((round(end["lon2"] * UNIT), round(end["lat2"] * UNIT)))
    return tuple(corners)


def _edges(ring: Sequence[Exact]) -> Iterable[tuple[Exact, Exact]]:
    return zip(ring, [*ring[1:], *ring[:1]], strict=True)


def _side(a: Exact, b: Exact, c: Exact) -> int:
    value = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (value > 0) - (value < 0)


def _on(a: Exact, b: Exact, c: Exact) -> bool:
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _meet(first: tuple[Exact, Exact], second: tuple[Exact, Exact]) -> bool:
    """Whether two edges share a point, ends included."""
    (a, b), (c, d) = first, second
    if max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
        return False
    s1, s2, s3, s4 = _side(a, b, c), _side(a, b, d), _side(c, d, a), _side(c, d, b)
    if s1 != s2 and s3 != s4:
        return True
    return any(s == 0 and _on(*edge, end) for s, edge, end in ((s1, first, c), (s2, first, d), (s3, second, a), (s4, second, b)))


def _folded(first: tuple[Exact, Exact], second: tuple[Exact, Exact], *, after: bool) -> bool:
    """Whether neighbouring edges lie back upon each other: a spike without area."""
    a, corner, c = (first[0], first[1], second[1]) if after else (second[0], first[0], first[1])
    if _side(a, corner, c) != 0:
        return False
    return (corner[0] - a[0]) * (c[0] - corner[0]) + (corner[1] - a[1]) * (c[1] - corner[1]) < 0


def _over_pole(run: list[Vertex]) -> list[Vertex]:
    """A ring that does not come back to its longitude has gone round a pole: the one on the side of its mean latitude."""
    home = (run[0][0] - run[-1][0] + HALF) % FULL - HALF + run[-1][0]
    if home == run[0][0]:
        return run
    pole = 90 * UNIT if sum(lat for _, lat in run) >= 0 else -90 * UNIT
    return [*run, (home, run[0][1]), (home, pole), (run[0][0], pole)]


def _seams(run: Sequence[Vertex]) -> list[int]:
    west, east = min(lon for lon, _ in run), max(lon for lon, _ in run)
    first = (west - HALF) // FULL + 1
    return [HALF + k * FULL for k in range(first, (east - HALF) // FULL + 1) if HALF + k * FULL < east]


def _latitude_at(a: Exact, b: Exact, line: int) -> Fraction:
    return Fraction(a[1]) + Fraction(b[1] - a[1]) * Fraction(line - a[0]) / Fraction(b[0] - a[0])


def _cut(ring: Sequence[Vertex], line: int) -> list[list[Vertex]]:
    """A simple ring cut along a meridian into simple rings.

    Corners on the line count as a hair east of it, so that crossings are distinct; sorted by latitude they pair up, and
    between the two of a pair the line runs inside the ring.
    """
    east = [lon >= line for lon, _ in ring]
    if len(set(east)) == 1:
        return [list(ring)]
    hair = [(Fraction(lon) + (Fraction(1, UNIT) if lon == line else 0), lat) for lon, lat in ring]
    size = len(ring)
    crossings = {i: _latitude_at(hair[i], hair[(i + 1) % size], line) for i in range(size) if east[i] != east[(i + 1) % size]}
    order = sorted(crossings, key=lambda i: crossings[i])
    partner = {i: order[place ^ 1] for place, i in enumerate(order)}
    return _chains(ring, crossings, partner, line)


def _chains(ring: Sequence[Vertex], crossings: Mapping[int, Fraction], partner: Mapping[int, int], line: int) -> list[list[Vertex]]:
    """Walk from each crossing along the ring to the next, then along the line to its partner, until back at the start."""
    pieces, waiting, size = [], set(crossings), len(ring)
    while waiting:
        start = entry = min(waiting)
        piece: list[Vertex] = []
        while True:
            waiting.discard(entry)
            piece.append((line, round(crossings[entry])))
            corner = (entry + 1) % size
            while corner not in crossings:
                piece.append(ring[corner])
                corner = (corner + 1) % size
            piece += [ring[corner], (line, round(crossings[corner]))]
            entry = partner[corner]
            if entry == start:
                break
        pieces.append(_plain(piece))
    return [piece for piece in pieces if turning(piece) != 0]


def _plain(ring: list[Vertex]) -> list[Vertex]:
    """Without corners that repeat the one before."""
    return [vertex for i, vertex in enumerate(ring) if vertex != ring[i - 1]]


def _home(ring: Sequence[Vertex]) -> list[Vertex]:
    """The ring moved by whole turns so that it lies within ±180°; 180° east and west each stay on their own side."""
    middle = (min(lon for lon, _ in ring) + max(lon for lon, _ in ring)) // 2
    turns = (middle + HALF) // FULL
    return [(lon - turns * FULL, lat) for lon, lat in ring]
