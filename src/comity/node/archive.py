"""Everything a node can prove, in one text file that an auditor reads line by line; and its check, which needs no node.

Each line is canonical JSON. The first says what the file is and for whom; the last is signed over the hash of all before it. What
others said is theirs: a file for anybody else holds of it only what they allow.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from comity.conduct.consents import Allowed
from comity.node import disclosure
from comity.node.folds import content_of
from comity.node.office import Office
from comity.node.ports import HeldAct
from comity.protocol import limits, log, receipt
from comity.protocol.act import party_of, write_moment
from comity.protocol.canonical import decode, encode
from comity.protocol.checkpoint import claimed, read_checkpoint
from comity.protocol.keys import Signatures
from comity.protocol.keyset import Directory, Keyring, read_card, read_keyset
from comity.protocol.refusals import Refused
from comity.protocol.signed import verify_without_slip
from comity.protocol.tree import Tree

VERSION = b"comity-version-v1\n"
FORM = "comity-archive"
TYPE = "application/vnd.comity.archive+json;v=1"
NOTICE = (
    "Made for the participant itself. It holds what others said to it, which may be shown to nobody else without the consent of whoever"
    " said it. Make one for another reader with --for."
)
NOTICE_FOR = "Made for the reader named. Of what others said it holds only what they allow this reader to see."
LINE_BYTES = limits.RECORD_BYTES + limits.CONTENT_BYTES
"""One act whole, or one text."""
Progress = Callable[[int, int], None]


# Writing -----------------------------------------------------------------------------------------------------------------


def lines(
    office: Office, *, card: bytes, texts: Iterable[tuple[str, str, Any]], reader: str = "", now: datetime, progress: Progress | None = None
) -> Iterator[bytes]:
    """The file, line by line. `reader` is an office or `public`; empty for ourselves. `card` is our own, `texts` are kind, hash, record."""
    digest = hashlib.sha256()
    count = 0
    head = {
        "v": 1, "form": FORM, "node": office.party, "office": office.name, "at": write_moment(now), "for": reader or office.name,
        "notice": NOTICE_FOR if reader else NOTICE,
    }  # fmt: skip
    for_reader = _for_reader(office, reader, now) if reader else None
    for record in (head, *_keys(office, card, for_reader), *_texts(texts, for_reader)):
        count += 1
        yield _line(record, digest)
    total = office.store.position()
    for act in office.store.acts():
        if progress and act.position % 100 == 0:
            progress(act.position, total)
        if for_reader is not None and act.id not in for_reader.acts:
            continue
        for record in _act(office, act):
            count += 1
            yield _line(record, digest)
    if not reader:
        for record in _log(office):
            count += 1
            yield _line(record, digest)
    yield _end(office, count, digest)


def _line(record: dict[str, Any], digest: Any) -> bytes:
    line = encode(record) + b"\n"
    digest.update(line)
    return line


def _end(office: Office, count: int, digest: Any) -> bytes:
    end = {"v": 1, "from": office.name, "keyset": office.keyset, "records": count, "sum": digest.hexdigest()}
    return encode({"kind": "end", "end": end, "sigs": office.keys.act.sign(TYPE, encode(end)).record()}) + b"\n"


@dataclass(slots=True)
class _ForReader:
    """What a file for somebody else holds: acts that it may see, who signed in them, and the texts that they carry."""

    acts: set[str] = field(default_factory=set)
    nodes: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)


def _for_reader(office: Office, reader: str, now: datetime) -> _ForReader:
    """Whom else we know, and what we agreed with whom, is told by no card and no text that the reader has no act of."""
    found, known = _ForReader(), disclosure.register(office)
    for act in office.store.acts():
        if isinstance(disclosure.may_show(office, act.id, reader, now=now, known=known), Allowed):
            found.acts.add(act.id)
            found.nodes.add(party_of(act.sender))
            found.nodes.update(party_of(one.to) for one in office.store.deliveries(act.id) if one.receipt is not None)
            if act.kind == "initial":
                body = content_of(act)["body"]
                carried = body.get("texts")
                found.texts |= {str(body.get("version")), *(carried if isinstance(carried, dict) else ())}
    return found


def _keys(office: Office, card: bytes, for_reader: _ForReader | None) -> Iterator[dict[str, Any]]:
    yield {"kind": "card", "card": _value(card)}
    for own in office.keysets:
        yield {"kind": "keyset", "node": office.party, "keyset": _value(own.wire())}
    for peer in office.store.peers():
        if for_reader is not None and peer.node not in for_reader.nodes:
            continue
        yield {"kind": "card", "card": _value(peer.card)}
        for wire in peer.keysets:
            yield {"kind": "keyset", "node": peer.node, "keyset": _value(wire)}


def _value(data: bytes) -> Any:
    """A record as a value: its bytes are had back by encoding it."""
    return decode(data, limit=limits.RECORD_BYTES)


def _texts(texts: Iterable[tuple[str, str, Any]], for_reader: _ForReader | None) -> Iterator[dict[str, Any]]:
    for kind, digest, record in texts:
        if for_reader is not None and digest not in for_reader.texts:
            continue
        yield {"kind": "text", "of": kind, "sum": digest, "text": record}


def _act(office: Office, act: HeldAct) -> Iterator[dict[str, Any]]:
    yield {
        "kind": "act", "act": act.id, "held_since": write_moment(act.held_since), "head": _value(act.head), "sigs": _value(act.signatures),
        "content": _value(act.content), "salt": act.salt.hex(), "slip": _value(act.slip) if act.slip else None,
        "path": act.path.hex() if act.path is not None else None,
    }  # fmt: skip
    given = office.store.given_receipt(act.id)
    if given is not None:
        yield {"kind": "receipt", "act": act.id, "receipt": _value(given.receipt)}
    for delivery in office.store.deliveries(act.id) if act.ours else ():
        if delivery.receipt is not None:
            yield {"kind": "receipt", "act": act.id, "receipt": _value(delivery.receipt)}


def _log(office: Office) -> Iterator[dict[str, Any]]:
    for leaf in office.store.leaves():
        yield {"kind": "leaf", "index": leaf.index, "of": leaf.kind, "id": leaf.id, "salt": leaf.salt.hex(), "hash": leaf.hash.hex()}
    note = office.store.checkpoint()
    if note is not None:
        yield {"kind": "checkpoint", "node": office.party, "note": note.decode()}


# Checking ----------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Checked:
    """What an archive holds, by kind, and one sentence for each thing that is not as it was written."""

    node: str = ""
    reader: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    fingerprints: dict[str, str] = field(default_factory=dict)


def check(written: Iterable[bytes]) -> Checked:
    """Every signature, hash and place in the log of an archive, given line by line. Refuses (`archive.form`) what is none."""
    return _Examination().read(written)


class _Examination:
    def __init__(self) -> None:
        self.found = Checked()
        self._rings: dict[str, Keyring] = {}
        self._keys = Directory(self._rings)
        self._tree = Tree()
        self._ended = False
        self._readers: dict[str, Callable[[dict[str, Any]], None]] = {
            "card": self._card, "keyset": self._keyset, "text": self._text, "act": self._act, "receipt": self._receipt,
            "leaf": self._leaf, "checkpoint": self._checkpoint,
        }  # fmt: skip

    def read(self, written: Iterable[bytes]) -> Checked:
        digest = hashlib.sha256()
        for number, line in enumerate(written):
            if number == 0:
                self._head(_record(line))
            else:
                self._next(line, number, digest.hexdigest())
            digest.update(line)
        if not self._ended:
            self.found.faults.append("The file ends before its last line. Ask for it again.")
        return self.found

    def _next(self, line: bytes, number: int, digest: str) -> None:
        try:
            record = _record(line)
        except Refused:
            self.found.faults.append(f"Line {number + 1} is damaged. Ask for the file again.")
            return
        if record.get("kind") == "end":
            self._end(record, number, digest)
        else:
            self._one(record)

    def _head(self, record: dict[str, Any]) -> None:
        if record.get("form") != FORM or record.get("v") != 1:
            raise _no_archive()
        self.found.node, self.found.reader = str(record.get("node")), str(record.get("for"))

    def _one(self, record: dict[str, Any]) -> None:
        kind = str(record.get("kind"))[:20]
        self.found.counts[kind] += 1
        try:
            self._readers.get(kind, self._unknown)(record)
        except (Refused, KeyError, ValueError, AttributeError, TypeError, IndexError) as fault:
            said = fault if isinstance(fault, Refused) else "it is not laid out as an archive is."
            self.found.faults.append(f"{kind} {str(record.get('act') or record.get('sum') or record.get('index') or '')[:16]}: {said}")

    def _unknown(self, _record: dict[str, Any]) -> None:
        raise Refused("archive.kind", {}, "this kind of record is not known. Both sides need the same version.")

    def _card(self, record: dict[str, Any]) -> None:
        card = read_card(encode(record["card"]))
        self._rings[card.node] = Keyring(card.root.digest())
        self.found.fingerprints[card.node] = card.fingerprint()

    def _keyset(self, record: dict[str, Any]) -> None:
        self._keys.ring(record["node"]).accept(read_keyset(encode(record["keyset"])))

    def _text(self, record: dict[str, Any]) -> None:
        prefix = VERSION if record["of"] == "version" else b""
        if hashlib.sha256(prefix + encode(record["text"])).hexdigest() != record["sum"]:
            raise Refused("archive.text", {}, "the text is not the one its hash names.")

    def _act(self, record: dict[str, Any]) -> None:
        head, signatures, content = (encode(record[name]) for name in ("head", "sigs", "content"))
        act = verify_without_slip(head=head, signatures=signatures, content=content, salt=bytes.fromhex(record["salt"]), keys=self._keys)
        if act.id != record["act"]:
            raise Refused("archive.act", {}, "its id is not that of its bytes.")

    def _receipt(self, record: dict[str, Any]) -> None:
        if receipt.read_receipt(encode(record["receipt"]), keys=self._keys).entry.act != record["act"]:
            raise Refused("archive.receipt", {}, "the receipt is for another act.")

    def _leaf(self, record: dict[str, Any]) -> None:
        salt, leaf_hash = bytes.fromhex(record["salt"]), bytes.fromhex(record["hash"])
        if record["index"] != len(self._tree) or (salt and log.commitment(record["of"], record["id"], salt) != leaf_hash):
            raise Refused("archive.leaf", {}, "the leaf is not as it was written.")
        self._tree.append(leaf_hash)

    def _checkpoint(self, record: dict[str, Any]) -> None:
        note = record["note"].encode()
        signed = read_checkpoint(note, key=self._keys.ring(claimed(note)[0].split("/")[1]).newest.log)
        if signed.size > len(self._tree) or self._tree.root(signed.size) != signed.root:
            raise Refused("archive.log", {}, "the log is not the one its checkpoint was signed for.")

    def _end(self, record: dict[str, Any], number: int, digest: str) -> None:
        end, self._ended = record.get("end"), True
        if not isinstance(end, dict) or set(end) != {"v", "from", "keyset", "records", "sum"} or not isinstance(end["from"], str):
            self.found.faults.append("The last line is not laid out as an archive's is.")
            return
        try:
            self._keys.act_key(end["from"], end["keyset"]).verify(TYPE, encode(end), Signatures.from_record(record.get("sigs")))
        except Refused as refusal:
            self.found.faults.append(f"The last line: {refusal}")
        if (end["records"], end["sum"], party_of(end["from"])) != (number, digest, self.found.node):
            self.found.faults.append("Lines of the file were changed, added or left out after it was signed.")


def _record(line: bytes) -> dict[str, Any]:
    try:
        record = decode(line.removesuffix(b"\n"), limit=LINE_BYTES)
    except Refused as refusal:
        raise _no_archive() from refusal
    if not isinstance(record, dict) or ("kind" not in record and "form" not in record):
        raise _no_archive()
    return record


def _no_archive() -> Refused:
    return Refused("archive.form", {}, "The file is no archive of a node, or a line of it is damaged. Ask for it again.")
