"""Small tables of our own making, in the layout of the published table of exercises."""

from __future__ import annotations

import csv
import io

HEADINGS = [
    "MMEID",
    "Ex_Name",
    "Series_Name",
    "Location",
    "lat",
    "lon",
    "StartDate",
    "s.year",
    "s.month",
    "s.day",
    "EndDate",
    "e.year",
    "e.month",
    "e.day",
    "CPX",
    "Air",
    "Land",
    "Sea",
    "Amphibious",
    "Cyber",
    "Warfighting",
    "Peacekeeping",
    "Humanitarian",
    "FocusDescription",
    "AdditionalParticipantInfo",
    "StateA",
    "StateB",
    "StateC",
]

PLAIN = {
    "MMEID": "mme1", "Ex_Name": "Long Meadow 80", "Series_Name": "Long Meadow", "Location": "Mirren plain", "lat": "45.5", "lon": "-120.25",
    "StartDate": "1/14/80", "s.year": "1980", "s.month": "1", "s.day": "14",
    "EndDate": "1/21/80", "e.year": "1980", "e.month": "1", "e.day": "21",
    "CPX": "0", "Air": "0", "Land": "1", "Sea": "0", "Amphibious": "0", "Cyber": "0", "Warfighting": "0", "Peacekeeping": "0",
    "Humanitarian": "0", "FocusDescription": "crossing of a river", "StateA": "Belgium", "StateB": "Canada",
}  # fmt: skip


def written(
    *rows: dict[str, str], headings: list[str] = HEADINGS, end: str = "\r\n", encoding: str = "utf-8", delimiter: str = ","
) -> bytes:
    """A table whose rows are `PLAIN` but for what each says otherwise."""
    stream = io.StringIO()
    lines = csv.writer(stream, lineterminator=end, delimiter=delimiter)
    lines.writerow(headings)
    lines.writerows([{**PLAIN, **row}.get(name, "") for name in headings] for row in rows)
    return stream.getvalue().encode(encoding)


def began(text: str, year: str, month: str, day: str) -> dict[str, str]:
    return {"StartDate": text, "s.year": year, "s.month": month, "s.day": day}


def ended(text: str, year: str, month: str, day: str) -> dict[str, str]:
    return {"EndDate": text, "e.year": year, "e.month": month, "e.day": day}
