"""A day of an officer on the demo's four nodes, from signing in to the proof file: each test goes on where the one before ended.

Starting the demo lives through fourteen months of a region, so this is a soak test. `COMITY_DEMO` may name the folder of a demo that
was just begun and still runs; it is then used instead of a new one, and acts are added to it.
"""

from __future__ import annotations

import io
import os
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations_of
from tests.browser.conftest import sideways
from tests.browser.four_nodes import STATES, Demo, Windows, command, demo, free_port, told

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]
OTHERS = ("ondoria", "velmora")
FORCES, NOTICE, INCIDENT = "un:I.1.1", "un:I.3.1", "un:I.3.4"
LATEST = 2.0
"""Seconds from release on one node until another's open page shows it."""


@pytest.fixture(scope="module")
def running() -> Iterator[ExitStack]:
    """What runs for this module, ended with it; the last test ends it and starts it again."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory, running: ExitStack) -> Demo:
    given = os.environ.get("COMITY_DEMO")
    if given:
        return told(Path(given), (Path(given) / "demo.json").read_text("utf-8"))
    return running.enter_context(demo(tmp_path_factory.mktemp("officers-day") / "demo", free_port()))


@pytest.fixture(scope="module")
def left() -> dict[str, str]:
    """What one step leaves to the next: addresses of drafts, acts and cases."""
    return {}


@pytest.fixture(scope="module")
def windows(browser: Browser, region: Demo) -> Windows:
    return Windows(browser=browser, demo=region)


@pytest.fixture(autouse=True)
def closed(windows: Windows) -> Iterator[None]:
    yield
    windows.close()


def day(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def main(page: Page) -> str:
    return page.inner_text("main")


def sends(page: Page) -> str:
    """Send a draft for release; the address under which a second officer releases it."""
    page.click("button.go[value=submit]")
    page.wait_for_url(re.compile("/(read|release)/$"))
    return page.url.replace("/read/", "/release/")


def releases(windows: Windows, party: str, address: str) -> tuple[Page, float]:
    """A second officer reads it and releases it: the act on their page, and the moment at which the node had answered."""
    page = windows(party, "releaser", address)
    page.check("input[name=read]")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.click("button[value=release]")
    moment = time.time()
    page.wait_for_url("**/acts/*/")
    return page, moment


WATCH = """part => {
  const read = () => document.querySelector(part)?.innerText ?? "";
  const before = read();
  const look = () => { if (!window.shownAt && read() !== before) window.shownAt = Date.now(); };
  new MutationObserver(look).observe(document.documentElement, {childList: true, subtree: true, characterData: true});
}"""


def watches(page: Page, part: str) -> None:
    """Note the moment at which a part of an open page changes without a press."""
    page.wait_for_timeout(700)
    page.evaluate(WATCH, part)


def shown_at(page: Page) -> float:
    """When it changed. Asked again and again from here: the page's policy lets nothing wait inside it."""
    end = time.monotonic() + 20
    while not (moment := page.evaluate("window.shownAt ?? 0")):
        assert time.monotonic() < end, f"{page.url} did not change"
        page.wait_for_timeout(100)
    return float(moment) / 1000


# 1. Today ------------------------------------------------------------------------------------------------------------------


def test_today_says_what_is_due_what_came_and_what_waits_for_release(windows: Windows) -> None:
    page = windows("tarsenia", "drafter")
    expect(page.locator("[data-live=from]")).to_contain_text("Annual report on armed forces")
    expect(page.locator("[data-live=from]")).to_contain_text("Due in 6 days")
    expect(page.locator("[data-live=to]")).to_contain_text("From Velmora")
    expect(page.locator("[data-live=arrived]")).to_contain_text("Exercise Grey Heron")
    expect(page.locator("[data-live=release]")).to_contain_text("Calendar of military activities")
    expect(page.locator("[data-live=asked]")).to_contain_text("8,700 persons")


# 2. The annual report ------------------------------------------------------------------------------------------------------


