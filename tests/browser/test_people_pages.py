"""Sign-in, profile, officers and operator log in a real browser: readable for everybody, in both directions, with and without scripts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, WIDTHS, Node, sideways, sign_in, violations

Window = Callable[..., Page]
DUTY = ["/people/profile/", "/account/second-factor/", "/account/second-factor/totp/activate/", "/account/password/", "/nowhere"]
CHIEF = ["/people/officers/", "/people/officers/new/", "/people/log/"]


@pytest.mark.parametrize(("language", "width"), [("en", WIDTHS["desk"]), ("ar", WIDTHS["phone"])])
def test_no_page_of_the_people_has_an_accessibility_fault_or_runs_off_the_window(window: Window, language: str, width: int) -> None:
    faults: dict[str, list[str]] = {}
    page = window(width=width, policy=False, language=language)
    faults["sign-in"] = violations(page)
    assert sideways(page) <= 0
    for officer, addresses in (("duty", DUTY), ("chief", CHIEF)):
        page = window(f"{officer}-{language}", width=width, policy=False)
        for address in addresses:
            page.goto(address)
            assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
            faults[address] = violations(page)
            assert sideways(page) <= 0, address
        page.click(".own summary")
        faults["menu"] = violations(page)
    assert {address: found for address, found in faults.items() if found} == {}


@pytest.mark.parametrize("officer", ["chief-ru", "chief-ar"])
def test_nothing_is_wider_than_the_smallest_telephone(window: Window, officer: str) -> None:
    page = window(officer, width=320)
    for address in CHIEF:
        page.goto(address)
        assert sideways(page) <= 0, address


def test_the_check_of_accessibility_bites(window: Window) -> None:
    page = window(policy=False)
    page.evaluate("document.querySelector('label').remove()")
    assert any(fault.startswith("label") for fault in violations(page))


def test_everything_works_without_scripts(window: Window) -> None:
    page = window("chief-en", scripts=False)
    page.goto("/people/officers/new/")
    page.fill("#id_username", "without-scripts")
    page.fill("#id_display_name", "Capt. R. Ilven")
    page.check("input[value=reader]")
    page.fill("#id_password", PASSWORD)
    page.click("button.go")
    expect(page.locator("body")).to_contain_text("Saved.")
    page.goto("/people/log/?what=permission")
    expect(page.locator("body")).to_contain_text("officer:without-scripts")


def test_targets_are_large_enough_for_a_thumb(window: Window) -> None:
    page = window("duty-en", width=390)
    small = page.evaluate("""() => [...document.querySelectorAll('.btn, select, input:not([type=hidden]), summary')]
        .filter(it => it.offsetParent && it.getBoundingClientRect().height < 43.5).map(it => it.outerHTML.slice(0, 80))""")
    assert small == []


def test_focus_is_seen_by_two_rings(window: Window) -> None:
    page = window("duty-en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    style = page.evaluate("(({outlineStyle, boxShadow}) => [outlineStyle, boxShadow])(getComputedStyle(document.activeElement))")
    assert style[0] == "solid" and style[1] != "none"


def test_print_has_no_menu_and_no_buttons(window: Window) -> None:
    page = window("chief-en")
    page.goto("/people/log/")
    page.emulate_media(media="print")
    for part in ("nav.pager", ".watch", ".filter", ".btn", ".tongues"):
        assert page.locator(f"{part}:visible").count() == 0, part
    expect(page.locator("h1")).to_be_visible()


def test_a_page_brings_itself_up_to_date_when_the_journal_moves(window: Window, node: Node) -> None:
    page = window("chief-en")
    page.goto("/people/log/")
    page.wait_for_timeout(500)
    with sqlite3.connect(node.data / "node.sqlite3", timeout=10) as book:
        book.execute("INSERT INTO people_operatorentry (at, what, ref, address) VALUES ('2026-11-20 10:00:00', 'export', 'act:fresh', '')")
    position = node.data / "position"
    position.write_text(str(int(position.read_text()) + 1))
    expect(page.locator("[data-live=log]")).to_contain_text("act:fresh", timeout=3000)


def test_what_an_officer_types_is_not_taken_away_by_a_refresh(window: Window, node: Node) -> None:
    page = window("chief-en")
    page.goto("/people/log/")
    page.wait_for_timeout(500)
    page.fill("#id_ref", "act:half-typed")
    page.click(".own summary")
    position = node.data / "position"
    with page.expect_response(lambda answer: "/people/log/" in answer.url):
        position.write_text(str(int(position.read_text()) + 1))
    page.wait_for_timeout(200)
    expect(page.locator("#id_ref")).to_have_value("act:half-typed")
    expect(page.locator(".own .sheet")).to_be_visible()


def test_a_security_key_is_added_and_then_asked_for(window: Window) -> None:
    page = window("duty-ru")
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    line.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto("/account/second-factor/webauthn/add/")
    page.fill("#id_name", "Синий ключ")
    page.click("form[data-passkey] button")
    page.wait_for_url("**/recovery-codes/**")
    assert page.locator(".codes li").count() == 10
    page.click(".own summary")
    page.click(".own button")
    sign_in(page, "duty-ru")
    page.wait_for_url("**/authenticate/**")
    page.click("form[data-passkey] button")
    page.wait_for_url(lambda url: "second-factor" not in url)
    page.goto("/account/second-factor/webauthn/")
    expect(page.locator("main")).to_contain_text("Синий ключ")


def test_a_key_that_does_not_check_its_user_is_not_enough(window: Window) -> None:
    page = window("chief-ar")
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": False, "automaticPresenceSimulation": True}
    line.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto("/account/second-factor/webauthn/add/")
    page.click("form[data-passkey] button")
    expect(page.locator("form[data-passkey] [role=alert]")).to_be_visible()
