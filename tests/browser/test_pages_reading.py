"""The pages that are read, in a real browser: in both directions, on a phone, without scripts, and as they come up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_no_axe_violations
from tests.browser.conftest import Node, sideways

Window = Callable[..., Page]

ADDRESSES = {
    "today": "/",
    "cases": "/cases/",
    "archive": "/acts/",
    "measures": "/measures/?agreed=1",
    "measure": "/measures/un:I.3.1/",
    "provisions": "/measures/provisions/",
    "arrangements": "/arrangements/",
    "consents": "/arrangements/consents/",
    "calendar": "/calendar/",
    "address": "/calendar/address/",
    "map": "/map/",
    "contacts": "/contacts/",
    "search": "/search/?q=heron",
}
FOUND = {
    "notification": "SELECT '/cases/' || \"case\" || '/' FROM journal_caserow WHERE title = 'Grey Heron'",
    "report": "SELECT '/cases/' || \"case\" || '/' FROM journal_caserow WHERE measure = 'un:I.1.1' AND acts > 0 AND parent = '' ORDER BY period DESC",
    "incident": "SELECT '/cases/' || \"case\" || '/' FROM journal_caserow WHERE procedure = 'consultation'",
    "act": "SELECT '/acts/' || act || '/' FROM journal_act WHERE ours = 1 AND kind = 'step' ORDER BY position DESC",
    "received": "SELECT '/acts/' || act || '/' FROM journal_act WHERE ours = 0 AND kind = 'step' ORDER BY position DESC",
    "arrangement": "SELECT '/arrangements/' || chain || '/' FROM journal_caserow",
}


def address(node: Node, name: str) -> str:
    """Where a page is on this node; of those in the book, the newest that fits."""
    if name in ADDRESSES:
        return ADDRESSES[name]
    with sqlite3.connect(f"file:{node.data}/node.sqlite3?mode=ro", uri=True) as book:
        return str(book.execute(FOUND[name]).fetchone()[0])


@pytest.mark.parametrize("officer", ["duty-en", "duty-ar"])
def test_every_page_is_accessible_in_both_directions(node: Node, window: Window, officer: str) -> None:
    page = window(officer)
    for name in (*ADDRESSES, *FOUND):
        page.goto(address(node, name))
        assert_no_axe_violations(page)


def test_nothing_is_wider_than_a_phone_of_320_pixels(node: Node, window: Window) -> None:
    page = window("duty-ar", width=320)
    wide = {}
    for name in (*ADDRESSES, *FOUND):
        page.goto(address(node, name))
        wide[name] = sideways(page)
    assert {name: pixels for name, pixels in wide.items() if pixels > 0} == {}


def test_pages_say_everything_without_scripts(node: Node, window: Window) -> None:
    page = window("duty-en", scripts=False)
    for name in ("today", "notification", "report", "calendar", "map", "search"):
        page.goto(address(node, name))
        expect(page.locator("h1")).to_be_visible()
        assert page.locator("main").inner_text().count("\n") > 10, name


def test_an_arrival_shows_within_two_seconds_without_a_press(node: Node, window: Window) -> None:
    page = window("duty-en")
    page.goto("/")
    before: Any = page.locator("[data-live=arrived]").evaluate("part => part.dataset.marked = 'old'")
    assert before == "old"
    page.wait_for_timeout(600)
    with sqlite3.connect(node.data / "node.sqlite3", timeout=20) as book:
        act = book.execute("SELECT position FROM journal_act WHERE ours = 0 AND kind = 'step' ORDER BY position DESC").fetchone()[0]
        columns = 'ours, sender, kind, terms, "case", at, head, signatures, content, salt, slip, path'
        book.execute(
            f"INSERT INTO journal_act (position, act, number, held_since, {columns})"
            f" SELECT (SELECT MAX(position) + 1 FROM journal_act), '{'e' * 64}', 'OND/TAR/NEW', held_since, {columns} FROM journal_act"
            " WHERE position = ?",
            [act],
        )  # fmt: skip
    (node.data / "position").write_text(str(int((node.data / "position").read_text()) + 1))
    expect(page.locator("[data-live=arrived]")).to_contain_text("OND/TAR/NEW", timeout=2_000)


def test_the_skip_link_leads_past_the_bar_and_the_first_row_is_reached_by_keys(window: Window) -> None:
    page = window("duty-en")
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_paper_shows_facts_and_receipts_and_no_buttons(node: Node, window: Window) -> None:
    page = window("duty-en")
    page.goto(address(node, "notification"))
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Acts and receipts")).to_be_visible()
    expect(page.get_by_role("link", name="Ask a question")).to_be_hidden()
    expect(page.get_by_role("heading", name="Remarks of this desk")).to_be_hidden()
    expect(page.locator(".handling")).to_be_visible()


def test_colours_keep_their_contrast_in_the_dark(node: Node, window: Window) -> None:
    page = window("duty-en")
    page.emulate_media(color_scheme="dark")
    for name in ("today", "notification", "incident", "calendar"):
        page.goto(address(node, name))
        assert_no_axe_violations(page)