def test_the_annual_report_begins_with_the_last_one_and_takes_a_new_line(windows: Windows, left: dict[str, str]) -> None:
    page = windows("tarsenia", "drafter")
    page.click("[data-live=from] a:has-text('Annual report on armed forces')")
    left["case"] = page.url
    page.click("[data-live=next] a.go")
    page.click("button[value=last]")
    expect(page.locator("#f-units-1-name")).to_have_value("1st Brigade")
    page.fill("#f-units-1-personnel", "3470")
    page.fill("#f-units-2-holdings-artillery", "30")
    page.click("button[value='add/units']")
    page.fill("#f-units-5-record", "T-013")
    page.fill("#f-units-5-name", "3rd Brigade")
    page.fill("#f-units-5-location", "44°30′ S 122°10′ W")
    page.fill("#f-units-5-personnel", "1 240")
    more = page.locator("details:has(#f-units-5-level)")
    if more.get_attribute("open") is None:
        more.locator("summary").click()
    page.select_option("#f-units-5-level", label="Brigade")
    page.select_option("#f-units-5-readiness", label="Active")
    page.click("button.btn[value=save]")
    expect(page.locator("body")).to_contain_text("Saved on this node only.")
    expect(page.locator("#f-units-5-location")).to_have_value("44°30′ S 122°10′ W")
    left["draft"] = page.url


def test_a_csv_with_faults_is_refused_by_line_and_column_and_nothing_is_lost(windows: Windows, left: dict[str, str]) -> None:
    page = windows("tarsenia", "drafter", left["draft"])
    page.click("a[href$='/import/']")
    with page.expect_download() as saved:
        page.click("a[href*='csv?part=units']")
    text = Path(saved.value.path()).read_text("utf-8-sig")
    left["csv"] = text
    broken = text.replace("3470", "three thousand").replace("T-013,3rd Brigade,", "T-013,3rd Brigade,")
    assert "three thousand" in broken
    page.set_input_files("#file", {"name": "units.csv", "mimeType": "text/csv", "buffer": broken.encode()})
    page.click("button.go")
    faults = page.locator(".errsum")
    expect(faults).to_contain_text("1 place to mend in units.csv")
    expect(faults.locator("li")).to_contain_text("Personnel")
    page.goto(left["draft"])
    expect(page.locator("#f-units-1-personnel")).to_have_value("3\u202f470")


