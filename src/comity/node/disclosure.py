"""Originator control: what another has said is shown to, exported for or sent to a third party only with its consent (CICA 1.7).

A `transmit` carries an act whole, with the consent that allows it; whoever receives it verifies both. Held so, the act is read and
never folded. Our own acts are ours to pass on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from comity.conduct.consents import ANY, Acts, Allowed, Consent, OfKind, Register, Release, Withheld
from comity.conduct.statements import Statement
from comity.node.folds import content_of, statement
from comity.node.office import Office
from comity.node.ports import HeldAct, Turn
from comity.protocol import log
from comity.protocol.act import act_id, decode_content, party_of, read_content, read_head
from comity.protocol.refusals import Refused
from comity.protocol.signed import VerifiedAct, verify_without_slip

KINDS = frozenset({"consent", "transmit"})
RECORD = ("head", "sigs", "content", "salt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An act as the register of consents looks at it (consents.Held)."""

    id: str
    issuer: str
    to: Collection[str]
    measure: str
    chain: str
    at: datetime


def shown(office: Office, act: HeldAct) -> Shown:
    return _shown(office, act.id, act.sender, act.at, content_of(act))


def _shown(office: Office, act: str, sender: str, at: datetime, content: Mapping[str, Any]) -> Shown:
    chain = office.folds.instruments.chain(content["terms"]) if content["terms"] else None
    return Shown(
        id=act, issuer=party_of(sender), to=frozenset(content["to"]), measure=str(content["body"].get("measure") or ""),
        chain=(chain.id or "") if chain else "", at=at,
    )  # fmt: skip


def _layers(office: Office, act: HeldAct) -> Iterator[Shown]:
    """The act and, of a `transmit`, each act inside it: whoever is shown the outer one reads the inner ones."""
    content = content_of(act)
    yield _shown(office, act.id, act.sender, act.at, content)
    while content["kind"] == "transmit" and _is_record(record := content["body"].get("record")):
        try:
            head, content = read_head(record["head"].encode()), decode_content(record["content"].encode())
            read_content(content)
        except Refused:
            return  # what carries no act that can be read says what its own author wrote
        yield _shown(office, act_id(record["head"].encode()), head.sender, head.at, content)


def register(office: Office) -> Register:
    """Every consent, its revocation, every passing on, and every release logged here."""
    found = Register(office.party)
    for act in office.store.acts_of_kinds(KINDS):
        found.advance(_for_register(act))
    for release in _releases(office):
        found.record(release)
    return found


def _for_register(act: HeldAct) -> Statement:
    """A `transmit` is given to the register by the ids of what it carries."""
    content = content_of(act)
    if act.kind == "transmit":
        body = content["body"]
        content = {**content, "body": {"act": body["act"], "consent": body["consent_act"]}}
    return statement(act.id, act.sender, act.at, content)


def _releases(office: Office) -> list[Release]:
    lines = (office.store.note("releases") or "").splitlines()
    parts = (line.split(" ") for line in lines)
    return [Release(consent=consent, act=act, to=to, at=datetime.fromisoformat(at)) for consent, act, to, at in parts]


def may_show(
    office: Office, act: str, to: str, *, purpose: str = ANY, now: datetime, known: Register | None = None
) -> Allowed | Withheld:
    """Whether an act held here may be shown to an office (or consents.PUBLIC), with whatever it carries inside.

    Refuses (`act.unknown`) one that is not held. `known` is the register, where many acts are asked about.
    """
    known = known or register(office)
    answers = [known.may_show(layer, to, purpose, now=now) for layer in _layers(office, _held(office, act))]
    return next((answer for answer in answers if isinstance(answer, Withheld)), answers[0])


def log_release(office: Office, turn: Turn, release: Release) -> None:
    """A consent for a kind is taken as covering this act for this office: written down before anything leaves."""
    line = f"{release.consent} {release.act} {release.to} {release.at.isoformat()}"
    turn.set_note("releases", "\n".join([*(office.store.note("releases") or "").splitlines(), line]))
    salt = office.chance(log.SALT)
    turn.add_leaf(kind=log.CONSENT, record=release.act, salt=salt, leaf_hash=log.commitment(log.CONSENT, release.act, salt))


def check_references(office: Office, acts: Collection[str], to: Collection[str], *, now: datetime) -> None:
    """An act may point only to acts that all its addressees may know. Refuses (`consent.missing`) otherwise."""
    known = register(office) if acts else None
    for act in acts:
        for addressee in to:
            _need(office, _held(office, act), addressee, now, known)


