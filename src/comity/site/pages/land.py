"""Land and coast, and nothing else of what atlases draw: from the vendored Natural Earth outlines and from land given to us.

The outlines are read once per process. Only the part inside the sheet's window is drawn; the cuts made for that
are filled but never stroked, so that no line appears which is not a coast.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from comity.site.pages.projection import Degrees, Pixels, Sheet

VENDOR = Path(__file__).parent / "static" / "vendor" / "maps"
FINE, COARSE = "land-50m.json", "land-110m.json"
NEAR_PIXELS = 0.4
"""A coast point nearer than this to the last one drawn would not be seen."""

Window = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A closed outline in degrees, not repeated at its end, with its bounds (west, south, east, north)."""

    places: tuple[Degrees, ...]
    bounds: Window


def ring(places: Iterable[Sequence[float]]) -> Ring:
    """Longitudes run on past 180° instead of jumping; a ring round a pole (Antarctica's) is closed over it."""
    made = [(float(place[0]), float(place[1])) for place in places]
    made = made[:-1] if len(made) > 1 and made[0] == made[-1] else made
    for i in range(1, len(made)):
        made[i] = (_near(made[i][0], made[i - 1][0]), made[i][1])
    home, pole = _near(made[0][0], made[-1][0]), math.copysign(90, made[0][1])
    if abs(home - made[0][0]) > 180:
        made += [(home, made[0][1]), (home, pole), (made[0][0], pole)]
    lons, lats = [lon for lon, _ in made], [lat for _, lat in made]
    return Ring(places=tuple(made), bounds=(min(lons), min(lats), max(lons), max(lats)))


def _near(lon: float, other: float) -> float:
    """The same meridian by the name that lies nearest to another; one that needs no turn keeps its exact value."""
    turns = round((lon - other) / 360)
    return lon - 360 * turns if turns else lon


@cache
def outlines(name: str) -> tuple[Ring, ...]:
    """The rings of a vendored TopoJSON file (its object `land`)."""
    topology = json.loads((VENDOR / name).read_bytes())
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [_arc(arc, scale, shift) for arc in topology["arcs"]]
    polygons = [p for g in topology["objects"]["land"]["geometries"] for p in (g["arcs"] if g["type"] == "MultiPolygon" else [g["arcs"]])]
    return tuple(ring(_joined(indexes, arcs)) for polygon in polygons for indexes in polygon)


def rings_of(collection: Mapping[str, Any]) -> tuple[Ring, ...]:
    """The rings of the `land` features of a GeoJSON collection."""
    found = [f["geometry"] for f in collection["features"] if f["properties"].get("kind") == "land"]
    polygons = [p for g in found for p in (g["coordinates"] if g["type"] == "MultiPolygon" else [g["coordinates"]])]
    return tuple(ring(line) for polygon in polygons for line in polygon)


@lru_cache(maxsize=64)
def drawn(sheet: Sheet, added: tuple[Ring, ...] = ()) -> tuple[str, str]:
    """(land, coast): SVG path data, the first to be filled by the even-odd rule, the second to be stroked."""
    window = sheet.window()
    land: list[str] = []
    coast: list[str] = []
    for outline in (*outlines(COARSE if sheet.wide else FINE), *added):
        for turn in (-360, 0, 360):
            cut = _clipped(outline, turn, window)
            if len(cut) > 2:
                _draw(cut, sheet, window, land, coast)
    return "".join(land), "".join(coast)


def _arc(arc: Sequence[Sequence[int]], scale: Sequence[float], shift: Sequence[float]) -> list[Degrees]:
    x = y = 0
    places = []
    for step in arc:
        x, y = x + step[0], y + step[1]
        places.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
    return places


def _joined(indexes: Sequence[int], arcs: Sequence[list[Degrees]]) -> list[Degrees]:
    """Arcs one after the other, each sharing its first place with the last of the one before; ~i is arc i backwards."""
    line: list[Degrees] = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        line += arc[1:] if line else arc
    return line


def _clipped(outline: Ring, turn: int, window: Window) -> Sequence[Degrees]:
    """The ring, moved by whole turns, inside the window (Sutherland and Hodgman)."""
    west, south, east, north = outline.bounds
    if west + turn > window[2] or east + turn < window[0] or south > window[3] or north < window[1]:
        return ()
    places: Sequence[Degrees] = [(lon + turn, lat) for lon, lat in outline.places] if turn else outline.places
    if west + turn >= window[0] and east + turn <= window[2] and south >= window[1] and north <= window[3]:
        return places
    for axis, bound, keep in ((0, window[0], 1), (0, window[2], -1), (1, window[1], 1), (1, window[3], -1)):
        places = _half(places, axis, bound, keep)
    return places


def _half(places: Sequence[Degrees], axis: int, bound: float, keep: int) -> list[Degrees]:
    """What lies on one side of a bound: above it for keep 1, below it for keep -1."""
    kept: list[Degrees] = []
    for i, here in enumerate(places):
        before = places[i - 1]
        inside, was_inside = (here[axis] - bound) * keep >= 0, (before[axis] - bound) * keep >= 0
        if inside != was_inside:
            share = (bound - before[axis]) / (here[axis] - before[axis])
            across = before[1 - axis] + share * (here[1 - axis] - before[1 - axis])
            kept.append((bound, across) if axis == 0 else (across, bound))
        if inside:
            kept.append(here)
    return kept


def _draw(places: Sequence[Degrees], sheet: Sheet, window: Window, land: list[str], coast: list[str]) -> None:
    """Adds one ring to both paths. A seam is followed in small steps, since a straight line in degrees is none on the sheet."""
    start = last = sheet.project(places[0])
    land.append("M" + _text(start))
    coast.append("M" + _text(start))
    for before, here in pairwise(places):
        spot, seam = sheet.project(here), _is_seam(before, here, window)
        if not seam and here is not places[-1] and max(abs(spot[0] - last[0]), abs(spot[1] - last[1])) < NEAR_PIXELS:
            continue
        land.extend("L" + _text(sheet.project(step)) for step in (_steps(before, here) if seam else ()))
        land.append("L" + _text(spot))
        coast.append(("M" if seam else "L") + _text(spot))
        last = spot
    closing = _is_seam(places[-1], places[0], window)
    land.extend("L" + _text(sheet.project(step)) for step in (_steps(places[-1], places[0]) if closing else ()))
    land.append("Z")
    coast.append("" if closing else "L" + _text(start))


def _text(spot: Pixels) -> str:
    return f"{spot[0]:.1f} {spot[1]:.1f}"


def _is_seam(a: Degrees, b: Degrees, window: Window) -> bool:
    """Whether an edge is a cut: along the window, to a pole or along it."""
    if a[0] == b[0] and (a[0] in (window[0], window[2]) or 90 in (abs(a[1]), abs(b[1]))):
        return True
    return a[1] == b[1] and (a[1] in (window[1], window[3]) or abs(a[1]) == 90)


def _steps(a: Degrees, b: Degrees) -> Iterable[Degrees]:
    count = int(max(abs(a[0] - b[0]), abs(a[1] - b[1])) // 2)
    return ((a[0] + (b[0] - a[0]) * i / (count + 1), a[1] + (b[1] - a[1]) * i / (count + 1)) for i in range(1, count + 1))
