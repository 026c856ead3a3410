"""The map: projections, land without boundaries, numbers, what is solid and what is dotted."""

import itertools
import json
import math
import re
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comity.exercise import region
from comity.formats import geojson
from comity.site.pages import chart, graticule, land
from comity.site.pages.entries import Backdrop, Entry, Links, Reader, Zone, listing
from comity.site.pages.projection import Sheet, along, angle, fit, middle

DAY = date(2026, 12, 10)
COAST = Backdrop(coast=region.coast())
REGION = fit([(-122.6, -43.8), (-117.4, -46.3)], width=480, height=300)
LONGITUDES, LATITUDES = st.floats(-180, 180), st.floats(-89.9, 89.9)


def polygon(*corners):
    return {"shape": "polygon", "points": [{"lat": round(lat * 1e7), "lon": round(lon * 1e7)} for lat, lon in corners]}


def entry(key="heron", shape=None, begins=2, ends=13, **values):
    shape = shape or polygon((-45, -121), (-45, -120), (-46, -120), (-46, -121))
    return Entry(key=key, title=key, begins=date(2026, 12, begins), ends=date(2026, 12, ends), shape=shape, **values)


def numbered(*entries):
    return listing(entries, date(2026, 12, 1), date(2026, 12, 31)).entries


def spots(path):
    return [tuple(map(float, pair.split())) for pair in re.findall(r"-?[\d.]+ -?[\d.]+", path)]


@pytest.mark.parametrize("kind", ["azimuthal", "equal-earth"])
@given(lon=LONGITUDES, lat=LATITUDES, lon0=LONGITUDES, lat0=st.floats(-90, 90))
def test_a_place_comes_back_from_the_sheet(kind, lon, lat, lon0, lat0):
    sheet = Sheet(kind=kind, lon=lon0, lat=lat0, width=480, height=300, scale=500, x=240, y=150)
    assume(kind == "equal-earth" or angle((lon, lat), (lon0, lat0)) < math.pi - 0.01)
    back = sheet.invert(sheet.project((lon, lat)))
    assume(back is not None)
    assert angle((lon, lat), back) < 1e-6


def square_around(lon, lat, half=0.05):
    wide = half / math.cos(math.radians(lat))
    return [(lon - wide, lat - half), (lon + wide, lat - half), (lon + wide, lat + half), (lon - wide, lat + half)]


@pytest.mark.parametrize("kind", ["azimuthal", "equal-earth"])
@given(lon=st.floats(-170, 170), lat=st.floats(-80, 80))
def test_both_projections_keep_areas_equal(kind, lon, lat):
    sheet = Sheet(kind=kind, lon=0, lat=0, width=480, height=300, scale=1000)
    assume(kind == "equal-earth" or angle((lon, lat), (0, 0)) < 2.6)

    def surface(places):
        xy = [sheet.project(place) for place in places]
        return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(xy, [*xy[1:], xy[0]], strict=True))) / 2

    assert surface(square_around(lon, lat)) == pytest.approx(surface(square_around(0, 0)), rel=0.02)


@given(st.lists(st.tuples(st.floats(-179, 179), st.floats(-89, 89)), min_size=1, max_size=8))
def test_everything_asked_for_lies_on_the_sheet(places):
    sheet = fit(places, width=480, height=300)
    for place in places:
        x, y = sheet.project(place)
        assert -1 <= x <= 481
        assert -1 <= y <= 301


def test_a_single_point_has_thirty_kilometres_around_it():
    sheet = fit([(10, 60)], width=480, height=300)
    assert sheet.metres_per_pixel * 480 == pytest.approx(30_000, rel=0.01)


def test_nothing_to_show_shows_the_earth():
    assert fit([], width=480, height=300).kind == "equal-earth"
    assert middle([]) is None


def test_a_long_side_runs_the_shortest_way():
    way = along((-120, 50), (0, 50))
    assert max(lat for _, lat in way) > 65
    assert all(angle(a, b) < math.radians(1.01) for a, b in itertools.pairwise(way))


@pytest.mark.parametrize("places", [
    [(175, -20), (-175, -15)], [(165, 60), (-165, 72)], [(0, -80), (90, -80), (180, -80), (-90, -80)], [(-150, 0), (0, 20), (150, 0), (80, 50)], [(0, 40), (40, 60)],
])
def test_the_coast_never_jumps_across_the_sheet(places):
    sheet = fit(places, width=480, height=300)
    _, coast = land.drawn(sheet)
    for stroke in coast.split("M")[1:]:
        line = spots(stroke.replace("L", " L"))
        steps = [math.dist(a, b) for a, b in itertools.pairwise(line) if all(-5 <= x <= 485 and -5 <= y <= 305 for x, y in (a, b))]
        assert max(steps, default=0) < 60


