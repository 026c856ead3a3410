"""Month, map and area fields in a browser: without a script, with it, by keyboard, in both directions, on a phone, in print."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import django
import pytest
from playwright.sync_api import expect

from comity.formats import positions
from tests.browser import chart_pages
from tests.browser.axe import assert_no_axe_violations

django.setup()

POINTS = "45°18′ S 120°28′ W\n45°00′ S 119°40′ W\n44°30′ S 120°30′ W"


@pytest.fixture(scope="module")
def site():
    server = chart_pages.serve()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def open_page(browser, site):
    """Opens a page; at the end, nothing may have been said on its console and no content policy broken."""
    said, contexts = [], []

    def opened(path, width=1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        context.set_default_timeout(8000)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(site + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.parametrize(("path", "width", "scheme"), [
    ("/en/calendar", 1280, "light"), ("/ar/calendar", 1280, "dark"), ("/ru/calendar", 320, "light"), ("/en/map", 1280, "dark"), ("/ar/map", 320, "light"),
])
def test_nothing_stands_in_the_way_of_any_reader(open_page, path, width, scheme):
    page = open_page(path, width, color_scheme=scheme)
    assert_no_axe_violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["/en/calendar", "/ar/calendar"])
@pytest.mark.parametrize("width", [1280, 320])
def test_every_target_is_at_least_24_pixels_high_and_wide(open_page, path, width):
    page = open_page(path, width)
    small = page.evaluate("""() => [...document.querySelectorAll('main a, main button, main select, main input, main textarea')]
        .filter(one => !one.closest('td, th, dd') || one.matches('.run, .chip, .more')).map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24)).map(([html, box]) => [html, box.width, box.height])""")
    assert small == []


def test_without_a_script_the_map_is_drawn_and_the_forms_choose_the_day_and_the_layers(open_page):
    page = open_page("/en/map", java_script_enabled=False)
    assert page.locator(".mark").count() == 4
    assert page.locator("[data-map-tools]").is_hidden()
    page.get_by_label("Other States’").uncheck()
    page.get_by_role("button", name="Show these").click()
    assert page.locator(".mark.gone").count() == 2
    page.get_by_role("button", name="Show this day").click()
    assert "day=10" in page.url
    assert page.locator(".mark.gone").count() == 2


def test_bars_end_where_their_days_end_in_both_directions(open_page):
    for path, start, end in (("/en/calendar", "left", "right"), ("/ar/calendar", "right", "left")):
        page = open_page(path)
        box = page.locator(".run[href='#a2']").first.bounding_box()
        first = page.locator("[data-date='2026-12-09']").bounding_box()
        last = page.locator("[data-date='2026-12-13']" if path.startswith("/en") else "[data-date='2026-12-11']").bounding_box()
        sides = {"left": lambda b: b["x"], "right": lambda b: b["x"] + b["width"]}
        assert abs(sides[start](box) - sides[start](first)) < 8
        assert abs(sides[end](box) - sides[end](last)) < 8


def test_the_map_never_mirrors(open_page):
    spots = [open_page(path).locator(".mark[data-key=heron] .num").get_attribute("x") for path in ("/en/map", "/ar/map")]
    assert spots[0] == spots[1]


def test_the_slider_shows_another_day_on_map_month_and_in_words(open_page):
    page = open_page("/en/calendar")
    heron, patrol = page.locator(".mark[data-key=heron] path"), page.locator(".mark[data-key=patrol] path")
    assert (heron.get_attribute("class"), patrol.get_attribute("class")) == ("area", "area us off")
    page.locator("input[type=range]").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert (heron.get_attribute("class"), patrol.get_attribute("class")) == ("area off", "area us")
    assert page.get_by_role("heading", name="15 December 2026").count() == 1
    assert page.locator("td.on").get_attribute("data-date") == "2026-12-15"
    assert "Joint patrol" in page.locator("[data-map-words]").text_content()
    assert "day=15" in page.url


def test_play_goes_on_by_days_until_paused_and_is_not_offered_to_who_wants_less_motion(open_page):
    page = open_page("/en/calendar")
    page.get_by_role("button", name="Play").click()
    expect(page.locator("td.on")).to_have_attribute("data-date", re.compile("2026-12-1[1-3]"))
    page.get_by_role("button", name="Pause").click()
    day = page.locator("td.on").get_attribute("data-date")
    page.wait_for_timeout(1100)
    assert page.locator("td.on").get_attribute("data-date") == day
    still = open_page("/en/calendar", reduced_motion="reduce")
    assert still.get_by_role("button", name="Play").count() == 0
    assert still.get_by_role("button", name="Day after").is_visible()


def test_the_map_is_moved_by_buttons_and_keys_and_says_where_it_is(open_page):
    page = open_page("/en/map")
    drawn = page.locator(".mark[data-key=heron] path").get_attribute("d")
    page.get_by_role("button", name="Enlarge").click()
    expect(page.locator(".mark[data-key=heron] path")).not_to_have_attribute("d", drawn)
    expect(page.locator("[data-map-said]")).to_contain_text("km from side to side")
    assert page.locator(".lb").text_content() in ("20 km", "50 km")
    page.locator("[data-map-view]").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("-")
    page.keyboard.press("0")
    expect(page.locator(".lb")).to_have_text("50 km")


def test_the_script_draws_upon_the_very_lines_the_server_drew(open_page):
    page = open_page("/en/map")
    corners = "d => d.match(/-?[\\d.]+/g).map(Number)"
    before = {key: page.locator(f"[data-key={key}] path, path[data-key={key}]").first.get_attribute("d") for key in ("heron", "signal")}
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("[data-map-said]")).to_contain_text("Middle of the map")
    for key, path in before.items():
        after = page.locator(f"[data-key={key}] path").get_attribute("d")
        old, new = page.evaluate(corners, path), page.evaluate(corners, after)
        for x, y in zip(old[::2], old[1::2], strict=True):
            assert min(abs(x - a) + abs(y - b) for a, b in zip(new[::2], new[1::2], strict=True)) < 0.5


def test_the_whole_earth_can_be_seen_and_left_again(open_page):
    page = open_page("/en/map")
    page.locator("[data-map-view]").focus()
    for _ in range(9):
        page.keyboard.press("-")
    expect(page.locator(".lb")).to_have_text(re.compile("[1-9]000 km"))
    assert "NaN" not in page.locator(".mapview").inner_html()
    page.get_by_role("button", name="West").click()
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".lb")).to_have_text("50 km")


def test_a_map_whose_data_does_not_arrive_says_so_and_stays_drawn(open_page, site):
    page = open_page("/en/map")
    page.route("**/map.geojson", lambda route: route.fulfill(status=204, body=""))
    page.get_by_role("button", name="Enlarge").click()
    expect(page.locator("[data-map-said]")).to_contain_text("cannot be moved")
    assert page.locator(".mark[data-key=heron] path").get_attribute("d")


CIRCLE = "45°18′ S 120°28′ W, 30 km"


def drawing(open_page, text="", path="/en/area", **options):
    page = open_page(f"{path}?area={quote(text)}", **options)
    page.locator(".areadraw > summary").click()
    page.locator(".mapview svg").evaluate("map => map.scrollIntoView({block: 'center'})")
    return page


def spot(page, x, y):
    box = page.locator(".mapview svg").bounding_box()
    page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)


def points(page):
    return page.locator("textarea").input_value()


def said(page):
    return page.locator("[data-area-said]").text_content()


@pytest.mark.parametrize(("path", "text", "width", "scheme"), [("/en/area", POINTS, 1280, "dark"), ("/ar/area", CIRCLE, 1280, "light"), ("/ru/area", POINTS, 320, "light")])
def test_the_drawing_stands_in_nobodys_way(open_page, path, text, width, scheme):
    page = drawing(open_page, text, path, width=width, color_scheme=scheme)
    assert_no_axe_violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_area_is_drawn_by_clicks_written_as_positions_and_read_by_the_server(open_page):
    page = drawing(open_page)
    for x, y in ((0.3, 0.3), (0.6, 0.3), (0.6, 0.6), (0.3, 0.6)):
        spot(page, x, y)
    assert len(points(page).splitlines()) == 4
    assert "The area is complete." in said(page)
    assert page.locator(".area.us").get_attribute("d").startswith("M")
    assert page.locator(".handles button").count() == 4
    page.get_by_role("button", name="Check").click()
    assert page.locator(".err").count() == 0
    assert len(points(page).splitlines()) == 4


def test_a_crossing_outline_is_told_while_drawing_and_again_by_the_server(open_page):
    page = drawing(open_page)
    for x, y in ((0.3, 0.3), (0.6, 0.6), (0.6, 0.3), (0.3, 0.6)):
        spot(page, x, y)
    assert "crosses itself" in said(page)
    assert "bad" in page.locator(".area.us").get_attribute("class")
    page.get_by_role("button", name="Check").click()
    assert "crosses itself" in page.locator(".err").text_content()


def test_an_area_is_drawn_with_the_keyboard_alone(open_page):
    page = open_page("/en/area")
    page.locator(".areadraw > summary").focus()
    page.keyboard.press("Enter")
    add = page.get_by_role("button", name="Add the point under the cross")
    view = page.locator("[data-map-view]")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        add.focus()
        page.keyboard.press("Enter")
        view.focus()
        before = page.locator(".g").get_attribute("d")
        page.keyboard.press(key)
        expect(page.locator(".g")).not_to_have_attribute("d", before)
    assert len(points(page).splitlines()) == 3
    page.keyboard.press("0")
    expect(page.locator(".handles button[hidden]")).to_have_count(0)
    page.get_by_role("button", name="Point 1").focus()
    before = points(page).splitlines()
    page.keyboard.press("ArrowUp")
    after = points(page).splitlines()
    assert after[1:] == before[1:]
    assert after[0] != before[0]
    assert page.evaluate("document.activeElement.dataset.index") == "0"
    page.keyboard.press("Delete")
    assert points(page).splitlines() == after[1:]
    page.get_by_role("button", name="Undo").click()
    assert points(page).splitlines() == after


def test_a_point_is_dragged_and_the_rest_stays(open_page):
    page = drawing(open_page, POINTS)
    assert page.locator(".handles button").count() == 3
    box = page.get_by_role("button", name="Point 2").bounding_box()
    page.mouse.move(box["x"] + 14, box["y"] + 14)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 40, steps=4)
    page.mouse.up()
    lines = points(page).splitlines()
    assert [lines[0], lines[2]] == [POINTS.splitlines()[0], POINTS.splitlines()[2]]
    assert lines[1] != POINTS.splitlines()[1]
    assert "Point 2 is now" in said(page)


def test_typing_draws_and_what_cannot_be_read_is_named_by_its_line(open_page):
    page = drawing(open_page)
    field = page.locator("textarea")
    field.fill("45 18 S, 120 28 W; -45 -119.5\n44°30′30.5″ S 120°00′ W")
    assert page.locator(".handles button").count() == 3
    field.fill("45 18 S 120 28 W\nnear Lomra")
    assert "Line 2 is not a position" in said(page)
    assert page.locator(".handles button").count() == 0


def test_the_script_writes_positions_exactly_as_the_server_does(open_page):
    exact = [{"lat": -453000034, "lon": -1204666667}, {"lat": 1, "lon": 1799999999}, {"lat": 123456789, "lon": 0}]
    page = drawing(open_page, "\n".join(positions.written(place) for place in exact))
    spot(page, 0.5, 0.5)
    assert points(page).splitlines()[:3] == [positions.written(place) for place in exact]


def test_a_circle_has_a_centre_and_a_radius_that_keys_and_field_change(open_page):
    page = drawing(open_page, CIRCLE)
    page.get_by_role("button", name="Radius: 30 km").focus()
    page.keyboard.press("ArrowRight")
    assert points(page) == CIRCLE.replace("30", "31")
    wide = page.locator(".area.us").bounding_box()
    page.locator("textarea").fill(CIRCLE.replace("30 km", "15500 m"))
    assert page.locator(".area.us").bounding_box()["width"] < wide["width"] * 0.6
    page.get_by_role("button", name="Check").click()
    assert page.locator(".err").count() == 0
    assert points(page) == CIRCLE.replace("30 km", "15500 m")


def test_corners_turn_into_a_circle_and_back_again_by_undo(open_page):
    page = drawing(open_page, POINTS)
    page.get_by_label("Kind of area").select_option("circle")
    assert points(page).startswith(POINTS.splitlines()[0] + ", ")
    page.get_by_role("button", name="Undo").click()
    assert points(page) == POINTS
    assert page.get_by_label("Kind of area").input_value() == "polygon"


def test_without_a_script_an_area_is_written_in_its_field_alone(open_page):
    page = open_page("/en/area", java_script_enabled=False)
    assert page.locator(".areadraw").count() == 0
    page.locator("textarea").fill("45 18 S 120 28 W\n45 S\n")
    page.get_by_role("button", name="Check").click()
    assert page.locator(".err").count() == 1
    assert points(page).startswith("45 18 S 120 28 W")


def test_print_keeps_map_month_and_table_and_leaves_the_buttons(open_page):
    page = open_page("/en/calendar")
    page.emulate_media(media="print")
    assert page.locator(".maptools").is_hidden()
    assert page.locator("form.slide").is_hidden()
    for part in (".map", ".cal", "table.stack"):
        assert page.locator(part).is_visible()


def test_the_data_of_the_map_are_plain_geojson_with_the_numbers_of_the_table(open_page, site):
    page = open_page("/en/calendar")
    data = json.loads(page.request.get(f"{site}/map.geojson").body())
    numbers = {feature["id"]: feature["properties"]["number"] for feature in data["features"] if feature["properties"]["kind"] == "entry"}
    assert numbers == {"heron": 1, "signal": 2, "patrol": 3, "firing": 6}
