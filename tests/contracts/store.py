"""What every store keeps to. Each implementation's test file subclasses StoreContract and gives it a store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from comity.node.ports import (
    CaseRow,
    Delivery,
    DutyRow,
    FactRow,
    GivenReceipt,
    HeldAct,
    Lane,
    Peer,
    Projection,
    Store,
    Turn,
)

NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def an_act(name: str, **changes: object) -> HeldAct:
    columns: dict[str, object] = {
        "position": 0,
        "id": (name * 64)[:64],
        "ours": False,
        "sender": "ondoria/vc",
        "kind": "step",
        "terms": "d" * 64,
        "case": "e" * 64,
        "at": NOON,
        "held_since": NOON + timedelta(seconds=2),
        "number": "SARN/ON/26/0001",
        "head": b"head " + name.encode(),
        "signatures": b"signatures",
        "content": b"content",
        "salt": b"s" * 16,
        "slip": b"slip",
        "path": b"path",
    }
    return HeldAct(**(columns | changes))


def a_delivery(**changes: object) -> Delivery:
    columns: dict[str, object] = {
        "act": "a" * 64, "to": "velmora/vc", "slip": b"slip", "path": b"path", "next_at": NOON, "since": NOON,
    }
    return Delivery(**(columns | changes))


def a_case(**changes: object) -> CaseRow:
    columns: dict[str, object] = {
        "id": "e" * 64, "chain": "c" * 64, "terms": "d" * 64, "procedure": "notification", "measure": "un:I.3.1",
        "period": date(2026, 12, 15), "opener": "ondoria", "participants": ("ondoria", "tarsenia"), "title": "Grey Heron",
        "opened_at": NOON, "last_at": NOON, "acts": 1, "outcome": "", "open": True, "parent": "",
    }
    return CaseRow(**(columns | changes))


def a_duty(**changes: object) -> DutyRow:
    columns: dict[str, object] = {
        "key": "k" * 64, "case": "e" * 64, "measure": "un:I.3.1", "procedure": "notification", "step": "answer",
        "owner": "tarsenia", "to": ("ondoria",), "since": "a" * 64, "period": None, "due": NOON + timedelta(days=6),
        "state": "open", "done_by": "",
    }
    return DutyRow(**(columns | changes))


class Broken(Exception):
    """Raised inside a turn to see that nothing of it is kept."""


class StoreContract:
    """Subclass, and give `store` as a fixture."""

    @contextmanager
    def _turn(self, store: Store) -> Iterator[Turn]:
        with store.turn() as turn:
            yield turn

    def test_an_empty_store_holds_nothing(self, store: Store) -> None:
        assert store.position() == 0
        assert store.act("a" * 64) is None
        assert store.holds(["a" * 64]) == set()
        assert list(store.acts()) == []
        assert store.leaf_count() == 0
        assert store.checkpoint() is None
        assert store.peers() == ()

    def test_acts_come_back_as_they_went_in_with_their_position(self, store: Store) -> None:
        with store.turn() as turn:
            assert turn.add_act(an_act("a")) == 1
            assert turn.add_act(an_act("b", slip=None, path=None, case=None, terms=None, ours=True)) == 2
        first, second = store.acts()
        assert first == an_act("a", position=1)
        assert second == an_act("b", position=2, slip=None, path=None, case=None, terms=None, ours=True)
        assert store.act("a" * 64) == first
        assert store.position() == 2
        assert store.holds(["a" * 64, "f" * 64]) == {"a" * 64}

    def test_a_turn_that_fails_leaves_nothing(self, store: Store) -> None:
        with store.turn() as turn:
            turn.add_act(an_act("a"))
            turn.next_number("series")
        with pytest.raises(Broken), store.turn() as turn:
            turn.add_act(an_act("b"))
            turn.add_leaf(kind="act-in", record="b" * 64, salt=b"s" * 16, leaf_hash=b"h" * 32)
            turn.next_number("series")
            turn.set_lane_out("tarsenia/vc", "ondoria/vc", Lane(epoch=1, seq=1, last="b" * 64))
            turn.add_lane_in(sender="ondoria/vc", to="tarsenia/vc", epoch=1, seq=1, act="b" * 64)
            turn.project(Projection(cases=[a_case()], duties=[a_duty()]))
            raise Broken
        assert store.position() == 1
        assert store.act("b" * 64) is None
        assert store.leaf_count() == 0
        assert store.lane_in("ondoria/vc", "tarsenia/vc", 1, 1) is None
        assert store.case_row("e" * 64) is None
        with store.turn() as turn:
            assert turn.next_number("series") == 2
            assert turn.lane_out("tarsenia/vc", "ondoria/vc") is None
            assert turn.add_act(an_act("c")) == 2

    def test_a_case_and_a_kind_are_read_in_local_order_from_a_position(self, store: Store) -> None:
        with store.turn() as turn:
            turn.add_act(an_act("a"))
            turn.add_act(an_act("b", case="f" * 64))
            turn.add_act(an_act("c"))
            turn.add_act(an_act("d", kind="sign", case=None))
            turn.add_act(an_act("e", kind="initial", case=None))
        assert [act.id[0] for act in store.acts_of_case("e" * 64)] == ["a", "c"]
        assert [act.id[0] for act in store.acts_of_case("e" * 64, after=1)] == ["c"]
        assert [act.id[0] for act in store.acts_of_kinds({"sign", "initial"})] == ["d", "e"]
        assert [act.id[0] for act in store.acts_of_kinds({"sign", "initial"}, after=4)] == ["e"]
        assert [act.id[0] for act in store.acts(after=1, limit=2)] == ["b", "c"]

    def test_acts_wait_for_what_they_stand_on(self, store: Store) -> None:
        with store.turn() as turn:
            turn.add_act(an_act("a"))
            turn.add_act(an_act("b"))
            turn.await_text("a" * 64, "terms 1")
            turn.await_text("b" * 64, "terms 1")
            turn.await_text("b" * 64, "terms 2")
        assert [act.id[0] for act in store.acts_awaiting("terms 1")] == ["a", "b"]
        assert (store.awaiting("ondoria"), store.awaiting("velmora")) == (2, 0)
        assert store.awaited() == {"a" * 64, "b" * 64}
        with store.turn() as turn:
            turn.no_longer_awaiting("a" * 64)
        assert [act.id[0] for act in store.acts_awaiting("terms 1")] == ["b"]
        assert list(store.acts_awaiting("terms 3")) == []

    def test_lanes_count_and_show_their_gaps(self, store: Store) -> None:
        with store.turn() as turn:
            assert turn.lane_out("tarsenia/vc", "ondoria/vc") is None
            turn.set_lane_out("tarsenia/vc", "ondoria/vc", Lane(epoch=1, seq=1, last="a" * 64))
            turn.set_lane_out("tarsenia/vc", "ondoria/vc", Lane(epoch=1, seq=2, last="b" * 64))
            turn.add_lane_in(sender="ondoria/vc", to="tarsenia/vc", epoch=1, seq=1, act="c" * 64)
            turn.add_lane_in(sender="ondoria/vc", to="tarsenia/vc", epoch=1, seq=4, act="d" * 64)
        with store.turn() as turn:
            assert turn.lane_out("tarsenia/vc", "ondoria/vc") == Lane(epoch=1, seq=2, last="b" * 64)
        assert store.lane_in("ondoria/vc", "tarsenia/vc", 1, 4) == "d" * 64
        assert store.lane_gaps("ondoria/vc") == (("tarsenia/vc", 1, 2), ("tarsenia/vc", 1, 3))
        assert store.lane_gaps("velmora/vc") == ()

    def test_deliveries_are_due_per_peer_until_they_need_no_more(self, store: Store) -> None:
        with store.turn() as turn:
            turn.add_act(an_act("a", ours=True))
            turn.add_act(an_act("b", ours=True))
            later = a_delivery(act="b" * 64, next_at=NOON + timedelta(hours=1))
            turn.add_deliveries([later, a_delivery(), a_delivery(to="ondoria/vc")])
        assert store.peers_with_due(NOON) == ("ondoria", "velmora")
        assert store.due_deliveries("velmora", NOON, 10) == (a_delivery(),)
        assert store.due_deliveries("velmora", NOON + timedelta(hours=2), 10) == (a_delivery(), later)
        assert store.due_deliveries("velmora", NOON + timedelta(hours=2), 1) == (a_delivery(),)
        with store.turn() as turn:
            turn.set_delivery(a_delivery(state="delivered", next_at=None, receipt=b"signed", attempts=1))
        assert store.peers_with_due(NOON) == ("ondoria",)
        states = {delivery.to: delivery.state for delivery in store.deliveries("a" * 64)}
        assert states == {"ondoria/vc": "waiting", "velmora/vc": "delivered"}

    def test_a_receipt_given_is_given_again_byte_for_byte(self, store: Store) -> None:
        given = GivenReceipt(act="a" * 64, to="ondoria/vc", state="delivered", reason="", receipt=b"\x00signed\xff")
        with store.turn() as turn:
            turn.add_given_receipts([given])
        assert store.given_receipt("a" * 64) == given
        assert store.given_receipt("b" * 64) is None
        assert store.given_receipts(["a" * 64, "b" * 64]) == {"a" * 64: given}
        assert store.given_receipts([]) == {}

    def test_the_log_only_grows_and_finds_a_record_again(self, store: Store) -> None:
        with store.turn() as turn:
            assert turn.add_leaf(kind="act-out", record="a" * 64, salt=b"1" * 16, leaf_hash=b"1" * 32) == 0
            two = [("act-in", "b" * 64, b"2" * 16, b"2" * 32), ("act-in", "c" * 64, b"3" * 16, b"3" * 32)]
            assert turn.add_leaves(two) == 1
        assert store.leaf_count() == 3
        assert [leaf.hash for leaf in store.leaves(start=1, end=3)] == [b"2" * 32, b"3" * 32]
        leaf = store.leaf_of("act-in", "c" * 64)
        assert leaf is not None
        assert (leaf.index, leaf.salt) == (2, b"3" * 16)
        assert store.leaf_of("act-out", "c" * 64) is None

    def test_checkpoints_texts_notes_and_numbers_are_kept(self, store: Store) -> None:
        with store.turn() as turn:
            turn.add_checkpoint(b"first", 256)
            turn.add_checkpoint(b"second", 512)
            turn.set_checkpoint_of("ondoria", b"theirs")
            turn.add_text("f" * 64, "procedure", {"id": "notification", "steps": {"notify": {"by": "نعم"}}})
            turn.set_note("epoch", "1")
            turn.set_note("epoch", "2")
            assert [turn.next_number("to all"), turn.next_number("to all"), turn.next_number("other")] == [1, 2, 1]
        assert store.checkpoint() == b"second"
        assert store.checkpoint_of("ondoria") == b"theirs"
        assert store.checkpoint_of("velmora") is None
        assert store.text("f" * 64) == {"id": "notification", "steps": {"notify": {"by": "نعم"}}}
        assert store.note("epoch") == "2"
        assert store.note("unknown") is None

    def test_peers_are_kept_until_removed(self, store: Store) -> None:
        peer = Peer(node="ondoria", card=b"card", keysets=(b"1", b"2"), doors=("https://one.example",), confirmed_by="amaro", confirmed_at=NOON)
        with store.turn() as turn:
            turn.set_peer(peer)
            turn.set_peer(Peer(node="velmora", card=b"card", keysets=(), doors=()))
        assert [p.node for p in store.peers()] == ["ondoria", "velmora"]
        assert store.peers()[0] == store.peer("ondoria") == peer
        assert store.peer("sarn") is None
        with store.turn() as turn:
            turn.remove_peer("velmora")
        assert store.peers() == (peer,)

    def test_projections_replace_rows_and_can_be_cleared(self, store: Store) -> None:
        fact = FactRow(
            act="a" * 64, path="", case="e" * 64, measure="un:I.3.1", kind="activity", author="ondoria", title="Grey Heron",
            begins=NOON, ends=None, vague=False, box=(-450000000, -1210000000, -440000000, -1200000000),
            fields={"personnel": 8700},
        )
        with store.turn() as turn:
            turn.project(
                Projection(
                    cases=[a_case(), a_case(id="f" * 64, open=False)],
                    duties=[a_duty(), a_duty(key="l" * 64)],
                    facts=[fact],
                    standings=[("a" * 64, "irregular", '["too-early"]')],
                    words=[("act", "a" * 64, "grey heron")],
                ),
            )
        with store.turn() as turn:
            turn.project(Projection(cases=[a_case(acts=2, closes=NOON + timedelta(days=8))], duties=[a_duty(state="done")], gone_duties=["l" * 64]))
        assert store.case_row("e" * 64) == a_case(acts=2, closes=NOON + timedelta(days=8))
        assert [row.id[0] for row in store.open_cases()] == ["e"]
        assert list(store.open_cases(procedures=["contacts"])) == []
        assert list(store.open_cases(closing_by=NOON)) == []
        assert [row.id[0] for row in store.open_cases(procedures=["notification"], closing_by=NOON + timedelta(days=9))] == ["e"]
        assert store.duty_rows("e" * 64) == (a_duty(state="done"),)
        assert store.standing("a" * 64) == ("irregular", '["too-early"]')
        with store.turn() as turn:
            turn.clear_projections()
        assert store.case_row("e" * 64) is None
        assert store.duty_rows("e" * 64) == ()
        assert store.standing("a" * 64) is None
