"""What goes in and out, as pydantic sees it. Every text that comes in has a bound; what is not asked for is refused."""

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from ninja import Schema
from pydantic import ConfigDict, Field

from comity.site.api import limits

Id = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
MaybeId = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
Name = Annotated[str, Field(max_length=40)]
Office = Annotated[str, Field(max_length=85, pattern=r"^[a-z][a-z0-9-]{1,39}/[a-z][a-z0-9-]{1,39}$")]
Offices = Annotated[list[Office], Field(max_length=limits.ADDRESSEES)]
Text = Annotated[str, Field(min_length=1, max_length=limits.TEXT)]
Title = Annotated[str, Field(max_length=limits.TITLE)]
PageNumber = Annotated[int, Field(ge=1, le=limits.PAGES)]
Item = TypeVar("Item")


class Input(Schema):
    """A body that comes in: a member that is not asked for is refused, never passed over."""

    model_config = ConfigDict(extra="forbid")


class Page(Schema, Generic[Item]):
    """One page of a list; `more` says that another follows."""

    items: list[Item]
    page: int = 1
    more: bool = False


class Problem(Schema):
    """Why not (RFC 9457). `code` is permanent, `detail` one sentence for people that says what to do, `data` what it is about."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    data: dict[str, Any] = {}


# Oneself and the node -----------------------------------------------------------------------------------------------------


class Me(Schema):
    """The officer a token speaks for, and what the table of permissions allows."""

    username: str
    display_name: str
    post: str
    roles: list[str]
    language: str
    time_zone: str
    may: list[str]
    node: str
    office: str


# Acts ---------------------------------------------------------------------------------------------------------------------


class ActLine(Schema):
    """An act in one line. `at` is what its sender says, `held_since` when this node committed it."""

    position: int
    id: str
    ours: bool
    sender: str
    party: str
    kind: str
    case: str
    at: datetime
    held_since: datetime
    number: str
    precedence: str
    title: str
    measure: str
    step: str
    choice: str
    standing: str
    reasons: list[list[str]]


class Delivery(Schema):
    """The way of an act of ours to one addressee. `receipted` says that the evidence is held."""

    to: str
    state: str
    since: datetime
    attempts: int
    next_at: datetime | None
    reason: str
    receipted: bool


class Notice(Schema):
    """The notice given beside the notice agreed, as durations (ISO 8601)."""

    given: str
    agreed: str
    anchor: str
    deadline: datetime
    short: bool
    working: bool


class Timing(Schema):
    """One moment an act was judged by. `kind` is `due` (owed by then) or `timely` (not owed)."""

    kind: str
    moment: datetime
    late: bool
    agreed: str | None
    given: str | None


class Act(ActLine):
    """An act with all it says, and where it stands."""

    terms: str
    to: list[str]
    refs: list[dict[str, str]]
    header: dict[str, Any]
    body: dict[str, Any]
    now_says: dict[str, Any] | None
    """The data with what its author put right since; null for acts outside cases."""
    amended_by: list[str]
    answered_by: list[str]
    notice: Notice | None
    timings: list[Timing]
    deliveries: list[Delivery]


class Receipt(Delivery):
    """A delivery and the receipt its addressee signed, as it travelled."""

    receipt: str | None


# Cases and duties ---------------------------------------------------------------------------------------------------------


class Duty(Schema):
    """Who owes what by when. `state`: expected, open-past, done, late-done, deemed, missing, released."""

    key: str
    case: str
    title: str
    measure: str
    procedure: str
    step: str
    owner: str
    to: list[str]
    since: str
    period: date | None
    due: datetime
    state: str
    done_by: str


class Choice(Schema):
    """A choice of a step and the form it is said in, by name and hash."""

    choice: str | None
    form: str | None
    hash: str | None


class Possible(Schema):
    """Something that may be done now. A draft is made of it by naming terms, case, measure, step and choice."""

    terms: str
    case: str | None
    measure: str
    procedure: str
    step: str
    kind: str
    choices: list[Choice]
    answers: str | None
    period: date | None
    holder: str | None
    to: list[str]
    chosen: bool
    aside: bool
    release: str
    cites: bool
    reasons: list[str]
    due: datetime | None


class CaseLine(Schema):
    """A case in one line. `opener` is empty where the terms opened it."""

    id: str
    chain: str
    terms: str
    procedure: str
    measure: str
    period: date | None
    opener: str
    participants: list[str]
    title: str
    opened_at: datetime
    last_at: datetime
    acts: int
    outcome: str
    open: bool
    parent: str
    closes: datetime | None


class Crossing(Schema):
    """Acts that did not know of each other and compete."""

    acts: list[str]
    thread: str | None
    settled: bool
    stands: str | None


class Case(CaseLine):
    """A case with its acts, its duties and what we may do next."""

    timeline: list[ActLine]
    more: bool
    duties: list[Duty]
    allowed: list[Possible]
    aside: list[CaseLine]
    crossings: list[Crossing]
    waiting: list[str]


class Today(Schema):
    """What an officer looks at first."""

    now: datetime
    due_from_us: list[Duty]
    due_to_us: list[Duty]
    arrived: list[ActLine]
    waits_for_release: list["DraftLine"]
    waiting_post: list["Queue"]


# Drafts -------------------------------------------------------------------------------------------------------------------


class Reference(Input):
    """An act cited, and how."""

    rel: Literal["answers", "amends", "voids", "reveals", "cites", "after", "follows"] | Name
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


# Catalogue, calendar, search ----------------------------------------------------------------------------------------------


class FormLine(Schema):
    id: str
    version: int
    hash: str
    title: str
    facts: list[str]


class ProcedureLine(Schema):
    id: str
    hash: str
    title: str
    measures: list[str]


class Activity(Schema):
    """An activity as an act says it. A vague date bounds its whole month or year."""

    act: str
    path: str
    case: str
    measure: str
    kind: str
    author: str
    title: str
    begins: datetime | None
    ends: datetime | None
    vague: bool
    fields: dict[str, Any]
    place: dict[str, Any] | None
    case_open: bool
    outcome: str


class Dates(Schema):
    """Days the parties named in their terms."""

    name: dict[str, str]
    first: date
    last: date
    party: str | None
    terms: str


class Calendar(Schema):
    begins: datetime
    ends: datetime
    activities: list[Activity]
    duties: list[Duty]
    sensitive: list[Dates]


class Contacts(Schema):
    """The newest declaration of one party under one measure."""

    party: str
    measure: str
    case: str
    act: str
    at: datetime
    data: dict[str, Any]


class Found(Schema):
    """What was found; acts and cases only where the role may read them."""

    measures: list[dict[str, Any]]
    acts: list[ActLine]
    cases: list[CaseLine]


# Administration -----------------------------------------------------------------------------------------------------------


class Bundle(Input):
    """A participant's card and keysets, as `comity card show --json` writes them."""

    card: Annotated[str, Field(max_length=200_000)]
    keysets: Annotated[list[Annotated[str, Field(max_length=200_000)]], Field(min_length=1, max_length=100)]


