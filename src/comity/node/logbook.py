"""The node's own log as a tree: checkpoints at fixed hours, and the proof that a record stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from comity.node.office import Office
from comity.node.ports import Leaf
from comity.protocol import log
from comity.protocol.checkpoint import claimed, origin_of, sign_checkpoint
from comity.protocol.tree import Tree

CHECKPOINT_HOURS = 6
"""Between checkpoints: often enough to bound what could be rewritten unseen, seldom enough to say little of how busy we are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a record stands: its leaf, the checkpoint that covers it, and the path between them. Without one it is not covered yet."""

    leaf: Leaf
    checkpoint: bytes | None
    path: tuple[bytes, ...]


class Logbook:
    """Keeps the tree in memory and catches up with the book when asked."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._tree = Tree()

    def tree(self) -> Tree:
        self._catch_up(self._tree)
        return self._tree

    def _catch_up(self, tree: Tree) -> None:
        for leaf in self._office.store.leaves(start=len(tree)):
            tree.append(leaf.hash)

    def standing(self, kind: str, record: str) -> Standing | None:
        """Where a record stands in our log; None when it is not in it."""
        leaf, note = self._office.store.leaf_of(kind, record), self._office.store.checkpoint()
        if leaf is None:
            return None
        size = claimed(note)[1] if note else 0
        if leaf.index >= size:
            return Standing(leaf=leaf, checkpoint=None, path=())
        return Standing(leaf=leaf, checkpoint=note, path=self.tree().inclusion(leaf.index, size))

    def sign(self, *, now: datetime) -> bytes:
        """A checkpoint over everything so far, the size filled up with empty leaves."""
        office, kept = self._office, self._tree
        self._tree = Tree()  # a turn that fails leaves nothing of it in memory
        with office.turn() as turn:
            tree = kept if len(kept) else self._tree
            self._catch_up(tree)
            empty = log.filling(len(tree), office.chance)
            turn.add_leaves(empty)
            for *_, leaf_hash in empty:
                tree.append(leaf_hash)
            origin = origin_of(office.party, office.epoch)
            note = sign_checkpoint(origin=origin, size=len(tree), root=tree.root(), at=now, signer=office.keys.log)
            turn.add_checkpoint(note, len(tree))
            turn.set_note("checkpointed", now.isoformat())
        self._tree = tree
        return note

    def due(self, *, now: datetime) -> bool:
        """Whether a fixed hour has passed since the last checkpoint, and there is anything to sign."""
        last = self._office.store.note("checkpointed")
        slot = now.replace(hour=now.hour - now.hour % CHECKPOINT_HOURS, minute=0, second=0, microsecond=0)
        fresh = last is not None and datetime.fromisoformat(last) >= slot
        return not fresh and self._office.store.leaf_count() > 0
