"""Places on the ellipsoid: to the metre, over the antimeridian and at the poles as anywhere."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.conduct.geodesics import DEGREE, metres
from comity.conduct.places import area, box, circle, distance, extent, faults, holds, outline, read_area, separation, touches
from comity.protocol.refusals import Refused
from tests.sources import sources

D = DEGREE


def square(lat, lon, size=D):
    east = lon + size if lon + size <= 180 * D else lon + size - 360 * D
    return area((lat, lon), (lat, east), (lat + size, east), (lat + size, lon))


def points(*corners):
    return [{"lat": lat, "lon": lon} for lat, lon in corners]


# Distances


def test_a_quarter_meridian_is_its_published_length():
    """10 001 965.729 m on WGS84 (the ellipsoid's own constant)."""
    assert distance((0, 0), (90 * D, 0)) == 10_001_966


def test_one_degree_of_the_equator_is_its_arc():
    assert distance((0, 0), (0, D)) == round(6_378_137 * math.pi / 180)


def test_the_shortest_way_crosses_the_antimeridian():
    assert distance((0, 1799 * D // 10), (0, -1799 * D // 10)) == round(6_378_137 * math.pi / 180 * 0.2)


def test_a_pole_has_no_longitude():
    assert separation(circle((90 * D, 17 * D), 0), circle((90 * D, -120 * D), 0)) == 0


# Rings


def test_a_square_over_the_antimeridian_is_as_large_as_anywhere_on_its_latitude():
    here, there = square(10 * D, 20 * D), square(10 * D, 1795 * D // 10)
    assert abs(extent(here) - extent(there)) <= 1


def test_the_inside_does_not_depend_on_the_way_round():
    corners = [(0, 0), (0, D), (D, D), (D, 0)]
    for ring in (corners, corners[::-1]):
        assert holds(area(*ring), (D // 2, D // 2))
        assert not holds(area(*ring), (2 * D, 2 * D))


def test_a_closing_corner_may_be_repeated():
    corners = [(0, 0), (0, D), (D, D), (D, 0)]
    assert extent(area(*corners, corners[0])) == extent(area(*corners))


POLAR = area((80 * D, 0), (80 * D, 90 * D), (80 * D, 180 * D), (80 * D, -90 * D))


def test_a_ring_round_the_pole_holds_the_pole():
    assert holds(POLAR, (90 * D, 0))
    assert not holds(POLAR, (-90 * D, 0))
    assert not holds(POLAR, (79 * D, 45 * D))
    assert box(POLAR) == (80 * D, -180 * D, 90 * D, 180 * D)


def test_a_side_is_the_shortest_line_and_bulges_towards_the_pole():
    """Between two corners at 80° north a quarter turn apart the side runs near 83° north."""
    assert not holds(POLAR, (81 * D, 45 * D))
    assert holds(POLAR, (84 * D, 45 * D))


def test_places_that_overlap_meet_and_lie_in_one_another_touch():
    outer, inner = square(0, 0, 4 * D), square(D, D)
    assert separation(outer, inner) == separation(inner, outer) == 0
    assert separation(square(0, 0), square(0, D)) == 0
    cross = read_area({"shape": "line", "points": points((2 * D, -D), (2 * D, 5 * D))})
    assert separation(outer, cross) == 0


def test_a_hole_between_two_squares_is_measured_across_the_antimeridian():
    west, east = square(0, 178 * D), square(0, -179 * D)
    assert separation(west, east) == distance((D, 179 * D), (D, -179 * D))


def test_exactly_at_the_distance_they_touch_and_a_metre_less_they_do_not():
    border = read_area({"shape": "line", "points": points((0, -D), (0, D))})
    exercise = circle((D, 0), 10_000)
    gap = distance((0, 0), (D, 0)) - 10_000
    assert separation(border, exercise) == gap
    assert touches(border, exercise, buffer=gap)
    assert not touches(border, exercise, buffer=gap - 1)
    assert touches(border.buffered(gap), exercise)


def test_degrees_are_not_a_distance():
    """At 60° north a degree of longitude is half a degree of latitude: a buffer in degrees would be wrong by half."""
    at = circle((60 * D, 0), 0)
    assert touches(at, circle((60 * D, D), 0), buffer=60_000)
    assert not touches(at, circle((61 * D, 0), 0), buffer=60_000)


def test_a_long_side_is_measured_where_it_runs_and_not_only_at_its_ends():
    line = read_area({"shape": "line", "points": points((50 * D, 0), (50 * D, 60 * D))})
    middle = circle((53 * D, 30 * D), 0)
    assert separation(line, middle) < 200_000 < distance((50 * D, 0), (53 * D, 30 * D))


# Circles, extents, boxes


def test_a_circle_over_the_antimeridian_has_its_whole_extent():
    assert abs(extent(circle((0, 180 * D), 100_000)) / 1e6 - 31_415.28) < 0.01


def test_the_whole_of_several_parts_is_measured_together():
    both = read_area(
        {
            "shape": "several",
            "parts": [
                {"shape": "polygon", "points": points((0, 0), (0, D), (D, 0))},
                {"shape": "circle", "centre": {"lat": 0, "lon": 50 * D}, "radius": 1000},
            ],
        }
    )
    assert holds(both, (D // 10, D // 10))
    assert holds(both, (0, 50 * D))
    assert extent(both) == extent(area((0, 0), (0, D), (D, 0))) + extent(circle((0, 50 * D), 1000))


def test_a_box_crosses_the_antimeridian_with_west_beyond_east():
    south, west, north, east = box(area((10 * D, 179 * D), (10 * D, -179 * D), (12 * D, -179 * D), (12 * D, 179 * D)))
    assert (south, west, east) == (10 * D, 179 * D, -179 * D)
    assert north > 12 * D


def test_a_circle_near_the_pole_has_all_longitudes():
    assert box(circle((89 * D, 0), 200_000))[1::2] == (-180 * D, 180 * D)


def test_an_outline_keeps_its_distance_from_the_centre():
    (part,) = circle((70 * D, 179 * D), 50_000).parts
    assert {distance((70 * D, 179 * D), corner) for corner in outline(part)} == {50_000}


# Faults


def test_a_bow_tie_is_a_fault_people_are_told_of():
    assert faults(area((0, 0), (D, D), (D, 0), (0, D + 1))) == ["crosses"]


def test_a_flat_ring_is_a_fault():
    assert "flat" in faults(area((0, 0), (0, D), (0, D // 2)))


def test_parts_over_one_another_are_a_fault():
    one = {"shape": "polygon", "points": points((0, 0), (0, D), (D, D), (D, 0))}
    assert faults(read_area({"shape": "several", "parts": [one, one]})) == ["overlaps"]


def test_a_plain_square_has_no_fault_on_the_antimeridian_and_round_the_pole():
    assert faults(square(0, 1795 * D // 10)) == []
    assert faults(POLAR) == []


@pytest.mark.parametrize(
    "record",
    [
        None,
        {"shape": "heart"},
        {"shape": "polygon", "points": points((0, 0), (0, D))},
        {"shape": "polygon", "points": points((0, 0), (0, 0), (0, D))},
        {"shape": "polygon", "points": points((0, 0), (0, 121 * D), (D, 60 * D))},
        {"shape": "line", "points": points((0, 0), (0, 0))},
        {"shape": "circle", "centre": {"lat": 0, "lon": 0}, "radius": 0},
        {"shape": "circle", "centre": {"lat": 90 * D + 1, "lon": 0}, "radius": 1},
        {"shape": "circle", "centre": {"lat": 0.5, "lon": 0}, "radius": 1},
        {"shape": "point", "centre": {"lat": 0, "lon": True}},
        {"shape": "point", "centre": {"lat": 0, "lon": 0}, "colour": "red"},
        {"shape": "several", "parts": []},
        {"shape": "polygon", "points": points(*((lat, 0) for lat in range(501)))},
    ],
)
def test_what_is_no_place_is_refused(record):
    with pytest.raises(Refused):
        read_area(record)


# Properties

coordinates = st.tuples(st.integers(-89 * D, 89 * D), st.integers(-180 * D, 180 * D))


@settings(max_examples=60, deadline=None)
@given(coordinates, coordinates, st.integers(0, 300_000))
def test_separation_is_the_same_both_ways_and_falls_by_the_buffer(one, other, buffer):
    a, b = circle(one, 1000), circle(other, 0)
    assert separation(a, b) == separation(b, a)
    assert separation(a.buffered(buffer), b) == max(0, separation(a, b) - buffer)


@settings(max_examples=40, deadline=None)
@given(st.integers(-80 * D, 80 * D), st.integers(-180 * D, 179 * D), st.integers(D // 100, D), coordinates)
def test_no_corner_and_no_sampled_point_of_a_ring_lies_nearer_than_its_separation(lat, lon, size, other):
    ring = [(lat, lon), (lat, lon + size if lon + size <= 180 * D else lon + size - 360 * D), (lat + size, lon)]
    there = circle(other, 0)
    least = separation(area(*ring), there)
    assert least <= min(round(metres(corner, other)) for corner in ring)
    assert least == 0 or abs(least - round(_sampled(ring, other))) <= 0.002 * size / D * 111_000 + 1


def _sampled(ring, other):
    from geographiclib.geodesic import Geodesic

    nearest = math.inf
    for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
        line = Geodesic.WGS84.InverseLine(start[0] / D, start[1] / D, end[0] / D, end[1] / D)
        for index in range(501):
            at = line.Position(line.s13 * index / 500)
            nearest = min(nearest, Geodesic.WGS84.Inverse(at["lat2"], at["lon2"], other[0] / D, other[1] / D)["s12"])
    return nearest


# Real zones


def real_zone(file, name):
    features = json.loads((sources("zones") / file).read_text("utf-8"))["features"]
    shape = next(feature["geometry"] for feature in features if name in str(feature["properties"].values()))
    held = shape["coordinates"]
    rings = {"Polygon": held[:1], "MultiPolygon": [part[0] for part in held], "LineString": [held]}[shape["type"]]
    kind = "line" if shape["type"] == "LineString" else "polygon"
    parts = [{"shape": kind, "points": points(*((round(lat * D), round(lon * D)) for lon, lat in ring))} for ring in rings]
    return read_area({"shape": "several", "parts": parts})


def test_the_korean_zone_has_its_known_extent_and_holds_its_line():
    zone = real_zone("korea_dmz_lsib_polygon.geojson", "between the two limits")
    line = real_zone("korea_dmz_lsib_polygon.geojson", "Demarcation Line")
    assert extent(zone) // 1_000_000 == 896
    assert separation(zone, line) == 0
    assert faults(zone) == []


def test_the_zone_on_cyprus_is_one_place_of_three_parts():
    zone = real_zone("zones_and_lines_ne10m.geojson", "Cyprus U.N. Buffer Zone")
    assert len(zone.parts) == 3
    assert 200 < extent(zone) / 1e6 < 450
    assert not touches(zone, circle((35 * D, 30 * D), 1000), buffer=100_000)
