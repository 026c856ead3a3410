"""Fourteen months in the fictional region, played on any nodes: scenes run beside each other, in the order of time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush

from comity.exercise.region_terms import region_terms
from comity.exercise.scenes import SCENES
from comity.exercise.voice import Region, Said, Scene, Voice

Progress = Callable[[int, int, str], None]


def play(voice: Voice, now: datetime, progress: Progress | None = None) -> Region:
    """Every scene, ending at `now`. `progress` is told how many moments are over, of how many about, and the scene's name."""
    region = Region(voice=voice, today=now.date(), version=region_terms(now.date()), said={})
    waiting: list[tuple[datetime, int, Scene, str]] = []
    for number, make in enumerate(SCENES):
        _next(waiting, number, make(region, now), (make.__doc__ or "").strip())
    over = 0
    while waiting:
        moment, number, scene, title = heappop(waiting)
        if progress:
            progress(over, over + len(waiting) + 1, title)
        voice.at(moment)
        _next(waiting, number, scene, title)
        over += 1
    voice.at(now)
    voice.settle()
    return region


def _next(waiting: list[tuple[datetime, int, Scene, str]], number: int, scene: Scene, title: str) -> None:
    moment = next(scene, None)
    if moment is not None:
        heappush(waiting, (moment, number, scene, title))


__all__ = ["Region", "Said", "Voice", "play"]
