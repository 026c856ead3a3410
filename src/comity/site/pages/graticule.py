"""The net of degrees over a sheet, named at its edges, and the bar of lengths."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from comity.site.pages.projection import Degrees, Pixels, Sheet

STEPS = (1 / 60, 1 / 30, 1 / 12, 1 / 6, 0.5, 1, 2, 5, 10, 15, 30)
"""Degrees between two lines; the finest is one minute."""
MOST_LINES = 5
NAME_WIDTH, NAME_HEIGHT = 60, 20
"""Pixels between the beginnings of two names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DegreeLabel:
    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A length drawn on the sheet, true in its middle."""

    metres: int
    pixels: float
    d: str
    x: float
    y: float

    @property
    def kilometres(self) -> int | None:
        return self.metres // 1000 if self.metres >= 1000 else None


def lines(sheet: Sheet) -> tuple[str, tuple[DegreeLabel, ...]]:
    """Path data of the net, and the names of its lines along the left edge and the bottom."""
    west, south, east, north = sheet.window()
    step = next((s for s in STEPS if (north - south) / s <= MOST_LINES + 1), STEPS[-1])
    made = [_line([(lon, south + (north - south) * i / 24) for i in range(25)], sheet) for lon in _multiples(west, east, step)]
    made += [
        _line([(west + (east - west) * i / 48, lat) for i in range(49)], sheet) for lat in _multiples(south, north, step) if abs(lat) < 90
    ]
    return "".join(made), (*_labels(sheet, step, left=True), *_labels(sheet, step, left=False))


def named(value: float, faces: str) -> str:
    """44° S, 44°30′ S; neither face for 0° and 180°. With a no-break space."""
    minutes = round(abs(value) * 60)
    text = f"{minutes // 60}°" + (f"{minutes % 60:02d}′" if minutes % 60 else "")
    return text if minutes in (0, 180 * 60) else f"{text}\u00a0{faces[0] if value > 0 else faces[1]}"


def bar(sheet: Sheet, right: float = 10, bottom: float = 26) -> Bar:
    """A round length (1, 2 or 5) of about a sixth of the sheet, in its lower right corner."""
    aim = sheet.metres_per_pixel * sheet.width / 6
    power = 10 ** math.floor(math.log10(aim))
    metres = max(1, round(max(f * power for f in (1, 2, 5) if f * power <= aim * 1.0001)))
    pixels = round(metres / sheet.metres_per_pixel, 1)
    x, y = round(sheet.width - right - pixels, 1), round(sheet.height - bottom, 1)
    return Bar(metres=metres, pixels=pixels, d=f"M{x} {y - 6}v6h{pixels}v-6", x=round(x + pixels / 2, 1), y=y - 10)


def _multiples(low: float, high: float, step: float) -> Iterable[float]:
    return (n * step for n in range(math.ceil(low / step), math.floor(high / step) + 1))


def _line(places: Iterable[Degrees], sheet: Sheet) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(sheet.project, places))


def _labels(sheet: Sheet, step: float, *, left: bool) -> Iterable[DegreeLabel]:
    """Walk along an edge and name each line where it is crossed, as far as names do not cover each other or the corner."""
    before: float | None = None
    free = 20
    for at in range(20, (sheet.height - 24 if left else sheet.width - sheet.width // 6 - 20), 2):
        spot: Pixels = (4, at) if left else (at, sheet.height - 6)
        place = sheet.invert(spot)
        value = place[1 if left else 0] if place else None
        crossed = value is not None and before is not None and math.floor(value / step) != math.floor(before / step)
        if value is not None and before is not None and crossed and abs(value - before) < step and at >= free:
            line = max(math.floor(value / step), math.floor(before / step)) * step
            yield DegreeLabel(text=named(line, "NS" if left else "EW"), x=4 if left else at + 3, y=at - 4 if left else sheet.height - 6)
            free = at + (NAME_HEIGHT if left else NAME_WIDTH)
        before = value
