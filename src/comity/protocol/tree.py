"""RFC 6962 hashes and proofs: the tree of a log, and any smaller one (spec/log.md, 'Tree').

Proofs that are asked of us are made from a tree with all its levels kept; proofs shown to us are recomputed to a root, which
the caller compares. A proof that cannot be one gives no root.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from comity.protocol.limits import PROOF_HASHES

HASH = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows by leaves. Whole subtrees are hashed once; a root or a proof costs as many hashes as levels."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[bytearray] = [bytearray()]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0]) // HASH

    def append(self, leaf: bytes) -> int:
        """Adds a leaf hash; returns its index."""
        assert len(leaf) == HASH, "a leaf hash has 32 bytes"
        index, height, whole = len(self), 0, leaf
        self._levels[0] += whole
        while index >> height & 1:
            whole = node_hash(bytes(self._levels[height][-2 * HASH : -HASH]), whole)
            height += 1
            if height == len(self._levels):
                self._levels.append(bytearray())
            self._levels[height] += whole
        return index

    def leaf(self, index: int) -> bytes:
        return self._whole(0, index)

    def root(self, size: int | None = None) -> bytes:
        """The root at this size, the present one by default."""
        size = len(self) if size is None else size
        assert 0 <= size <= len(self), "no such size"
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """The audit path of a leaf in the tree of this size (RFC 6962, 2.1.1), lowest first."""
        size = len(self) if size is None else size
        assert 0 <= index < size <= len(self), "no such leaf at this size"
        return tuple(self._path(index, 0, size))

    def consistency(self, first: int, second: int | None = None) -> tuple[bytes, ...]:
        """That the tree of the first size is the beginning of the second (RFC 6962, 2.1.2)."""
        second = len(self) if second is None else second
        assert 0 <= first <= second <= len(self), "no such sizes"
        return tuple(self._subproof(first, 0, second, complete=True)) if 0 < first < second else ()

    def _whole(self, height: int, index: int) -> bytes:
        return bytes(self._levels[height][index * HASH : (index + 1) * HASH])

    def _range(self, start: int, end: int) -> bytes:
        """The hash over leaves start to end; start is always a multiple of the largest power of two below the length."""
        width = end - start
        height = width.bit_length() - 1
        if width == 1 << height:
            return self._whole(height, start >> height)
        middle = start + _split(width)
        return node_hash(self._range(start, middle), self._range(middle, end))

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + _split(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._range(middle, end)]
        return [*self._path(index, middle, end), self._range(start, middle)]

    def _subproof(self, first: int, start: int, end: int, *, complete: bool) -> list[bytes]:
        if first == end:
            return [] if complete else [self._range(start, end)]
        middle = start + _split(end - start)
        if first <= middle:
            return [*self._subproof(first, start, middle, complete=complete), self._range(middle, end)]
        return [*self._subproof(first, middle, end, complete=False), self._range(start, middle)]


def _split(width: int) -> int:
    """The largest power of two smaller than the width."""
    return 1 << (width - 1).bit_length() - 1


def root_of_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root this audit path leads to (RFC 9162, 2.1.3.2), or None where it cannot be one."""
    if not 0 <= index < size or len(path) > PROOF_HASHES or len(leaf) != HASH:
        return None
    position, last, root = index, size - 1, leaf
    for sibling in path:
        if len(sibling) != HASH or last == 0:
            return None
        if position & 1 or position == last:
            root = node_hash(sibling, root)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        position, last = position >> 1, last >> 1
    return root if last == 0 else None


def verify_inclusion(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf hash stands at this index of the tree with this size and root."""
    return root_of_inclusion(leaf, index, size, path) == root


def verify_consistency(*, first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the first tree is the beginning of the second (RFC 9162, 2.1.4.2).

    Every tree begins with the empty one: there is nothing to prove, and no proof of it is taken.
    """
    if not 0 < first <= second or len(proof) > PROOF_HASHES or any(len(one) != HASH for one in proof):
        return False
    if first == second:
        return not proof and first_root == second_root
    nodes = list(proof) if first & (first - 1) else [first_root, *proof]
    return bool(nodes) and _roots(first, second, nodes) == (first_root, second_root)


def _roots(first: int, second: int, nodes: list[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots that a consistency proof leads to."""
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    older = newer = nodes[0]
    for sibling in nodes[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        position, last = position >> 1, last >> 1
    return (older, newer) if last == 0 else None
