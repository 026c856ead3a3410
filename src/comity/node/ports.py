"""What a node needs from outside: a store, a clock, chance. Everything else it is given as data.

The store is one writer's book. `turn()` opens the writer's turn: what is written in it becomes durable together when it
ends, or not at all. Reading is possible at any time and sees whole turns only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

Clock = Callable[[], datetime]
"""Aware UTC time, whole seconds. The only way a node learns what time it is."""

Chance = Callable[[int], bytes]
"""So many unpredictable bytes."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAct:
    """An act this node holds, as bytes that can be proved and the few columns it is looked up by.

    `at` is what the issuer claims; `held_since` is when this node committed it: local evidence, never part of a fold.
    `slip` and `path` are those of our own place among the addressees; an act of ours, or one held by consent, has none.
    """

    position: int
    id: str
    ours: bool
    sender: str
    kind: str
    terms: str | None
    case: str | None
    at: datetime
    held_since: datetime
    number: str
    head: bytes
    signatures: bytes
    content: bytes
    salt: bytes
    slip: bytes | None = None
    path: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One leaf of the node's log: a salted commitment to a record of this kind (RFC 6962 leaf hash in `hash`)."""

    index: int
    kind: str
    id: str
    salt: bytes
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The last number used between an issuing and an addressed office; `last` is the act that took it."""

    epoch: int
    seq: int
    last: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One act on its way to one addressee.

    `state`: waiting, sent, relayed, delivered, opened, refused, expired. `next_at` is when the post tries next; None when it
    need not. `receipt` is the evidence the addressee signed (canonical JSON of head, signatures, entry, path).
    """

    act: str
    to: str
    slip: bytes
    path: bytes
    state: str = "waiting"
    attempts: int = 0
    next_at: datetime | None = None
    since: datetime
    receipt: bytes | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenReceipt:
    """What this node signed for an act it received: given again, byte for byte, whenever the act comes again."""

    act: str
    to: str
    state: str
    reason: str
    receipt: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another participant's node as two officers here compared it: its card, its keysets, its doors.

    `confirmed_by` is empty until someone has compared the fingerprint; nothing is taken from such a peer.
    """

    node: str
    card: bytes
    keysets: tuple[bytes, ...]
    doors: tuple[str, ...]
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case in one line, for lists. Rebuilt from acts."""

    id: str
    chain: str
    terms: str
    procedure: str
    measure: str
    period: date | None
    opener: str
    participants: tuple[str, ...]
    title: str
    opened_at: datetime
    last_at: datetime
    acts: int
    outcome: str
    open: bool
    parent: str
    closes: datetime | None = None
    """When it closes by itself, as far as is known now."""

    @property
    def by_calendar(self) -> bool:
        """Nobody opened it: the terms did, on a date or when they came into force."""
        return not self.opener


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow:
    """Who owes what by when. Rebuilt from acts. `state` is what does not depend on the present: open, done, late, released, missing."""

    key: str
    case: str
    measure: str
    procedure: str
    step: str
    owner: str
    to: tuple[str, ...]
    since: str
    period: date | None
    due: datetime
    state: str
    done_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """What an act says of the world, as map, calendar and limits read it. Rebuilt from acts; it counts as the act stands.

    `begins` and `ends` bound the activity (a vague date gives its whole month or year and `vague` says so). `box` is
    south, west, north, east in 1e-7 degree for finding it; the shape itself is in `fields`.
    """

    act: str
    path: str
    case: str
    measure: str
    kind: str
    author: str
    title: str
    begins: datetime | None
    ends: datetime | None
    vague: bool
    box: tuple[int, int, int, int] | None
    fields: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """What one or more new acts changed in the tables that can be rebuilt."""

    cases: Sequence[CaseRow] = ()
    duties: Sequence[DutyRow] = ()
    gone_duties: Sequence[str] = ()
    facts: Sequence[FactRow] = ()
    standings: Sequence[tuple[str, str, str]] = ()
    """Act id, standing (in-turn, irregular, crossed, waiting), reasons as canonical JSON."""
    words: Sequence[tuple[str, str, str]] = ()
    """Kind of thing, its id, the text to be found by."""


