"""Forms on pages: what is shown comes back the same, what is wrong is kept and told at its cell, rows need no script."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from comity.catalogue.form_checks import Fault
from comity.catalogue.forms import Form, example, forms
from comity.formats.sheets import CellFault
from comity.protocol.refusals import Refused
from comity.site.pages.form_sentences import _SENTENCES
from comity.site.pages.forms import Filled, parse, refusal, render_faults, render_form, render_reading, render_sheet_faults


def form(form_id: str) -> Form:
    return forms()[form_id]


class Page(HTMLParser):
    """A page as a browser without script sees it: what a press on a button would send, ids, and references to them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields = QueryDict(mutable=True)
        self.attributes: list[tuple[str, dict[str, str]]] = []
        self.select = self.textarea = ""
        self.text = text
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.attributes.append((tag, said))
        if tag == "input" and (said.get("type") != "checkbox" or "checked" in said):
            self.fields.appendlist(said["name"], said.get("value", ""))
        if tag == "select":
            self.select = said["name"]
            self.fields[self.select] = ""
        if tag == "option" and "selected" in said:
            self.fields[self.select] = said["value"]
        if tag == "textarea":
            self.textarea = said["name"]
            self.fields[self.textarea] = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.fields[self.textarea] += data

    def handle_endtag(self, tag: str) -> None:
        self.textarea = "" if tag == "textarea" else self.textarea

    def values(self, name: str) -> list[str]:
        return [said[name] for _, said in self.attributes if name in said]

    def of(self, name: str) -> dict[str, str]:
        """The attributes of the control of that name."""
        return next(said for _, said in self.attributes if said.get("name") == name)


def page(form_id: str, data: dict[str, Any] | None = None, **more: Any) -> Page:
    return Page(render_form(form(form_id), Filled(data=data if data is not None else example(form_id)), **more))


def send(form_id: str, sent: Page, last: dict[str, Any] | None = None, **changes: str) -> Filled:
    for name, value in changes.items():
        sent.fields["f/" + name.replace("__", "/") if name != "row" else name] = value
    return parse(form(form_id), sent.fields, last=last)


@pytest.mark.parametrize("language", ["en", "ru", "ar"])
@pytest.mark.parametrize("form_id", sorted(forms()))
def test_what_is_shown_comes_back_the_same(form_id: str, language: str) -> None:
    with translation.override(language):
        filled = send(form_id, page(form_id))
    assert (filled.data, filled.faults, filled.typed) == (example(form_id), (), {})


def test_an_empty_form_has_a_first_row_and_asks_for_what_is_needed() -> None:
    shown = page("forces", {})
    assert "f/units/0/name" in shown.fields
    assert {(fault.path, fault.code) for fault in send("forces", shown).faults} == {("/as_of", "missing"), ("/extent", "missing")}


def test_everything_typed_is_kept_even_if_wrong_and_told_at_its_cell() -> None:
    filled = send("forces", page("forces"), units__2__personnel="l 240", units__2__location="45°02′ S", as_of="soon")
    assert [(fault.path, fault.code) for fault in filled.faults] == [
        ("/as_of", "day-unreadable"),
        ("/units/2/location", "longitude-missing"),
        ("/units/2/personnel", "number-digits"),
    ]
    again = Page(render_form(form("forces"), filled))
    assert again.fields["f/units/2/personnel"] == "l 240" and again.fields["f/units/2/location"] == "45°02′ S"
    control = again.of("f/units/2/personnel")
    assert control["aria-invalid"] == "true"
    assert "e-f-units-2-personnel" in control["aria-describedby"].split()
    assert "Use digits only: 240." in again.text


def test_the_summary_says_how_many_and_leads_to_each_cell() -> None:
    filled = send("forces", page("forces"), units__2__personnel="l 240", units__2__location="45°02′ S")
    summary = Page(render_faults(form("forces"), filled))
    assert "2 entries to mend" in summary.text and "All you typed is kept." in summary.text
    assert "Line 3, 2nd Brigade, Personnel" in summary.text
    anchors = [anchor.removeprefix("#") for anchor in summary.values("href")]
    assert anchors == ["f-units-2-location", "f-units-2-personnel"]
    assert set(anchors) <= set(Page(render_form(form("forces"), filled)).values("id"))


