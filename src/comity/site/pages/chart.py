"""The map as a drawing and as GeoJSON: land and coast, zones by their coordinates, entries with the numbers of the table.

No boundary is drawn, whoever draws it. The drawing is SVG made here, complete without a script and in print; map.js moves and enlarges it.
Solid: on this day, as notified. Dotted: on another day, or planned. Dash-dotted: a zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from comity.formats import geojson, rings
from comity.formats.positions import UNIT
from comity.formats.shape import Shape, faults_of, parts_of
from comity.site.pages import graticule, land
from comity.site.pages.entries import Entry, Listing, Zone, default_day, drawable, listing, properties
from comity.site.pages.projection import Degrees, Pixels, Sheet, along, fit

Coast = Mapping[str, Any]
"""A GeoJSON collection of land, seas and towns that the world's outlines do not have, as exercise.region.coast() gives it."""

WIDTH, HEIGHT = 480, 300
LEAST_PIXELS = 14
"""An area smaller than this on the sheet is also marked by a ring, and its number stands beside it."""
LABEL = (13, 9)
"""Half the width and height a number needs."""
LAYERS = ("zones", "ours", "others", "places")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    text: str
    x: float
    y: float
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A zone or an entry on the sheet: `d` is path data; `ring` marks what is too small to see; `label` may be left out in a crowd."""

    key: str
    title: str
    d: str
    number: int = 0
    ours: bool = False
    off: bool = False
    planned: bool = False
    begins: str = ""
    ends: str = ""
    by: str = ""
    url: str = ""
    ring: Pixels | None = None
    label: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    sheet: Sheet
    land: str
    coast: str
    lines: str
    """The graticule."""
    degrees: tuple[graticule.DegreeLabel, ...]
    places: tuple[Label, ...]
    zones: tuple[Drawn, ...]
    entries: tuple[Drawn, ...]
    bar: graticule.Bar

    @property
    def active(self) -> list[Drawn]:
        return [entry for entry in self.entries if not entry.off]

    @property
    def elsewhen(self) -> list[Drawn]:
        return [entry for entry in self.entries if entry.off]


def draw(
    entries: Sequence[Entry], zones: Sequence[Zone] = (), *, day: date | None = None, coast: Coast | None = None,
    language: str = "en", width: int = WIDTH, height: int = HEIGHT,
) -> Chart:
    """The sheet that fits all zones and entries (else the given coast, else the Earth). Without `day` every entry counts as on this day."""
    shown = drawable(entries)
    bounds = [zone for zone in zones if not faults_of(zone.shape)]
    sheet = sheet_for([e.shape for e in shown if e.shape] + [zone.shape for zone in bounds], coast, width, height)
    filled, stroked = land.drawn(sheet, _added(coast))
    lines, degree_labels = graticule.lines(sheet)
    return Chart(
        sheet=sheet, land=filled, coast=stroked, lines=lines, degrees=degree_labels, bar=graticule.bar(sheet), places=_places(sheet, coast, language),
        zones=tuple(Drawn(key=zone.key, title=zone.title, url=zone.url, d=path(zone.shape, sheet)) for zone in bounds),
        entries=_labelled([_drawn(entry, sheet, day) for entry in shown], sheet),
    )


def map_page(
    entries: Iterable[Entry], *, first: date, last: date, language: str, today: date, day_number: int | None = None, zones: Sequence[Zone] = (),
    layers: Sequence[str] | None = None, coast: Coast | None = None, data_url: str = "", page_url: str = "", range_query: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Context of pages/map.html: the same drawing, larger, over any stretch of days (at most a year is slid through).

    `layers` are those ticked (`?layers=chosen&layer=zones&layer=ours…`; all where `layers` is not in the query); None means all.
    What is not ticked is drawn and hidden, so that a tick never moves the sheet. `day_number` (from `?day=`) counts from 1 at `first`;
    `range_query` are the pairs of the query that say `first` and `last`, sent along by the forms. `data_url` answers with `geojson(…)` for the same days.
    """
    last = min(last, first + timedelta(days=366))
    listed = listing(entries, first, last)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    shown = days[day_number - 1] if day_number and 1 <= day_number <= len(days) else default_day(listed, today)
    chosen = LAYERS if layers is None else tuple(name for name in LAYERS if name in layers)
    return {
        "listed": listed, "day": shown, "zones": zones, "layers": chosen, "data_url": data_url, "page_url": page_url,
        "days": days, "day_number": (shown - first).days + 1, "range": tuple(range_query),
        "keep": (*range_query, ("layers", "chosen"), *(("layer", name) for name in chosen)),
        "chart": draw(listed.entries, zones, day=shown, coast=coast, language=language, width=960, height=560),
    }


