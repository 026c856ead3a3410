"""Bounds of what a program may send and be sent, each with its reason."""

TEXT = 4_000
"""Characters of a remark or a reason: two printed pages; what is longer is a document."""

TITLE = 300
"""Characters of a title, as the draft keeps it."""

ADDRESSEES = 250
"""All 193 States and the entities that sign beside them, as in terms."""

REFERENCES = 64
"""Acts one draft may cite; the node refuses more than the protocol allows, this only bounds the body."""

DEPTH = 40
"""Objects in objects in a body. Forms are bounded to far fewer; deeper ones would cost a reader its stack."""

SHEET = 16 * 1024 * 1024
"""Bytes of a spreadsheet: a form of the largest report with every cell filled is under 4 MB."""

DAYS = 800
"""Days a calendar or map may be asked for at once: two years and a little."""

DAYS_AHEAD = 3_650
"""Days ahead in which duties are looked for: ten years."""

PAGES = 100_000
"""Pages of a list: five million rows; beyond it a number is a mistake."""

QUERY = 200
"""Characters of a search, as in the catalogue."""

CASE_ACTS = 200
"""Acts of a case in one answer; the rest is asked for by position."""

NAME = 150
"""Characters of an officer's name, a file's name or a language."""
