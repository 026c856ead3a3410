"""Acts dated ahead: kept and receipted when they come, folded when their time has come. A clock that is off loses nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from comity.protocol.limits import CLOCK_AHEAD_SECONDS

TIME = "time"
"""What such an act awaits, in Turn.await_text."""
NEVER = "nothing"
"""What an act awaits that is kept and moves nothing, ever: so that every fold passes it over, whenever it came."""
FIRST = "first-ahead"
"""The note with the earliest moment at which one of them is due; empty when none waits."""


def dated_ahead(at: datetime, now: datetime) -> bool:
    """Whether an act is dated further ahead than clocks of honest nodes differ."""
    return at > now + timedelta(seconds=CLOCK_AHEAD_SECONDS)
