"""Rings: direction, crossing, the cut at the 180th meridian, circles."""

import math

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.formats import rings
from comity.formats.positions import UNIT


def ring(*corners):
    return [(round(lon * UNIT), round(lat * UNIT)) for lon, lat in corners]


def surface(piece):
    return abs(rings.turning(piece))


def test_longitudes_run_on_over_the_180th_meridian():
    assert rings.unwrapped(ring((170, 0), (-170, 0), (-170, 10))) == ring((170, 0), (190, 0), (190, 10))


def test_a_bow_tie_crosses_itself_and_its_sides_are_named():
    assert rings.self_crossing(ring((0, 0), (2, 2), (2, 0), (0, 2))) == (1, 3)


@pytest.mark.parametrize("corners", [
    ((0, 0), (2, 0), (2, 2), (0, 2)), ((0, 2), (2, 2), (2, 0), (0, 0)), ((179, 0), (-179, 0), (-179, 2), (179, 2)), ((0, 0), (4, 0), (4, 4), (2, 1), (0, 4)),
])
def test_a_simple_ring_does_not_cross_itself(corners):
    assert rings.self_crossing(ring(*corners)) is None


@pytest.mark.parametrize("corners", [
    ((0, 0), (4, 0), (2, 0), (2, 3)), ((0, 0), (4, 0), (4, 4), (2, 0), (0, 4)), ((179, 0), (-179, 2), (-179, 0), (179, 2)),
    ((0, 0), (2, 0), (2, 2), (1, 1), (2, 2), (0, 2)),
])
def test_touching_and_spikes_count_as_crossing(corners):
    assert rings.self_crossing(ring(*corners)) is not None


def test_a_box_over_the_180th_meridian_is_cut_in_two_counterclockwise():
    east, west = sorted(rings.split(ring((170, 0), (170, 10), (-170, 10), (-170, 0))), reverse=True)
    assert sorted(east) == sorted(ring((170, 0), (170, 10), (180, 10), (180, 0)))
    assert sorted(west) == sorted(ring((-180, 0), (-180, 10), (-170, 10), (-170, 0)))
    assert rings.turning(east) > 0
    assert rings.turning(west) > 0


def test_a_comb_over_the_180th_meridian_falls_into_all_its_teeth():
    comb = ring((179, 0), (-179, 1), (179, 2), (-179, 3), (179, 4), (178, 4), (178, 0))
    pieces = rings.split(comb)
    assert len(pieces) == 3
    assert sum(map(surface, pieces)) == pytest.approx(surface(rings.unwrapped(comb)), rel=1e-9)


def test_corners_on_the_meridian_make_no_empty_pieces():
    assert len(rings.split(ring((179, 0), (180, 1), (179, 2)))) == 1
    assert len(rings.split(ring((179, 0), (-180, 0), (-180, 2), (179, 2)))) == 1
    assert len(rings.split(ring((179, 0), (180, 0), (-179, 1), (180, 2), (179, 2)))) == 2


def test_a_ring_round_a_pole_takes_the_pole_in():
    pieces = rings.split(ring((0, -70), (90, -70), (180, -70), (-90, -70)))
    assert sum(map(surface, pieces)) == pytest.approx(2 * 360 * 20 * UNIT**2)
    assert all(abs(lon) <= rings.HALF for piece in pieces for lon, _ in piece)


@settings(max_examples=150, deadline=None)
@given(st.integers(-1_800_000_000, 1_800_000_000), st.lists(st.tuples(st.floats(0.5, 20), st.floats(0, 1)), min_size=3, max_size=12))
def test_cutting_keeps_the_surface_wherever_a_ring_lies(lon, spokes):
    turns = sorted(share for _, share in spokes)
    star = [(round(lon + length * UNIT * math.cos(math.tau * turn)), round(length * UNIT * math.sin(math.tau * turn))) for (length, _), turn in zip(spokes, turns, strict=True)]
    star = [((east + rings.HALF) % rings.FULL - rings.HALF, north) for east, north in star]
    if len(set(star)) != len(star) or rings.self_crossing(star):
        return
    whole = surface(rings.unwrapped(star))
    pieces = rings.split(star)
    assert sum(map(surface, pieces)) == pytest.approx(whole, rel=1e-6, abs=1e9)
    assert all(abs(east) <= rings.HALF for piece in pieces for east, _ in piece)


def test_a_line_over_the_180th_meridian_is_cut_where_it_crosses():
    assert rings.split_line(ring((170, 0), (-170, 10), (170, 20))) == [
        ring((170, 0), (180, 5)), ring((-180, 5), (-170, 10), (-180, 15)), ring((180, 15), (170, 20)),
    ]


def test_a_circle_is_as_wide_as_it_is_high_in_metres_also_far_north():
    corners = rings.circle(600_000_000, 100_000_000, 50_000)
    lengths = [Geodesic.WGS84.Inverse(60, 10, lat / UNIT, lon / UNIT)["s12"] for lon, lat in corners]
    assert min(lengths) == pytest.approx(50_000, abs=0.1)
    assert max(lengths) == pytest.approx(50_000, abs=0.1)


def test_a_circle_over_the_pole_is_one_band():
    pieces = rings.split(rings.circle(899_000_000, 0, 100_000))
    assert len(pieces) == 1
    assert max(lat for _, lat in pieces[0]) == 90 * UNIT
