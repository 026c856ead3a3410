"""A form out to a spreadsheet and in again on the desk's pages: every fault told, nothing half taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from comity.catalogue.forms import example, forms
from comity.formats import sheet_limits
from comity.formats.sheets import write_csv, write_xlsx
from comity.site.config import wiring
from comity.site.desk import service
from comity.site.desk.models import Draft
from comity.site.people.models import OperatorEntry

FORCES = forms()["forces"]


@pytest.fixture
def drafter(signed_in: Callable[..., Client]) -> Client:
    return signed_in("drafter", username="ilven")


@pytest.fixture
def draft(agreed: str, drafter: Client) -> Draft:
    due = wiring.now().date() + timedelta(days=6)
    return service.start(drafter.officer, terms=agreed, measure="un:I.1.1", step="report", choice="submitted", period=due, data={"as_of": "2027-01-01"})  # type: ignore[attr-defined]


def bring(client: Client, draft: Draft, body: bytes, name: str, **more: str) -> Any:
    return client.post(reverse("desk:import", args=[draft.pk]), {"file": SimpleUploadedFile(name, body), "version": str(Draft.objects.get(pk=draft.pk).version), **more})


def test_a_whole_workbook_is_taken_and_the_log_says_that_a_file_was_read(drafter: Client, draft: Draft) -> None:
    answer = bring(drafter, draft, write_xlsx(FORCES, example("forces"), "ru"), "report.xlsx")
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert Draft.objects.get(pk=draft.pk).data == example("forces")
    assert OperatorEntry.objects.filter(what="import", ref=f"draft:{draft.pk}").count() == 1


def test_a_csv_brings_its_table_and_leaves_the_rest_of_the_draft(drafter: Client, draft: Draft) -> None:
    service.save(drafter.officer, draft, version=1, data={"as_of": "2027-01-01", "extent": "complete"})  # type: ignore[attr-defined]
    assert bring(drafter, draft, write_csv(FORCES, example("forces"), "en"), "units.csv").status_code == 302
    kept = Draft.objects.get(pk=draft.pk).data
    assert kept["as_of"] == "2027-01-01" and kept["units"] == example("forces")["units"]


def test_every_fault_of_a_file_is_told_by_row_and_column_and_nothing_is_taken(drafter: Client, draft: Draft) -> None:
    text = write_csv(FORCES, example("forces"), "en").decode("utf-8-sig").split("\r\n")
    text[2] = text[2].replace("3410", "l 410").replace("3 410", "l 410")
    text[3] = text[3].replace("2960", "=1+1").replace("2 960", "=1+1")
    answer = bring(drafter, draft, "\r\n".join(text).encode(), "units.csv")
    told = answer.content.decode()
    assert answer.status_code == 422 and "row 3, Personnel" in told and "row 4, Personnel" in told
    assert "Nothing of the file was taken." in told and Draft.objects.get(pk=draft.pk).version == 1


def test_a_missing_column_is_named(drafter: Client, draft: Draft) -> None:
    lines = write_csv(FORCES, example("forces"), "en").decode("utf-8-sig").split("\r\n")
    without = "\r\n".join(",".join(line.split(",")[:2]) for line in lines)
    answer = bring(drafter, draft, without.encode(), "units.csv")
    assert answer.status_code == 422 and "is missing." in answer.content.decode()


@pytest.mark.parametrize(
    ("body", "name", "told"),
    [
        (b"PK\x03\x04 not a workbook", "report.xlsx", "The file is"),
        (b"caf\xe9;1", "units.csv", "not in UTF-8"),
        (b"x", "report.docx", "end in .xlsx or .csv"),
        (b"a," * (sheet_limits.FILE_BYTES // 2 + 1), "units.csv", "larger than 8 MB"),
    ],
)
def test_a_file_that_is_none_is_refused_with_what_to_do(drafter: Client, draft: Draft, body: bytes, name: str, told: str) -> None:
    answer = bring(drafter, draft, body, name)
    assert answer.status_code == 422 and told in answer.content.decode() and "The draft is as it was." in answer.content.decode()
    assert Draft.objects.get(pk=draft.pk).version == 1


def test_the_officer_says_which_column_of_a_published_table_is_which_field(drafter: Client, draft: Draft) -> None:
    service.save(drafter.officer, draft, version=1, data={"as_of": "2027-01-01", "extent": "complete"})  # type: ignore[attr-defined]
    table = b"Record number,Unit,Level,Readiness,milper,source\r\nT-1,1st Brigade,Brigade,Active,3410,yearbook\r\n"
    first = bring(drafter, draft, table, "table.csv")
    assert first.status_code == 422 and 'value="milper"' in first.content.decode() and 'value="units.*.personnel"' in first.content.decode()
    chosen = {"column-0": "milper", "field-0": "units.*.personnel", "column-1": "source", "field-1": "-"}
    assert bring(drafter, draft, table, "table.csv", **chosen).status_code == 302
    assert Draft.objects.get(pk=draft.pk).data["units"][0]["personnel"] == 3410


def test_the_form_goes_out_empty_or_filled_in_and_reads_back(drafter: Client, draft: Draft) -> None:
    service.save(drafter.officer, draft, version=1, data=example("forces"))  # type: ignore[attr-defined]
    address = reverse("desk:sheet", args=[draft.pk, "xlsx"])
    filled, empty = drafter.get(address), drafter.get(address, {"empty": "1"})
    assert filled.headers["Content-Disposition"].startswith("attachment") and len(filled.content) > len(empty.content)
    service.save(drafter.officer, draft, version=2, data={})  # type: ignore[attr-defined]
    assert bring(drafter, draft, filled.content, "back.xlsx").status_code == 302
    assert Draft.objects.get(pk=draft.pk).data == example("forces")
    assert b"T-011" in drafter.get(reverse("desk:sheet", args=[draft.pk, "csv"]), {"part": "units"}).content
    assert drafter.get(reverse("desk:sheet", args=[draft.pk, "csv"]), {"part": "nonsense"}).status_code == 409
    assert OperatorEntry.objects.filter(what="export", ref=f"draft:{draft.pk}").count() == 2
