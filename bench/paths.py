"""The issue path and the receive path of a node on SQL, beside the bare primitives timed between their rounds.

Issue: an act to three addressees is prepared, signed, logged, folded and committed, and sealed for each as the post does.
Receive: 64 envelopes are unsealed, verified, parsed, folded and committed in one turn, and receipted under one signature.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from statistics import median

from bench import primitives
from bench.apart import MADE
from bench.exercises import notices
from bench.region import HERE, Region, envelopes, make_folder
from bench.stopwatch import Step, watching
from comity.exercise.import_exercises import Notice
from comity.exercise.imports import draft_of, notified_at
from comity.exercise.region_terms import OFFICES
from comity.node.issue import Draft, issue
from comity.node.office import Office
from comity.node.ports import HeldAct
from comity.node.receive import receive
from comity.protocol.act import party_of

LIMITS = {"issue": "limit_issue_to_3_ms", "issue_at_16": "limit_issue_to_3_at_16_ms", "receive": "limit_receive_at_64_ms"}
ROUNDS = 14
SHARED_ROUNDS = 5
ISSUED = 16
"""Acts in one round of the issue path, each in a turn of its own."""
AT_ONCE = 64
TO_THREE = tuple(office for party, office in OFFICES.items() if party != HERE)
"""The other two States and the secretariat: the measure alone is agreed between three."""


Clock = Callable[[], float]


class Paths:
    """Both paths over one region whose clock goes on from notice to notice."""

    def __init__(self) -> None:
        self.region = Region()
        self.notices = notices()

    def issue_round(self, clock: Clock = time.perf_counter) -> float:
        """Milliseconds an act."""
        spent = 0.0
        for notice in islice(self.notices, ISSUED):
            draft = replace(self._draft(notice), to=TO_THREE)
            started = clock()
            issue_and_seal(self.region.here, draft)
            spent += clock() - started
        return spent * 1000 / ISSUED

    def together_round(self, clock: Clock = time.perf_counter) -> float:
        """The same, sixteen in one turn: as an import issues."""
        drafts = [replace(self._draft(notice), to=TO_THREE) for notice in islice(self.notices, ISSUED)]
        started = clock()
        seal_all(self.region.here, issue(self.region.here, drafts))
        return (clock() - started) * 1000 / ISSUED

    def receive_round(self, clock: Clock = time.perf_counter) -> float:
        """Milliseconds an act."""
        sender = self.region.offices["ondoria"]
        issue(sender, [self._draft(notice) for notice in islice(self.notices, AT_ONCE)])
        due = sender.store.due_deliveries(HERE, self.region.now, AT_ONCE)
        sealed = envelopes(sender, due, HERE)
        self._drop(sender)
        started = clock()
        answers = receive(self.region.here, sealed, peer="ondoria")
        spent = clock() - started
        assert [answer.state for answer in answers] == ["delivered"] * AT_ONCE, answers[0].code
        return spent * 1000 / AT_ONCE

    def _draft(self, notice: Notice) -> Draft:
        self.region.wait_until(notified_at(notice))
        return draft_of(notice, self.region.terms.id)

    def _drop(self, sender: Office) -> None:
        """What was carried by hand is not carried again."""
        with sender.turn() as turn:
            for peer in sender.store.peers_with_due(self.region.now):
                for one in sender.store.due_deliveries(peer, self.region.now, 10 * AT_ONCE):
                    turn.set_delivery(replace(one, next_at=None))


def issue_and_seal(office: Office, draft: Draft) -> None:
    """What a release costs until the envelopes are ready: the office's verb, and the post's part."""
    seal_all(office, issue(office, [draft]))


def seal_all(office: Office, acts: Sequence[HeldAct]) -> None:
    for act in acts:
        for delivery in office.store.deliveries(act.id):
            envelopes(office, [delivery], party_of(delivery.to))



def measure() -> Mapping[str, float]:
    """Shares of the limit: in each round, what the bare primitives cost over what the path cost beside them; the median round counts.

    Once by the clock on the wall, once by the processor's, which leaves out waiting for the disk and for others on a busy machine.
    """
    make_folder(MADE / "paths")
    paths = Paths()
    found: dict[str, list[float]] = defaultdict(list)
    with primitives.calls() as calls:
        for number in range(ROUNDS + 1):
            for clock, kind in ((time.perf_counter, ""), (time.process_time, "cpu_")):
                said = {
                    **_round("issue", paths.issue_round, clock, calls),
                    **_round("issue_at_16", paths.together_round, clock, calls),
                    **_round("receive", paths.receive_round, clock, calls),
                }
                for name, value in said.items() if number else ():
                    found[_named(name, kind)].append(value)
    medians = {name: median(values) for name, values in found.items()}
    return medians | _shares("issue", paths.issue_round) | _shares("receive", paths.receive_round)


def _named(name: str, kind: str) -> str:
    for end in ("share_of_limit", "ms"):
        if name.endswith(end):
            return name.removesuffix(end) + kind + end
    raise AssertionError(name)


def _round(way: str, turn: Callable[[Clock], float], clock: Clock, calls: Mapping[str, Callable[[], object]]) -> Mapping[str, float]:
    """The path between two halves of its limit, so that both meet the same weather."""
    before = {name: primitives.timed(call, clock) for name, call in calls.items()}
    spent = turn(clock)
    bare = {name: (before[name] + primitives.timed(call, clock)) / 2 for name, call in calls.items()}
    limit = primitives.limits(bare)[LIMITS[way]]
    told = {f"bare_{name}_ms": value for name, value in bare.items()} if way == "issue" else {}
    return {f"{way}_ms": spent, f"{way}_share_of_limit": limit / spent, f"{way}_limit_ms": limit, **told}


def _shares(way: str, turn: Callable[[], float]) -> Mapping[str, float]:
    """The share of each step in the whole of the path, in rounds of their own, since looking costs a little."""
    shares: dict[str, float] = {}
    gc.collect()
    gc.freeze()  # what the neighbours in memory hold is not the node's to sweep
    with watching(_steps(way)) as watch:
        for _ in range(SHARED_ROUNDS):
            turn()
    gc.unfreeze()
    spent = watch.shares()
    for step, share in spent.items():
        shares[f"{way}_{step}_share"] = share
    return shares


def _steps(way: str) -> list[Step]:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from comity.node import issue as issuing
    from comity.node import receive as receiving
    from comity.node import taking
    from comity.node.taking import Taking
    from comity.protocol import seal, signed
    from comity.protocol.keys import PublicKey, SoftwareSigner
    from comity.site.journal.store import SqlStore
    from comity.site.journal.turn import SqlTurn

    here = sys.modules[__name__]

    both: list[Step] = [
        (SoftwareSigner, "sign", "sign"), (BaseDatabaseWrapper, "_commit", "commit"), (SqlTurn, "flush", "rows"), (Taking, "take", "fold"),
        (Taking, "finish", "fold"),
    ]  # fmt: skip
    if way == "issue":
        return [
            *both, (here, "issue_and_seal", "rest"), (here, "envelopes", "frame"), (seal, "seal", "seal"), (issuing, "prepare", "prepare"),
            (issuing, "compose", "compose"), (issuing, "write_leaf", "log"), (SqlStore, "deliveries", "frame"),
        ]  # fmt: skip
    return [
        *both, (here, "receive", "rest"), (seal, "unseal", "unseal"), (PublicKey, "verify", "verify"), (signed, "verify", "parse"),
        (receiving, "check_body", "schema"), (taking, "validate", "schema"), (receiving, "write_leaf", "log"),
        (receiving.receipt, "sign_receipts", "receipt"),
    ]  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure()))
