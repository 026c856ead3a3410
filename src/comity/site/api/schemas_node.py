"""What administration takes and shows: oneself, this node, its peers, its officers and their log."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from comity.site.api.shapes import Input, Name

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


# Node and people -----------------------------------------------------------------------------------------------------------


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
    """The node as others see it. `checkpoint` is the newest signed head of its log, as a C2SP note."""

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
