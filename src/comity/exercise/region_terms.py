"""The arrangement of the fictional region: the terms under which the demo's three States and their secretariat live.

Every number is invented: plausible, taken from no agreement. Dates are counted from a day given, so that the annual report
is due six days later whenever the demo is started.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from comity.catalogue.forms import forms
from comity.catalogue.procedures import procedures
from comity.conduct.terms_checks import form_names
from comity.conduct.version_reader import read_version
from comity.conduct.versions import Version

OFFICES: Mapping[str, str] = {
    "tarsenia": "tarsenia/vc",
    "ondoria": "ondoria/vc",
    "velmora": "velmora/vc",
    "sarn": "sarn/desk",
}
"""Where acts are addressed: each State's verification centre, and the desk of the Sarn Secretariat."""

NAMES: Mapping[str, Mapping[str, str]] = {
    "tarsenia": {"en": "Tarsenia", "ru": "Тарсения", "ar": "تارسينيا"},
    "ondoria": {"en": "Ondoria", "ru": "Ондория", "ar": "أوندوريا"},
    "velmora": {"en": "Velmora", "ru": "Велмора", "ar": "فيلمورا"},
    "sarn": {"en": "Sarn Secretariat", "ru": "Секретариат Сарна", "ar": "أمانة سارن"},
}

TITLE = {
    "en": "Sarn Arrangement on confidence-building measures",
    "ru": "Сарнская договорённость о мерах укрепления доверия",
    "ar": "ترتيب سارن بشأن تدابير بناء الثقة",
}

REPORT_IN_DAYS = 6
DRAW = "5a" * 16
"""A first text has a draw of its own. That of the demo is fixed, so that its nodes propose one and the same text."""

STATES = ("tarsenia", "ondoria", "velmora")


def region_terms(today: date, *, offices: Mapping[str, str] = OFFICES, in_force_from: date | None = None, draw: str = DRAW) -> Version:
    """The Sarn Arrangement, with the yearly report due six days after `today`; in force 14 months before it by default.

    Deterministic: the same arguments give the same version on every node.
    """
    begins = in_force_from or _fourteen_months_before(today)
    return read_version(
        {
            "v": 1,
            "base": None,
            "draw": draw,
            "title": TITLE,
            "parties": [{"party": name, "name": dict(NAMES[name]), "office": offices[name]} for name in STATES],
            "others": [{"office": offices["sarn"], "name": dict(NAMES["sarn"]), "roles": ["secretariat", "third"]}],
            "left": {},
            "measures": _measures(today),
            "limits": [],
            "zones": [ZONE],
            "sensitive": _sensitive(begins),
            "days_off": _days_off(today),
            "languages": ["en", "ru", "ar"],
            "review": "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=20",
            "leave_notice": "P6M",
            "amendment": "consensus",
            "effective": {"date": begins.isoformat()},
            "lasts": None,
            "text": CLAUSES,
            "standing": False,
        }
    )


def region_texts(version: Version) -> dict[str, Mapping[str, Any]]:
    """The procedures and forms the arrangement stands on, by hash: what its first `initial` carries beside it."""
    shipped: dict[str, Mapping[str, Any]] = {one.hash: one.record for one in procedures().values()}
    shipped.update({one.hash: one.record for one in forms().values()})
    return {digest: shipped[digest] for digest in sorted(version.texts())}


def _measures(today: date) -> list[dict[str, Any]]:
    due = today + timedelta(days=REPORT_IN_DAYS)
    month_later = due + timedelta(days=31)
    return [
        _measure("un:I.1.1", "information-exchange", {"report": "forces"}, _exchange(due)),
        _measure("un:I.1.4", "information-exchange", {"report": "budget"}, _exchange(month_later)),
        _measure("un:I.1.7", "information-exchange", {"report": "activity-calendar"}, _exchange(due)),
        _measure("un:I.1.13", "information-exchange", {"report": "foreign-contingents"}, _exchange(due, mode="ad-hoc")),
        _measure("un:I.2.3", "contacts", {}, CONTACTS),
        _measure("un:I.3.1", "notification", {"activity": "land-activity"}, NOTIFICATION, by_party=SMALLER_FORCES),
        _measure("un:I.3.4", "consultation", {}, CONSULTATION, roles={"third": ["sarn"]}),
    ]