def test_every_described_and_labelled_control_finds_its_words() -> None:
    filled = send("land-activity", page("land-activity"), area="45 S", personnel="many", units__0__personnel="x")
    shown = Page(render_form(form("land-activity"), filled, last=example("land-activity"), last_label="2026", states=("Ondoria",)))
    ids = shown.values("id")
    assert len(ids) == len(set(ids))
    for reference in ("aria-describedby", "aria-labelledby", "for", "list"):
        for value in shown.values(reference):
            assert set(value.split()) <= set(ids), (reference, value)
    for tag, said in shown.attributes:
        if tag in ("input", "select", "textarea") and said.get("type") not in ("hidden", "checkbox"):
            assert "aria-label" in said or said["id"] in shown.values("for"), said


@pytest.mark.parametrize(
    ("button", "records", "lines"),
    [
        ("add/units", ["T-001", "T-011", "T-012", "T-071", "T-201", "T-301", None], [1, 2, 3, 4, 5, 6, 7]),
        ("remove/units/2", ["T-001", "T-011", "T-071", "T-201", "T-301"], [1, 2, 4, 5, 6]),
        ("remove/significant_changes/0", ["T-001", "T-011", "T-012", "T-071", "T-201", "T-301"], [1, 2, 3, 4, 5, 6]),
    ],
)
def test_rows_are_added_and_removed_by_buttons_and_lines_keep_their_numbers(button: str, records: list[str], lines: list[int]) -> None:
    filled = send("forces", page("forces"), row=button)
    assert [row.get("record") for row in filled.data["units"]] == records
    assert [row["line"] for row in filled.data["units"]] == lines
    assert filled.row == button and render_faults(form("forces"), filled) == ""


def test_empty_rows_stay_while_rows_are_added_and_fall_away_when_the_form_is_sent() -> None:
    filled = send("forces", page("forces"), row="add/units")
    again = send("forces", Page(render_form(form("forces"), filled)), row="add/units")
    assert len(again.data["units"]) == 8
    sent = send("forces", Page(render_form(form("forces"), again)))
    assert (sent.data, sent.faults) == (example("forces"), ())


def test_typed_text_moves_with_its_row_when_another_is_removed() -> None:
    filled = send("forces", page("forces"), units__4__personnel="about 280", row="remove/units/1")
    assert filled.typed == {"/units/3/personnel": "about 280"}


def test_a_unit_of_last_year_is_named_when_gone_and_can_be_put_back() -> None:
    this, last = example("forces"), example("forces")
    del this["units"][3]
    shown = page("forces", this, last=last, last_label="2026")
    assert "7th Engineer Battalion" in shown.text and "restore/units/3" in shown.values("value")
    filled = send("forces", shown, last=last, row="restore/units/3")
    assert filled.data["units"][-1] == {**last["units"][3], "line": 7}


def test_last_years_figure_stands_under_the_cell_with_the_change() -> None:
    last = example("forces")
    last["units"][1]["personnel"] = 3380
    text = page("forces", last=last, last_label="2026").text
    assert re.search(r"2026: <bdi dir=\"ltr\">3\u202f380</bdi> <bdi dir=\"ltr\">\(\+30\)</bdi>", text)


def test_figures_are_grouped_and_read_back() -> None:
    assert page("forces").fields["f/units/1/personnel"] == "3\u202f410"
    assert page("forces").fields["f/units/1/location"] == "44°36′ S 122°12′ W"


def test_what_people_typed_cannot_become_markup() -> None:
    data = example("forces")
    data["units"][1]["name"] = '"><script>alert(1)</script>'
    filled = Filled(data=data, typed={"/units/1/personnel": "<b>"}, faults=(Fault(path="/units/1/personnel", code="number-digits"),))
    for text in (
        render_form(form("forces"), filled, last=data),
        render_faults(form("forces"), filled),
        render_reading(form("forces"), data),
    ):
        assert "<script>" not in text and "<b>alert" not in text
    assert Page(render_form(form("forces"), filled)).fields["f/units/1/name"] == data["units"][1]["name"]