def test_a_spreadsheet_with_faults_is_told_by_its_cells_and_a_mended_one_is_taken(windows: Windows, left: dict[str, str]) -> None:
    page = windows("tarsenia", "drafter", left["draft"])
    page.click("a[href$='/import/']")
    with page.expect_download() as saved:
        page.locator("a[href$='sheet.xlsx']").first.click()
    book = openpyxl.load_workbook(io.BytesIO(Path(saved.value.path()).read_bytes()))
    cells = [(sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row]
    personnel = next(cell for _name, cell in cells if cell.value == 3470)
    position = next(cell for _name, cell in cells if isinstance(cell.value, str) and cell.value.startswith("44°30"))
    personnel.value, position.value = "many", "somewhere"
    reads(page, book)
    faults = page.locator(".errsum")
    expect(faults).to_contain_text("2 places to mend in report.xlsx")
    assert personnel.coordinate in faults.inner_text() or str(personnel.row) in faults.inner_text()
    personnel.value, position.value = 3480, "44°36′ S 122°10′ W"
    reads(page, book)
    expect(page.locator("body")).to_contain_text("report.xlsx was read: 6 lines.")
    expect(page.locator("#f-units-1-personnel")).to_have_value("3\u202f480")
    expect(page.locator("#f-units-5-location")).to_have_value("44°36′ S 122°10′ W")
    expect(page.locator("#f-units-2-holdings-artillery")).to_have_value("30")


def reads(page: Page, book: openpyxl.Workbook) -> None:
    written = io.BytesIO()
    book.save(written)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.set_input_files("#file", {"name": "report.xlsx", "mimeType": kind, "buffer": written.getvalue()})
    page.click("button.go")
    page.wait_for_load_state()


# 3. Release ----------------------------------------------------------------------------------------------------------------


def test_who_prepared_a_report_does_not_release_it(windows: Windows, left: dict[str, str]) -> None:
    page = windows("tarsenia", "drafter", left["draft"])
    left["release"] = sends(page)
    page.goto(left["release"])
    assert page.locator("button[value=release]").count() == 0
    answer = page.request.get(left["release"].replace("/release/", "/read/"))
    assert answer.ok


def test_a_second_officer_sees_what_changes_and_the_others_see_the_report_within_two_seconds(
    windows: Windows, left: dict[str, str]
) -> None:
    text = main(windows("tarsenia", "releaser", left["release"]))
    assert "What changes" in text and "3\u202f480" in text and "T-013" in text
    windows.close()
    abroad = {party: windows(party, "duty") for party in OTHERS}
    for page in abroad.values():
        watches(page, "[data-live=arrived]")
    act, released = releases(windows, "tarsenia", left["release"])
    left["report"] = act.url
    took = {party: shown_at(page) - released for party, page in abroad.items()}
    assert max(took.values()) < LATEST, took
    for party, page in abroad.items():
        assert act.url.split("/acts/")[1] in page.inner_html("[data-live=arrived]"), party
    for name in ("Ondoria", "Velmora"):
        line = act.locator(f"[data-live=receipts] li:has-text('{name}')")
        expect(line).to_contain_text("delivered", ignore_case=True, timeout=10_000)
        expect(line.locator("time").first).to_be_visible()


# 4. A question about a line ------------------------------------------------------------------------------------------------


def test_a_question_about_a_line_and_its_answer_stand_beside_the_figure_on_both_nodes(windows: Windows, left: dict[str, str]) -> None:
    there = windows("velmora", "duty", "/")
    there.goto(there.url.rstrip("/") + "/cases/" + left["case"].split("/cases/")[1])
    report = left["report"].split("/acts/")[1].strip("/")
    there.goto(f"{there.url}?act={report}")
    speaks(there, "en")
    there.select_option("#ask-line", label="Units, line 3: 2nd Brigade")
    there.click("form:has(#ask-line) button")
    there.fill("#f-text", "Line 3 rose by six guns since last year. Where did they come from?")
    releases(windows, "velmora", sends(there))
    ours = windows("tarsenia", "drafter", left["case"])
    expect(ours.locator(".ask:has-text('Where did they come from?')")).to_be_visible()
    ours.click(".ask:has-text('Where did they come from?') a.btn")
    expect(ours.locator("main")).to_contain_text("About line 3")
    ours.fill("#f-text", "From the depot at Lomra; they were counted there last year.")
    kind = ours.locator("#f-kind")
    if kind.count() and kind.evaluate("it => it.tagName") == "SELECT" and not kind.input_value():
        kind.select_option(index=1)
    releases(windows, "tarsenia", sends(ours))
    for page in (windows("tarsenia", "reader", left["case"] + f"?act={report}"), there):
        page.goto(
            page.url
            if "/cases/" in page.url
            else windows.demo.url("velmora") + "/cases/" + left["case"].split("/cases/")[1] + f"?act={report}"
        )
        beside = page.locator("[data-live=figures] .ask:has-text('Where did they come from?')")
        expect(beside.locator(".reply")).to_contain_text("From the depot at Lomra", timeout=10_000)
        assert page.locator("[data-live=figures] tr:has-text('2nd Brigade') + tr:has-text('From the depot at Lomra')").count() == 1


def speaks(page: Page, language: str) -> None:
    """The same page in another language, chosen where an officer chooses it."""
    if page.evaluate("document.documentElement.lang") != language:
        page.click(f"footer button[value={language}]")
        expect(page.locator("html")).to_have_attribute("lang", language)


# 5. An exercise ------------------------------------------------------------------------------------------------------------


def test_an_exercise_is_notified_with_an_area_drawn_and_the_short_notice_told_before_it_is_sent(
    windows: Windows, left: dict[str, str]
) -> None:
    page = windows("tarsenia", "drafter", f"/desk/new/?measure={NOTICE}&step=notify&choice=planned")
    page.fill("#f-designation", "Winter Signal")
    page.fill("#f-begins", day(12))
    page.fill("#f-ends", day(16))
    page.fill("#f-personnel", "4960")
    page.fill("#f-units-0-name", "2nd Brigade")
    page.fill("#f-units-0-personnel", "2960")
    page.press("#f-units-0-personnel", "Tab")
    ahead = page.locator("[data-ahead]")
    expect(ahead).to_contain_text("Notice: 12 days. Agreed: 42 days", timeout=10_000)
    draws(page, (0.4, 0.4), (0.6, 0.4), (0.6, 0.6))
    assert len(page.input_value("#f-area").splitlines()) == 3
    page.fill("#remarks", "The range is free only then.")
    address = sends(page)
    expect(page.locator("main")).to_contain_text("Notice: 12 days. Agreed: 42 days")
    act, _moment = releases(windows, "tarsenia", address)
    left["exercise"] = act.url


def draws(page: Page, *corners: tuple[float, float]) -> None:
    """An area on the map, by the pointer."""
    page.click(".areadraw summary")
    drawing = page.locator(".areadraw [data-map-view] svg")
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    assert box is not None
    for x, y in corners:
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)


@pytest.mark.parametrize("party", STATES)
def test_the_exercise_stands_on_everyones_map_and_calendar(windows: Windows, party: str) -> None:
    begins = datetime.now(UTC).date() + timedelta(days=12)
    for address in ("/map/", f"/calendar/?month={begins:%Y-%m}"):
        page = windows(party, "reader", address)
        row = page.locator("[data-live=entries] tr:has-text('Winter Signal')").first
        expect(row).to_contain_text("4\u202f960", timeout=10_000)


