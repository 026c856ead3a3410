"""The map as a drawing and as GeoJSON: land and coast, zones by their coordinates, entries with the numbers of the table.

No boundary is drawn, whoever draws it. The drawing is SVG made here, complete without a script and in print; map.js moves and enlarges it.
Solid: on this day, as notified. Dotted: on another day, or planned. Dash-dotted: a zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from comity.formats import geojson, rings
from comity.formats.positions import UNIT
from comity.formats.shape import Shape, faults_of, parts_of
from comity.site.pages import graticule, land
from comity.site.pages.entries import Backdrop, Coast, Entry, Links, Listing, Reader, chosen_day, drawable, listing, properties
from comity.site.pages.projection import Degrees, Pixels, Sheet, along, fit

WIDTH, HEIGHT = 480, 300
LEAST_PIXELS = 14
"""An area smaller than this on the sheet is also marked by a ring, and its number stands beside it."""
NAMED_METRES = 5_000
"""Metres a pixel: where the sheet is coarser, names of towns would cover each other."""
LABEL = (13, 9)
"""Half the width and height a number needs."""
LAYERS = ("zones", "ours", "others", "places")


class Spot(NamedTuple):
    """A place on the sheet."""

    x: float
    y: float


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
    ring: Spot | None = None
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
    entries: Sequence[Entry],
    backdrop: Backdrop | None = None,
    *,
    day: date | None = None,
    language: str = "en",
    size: tuple[int, int] = (WIDTH, HEIGHT),
) -> Chart:
    """The sheet that fits all zones and entries (else the given coast, else the Earth). Without `day` every entry counts as on this day."""
    backdrop = backdrop or Backdrop()
    coast = backdrop.coast
    shown = drawable(entries)
    zones = [zone for zone in backdrop.zones if not faults_of(zone.shape)]
    sheet = sheet_for([entry.shape for entry in shown if entry.shape] + [zone.shape for zone in zones], coast, size)
    filled, stroked = land.drawn(sheet, _added(coast))
    lines, names = graticule.lines(sheet)
    return Chart(
        sheet=sheet,
        land=filled,
        coast=stroked,
        lines=lines,
        degrees=names,
        bar=graticule.bar(sheet),
        places=_places(sheet, coast, language),
        zones=tuple(Drawn(key=zone.key, title=zone.title, url=zone.url, d=path(zone.shape, sheet)) for zone in zones),
        entries=_labelled([_drawn(entry, sheet, day) for entry in shown], sheet),
    )


def map_page(
    entries: Iterable[Entry], first: date, last: date, *, reader: Reader, links: Links, backdrop: Backdrop | None = None
) -> dict[str, Any]:
    """Context of pages/map.html: the same drawing, larger, over any stretch of days (at most a year is slid through).

    What is not ticked is drawn and hidden, so that a tick never moves the sheet.
    """
    backdrop = backdrop or Backdrop()
    listed = listing(entries, first, min(last, first + timedelta(days=366)))
    day = chosen_day(listed, reader)
    layers = LAYERS if reader.layers is None else tuple(name for name in LAYERS if name in reader.layers)
    return {
        "listed": listed,
        "day": day,
        "day_number": (day - first).days + 1,
        "days": listed.days,
        "zones": backdrop.zones,
        "layers": layers,
        "range": links.kept,
        "keep": (*links.kept, ("layers", "chosen"), *(("layer", name) for name in layers)),
        "data_url": links.data,
        "page_url": links.page,
        "chart": draw(listed.entries, backdrop, day=day, language=reader.language, size=(960, 560)),
    }


def area_chart(
    shape: Shape | None = None, backdrop: Backdrop | None = None, *, language: str = "en", size: tuple[int, int] = (640, 420)
) -> Chart:
    """The sheet on which an area is drawn or shown alone: the zones around, and the shape as entry 1."""
    entry = Entry(key="area", title="", begins=date.min, ends=date.max, shape=shape, side="us", number=1)
    return draw([entry] if shape else [], backdrop, language=language, size=size)


def geojson_of(listed: Listing, backdrop: Backdrop | None = None, *, language: str = "en") -> bytes:
    """What Links.data answers with (media type geojson.MEDIA_TYPE): zones, entries, and the given coast, named in one language."""
    backdrop = backdrop or Backdrop()
    zones = [zone for zone in backdrop.zones if not faults_of(zone.shape)]
    features = [geojson.feature(zone.shape, key=zone.key, kind="zone", name=zone.title, source=zone.source) for zone in zones]
    features += [geojson.feature(entry.shape, key=entry.key, **properties(entry)) for entry in drawable(listed.entries) if entry.shape]
    features += [{**given, "properties": {**given["properties"], "name": _named(given, language)}} for given in _given(backdrop.coast)]
    return geojson.write(features)


def sheet_for(shapes: Sequence[Shape], coast: Coast | None = None, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Sheet:
    corners = [corner for shape in shapes for part in parts_of(shape) for corner in _outline(part)]
    if not corners and coast:
        corners = [place for ring in _added(coast) for place in ring.places]
    return fit(corners, width=size[0], height=size[1])


def path(shape: Shape, sheet: Sheet) -> str:
    """SVG path data of a place; sides run the shortest way, as the terms read them. A point has none: its ring shows it."""
    return "".join(piece for part in parts_of(shape) for piece in _path(part, sheet))


def _path(part: Shape, sheet: Sheet) -> Iterable[str]:
    if part["shape"] == "point":
        return
    closed = part["shape"] != "line"
    for line in _lines(_dense(_outline(part), closed=closed), sheet, closed=closed):
        spots = [sheet.project(place) for place in line]
        yield "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in spots) + ("Z" if closed else "")


def _lines(places: list[Degrees], sheet: Sheet, *, closed: bool) -> list[list[Degrees]]:
    """Cut where the sheet has its seam. The azimuthal one has none."""
    if sheet.kind == "azimuthal":
        return [places]
    turned = [(round((lon - sheet.lon) * UNIT), round(lat * UNIT)) for lon, lat in places]
    pieces = rings.split(turned) if closed else rings.split_line(turned)
    return [[(lon / UNIT + sheet.lon, lat / UNIT) for lon, lat in piece] for piece in pieces]


def _dense(corners: Sequence[Degrees], *, closed: bool) -> list[Degrees]:
    ends = [*corners[1:], corners[0]] if closed else corners[1:]
    made = [place for a, b in zip(corners, ends, strict=False) for place in along(a, b)]
    return made if closed else [*made, corners[-1]]


def _outline(part: Shape) -> list[Degrees]:
    if part["shape"] == "point":
        return [(part["centre"]["lon"] / UNIT, part["centre"]["lat"] / UNIT)]
    return [(lon / UNIT, lat / UNIT) for lon, lat in geojson.outline(part)]


def _added(coast: Coast | None) -> tuple[land.Ring, ...]:
    return land.rings_of(coast) if coast else ()


def _given(coast: Coast | None) -> Sequence[Mapping[str, Any]]:
    features: Sequence[Mapping[str, Any]] = coast["features"] if coast else ()
    return features


def _named(given: Mapping[str, Any], language: str) -> str:
    names: Mapping[str, str] = given["properties"]["name"]
    return names.get(language) or names["en"]


def _places(sheet: Sheet, coast: Coast | None, language: str) -> tuple[Label, ...]:
    made = []
    for given in _given(coast) if sheet.metres_per_pixel < NAMED_METRES else ():
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
        key=entry.key,
        title=entry.title,
        d=path(entry.shape, sheet),
        number=entry.number,
        by=entry.by,
        url=entry.url,
        ours=entry.side == "us",
        planned=entry.planned,
        off=entry.planned or (day is not None and not entry.on(day)),
        begins=entry.begins.isoformat(),
        ends=entry.ends.isoformat(),
        ring=Spot(round(spot[0], 1), round(spot[1], 1)) if small else None,
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
        spots = [(x, y - away - 2)] + [
            (x + dx * 28, y + dy * 20) for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
        ]
        free = next((spot for spot in spots if _is_free(spot, taken, sheet)), None)
        if free:
            taken.append(free)
        made.append(_with_label(one, free))
    return tuple(made)


def _is_free(spot: Pixels, taken: Sequence[Pixels], sheet: Sheet) -> bool:
    across, down = spot
    wide, high = 2 * LABEL[0], 2 * LABEL[1]
    if not (LABEL[0] <= across <= sheet.width - LABEL[0] and LABEL[1] <= down <= sheet.height - LABEL[1]):
        return False
    for x, y in taken:  # noqa: SIM110 - a full month asks this thirty thousand times
        if -wide <= across - x <= wide and -high <= down - y <= high:
            return False
    return True


def _with_label(one: Drawn, spot: Pixels | None) -> Drawn:
    return replace(one, label=Label(text=str(one.number), x=round(spot[0], 1), y=round(spot[1] + 5.5, 1)) if spot else None)
