"""One file that proves one act, and its verifier (spec/README.md, 'Evidence'): `python -m comity.protocol.evidence FILE`.

The file is canonical JSON: the act, the slip, the cards and keysets of everyone who signed something in it, receipts, and the
act's leaf under a checkpoint. What it holds must hold, every part of it; what it lacks is said not to be proved.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from comity.protocol import limits, log
from comity.protocol.act import Content, Head, act_id, hex_of, is_one, number, party_of, write_moment
from comity.protocol.canonical import decode, encode
from comity.protocol.checkpoint import Checkpoint, claimed, origin_of, read_checkpoint
from comity.protocol.keys import PublicKey
from comity.protocol.keyset import Card, Keyring, read_card, read_keyset
from comity.protocol.receipt import Receipt, read_receipt, settles
from comity.protocol.refusals import Refused
from comity.protocol.signed import check_content, check_head, check_slip
from comity.protocol.tree import verify_inclusion

PROVED, NOT_PROVED, UNREADABLE = 0, 1, 2
"""Exit codes of the verifier."""
FORM = "comity-evidence"
_MEMBERS = {"v", "form", "act", "slip", "cards", "keysets", "receipts", "log"}
_CODE = "evidence.form"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogProof:
    """That a leaf of this kind for the act stands in a node's log: its salt, index, path and the checkpoint (a C2SP note)."""

    kind: str
    salt: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One part of the file. `code` is '' where it holds, else that of the refusal; `text` says what is shown or why not."""

    part: str
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a file proves. `sentence` says in one sentence what is proved and what is not."""

    proved: bool
    act: str
    sentence: str
    findings: tuple[Finding, ...]
    fingerprints: Mapping[str, str]

    def record(self) -> dict[str, Any]:
        return {
            "proved": self.proved,
            "act": self.act,
            "sentence": self.sentence,
            "findings": [{"part": one.part, "code": one.code, "text": one.text} for one in self.findings],
            "fingerprints": dict(self.fingerprints),
        }


# Making ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRecord:
    """An act as its node holds it. `content` and `salt` are None where they were destroyed; `slip` and `path` where there is none."""

    head: bytes
    signatures: bytes
    content: bytes | None
    salt: bytes | None
    slip: bytes | None = None
    path: bytes | None = None


def make_evidence(
    act: ActRecord,
    *,
    cards: Sequence[bytes],
    keysets: Mapping[str, Sequence[bytes]],
    receipts: Sequence[bytes] = (),
    proof: LogProof | None = None,
) -> bytes:
    """The file. `cards` and `keysets` (whole chains, as they travel, by node) are those of everyone who signed something in it."""
    assert (act.content is None) == (act.salt is None), "a content is shown with its salt"
    return encode(
        {
            "v": 1,
            "form": FORM,
            "act": {
                "head": _value(act.head),
                "sigs": _value(act.signatures),
                "content": None if act.content is None else _value(act.content),
                "salt": None if act.salt is None else act.salt.hex(),
            },
            "slip": None if act.slip is None else {"slip": _value(act.slip), "path": (act.path or b"").hex()},
            "cards": [_value(card) for card in cards],
            "keysets": {node: [_value(wire) for wire in wires] for node, wires in keysets.items()},
            "receipts": [_value(wire) for wire in receipts],
            "log": None if proof is None else _log_record(proof),
        }
    )


def _value(data: bytes) -> Any:
    """A record's value: the same bytes come back from it, since they are canonical."""
    return decode(data, limit=limits.RECORD_BYTES)


def _log_record(proof: LogProof) -> dict[str, Any]:
    return {
        "kind": proof.kind,
        "salt": proof.salt.hex(),
        "index": proof.index,
        "path": [one.hex() for one in proof.path],
        "checkpoint": proof.checkpoint.decode(),
    }


# Verifying ---------------------------------------------------------------------------------------------------------------


def check(data: bytes) -> Report:
    """What the file proves. Refuses (`evidence.form`, `canonical.…`) only what is no evidence file at all."""
    record = decode(data, limit=limits.EVIDENCE_BYTES)
    if not isinstance(record, dict) or set(record) != _MEMBERS or not is_one(record["v"]) or record["form"] != FORM:
        raise Refused(_CODE, {}, "This is not a file of evidence. Export the act again with `comity export act`.")
    return _Examination(record).report()


