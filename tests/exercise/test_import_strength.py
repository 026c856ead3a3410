"""Published figures of strength go through the officer's own import; a figure that is not given makes no report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from comity.catalogue.forms import forms
from comity.conduct.correlation import side_by_side
from comity.exercise.import_states import states
from comity.exercise.import_strength import (
    NMC_COLUMNS,
    TROOPS_COLUMNS,
    Report,
    host_reports,
    meanings,
    nmc_reports,
    sender_reports,
    wmeat_reports,
)
from comity.exercise.import_tables import Row, read_file, table_rows
from comity.exercise.import_words import Rejected
from comity.formats.sheet_tables import RawTable, read_tables
from comity.formats.sheets import read_sheet
from comity.protocol.refusals import Refused
from tests.sources import sources

Make = Callable[[Iterable[Row]], Iterator[Report | Rejected]]


def nmc(*lines: str) -> list[Report | Rejected]:
    content = "\n".join(["stateabb,ccode,year,milex,milper", *lines]).encode()
    return list(nmc_reports(table_rows(content, "nmc.csv", NMC_COLUMNS)))


def troops(make: Make, *lines: str) -> list[Report | Rejected]:
    content = "\n".join([",".join(TROOPS_COLUMNS), *lines]).encode()
    return list(make(table_rows(content, "troops.csv", TROOPS_COLUMNS)))


def imported(report: Report) -> None:
    """The report goes out as a workbook and comes in as an officer's file, whole."""
    sheet = read_sheet(forms()[report.form], report.xlsx(), "report.xlsx", "en")
    assert sheet.faults == ()
    assert sheet.data == report.data


def test_who_plays_a_party_belongs_to_it_in_the_table_of_states():
    assert {party: states().party(said["name"]) for party, said in meanings()["plays"].items()} == {name: name for name in states().names}


def test_a_row_of_capabilities_gives_a_budget_and_forces():
    budget, forces = nmc("POR,235,2001,1450000,44", "SWE,380,2001,1,1")
    assert isinstance(budget, Report) and isinstance(forces, Report)
    assert (budget.party, budget.form, forces.form) == ("ondoria", "budget", "forces")
    assert budget.data["matrix"] == {"total": {"total": "1450000"}} and budget.data["scale"] == "thousands"
    assert forces.data["units"][0]["personnel"] == 44_000 and forces.data["as_of"] == "2001-01-01"
    imported(budget)
    imported(forces)


def test_rows_also_come_in_as_csv_beside_the_fields():
    (_, forces) = nmc("JPN,740,2001,1,240")
    assert isinstance(forces, Report)
    fields = read_sheet(forms()["forces"], forces.csv(""), "fields.csv", "en")
    sheet = read_sheet(forms()["forces"], forces.csv("units"), "units.csv", "en", base=fields.data)
    assert sheet.faults == () and sheet.data == forces.data


def test_a_figure_that_is_not_known_makes_no_report_and_is_told():
    told = nmc("POR,235,2001,-9,-9")
    assert [(one.line, one.code, one.data["column"]) for one in told if isinstance(one, Rejected)] == [
        (2, "figure", "milex"),
        (2, "figure", "milper"),
    ]


def test_expenditure_of_years_in_another_currency_is_told():
    budget, forces = nmc("USA,2,1913,1,98")
    assert isinstance(budget, Rejected) and budget.code == "currency"
    assert isinstance(forces, Report)


def test_nought_is_a_figure():
    _, forces = nmc("POR,235,2001,5,0")
    assert isinstance(forces, Report) and forces.data["units"][0]["personnel"] == 0


def test_host_and_sender_each_give_their_own_account():
    lines = ("JPN,1999,40000,1800,5000,13000,19000,4500", "PRT,1999,1000,20,50,900,NA,10", "NOR,1999,7,1,1,1,1,1", "USA,1999,9,9,9,9,9,9")
    hosts = [one for one in troops(host_reports, *lines) if isinstance(one, Report)]
    (sender,) = [one for one in troops(sender_reports, *lines) if isinstance(one, Report)]
    assert {one.party for one in hosts} == {"velmora", "ondoria"} and sender.party == "tarsenia"
    for report in (*hosts, sender):
        imported(report)
    japan = next(one for one in hosts if one.party == "velmora")
    (beside,) = side_by_side("Velmora", japan.data, "Tarsenia", sender.data)
    assert (beside.left_figure, beside.right_figure, beside.difference) == (40000, 38800, 1200)


def test_a_host_without_a_published_total_is_told():
    (told,) = troops(host_reports, "JPN,1999,NA,1,1,1,1,1")
    assert isinstance(told, Rejected) and told.sentence == "Under “troops_ad” stands no figure (“NA”)."


def cells(*texts: str) -> list[list[str] | None]:
    return [["s", text] if text else None for text in texts]


HEADS = cells("Country and Year", "Military Expenditures (ME)", "", "", "", "Armed Forces (AF)")


def test_a_table_of_years_under_names_is_read():
    rows = (HEADS, cells("", "Current"), cells("SWEDEN"), cells("1983", "9"), cells("JAPAN"), cells("1983", "11600"), cells("1984"))
    found = list(wmeat_reports(RawTable(name="", rows=tuple(enumerate(rows, 4)))))
    assert [(one.line, type(one)) for one in found] == [(9, Report), (10, Rejected)]
    assert isinstance(found[0], Report) and found[0].party == "velmora" and found[0].data["scale"] == "millions"
    imported(found[0])


def test_a_table_without_those_headings_is_refused():
    with pytest.raises(Refused, match="lacks these columns"):
        list(wmeat_reports(RawTable(name="", rows=((1, cells("Country")),))))


# Real tables ---------------------------------------------------------------------------------------------------------------


def test_published_capabilities_of_three_states_go_through_the_officers_import():
    rows = table_rows(read_file(sources("milex/NMC_5_0.csv")), "NMC_5_0.csv", NMC_COLUMNS)
    found = list(nmc_reports(rows))
    reports = [one for one in found if isinstance(one, Report)]
    assert len(reports) > 700 and all(isinstance(one, Report | Rejected) for one in found)
    latest = {(one.party, one.form): one for one in reports}
    assert len(latest) == 6
    for report in latest.values():
        imported(report)


def test_the_published_workbook_of_expenditure_goes_through_the_officers_import():
    (raw, *_) = read_tables(read_file(sources("milex/185659.xlsx")), "185659.xlsx")
    reports = [one for one in wmeat_reports(raw) if isinstance(one, Report)]
    assert len(reports) == 33
    for report in reports[::11]:
        imported(report)


def test_published_accounts_of_troops_abroad_stand_side_by_side():
    rows = table_rows(read_file(sources("foreign-contingents/troopdata-rebuild-country-year.csv")), "troops.csv", TROOPS_COLUMNS)
    hosts = {(one.party, one.year): one for one in host_reports(rows) if isinstance(one, Report)}
    senders = {one.year: one for one in sender_reports(rows) if isinstance(one, Report)}
    names = states().names
    pairs = [side_by_side(names[party], one.data, "Tarsenia", senders[year].data) for (party, year), one in hosts.items()]
    differing = [beside for (beside,) in pairs if beside.difference]
    assert len(pairs) > 140 and len(differing) > 30
    imported(next(iter(hosts.values())))
    imported(senders[1990])
