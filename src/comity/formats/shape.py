"""The shape of a place as it stands in acts, checked as people should mend it, not only as the folds can bear it.

Shapes are those of conduct.places: point and circle (with a centre), line and polygon (with points), several (with parts);
integers of 1e-7 degree and metres. A bare position ({"lat", "lon"}) is taken as a point: forms have such fields too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity.formats import limits, rings
from comity.formats.positions import BOUNDS, Fault, point

Shape = Mapping[str, Any]

LEAST = {"polygon": 3, "line": 2}


def faults_of(shape: object) -> list[Fault]:
    """Everything that keeps a record from being a shape that can be drawn and measured; empty when it is one."""
    if not isinstance(shape, Mapping):
        return [Fault(code="shape-missing", words="There is no area here.")]
    kind = shape.get("shape")
    if kind == "several":
        return _parts_faults(shape.get("parts"))
    if kind == "point" or "lat" in shape:
        return _position_faults(shape.get("centre") if kind else shape, 1)
    if kind == "circle":
        return _circle_faults(shape)
    if kind in LEAST:
        return _points_faults(kind, shape.get("points"))
    return [Fault(code="shape-unknown", words="An area is a polygon, a circle, a line or a point.")]


def parts_of(shape: Shape) -> list[Shape]:
    """The simple shapes a place is made of, bare positions written as points."""
    if shape.get("shape") == "several":
        return [simple for part in shape["parts"] for simple in parts_of(part)]
    return [{"shape": "point", "centre": point(shape["lat"], shape["lon"])}] if "lat" in shape else [shape]


def positions_of(shape: Shape) -> list[dict[str, int]]:
    """The positions that define a place, in order: corners, and the centres of circles and points."""
    return [dict(place) for part in parts_of(shape) for place in (part["points"] if "points" in part else [part["centre"]])]


def middle(shape: Shape) -> dict[str, int]:
    """A position to name the place by: the centre of a circle, or the middle between the outermost longitudes and latitudes."""
    places = positions_of(shape)
    run = rings.unwrapped(rings.vertices(places))
    lon, lat = ((min(v[axis] for v in run) + max(v[axis] for v in run)) // 2 for axis in (0, 1))
    return point(lat, (lon + rings.HALF) % rings.FULL - rings.HALF) if len(places) > 1 else places[0]


def _parts_faults(parts: object) -> list[Fault]:
    nested = isinstance(parts, list | tuple) and any(isinstance(part, Mapping) and part.get("shape") == "several" for part in parts)
    if nested or not isinstance(parts, list | tuple) or not 1 <= len(parts) <= limits.SHAPE_PARTS:
        return [Fault(code="parts-range", words="A place has between 1 and %(limit)s simple parts.", data={"limit": limits.SHAPE_PARTS})]
    return [fault for part in parts for fault in faults_of(part)]


def _position_faults(place: object, number: int) -> list[Fault]:
    if not isinstance(place, Mapping):
        return [Fault(code="point-missing", words="Point %(number)s is missing.", data={"number": number})]
    for axis, name in (("lat", "latitude"), ("lon", "longitude")):
        value = place.get(axis)
        if type(value) is not int or abs(value) > BOUNDS[axis]:
            words = {
                "lat": "Point %(number)s: latitude lies between 90° S and 90° N.",
                "lon": "Point %(number)s: longitude lies between 180° W and 180° E.",
            }
            return [Fault(code=f"{name}-range", words=words[axis], data={"number": number})]
    return []


def _circle_faults(shape: Shape) -> list[Fault]:
    faults = _position_faults(shape.get("centre"), 1)
    radius = shape.get("radius")
    if type(radius) is not int or not 1 <= radius <= limits.RADIUS_METRES:
        faults.append(
            Fault(
                code="radius-range", words="The radius is between 1 metre and %(limit)s km.", data={"limit": limits.RADIUS_METRES // 1000}
            )
        )
    return faults


def _points_faults(kind: str, points: object) -> list[Fault]:
    if not isinstance(points, list | tuple):
        return [Fault(code="points-missing", words="An area is written with its points.")]
    if len(points) > limits.SHAPE_POINTS:
        return [Fault(code="points-many", words="An area has at most %(limit)s points.", data={"limit": limits.SHAPE_POINTS})]
    faults = [fault for number, place in enumerate(points, start=1) for fault in _position_faults(place, number)]
    if faults:
        return faults
    ring = rings.vertices(points)
    if len(ring) < LEAST[kind]:
        words = "A polygon has at least three different points." if kind == "polygon" else "A line has at least two different points."
        return [Fault(code="points-few", words=words)]
    return _ring_faults(ring) if kind == "polygon" else []


def _ring_faults(ring: list[rings.Vertex]) -> list[Fault]:
    crossing = rings.self_crossing(ring)
    if crossing:
        words = (
            "The outline crosses itself: the side after point %(first)s meets the side after point %(second)s. "
            "Put the points in order around the area."
        )
        return [Fault(code="outline-crosses", words=words, data={"first": crossing[0], "second": crossing[1]})]
    return []
