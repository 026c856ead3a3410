"""What acts, cases, calendar and catalogue look like to a program."""

from datetime import date, datetime
from typing import Any

from ninja import Schema

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
