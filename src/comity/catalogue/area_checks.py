"""Whether an area is one: a circle with centre and radius, or a ring of corners that encloses something once."""

from collections.abc import Mapping
from typing import Any

_TURN = 3_600_000_000
"""Once around the earth, in units of 1e-7 degree."""

Corner = tuple[int, int]


def area_faults(area: Mapping[str, Any]) -> list[str]:
    """Codes of what is wrong: `area-incomplete`, `area-flat`, `area-crosses`, `area-wide`. Corners are 1e-7 degree."""
    if area.get("shape") == "circle":
        return [] if {"centre", "radius"} <= set(area) and "points" not in area else ["area-incomplete"]
    if area.get("shape") != "polygon" or "points" not in area or {"centre", "radius"} & set(area):
        return ["area-incomplete"]
    ring = _ring(area["points"])
    return [] if ring is None else _ring_faults(ring)


def _ring(points: Any) -> list[Corner] | None:
    """Corners as (lon, lat), unrolled over the antimeridian from the first; None where the schema already objects."""
    ring: list[Corner] = []
    for point in points if isinstance(points, list) else []:
        if not isinstance(point, Mapping) or type(point.get("lat")) is not int or type(point.get("lon")) is not int:
            return None
        lon = point["lon"]
        if ring:
            lon += round((ring[-1][0] - lon) / _TURN) * _TURN
        ring.append((lon, point["lat"]))
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    return ring


def _ring_faults(ring: list[Corner]) -> list[str]:
    if len(set(ring)) < 3:
        return ["area-flat"]
    if max(lon for lon, _ in ring) - min(lon for lon, _ in ring) >= _TURN // 2:
        return ["area-wide"]
    if _crosses(ring):
        return ["area-crosses"]
    return ["area-flat"] if _doubled_area(ring) == 0 else []


def _doubled_area(ring: list[Corner]) -> int:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))


def _crosses(ring: list[Corner]) -> bool:
    """Whether two sides that are not neighbours meet. 500 corners make 125,000 pairs: a tenth of a second."""
    sides = list(zip(ring, ring[1:] + ring[:1], strict=True))
    last = len(sides) - 1
    return any(
        _meet(*sides[one], *sides[other])
        for one in range(len(sides))
        for other in range(one + 2, len(sides))
        if not (one == 0 and other == last)
    )


def _meet(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    return _side(a, b, c) * _side(a, b, d) <= 0 and _side(c, d, a) * _side(c, d, b) <= 0 and _boxes_touch(a, b, c, d)


def _side(a: Corner, b: Corner, c: Corner) -> int:
    turn = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (turn > 0) - (turn < 0)


def _boxes_touch(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    return all(max(a[i], b[i]) >= min(c[i], d[i]) and max(c[i], d[i]) >= min(a[i], b[i]) for i in (0, 1))
