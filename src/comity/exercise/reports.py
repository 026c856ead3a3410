"""The figures of the fictional region: forces, expenditure, calendars and contacts of three invented States."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from comity.catalogue.forms import example

# record, name, level, arm, place, latitude, longitude, personnel, holdings; the second number of a pair is this year's
UNITS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "tarsenia": (
        ("T-001", "Western Command", "command", "land", "Lomra", -45.62, -121.05, 420, {}),
        (
            "T-011",
            "1st Brigade",
            "brigade",
            "land",
            "Lomra",
            -45.71,
            -121.3,
            3410,
            {"tanks": 58, "acv": 164, "atgm_vehicles": 12, "artillery": 36},
        ),
        (
            "T-012",
            "2nd Brigade",
            "brigade",
            "land",
            "Karst",
            -44.4,
            -122.6,
            2960,
            {"tanks": 44, "acv": 131, "atgm_vehicles": 8, "artillery": 24},
        ),
        ("T-071", "7th Engineer Battalion", "battalion", "land", "Mirren", -43.8, -123.1, 612, {"acv": 28, "bridge_layers": 9}),
        ("T-201", "4th Helicopter Squadron", "squadron", "air", "Mirren", -43.8, -123.15, 280, {"combat_helicopters": 14}),
    ),
    "ondoria": (
        ("O-100", "Eastern Command", "command", "land", "Keld", -44.62, -117.35, 510, {}),
        (
            "O-110",
            "3rd Mechanised Brigade",
            "brigade",
            "land",
            "Keld",
            -44.5,
            -116.9,
            3150,
            {"tanks": (72, 66), "acv": 190, "artillery": (40, 46)},
        ),
        ("O-120", "5th Brigade", "brigade", "land", "Tarholm", -43.7, -116.1, 2740, {"tanks": 31, "acv": 120, "artillery": 18}),
        ("O-310", "2nd Air Regiment", "regiment", "air", "Tarholm", -43.6, -116.2, 890, {"combat_aircraft": 24}),
    ),
    "velmora": (
        ("V-01", "Island Command", "command", "land", "Velm Haven", -47.1, -118.7, 180, {}),
        ("V-11", "1st Island Brigade", "brigade", "land", "Velm Haven", -47.12, -118.9, 1980, {"tanks": 22, "acv": 76, "artillery": 24}),
        ("V-31", "Coast Helicopter Squadron", "squadron", "air", "Velm Haven", -47.05, -118.6, 160, {"combat_helicopters": 6}),
    ),
}


def forces(party: str, as_of: date, *, last_year: bool) -> dict[str, Any]:
    """The annual report of one State. Lines are numbered from 1, so that a question can name one."""
    units = [_unit(line, row, last_year=last_year, superior=UNITS[party][0][0]) for line, row in enumerate(UNITS[party], 1)]
    return {"as_of": as_of.isoformat(), "extent": "complete", "units": units}


def _unit(line: int, row: tuple[Any, ...], *, last_year: bool, superior: str) -> dict[str, Any]:
    record, name, level, arm, place, lat, lon, personnel, holdings = row
    unit = {
        "line": line,
        "record": record,
        "name": name,
        "level": level,
        "arm": arm,
        "readiness": "active",
        "place": place,
        "location": {"lat": round(lat * 10_000_000), "lon": round(lon * 10_000_000)},
        "personnel": personnel,
    }
    if record != superior:
        unit["superior"] = superior
    if holdings:
        unit["holdings"] = {kind: _year(count, last_year=last_year) for kind, count in holdings.items()}
    return unit


def _year(count: int | tuple[int, int], *, last_year: bool) -> int:
    return count if isinstance(count, int) else count[0] if last_year else count[1]


def budget(year: int, times: int = 1) -> dict[str, Any]:
    """The standard matrix; every figure of the example so many times, so that the totals still add up."""
    found = dict(example("budget"))
    matrix = {row: {column: str(Decimal(value) * times) for column, value in columns.items()} for row, columns in found["matrix"].items()}
    return found | {"year_begins": f"{year}-01-01", "year_ends": f"{year}-12-31", "price_year": year, "matrix": matrix}


def calendar(party: str, year: int) -> dict[str, Any]:
    """The activities one State plans for a year."""
    own = {
        "tarsenia": [
            ("TAR", "Still Water", ["air", "sea"], f"{year}-03", "Lomra", 2100),
            ("TAR", "Winter Signal", ["land"], f"{year}-07-04", "Karst", 6000),
        ],
        "ondoria": [
            ("OND", "Stone Bridge", ["land"], f"{year}-08", "Keld", 5600),
            ("OND", "Long Meadow", ["land"], f"{year}-01", "Tarholm", 7400),
        ],
    }[party]
    rows = [
        {
            "line": line,
            "reference": f"{code}-{line:02}",
            "designation": name,
            "kinds": kinds,
            "level": "brigade",
            "begins": begins,
            "ends": begins,
            "place": place,
            "personnel": people,
            "participants": [party.capitalize()],
        }
        for line, (code, name, kinds, begins, place, people) in enumerate(own, 1)
    ]
    return {"year": year, "activities": rows}


PEOPLE = {
    "tarsenia": (("Lt Cdr I. Amaro", "en"), ("S. Brandt", "en")),
    "ondoria": (("Майор Н. Осень", "ru"), ("К. Велин", "ru")),
    "velmora": (("الرائد سليم هوري", "ar"), ("ن. مراد", "ar")),
}
ZONES = {"tarsenia": "UTC-8", "ondoria": "UTC-8", "velmora": "UTC-8"}


def contacts(party: str, begins: date) -> dict[str, Any]:
    """Two offices of one State: the verification centre, reached at all hours, and the ministry."""
    (duty, tongue), (desk, _) = PEOPLE[party]
    domain = f"{party}.example"
    rows = [
        {
            "line": 1,
            "office": "Verification centre",
            "function": "verification",
            "name": duty,
            "languages": sorted({tongue, "en"}),
            "telephone": "+999 555 0100",
            "email": f"duty@vc.{domain}",
            "always": True,
        },
        {
            "line": 2,
            "office": "Ministry of Foreign Affairs, arms control",
            "function": "policy",
            "name": desk,
            "languages": sorted({tongue, "en"}),
            "telephone": "+999 555 0140",
            "email": f"arms@mfa.{domain}",
            "hours": "08:00 to 17:00",
            "always": False,
        },
    ]
    return {"valid_from": (begins + timedelta(days=10)).isoformat(), "contacts": rows, "time_zone": ZONES[party]}


def point(lat: float, lon: float) -> dict[str, int]:
    return {"lat": round(lat * 10_000_000), "lon": round(lon * 10_000_000)}


def exercise(begins: date, days: int, *, centre: tuple[float, float], **said: Any) -> dict[str, Any]:
    """A land activity of a brigade with a four-cornered area about its centre (degrees north and east)."""
    lat, lon = centre
    corners = [point(lat + 0.25, lon - 0.35), point(lat + 0.3, lon + 0.3), point(lat - 0.2, lon + 0.4), point(lat - 0.3, lon - 0.25)]
    return {
        "kinds": ["land"],
        "level": "brigade",
        "begins": begins.isoformat(),
        "ends": (begins + timedelta(days=days)).isoformat(),
        "no_warning": False,
        "location": point(lat, lon),
        "area": {"shape": "polygon", "points": corners},
        "live_firing": False,
        "contact": "Duty desk of the verification centre",
        **said,
    }
