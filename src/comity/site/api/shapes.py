"""The shapes that all others are made of. Every text that comes in has a bound; what is not asked for is refused."""

from typing import Annotated, Any, Generic, TypeVar

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