# 6. An incident ------------------------------------------------------------------------------------------------------------


def test_an_incident_is_reported_and_the_48_hours_run_on_both_sides_until_the_reply(windows: Windows, left: dict[str, str]) -> None:
    page = windows("tarsenia", "drafter", f"/desk/new/?measure={INCIDENT}&step=request&choice=incident")
    page.fill("#f-happened", f"{datetime.now(UTC) - timedelta(hours=3):%Y-%m-%d %H:%M}")
    page.select_option("#f-kind", label="Hazardous approach")
    page.fill("#f-account", "A patrol aircraft passed within 300 metres of our vessel.")
    page.fill("#subject", "Aircraft near Velm Haven")
    page.check("label:has-text('Velmora') input")
    act, _moment = releases(windows, "tarsenia", sends(page))
    ours = left["incident"] = case_of(act)
    there = windows("velmora", "duty", ours)
    speaks(there, "en")
    for one in (windows("tarsenia", "reader", ours), there):
        expect(one.locator("[data-live=running]")).to_contain_text("Agreed: 48 hours", timeout=10_000)
        expect(one.locator("[data-live=running]")).to_contain_text(re.compile("(1 day 23 hours|2 days) are left"))
    there.click("[data-live=next] a[href*='choice=explained']")
    there.fill("#f-account", "The aircraft was on a calibration flight. The crew was told to keep away.")
    releases(windows, "velmora", sends(there))
    page = windows("tarsenia", "reader", ours)
    expect(page.locator("[data-live=acts] .acts > li")).to_have_count(2, timeout=10_000)
    assert page.locator("[data-live=running]").count() == 0


def case_of(act: Page) -> str:
    """The address of the case an act's page leads to."""
    found = re.search("/cases/[0-9a-f]{64}/", act.inner_html("main"))
    assert found, "the act's page leads to its case"
    return found.group()


def test_who_is_not_addressed_hears_nothing_of_the_incident(windows: Windows, left: dict[str, str]) -> None:
    assert windows("ondoria", "duty").request.get(windows.demo.url("ondoria") + left["incident"]).status == 404
    case = left["incident"].split("/")[2]
    assert windows.demo.call("ondoria", "duty", f"/api/v1/cases/{case}").status_code == 404


# 7. Search and proof -------------------------------------------------------------------------------------------------------


def test_search_finds_what_was_said(windows: Windows) -> None:
    page = windows("tarsenia", "reader", "/search/?q=winter signal")
    expect(page.locator("main")).to_contain_text("Winter Signal")
    page.goto("/search/?q=velm haven")
    expect(page.locator("main")).to_contain_text("Aircraft near Velm Haven")


def test_a_proof_file_is_saved_and_verified_offline(windows: Windows, left: dict[str, str], tmp_path: Path) -> None:
    page = windows("tarsenia", "drafter", left["report"])
    with page.expect_download() as saved:
        page.click("a[href$='/proof']")
    proof = tmp_path / "proof.json"
    saved.value.save_as(proof)
    proved = command("verify", str(proof))
    assert (proved.returncode, proved.stderr) == (0, "")
    assert proved.stdout.startswith("Proved: tarsenia/vc signed this act")
    altered = tmp_path / "altered.json"
    altered.write_text(proof.read_text("utf-8").replace('"personnel":3480', '"personnel":3481'), "utf-8")
    assert altered.read_bytes() != proof.read_bytes()
    assert command("verify", str(altered)).returncode == 1
    garbage = tmp_path / "garbage.json"
    garbage.write_bytes(b"\x00 no proof")
    assert command("verify", str(garbage)).returncode == 2


# 8. Roles ------------------------------------------------------------------------------------------------------------------


def test_a_reader_drafts_nothing(windows: Windows, left: dict[str, str]) -> None:
    page = windows("tarsenia", "reader", left["case"])
    assert page.locator("[data-live=next] a").count() == 0
    assert page.request.get(windows.demo.url("tarsenia") + f"/desk/new/?measure={NOTICE}&step=notify").status == 403
    assert windows.demo.call("tarsenia", "reader", "/api/v1/drafts", "POST", {}).status_code == 403


def test_an_auditor_reads_who_read_and_who_exported(windows: Windows) -> None:
    for what, words in (("reading", "read"), ("export", "exported")):
        page = windows("tarsenia", "auditor", f"/people/log/?what={what}")
        expect(page.locator("[data-live=log] tbody tr").first).to_contain_text(words)


