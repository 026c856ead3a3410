"""Bounds on forms and on what is filled in, each with its reason."""

FORM_BYTES = 256 * 1024
"""A form as a record. The largest shipped one, the budget matrix, takes 20 KB; a form is read by people."""

FORM_DEPTH = 12
"""Objects within objects. A report, its rows, a row's place and that place's latitude are five."""

FORM_FIELDS = 2_000
"""Fields of one form: four times the largest matrix a State is asked for."""

TEXT = 4_000
"""Characters of a long text: two printed pages. What is longer belongs in an annex."""

LINE = 200
"""Characters of a one-line text: a name with its translation fits."""

ROWS = 5_000
"""Rows of one report: the largest order of battle ever exchanged under such terms has near 3,000 lines."""

ITEMS = 200
"""Entries of a list within a row: there are 193 Member States."""

POINTS = 500
"""Corners of an area: a closed sea area is written with some ten; a traced coast with a few hundred."""

CODES = 400
"""Entries of a code list: there are some 180 currencies and 250 countries and territories."""

FAULTS = 1_000
"""Faults told at once: a person mends a page of them, then asks again."""

SEALED = 2 * 1024 * 1024
"""Characters of a sealed report in a simultaneous exchange: 5,000 rows of 300 bytes, in base64."""
