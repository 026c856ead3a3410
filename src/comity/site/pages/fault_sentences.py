"""Faults of positions, areas, GeoJSON and calendar files, in the reader's language.

comity.formats knows no translation: a Fault carries its English sentence, which is looked up here. Every sentence of formats stands in
WORDS, so that tools/messages.py finds it.
"""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from comity.formats.positions import Fault


def sentence(fault: Fault) -> str:
    """The fault in one sentence, its figures filled in."""
    return gettext(fault.words) % fault.data


WORDS = (
    gettext_noop("Longitude is missing. Write it as 121°40′ W."),
    gettext_noop("A position is at most %(limit)s characters long. Write one position on a line."),
    gettext_noop("“%(text)s” is not a position. Write it as 45°18′ S 120°28′ W."),
    gettext_noop("Degrees and minutes need their letters N, S, E, W. Write it as 45°18′ S 120°28′ W."),
    gettext_noop("Latitude lies between 90° S and 90° N."),
    gettext_noop("Longitude lies between 180° W and 180° E."),
    gettext_noop("Latitude is missing. Write it as 45°18′ S."),
    gettext_noop("The part before %(face)s cannot be read. Write degrees, minutes and seconds before one letter, as 45°18′ S."),
    gettext_noop("An area has at most %(limit)s points."),
    gettext_noop("An area is a polygon, a circle, a line or a point."),
    gettext_noop("There is no area here."),
    gettext_noop("A place has between 1 and %(limit)s simple parts."),
    gettext_noop("Point %(number)s is missing."),
    gettext_noop("The radius is between 1 metre and %(limit)s km."),
    gettext_noop("An area is written with its points."),
    gettext_noop("Heights were left out."),
    gettext_noop("Longitudes beyond 180° were written the usual way."),
    gettext_noop("The outline was not closed; the last point was joined to the first."),
    gettext_noop("The points ran clockwise and were turned the other way."),
    gettext_noop("%(kind)s is not a kind of area this office reads."),
    gettext_noop("The area has holes. Write the outer line alone, or several areas without holes."),
    gettext_noop("The coordinates cannot be read. GeoJSON writes longitude, then latitude, in degrees."),
    gettext_noop("The entry repeats. Write each date as its own entry."),
    gettext_noop("The entry has no date that can be read."),
    gettext_noop("The entry begins with a date and ends with a time, or the other way round."),
    gettext_noop("The entry ends before it begins."),
    gettext_noop("The time of the entry names no time zone."),
    gettext_noop("A polygon has at least three different points."),
    gettext_noop("A line has at least two different points."),
    gettext_noop("Point %(number)s: latitude lies between 90° S and 90° N."),
    gettext_noop("Point %(number)s: longitude lies between 180° W and 180° E."),
    gettext_noop(
        "The outline crosses itself: the side after point %(first)s meets the side after point %(second)s. "
        "Put the points in order around the area."
    ),
)
