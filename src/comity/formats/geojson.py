"""Places out and in as GeoJSON (RFC 7946).

Out: outer rings counterclockwise (3.1.6), geometries cut at the 180th meridian (3.1.9), a circle as a ring of 72 corners. The
exact shape of the act stands beside it in the property `shape`, so that what we wrote we read back to the last digit.
In: bounded; heights dropped, open rings closed, rings turned the right way, each told as a note; what crosses itself, has
holes or lies outside the Earth is reported with its feature and left out. Nothing is guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from comity.formats import limits, rings
from comity.formats.positions import UNIT, Fault, point
from comity.formats.shape import Shape, faults_of, parts_of
from comity.protocol.refusals import Refused

MEDIA_TYPE = "application/geo+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One shape found in a file: where (as `features/3`), its name if it had one, and what was mended in reading it."""

    where: str
    name: str
    shape: Shape
    mended: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file held: areas that can be used, and (where, fault) for each that cannot."""

    areas: tuple[Area, ...]
    faults: tuple[tuple[str, Fault], ...]


# Out -----------------------------------------------------------------------------------------------------------------


def geometry(shape: Shape) -> dict[str, Any]:
    """A GeoJSON geometry of a shape that has no faults; a collection where its parts differ in kind."""
    made = [_simple(part) for part in parts_of(shape)]
    if len(made) == 1:
        return made[0]
    kinds = {one["type"].removeprefix("Multi") for one in made}
    if len(kinds) > 1:
        return {"type": "GeometryCollection", "geometries": made}
    lists = [one["coordinates"] if one["type"].startswith("Multi") else [one["coordinates"]] for one in made]
    return {"type": f"Multi{kinds.pop()}", "coordinates": [item for one in lists for item in one]}


def _simple(shape: Shape) -> dict[str, Any]:
    if shape["shape"] == "point":
        return {"type": "Point", "coordinates": _degrees((shape["centre"]["lon"], shape["centre"]["lat"]))}
    if shape["shape"] == "line":
        return _one_or_many("LineString", [_list(part) for part in rings.split_line(rings.vertices(shape["points"]))])
    return _one_or_many("Polygon", [[_list([*ring, ring[0]])] for ring in rings.split(outline(shape))])


def outline(shape: Shape) -> Sequence[rings.Vertex]:
    """The ring of a polygon or circle, not closed and not cut."""
    if shape["shape"] == "circle":
        return rings.circle(shape["centre"]["lat"], shape["centre"]["lon"], shape["radius"])
    return rings.vertices(shape["points"])


def feature(shape: Shape, *, key: str | None = None, **properties: Any) -> dict[str, Any]:
    """One feature; `key` becomes its id. The exact shape is added to the properties."""
    made = {"type": "Feature", "geometry": geometry(shape), "properties": {**properties, "shape": dict(shape)}}
    return made if key is None else {**made, "id": key}


def collection(features: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def write(features: Iterable[Mapping[str, Any]]) -> bytes:
    """A FeatureCollection as UTF-8 bytes."""
    # Degrees have fractions, which canonical bytes refuse; a map is neither signed nor hashed.
    return json.dumps(collection(features), ensure_ascii=False, separators=(",", ":")).encode()


def _one_or_many(kind: str, parts: list[Any]) -> dict[str, Any]:
    return {"type": kind, "coordinates": parts[0]} if len(parts) == 1 else {"type": f"Multi{kind}", "coordinates": parts}


def _degrees(vertex: rings.Vertex) -> list[float]:
    return [vertex[0] / UNIT, vertex[1] / UNIT]


def _list(line: Iterable[rings.Vertex]) -> list[list[float]]:
    return [_degrees(vertex) for vertex in line]


# In ------------------------------------------------------------------------------------------------------------------


def read(data: bytes) -> Reading:
    """Areas from a file. Refuses what is too large or is not GeoJSON at all: `geojson-large`, `geojson-unreadable`, `geojson-many`."""
    areas: list[Area] = []
    faults: list[tuple[str, Fault]] = []
    for where, name, found, exact in _geometries(_parsed(data)):
        if len(areas) + len(faults) >= limits.GEOJSON_AREAS:
            raise Refused(
                "geojson-many", {"limit": limits.GEOJSON_AREAS}, f"The file holds more than {limits.GEOJSON_AREAS} areas. Split it."
            )
        if isinstance(exact, Mapping) and not faults_of(exact):
            areas.append(Area(where=where, name=name, shape=dict(exact)))
            continue
        shape, mended, wrong = _shape(found)
        wrong = wrong or faults_of(shape)
        if wrong:
            faults += [(where, fault) for fault in wrong]
        else:
            areas.append(Area(where=where, name=name, shape=shape, mended=tuple(mended)))
    return Reading(areas=tuple(areas), faults=tuple(faults))


def _parsed(data: bytes) -> Any:
    if len(data) > limits.GEOJSON_BYTES:
        raise Refused(
            "geojson-large",
            {"limit": limits.GEOJSON_BYTES},
            f"The file is larger than {limits.GEOJSON_BYTES // 1024} KB. Send only the areas that are needed.",
        )
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as fault:
        raise Refused("geojson-unreadable", {}, "The file is not GeoJSON. Save it as GeoJSON in UTF-8 and try again.") from fault
    if not isinstance(value, Mapping) or not isinstance(value.get("type"), str):
        raise Refused("geojson-unreadable", {}, "The file is JSON, but not GeoJSON: it has no type.")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _geometries(value: Mapping[str, Any]) -> Iterator[tuple[str, str, Any, Any]]:
    """(where, name, simple geometry, exact shape) for everything in a file; Multi geometries and collections taken apart once."""
    members = value.get("features") if value["type"] == "FeatureCollection" else [value]
    for number, found in enumerate(members if isinstance(members, list) else []):
        member = found if isinstance(found, Mapping) else {}
        stated = member.get("properties")
        properties: Mapping[str, Any] = stated if isinstance(stated, Mapping) else {}
        name = next((text for key in ("name", "title") if isinstance(text := properties.get(key), str)), "")[: limits.NAME_CHARACTERS]
        held = member.get("geometry") if member.get("type") == "Feature" else member
        held = {**held, "properties": properties} if isinstance(held, Mapping) and held.get("type") == "Point" else held
        exact = properties.get("shape")
        parts = [held] if isinstance(exact, Mapping) and not faults_of(exact) else list(_parts(held))
        for place, part in enumerate(parts):
            yield f"features/{number}" + (f"/{place}" if len(parts) > 1 else ""), name, part, exact


def _parts(held: Any) -> Iterator[Any]:
    kind = held.get("type") if isinstance(held, Mapping) else None
    if kind == "GeometryCollection" and isinstance(held.get("geometries"), list):
        yield from held["geometries"]
    elif isinstance(kind, str) and kind.startswith("Multi") and isinstance(held.get("coordinates"), list):
        yield from ({"type": kind[5:], "coordinates": part} for part in held["coordinates"])
    else:
        yield held


def _shape(held: Any) -> tuple[Shape, list[Fault], list[Fault]]:
    """(shape, mended, wrong) of one simple geometry."""
    mended: dict[str, Fault] = {}
    try:
        kind, coordinates = held["type"], held["coordinates"]
        if kind == "Point":
            return _from_point(held, _position(coordinates, mended)), list(mended.values()), []
        if kind == "LineString":
            return {"shape": "line", "points": _positions(coordinates, mended)}, list(mended.values()), []
        if kind != "Polygon":
            return (
                {},
                [],
                [Fault(code="geometry-unknown", words="%(kind)s is not a kind of area this office reads.", data={"kind": str(kind)[:40]})],
            )
        if len(coordinates) > 1:
            return (
                {},
                [],
                [Fault(code="polygon-holes", words="The area has holes. Write the outer line alone, or several areas without holes.")],
            )
        points = _outer(_positions(coordinates[0], mended), mended)
        return {"shape": "polygon", "points": points}, list(mended.values()), []
    except (KeyError, IndexError, TypeError, ValueError, ArithmeticError):
        return (
            {},
            [],
            [
                Fault(
                    code="coordinates-unreadable",
                    words="The coordinates cannot be read. GeoJSON writes longitude, then latitude, in degrees.",
                )
            ],
        )


def _from_point(held: Mapping[str, Any], place: dict[str, int]) -> Shape:
    """A point whose feature says `radius` in metres is a circle, as common drawing tools write one."""
    radius: Any = held.get("properties", {}).get("radius")
    if isinstance(radius, int | Decimal) and not isinstance(radius, bool) and 0 < radius <= limits.RADIUS_METRES:
        return {"shape": "circle", "centre": place, "radius": round(radius)}
    return {"shape": "point", "centre": place}


def _positions(values: Any, mended: dict[str, Fault]) -> list[dict[str, int]]:
    if not isinstance(values, list):
        raise TypeError("a line is a list of positions")
    # One more than allowed is enough to be told that there are too many; the closing point of a ring is another.
    return [_position(value, mended) for value in values[: limits.SHAPE_POINTS + 2]]


def _position(value: Any, mended: dict[str, Fault]) -> dict[str, int]:
    lon, lat = (round(_bounded(number) * UNIT) for number in value[:2])
    if len(value) > 2:
        mended["height-dropped"] = Fault(code="height-dropped", words="Heights were left out.")
    if rings.HALF < abs(lon) <= rings.FULL:
        lon = (lon + rings.HALF) % rings.FULL - rings.HALF
        mended["longitude-turned"] = Fault(code="longitude-turned", words="Longitudes beyond 180° were written the usual way.")
    return point(lat, lon)


def _bounded(number: Any) -> Decimal:
    """A number that can be a degree; 1e999999 would be a million digits long."""
    if isinstance(number, bool) or not isinstance(number, int | Decimal) or not -1000 < number < 1000:
        raise ValueError("no degree")
    return Decimal(number)


def _outer(points: list[dict[str, int]], mended: dict[str, Fault]) -> list[dict[str, int]]:
    """The ring without its closing point, counterclockwise, beginning where it began."""
    if len(points) > 1 and points[0] == points[-1]:
        points = points[:-1]
    else:
        mended["ring-closed"] = Fault(code="ring-closed", words="The outline was not closed; the last point was joined to the first.")
    if rings.turning(rings.unwrapped([(place["lon"], place["lat"]) for place in points])) < 0:
        mended["ring-turned"] = Fault(code="ring-turned", words="The points ran clockwise and were turned the other way.")
        return points[:1] + points[:0:-1]
    return points
