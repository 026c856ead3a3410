"""The desk in a real browser: the whole way of a report, a notification and a question, in both directions, with and without scripts."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SETTINGS, WIDTHS, Node, _wait_for, sideways, violations

Window = Callable[..., Page]
PROGRAM = """
import os
from pathlib import Path
from comity.site.config import background, clock, folder, keyfile, serve
data = folder.open_folder(Path(os.environ["COMITY_DATA"]))
keyfile.make(data, office="tarsenia/vc", at=clock.now(), random=os.urandom)
serve.prepare(data); serve.migrate()
from tests.site.region import FORCES, Region, _forces
region = Region(clock.now(), keyfile.read(data))
due = region.today.date().toordinal() + 6
day = type(region.today.date()).fromordinal(due)
region.at(-361).step("tarsenia", FORCES, "report", choice="submitted", period=day.replace(year=day.year - 1), data=_forces("tarsenia", 0))
region.at(-8).step("ondoria", FORCES, "report", choice="submitted", period=day, data=_forces("ondoria", 90))
region.at(-0.01)
from comity.site.people.service import create_officer
for language in ("en", "ar"):
    create_officer(f"desk-drafter-{language}", "Capt. R. Ilven", ["drafter"], "lantern-harbour-42", language)
    create_officer(f"desk-releaser-{language}", "Cdr M. Osk", ["releaser"], "lantern-harbour-42", language)
    create_officer(f"desk-chief-{language}", "C. Perez", ["administrator"], "lantern-harbour-42", language)
serve.serve(data, port=int(os.environ["PORT"]), latest=background.latest)
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node under the Sarn Arrangement, with its report of last year and another State's of this one."""
    data = tmp_path_factory.mktemp("desk-node")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (data / "node.toml").write_text(SETTINGS.format(port=port), "utf-8")
    root = Path(__file__).parents[2]
    environment = {**os.environ, "COMITY_DATA": str(data), "PORT": str(port), "PYTHONPATH": str(root)}
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, cwd=root)
    try:
        _wait_for(f"http://localhost:{port}/health")
        yield Node(url=f"http://localhost:{port}", data=data)
    finally:
        process.terminate()
        process.wait(15)


