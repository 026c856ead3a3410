"""Published tables of military strength as the reports an officer of a fictional State would fill in: budget, forces, contingents.

What comes out is a file in the form's own layout (`Report.xlsx`, `Report.csv`), so that it goes the way every officer's file
goes. Which row stands for which State, and what the figures mean, is in `tables/strength.yaml`. A figure the table does not
give makes no report: the row is told with its reason. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from comity.catalogue.forms import forms
from comity.catalogue.plain_yaml import read_yaml
from comity.exercise.import_states import states
from comity.exercise.import_tables import UNKNOWN, Row
from comity.exercise.import_words import Rejected
from comity.formats.sheet_tables import RawTable
from comity.formats.sheets import write_csv, write_xlsx
from comity.protocol.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One party's report for one year: the form, its data, and the row of the table it comes from."""

    party: str
    year: int
    form: str
    data: Mapping[str, Any]
    line: int

    def xlsx(self, language: str = "en") -> bytes:
        """The whole report as the workbook an officer would import."""
        return write_xlsx(forms()[self.form], self.data, language)

    def csv(self, part: str, language: str = "en") -> bytes:
        """One table of it as CSV: `units`, `matrix`, `contingents`; '' for the single fields."""
        return write_csv(forms()[self.form], self.data, language, part)


@lru_cache(maxsize=1)
def meanings() -> Mapping[str, Any]:
    """Who stands for whom in the tables of strength, and what their figures mean."""
    found: Mapping[str, Any] = read_yaml((resources.files("comity.exercise") / "tables/strength.yaml").read_text("utf-8"))
    assert all(states().party(said["name"]) == party for party, said in found["plays"].items()), "as states.yaml deals them"
    return found


def _party(table: str, spelling: str) -> str | None:
    return next((party for party, said in meanings()["plays"].items() if said[table] == spelling), None)


# National Material Capabilities -----------------------------------------------------------------------------------------

NMC_COLUMNS = ("stateabb", "year", "milex", "milper")


def nmc_reports(rows: Iterable[Row]) -> Iterator[Report | Rejected]:
    """Budget and forces of every row whose State stands for a party; rows of other States are passed over."""
    for row in rows:
        party = _party("nmc", row.said("stateabb"))
        if party is None:
            continue
        year = _whole(row.said("year"))
        if row.fault or year is None:
            yield Rejected(line=row.line, code=row.fault or "figure", data={"column": "year", "text": row.said("year")})
            continue
        yield _nmc_budget(row, party, year)
        yield _nmc_forces(row, party, year)


def _nmc_budget(row: Row, party: str, year: int) -> Report | Rejected:
    if year < meanings()["nmc"]["first_year_in_dollars"]:
        return Rejected(line=row.line, code="currency", data={"year": year})
    spent = _whole(row.said("milex"))
    return _budget("nmc", row.line, party, year, spent) if spent is not None else _no_figure(row, "milex")


def _nmc_forces(row: Row, party: str, year: int) -> Report | Rejected:
    thousands = _whole(row.said("milper"))
    if thousands is None:
        return _no_figure(row, "milper")
    name = f"Armed forces of {states().names[party]}"
    unit = {"line": 1, "record": "AF", "name": name, "level": "other", "readiness": "active", "personnel": thousands * 1000}
    data = {"as_of": f"{year}-01-01", "extent": "complete", "units": [unit], "remarks": _source("nmc", row.line)}
    return Report(party=party, year=year, form="forces", data=data, line=row.line)


# World Military Expenditures and Arms Transfers ---------------------------------------------------------------------------

_WMEAT_HEADS = ((0, "country and year"), (1, "military expenditures"), (5, "armed forces"))


def wmeat_reports(raw: RawTable) -> Iterator[Report | Rejected]:
    """Budgets from table I, where a State's name stands alone above its years. Refuses (`import.columns`) another table."""
    head = next((number for number, cells in raw.rows if _heads(_texts(cells))), None)
    if head is None:
        names = [name for _, name in _WMEAT_HEADS]
        raise Refused(
            "import.columns", {"missing": names}, f"The table lacks these columns: {', '.join(names)}. Check that it is the right file."
        )
    party = None
    for number, cells in raw.rows:
        texts = _texts(cells)
        if number <= head or not texts[0]:
            continue
        year = _whole(texts[0])
        if year is None:
            party = _party("wmeat", " ".join(texts[0].split()))
        elif party is not None:
            spent = _whole(texts[1]) if len(texts) > 1 else None
            missing = Rejected(
                line=number, code="figure", data={"column": "Military Expenditures", "text": texts[1] if len(texts) > 1 else ""}
            )
            yield _budget("wmeat", number, party, year, spent) if spent is not None else missing


