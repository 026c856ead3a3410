"""Published tables become acts: each row a draft, signed, sealed, delivered, receipted and folded; each refusal told with its row.

Past activities are notified by a clock that stands before they begin (`import_region`), so that nothing about the notice is made
up or excused: sixty days before the first day on which the activity may have begun.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from comity.exercise.import_exercises import Notice, columns_needed, exercises
from comity.exercise.import_region import Region
from comity.exercise.import_tables import Row, read_file, table_rows
from comity.exercise.import_words import WORDS, Rejected
from comity.node.issue import Draft
from comity.protocol.limits import BATCH
from comity.protocol.refusals import Refused

NOTICE = timedelta(days=60)
"""How long before it begins an imported activity is notified: more than the six weeks of the region's terms."""

CARRIED_WITHIN = timedelta(days=14)
"""How long an act may wait for the others that are carried with it: it still arrives before the notice agreed runs out."""

Send = Callable[[str, Draft, datetime], object]
"""Makes an act of the draft, as that party, at that moment (UTC) where the clock can be set. Refuses as `node.issue` does."""

Progress = Callable[[int, int], object]
"""Told how many of how many rows are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as read: what became of each row, and the rows themselves by number."""

    notices: tuple[Notice, ...]
    rejected: tuple[Rejected, ...]
    rows: Mapping[int, Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What was sent, by author, and every row that was not, in the order of the table. `rows` are the rows read, by number.

    `receipts` counts deliveries with a receipt, `standings` how each act stands where it is held; both are empty where the
    acts went to nodes of their own, which show it themselves.
    """

    sent: Counter[str]
    rejected: tuple[Rejected, ...]
    rows: Mapping[int, Row]
    receipts: int = 0
    standings: Counter[str] = field(default_factory=Counter)

    @property
    def reasons(self) -> Counter[str]:
        return Counter(one.code for one in self.rejected)


def read_exercises(path: Path) -> Table:
    """The published table of exercises. Refuses (`import.…`, `sheet.…`) a file that is none."""
    rows = table_rows(read_file(path), path.name, columns_needed())
    found = list(exercises(rows))
    return Table(
        notices=tuple(one for one in found if isinstance(one, Notice)),
        rejected=tuple(one for one in found if isinstance(one, Rejected)),
        rows={row.line: row for row in rows},
    )


def import_exercises(table: Table, send: Send, *, terms: str | None, progress: Progress = lambda _done, _all: None) -> ImportReport:
    """Send each notification of the table, the earliest first. One that the node refuses is rejected with the node's sentence.

    `terms` is the version they stand under; None where whoever sends finds the one in force.
    """
    sent: Counter[str] = Counter()
    rejected = list(table.rejected)
    in_order = sorted(table.notices, key=lambda notice: (notice.begins, notice.line))
    for done, notice in enumerate(in_order, 1):
        try:
            send(notice.author, draft_of(notice, terms), notified_at(notice))
        except Refused as refusal:
            rejected.append(Rejected(line=notice.line, code="refused", data={"reason": str(refusal)}))
        else:
            sent[notice.author] += 1
        progress(done, len(in_order))
    return ImportReport(sent=sent, rejected=tuple(sorted(rejected, key=lambda one: one.line)), rows=table.rows)


def import_into_region(table: Table, region: Region, *, progress: Progress = lambda _done, _all: None) -> ImportReport:
    """The same through the offices of a region in memory, with delivery and receipts as the acts come."""
    before = region.receipts()
    waiting: list[datetime] = []

    def send(party: str, draft: Draft, at: datetime) -> None:
        if waiting and (len(waiting) >= BATCH or at - waiting[0] > CARRIED_WITHIN):
            region.deliver()
            waiting.clear()
        region.wait_until(at)
        region.issue(party, [draft])
        waiting.append(at)

    report = import_exercises(table, send, terms=region.terms.id, progress=progress)
    region.deliver()
    return replace(report, receipts=region.receipts() - before, standings=region.standings())


def draft_of(notice: Notice, terms: str | None) -> Draft:
    """The draft an officer would release. The header names the activity."""
    header = {"precedence": "routine", "subject": str(notice.data["designation"])[:SUBJECT], "language": "en"}
    return Draft(terms=terms, measure=notice.measure, step="notify", choice="planned", header=header, data=notice.data)


SUBJECT = 120
"""Characters of a subject taken from a designation: one line of a list."""


def notified_at(notice: Notice) -> datetime:
    """Sixty days before the first day on which the activity may have begun."""
    return datetime.combine(notice.begins, time(), UTC) - NOTICE


# What did not become an act ------------------------------------------------------------------------------------------------


def rejected_csv(report: ImportReport, sentences: Mapping[str, str] = WORDS) -> bytes:
    """Every rejected row as it stands in the table, after its number and reason, as CSV that a spreadsheet program runs nothing of.

    Mended there, it can be imported as it is: further columns do no harm. `sentences` are the reasons in the reader's language.
    """
    rows = [(one, report.rows[one.line]) for one in report.rejected]
    headings = list(dict.fromkeys(name for _, row in rows for name in row.cells))
    stream = io.StringIO()
    lines = csv.writer(stream, lineterminator="\r\n")
    lines.writerow(["row", "code", "reason", *headings])
    lines.writerows(_cells([str(one.line), one.code, sentences[one.code] % one.data, *_in_order(row, headings)]) for one, row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _in_order(row: Row, headings: Iterable[str]) -> list[str]:
    return [row.cells.get(name, "") for name in headings]


def _cells(texts: Iterable[str]) -> list[str]:
    """An apostrophe before what a spreadsheet program would run; a negative number is left."""
    return [f"'{text}" if text[:1] in tuple("=+-@\t'") and not re.fullmatch(r"-\d+([.,]\d+)?", text) else text for text in texts]