def area_chart(
    shape: Shape | None = None, zones: Sequence[Zone] = (), *, coast: Coast | None = None, language: str = "en",
    width: int = 640, height: int = 420,
) -> Chart:
    """The sheet on which an area is drawn or shown alone: the zones around, and the shape as entry 1."""
    entry = Entry(key="area", title="", begins=date.min, ends=date.max, shape=shape, side="us", number=1)
    return draw([entry] if shape else [], zones, coast=coast, language=language, width=width, height=height)


def geojson_of(listed: Listing, zones: Sequence[Zone] = (), *, coast: Coast | None = None, language: str = "en") -> bytes:
    """What `data_url` answers with (media type geojson.MEDIA_TYPE): zones, entries, and the given coast, named in one language."""
    features = [geojson.feature(zone.shape, key=zone.key, kind="zone", name=zone.title, source=zone.source) for zone in zones if not faults_of(zone.shape)]
    features += [geojson.feature(entry.shape, key=entry.key, **properties(entry)) for entry in drawable(listed.entries) if entry.shape]
    for given in (coast or {"features": ()})["features"]:
        features.append({**given, "properties": {**given["properties"], "name": _named(given, language)}})
    return geojson.write(features)


def sheet_for(shapes: Sequence[Shape], coast: Coast | None = None, width: int = WIDTH, height: int = HEIGHT) -> Sheet:
    corners = [corner for shape in shapes for part in parts_of(shape) for corner in _outline(part)]
    if not corners and coast:
        corners = [place for ring in _added(coast) for place in ring.places]
    return fit(corners, width=width, height=height)


def path(shape: Shape, sheet: Sheet) -> str:
    """SVG path data of a place; sides run the shortest way, as the terms read them (conduct.places). A point has none: its ring shows it."""
    return "".join(piece for part in parts_of(shape) for piece in _path(part, sheet))


def _path(part: Shape, sheet: Sheet) -> Iterable[str]:
    if part["shape"] == "point":
        return
    closed = part["shape"] != "line"
    for line in _lines(_dense(_outline(part), closed), sheet, closed):
        spots = [sheet.project(place) for place in line]
        yield "M" + "L".join("%.1f %.1f" % spot for spot in spots) + ("Z" if closed else "")


def _lines(places: list[Degrees], sheet: Sheet, closed: bool) -> list[list[Degrees]]:
    """Cut where the sheet has its seam. The azimuthal one has none."""
    if sheet.kind == "azimuthal":
        return [places]
    turned = [(round((lon - sheet.lon) * UNIT), round(lat * UNIT)) for lon, lat in places]
    pieces = rings.split(turned) if closed else rings.split_line(turned)
    return [[(lon / UNIT + sheet.lon, lat / UNIT) for lon, lat in piece] for piece in pieces]


def _dense(corners: Sequence[Degrees], closed: bool) -> list[Degrees]:
    ends = [*corners[1:], corners[0]] if closed else corners[1:]
    made = [place for a, b in zip(corners, ends, strict=False) for place in along(a, b)]
    return made if closed else [*made, corners[-1]]


