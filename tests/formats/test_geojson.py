"""Places out and in as GeoJSON."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.formats import geojson, limits, shape
from comity.formats.positions import UNIT
from comity.protocol.refusals import Refused


def polygon(*corners):
    return {"shape": "polygon", "points": [{"lat": round(lat * UNIT), "lon": round(lon * UNIT)} for lat, lon in corners]}


AREA = polygon((-45, -121), (-45, -120), (-46, -120), (-46, -121))


def file_of(geometry, **properties):
    return json.dumps({"type": "Feature", "geometry": geometry, "properties": properties}).encode()


def square(*corners):
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]}


def only(reading):
    assert reading.faults == ()
    (area,) = reading.areas
    return area


def codes(data):
    return [fault.code for _, fault in geojson.read(data).faults]


def test_an_outer_ring_is_closed_and_counterclockwise():
    (line,) = geojson.geometry(AREA)["coordinates"]
    assert line[0] == line[-1]
    assert sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(line)) > 0


def test_an_area_over_the_180th_meridian_becomes_two_polygons():
    made = geojson.geometry(polygon((0, 179), (0, -179), (2, -179), (2, 179)))
    assert made["type"] == "MultiPolygon"
    assert {abs(lon) for part in made["coordinates"] for lon, _ in part[0]} == {179.0, 180.0}


def test_a_circle_is_a_ring_and_its_radius_stands_beside_it():
    made = geojson.feature({"shape": "circle", "centre": {"lat": 0, "lon": 0}, "radius": 1000}, key="c")
    assert made["geometry"]["type"] == "Polygon"
    assert len(made["geometry"]["coordinates"][0]) == 73
    assert made["properties"]["shape"]["radius"] == 1000
    assert made["id"] == "c"


def test_parts_of_several_kinds_become_a_collection():
    point = {"shape": "point", "centre": {"lat": 0, "lon": 0}}
    assert geojson.geometry({"shape": "several", "parts": [AREA, AREA]})["type"] == "MultiPolygon"
    assert geojson.geometry({"shape": "several", "parts": [AREA, point]})["type"] == "GeometryCollection"


@given(st.integers(-800_000_000, 800_000_000), st.integers(-1_800_000_000, 1_800_000_000), st.integers(1, 20_000_000), st.integers(1, limits.RADIUS_METRES))
def test_what_we_wrote_we_read_back_to_the_last_digit(lat, lon, size, radius):
    east = (lon + size + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
    shapes = [
        {"shape": "polygon", "points": [{"lat": lat, "lon": lon}, {"lat": lat, "lon": east}, {"lat": lat + size, "lon": east}]},
        {"shape": "circle", "centre": {"lat": lat, "lon": lon}, "radius": radius}, {"shape": "line", "points": [{"lat": lat, "lon": lon}, {"lat": lat + size, "lon": east}]},
        {"shape": "point", "centre": {"lat": lat, "lon": lon}},
    ]
    reading = geojson.read(geojson.write([geojson.feature(one) for one in shapes]))
    assert [area.shape for area in reading.areas] == shapes
    assert reading.faults == ()


def test_a_clockwise_open_ring_with_heights_is_mended_and_told():
    area = only(geojson.read(file_of(square((-121, -45, 10), (-120, -45, 10), (-120, -46, 10), (-121, -46, 10)), name="Area 1")))
    assert area.name == "Area 1"
    assert sorted(note.code for note in area.mended) == ["height-dropped", "ring-closed", "ring-turned"]
    assert area.shape["points"][0] == {"lat": -450000000, "lon": -1210000000}
    assert area.shape["points"][1] == {"lat": -460000000, "lon": -1210000000}


def test_coordinates_are_read_as_decimals_not_as_binary_fractions():
    area = only(geojson.read(b'{"type": "Point", "coordinates": [0.1234567, 1.00000005]}'))
    assert area.shape["centre"] == {"lat": 10000000, "lon": 1234567}


def test_a_point_with_a_radius_is_a_circle():
    assert only(geojson.read(file_of({"type": "Point", "coordinates": [1, 2]}, radius=500))).shape["radius"] == 500


def test_longitudes_beyond_180_are_written_the_usual_way():
    area = only(geojson.read(file_of(square((179, 0), (181, 0), (181, 2), (179, 2), (179, 0)))))
    assert area.shape["points"][1]["lon"] == -1790000000
    assert [note.code for note in area.mended] == ["longitude-turned"]


@pytest.mark.parametrize(("geometry", "code"), [
    (square((0, 0), (2, 2), (2, 0), (0, 2), (0, 0)), "outline-crosses"), (square((0, 0), (1, 1), (0, 0)), "points-few"), (square((0, 91), (1, 0), (1, 1), (0, 91)), "latitude-range"),
    ({"type": "Polygon", "coordinates": [[[0, 0], [9, 0], [9, 9]], [[1, 1], [2, 1], [2, 2]]]}, "polygon-holes"), ({"type": "Curve", "coordinates": []}, "geometry-unknown"),
    ({"type": "Polygon", "coordinates": []}, "coordinates-unreadable"), ({"type": "Point", "coordinates": ["a", None]}, "coordinates-unreadable"), (None, "coordinates-unreadable"),
    ({"type": "Point", "coordinates": [1e999, 0]}, "coordinates-unreadable"), ({"type": "LineString", "coordinates": [[0, 0]] * 600}, "points-many"),
])
def test_what_is_no_area_is_reported_and_left_out(geometry, code):
    data = json.dumps({"type": "Feature", "geometry": geometry, "properties": None}).replace("Infinity", "1e999").encode()
    assert codes(data) == [code]
    assert geojson.read(data).areas == ()


def test_parts_of_a_multipolygon_are_several_areas_and_faults_name_their_feature():
    good, bad = [[[0, 0], [1, 0], [1, 1], [0, 0]]], [[[0, 0], [1, 0], [0, 0]]]
    features = [{"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": [good, bad]}, "properties": {}}]
    reading = geojson.read(json.dumps({"type": "FeatureCollection", "features": features}).encode())
    assert [area.where for area in reading.areas] == ["features/0/0"]
    assert [where for where, _ in reading.faults] == ["features/0/1"]


def test_a_false_exact_shape_is_not_believed():
    data = file_of({"type": "Point", "coordinates": [1, 2]}, shape={"shape": "circle", "centre": {"lat": 0, "lon": 0}, "radius": -1})
    assert only(geojson.read(data)).shape == {"shape": "point", "centre": {"lat": 20000000, "lon": 10000000}}


@pytest.mark.parametrize(("data", "code"), [
    (b"{", "geojson-unreadable"), (b"[]", "geojson-unreadable"), (b'{"a":1}', "geojson-unreadable"), (b"\xff", "geojson-unreadable"), (b"[" * 200_000, "geojson-unreadable"),
    (b'{"type":"Point","coordinates":[NaN,0]}', "geojson-unreadable"), (b" " * (limits.GEOJSON_BYTES + 1), "geojson-large"),
    (json.dumps({"type": "MultiPoint", "coordinates": [[0, 0]] * (limits.GEOJSON_AREAS + 1)}).encode(), "geojson-many"),
])
def test_a_file_that_cannot_be_used_is_refused_whole(data, code):
    with pytest.raises(Refused) as refusal:
        geojson.read(data)
    assert refusal.value.code == code


@pytest.mark.parametrize(("record", "code"), [
    (None, "shape-missing"), ({"shape": "cloud"}, "shape-unknown"), ({"shape": "circle", "centre": {"lat": 0, "lon": 0}, "radius": 0}, "radius-range"),
    ({"shape": "circle", "centre": {"lat": 0, "lon": 0}, "radius": 1.5}, "radius-range"), ({"shape": "polygon"}, "points-missing"), ({"shape": "polygon", "points": [1]}, "point-missing"),
    ({"shape": "point", "centre": {"lat": True, "lon": 0}}, "latitude-range"), ({"shape": "several", "parts": []}, "parts-range"), ({"lat": 0, "lon": 1_800_000_001}, "longitude-range"),
    ({"shape": "several", "parts": [{"shape": "several", "parts": [AREA]}]}, "parts-range"), (polygon((0, 0), (2, 2), (0, 2), (2, 0)), "outline-crosses"),
])
def test_a_record_that_is_no_shape_says_why(record, code):
    assert [fault.code for fault in shape.faults_of(record)] == [code]


def test_the_middle_of_an_area_over_the_180th_meridian_lies_in_it():
    assert shape.middle(polygon((0, 178), (0, -179), (2, -179), (2, 178))) == {"lat": 10000000, "lon": 1795000000}
    assert shape.middle({"lat": 5, "lon": 6}) == {"lat": 5, "lon": 6}
