"""What the door takes from peers and strangers, each with its reason (peers.md 4.15)."""

from __future__ import annotations

from typing import Final

from comity.protocol.limits import ENVELOPE_BYTES

AT_ONCE: Final = 64
"""Envelopes in one request: one receipt signature serves them all, and a turn stays under a quarter of a second."""
BODY_BYTES: Final = 16 * 1024 * 1024
"""One request: sixty-four reports of ordinary size; larger ones come in several requests."""
SMALL_BODY_BYTES: Final = 64 * 1024
"""A session request or any other small record."""
LONGEST: Final = ENVELOPE_BYTES
ENVELOPES_A_MINUTE: Final = 600
ENVELOPES_BURST: Final = 6_000
"""A peer that was cut off for weeks brings its backlog at once; then ten a second."""
SESSION_SECONDS: Final = 3_600
SESSIONS: Final = 4
"""Open at once for one peer: its workers, and one more while one is renewed."""
SESSIONS_AT_MOST: Final = 32
"""Opened by one peer within the life of a token. A stranger opens none: the signature is checked before anything is unsealed."""
FIRST_RETRY: Final = 5
"""Seconds after the first failure; doubled each time."""
LAST_RETRY: Final = 6 * 3_600
"""Seconds: a peer that is back is found within six hours even if it says nothing."""
EXPIRES_DAYS: Final = 14
"""Without a receipt for so long, officers are told; the post goes on trying."""
TIMEOUT: Final = 20
"""Seconds for a peer to go on with its answer: a slow satellite line, not a dead one."""
ANSWER_SECONDS: Final = 120
"""For the whole of one answer, however slowly it drips."""
ANSWER_BYTES: Final = 4 * 1024 * 1024
"""Sixty-four answers with a receipt each take half of it."""
ROUNDS: Final = 4
"""Requests to one peer before the next peer has its turn."""
RENEW_SECONDS: Final = 60
"""Between two times that a peer is asked for its keysets."""
REST_SECONDS: Final = 30
"""After a fault of our own (a full disk, say): the peer is not sent the same again meanwhile."""
