"""Rows of the published table of multinational exercises as notifications between the States of the fictional region.

Nothing is invented: a vague date stays vague, what the row leaves out is left out, and a row that cannot be a notification is
told with its reason. Real States give way to fictional ones by the table of `import_states`: the author is who stands for the
first State named, the participants are who stands for all of them. Places and descriptions stay as published; only where the
name of the exercise itself names a State does it carry the fictional name, and the remarks say so. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any

from comity.catalogue import form_limits
from comity.catalogue.form_checks import validate
from comity.catalogue.form_values import first_day, last_day, real_day
from comity.catalogue.forms import forms
from comity.catalogue.plain_yaml import read_yaml
from comity.exercise.import_states import States, states
from comity.exercise.import_tables import Row
from comity.exercise.import_words import Rejected, Unusable

UNIT = Decimal(10_000_000)
"""Coordinates are whole numbers of 1e-7 degree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notification ready to be drafted: from which row, by whom, under which measure, and the data of its form.

    `begins` is the first day on which the activity may have begun, `ends` the last on which it may have ended.
    """

    line: int
    author: str
    measure: str
    form: str
    data: Mapping[str, Any]
    begins: date
    ends: date


@lru_cache(maxsize=1)
def layout() -> Mapping[str, Any]:
    """Which column of the published table says what."""
    found: Mapping[str, Any] = read_yaml((resources.files("comity.exercise") / "tables/exercises.yaml").read_text("utf-8"))
    return found


def columns_needed() -> tuple[str, ...]:
    """The columns without which a table is not this one."""
    dates = [layout()[end][part] for end in ("begins", "ends") for part in ("written", "year", "month", "day")]
    return ("MMEID", "Ex_Name", "Series_Name", "Location", "lat", "lon", *dates, *layout()["kinds"], "FocusDescription", "StateA")


def exercises(rows: Iterable[Row], table: States | None = None) -> Iterator[Notice | Rejected]:
    """For each row, in order, the notification it makes, or why it makes none."""
    met: dict[str, int] = {}
    for row in rows:
        try:
            yield _notice(row, table or states(), met)
        except Unusable as fault:
            yield Rejected(line=row.line, code=fault.code, data=fault.data)


def _notice(row: Row, table: States, met: dict[str, int]) -> Notice:
    if row.fault:
        raise Unusable(row.fault)
    parties, others = _participants(row, table)
    begins, ends = _day(row, "begins"), _day(row, "ends")
    if first_day(begins) > last_day(ends):
        raise Unusable("order", begins=begins, ends=ends)
    number = row.said("MMEID")
    first = met.setdefault(number, row.line) if number else row.line
    data = _data(row, table, begins, ends, parties)
    data |= {"reference": number} if number and first == row.line else {}
    data["remarks"] = " ".join(_remarks(row, table, len(parties), others, first))
    faults = validate(forms()[layout()["form"]], data)
    if faults:
        raise Unusable("form", field=faults[0].path.lstrip("/"), fault=faults[0].code)
    return Notice(
        line=row.line, author=parties[0], measure=layout()["measure"], form=layout()["form"], data=data,
        begins=date.fromisoformat(first_day(begins)), ends=date.fromisoformat(last_day(ends)),
    )  # fmt: skip


def _data(row: Row, table: States, begins: str, ends: str, parties: list[str]) -> dict[str, Any]:
    place = _text(row, "Location")
    found = {
        "designation": _designation(row, table),
        "series": table.renamed(_text(row, "Series_Name")),
        "purpose": _text(row, "FocusDescription"),
        "kinds": [code for column, code in layout()["kinds"].items() if _marked(row, column)],
        "begins": begins,
        "ends": ends,
        "place": place if len(place) <= form_limits.LINE else "",
        "location": _location(row),
        "participants": table.in_order(parties),
    }
    return {name: value for name, value in found.items() if value}


# Who took part -----------------------------------------------------------------------------------------------------------


def _participants(row: Row, table: States) -> tuple[list[str], int]:
    """The party for each State named, each State once and in the order of the row; and how many more took part without a name."""
    named: dict[str, str] = {}
    others = 0
    for column, name in row.cells.items():
        if not name or not re.fullmatch(rf"{layout()['participants']}[A-Z]{{1,2}}", column):
            continue
        party = table.party(name)
        if party is not None:
            named.setdefault(name.casefold(), party)
        elif table.is_no_state(name):
            others += 1
        else:
            raise Unusable("unknown-participant", name=name)
    if not named:
        raise Unusable("no-participant")
    return list(named.values()), others


# When and where -----------------------------------------------------------------------------------------------------------


def _day(row: Row, end: str) -> str:
    """The day, month or year the row gives, from its three columns; its column of whole dates may say no other."""
    columns = layout()[end]
    year, month, day = (row.said(columns[part]) for part in ("year", "month", "day"))
    if not _known(year):
        raise Unusable("no-beginning" if end == "begins" else "no-end")
    parts = [year, month, day][: 1 if not _known(month) else 2 if not _known(day) else 3]
    vague = "-".join(part.zfill(2) for part in parts)
    if not all(part.isascii() and part.isdigit() for part in parts) or len(year) != 4 or not real_day(vague):
        raise Unusable("date", text=vague)
    written = row.said(columns["written"])
    if written and _parts(written) not in (None, _parts(vague)):
        raise Unusable("two-dates", one=written, other=vague)
    return vague


def _known(part: str) -> bool:
    return part.casefold().strip("x?") != ""


def _parts(written: str) -> tuple[int | None, ...] | None:
    """Year (two digits of it), month and day of a whole date: `1/14/80`, `1980-01-xx`, `1980-01`; None for another writing."""
    american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(?:\d\d)?(\d\d)", written)
    if american:
        return int(american[3]), int(american[1]), int(american[2])
    ours = re.fullmatch(r"\d\d(\d\d)(?:-(\d\d|xx))?(?:-(\d\d|xx))?", written)
    return tuple(int(part) if part and part != "xx" else None for part in ours.groups()) if ours else None


def _location(row: Row) -> dict[str, int] | None:
    """Both coordinates, in degrees with a decimal point or comma; None where the row gives neither."""
    latitude, longitude = row.said("lat"), row.said("lon")
    if not latitude and not longitude:
        return None
    if not all(re.fullmatch(r"-?[0-9]{1,3}([.,][0-9]{1,15})?", text) for text in (latitude, longitude)):
        raise Unusable("coordinates", text=f"{latitude}, {longitude}")
    lat, lon = (int((Decimal(text.replace(",", ".")) * UNIT).to_integral_value()) for text in (latitude, longitude))
    if abs(lat) > 90 * UNIT or abs(lon) > 180 * UNIT:
        raise Unusable("coordinates", text=f"{latitude}, {longitude}")
    return {"lat": lat, "lon": lon}


# In words -----------------------------------------------------------------------------------------------------------------


def _text(row: Row, column: str) -> str:
    return unicodedata.normalize("NFC", row.said(column))


def _designation(row: Row, table: States) -> str:
    """The exercise's name, else that of its series, else the plain fact that the table gives none."""
    name = _text(row, "Ex_Name") or _text(row, "Series_Name")
    return table.renamed(name) or f"No name given ({row.said('MMEID') or row.line})"


def _remarks(row: Row, table: States, named: int, others: int, first: int) -> list[str]:
    """Where it comes from, how many took part there, and whatever the form has no field for.

    `first` is the first row with this number: a number given twice tells no exercise apart, and is then no reference.
    """
    number, place, more = row.said("MMEID"), _text(row, "Location"), _text(row, "AdditionalParticipantInfo")
    called = _text(row, "Ex_Name") + " " + _text(row, "Series_Name")
    told = {
        f"From {layout()['source']}, row {row.line}{', ' if number else ''}{number}.": True,
        f"Row {first} of the table has the same number.": first != row.line,
        "Where its name names a State, the fictional name stands.": table.renamed(called) != called,
        f"States named there: {named}; participants not named: {others}.": True,
        **{f"{word}.": _marked(row, column) for column, word in layout()["in_words"].items()},
        f"Place: {place}": len(place) > form_limits.LINE,
        f"Participation: {more}": bool(more),
    }
    return [sentence for sentence, so in told.items() if so]


def _marked(row: Row, column: str) -> bool:
    text = row.said(column)
    if text not in ("", "0", "1"):
        raise Unusable("kind", column=column, text=text)
    return text == "1"