def _measure(
    measure: str,
    procedure: str,
    named: Mapping[str, str],
    parameters: Mapping[str, Any],
    *,
    by_party: Mapping[str, Any] | None = None,
    roles: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A measure of the record; a form has the name the procedure gives it, unless `named` says which is meant."""
    program = procedures()[procedure]
    return {
        "measure": measure,
        "procedure": {"id": procedure, "hash": program.hash},
        "forms": {name: forms()[named.get(name, name)].hash for name in sorted(form_names(program))},
        "parameters": dict(parameters),
        "by_party": dict(by_party or {}),
        "roles": dict(roles or {}),
    }


def _exchange(due: date, mode: str = "calendar") -> dict[str, Any]:
    """A yearly report due on this day of the year, valid from the first of a month about a fortnight later."""
    valid = (due + timedelta(days=46)).replace(day=1)
    return {
        "mode": mode,
        "schedule": f"FREQ=YEARLY;{_on(due)}",
        "effective": f"FREQ=YEARLY;{_on(valid)}",
        "lead": "P60D",
        "open_for": "P18M",
        "absence": "none",
        "again_time": "P5D",
        "all_in_time": "PT24H",
        "reveal_time": "PT24H",
        "change_rule": {"any": [{"changes": "amounts", "percent": 10}]},
        "change_time": "P5D",
        "answer_time": "P14D",
    }


def _on(day: date) -> str:
    """The day of every year. The 29th of February is written as the last of that month, which every year has."""
    last = (day.month, day.day) == (2, 29)
    return f"BYMONTH={day.month};BYMONTHDAY={-1 if last else day.day}"


CONTACTS = {
    "first": "P30D",
    "confirm_schedule": "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=1",
    "checks": "scheduled",
    "check_schedule": "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=10",
    "check_time": "PT24H",
    "unreached": "unreachable",
}

NOTIFICATION = {
    "notice": "P42D",
    "change_notice": "P7D",
    "report_time": "P30D",
    "open_for": "P6M",
    "threshold": {
        "any": [{"field": "personnel", "at_least": 5000}, {"category": "tanks", "at_least": 150}],
        "except": [{"field": "no_warning", "is": True}],
    },
    "answer_time": "PT48H",
}

SMALLER_FORCES = {
    "velmora": {"threshold": {"any": [{"field": "personnel", "at_least": 2500}]}},
}
"""Capabilities need not be equal for measures to be: the smallest State notifies from half the number."""

CONSULTATION = {
    "reply_time": "PT48H",
    "urgent_time": "PT12H",
    "unanswered": "none_given",
    "meeting_time": "PT48H",
    "unmet": "not_held",
    "next_step": "third-party",
    "open_for": "P2Y",
    "answer_time": "P7D",
}


def _corner(lat: float, lon: float) -> dict[str, int]:
    return {"lat": round(lat * 10_000_000), "lon": round(lon * 10_000_000)}


ZONE = {
    "zone": "application",
    "name": {"en": "Zone of application", "ru": "Район применения", "ar": "منطقة التطبيق"},
    "area": {
        "shape": "polygon",
        "points": [_corner(-42.5, -124.0), _corner(-47.8, -124.0), _corner(-47.8, -116.0), _corner(-42.5, -116.0)],
    },
}


def _sensitive(begins: date) -> list[dict[str, Any]]:
    """A week of remembrance, each year for five years from the arrangement's beginning."""
    name = {"en": "Week of remembrance", "ru": "Неделя памяти", "ar": "أسبوع الذكرى"}
    return [{"name": name, "first": f"{year}-09-14", "last": f"{year}-09-20"} for year in range(begins.year, begins.year + 5)]


def _days_off(today: date) -> dict[str, Any]:
    years = range(today.year - 1, today.year + 4)
    fixed = {
        "tarsenia": (["SA", "SU"], ["01-01", "05-04", "12-25"]),
        "ondoria": (["SA", "SU"], ["01-01", "01-07", "06-12"]),
        "velmora": (["FR", "SA"], ["01-01", "03-21", "11-30"]),
    }
    return {
        party: {"weekend": weekend, "holidays": [f"{year}-{day}" for year in years for day in days]}
        for party, (weekend, days) in fixed.items()
    }


def _fourteen_months_before(day: date) -> date:
    months = day.year * 12 + day.month - 1 - 14
    return date(months // 12, months % 12 + 1, 1)


CLAUSES = [
    {
        "heading": {"en": "Good faith", "ru": "Добросовестность", "ar": "حسن النية"},
        "words": {
            "en": "The parties carry out these measures voluntarily and in good faith. No party gains or loses standing by them.",
            "ru": "Стороны осуществляют эти меры добровольно и добросовестно. Они не дают сторонам преимуществ и не умаляют их.",
            "ar": "تنفذ الأطراف هذه التدابير طوعا وبحسن نية، ولا تمنح أي طرف ميزة ولا تنتقص منه.",
        },
    },
    {
        "heading": {"en": "Other obligations", "ru": "Иные обязательства", "ar": "التزامات أخرى"},
        "words": {
            "en": "These terms are without prejudice to other obligations of the parties and to any question of territory.",
            "ru": "Настоящие условия не затрагивают иных обязательств сторон и любых вопросов о территории.",
            "ar": "لا تمس هذه الأحكام التزامات الأطراف الأخرى ولا أي مسألة تتعلق بالأقاليم.",
        },
    },
    {
        "heading": {"en": "Information received", "ru": "Полученные сведения", "ar": "المعلومات الواردة"},
        "words": {
            "en": "What a party receives it shows to no third party without the consent of the party it came from.",
            "ru": "Полученное стороной не показывается третьим сторонам без согласия стороны, от которой оно исходит.",
            "ar": "لا يطلع أي طرف طرفا ثالثا على ما تلقاه إلا بموافقة الطرف الذي صدر عنه.",
        },
    },
    {
        "heading": {"en": "Fictional terms", "ru": "Вымышленные условия", "ar": "أحكام متخيلة"},
        "words": {
            "en": "The States, the places and every number in this arrangement are invented, for training and demonstration.",
            "ru": "Государства, места и все числа в этой договорённости вымышлены и служат для обучения и показа.",
            "ar": "الدول والأماكن وجميع الأرقام في هذا الترتيب متخيلة، للتدريب والعرض.",
        },
    },
]
