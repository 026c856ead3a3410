"""Writes spec/vectors/procedure from the recipes below: `python -m tests.conduct.procedure_vectors`.

What a vector expects is what this implementation gives; the tests beside this file say by hand what that must be.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from comity.catalogue.procedures import procedures, read_procedure
from comity.catalogue.program import Procedure
from comity.catalogue.spans import NotASpan, read_duration, read_recurrence
from comity.conduct.case import Case
from comity.conduct.measure_terms import DaysOff, MeasureTerms
from comity.conduct.statements import Cited, Statement
from comity.conduct.time import Edge, distance, read_point
from comity.protocol.refusals import Refused

VECTORS = Path(__file__).parents[2] / "spec" / "vectors" / "procedure"
FIELDS = ("id", "author", "at", "kind", "step", "choice", "data")


def stamp(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


# Running a vector: another implementation writes these five functions


def run_read(text: str) -> dict[str, Any]:
    try:
        return {"hash": read_procedure(text).hash}
    except Refused as refusal:
        first = refusal.data.get("faults", [{"code": refusal.code, "line": refusal.data.get("line")}])[0]
        return {"code": first["code"], "line": first["line"]}


def run_case(vector: Mapping[str, Any], acts: list[Mapping[str, Any]]) -> dict[str, Any]:
    case = Case.open(
        case=vector["case"],
        terms=terms_of(vector["terms"], read_procedure(vector["procedure"])),
        participants=vector["participants"],
        period=date.fromisoformat(vector["period"]) if vector["period"] else None,
        opens=moment(vector["opens"]) if vector["opens"] else None,
    )
    for act in acts:
        case.advance(statement_of(act))
    return outcome_of(case, moment(vector["now"]))


def run_duration(text: str) -> dict[str, Any] | None:
    try:
        read = read_duration(text)
    except NotASpan:
        return None
    return {"months": read.months, "days": read.days, "seconds": read.seconds, "clock": read.clock}


def run_recurrence(text: str, start: str, until: str) -> list[str] | None:
    try:
        rule = read_recurrence(text)
    except NotASpan:
        return None
    return [day.isoformat() for day in rule.dates(start=date.fromisoformat(start), until=date.fromisoformat(until))]


def run_moment(vector: Mapping[str, Any]) -> str | None:
    point = read_point(vector["anchor"])
    assert point is not None
    off = DaysOff(
        weekend=frozenset(vector["weekend"]), holidays=frozenset(date.fromisoformat(day) for day in vector["holidays"])
    ) if vector["working"] else None  # fmt: skip
    edge = Edge.DEADLINE if vector["edge"] == "deadline" else Edge.BEGINNING
    return stamp(distance(point, read_duration(vector["by"]), edge=edge, back=vector["direction"] == "before", working=off))


def terms_of(said: Mapping[str, Any], procedure: Procedure) -> MeasureTerms:
    return MeasureTerms(
        measure=said["measure"], procedure=procedure, chain=said["chain"], version=said["version"], parties=tuple(said["parties"]),
        in_force_from=moment(said["in_force_from"]), parameters=said["parameters"], by_party=said["by_party"],
        roles={role: tuple(names) for role, names in said["roles"].items()},
    )  # fmt: skip


def statement_of(act: Mapping[str, Any]) -> Statement:
    return Statement(
        id=act["id"], author=act["author"], to=frozenset(act["to"]), at=moment(act["at"]), kind=act["kind"],
        refs=tuple(Cited(ref["rel"], ref["act"]) for ref in act["refs"]), step=act["step"], choice=act["choice"],
        period=date.fromisoformat(act["period"]) if act["period"] else None, data=act["data"],
    )  # fmt: skip


def outcome_of(case: Case, now: datetime) -> dict[str, Any]:
    ended = case.outcome(now)
    acts = sorted(case.tables.statements)
    return {
        "standings": {act: [case.standing(act).state, *([r.code, *r.words] for r in case.standing(act).reasons)] for act in acts},
        "timings": {
            act: [
                {"kind": one.kind, "moment": stamp(one.moment), "late": one.late, "agreed": one.agreed and one.agreed.text,
                 "given": one.given and one.given.text}
                for one in case.timing(act)
            ] for act in acts if case.timing(act)
        },
        "duties": [
            {"key": duty.key, "due": stamp(duty.due), "state": duty.state(now), "done_by": duty.done_by, "choice": duty.choice}
            for duty in case.duties(now)
        ],
        "crossings": [list(crossing.acts) for crossing in case.crossings],
        "outcome": {"word": ended.word, "at": stamp(ended.at)} if ended else None,
        "closing": stamp(case.closing),
        "data": {act: dict(case.data(act)) for act in acts if case.amendments(act)},
    }  # fmt: skip


# Recipes

SMALL = """id: small
title: A small procedure
roles: {asking: opener, asked: named}
parameters: {time: {format: duration}}
closes: {after: opening, by: P1Y, as: closed}
steps:
  ask:   {by: asking, to: asked, opens: true, form: question}
  reply: {by: asked, answers: ask, form: answer, due: {after: ask, by: time}, ends: replied}