def day(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def report(page: Page) -> None:
    page.goto(f"/desk/new/?measure=un:I.1.1&step=report&period={day(6)}")


def released(window: Window, address: str) -> Page:
    """A second officer reads it and releases it."""
    page = window("desk-releaser-en")
    page.goto(address.replace("/read/", "/release/"))
    page.check("input[name=read]")
    page.click("button[value=release]")
    expect(page.locator("main")).to_contain_text("Released and on its way.")
    return page


class Look:
    """Looks at pages in one language and width, and keeps what is wrong with each."""

    def __init__(self, window: Window, language: str, width: int) -> None:
        self.window, self.language, self.width = window, language, width
        self.faults: dict[str, list[str]] = {}

    def open(self, role: str) -> Page:
        return self.window(f"desk-{role}-{self.language}", width=self.width, policy=False)

    def at(self, page: Page, name: str) -> None:
        assert page.locator("html").get_attribute("dir") == ("rtl" if self.language == "ar" else "ltr")
        assert sideways(page) <= 0, name
        found = violations(page)
        self.faults.update({name: found} if found else {})


@pytest.mark.parametrize(("language", "width"), [("en", WIDTHS["desk"]), ("ar", WIDTHS["phone"])])
def test_form_file_and_release_have_no_accessibility_fault_in_either_direction(window: Window, language: str, width: int) -> None:
    look = Look(window, language, width)
    page = look.open("drafter")
    report(page)
    look.at(page, "report")
    if page.locator("button[value=last]").count():
        page.click("button[value=last]")
    page.fill("#f-units-0-personnel", "l 20")
    page.click("button.btn[value=save]")
    look.at(page, "faults")
    page.click("a[href$='/import/']")
    look.at(page, "import")
    page.goto("/desk/new/?measure=un:I.3.1&step=notify&choice=planned")
    page.fill("#f-begins", day(12))
    page.click("button.btn[value=save]")
    page.click(".areadraw summary")
    look.at(page, "notify")
    draft = page.url
    page = look.open("releaser")
    page.goto(f"{draft}release/")
    look.at(page, "release")
    assert look.faults == {}


@pytest.mark.parametrize(("language", "width"), [("en", WIDTHS["desk"]), ("ar", WIDTHS["phone"])])
def test_lists_terms_and_peers_have_no_accessibility_fault_in_either_direction(window: Window, language: str, width: int) -> None:
    look = Look(window, language, width)
    page = look.open("drafter")
    for address in ("/desk/", "/desk/terms/"):
        page.goto(address)
        look.at(page, address)
    page.click(".rows .a")
    look.at(page, "version")
    page = look.open("chief")
    for address in ("/desk/peers/", "/desk/peers/ondoria/", "/desk/peers/add/", "/desk/post/"):
        page.goto(address)
        look.at(page, address)
    assert look.faults == {}


def test_a_report_goes_from_last_years_figures_to_the_act(window: Window) -> None:
    page = window("desk-drafter-en")
    report(page)
    if page.locator("button[value=last]").count():
        page.click("button[value=last]")
    page.fill("#f-units-0-personnel", "l 240")
    page.click("button.btn[value=save]")
    page.click("a[href='#f-units-0-personnel']")
    expect(page.locator("#f-units-0-personnel")).to_have_attribute("aria-invalid", "true")
    page.fill("#f-units-0-personnel", "990")
    page.click("button[value='add/units']")
    page.wait_for_selector("#f-units-4-record")
    page.click("button[value='remove/units/4']")
    page.wait_for_selector("#f-units-4-record", state="detached")
    expect(page.locator("#f-units-0-personnel")).to_have_value("990")
    page.click("button[value=submit]")
    expect(page.locator("main")).to_contain_text("What changes")
    expect(page.locator("main")).to_contain_text("990")
    act = released(window, page.url)
    assert "/acts/" in act.url


def test_notice_is_worked_out_while_the_day_is_typed(window: Window) -> None:
    page = window("desk-drafter-en")
    page.goto("/desk/new/?measure=un:I.3.1&step=notify")
    page.fill("#f-designation", "Winter Lantern")
    page.fill("#f-begins", day(12))
    page.fill("#f-ends", day(14))
    page.press("#f-ends", "Tab")
    expect(page.locator("[data-ahead]")).to_contain_text("Notice: 12 days. Agreed: 42 days (para 8.4).")
    page.fill("#f-begins", day(60))
    page.fill("#f-ends", day(64))
    page.press("#f-ends", "Tab")
    expect(page.locator("[data-ahead]")).to_contain_text("Notice: 60 days.")
    expect(page.locator("#f-designation")).to_have_value("Winter Lantern")


def test_an_area_is_drawn_into_the_field(window: Window) -> None:
    page = window("desk-drafter-en")
    page.goto("/desk/new/?measure=un:I.3.1&step=notify")
    page.click(".areadraw summary")
    page.locator(".areadraw [data-map-view]").scroll_into_view_if_needed()
    box = page.locator(".areadraw [data-map-view] svg").bounding_box()
    assert box is not None
    for x, y in ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6)):
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
    assert len(page.input_value("#f-area").splitlines()) == 3


def test_everything_works_without_scripts(window: Window) -> None:
    page = window("desk-drafter-en", scripts=False)
    page.goto("/desk/new/?measure=un:I.3.1&step=notify&choice=planned")
    page.check("input[name=choice][value=alerted]")
    page.click("button[value=choice]")
    expect(page.locator("input[name=choice][value=alerted]")).to_be_checked()
    page.check("input[name=choice][value=planned]")
    page.fill("#f-designation", "Without Scripts")
    page.fill("#f-begins", day(12))
    page.fill("#f-ends", day(13))
    page.click("button[value=look]")
    expect(page.locator("[data-ahead]")).to_contain_text("Notice: 12 days.")
    page.fill("#remarks", "The planned area is flooded.")
    page.click("button.go[value=submit]")
    expect(page.locator("main")).to_contain_text("Reason given:")
    released(window, page.url)


def test_a_question_begins_in_the_row_of_its_figure(window: Window) -> None:
    page = window("desk-drafter-en")
    page.goto("/cases/")
    page.click("main .rows .a:has-text('forces')")
    page.locator("a[href*='/desk/new/'][href*='about=']").last.click()
    expect(page.locator("main")).to_contain_text("Ondoria")
    page.fill("#f-text", "What accounts for it?")
    page.click("button.go[value=submit]")
    act = released(window, page.url)
    expect(act.locator("main")).to_contain_text("What accounts for it?")
