"""The store in SQL keeps to the contract of stores, and its tables refuse to forget."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from comity.site.journal.store import SqlStore
from tests.contracts.store import StoreContract, an_act


@pytest.mark.django_db
class TestSqlStore(StoreContract):
    @pytest.fixture
    def store(self) -> SqlStore:
        return SqlStore()

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM journal_act",
            "UPDATE journal_act SET head = signatures",
            "DELETE FROM journal_leaf",
            "UPDATE journal_leaf SET hash = salt",
            "DELETE FROM journal_lanein",
            "UPDATE journal_lanein SET seq = seq + 1",
        ],
    )
    def test_acts_leaves_and_lanes_cannot_be_changed_or_removed(self, store: SqlStore, statement: str) -> None:
        with store.turn() as turn:
            turn.add_act(an_act("a"))
            turn.add_leaf(kind="act-in", record="a" * 64, salt=b"s" * 16, leaf_hash=b"h" * 32)
            turn.add_lane_in(sender="ondoria/vc", to="tarsenia/vc", epoch=1, seq=1, act="a" * 64)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert store.act("a" * 64) == an_act("a", position=1)
