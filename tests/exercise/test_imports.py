"""Published tables become acts by the real path, each refusal is told with its row, and past activities are notified in time."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from comity.exercise.import_region import Region
from comity.exercise.imports import (
    Table,
    draft_of,
    import_exercises,
    import_into_region,
    notified_at,
    read_exercises,
    rejected_csv,
)
from comity.node.folds import content_of
from comity.node.issue import Draft
from comity.protocol.refusals import Refused
from tests.exercise.exercise_tables import began, ended, written
from tests.sources import sources


@pytest.fixture
def region() -> Region:
    return Region(seed=7)


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Four rows: the later one first, one whose days are vague, one that names nobody, one that ends too early."""
    rows = (
        {"MMEID": "mme1", "StateA": "Belgium", **began("5/6/81", "1981", "5", "6"), **ended("5/7/81", "1981", "5", "7")},
        {"MMEID": "mme2", "StateA": "Canada", **began("1980-03-xx", "1980", "3", "xx"), **ended("1980-03-xx", "1980", "3", "xx")},
        {"MMEID": "mme3", "StateA": "-9", "StateB": ""},
        {"MMEID": "mme4", "Ex_Name": "-Calm- \u2028Sea", **ended("1/13/80", "1980", "1", "13")},
    )
    file = tmp_path / "table.csv"
    file.write_bytes(written(*rows))
    return read_exercises(file)


def test_each_notification_arrives_at_every_other_state_with_a_receipt(region: Region, table: Table):
    report = import_into_region(table, region)
    assert report.sent == {"tarsenia": 1, "velmora": 1}
    assert report.receipts == 4
    assert set(report.standings) == {"in-turn"}
    held = {
        party: {act.id for act in region.offices[party].store.acts() if act.kind == "step"} for party in ("tarsenia", "ondoria", "velmora")
    }
    assert len(held["ondoria"]) == 2 and held["tarsenia"] == held["ondoria"] == held["velmora"]
    assert not [act for act in region.offices["sarn"].store.acts() if act.kind == "step"]


def test_what_arrives_is_what_the_row_says(region: Region, table: Table):
    import_into_region(table, region)
    steps = [act for act in region.offices["ondoria"].store.acts() if act.kind == "step"]
    first, second = (content_of(act)["body"]["data"] for act in steps)
    assert (first["reference"], first["begins"], first["ends"]) == ("mme2", "1980-03", "1980-03")
    assert (second["reference"], second["begins"]) == ("mme1", "1981-05-06")
    assert [content_of(act)["header"]["subject"] for act in steps] == ["Long Meadow 80"] * 2


def test_a_past_activity_is_notified_before_it_begins_and_in_time(region: Region, table: Table):
    import_into_region(table, region)
    store = region.offices["ondoria"].store
    for act in (act for act in store.acts() if act.kind == "step"):
        assert act.at == datetime(1980, 1, 1, tzinfo=UTC) or act.at == datetime(1981, 3, 7, tzinfo=UTC)
        assert act.case is not None
        notified = [duty for duty in store.duty_rows(act.case) if duty.step == "notify"]
        assert {duty.state for duty in notified} <= {"done"}
        assert store.case_row(act.case).opened_at == act.at  # type: ignore[union-attr]


def test_a_notification_arrives_before_the_notice_agreed_runs_out(region: Region, table: Table):
    import_into_region(table, region)
    store = region.offices["ondoria"].store
    first, second = (act.held_since for act in store.acts() if act.kind == "step")
    assert first == datetime(1980, 1, 1, tzinfo=UTC) and second == datetime(1981, 3, 7, tzinfo=UTC)


def test_the_clock_of_the_region_never_goes_back(region: Region):
    before = region.world.now
    region.wait_until(datetime(1970, 1, 1, tzinfo=UTC))
    assert region.world.now == before


def test_rows_are_sent_in_the_order_in_which_the_activities_began_and_progress_is_told(table: Table):
    sent: list[str] = []
    told: list[tuple[int, int]] = []
    import_exercises(
        table, lambda party, draft, at: sent.append(party), terms="0" * 64, progress=lambda done, every: told.append((done, every))
    )
    assert sent == ["velmora", "tarsenia"] and told == [(1, 2), (2, 2)]


