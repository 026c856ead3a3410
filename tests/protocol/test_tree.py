"""RFC 6962 trees: the same roots and proofs as the definition, and public vectors."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from comity.protocol.tree import EMPTY_ROOT, Tree, leaf_hash, node_hash, verify_consistency, verify_inclusion
from tests.sources import sources

LEAVES = [leaf_hash(str(n).encode()) for n in range(70)]


def root_by_definition(leaves: list[bytes]) -> bytes:
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(root_by_definition(leaves[:split]), root_by_definition(leaves[split:]))


def test_every_root_is_that_of_the_definition() -> None:
    tree = Tree(LEAVES)
    for size in range(len(LEAVES) + 1):
        assert tree.root(size) == root_by_definition(LEAVES[:size])


def test_every_leaf_is_proved_in_every_size_and_nowhere_else() -> None:
    tree = Tree(LEAVES[:33])
    for size in range(1, 34):
        for index in range(size):
            path = tree.inclusion(index, size)
            assert verify_inclusion(leaf=LEAVES[index], index=index, size=size, path=path, root=tree.root(size))
            assert not verify_inclusion(leaf=LEAVES[index + 1], index=index, size=size, path=path, root=tree.root(size))
            assert not verify_inclusion(leaf=LEAVES[index], index=index ^ 1, size=size, path=path, root=tree.root(size)) or size == 1


def test_every_earlier_tree_is_proved_to_be_the_beginning_of_every_later_one() -> None:
    tree = Tree(LEAVES[:33])
    for second in range(1, 34):
        for first in range(1, second + 1):
            proof = tree.consistency(first, second)
            roots = {"first_root": tree.root(first), "second_root": tree.root(second)}
            assert verify_consistency(first=first, second=second, proof=proof, **roots)
            assert not verify_consistency(first=first, second=second, proof=(*proof, bytes(32)), **roots)
            if proof:
                assert not verify_consistency(first=first, second=second, proof=proof[:-1], **roots)


@given(st.integers(1, 70), st.data())
def test_a_rewritten_log_is_never_consistent(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, first - 1))
    other = [*LEAVES[:changed], leaf_hash(b"another"), *LEAVES[changed + 1 : size]]
    tree, rewritten = Tree(LEAVES[:first]), Tree(other)
    proof = rewritten.consistency(first, size)
    assert not verify_consistency(first=first, first_root=tree.root(), second=size, second_root=rewritten.root(), proof=proof)


def vectors(kind: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for file in sorted((sources("vectors/merkle/testdata") / kind).rglob("*.json")):
        yield file, json.loads(file.read_bytes())


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def test_inclusion_agrees_with_the_public_vectors() -> None:
    seen = 0
    for file, said in [*vectors("inclusion"), *vectors("subtreeinclusion")]:
        start = said.get("start", 0)
        end = said["end"] if "end" in said else said["treeSize"]
        size, index = end - start, said["leafIdx"] - start
        well = size > 0 and start % (1 << (size - 1).bit_length()) == 0  # a subtree begins at a multiple of its whole width
        path = [raw(one) for one in said["proof"] or ()]
        holds = well and verify_inclusion(leaf=raw(said["leafHash"]), index=index, size=size, path=path, root=raw(said["root"]))
        assert holds is not said["wantErr"], file
        seen += 1
    assert seen == 98 + 204


def test_consistency_agrees_with_the_public_vectors() -> None:
    seen = 0
    for file, said in [*vectors("consistency"), *vectors("subtreeconsistency")]:
        if said.get("start", 0) or said.get("end") == 0:
            continue  # inner and empty subtrees are no part of RFC 6962, and nothing here asks for them
        first, second = said.get("size1", said.get("end")), said.get("size2", said.get("size"))
        proof = [raw(one) for one in said["proof"] or ()]
        roots = {"first_root": raw(said["root1"]), "second_root": raw(said["root2"])}
        assert verify_consistency(first=first, second=second, proof=proof, **roots) is not said["wantErr"], file
        seen += 1
    assert seen >= 98