def shown_as_land(sheet, place):
    """Whether the filled path covers a place, by the even-odd rule."""
    x, y = sheet.project(place)
    crossings = 0
    for ring in land.drawn(sheet)[0].split("Z"):
        line = spots(ring)
        for (ax, ay), (bx, by) in zip(line, [*line[1:], *line[:1]], strict=True):
            crossings += (ay > y) != (by > y) and x < ax + (bx - ax) * (y - ay) / (by - ay)
    return crossings % 2 == 1


@pytest.mark.parametrize(("places", "lands", "seas"), [
    ([(0, 40), (40, 60)], [(10, 50), (20, 52), (37, 55)], [(5, 40), (3, 56), (34, 43)]), ([(-150, 0), (0, 20), (150, 0), (80, 50)], [(20, 0), (-100, 40), (135, -25), (60, 60), (50, -80)], [(-140, 0), (-30, 0), (80, -40), (51, 41.5)]),
    ([(0, -80), (90, -80), (180, -80), (-90, -80)], [(0, -90), (90, -75), (-120, -80)], [(-150, -70), (0, -65)]), ([(165, 60), (-165, 72)], [(178, 66), (-175, 66.5), (165, 64)], [(180, 62), (-178, 69.8)]),
])
def test_land_is_land_and_sea_is_sea_also_at_the_seams(places, lands, seas):
    sheet = fit(places, width=480, height=300)
    assert [shown_as_land(sheet, place) for place in lands] == [True] * len(lands)
    assert [shown_as_land(sheet, place) for place in seas] == [False] * len(seas)


def test_the_region_lies_in_empty_ocean_and_its_land_is_drawn_beside_the_worlds():
    assert land.drawn(REGION) == ("", "")
    filled, stroked = land.drawn(REGION, land.rings_of(region.coast()))
    assert filled.count("Z") >= 4
    assert stroked


def test_the_outlines_hold_land_and_no_boundary():
    for name in (land.COARSE, land.FINE):
        assert set(json.loads((land.VENDOR / name).read_bytes())["objects"]) == {"land"}


def test_lines_of_degrees_are_named_where_they_leave_the_sheet():
    _, labels = graticule.lines(REGION)
    assert [label.text for label in labels if label.x == 4] == ["44°\u00a0S", "45°\u00a0S", "46°\u00a0S"]
    assert "120°\u00a0W" in [label.text for label in labels]
    for label in (label for label in labels if label.x != 4):
        lon, _ = REGION.invert((label.x - 3, label.y))
        assert abs(-lon - int(label.text.split("°")[0])) < 0.05


@pytest.mark.parametrize(("value", "faces", "text"), [(-44.5, "NS", "44°30′\u00a0S"), (0, "NS", "0°"), (180, "EW", "180°"), (-180, "EW", "180°"), (7, "EW", "7°\u00a0E")])
def test_a_degree_is_named_with_its_side(value, faces, text):
    assert graticule.named(value, faces) == text


@given(st.floats(0.001, 60), LATITUDES)
def test_the_bar_of_lengths_is_round_and_true_in_the_middle(size, lat):
    sheet = fit([(0, lat), (size, lat)], width=480, height=300)
    bar = graticule.bar(sheet)
    assert str(bar.metres).rstrip("0") in ("1", "2", "5")
    assert bar.pixels * sheet.metres_per_pixel == pytest.approx(bar.metres, rel=0.01)
    assert 20 < bar.pixels < 100


def test_an_area_is_solid_on_its_day_and_dotted_on_another_or_when_only_planned():
    made = chart.draw(numbered(entry("now"), entry("later", begins=14, ends=18), entry("planned", planned=True)), COAST, day=DAY)
    assert {one.key: one.off for one in made.entries} == {"now": False, "planned": True, "later": True}
    assert [one.key for one in made.active] == ["now"]


def test_the_number_stands_within_its_area_and_numbers_do_not_cover_each_other():
    made = chart.draw(numbered(entry("a"), entry("b"), entry("c", polygon((-45.2, -119), (-45.2, -118), (-46, -118)))), COAST, day=DAY)
    labels = [one.label for one in made.entries]
    assert [label.text for label in labels] == ["1", "2", "3"]
    assert all(abs(a.x - b.x) > 26 or abs(a.y - b.y) > 18 for i, a in enumerate(labels) for b in labels[i + 1 :])
    corners = spots(made.entries[2].d)
    assert min(x for x, _ in corners) < labels[2].x < max(x for x, _ in corners)