class _Keys:
    """The keyrings that the cards and keysets in the file amount to. What is wrong with one is told when it is needed."""

    def __init__(self, cards: Any, keysets: Any) -> None:
        if not isinstance(cards, list) or not isinstance(keysets, dict):
            raise Refused(_CODE, {}, "The cards and keysets in the file are not lists. Export the act again.")
        self.cards: dict[str, Card] = {}
        for value in cards:
            card = read_card(encode(value))
            self.cards[card.node] = card
        self._chains = keysets
        self._rings: dict[str, Keyring] = {}

    def ring(self, node: str) -> Keyring:
        if node not in self._rings:
            self._rings[node] = self._ring(node)
        return self._rings[node]

    def _ring(self, node: str) -> Keyring:
        chain = self._chains.get(node)
        if node not in self.cards or not isinstance(chain, list):
            raise Refused("peer.unknown", {"node": node}, f"The file lacks the card or the keysets of {node}.")
        ring = Keyring(self.cards[node].root.digest())
        for wire in chain:
            signed = read_keyset(encode(wire))
            if signed.keyset.node != node:
                raise Refused("keyset.root", {"node": node}, f"A keyset in the file is not one of {node}.")
            ring.accept(signed)
        return ring

    def act_key(self, office: str, keyset: int) -> PublicKey:
        return self.ring(party_of(office)).act_key(office, keyset)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > limits.PROOF_HASHES:
        raise Refused(_CODE, {}, f"A path in the file is not a list of at most {limits.PROOF_HASHES} hashes.")
    return value


def _slip(value: Any) -> tuple[bytes, bytes]:
    """The slip and its path, as they are hashed."""
    well = isinstance(value, dict) and set(value) == {"slip", "path"} and isinstance(value["path"], str)
    if not well or not isinstance(value["slip"], dict) or len(value["path"]) % 64:
        raise Refused(_CODE, {}, "The slip in the file is not slip and path. Export the act again.")
    path = b"".join(bytes.fromhex(hex_of(value["path"][n : n + 64], 64, _CODE)) for n in range(0, len(value["path"]), 64))
    return encode(value["slip"]), path


