"""What a node writes down so that it cannot quietly be rewritten: one RFC 6962 tree per node and epoch (spec/log.md).

Leaves are salted commitments: they say nothing to whoever lacks the salt, and a salt destroyed makes them mute for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from comity.protocol.tree import HASH, leaf_hash

ACT_OUT: Final = "act-out"
ACT_IN: Final = "act-in"
RECEIPT_OUT: Final = "receipt-out"
RECEIPT_IN: Final = "receipt-in"
KEYSET: Final = "keyset"
CONSENT: Final = "consent"
DELETION: Final = "deletion"
EPOCH: Final = "epoch"
"""First leaf of a log that follows a restore: commits to the last checkpoint known of the one before."""
EMPTY: Final = "empty"
"""Fills a checkpoint's size up, so that the size says little of how busy the node is."""
KINDS: Final = frozenset({ACT_OUT, ACT_IN, RECEIPT_OUT, RECEIPT_IN, KEYSET, CONSENT, DELETION, EPOCH, EMPTY})

STEP: Final = 256
"""Checkpoints are signed at sizes that are multiples of this."""
SALT = 16
_NO_RECORD = "0" * 64


def commitment(kind: str, record: str, salt: bytes) -> bytes:
    """The leaf hash H(0x00 ‖ salt ‖ kind ‖ id). `record` is an id of 64 hex digits, so that no two readings are possible."""
    assert kind in KINDS, "a kind of leaf"
    assert len(record) == 2 * HASH, "an id"
    assert len(salt) == SALT, "a salt"
    return leaf_hash(salt + kind.encode() + record.encode())


def filling(size: int, random: Callable[[int], bytes]) -> list[tuple[str, str, bytes, bytes]]:
    """The empty leaves (kind, id, salt, hash) to add before a checkpoint at this size is signed."""
    salts = [random(SALT) for _ in range(-size % STEP)]
    return [(EMPTY, _NO_RECORD, salt, commitment(EMPTY, _NO_RECORD, salt)) for salt in salts]
