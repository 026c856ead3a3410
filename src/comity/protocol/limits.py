"""Every bound on what comes from outside, each with its reason. Peers may agree on less, never on more."""

from __future__ import annotations

from typing import Final

ENVELOPE_BYTES: Final = 1024 * 1024
"""One sealed envelope: four times the largest content, and never more than a phone's upload."""
CONTENT_BYTES: Final = 256 * 1024
"""One act's content: about 50 ms to parse without help; a longer report goes in parts."""
CONTENT_LEVELS: Final = 28
"""Nesting of a content: four less than any record may have, so that evidence can hold every act whole."""
WRITTEN_BYTES: Final = 192 * 1024
"""What an office says in one act, unless it passes others on: so that a `transmit` can hold it whole within CONTENT_BYTES."""
WRITTEN_LEVELS: Final = 24
HEAD_BYTES: Final = 4 * 1024
"""A head has fixed members; its longest lawful form has under 600 bytes."""
SIGNATURES_BYTES: Final = 16 * 1024
"""Two signatures in hex take 6.8 KB."""
SLIP_BYTES: Final = 1024
KEYSET_BYTES: Final = 64 * 1024
"""Public keys in hex take 14 KB; the rest is for offices and distrusted keys."""
RECEIPT_BYTES: Final = 16 * 1024
RECORD_BYTES: Final = 512 * 1024
"""Any other record: evidence with a long chain of keysets stays below."""
ADDRESSEES: Final = 256
"""More than the States there are."""
REFERENCES: Final = 32
BATCH: Final = 256
"""Entries under one receipt signature: the leaves of a tree of depth 8."""
SEAL_PADDING: Final = 4 * 1024
"""Sealed sizes are multiples of this, so that a length says little of what is inside."""
PROOF_HASHES: Final = 63
"""A consistency proof over 2^62 leaves."""
ATTACHMENT_BYTES: Final = 256 * 1024 * 1024
ATTACHMENTS: Final = 64
KEYSETS: Final = 1_000
"""Keysets of one node: quarterly for 250 years."""
OFFICES: Final = 64
TOKEN_SECONDS: Final = 120
"""A token that opens a session lives this long: clocks of honest nodes differ by less."""
CLOCK_AHEAD_SECONDS: Final = 300
"""An act dated further ahead waits, visibly, until its time."""
YEAR_LAST: Final = 9000
"""No lawful date lies later; keeps arithmetic on dates inside its range."""
CHECKPOINT_BYTES: Final = 64 * 1024
"""A note with its log's two lines takes 4 KB; the rest is for cosigners."""
NOTE_SIGNATURES: Final = 16
"""What C2SP signed-note asks every reader to bear."""
TOKEN_BYTES: Final = 8 * 1024
"""A token and a sealed session key in hex take 4 KB."""
REASON: Final = 64
"""A refusal's reason is a code, not a text."""
EVIDENCE_BYTES: Final = 8 * 1024 * 1024
"""An act, its receipts from 256 addressees (8 KB each) and the keysets of all of them (22 KB each)."""
BUNDLE_BYTES: Final = 64 * 1024 * 1024
"""One file carried by hand: what one reading may hold in memory; more goes in several."""
BUNDLE_RECORDS: Final = 4_000
"""A manifest is one record with one list (canonical.MOST_MEMBERS)."""
BUNDLE_MANIFEST_BYTES: Final = 1024 * 1024
"""4,000 records of 130 bytes each."""
