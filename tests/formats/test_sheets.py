"""Forms through spreadsheets: what goes out comes back, what is wrong is told by cell, what is dangerous is not opened."""

import io
import json
import os
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from comity.catalogue.forms import Form, example, forms
from comity.formats import sheet_limits, sheet_reader, sheet_tables
from comity.formats.sheets import CellFault, Sheet, read_sheet, write_csv, write_xlsx
from comity.protocol.refusals import Refused

BY_HAND = sorted(set(forms()) - {"commitment", "all-in", "open"})


def form(form_id: str) -> Form:
    return forms()[form_id]


def read(form_id: str, content: bytes, name: str = "report.xlsx", **more: Any) -> Sheet:
    return read_sheet(form(form_id), content, name, "en", **more)


def told(sheet: Sheet) -> list[tuple[int | None, str, str]]:
    return [(fault.row, fault.column, fault.fault.code) for fault in sheet.faults]


def changed(form_id: str, change: Any) -> bytes:
    """A filled-in workbook after someone worked on it: `change` gets the open workbook."""
    book = load_workbook(io.BytesIO(write_xlsx(form(form_id), example(form_id), "en")))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader without its process, for tests of what is read, not of how safely."""

    def answer(kind: str, content: bytes) -> bytes:
        return json.dumps({"tables": list(sheet_reader.tables(kind, content))}).encode()

    monkeypatch.setattr(sheet_tables, "_answer", answer)


@pytest.mark.parametrize("form_id", BY_HAND)
def test_what_goes_out_in_arabic_comes_back_the_same(form_id: str, in_process: None) -> None:
    sheet = read(form_id, write_xlsx(form(form_id), example(form_id), "ar"))
    assert (sheet.data, sheet.faults) == (example(form_id), ())


@pytest.mark.parametrize("language", ["en", "ru", "ar"])
def test_csv_brings_the_rows_and_the_draft_the_rest(language: str) -> None:
    whole = example("forces")
    base = {name: value for name, value in whole.items() if name != "units"}
    sheet = read("forces", write_csv(form("forces"), whole, language), "units.csv", base=base)
    assert (sheet.data, sheet.faults) == (whole, ())


def test_csv_of_a_matrix_and_of_single_fields_come_back() -> None:
    whole = example("budget")
    head = read("budget", write_csv(form("budget"), whole, "ru", ""), "head.csv")
    sheet = read("budget", write_csv(form("budget"), whole, "ru", "matrix"), "matrix.csv", base=head.data)
    assert (sheet.data, sheet.faults) == (whole, ())
    notice = example("question")
    assert read("question", write_csv(form("question"), notice, "en"), "q.csv").data == notice


def test_an_arabic_workbook_runs_from_the_right_and_keys_are_hidden() -> None:
    book = load_workbook(io.BytesIO(write_xlsx(form("forces"), None, "ar")))
    units = book["الوحدات"] if "الوحدات" in book.sheetnames else book.worksheets[1]
    assert units.sheet_view.rightToLeft
    assert units.row_dimensions[2].hidden and units["A2"].value == "[units.*.line]"
    assert book["_comity"].sheet_state == book["_codes"].sheet_state == "hidden"
    assert book["_comity"]["B3"].value == form("forces").hash


def test_code_lists_are_offered_as_choices() -> None:
    units = load_workbook(io.BytesIO(write_xlsx(form("forces"), None, "en"))).worksheets[1]
    assert any("_codes!" in (choice.formula1 or "") for choice in units.data_validations.dataValidation)


def test_text_that_looks_like_a_formula_goes_out_as_text() -> None:
    data = {"text": "=1+1 is what line 3 says"}
    book = load_workbook(io.BytesIO(write_xlsx(form("question"), data, "en")))
    assert [cell.data_type for row in book.worksheets[0] for cell in row if cell.value == data["text"]] == ["s"]
    lines = write_csv(form("question"), data, "en").decode("utf-8-sig")
    assert "'=1+1" in lines
    assert read("question", write_csv(form("question"), data, "en"), "q.csv").data == data


@pytest.mark.parametrize("text", ["=cmd", "+1 (555) 010", "@home", "-5 guns", "'quoted'", "\tindented"])
def test_no_cell_of_a_csv_can_run(text: str) -> None:
    lines = write_csv(form("question"), {"text": text}, "en").decode("utf-8-sig")
    assert re.search(r"""(^|[,"])'""" + re.escape(text), lines.splitlines()[-1].replace('""', '"'), re.MULTILINE)


def test_formulas_are_told_cell_by_cell() -> None:
    def work(book: Any) -> None:
        book["Units"]["I4"] = "=SUM(I3:I3)"
        book["Units"]["L5"] = "=1"

    sheet = read("forces", changed("forces", work))
    assert [(fault.cell, fault.fault.code) for fault in sheet.faults] == [("I4", "formula"), ("L5", "formula")]
    assert sheet.typed["/units/1/location"] == "=SUM(I3:I3)"


def test_every_fault_is_told_with_row_and_column() -> None:
    def work(book: Any) -> None:
        units = book["Units"]
        columns = {units.cell(2, place).value: place for place in range(1, units.max_column + 1)}
        units.cell(4, columns["[units.*.personnel]"]).value = "l 240"
        units.cell(5, columns["[units.*.location]"]).value = "45°02′ S"
        units.cell(6, columns["[units.*.level]"]).value = "horde"
        units.cell(7, columns["[units.*.name]"]).value = None
        units.cell(8, columns["[units.*.record]"]).value = "T-001"

    assert told(read("forces", changed("forces", work))) == [
        (4, "Personnel (persons)", "number-digits"),
        (5, "Coordinates", "longitude-missing"),
        (6, "Level", "not-in-list"),
        (7, "Unit", "missing"),
        (8, "Record number", "double-row"),
    ]


def test_a_missing_column_is_told_once_by_name() -> None:
    def work(book: Any) -> None:
        units = book["Units"]
        units.delete_cols(next(cell.column for cell in units[2] if cell.value == "[units.*.personnel]"))

    assert told(read("forces", changed("forces", work))) == [(None, "Personnel (persons)", "missing-column")]


def test_an_unknown_column_row_or_sheet_is_told_not_ignored() -> None:
    def column(book: Any) -> None:
        book["Units"].cell(1, 30).value = "Morale"
        book["Units"].cell(3, 30).value = "good"

    def row(book: Any) -> None:
        book["Expenditure"].append(["Parades", None, 4])

    def sheet(book: Any) -> None:
        book.create_sheet("Notes")["A1"] = "see me"

    assert told(read("forces", changed("forces", column))) == [(1, "Morale", "unknown-column")]
    assert ("Parades", "unknown-line") in [(c, code) for _, c, code in told(read("budget", changed("budget", row)))]
    assert told(read("forces", changed("forces", sheet))) == [(None, "Notes", "unknown-sheet")]


def test_columns_may_be_moved() -> None:
    def work(book: Any) -> None:
        book["Units"].move_range("C1:C9", cols=30)

    sheet = read("forces", changed("forces", work))
    assert (sheet.data, sheet.faults) == (example("forces"), ())


def test_a_wrong_total_is_told_at_its_cell() -> None:
    def work(book: Any) -> None:
        book["Expenditure"]["N3"] = 47

    faults = read("budget", changed("budget", work)).faults
    assert [(fault.cell, fault.fault.code, fault.fault.args["sum"]) for fault in faults if fault.row == 3] == [("N3", "total", "46.6")]


def csv(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


HEAD = "record;name;level;readiness;personnel;location"
BASE = {"as_of": "2027-01-01", "extent": "complete"}


def test_a_table_of_others_is_read_by_plain_column_names() -> None:
    content = csv(HEAD, "A;First;brigade;active;1 240;45°18′ S 120°28′ W", "B;Second;Бригада;Active;١٢٤٠;−45.5, −120")
    sheet = read("forces", content, "theirs.csv", base=BASE)
    assert sheet.faults == ()
    assert [(row["line"], row["personnel"], row["level"]) for row in sheet.data["units"]] == [(1, 1240, "brigade"), (2, 1240, "brigade")]
    assert sheet.data["units"][1]["location"] == {"lat": -455000000, "lon": -1200000000}


def test_columns_of_a_published_table_are_mapped_or_left_out_on_purpose() -> None:
    content = csv("stateabb,who,kind,state,milper,cinc", "USA,Land forces,other,active,17,.0397")
    columns = {
        "stateabb": "units.*.record",
        "who": "units.*.name",
        "kind": "units.*.level",
        "state": "units.*.readiness",
        "milper": "units.*.personnel",
        "cinc": None,
    }
    sheet = read("forces", content, "nmc.csv", base=BASE, columns=columns)
    assert sheet.faults == () and sheet.data["units"][0]["personnel"] == 17
    del columns["cinc"]
    assert told(read("forces", content, "nmc.csv", base=BASE, columns=columns)) == [(1, "cinc", "unknown-column")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 not a zip", "sheet.not-xlsx"),
        (b"", "sheet.not-xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "sheet.not-xlsx"),
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read("forces", content)
    assert refusal.value.code == code


def test_text_that_is_not_utf8_is_refused_with_what_to_do() -> None:
    with pytest.raises(Refused, match="CSV UTF-8"):
        read("forces", "record;Stärke\r1;2".encode("mac-roman"), "old.csv")


def test_another_kind_of_file_is_refused() -> None:
    with pytest.raises(Refused, match=r"xlsx or \.csv"):
        read("forces", b"", "report.ods")


def package(**more: bytes) -> bytes:
    """A workbook with further files inside."""
    stream = io.BytesIO(write_xlsx(form("question"), None, "en"))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in more.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = package(xl__media__picture=bytes(sheet_limits.UNPACKED_BYTES + 1))
    assert len(bomb) < 200_000
    with pytest.raises(Refused) as refusal:
        read("question", bomb)
    assert refusal.value.code == "sheet.unpacks"


@pytest.mark.parametrize("name", ["xl__vbaProject.bin", "xl__externalLinks__externalLink1.xml", "xl__embeddings__oleObject1.bin"])
def test_macros_links_and_objects_are_refused(name: str) -> None:
    with pytest.raises(Refused) as refusal:
        read("question", package(**{name: b"<x/>"}))
    assert refusal.value.code == "sheet.active"


def test_xml_with_a_document_type_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        read("question", package(xl__extra=b"", **{"xl__more.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}))
    assert refusal.value.code == "sheet.unreadable"


def test_rows_columns_and_cells_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit, content, code in (
        ("ROWS", b"a\n" * 4, "sheet.rows"),
        ("COLUMNS", b"a,b,c,d\n", "sheet.columns"),
        ("CELLS", b"a,b\nc,d\n", "sheet.cells"),
        ("CELL_CHARACTERS", b"abcdef\n", "sheet.cell-long"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(sheet_limits, limit, 3)
            with pytest.raises(sheet_reader.NotRead) as refusal:
                list(sheet_reader.tables("csv", content))
        assert refusal.value.code == code


def test_a_cell_in_the_last_row_of_excel_does_not_keep_the_reader_busy() -> None:
    book = Workbook()
    book.worksheets[0]["XFD1048576"] = "far"
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(Refused) as refusal:
        read("question", stream.getvalue())
    assert refusal.value.code in ("sheet.rows", "sheet.columns")


def test_a_reader_that_does_not_answer_is_ended_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_limits, "WALL_SECONDS", 0.01)
    with pytest.raises(Refused) as refusal:
        read("question", write_xlsx(form("question"), None, "en"))
    assert refusal.value.code == "sheet.too-much"


def test_dates_that_excel_made_are_dates_where_dates_belong_and_told_elsewhere() -> None:
    def work(book: Any) -> None:
        for row in book.worksheets[0].iter_rows():
            if row[3].value == "[as_of]":
                row[1].value = datetime(2027, 1, 1)
        book["Units"]["C4"] = datetime(2026, 2, 1)

    sheet = read("forces", changed("forces", work))
    assert sheet.data["as_of"] == "2027-01-01"
    assert [(fault.cell, fault.fault.code) for fault in sheet.faults] == [("C4", "date-in-cell")]


def sources() -> Path:
    """The folder of real data; the test says so when there is none."""
    path = Path(os.environ.get("COMITY_SOURCES", Path(__file__).parents[2] / "../shared/data"))
    if not path.is_dir():
        pytest.skip("the real data of ../shared/data (or COMITY_SOURCES) is not there")
    return path


def test_a_year_of_published_capabilities_goes_through_the_forces_form() -> None:
    rows = (sources() / "milex/NMC_5_0.csv").read_text("utf-8").splitlines()
    year = [row.replace('"', "").split(",") for row in rows if row.split(",")[2] == "1980"]
    lines = [f"{abb},Armed forces of {abb},other,active,{milper}" for abb, _, _, _, milper, *_ in year]
    sheet = read("forces", csv("record,name,level,readiness,personnel", *lines), "nmc.csv", base=BASE)
    unknown = [line for line in lines if line.endswith(",-9")]
    assert len(sheet.data["units"]) == len(year) > 150
    assert [fault.fault.code for fault in sheet.faults] == ["too-small"] * len(unknown)


def test_a_published_workbook_with_titles_is_told_what_it_lacks_and_not_half_taken() -> None:
    content = (sources() / "milex/185659.xlsx").read_bytes()
    sheet = read("budget", content, "185659.xlsx")
    assert {fault.fault.code for fault in sheet.faults} >= {"unknown-sheet", "missing"}


def test_faults_are_values() -> None:
    sheet = read("question", csv("Field,Value"), "q.csv")
    assert all(isinstance(fault, CellFault) for fault in sheet.faults)
    assert [fault.fault.code for fault in sheet.faults] == ["unknown-sheet", "missing"]