class _Examination:
    """One file, part by part. A part that does not hold is a finding, not an end: all of them are told."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._record = record
        self._findings: list[Finding] = []
        self._keys: _Keys | None = None
        self._head: Head | None = None
        self._content: Content | None = None
        self._id = ""
        self._own: tuple[str, bytes] | None = None
        self._received: list[str] = []
        self._logged = ""

    def report(self) -> Report:
        for part, examine in (
            ("keys", self._examine_keys),
            ("act", self._examine_act),
            ("content", self._examine_content),
            ("slip", self._examine_slip),
            ("receipts", self._examine_receipts),
            ("log", self._examine_log),
        ):
            self._examine(part, examine)
        proved = self._head is not None and not any(one.code for one in self._findings)
        cards = self._keys.cards if self._keys else {}
        return Report(
            proved=proved,
            act=self._id,
            sentence=self._sentence(proved=proved),
            findings=tuple(self._findings),
            fingerprints={node: card.fingerprint() for node, card in cards.items()},
        )

    def _examine(self, part: str, examine: Callable[[], None]) -> None:
        try:
            examine()
        except Refused as refused:
            self._findings.append(Finding(part=part, code=refused.code, text=str(refused)))

    def _holds(self, part: str, text: str) -> None:
        self._findings.append(Finding(part=part, code="", text=text))

    def _examine_keys(self) -> None:
        self._keys = _Keys(self._record["cards"], self._record["keysets"])

    def _examine_act(self) -> None:
        act = self._record["act"]
        if not isinstance(act, dict) or set(act) != {"head", "sigs", "content", "salt"}:
            raise Refused(_CODE, {}, "The act in the file is not head, signatures, content and salt. Export it again.")
        if self._keys is None:
            raise Refused("peer.unknown", {}, "Without cards and keysets no signature can be checked.")
        head = encode(act["head"])
        self._id = act_id(head)
        self._head = check_head(head, encode(act["sigs"]), self._keys)
        at = write_moment(self._head.at)
        self._holds("act", f"signed by {self._head.sender} with keyset {self._head.keyset}, dated {at} by the signer")

    def _examine_content(self) -> None:
        head, act = self._head, self._record["act"]
        if head is None or act["content"] is None:
            return
        salt = bytes.fromhex(hex_of(act["salt"], 32, _CODE))
        self._content = check_content(head, encode(act["content"]), salt)
        self._holds("content", f"the content is the one signed, of kind {self._content.kind}, to {', '.join(self._content.to)}")

    def _examine_slip(self) -> None:
        value, head, content = self._record["slip"], self._head, self._content
        if value is None or head is None or content is None:
            return
        slip, path = _slip(value)
        found = check_slip(head, content, slip, path, str(value["slip"].get("to")))
        self._own = (found.to, slip)
        self._holds("slip", f"number {found.seq} of epoch {found.epoch} in the lane to {found.to}")

    def _examine_receipts(self) -> None:
        receipts = self._record["receipts"]
        if not isinstance(receipts, list) or len(receipts) > limits.ADDRESSEES * 4:
            raise Refused(_CODE, {}, "The receipts in the file are not a list of at most four for each addressee.")
        for value in receipts:
            self._examine("receipts", partial(self._examine_receipt, encode(value)))

    def _examine_receipt(self, wire: bytes) -> None:
        if self._keys is None or self._head is None:
            return
        found = read_receipt(wire, keys=self._keys)
        self._fits(found)
        said = f"{found.sender} signed {found.entry.state} on {write_moment(found.at)} by its clock"
        self._received.append(said)
        self._holds("receipts", said)

    def _fits(self, found: Receipt) -> None:
        """The receipt is for this act, an addressee of it and, where we hold that addressee's slip, for that slip."""
        if self._own is not None and self._own[0] == found.entry.to:
            settles(found, act=self._id, to=found.entry.to, slip=self._own[1])
        if found.entry.act != self._id or (self._content is not None and found.entry.to not in self._content.to):
            raise Refused("receipt.other", {"act": self._id, "to": found.entry.to}, "A receipt in the file is for another delivery.")

    def _examine_log(self) -> None:
        value = self._record["log"]
        if value is None or self._head is None or self._keys is None:
            return
        known = isinstance(value, dict) and set(value) == {"kind", "salt", "index", "path", "checkpoint"}
        if not known or str(value["kind"]) not in log.KINDS:
            raise Refused(_CODE, {}, "The log proof in the file is not kind, salt, index, path and checkpoint.")
        checkpoint = self._checkpoint(value["checkpoint"])
        leaf = log.commitment(value["kind"], self._id, bytes.fromhex(hex_of(value["salt"], 32, _CODE)))
        path = [bytes.fromhex(hex_of(one, 64, _CODE)) for one in _list(value["path"])]
        index = number(value["index"], 0, 2**48, _CODE)
        if not verify_inclusion(leaf=leaf, index=index, size=checkpoint.size, path=path, root=checkpoint.root):
            raise Refused("log.inclusion", {"index": index}, "The act does not stand at this place of the log that was signed.")
        self._logged = f"it stands as {value['kind']} in the log {checkpoint.origin} of {checkpoint.size} leaves"
        self._holds("log", f"{self._logged}, at {index}")

    def _checkpoint(self, note: Any) -> Checkpoint:
        """The checkpoint, by the log key of the epoch it names."""
        if not isinstance(note, str) or self._keys is None:
            raise Refused(_CODE, {}, "The checkpoint in the file is not a text.")
        origin = claimed(note.encode())[0]
        ring = self._keys.ring(origin.split("/")[1])
        keysets = [ring.keyset(n) for n in range(len(ring), 0, -1)]
        fitting = [one.log for one in keysets if origin_of(one.node, one.epoch) == origin]
        for key in fitting[:-1]:
            try:
                return read_checkpoint(note.encode(), key=key)
            except Refused:
                continue
        if not fitting:
            raise Refused("checkpoint.signature", {"name": origin}, "No keyset in the file is of the epoch of this log.")
        return read_checkpoint(note.encode(), key=fitting[-1])

    def _sentence(self, *, proved: bool) -> str:
        if not proved or self._head is None:
            first = next((one for one in self._findings if one.code), None)
            return f"Not proved: {first.text if first else 'nothing in the file is signed.'}"
        shown = f"{self._head.sender} signed this act ({self._id[:16]}…)"
        shown += " with this content" if self._content else ", whose content is not in the file"
        proofs = [shown, *self._received, *([self._logged] if self._logged else [])]
        return f"Proved: {'; '.join(proofs)}; not proved: {'; '.join(self._lacking())}."

    def _lacking(self) -> list[str]:
        lacking = ["whose keys these are, until the fingerprints are compared in person", "when it was signed, but for the signers' word"]
        if not self._received:
            lacking.append("that anybody received it")
        if not self._logged:
            lacking.append("that it stands in a log")
        return [*lacking, "that what it says is so"]


# The command -------------------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints what the file proves. Exit 0 proved, 1 not proved, 2 unreadable. `--json` writes it for programs."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    files = [one for one in given if one != "--json"]
    if len(files) != 1 or files[0].startswith("-"):
        sys.stderr.write("usage: python -m comity.protocol.evidence [--json] FILE\n")
        return UNREADABLE
    try:
        report = check(read_file(files[0]))
    except (OSError, Refused) as fault:
        sys.stderr.write(f"Unreadable: {fault}\n")
        return UNREADABLE
    sys.stdout.write((encode(report.record()).decode() if "--json" in given else told(report)) + "\n")
    return PROVED if report.proved else NOT_PROVED


def read_file(path: str) -> bytes:
    """At most one byte more than is allowed: a larger file is refused by its length, unread."""
    with Path(path).open("rb") as file:
        return file.read(limits.EVIDENCE_BYTES + 1)


def told(report: Report) -> str:
    """The report for people: the sentence, then each part, then the fingerprints to compare."""
    lines = [report.sentence, ""]
    lines += [f"  {'no ' if one.code else 'yes'}  {one.part}: {one.text}" for one in report.findings]
    lines += [f"  fingerprint of {node}: {fingerprint}" for node, fingerprint in report.fingerprints.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
