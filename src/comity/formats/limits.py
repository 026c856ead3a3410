"""Bounds on what is read from files, each with its reason."""

POSITION_CHARACTERS = 80
"""The longest exact position, with words of a careful writer around the marks, takes 60."""

SHAPE_POINTS = 500
"""Corners of one area: a closed sea area is written with some ten; a traced coast with a few hundred (as in forms)."""

SHAPE_PARTS = 50
"""Separate parts of one place: an archipelago, or a zone of several sectors."""

RADIUS_METRES = 5_000_000
"""An eighth of the way round the Earth: no danger area is as wide, and a larger circle cannot be drawn honestly."""

GEOJSON_BYTES = 1024 * 1024
"""A thousand areas of thirty corners. What is larger is a map, not a notice."""

GEOJSON_AREAS = 1_000
"""Areas of one file: a year's danger areas of the busiest sea."""

NAME_CHARACTERS = 200
"""A name with its translation fits, as in forms."""

CALENDAR_BYTES = 2 * 1024 * 1024
"""Five thousand entries of 400 bytes."""

CALENDAR_ENTRIES = 5_000
"""Entries of one calendar: ten years of the fullest annual calendar ever exchanged."""

CALENDAR_TEXT = 4_000
"""Characters of a description, as a long text in forms."""