def _heads(texts: Sequence[str]) -> bool:
    return all(place < len(texts) and texts[place].casefold().startswith(name) for place, name in _WMEAT_HEADS)


def _texts(cells: Sequence[Sequence[str] | None]) -> list[str]:
    return [cell[1].strip() if cell else "" for cell in cells]


def _budget(table: str, line: int, party: str, year: int, spent: int) -> Report:
    data = {
        "year_begins": f"{year}-01-01",
        "year_ends": f"{year}-12-31",
        "reporting": "single",
        "basis": meanings()[table]["basis"],
        "currency": "USD",
        "scale": meanings()[table]["scale"],
        "prices": "current",
        "matrix": {"total": {"total": str(spent)}},
        "explanation": _source(table, line),
    }
    return Report(party=party, year=year, form="budget", data=data, line=line)


# Personnel abroad ---------------------------------------------------------------------------------------------------------

TROOPS_COLUMNS = ("iso3c", "year", "troops_ad", "army_ad", "navy_ad", "air_force_ad", "marine_corps_ad", "total_civilian")


def host_reports(rows: Iterable[Row]) -> Iterator[Report | Rejected]:
    """What each host says of the sender's contingents on its territory: the total published."""
    sender = meanings()["troops"]["sender"]
    for row, host in _hosted(rows):
        year, total = _whole(row.said("year")), _whole(row.said(meanings()["troops"]["total"]))
        if row.fault or year is None or total is None:
            yield _unusable(row, "year" if year is None else meanings()["troops"]["total"])
            continue
        whole = {"line": 1, "state": states().names[sender], "personnel": total, **_civilians(row)}
        yield _contingents(host, year, row.line, "host", [whole])


def sender_reports(rows: Iterable[Row]) -> Iterator[Report | Rejected]:
    """What the sender says of the same, service by service, one report a year with all hosts. The accounts are not made to agree."""
    years: dict[int, list[tuple[Row, str]]] = {}
    for row, host in _hosted(rows):
        year = _whole(row.said("year"))
        if row.fault or year is None:
            yield _unusable(row, "year")
            continue
        years.setdefault(year, []).append((row, states().names[host]))
    for year, found in sorted(years.items()):
        told = [service for row, host in found for service in _services(row, host)]
        numbered = [{"line": line, **service} for line, service in enumerate(told, 1)]
        yield _contingents(meanings()["troops"]["sender"], year, found[0][0].line, "deploying", numbered)


def _hosted(rows: Iterable[Row]) -> Iterator[tuple[Row, str]]:
    for row in rows:
        host = _party("troops", row.said("iso3c"))
        if host is not None and host != meanings()["troops"]["sender"]:
            yield row, host


def _unusable(row: Row, column: str) -> Rejected:
    return Rejected(line=row.line, code=row.fault) if row.fault else _no_figure(row, column)


def _services(row: Row, host: str) -> Iterator[dict[str, Any]]:
    for column, name in meanings()["troops"]["services"].items():
        personnel = _whole(row.said(column))
        if personnel is not None:
            yield {"state": host, "unit": name, "personnel": personnel}


def _civilians(row: Row) -> dict[str, int]:
    civilians = _whole(row.said(meanings()["troops"]["civilians"]))
    return {} if civilians is None else {"civilians": civilians}


def _contingents(party: str, year: int, line: int, view: str, rows: list[dict[str, Any]]) -> Report:
    data = {
        "as_of": f"{year}-12-31",
        "view": view,
        "contingents": rows,
        "remarks": f"{_source('troops', line)} The table gives the year only.",
    }
    return Report(party=party, year=year, form="foreign-contingents", data=data, line=line)


# Figures ------------------------------------------------------------------------------------------------------------------


def _whole(text: str) -> int | None:
    """A whole number that is not negative; None for an empty cell, `NA`, `-9` and whatever else is no figure."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def _no_figure(row: Row, column: str) -> Rejected:
    return Rejected(line=row.line, code="figure", data={"column": column, "text": row.cells.get(column, "") or UNKNOWN})


def _source(table: str, line: int) -> str:
    return f"From {meanings()[table]['source']}, row {line}; the State is fictional."