def _outline(part: Shape) -> list[Degrees]:
    if part["shape"] == "point":
        return [(part["centre"]["lon"] / UNIT, part["centre"]["lat"] / UNIT)]
    return [(lon / UNIT, lat / UNIT) for lon, lat in geojson.outline(part)]


def _added(coast: Coast | None) -> tuple[land.Ring, ...]:
    return land.rings_of(coast) if coast else ()


def _named(given: Mapping[str, Any], language: str) -> str:
    names: Mapping[str, str] = given["properties"]["name"]
    return names.get(language) or names["en"]


def _places(sheet: Sheet, coast: Coast | None, language: str) -> tuple[Label, ...]:
    made = []
    for given in (coast or {"features": ()})["features"]:
        if given["geometry"]["type"] == "Point":
            x, y = sheet.project(tuple(given["geometry"]["coordinates"]))
            if 0 <= x <= sheet.width and 10 <= y <= sheet.height - 10:
                made.append(Label(text=_named(given, language), x=round(x, 1), y=round(y, 1), kind=given["properties"]["kind"]))
    return tuple(made)


def _drawn(entry: Entry, sheet: Sheet, day: date | None) -> tuple[Drawn, Pixels]:
    """The entry on the sheet, not yet labelled, and the spot its number belongs to."""
    assert entry.shape is not None
    spots = [sheet.project(place) for part in parts_of(entry.shape) for place in _outline(part)]
    xs, ys = [x for x, _ in spots], [y for _, y in spots]
    spot = _centroid(spots)
    small = max(max(xs) - min(xs), max(ys) - min(ys)) < LEAST_PIXELS
    drawn = Drawn(
        key=entry.key, title=entry.title, d=path(entry.shape, sheet), number=entry.number, by=entry.by, url=entry.url,
        ours=entry.side == "us", planned=entry.planned, off=entry.planned or (day is not None and not entry.on(day)),
        begins=entry.begins.isoformat(), ends=entry.ends.isoformat(),
        ring=(round(spot[0], 1), round(spot[1], 1)) if small else None,
    )
    return drawn, spot


def _centroid(spots: Sequence[Pixels]) -> Pixels:
    """The centre of the area a ring encloses; the mean of its corners where it encloses none."""
    twice = x = y = 0.0
    for (ax, ay), (bx, by) in zip(spots, [*spots[1:], spots[0]], strict=True):
        cross = ax * by - bx * ay
        twice, x, y = twice + cross, x + (ax + bx) * cross, y + (ay + by) * cross
    if abs(twice) < 1:
        return sum(x for x, _ in spots) / len(spots), sum(y for _, y in spots) / len(spots)
    return x / (3 * twice), y / (3 * twice)


def _labelled(drawn: Sequence[tuple[Drawn, Pixels]], sheet: Sheet) -> tuple[Drawn, ...]:
    """Numbers where they do not cover each other: in the middle, else around it; in a crowd the table has them."""
    taken: list[Pixels] = []
    made = []
    for one, (x, y) in drawn:
        away = 12.0 if one.ring else 0.0
        spots = [(x, y - away - 2)] + [(x + dx * 20, y + dy * 16) for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))]
        free = next((spot for spot in spots if _is_free(spot, taken, sheet)), None)
        if free:
            taken.append(free)
        made.append(_with_label(one, free))
    return tuple(made)


def _is_free(spot: Pixels, taken: Sequence[Pixels], sheet: Sheet) -> bool:
    within = LABEL[0] <= spot[0] <= sheet.width - LABEL[0] and LABEL[1] <= spot[1] <= sheet.height - LABEL[1]
    return within and all(abs(spot[0] - x) > 2 * LABEL[0] or abs(spot[1] - y) > 2 * LABEL[1] for x, y in taken)


def _with_label(one: Drawn, spot: Pixels | None) -> Drawn:
    return replace(one, label=Label(text=str(one.number), x=round(spot[0], 1), y=round(spot[1] + 5.5, 1)) if spot else None)