def test_no_style_and_no_script_stands_in_the_markup() -> None:
    for form_id in forms():
        text = page(form_id).text + render_reading(form(form_id), example(form_id))
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script", text)


def test_arabic_labels_and_codes_are_arabic_and_figures_run_from_the_left() -> None:
    with translation.override("ar"):
        shown = page("forces")
    assert "دبابات القتال" in shown.text and "لواء" in shown.text
    assert shown.of("f/units/1/personnel")["dir"] == "ltr" and shown.of("f/units/1/name")["dir"] == "auto"


def test_a_form_to_read_shows_every_value_and_what_stands_beside_a_line() -> None:
    with translation.override("en"):
        text = render_reading(form("forces"), example("forces"), beside={"/units/2": "Where are the six?"})
    for said in ("1 Jan 2027", "2nd Brigade", "45°02′", "2\u202f960", "Six guns were withdrawn for disposal.", "Where are the six?"):
        assert said in text
    assert 'id="v-units-2"' in text
    assert "June 2026" in text


def test_absent_is_shown_as_a_dash_and_nought_as_nought() -> None:
    text = render_reading(form("forces"), example("forces"))
    row = text.split('id="v-units-3"')[1].split("</tr>")[0]
    cells = {label: value.strip() for label, value in re.findall(r'data-l="([^"]+)"><div>(.*?)</div>', row, re.DOTALL)}
    assert (cells["Battle tanks"], cells["Combat aircraft"]) == ('<bdi dir="ltr">0</bdi>', "–")


def test_the_matrix_is_a_grid_with_its_totals_told() -> None:
    filled = send("budget", page("budget"), matrix__conscripts__land="31,3")
    assert ("/matrix/conscripts/total", "total") in [(fault.path, fault.code) for fault in filled.faults]
    assert "The parts add up to 46.7; the total says 46.6." in render_faults(form("budget"), filled)


def test_a_fault_within_an_area_stands_at_the_area() -> None:
    filled = send("land-activity", page("land-activity"), area="0 N 0 E; 2 N 2 E; 0 N 2 E; 2 N 0 E")
    assert [fault.code for fault in filled.faults] == ["area-crosses"]
    assert "#f-area" in render_faults(form("land-activity"), filled)


def test_faults_of_a_file_are_told_with_sheet_row_and_column() -> None:
    told = CellFault(sheet="Units", row=14, column="Personnel", cell="C14", fault=Fault(path="/units/11/personnel", code="formula"))
    text = render_sheet_faults(form("forces"), [told], "report.xlsx")
    assert "Units, row 14, Personnel (C14)" in text and "A formula stands here." in text


def test_a_refused_file_is_explained_in_the_readers_language() -> None:
    refused = Refused("sheet.rows", {"limit": 20000}, "A sheet has more than 20000 rows. Split the report into parts.")
    with translation.override("en"):
        assert refusal(refused) == str(refused)


def test_every_code_has_a_sentence() -> None:
    from pathlib import Path

    rooms = Path(__file__).parents[2] / "src/comity"
    sources = [
        *(rooms / "formats").glob("sheet*.py"),
        rooms / "formats/numerals.py",
        rooms / "formats/cells.py",
        rooms / "catalogue/form_checks.py",
        rooms / "catalogue/area_checks.py",
    ]
    text = "".join(source.read_text("utf-8") for source in sources)
    codes = set(re.findall(r'code="([a-z-]+)"', text)) | set(re.findall(r'"(area-[a-z]+)"', text))
    assert codes - set(_SENTENCES) == set()


def test_a_full_report_is_drawn_in_reasonable_time() -> None:
    import time

    data = example("forces")
    data["units"] = [{**data["units"][1], "line": n, "record": f"R-{n}"} for n in range(1, 201)]
    begun = time.process_time()
    shown = page("forces", data, last=data, last_label="2026")
    assert len(send("forces", shown).data["units"]) == 200
    assert time.process_time() - begun < 15
