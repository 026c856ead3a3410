"""The act: a head that is signed, a content it commits to, and a slip for each addressee (spec/act.md).

One signature per act, however many receive it. An addressee learns of the others what `to` says, and nothing else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from comity.protocol import limits
from comity.protocol.canonical import decode, encode
from comity.protocol.keys import Random, Signer
from comity.protocol.refusals import Refused
from comity.protocol.tree import Tree, leaf_hash

TYPE = "application/vnd.comity.act+json;v=1"
PREFIX = b"comity-act-v1\n"
SALT = 16
KINDS = frozenset(
    {
        "step", "taken-as", "settle", "initial", "sign", "decline", "leave", "suspend", "resume", "declare", "consent",
        "transmit", "attest",
    }
)  # fmt: skip
RELATIONS = frozenset({"answers", "amends", "voids", "reveals", "silent", "settles", "after", "cites"})
PRECEDENCE = ("routine", "priority", "immediate", "flash")
HEADER = frozenset({"precedence", "number", "subject", "language", "provision", "remarks", "reference", "info"})
OFFICE = re.compile(r"[a-z][a-z0-9-]{1,39}/[a-z][a-z0-9-]{0,39}")
HEX = re.compile(r"[0-9a-f]+")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


def party_of(office: str) -> str:
    """The participant an office belongs to."""
    return office.partition("/")[0]


def write_moment(moment: datetime) -> str:
    assert moment.utcoffset() is not None, "times are aware"
    assert not moment.microsecond, "times are whole seconds"
    return moment.astimezone(UTC).isoformat()[:19] + "Z"


def read_moment(text: Any, code: str) -> datetime:
    """Whole seconds in UTC, written one way only."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) and MOMENT.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or not 1970 <= found.year <= limits.YEAR_LAST:
        raise Refused(code, {"at": str(text)[:40]}, "A time must be written like 2026-11-22T21:09:08Z.")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """How an act stands to another: `rel` is one of RELATIONS, `act` an act id (64 hex)."""

    rel: str
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an act says. `terms` is the version it stands under, `case` the case it belongs to; both None where there is none."""

    kind: str
    to: tuple[str, ...]
    terms: str | None = None
    case: str | None = None
    refs: tuple[Reference, ...] = ()
    header: Mapping[str, Any]
    body: Mapping[str, Any]

    def record(self) -> dict[str, Any]:
        return {
            "v": 1,
            "kind": self.kind,
            "to": list(self.to),
            "terms": self.terms,
            "case": self.case,
            "refs": [{"rel": ref.rel, "act": ref.act} for ref in self.refs],
            "header": dict(self.header),
            "body": dict(self.body),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is signed. `content` and `slips` are hashes; `count` is the number of addressees."""

    sender: str
    keyset: int
    at: datetime
    content: str
    slips: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LanePoint:
    """The place an act takes in the lane to one addressee: number `seq` of `epoch`, after act `prev`."""

    epoch: int
    seq: int
    prev: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What one addressee gets beside the act."""

    sender: str
    to: str
    epoch: int
    seq: int
    prev: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """An act signed and not yet sent. `slips` and `paths` follow the order of `to`."""

    id: str
    at: datetime
    content_value: Content
    head: bytes
    signatures: bytes
    content: bytes
    salt: bytes
    slips: tuple[bytes, ...]
    paths: tuple[bytes, ...]


def compose(
    *, sender: str, keyset: int, at: datetime, content: Content, lanes: Sequence[LanePoint], signer: Signer, random: Random,
) -> Composed:  # fmt: skip
    """Sign an act. `lanes` follow the order of `content.to`. Our own content beyond the limits is refused as a peer's would be."""
    assert content.to, "an act is addressed to somebody"
    assert len(lanes) == len(content.to), "one lane point for each addressee"
    record, salt = content.record(), random(SALT)
    said = _written(content.kind, record)
    slips = tuple(_slip(sender, to, lane, random(SALT)) for to, lane in zip(content.to, lanes, strict=True))
    tree = Tree([leaf_hash(slip) for slip in slips])
    head = encode(
        {
            "v": 1,
            "from": sender,
            "keyset": keyset,
            "at": write_moment(at),
            "draw": random(SALT).hex(),
            "content": hashlib.sha256(salt + said).hexdigest(),
            "slips": tree.root().hex(),
            "count": len(slips),
        }
    )
    return Composed(
        id=act_id(head),
        at=at,
        content_value=content,
        head=head,
        signatures=encode(signer.sign(TYPE, head).record()),
        content=said,
        salt=salt,
        slips=slips,
        paths=tuple(b"".join(tree.inclusion(n)) for n in range(len(slips))),
    )


def _written(kind: str, record: dict[str, Any]) -> bytes:
    """The content's bytes, within what an office may say at once (limits.WRITTEN_…)."""
    size, levels = limits.WRITTEN_BYTES, limits.WRITTEN_LEVELS
    if kind == "transmit":
        size, levels = limits.CONTENT_BYTES, limits.CONTENT_LEVELS
    said = encode(record, deepest=levels)
    if len(said) > size:
        raise Refused("canonical.size", {"limit": size}, f"The act is longer than {size // 1024} KB. Send the report in parts.")
    read_content(record)
    return said


def act_id(head: bytes) -> str:
    """Over the head alone: ML-DSA is randomised, so nothing is keyed on signatures."""
    return hashlib.sha256(PREFIX + head).hexdigest()


