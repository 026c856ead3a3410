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
STRANGERS_A_MINUTE: Final = 120
"""Session requests that failed, from all addresses together: unsealing costs a millisecond."""
FIRST_RETRY: Final = 5
"""Seconds after the first failure; doubled each time."""
LAST_RETRY: Final = 6 * 3_600
"""Seconds: a peer that is back is found within six hours even if it says nothing."""
EXPIRES_DAYS: Final = 14
"""Without a receipt for so long, officers are told; the post goes on trying."""
TIMEOUT: Final = 20
"""Seconds for one request: a slow satellite line, not a dead one."""