class Fingerprint(Input):
    """What the other side read out. Spaces and case do not matter."""

    fingerprint: Annotated[str, Field(max_length=200)]


class Peer(Schema):
    node: str
    office: str
    names: dict[str, str]
    fingerprint: str
    words: str
    doors: list[str]
    keysets: int
    confirmed_by: str
    confirmed_at: datetime | None
    waiting: int = 0


class Node(Schema):
    """This node as others see it. `checkpoint` is the newest signed head of its log, as a C2SP note."""

    node: str
    office: str
    names: dict[str, str]
    url: str
    fingerprint: str
    words: str
    bundle: dict[str, Any]
    acts: int
    leaves: int
    checkpoint: str | None
    now: datetime


class Queue(Schema):
    """What waits for one peer."""

    peer: str
    waiting: int
    since: datetime | None
    attempts: int


class Gap(Schema):
    """A number a peer's office used that has not come here yet."""

    sender: str
    to: str
    epoch: int
    number: int


class Officer(Schema):
    username: str
    display_name: str
    post: str
    roles: list[str]
    language: str
    is_active: bool


class OfficerNew(Input):
    username: Annotated[str, Field(max_length=60)]
    display_name: Annotated[str, Field(max_length=120)]
    roles: Annotated[list[Name], Field(min_length=1, max_length=6)]
    password: Annotated[str, Field(max_length=200)]
    language: Name = ""
    post: Annotated[str, Field(max_length=120)] = ""
    time_zone: Annotated[str, Field(max_length=60)] = ""


class LogEntry(Schema):
    id: int
    at: datetime
    officer: str | None
    what: str
    ref: str
    address: str


Today.model_rebuild()