def _slip(sender: str, to: str, lane: LanePoint, salt: bytes) -> bytes:
    return encode({"v": 1, "from": sender, "to": to, "epoch": lane.epoch, "seq": lane.seq, "prev": lane.prev, "salt": salt.hex()})


# Reading ---------------------------------------------------------------------------------------------------------------


def members(record: Any, names: Sequence[str], code: str) -> Mapping[str, Any]:
    """Exactly these members and version 1; `ext` may stand beside them and is ignored."""
    if not isinstance(record, dict) or not is_one(record.get("v")) or record.keys() - {"ext"} != set(names) | {"v"}:
        raise Refused(code, {}, "The record has members this version does not know, or lacks some. Both sides need the same version.")
    return record


def is_one(value: Any) -> bool:
    """Whether this is the number 1. JSON's `true`, which Python takes for it, is another value."""
    return type(value) is int and value == 1


def hex_of(value: Any, length: int, code: str) -> str:
    if not isinstance(value, str) or len(value) != length or not HEX.fullmatch(value):
        raise Refused(code, {}, f"{length} lower-case hexadecimal digits are needed here.")
    return value


def number(value: Any, low: int, high: int, code: str) -> int:
    if type(value) is not int or not low <= value <= high:
        raise Refused(code, {"low": low, "high": high}, f"A whole number between {low} and {high} is needed here.")
    return value


def office(value: Any, code: str) -> str:
    if not isinstance(value, str) or not OFFICE.fullmatch(value):
        raise Refused(code, {}, "An office is written node/desk in small letters, digits and hyphens.")
    return value


LARGEST_COUNT = 2**48
"""Numbers of lanes and epochs: beyond any honest use, below what any reader loses."""


def read_head(data: bytes) -> Head:
    record = members(decode(data, limit=limits.HEAD_BYTES), ("from", "keyset", "at", "draw", "content", "slips", "count"), "act.head")
    hex_of(record["draw"], 2 * SALT, "act.head")
    return Head(
        sender=office(record["from"], "act.head"),
        keyset=number(record["keyset"], 1, limits.KEYSETS, "act.head"),
        at=read_moment(record["at"], "act.head"),
        content=hex_of(record["content"], 64, "act.head"),
        slips=hex_of(record["slips"], 64, "act.head"),
        count=number(record["count"], 1, limits.ADDRESSEES, "act.head"),
    )


def read_slip(data: bytes) -> Slip:
    record = members(decode(data, limit=limits.SLIP_BYTES), ("from", "to", "epoch", "seq", "prev", "salt"), "act.slip")
    hex_of(record["salt"], 2 * SALT, "act.slip")
    return Slip(
        sender=office(record["from"], "act.slip"),
        to=office(record["to"], "act.slip"),
        epoch=number(record["epoch"], 1, LARGEST_COUNT, "act.slip"),
        seq=number(record["seq"], 1, LARGEST_COUNT, "act.slip"),
        prev=None if record["prev"] is None else hex_of(record["prev"], 64, "act.slip"),
    )


def decode_content(data: bytes) -> Any:
    return decode(data, limit=limits.CONTENT_BYTES, deepest=limits.CONTENT_LEVELS)


def read_content(record: Any) -> Content:
    """The content a record says. Refuses (`act.content`) what is unknown, missing or unbounded."""
    code = "act.content"
    found = members(record, ("kind", "to", "terms", "case", "refs", "header", "body"), code)
    if not isinstance(found["kind"], str) or found["kind"] not in KINDS:
        raise Refused("act.kind", {"kind": str(found["kind"])[:40]}, "This kind of act is not known. Both sides need the same version.")
    to, refs = found["to"], found["refs"]
    if not isinstance(to, list) or not 1 <= len(to) <= limits.ADDRESSEES or len(set(map(str, to))) != len(to):
        raise Refused(code, {}, f"An act has 1 to {limits.ADDRESSEES} addressees, each once.")
    if not isinstance(refs, list) or len(refs) > limits.REFERENCES:
        raise Refused(code, {}, f"An act refers to at most {limits.REFERENCES} others.")
    if not isinstance(found["body"], dict):
        raise Refused(code, {}, "An act has a body.")
    return Content(
        kind=found["kind"],
        to=tuple(office(one, code) for one in to),
        terms=None if found["terms"] is None else hex_of(found["terms"], 64, code),
        case=None if found["case"] is None else hex_of(found["case"], 64, code),
        refs=tuple(_reference(one, code) for one in refs),
        header=_header(found["header"], code),
        body=found["body"],
    )


def _reference(record: Any, code: str) -> Reference:
    named = isinstance(record, dict) and set(record) == {"rel", "act"} and isinstance(record["rel"], str)
    if not named or record["rel"] not in RELATIONS:
        raise Refused(code, {}, "A reference names a known relation and an act.")
    return Reference(rel=record["rel"], act=hex_of(record["act"], 64, code))


def _header(record: Any, code: str) -> Mapping[str, Any]:
    fits = isinstance(record, dict) and record.keys() <= HEADER and record.get("precedence") in PRECEDENCE
    if not fits or not all(isinstance(value, str) and len(value) <= 2_000 for value in record.values()):
        raise Refused(code, {}, "The message header has a precedence and otherwise only known lines of up to 2,000 characters.")
    return record  # type: ignore[no-any-return]