"""

READ: Mapping[str, tuple[str, str]] = {
    "small": ("a whole procedure in eight lines", SMALL),
    "quoted": ("quotes change nothing", SMALL.replace("title: A small procedure", "title: 'A small procedure'")),
    "words": ("words that other readers take for truth or time stay words", SMALL.replace("ends: replied", "ends: no")),
    "part": ("a part is copied into the record", SMALL.replace("steps:\n", "include: [questions]\nsteps:\n").replace("  ask: ", "  put: ").replace(
        "answers: ask", "answers: put").replace("after: ask", "after: put")),
    "doubled_fail": ("one key, one value", SMALL + "title: Another\n"),
    "anchor_fail": ("no anchors", SMALL.replace("roles: {", "roles: &r {")),
    "fraction_fail": ("no fractions", SMALL.replace("P1Y, as: closed", "1.5, as: closed")),
    "documents_fail": ("one document", SMALL + "---\nid: other\n"),
    "key_fail": ("nothing is ignored", SMALL.replace("form: answer", "form: answer, votes: 3")),
    "word_fail": ("every word is known", SMALL.replace("answers: ask", "answers: asks")),
    "duration_fail": ("a duration is ISO 8601", SMALL.replace("by: P1Y", "by: one year")),
    "shared_fail": ("a step is not called like a role", SMALL.replace("  reply:", "  asked:")),
    "anchorless_fail": ("no period without a calendar", SMALL.replace("{after: ask, by: time}", "{after: period, by: time}")),
    "exit_fail": ("a case must be able to end", SMALL.replace("closes: {after: opening, by: P1Y, as: closed}\n", "").replace(", ends: replied", "")),
    "opening_fail": ("something opens a case", SMALL.replace("opens: true, ", "")),
}  # fmt: skip


def act(name: str, author: str, to: str, at: str, step: str, **more: Any) -> dict[str, Any]:
    refs = [{"rel": ref.split(":")[0], "act": ref.split(":")[1] * 64} for ref in more.pop("refs", "").split()]
    base = {"kind": "step", "choice": None, "period": None, "data": {}}
    return {**base, "id": name * 64, "author": author, "to": to.split(), "at": at, "step": step, "refs": refs, **more}


def case(why: str, procedure: str, now: str, acts: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    parameters = more.pop("parameters", {})
    return {
        "why": why, "case": "c" * 64, "now": now, "participants": [], "period": None, "opens": None,
        "procedure": json.loads(json.dumps(dict(procedures()[procedure].record))),
        "terms": {
            "measure": "un:I.3.1", "chain": "d" * 64, "version": "e" * 64, "parties": ["tarsenia", "ondoria", "velmora"],
            "in_force_from": "2026-01-01T00:00:00Z", "parameters": parameters, "by_party": more.pop("by_party", {}), "roles": {},
        },
        "acts": acts, **more,
    }  # fmt: skip


NOTICE = {"notice": "P42D", "change_notice": "P7D", "report_time": "P30D", "open_for": "P1Y", "answer_time": "P14D"}
HOURS = {
    "reply_time": "PT48H", "urgent_time": "PT12H", "meeting_time": "PT48H", "open_for": "P1Y", "answer_time": "P14D",
    "unanswered": "none_given",
}  # fmt: skip
REPORTS = {"lead": "P60D", "open_for": "P1Y", "again_time": "P5D", "all_in_time": "P2D", "reveal_time": "P2D", "answer_time": "P14D"}
NOTIFY = act("1", "tarsenia", "ondoria velmora", "2026-05-20T12:00:00Z", "notify", choice="planned",
             data={"begins": "2026-06-01", "ends": "2026-06-10"})  # fmt: skip
ASK = act("1", "tarsenia", "ondoria", "2026-03-01T08:00:00Z", "request", choice="explanation")
SILENCE = act("2", "tarsenia", "ondoria", "2026-03-05T12:00:00Z", "reply", kind="taken-as", choice="none_given", refs="answers:1",
              data={"holder": "ondoria"})  # fmt: skip

CASES: Mapping[str, dict[str, Any]] = {
    "short_notice": case("notice of 12 days where 42 are agreed: a fact beside the act, which is in turn", "notification",
                         "2026-06-11T00:00:00Z", [NOTIFY], parameters=NOTICE),
    "changed": case("a change moves what counts from the old dates, a correction one figure; lateness shown stays", "notification",
                    "2026-07-20T00:00:00Z", [
                        NOTIFY,
                        act("2", "tarsenia", "ondoria velmora", "2026-05-29T12:00:00Z", "change", refs="amends:1", data={"ends": "2026-06-12"}),
                        act("3", "tarsenia", "ondoria velmora", "2026-05-30T12:00:00Z", "correct", refs="answers:1 after:2",
                            data={"changes": [{"path": "/begins", "value": "2026-06-02"}]}),
                        act("4", "tarsenia", "ondoria velmora", "2026-07-13T00:00:00Z", "complete", refs="after:3"),
                        act("5", "ondoria", "tarsenia velmora", "2026-07-14T00:00:00Z", "ask", refs="after:4"),
                    ], parameters=NOTICE),
    "own_parameter": case("a party's own notice", "notification", "2026-06-11T00:00:00Z", [NOTIFY], parameters=NOTICE,
                          by_party={"tarsenia": {"notice": "P10D"}}),
    "left_out": case("a party left out: the act moves nothing", "notification", "2026-06-11T00:00:00Z",
                     [{**NOTIFY, "to": ["ondoria"]}], parameters=NOTICE),
    "waiting": case("an act whose reference is not here waits", "notification", "2026-06-11T00:00:00Z",
                    [NOTIFY, act("2", "ondoria", "tarsenia velmora", "2026-05-21T12:00:00Z", "ask", refs="after:9")], parameters=NOTICE),
    "five_facts": case("in time, late and nil, missing", "information-exchange", "2028-01-01T00:00:00Z", [
        act("1", "tarsenia", "ondoria velmora", "2026-12-15T23:59:59Z", "report", choice="submitted"),
        act("2", "ondoria", "tarsenia velmora", "2026-12-16T00:00:00Z", "report", choice="nil"),
    ], parameters=REPORTS, participants=["tarsenia", "ondoria", "velmora"], period="2026-12-15", opens="2026-10-16T00:00:00Z"),
    "silence": case("silence said after its moment counts for the one who owed", "consultation", "2026-03-07T00:00:00Z",
                    [ASK, SILENCE], parameters=HOURS),
    "silence_crossed": case("a reply in time that does not know of the silence crosses with it", "consultation", "2026-03-07T00:00:00Z", [
        ASK, SILENCE, act("3", "ondoria", "tarsenia", "2026-03-03T07:00:00Z", "reply", choice="explained", refs="answers:1"),
    ], parameters=HOURS),
    "silence_late": case("a late reply that does not know of the silence is out of turn, though dated before it", "consultation",
                         "2026-03-07T00:00:00Z", [
                             ASK, SILENCE, act("3", "ondoria", "tarsenia", "2026-03-04T07:00:00Z", "reply", choice="explained", refs="answers:1"),
                         ], parameters=HOURS),
    "settled": case("what crossed is settled when both authors say the same", "consultation", "2026-03-09T00:00:00Z", [
        ASK, SILENCE, act("3", "ondoria", "tarsenia", "2026-03-03T07:00:00Z", "reply", choice="explained", refs="answers:1"),
        act("4", "tarsenia", "ondoria", "2026-03-08T07:00:00Z", "reply", kind="settle", refs="settles:2 settles:3", data={"stands": "3" * 64}),
        act("5", "ondoria", "tarsenia", "2026-03-08T08:00:00Z", "reply", kind="settle", refs="settles:2 settles:3", data={"stands": "3" * 64}),
    ], parameters=HOURS),
}  # fmt: skip

DURATIONS = ["P42D", "P6W", "P1Y2M3D", "PT48H", "PT0S", "P0D", "P1DT12H", "PT1H30M15S", "P", "PT", "P1D2D", "P1.5D", "P-1D", "P1W2D", "P01D", "P1M1Y", "PT10000H", "p1d"]
RECURRENCES = [
    ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=15", "2026-01-01"), ("FREQ=MONTHLY;BYMONTHDAY=-1", "2027-01-31"),
    ("FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=31", "2026-01-01"), ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2026-01-01"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", "2028-11-01"), ("FREQ=MONTHLY;BYDAY=-1FR", "2028-06-01"), ("FREQ=MONTHLY", "2028-01-31"),
    ("FREQ=YEARLY;BYDAY=1MO", "2026-01-01"), ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01"),
    ("FREQ=MONTHLY;BYDAY=1MO,TU", "2026-01-01"), ("FREQ=DAILY;COUNT=3", "2026-01-01"),
]  # fmt: skip
MOMENTS = [
    ("2027-05-02T10:00:00Z", "after", "PT48H", "deadline"), ("2027-05-02T10:00:00Z", "after", "P2D", "deadline"),
    ("2027-05-02T10:00:00Z", "after", "P2D", "beginning"), ("2027-05-02", "after", "PT0S", "deadline"),
    ("2027-05-02", "after", "PT0S", "beginning"), ("2027-05-02", "before", "PT36H", "deadline"),
    ("2027-06-01", "before", "P42D", "deadline"), ("2027-01-31", "after", "P1M", "deadline"), ("2028-02-29", "after", "P1Y", "deadline"),
    ("2027-01-31T10:00:00Z", "after", "P1MT1H", "deadline"), ("9999-12-01", "after", "P1M", "deadline"),
]  # fmt: skip
WORKING = [
    ("2027-05-07", "after", "P5D", [6, 7], []), ("2027-05-06", "after", "P1D", [5, 6], ["2027-05-09"]),
    ("2027-05-08", "after", "P0D", [6, 7], []), ("2027-05-10", "before", "P1D", [6, 7], []),
]  # fmt: skip


def vectors() -> dict[str, Any]:
    """Every file by name."""
    made: dict[str, Any] = {}
    for name, (why, text) in READ.items():
        made[f"read_{name}.json"] = {"why": why, "text": text, "expected": run_read(text)}
    for name, vector in CASES.items():
        made[f"case_{name}.json"] = {**vector, "expected": run_case(vector, vector["acts"])}
    made["durations.json"] = {"why": "one meaning, one text", "vectors": [{"text": text, "expected": run_duration(text)} for text in DURATIONS]}
    until = (date(2026, 1, 1) + timedelta(days=1_100)).isoformat()
    made["recurrences.json"] = {"why": "dates from a first day", "vectors": [
        {"text": text, "start": start, "until": until, "expected": run_recurrence(text, start, until)} for text, start in RECURRENCES
    ]}  # fmt: skip
    plain = [(*one, False, [], []) for one in MOMENTS]
    worked = [(anchor, way, by, "deadline", True, weekend, holidays) for anchor, way, by, weekend, holidays in WORKING]
    names = ("anchor", "direction", "by", "edge", "working", "weekend", "holidays")
    listed = [dict(zip(names, one, strict=True)) for one in (*plain, *worked)]
    made["moments.json"] = {"why": "to the second", "vectors": [{**one, "expected": run_moment(one)} for one in listed]}
    return made


def write() -> None:
    VECTORS.mkdir(parents=True, exist_ok=True)
    for name, vector in vectors().items():
        (VECTORS / name).write_text(json.dumps(vector, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
