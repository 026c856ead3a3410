"""What lies under a map: zones of the terms by their coordinates, and the land of the fictional region where the terms are its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from comity.conduct.clauses import clauses
from comity.conduct.versions import Version
from comity.exercise import region
from comity.exercise.region_terms import DRAW
from comity.node.office import Office
from comity.site.pages.entries import SHOWN, Backdrop, Coast, Entry, Zone
from comity.site.pages.frame import in_language, url_or_none


def numbered(entries: Iterable[Entry]) -> list[Entry]:
    """By beginning, numbered from 1: the numbers of the map are those of its list."""
    ordered = sorted(entries, key=lambda one: (one.begins, one.ends, one.title, one.key))[:SHOWN]
    return [replace(entry, number=number) for number, entry in enumerate(ordered, start=1)]


def backdrop(office: Office, *versions: Version | None) -> Backdrop:
    """The zones of these versions. Nobody's borders: areas by agreed coordinates only."""
    held = [version for version in versions if version is not None]
    zones = tuple(zone for version in held for zone in _zones(office, version))
    return Backdrop(zones=zones, coast=_coast(office, held))


def _zones(office: Office, version: Version) -> Iterable[Zone]:
    chain = office.folds.instruments.chain(version.id)
    numbers = {str(one.data.get("zone")): one.number for clause in clauses(version) for one in clause.paragraphs if one.key == "zone"}
    for record in version.record["zones"]:
        yield Zone(
            key=f"{version.id[:8]}-{record['zone']}",
            title=in_language(record["name"]),
            shape=_shape(record["area"]),
            source=_("para %(number)s") % {"number": numbers[record["zone"]]} if record["zone"] in numbers else "",
            url=url_or_none("pages:arrangement", chain.id) or "" if chain and chain.id else "",
        )


def _shape(area: Mapping[str, Any]) -> Mapping[str, Any]:
    return area


def _coast(office: Office, versions: Iterable[Version]) -> Coast | None:
    """The invented land: shown for the arrangement of the fictional region alone, which lies in empty ocean."""
    for version in versions:
        chain = office.folds.instruments.chain(version.id)
        first = chain.line()[0].version if chain and chain.line() else version
        if first.draw == DRAW:
            return region.coast()
    return None