def transmit_body(office: Office, act: str, *, consent: str | None = None) -> dict[str, Any]:
    """The body of a `transmit`: the act whole, and the consent it rests on."""
    held = _held(office, act)
    given = _record(_held(office, consent)) if consent else None
    return {"act": act, "record": _record(held), "consent_act": consent, "consent": given}


def check_transmit(office: Office, body: Mapping[str, Any], to: Collection[str], *, now: datetime) -> None:
    """Before ours goes out. Refuses (`consent.missing`) unless every addressee may be shown what it carries."""
    held = _held(office, str(body.get("act")))
    if body != transmit_body(office, held.id, consent=body.get("consent_act")):
        raise _malformed()
    known = register(office)
    for addressee in to:
        _need(office, held, addressee, now, known)


def verify_transmit(office: Office, body: Mapping[str, Any], *, sender: str, at: datetime) -> VerifiedAct:
    """The act carried by a `transmit` dated `at`. Refuses (`consent.missing`) one that its own issuer has not allowed us to see."""
    if body.keys() != {"act", "record", "consent_act", "consent"}:
        raise _malformed()
    act = _verified(office, body["record"])
    if act.id != body["act"]:
        raise _malformed()
    own = party_of(act.sender) == party_of(sender) or office.name in act.content.to
    if not own:
        _check_consent(office, act, body, sender=party_of(sender), at=at)
    return act


def _check_consent(office: Office, act: VerifiedAct, body: Mapping[str, Any], *, sender: str, at: datetime) -> None:
    consent = _verified(office, body["consent"]) if body["consent"] else None
    if consent is None or consent.id != body["consent_act"] or consent.content.kind != "consent":
        raise _missing(act.sender)
    said = statement(consent.id, consent.sender, consent.at, consent.content.record())
    holder = Register(next(iter(sorted(said.to)), ""))
    if holder.advance(said) or party_of(consent.sender) != party_of(act.sender):
        raise _missing(act.sender)
    inside = _shown(office, act.id, act.sender, act.at, act.content.record())
    if not any(_allows(given, inside, office.name, sender=sender, at=at) for given in holder.consents()):
        raise _missing(act.sender)


def _allows(given: Consent, act: Shown, to: str, *, sender: str, at: datetime) -> bool:
    """Whether a consent lets this sender show that very act to us. An instrument not known here is left to its holder's word."""
    timely = given.until is None or at <= given.until
    if isinstance(given.release, Acts):
        about = act.id in given.release.ids
    else:
        about = isinstance(given.release, OfKind) and given.release.covers(act if act.chain else replace(act, chain=given.release.terms))
    return about and timely and given.names(to) and sender in given.holders


def _is_record(record: Any) -> bool:
    return isinstance(record, dict) and set(record) == set(RECORD) and all(isinstance(part, str) for part in record.values())


def _verified(office: Office, record: Any) -> VerifiedAct:
    if not _is_record(record):
        raise _malformed()
    head, sigs, content = (record[name].encode() for name in RECORD[:3])
    try:
        salt = bytes.fromhex(record["salt"])
    except ValueError as fault:
        raise _malformed() from fault
    return verify_without_slip(head=head, signatures=sigs, content=content, salt=salt, keys=office)


def _record(act: HeldAct) -> dict[str, str]:
    return {"head": act.head.decode(), "sigs": act.signatures.decode(), "content": act.content.decode(), "salt": act.salt.hex()}


def _held(office: Office, act: str) -> HeldAct:
    held = office.store.act(act)
    if held is None:
        raise Refused("act.unknown", {"act": act}, "The act is not held here.")
    return held


def _need(office: Office, act: HeldAct, to: str, now: datetime, known: Register | None) -> None:
    answer = may_show(office, act.id, to, now=now, known=known)
    if isinstance(answer, Withheld):
        raise _missing(act.sender, to)


def _missing(issuer: str, to: str = "") -> Refused:
    whom = to or "this office"
    sentence = f"The act comes from {party_of(issuer)}, who has not consented that {whom} sees it. Ask for its consent first."
    return Refused("consent.missing", {"issuer": party_of(issuer), "to": to}, sentence)


def _malformed() -> Refused:
    return Refused("act.body", {"member": "transmit"}, "The act does not carry one act and the consent for it.")
