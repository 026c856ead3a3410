"""What the desk takes and shows: drafts, terms and the words about them, and Today."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from comity.site.api import limits
from comity.site.api.schemas import ActLine, Duty, Notice, Timing
from comity.site.api.shapes import Id, Input, MaybeId, Name, Offices, Text, Title

# Drafts -------------------------------------------------------------------------------------------------------------------


class Reference(Input):
    """An act cited, and how."""

    rel: Name
    act: Id


class Header(Input):
    """The head of a diplomatic message. The node numbers it on release."""

    precedence: Literal["routine", "priority", "immediate", "flash"] = "routine"
    subject: Title = ""
    language: Name = ""
    provision: Annotated[str, Field(max_length=200)] = ""
    remarks: Annotated[str, Field(max_length=2_000)] = ""


class DraftNew(Input):
    """A draft to be. `terms` may be left out: the version in force for the measure, or that of the case, is taken."""

    kind: Name = "step"
    terms: MaybeId = ""
    case: MaybeId = ""
    measure: Name = ""
    step: Name = ""
    choice: Name = ""
    period: date | None = None
    to: Offices = []
    refs: Annotated[list[Reference], Field(max_length=limits.REFERENCES)] = []
    header: Header = Header()
    data: dict[str, Any] = {}
    title: Title = ""


class DraftChange(Input):
    """What changes; what is left out stays. `version` is the one that was read."""

    version: int
    terms: MaybeId | None = None
    case: MaybeId | None = None
    measure: Name | None = None
    step: Name | None = None
    choice: Name | None = None
    period: date | None = None
    to: Offices | None = None
    refs: Annotated[list[Reference], Field(max_length=limits.REFERENCES)] | None = None
    header: Header | None = None
    data: dict[str, Any] | None = None
    title: Title | None = None


class Remark(Schema):
    """An internal comment. It never leaves the node."""

    officer: str
    at: datetime
    text: str


class DraftLine(Schema):
    """A draft in one line. `version` rises with every save."""

    id: int
    state: str
    version: int
    kind: str
    terms: str
    case: str
    measure: str
    step: str
    choice: str
    period: date | None
    to: list[str]
    title: str
    prepared_by: str
    prepared_at: datetime
    assigned_to: str | None
    submitted_at: datetime | None
    released_by: str | None
    released_at: datetime | None
    seen_by: str | None
    act: str


class Draft(DraftLine):
    """A draft with what it would say."""

    refs: list[dict[str, str]]
    header: dict[str, Any]
    data: dict[str, Any]
    typed: dict[str, Any]
    remarks: list[Remark]


class Fault(Schema):
    """One thing wrong in a form: where (JSON pointer), a permanent code, its figures, the field's name for people."""

    path: str
    code: str
    args: dict[str, Any]
    label: str


class Release(Schema):
    """Whether this officer may release it, and why not. `two` says that a second person is needed."""

    allowed: bool
    two: bool
    why: str


class Preview(Schema):
    """What a draft would be as an act. `standing` is in-turn, irregular, crossed or waiting; null for words about terms."""

    to: list[str]
    case: str | None
    opens: bool
    form: str | None
    refs: list[dict[str, str]]
    faults: list[Fault]
    standing: str | None
    reasons: list[list[str]]
    notice: Notice | None
    timings: list[Timing]
    release: Release


class Difference(Schema):
    """One field then and now; `path` is relative to its row."""

    path: str
    old: Any
    new: Any


class RowDifference(Schema):
    """One row against the row of the same key last time. `status`: added, removed, changed, unchanged."""

    part: str
    key: list[str]
    status: str
    line: int | None
    last_line: int | None
    differences: list[Difference]


class Differences(Schema):
    """What a draft says otherwise than `act`: the last report in the same form, or the act it changes. Null where there is none."""

    act: str | None
    label: str
    rows: list[RowDifference]
    fields: list[Difference]


class CellFault(Schema):
    """One fault in a file: sheet, row from 1, column by its name, cell as in C14."""

    sheet: str
    row: int | None
    column: str
    cell: str | None
    path: str
    code: str
    args: dict[str, Any]


class SheetTaken(Schema):
    """What became of a file: `saved` only where it had no fault; nothing is half taken."""

    saved: bool
    version: int
    faults: list[CellFault]


class Assign(Input):
    """Who goes on with a draft; nobody where it is left out."""

    officer: Annotated[str, Field(max_length=limits.NAME)] | None = None


class Said(Input):
    text: Text


# Terms --------------------------------------------------------------------------------------------------------------------


class Word(Schema):
    """A word about terms: one that is awaited, or that we may say."""

    kind: str
    party: str
    base: str
    ballot: int
    version: str | None


class VersionLine(Schema):
    """One text of an instrument. `state`: initialled, concluded, in force, ended, overtaken."""

    id: str
    base: str | None
    title: dict[str, str]
    state: str
    number: int | None
    parties: list[str]
    since: datetime | None
    until: datetime | None
    initialled_by: list[str]
    signed_by: list[str]
    declined_by: list[str]


class Instrument(Schema):
    """One arrangement: its versions, who is bound now, whose word the next text waits for, what we may say."""

    ground: str
    chain: str | None
    in_force: str | None
    parties: list[str]
    versions: list[VersionLine]
    awaited: list[Word]
    may: list[Word]
    proofs: list[dict[str, Any]]


class TermsFault(Schema):
    """One thing people should mend in a text before they sign it."""

    path: str
    code: str
    words: list[str]


class Paragraph(Schema):
    number: str
    key: str
    data: dict[str, Any]
    words: dict[str, str] | None


class Clause(Schema):
    """A clause as keys and data, or in the parties' own words."""

    number: int
    key: str
    data: dict[str, Any]
    heading: dict[str, str] | None
    paragraphs: list[Paragraph]


class Version(VersionLine):
    """A text with its record, as numbered clauses, and what should be mended."""

    instrument: str
    record: dict[str, Any]
    clauses: list[Clause]
    faults: list[TermsFault]


class Propose(Input):
    """A text to initial. Texts it stands on travel beside it; those shipped with the software are added where none are given."""

    record: dict[str, Any]
    texts: dict[str, dict[str, Any]] | None = None
    ballot: Annotated[int, Field(ge=1)] | None = None
    to: Offices = []
    header: Header = Header()


class TermsWord(Input):
    """Ballot and addressees are found where they are left out: the ballot open to us, and every participant."""

    ballot: Annotated[int, Field(ge=1)] | None = None
    to: Offices = []
    header: Header = Header()


class Leave(Input):
    """From which day, and in words of our own by language."""

    day: date
    words: dict[Name, Text] = {}
    to: Offices = []
    header: Header = Header()


class Queue(Schema):
    """What waits for one peer."""

    peer: str
    waiting: int
    since: datetime | None
    attempts: int


class Today(Schema):
    """What an officer looks at first."""

    now: datetime
    due_from_us: list[Duty]
    due_to_us: list[Duty]
    arrived: list[ActLine]
    waits_for_release: list[DraftLine]
    waiting_post: list[Queue]
