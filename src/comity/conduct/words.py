"""What parties say about terms, read strictly from the body of an act: spec/terms.md, Statements.

Refusals carry the code `terms.statement`. A fold keeps an act whose body is refused and counts it as nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from comity.conduct import terms_limits as limits
from comity.conduct.reading import Field
from comity.conduct.version_reader import read_version
from comity.conduct.versions import Version
from comity.protocol.canonical import encode

CODE = "terms.statement"
BALLOT_KINDS = ("initial", "sign", "decline")
NUMBERED_KINDS = ("leave", "suspend", "resume", "declare")
KINDS = (*BALLOT_KINDS, *NUMBERED_KINDS)


class Statement(Protocol):
    """What a fold of terms needs to see of an act. `to` are parties; `data` is the body of its content."""

    @property
    def id(self) -> str: ...
    @property
    def author(self) -> str: ...
    @property
    def to(self) -> frozenset[str]: ...
    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotWord:
    """An initial, a signature or a decline. `base` is the ground of the ballot; a decline may name no version."""

    kind: str
    base: str
    ballot: int
    version: str | None
    text: Version | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedWord:
    """A leave, a suspension, its end or a declaration, in the author's own numbered series (rules 9 and 11).

    `version` is the version it stands under (for a leave, the one last signed); `day` the day from which it works.
    """

    kind: str
    version: str
    number: int
    day: date
    measures: tuple[str, ...]
    words: Mapping[str, str]
    data: Mapping[str, Any]


Word = BallotWord | NumberedWord


def read_word(kind: str, body: Any) -> Word:
    """What the body of an act of this kind says. Refuses (`terms.statement`) what is unknown, missing or unbounded."""
    field = Field(body, CODE)
    return _ballot_word(kind, field) if kind in BALLOT_KINDS else _numbered_word(kind, field)


def _ballot_word(kind: str, field: Field) -> BallotWord:
    extra = ("record",) if kind == "initial" else ()
    optional = ("texts",) if kind == "initial" else ()
    own = field.members("base", "ballot", "version", *extra, optional=optional)
    no_version = kind == "decline" and own["version"].value is None
    version = None if no_version else own["version"].hex()
    text = read_version(own["record"].value) if kind == "initial" else None
    base = own["base"].hex()
    if text is not None:
        own["record"].need(text.id == version, "the record is not the version named.")
        own["base"].need(text.ground == base, "the ballot stands on another base than the version.")
    return BallotWord(kind=kind, base=base, ballot=own["ballot"].number(1, limits.BALLOTS), version=version, text=text)


def _numbered_word(kind: str, field: Field) -> NumberedWord:
    field.need(kind in NUMBERED_KINDS, "this kind of act says nothing about terms.")
    own = field.members("version", "number", "day", optional=("measures", "words", "data"))
    measures = own["measures"].items(limits.MEASURES) if own["measures"].value is not None else []
    return NumberedWord(
        kind=kind,
        version=own["version"].hex(),
        number=own["number"].number(1, limits.NUMBERED),
        day=own["day"].date(),
        measures=tuple(measure.measure() for measure in measures),
        words=own["words"].languages() if own["words"].value is not None else {},
        data={name: inner.value for name, inner in own["data"].named(limits.PARAMETERS).items()} if own["data"].value is not None else {},
    )


def carried_texts(body: Mapping[str, Any], version: Version) -> dict[str, Mapping[str, Any]]:
    """The procedures and forms an `initial` carries beside its version, by hash, each compared with its hash.

    Refuses (`terms.statement`) a text whose hash is another, or that the version does not stand on.
    """
    texts = Field(body.get("texts") or {}, CODE, "/texts").named(limits.TEXTS)
    for digest, text in texts.items():
        text.need(digest in version.texts(), "the version does not stand on this text.")
        text.need(hashlib.sha256(encode(text.value)).hexdigest() == digest, "the text has another hash.")
    return {digest: text.value for digest, text in texts.items()}


def initial_body(version: Version, ballot: int, texts: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The body of an `initial`."""
    body = {"base": version.ground, "ballot": ballot, "version": version.id, "record": dict(version.record)}
    return body if not texts else {**body, "texts": dict(texts)}


def sign_body(version: Version, ballot: int) -> dict[str, Any]:
    """The body of a `sign`."""
    return {"base": version.ground, "ballot": ballot, "version": version.id}


def decline_body(ground: str, ballot: int, version: str | None = None) -> dict[str, Any]:
    """The body of a `decline`."""
    return {"base": ground, "ballot": ballot, "version": version}


def leave_body(version: str, number: int, day: date, words: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The body of a `leave`; `version` is the one its author signed last."""
    body = {"version": version, "number": number, "day": day.isoformat()}
    return body if not words else {**body, "words": dict(words)}
