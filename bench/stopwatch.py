"""Where the time of a path goes: the named functions are timed, each without what it calls of the others."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

WHOLE = "rest"
"""The step of the path itself. What happens outside of it is not counted; what it claims alone is the rest."""

Step = tuple[Any, str, str]
"""Where a function is looked up (module or class), its name there, and the step it counts for."""


class Stopwatch:
    """Seconds by step, of what happens within the path."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._running: list[str] = []
        self._since = 0.0

    def _turn_to(self, step: str | None) -> None:
        now = time.perf_counter()
        if self._running:
            self.spent[self._running[-1]] += now - self._since
        self._since = now
        if step is None:
            self._running.pop()
        else:
            self._running.append(step)

    def timed(self, step: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*words: Any, **named: Any) -> Any:
            if not self._running and step != WHOLE:
                return call(*words, **named)
            self._turn_to(step)
            try:
                return call(*words, **named)
            finally:
                self._turn_to(None)

        return timed

    def shares(self) -> Mapping[str, float]:
        whole = sum(self.spent.values())
        return {step: spent / whole for step, spent in sorted(self.spent.items(), key=lambda one: -one[1])}


@contextmanager
def watching(steps: list[Step]) -> Iterator[Stopwatch]:
    """The functions are replaced by timed ones, and put back."""
    watch = Stopwatch()
    kept = [(place, name, place.__dict__[name] if isinstance(place, type) else getattr(place, name)) for place, name, _ in steps]
    for (place, name, step), (_, _, call) in zip(steps, kept, strict=True):
        setattr(place, name, watch.timed(step, call))
    try:
        yield watch
    finally:
        for place, name, call in kept:
            setattr(place, name, call)