def test_an_administrator_sees_peers_with_fingerprints_and_a_code_to_scan(windows: Windows) -> None:
    page = windows("tarsenia", "administrator", "/desk/peers/ondoria/")
    expect(page.locator("main")).to_contain_text("Fingerprint")
    assert page.locator("svg.qr").count() >= 1
    page.goto("/desk/peers/")
    assert page.locator("main li").count() == 3


# 9. The same pages for everyone --------------------------------------------------------------------------------------------

PAGES = {
    "duty": ("/", "/cases/", "/acts/", "/calendar/", "/map/", "/contacts/", "/measures/", f"/measures/{NOTICE}/", "/arrangements/",
             "/arrangements/consents/", "/search/?q=heron", "/desk/", f"/desk/new/?measure={FORCES}&step=report&period={{due}}",
             f"/desk/new/?measure={NOTICE}&step=notify&choice=planned", "/desk/terms/", "/people/profile/", "{case}", "{act}"),
    "administrator": ("/desk/peers/", "/desk/peers/tarsenia/", "/desk/post/", "/people/officers/"),
    "auditor": ("/people/log/",),
}  # fmt: skip


@pytest.mark.parametrize(("party", "language", "direction"), [("velmora", "ar", "rtl"), ("ondoria", "ru", "ltr")])
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_every_page_is_whole_in_every_language_at_every_width(
    windows: Windows, left: dict[str, str], party: str, language: str, direction: str, width: int, dark: bool
) -> None:
    faults: dict[str, list[str]] = {}
    places = {"due": day(6), "case": path_of(left["case"]), "incident": path_of(left["incident"]), "act": path_of(left["report"])}
    pages = {**PAGES, "duty": (*PAGES["duty"], *(["{incident}"] if party == "velmora" else []))}
    for role, addresses in pages.items():
        page = windows(party, role, width=width, dark=dark)
        speaks(page, language)
        for address in addresses:
            answer = page.goto(address.format(**places))
            told_of = [] if answer and answer.ok else [f"answered {answer and answer.status}"]
            wide = sideways(page)
            told_of += [f"{wide} pixels too wide"] if wide > 0 else []
            spoken = page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
            told_of += [f"speaks {spoken}"] if spoken != [language, direction] else []
            if found := told_of + violations_of(page):
                faults[address] = found
    assert faults == {}


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3] if "//" in address else address


def test_paper_has_no_menus_and_no_buttons(windows: Windows, left: dict[str, str]) -> None:
    page = windows("velmora", "duty", path_of(left["case"]))
    page.emulate_media(media="print")
    assert page.locator("nav:visible, button:visible, a.btn:visible").count() == 0
    expect(page.locator(".handling")).to_be_visible()


# 10. Programs --------------------------------------------------------------------------------------------------------------


def test_the_interface_describes_itself_and_every_reference_leads_somewhere(region: Demo) -> None:
    told_of = region.call("tarsenia", "reader", "/api/v1/openapi.json").json()
    assert told_of["openapi"].startswith("3.1.")
    missing = [name for name in references(told_of) if not leads(told_of, name)]
    assert missing == []
    assert len(told_of["paths"]) > 40


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for one in part.values():
            yield from references(one)
    elif isinstance(part, list):
        for one in part:
            yield from references(one)


def leads(told_of: dict[str, object], name: str) -> bool:
    place: object = told_of
    for step in name.removeprefix("#/").split("/"):
        place = place.get(step) if isinstance(place, dict) else None
    return place is not None


@pytest.mark.parametrize("party", ["tarsenia", "ondoria", "velmora", "sarn"])
def test_a_token_carries_its_officers_permissions(region: Demo, party: str) -> None:
    assert region.call(party, "", "/health").json() == {"status": "ok"}
    assert region.call(party, "", "/api/v1/me").status_code == 401
    assert region.call(party, "reader", "/api/v1/acts").status_code == 200
    assert region.call(party, "administrator", "/api/v1/acts").status_code == 403
    assert region.call(party, "releaser", "/api/v1/drafts", "POST", {}).status_code == 403


def test_no_window_of_the_day_complained(windows: Windows) -> None:
    assert [words for words in windows.complaints if " 403 " not in words and " 422 " not in words] == []


def test_the_demo_goes_on_where_it_was_stopped(region: Demo, running: ExitStack) -> None:
    if os.environ.get("COMITY_DEMO"):
        pytest.skip("this demo is another's: it is not stopped here")
    act = newest_act(region)
    running.close()
    again = running.enter_context(demo(region.folder, free_port()))
    assert newest_act(again) == act
    assert again.user("velmora", "reader") == region.user("velmora", "reader")


def newest_act(region: Demo) -> str:
    return str(region.call("velmora", "reader", "/api/v1/acts?limit=1").json()["items"][0]["id"])
