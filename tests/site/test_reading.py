"""What pages and the API ask of the book: bounded, in order, and only what counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comity.node.ports import CaseRow, DutyRow, FactRow, HeldAct, Projection
from comity.protocol.canonical import encode
from comity.site.journal import reading
from comity.site.journal.store import SqlStore

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def act(number: int, **more: Any) -> HeldAct:
    body = {"measure": "un:I.1.1", "step": "report", "choice": "submitted", "data": {"designation": f"Heron {number}"}}
    content = {"v": 1, "kind": "step", "to": [], "terms": None, "case": None, "refs": [], "header": {"precedence": "routine"}, "body": body}
    said = {
        "position": 0, "id": f"{number:064x}", "ours": False, "sender": "ondoria/vc", "kind": "step", "terms": None, "case": "c" * 64,
        "at": NOW, "held_since": NOW, "number": f"OND/TAR/26/{number:04d}", "head": b"{}", "signatures": b"{}", "content": encode(content),
        "salt": b"s" * 16,
    }  # fmt: skip
    return HeldAct(**{**said, **more})


def case(**more: Any) -> CaseRow:
    said = {
        "id": "c" * 64, "chain": "a" * 64, "terms": "a" * 64, "procedure": "notification", "measure": "un:I.3.1", "period": None,
        "opener": "ondoria", "participants": ("ondoria", "tarsenia"), "title": "Heron", "opened_at": NOW, "last_at": NOW, "acts": 1,
        "outcome": "", "open": True, "parent": "",
    }  # fmt: skip
    return CaseRow(**{**said, **more})


def duty(key: str, **more: Any) -> DutyRow:
    said = {
        "key": key, "case": "c" * 64, "measure": "un:I.3.1", "procedure": "notification", "step": "complete", "owner": "ondoria",
        "to": ("tarsenia",), "since": "", "period": None, "due": NOW + DAY, "state": "open", "done_by": "",
    }  # fmt: skip
    return DutyRow(**{**said, **more})


def fact(number: int, begins: datetime, ends: datetime, **more: Any) -> FactRow:
    said = {
        "act": f"{number:064x}", "path": "", "case": "c" * 64, "measure": "un:I.3.1", "kind": "activity", "author": "ondoria",
        "title": f"Heron {number}", "begins": begins, "ends": ends, "vague": False, "box": None, "fields": {},
    }  # fmt: skip
    return FactRow(**{**said, **more})


def write(*acts: HeldAct, **projected: Any) -> None:
    with SqlStore().turn() as turn:
        for one in acts:
            turn.add_act(one)
        turn.project(Projection(**projected))


def test_acts_come_newest_first_in_pages_and_by_sender_and_kind() -> None:
    write(*(act(number) for number in range(1, 53)), act(60, sender="ondoria-north/vc"), act(61, kind="sign", ours=True, sender="tarsenia/vc"))
    first, second = reading.acts_page(), reading.acts_page(number=2)
    assert (len(first.items), first.more, len(second.items), second.more) == (50, True, 4, False)
    assert first.items[0].kind == "sign" and second.items[-1].number == "OND/TAR/26/0001"
    assert [one.party for one in reading.acts_page(party="ondoria-north").items] == ["ondoria-north"], "a name that begins alike is another"
    assert "ondoria-north" not in {one.party for one in reading.acts_page(party="ondoria").items}
    assert [one.id for one in reading.acts_page(kind="sign").items] == [one.id for one in reading.acts_page(ours=True).items]
    assert reading.arrived(limit=1)[0].party == "ondoria-north" and reading.count_acts() == 54


def test_the_acts_of_a_case_are_asked_for_from_a_position_on() -> None:
    write(*(act(number) for number in range(1, 8)), act(9, case=None), cases=[case()])
    first = reading.case_acts("c" * 64, limit=5)
    rest = reading.case_acts("c" * 64, after=first[-1].position, limit=5)
    assert [one.title for one in [*first, *rest]] == [f"Heron {number}" for number in range(1, 8)]


def test_an_act_is_shown_with_its_standing_and_reasons() -> None:
    write(act(1), act(2), standings=[("1".rjust(64, "0"), "irregular", '[["too-late","P5D"]]')])
    found = {one.number[-1]: (one.standing, one.reasons) for one in reading.acts_page().items}
    assert found == {"1": ("irregular", (("too-late", "P5D"),)), "2": ("in-turn", ())}


def test_only_open_duties_of_open_cases_are_due_earliest_first_as_far_ahead_as_asked() -> None:
    ended = case(id="d" * 64, open=False)
    write(
        cases=[case(), ended],
        duties=[
            duty("late", due=NOW - DAY), duty("soon"), duty("far", due=NOW + 90 * DAY), duty("done", state="done"),
            duty("ended", case="d" * 64), duty("ours", owner="tarsenia"),
        ],
    )  # fmt: skip
    assert [one.duty.key for one in reading.due_from("ondoria", now=NOW)] == ["late", "soon"]
    assert [one.duty.key for one in reading.due_from("ondoria", now=NOW, ahead=100 * DAY, limit=2)] == ["late", "soon"]
    assert [one.duty.key for one in reading.due_to("tarsenia", now=NOW, ahead=100 * DAY)] == ["late", "soon", "far"]
    (line,) = reading.due_from("tarsenia", now=NOW)
    assert (line.title, line.opener, line.participants) == ("Heron", "ondoria", ("ondoria", "tarsenia"))
    assert {one.duty.key for one in reading.duties_between(NOW, NOW + 2 * DAY)} == {"soon", "done", "ended", "ours"}


def test_activities_that_touch_the_days_asked_for_are_found_and_those_out_of_turn_are_not() -> None:
    month, next_month = NOW.replace(day=1, hour=0), NOW.replace(month=12, day=1, hour=0)
    write(
        facts=[
            fact(1, month - 10 * DAY, month + DAY), fact(2, month + 5 * DAY, month + 6 * DAY), fact(3, month - 300 * DAY, next_month + DAY),
            fact(4, month - 3 * DAY, month - 2 * DAY), fact(5, next_month + DAY, next_month + 2 * DAY), fact(6, month, month),
            fact(7, month, month, kind="unit"),
        ],
        standings=[("6".rjust(64, "0"), "irregular", "[]"), ("2".rjust(64, "0"), "in-turn", "[]")],
    )  # fmt: skip
    found = reading.facts_between(month, next_month)
    assert [one.title for one in found] == ["Heron 3", "Heron 1", "Heron 2"]
    assert [one.title for one in reading.facts_between(month, next_month, limit=1)] == ["Heron 3"]
    assert len(reading.facts_of_case("c" * 64)) == 7


def test_cases_are_listed_by_what_moved_last_without_those_aside_and_without_silent_ones() -> None:
    write(
        cases=[
            case(), case(id="d" * 64, last_at=NOW + DAY, open=False, measure="un:I.1.1", procedure="information-exchange"),
            case(id="e" * 64, parent="c" * 64), case(id="f" * 64, acts=0, last_at=NOW - DAY),
        ],
    )  # fmt: skip
    assert [one.id[0] for one in reading.cases_page().items] == ["d", "c"]
    assert [one.id[0] for one in reading.cases_page(with_acts=False).items] == ["d", "c", "f"]
    assert [one.id[0] for one in reading.cases_page(is_open=False).items] == ["d"]
    assert [one.id[0] for one in reading.cases_page(procedure="notification").items] == ["c"]
    assert [one.id[0] for one in reading.cases_aside("c" * 64)] == ["e"]
    assert set(reading.cases_by_id(["c" * 64, "0" * 64])) == {"c" * 64} and reading.cases_by_id([]) == {}


def test_words_are_found_however_they_were_typed() -> None:
    write(
        act(1), act(2), act(3),
        words=[("act", f"{1:064x}", "heron exercis"), ("act", f"{2:064x}", "heron"), ("act", f"{3:064x}", "учен")],
    )  # fmt: skip
    assert [one.number[-1] for one in reading.found_acts("Herons", "en")] == ["2", "1"]
    assert [one.number[-1] for one in reading.found_acts("heron EXERCISES", "en")] == ["1"]
    assert [one.number[-1] for one in reading.found_acts("учения", "ru")] == ["3"]
    assert reading.found_acts("—", "en") == [] and reading.found_acts('"; DROP', "en") == []
