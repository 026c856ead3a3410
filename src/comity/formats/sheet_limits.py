"""Bounds on spreadsheets that officers bring, each with its reason."""

FILE_BYTES = 8 * 1024 * 1024
"""A workbook of 20,000 rows of 20 columns, as Excel packs it, takes near 2 MB."""

UNPACKED_BYTES = 96 * 1024 * 1024
"""The same workbook unpacked takes near 30 MB. What unpacks to more was made to do so."""

ENTRIES = 500
"""Files inside a workbook: a form has a sheet for each table and some ten files of its own."""

SHEETS = 40
"""Sheets of a workbook. The largest form has five."""

ROWS = 20_000
"""Rows of a sheet: four times what a report may hold, so that the limit told is the report's."""

COLUMNS = 200
"""Columns of a sheet. The widest form has some twenty-five."""

CELLS = 400_000
"""Cells that are not empty: the whole of a full report, with room."""

CHARACTERS = 16_000_000
"""Characters of all cells together: a report of 5,000 rows with a line of remarks each has two million."""

CELL_CHARACTERS = 4_000
"""Characters of one cell: as a long text in forms."""

MEMORY_BYTES = 1024 * 1024 * 1024
"""Address space of the reading process; a full workbook needs a third."""

CPU_SECONDS = 40
"""Processor time of the reading process; a full workbook was measured at 25 s on a busy machine."""

WALL_SECONDS = 90
"""Time until the reading process is ended, on a machine that is busy with other work."""

ANSWER_BYTES = 96 * 1024 * 1024
"""Bytes of the reading process's answer: six for each character allowed."""

FAULTS = 2_000
"""Faults told of one file: enough to mend a whole column at once."""