def test_in_a_crowd_numbers_give_way_and_the_shapes_stay():
    made = chart.draw(numbered(*(entry(f"{n:02d}") for n in range(40))), COAST, day=DAY)
    assert len(made.entries) == 40
    assert all(one.d for one in made.entries)
    assert 0 < sum(one.label is not None for one in made.entries) < 40


def test_what_is_too_small_to_see_is_ringed():
    point = entry("point", {"lat": -450000000, "lon": -1200000000})
    made = chart.draw(numbered(point, entry("far", polygon((-44, -122), (-44, -118), (-46, -118)))), day=DAY)
    assert {one.key: one.ring is not None for one in made.entries} == {"point": True, "far": False}
    assert next(one.d for one in made.entries if one.key == "point") == ""


def test_an_area_over_the_seam_of_the_world_sheet_is_drawn_on_both_sides():
    wide = [entry("a", {"lat": 0, "lon": 0}), entry("b", {"lat": 100000000, "lon": 1000000000}), entry("c", {"lat": 100000000, "lon": -1000000000})]
    made = chart.draw(numbered(*wide, entry("seam", polygon((-10, 175), (-10, -175), (10, -175), (10, 175)))), day=DAY)
    assert made.sheet.kind == "equal-earth"
    assert all(math.dist(a, b) < 40 for one in made.entries for ring in one.d.split("Z") for a, b in zip(spots(ring), spots(ring)[1:], strict=False))


def test_zones_are_drawn_from_their_coordinates_and_broken_ones_left_out():
    good = Zone(key="good", title="Zone", shape=polygon((-44, -122), (-44, -118), (-46, -118)))
    bad = Zone(key="bad", title="Zone", shape=polygon((-44, -122), (-46, -118), (-46, -122), (-44, -118)))
    made = chart.draw((), Backdrop(zones=(good, bad)), day=DAY)
    assert [zone.key for zone in made.zones] == ["good"]


def test_names_of_the_region_are_in_the_readers_language():
    texts = {language: {place.text for place in chart.draw((), COAST, language=language).places} for language in ("en", "ru", "ar", "fr")}
    assert "Sarn Sea" in texts["en"]
    assert "Сарнское море" in texts["ru"]
    assert "بحر سارن" in texts["ar"]
    assert texts["fr"] == texts["en"]


def test_layers_not_ticked_are_named_and_unknown_ones_ignored():
    def page(layers):
        reader = Reader(language="en", today=DAY, layers=layers, day_number=9)
        return chart.map_page([entry()], date(2026, 12, 2), date(2027, 2, 1), reader=reader, links=Links(page="map", kept=(("from", "2026-12-02"),)))

    assert page(None)["layers"] == chart.LAYERS
    assert page(("ours", "nonsense"))["layers"] == ("ours",)
    assert page(())["layers"] == ()
    assert (page(None)["day"], page(None)["day_number"]) == (DAY, 9)
    assert page(("ours",))["keep"] == (("from", "2026-12-02"), ("layers", "chosen"), ("layer", "ours"))


def test_a_year_at_most_is_slid_through():
    page = chart.map_page([], date(2026, 1, 1), date(2090, 1, 1), reader=Reader(language="en", today=DAY), links=Links(page="map"))
    assert len(page["days"]) == 367


def test_the_data_can_be_read_back_by_ourselves_with_the_exact_areas():
    area = entry("heron", {"shape": "circle", "centre": {"lat": -453000001, "lon": -1200000007}, "radius": 12345})
    listed = listing([area], date(2026, 12, 1), date(2026, 12, 31))
    data = chart.geojson_of(listed, COAST, language="ar")
    assert next(found.shape for found in geojson.read(data).areas if found.where == "features/0") == area.shape
    names = [feature["properties"]["name"] for feature in json.loads(data)["features"] if feature["properties"]["kind"] == "sea"]
    assert "بحر سارن" in names


def test_names_of_degrees_never_cover_each_other():
    for places in ([(0, -80), (90, -80), (180, -80), (-90, -80)], [(-122.6, -43.8), (-117.4, -46.3)], []):
        _, labels = graticule.lines(fit(places, width=480, height=300))
        bottom = sorted(label.x for label in labels if label.x != 4)
        assert all(b - a >= graticule.NAME_WIDTH for a, b in itertools.pairwise(bottom))


def test_towns_are_named_only_where_there_is_room():
    assert chart.draw((), COAST).places
    assert chart.draw(numbered(entry("far", {"lat": 0, "lon": 0}), entry("here")), COAST).places == ()