class Store(Protocol):
    """The node's book. One contract suite (tests/contracts/store.py) runs on every implementation."""

    def turn(self) -> AbstractContextManager[Turn]: ...

    def position(self) -> int:
        """The position of the newest act; 0 when there is none."""
        ...

    def act(self, act: str) -> HeldAct | None: ...
    def holds(self, acts: Iterable[str]) -> set[str]: ...
    def acts(self, *, after: int = 0, limit: int | None = None) -> Iterator[HeldAct]: ...
    def acts_of_case(self, case: str, *, after: int = 0) -> Iterator[HeldAct]: ...
    def acts_of_kinds(self, kinds: Collection[str], *, after: int = 0) -> Iterator[HeldAct]:
        """Acts of these kinds (about terms, say, or consents), in local order."""
        ...

    def acts_awaiting(self, text: str) -> Iterator[HeldAct]:
        """Acts kept until something they stand on (terms, certificate, case) is here."""
        ...

    def awaited(self) -> set[str]:
        """Every act kept so, whatever it awaits: folds pass it over meanwhile."""
        ...

    def awaiting(self, node: str) -> int:
        """How many acts of this node's offices are kept so."""
        ...

    def lane_in(self, sender: str, to: str, epoch: int, seq: int) -> str | None: ...
    def lane_gaps(self, sender: str) -> tuple[tuple[str, int, int], ...]:
        """(our office, epoch, number) of every number passed over and not yet filled, at most 1,000."""
        ...

    def deliveries(self, act: str) -> tuple[Delivery, ...]: ...
    def due_deliveries(self, peer: str, now: datetime, limit: int) -> tuple[Delivery, ...]: ...
    def peers_with_due(self, now: datetime) -> tuple[str, ...]: ...
    def given_receipt(self, act: str) -> GivenReceipt | None: ...
    def given_receipts(self, acts: Collection[str]) -> dict[str, GivenReceipt]:
        """Those given for any of these acts, at most a batch, by act."""
        ...


    def leaf_count(self) -> int: ...
    def leaves(self, *, start: int = 0, end: int | None = None) -> Iterator[Leaf]: ...
    def leaf_of(self, kind: str, record: str) -> Leaf | None: ...
    def checkpoint(self) -> bytes | None:
        """The newest signed checkpoint of our log, as a C2SP note."""
        ...

    def checkpoint_of(self, node: str) -> bytes | None:
        """The newest checkpoint seen of a peer's log."""
        ...

    def peers(self) -> tuple[Peer, ...]: ...
    def peer(self, node: str) -> Peer | None: ...
    def text(self, digest: str) -> Json | None:
        """A procedure, form or version by its hash."""
        ...

    def case_row(self, case: str) -> CaseRow | None: ...
    def open_cases(self, *, procedures: Collection[str] = (), closing_by: datetime | None = None) -> Iterator[CaseRow]:
        """Cases not ended: of these procedures where any are named, and closing by that moment where one is given."""
        ...

    def duty_rows(self, case: str) -> tuple[DutyRow, ...]: ...
    def standing(self, act: str) -> tuple[str, str] | None: ...
    def note(self, key: str) -> str | None:
        """A small remembered value of the node itself (the epoch, the day a calendar was opened up to)."""
        ...


class Turn(Protocol):
    """The writer's turn. Nothing in it is durable before it ends without an exception."""

    def add_act(self, act: HeldAct) -> int:
        """The position it got; `act.position` is not read. An id already held is our mistake: ask `holds` first."""
        ...

    def add_leaf(self, *, kind: str, record: str, salt: bytes, leaf_hash: bytes) -> int: ...
    def add_leaves(self, leaves: Sequence[tuple[str, str, bytes, bytes]]) -> int:
        """Several leaves (kind, id, salt, hash) at once; the index of the first."""
        ...

    def add_deliveries(self, deliveries: Sequence[Delivery]) -> None: ...
    def set_delivery(self, delivery: Delivery) -> None: ...
    def lane_out(self, sender: str, to: str) -> Lane | None: ...
    def set_lane_out(self, sender: str, to: str, lane: Lane) -> None: ...
    def add_lane_in(self, *, sender: str, to: str, epoch: int, seq: int, act: str) -> None: ...
    def add_given_receipts(self, receipts: Sequence[GivenReceipt]) -> None: ...
    def next_number(self, series: str) -> int:
        """1, 2, 3 … for each series."""
        ...

    def add_text(self, digest: str, kind: str, record: Json) -> None: ...
    def set_peer(self, peer: Peer) -> None: ...
    def remove_peer(self, node: str) -> None: ...
    def add_checkpoint(self, note: bytes, size: int) -> None: ...
    def set_checkpoint_of(self, node: str, note: bytes) -> None: ...
    def set_note(self, key: str, value: str) -> None: ...
    def await_text(self, act: str, text: str) -> None: ...
    def no_longer_awaiting(self, act: str) -> None: ...
    def project(self, projection: Projection) -> None: ...
    def clear_projections(self) -> None: ...