def test_what_a_node_refuses_is_listed_with_its_row_and_the_nodes_sentence(table: Table):
    def send(party: str, draft: Draft, at: datetime) -> None:
        if party == "tarsenia":
            raise Refused("draft.terms", {}, "This measure is not agreed.")

    report = import_exercises(table, send, terms="0" * 64)
    assert [(one.line, one.code) for one in report.rejected] == [(2, "refused"), (4, "no-participant"), (5, "order")]
    assert report.rejected[0].sentence == "The node did not take it: This measure is not agreed."
    assert report.sent == {"velmora": 1}


def test_a_draft_under_terms_that_are_not_in_force_is_refused_row_by_row(region: Region, table: Table):
    report = import_exercises(table, lambda party, draft, at: region.issue(party, [draft]), terms="f" * 64)
    assert Counter(one.code for one in report.rejected) == {"refused": 2, "no-participant": 1, "order": 1}


def test_every_row_is_either_sent_or_listed(region: Region, table: Table):
    report = import_into_region(table, region)
    assert sum(report.sent.values()) + len(report.rejected) == len(report.rows) == 4
    assert report.reasons == {"no-participant": 1, "order": 1}


def test_rejected_rows_are_written_whole_with_their_reasons_and_nothing_in_them_runs(region: Region, table: Table):
    lines = list(csv.DictReader(io.StringIO(rejected_csv(import_into_region(table, region)).decode("utf-8-sig"))))
    assert [(line["row"], line["code"]) for line in lines] == [("4", "no-participant"), ("5", "order")]
    assert lines[0]["reason"].startswith("The row names no State") and lines[0]["StateA"] == "-9"
    assert lines[1]["Ex_Name"].startswith("'-Calm-")


def test_the_list_of_rejected_rows_mended_is_imported_as_it_is(region: Region, table: Table, tmp_path: Path):
    listed = rejected_csv(import_into_region(table, region)).decode("utf-8-sig")
    (tmp_path / "mended.csv").write_text(listed.replace("1/13/80", "1/23/80").replace(",1980,1,13,", ",1980,1,23,"), "utf-8")
    mended = read_exercises(tmp_path / "mended.csv")
    assert [(one.line, one.data["ends"]) for one in mended.notices] == [(3, "1980-01-23")]


def test_a_notification_names_its_activity_in_the_header(table: Table):
    draft = draft_of(table.notices[0], "0" * 64)
    assert (draft.step, draft.choice, draft.measure) == ("notify", "planned", "un:I.3.1")
    assert draft.header == {"precedence": "routine", "subject": "Long Meadow 80", "language": "en"}
    assert notified_at(table.notices[0]) == datetime(1981, 3, 7, tzinfo=UTC)


def test_the_same_seed_makes_the_same_acts(table: Table):
    ids = []
    for _ in range(2):
        region = Region(seed=11)
        import_into_region(table, region)
        ids.append([act.id for act in region.offices["ondoria"].store.acts()])
    assert ids[0] == ids[1]


# The real table ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published() -> Table:
    return read_exercises(sources("exercises/mme_v7.csv"))


def test_rows_of_every_year_of_the_published_table_go_the_real_path(region: Region, published: Table):
    some = replace(published, notices=published.notices[::15])
    report = import_into_region(some, region)
    assert sum(report.sent.values()) == len(some.notices) > 200
    assert report.receipts == 2 * len(some.notices)
    assert set(report.standings) == {"in-turn"}
    assert set(report.sent) == {"tarsenia", "ondoria", "velmora"}


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_the_whole_published_table_goes_the_real_path(region: Region, published: Table):
    report = import_into_region(published, region)
    assert sum(report.sent.values()) >= 3000
    assert sum(report.sent.values()) + len(report.rejected) == len(report.rows) == 3707
    assert report.receipts == 2 * sum(report.sent.values())
    assert set(report.standings) == {"in-turn"}
