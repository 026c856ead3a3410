"""How the fictional region speaks: the voice that carries its acts, and the story so far.

Nothing here knows how an act is sent: a `Voice` does, over the REST interface in the demo, in memory in tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol

from comity.conduct.versions import Version
from comity.exercise.region_terms import REPORT_IN_DAYS

Scene = Iterator[datetime]
"""A scene yields the moment at which it wants to go on; scenes run beside each other, in the order of time."""


@dataclass(frozen=True, slots=True)
class Said:
    """An act that was issued: its id and its case."""

    act: str
    case: str


class Voice(Protocol):
    """How the region speaks. Each call returns when the act is durable with its issuer."""

    def at(self, moment: datetime) -> None:
        """The clocks of all nodes move on to this moment, and time passes there."""
        ...

    def propose(self, party: str, version: Version) -> None: ...
    def word(self, party: str, kind: str, version: Version) -> None: ...
    def say(self, party: str, **draft: Any) -> Said:
        """One officer drafts and submits, another releases. `draft` has the names of node.issue.Draft; `refs` as (rel, act)."""
        ...

    def prepare(self, party: str, **draft: Any) -> None:
        """Drafted and submitted, and left for a second officer."""
        ...

    def settle(self) -> None:
        """Wait until all that was sent has been receipted."""
        ...


@dataclass(slots=True)
class Region:
    """The story so far: what later scenes refer to."""

    voice: Voice
    today: date
    version: Version
    said: dict[str, Said]

    @property
    def due(self) -> date:
        return self.today + timedelta(days=REPORT_IN_DAYS)

    def last(self, period: date) -> date:
        return period.replace(year=period.year - 1)

    def say(self, name: str, party: str, measure: str, step: str, *, subject: str, **more: Any) -> Said:
        header = {"precedence": more.pop("precedence", "routine"), "subject": subject, "language": "en"}
        header |= {"remarks": more.pop("remarks")} if "remarks" in more else {}
        self.said[name] = self.voice.say(party, terms=self.version.id, measure=measure, step=step, header=header, **more)
        self.voice.settle()
        return self.said[name]


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)
