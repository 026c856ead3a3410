"""Our act goes out: drafted, checked, numbered, signed, logged, folded and put in the post, in one turn."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from comity.catalogue.form_checks import Fault, validate
from comity.conduct.case import Case, preview_opening
from comity.conduct.measure_terms import MeasureTerms
from comity.conduct.openings import case_id, opening_steps
from comity.conduct.statements import Cited, Possible, Preview
from comity.conduct.versions import Version
from comity.conduct.words import KINDS
from comity.node import disclosure
from comity.node.bodies import STEP_KINDS
from comity.node.folds import statement
from comity.node.office import Office
from comity.node.ports import Delivery, HeldAct, Lane, Turn
from comity.node.taking import Taking, belongs, calendar_case, calendar_row, form_of, open_row, reasons_of
from comity.protocol import log
from comity.protocol.act import Composed, Content, LanePoint, Reference, compose, party_of
from comity.protocol.canonical import decode, encode
from comity.protocol.limits import CONTENT_BYTES, WRITTEN_BYTES
from comity.protocol.refusals import Refused

FOLDED_IN = ("in-turn",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An act before it is signed.

    `terms` is the version it stands under; `case` the case it belongs to, None where it opens one, or where `period` names the
    calendar's case. `to` are offices, only where the sender chooses them. `refs` are what officers cite; what the fold needs is
    added. For kinds other than steps, `body` is the whole body and `to` is required. `part` is which part of how many this is, of a
    report too long for one act: the parts go one after the other, and the last moves the case.
    """

    kind: str = "step"
    terms: str | None = None
    case: str | None = None
    measure: str = ""
    step: str = ""
    choice: str | None = None
    period: date | None = None
    to: tuple[str, ...] = ()
    refs: tuple[Reference, ...] = ()
    header: Mapping[str, Any] = field(default_factory=lambda: {"precedence": "routine"})
    data: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    part: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a draft would be: to whom it goes, what is wrong in its form, where it would stand, which notice it would give."""

    content: Content
    faults: tuple[Fault, ...] = ()
    preview: Preview | None = None
    possible: Possible | None = None


def prepare(office: Office, draft: Draft, *, now: datetime, look: bool = True) -> Prepared:
    """The draft as the act it would be, without number and signature. Refuses only what no act can be made of.

    `look` asks where an act that opens a case would stand; who opens the case in the same turn sees it there.
    """
    if draft.kind not in STEP_KINDS:
        return _prepare_word(office, draft)
    terms, version = _agreed(office, draft)
    case = office.folds.case(draft.case) if draft.case else _calendar_case(office, terms, draft)
    if draft.case and case is None:
        raise Refused("draft.case", {"case": draft.case}, "The case is not held here. Open it from the list of cases.")
    if case is not None and not belongs(case, terms):
        raise Refused("draft.case", {"case": draft.case}, "The case is of another measure or other terms. Open it from its list.")
    possible = _possible(office, terms, case, draft, now)
    to = _addressees(office, version, terms, case, draft, possible)
    aside = case if case is not None and _nodes(to) != case.participants - {office.party} else None
    begins = case is None or aside is not None
    opening = office.chance(16).hex() if begins else None
    content = Content(
        kind=draft.kind,
        to=to,
        terms=draft.terms,
        case=case_id(terms, salt=opening, opener=office.party) if opening else case.id if case else None,
        refs=_references(office, None if begins else case, draft),
        header=dict(draft.header),
        body=_body(draft, terms, opening, aside.id if aside else None),
    )
    if begins and draft.part:
        raise Refused("draft.part", {}, "Only what belongs to a case that is open can be sent in parts.")
    said = statement("f" * 64, office.name, now, _within(content.record()))
    preview = None
    if begins:
        preview = preview_opening(terms=terms, statement=said, parent=aside) if look else None
    elif case is not None:
        preview = case.preview(said)
    return Prepared(content=content, faults=_faults(office, terms, draft), preview=preview, possible=possible)


def _within(record: dict[str, Any]) -> dict[str, Any]:
    """The content, if it fits in one act. Refuses (`draft.long`) one that does not, and says how long it is."""
    size = len(encode(record)) + NUMBER_BYTES
    if size > WRITTEN_BYTES:
        sentence = f"This is {size // 1024 + 1} KB long, and one act holds {WRITTEN_BYTES // 1024} KB. Send it in parts."
        raise Refused("draft.long", {"bytes": size, "limit": WRITTEN_BYTES}, sentence)
    return record


def _nodes(offices: Iterable[str]) -> frozenset[str]:
    return frozenset(party_of(office) for office in offices)


def issue(office: Office, drafts: Sequence[Draft]) -> tuple[HeldAct, ...]:
    """Each draft becomes an act of ours, all in one turn. Refuses (`draft.…`, `terms.turn`) the first that may not go out."""
    now = office.now()
    with office.turn() as turn:
        taking = Taking(folds=office.folds, library=office.library, store=office.store, turn=turn, now=now)
        held = tuple(_issue_one(office, turn, taking, draft, now) for draft in drafts)
        taking.finish()
    return held


def _issue_one(office: Office, turn: Turn, taking: Taking, draft: Draft, now: datetime) -> HeldAct:
    prepared = prepare(office, draft, now=now, look=False)
    _check(prepared)
    _check_originators(office, prepared.content, now)
    content = _numbered(office, turn, prepared.content, now)
    epoch = office.epoch
    lanes = [_lane(turn.lane_out(office.name, to), epoch) for to in content.to]
    composed = compose(
        sender=office.name, keyset=office.keyset, at=now, content=content, lanes=lanes, signer=office.keys.act, random=office.chance
    )
    for to, lane in zip(content.to, lanes, strict=True):
        turn.set_lane_out(office.name, to, Lane(epoch=lane.epoch, seq=lane.seq, last=composed.id))
    act = _commit(office, turn, taking, composed, now)
    if draft.kind in STEP_KINDS:
        _check_standing(*taking.changes.standings[act.id])
    return act


def _commit(office: Office, turn: Turn, taking: Taking, composed: Composed, now: datetime) -> HeldAct:
    content = composed.content_value
    act = HeldAct(
        position=0, id=composed.id, ours=True, sender=office.name, kind=content.kind, terms=content.terms, case=content.case,
        at=now, held_since=now, number=str(content.header.get("number", "")), head=composed.head, signatures=composed.signatures,
        content=composed.content, salt=composed.salt,
    )  # fmt: skip
    position = turn.add_act(act)
    write_leaf(office, turn, log.ACT_OUT, composed.id)
    turn.add_deliveries(
        [
            Delivery(act=composed.id, to=to, slip=composed.slips[n], path=composed.paths[n], next_at=now, since=now)
            for n, to in enumerate(content.to)
        ]
    )
    taking.take(act, position, content.record(), checked=True)
    return act


def write_leaf(office: Office, turn: Turn, kind: str, record: str) -> int:
    """A salted leaf of our log for a record."""
    salt = office.chance(log.SALT)
    return turn.add_leaf(kind=kind, record=record, salt=salt, leaf_hash=log.commitment(kind, record, salt))


def _lane(lane: Lane | None, epoch: int) -> LanePoint:
    """The next number after that one; 1 in a new lane or a new epoch."""
    if lane is None or lane.epoch != epoch:
        return LanePoint(epoch=epoch, seq=1, prev=None)
    return LanePoint(epoch=epoch, seq=lane.seq + 1, prev=lane.last)


def _numbered(office: Office, turn: Turn, content: Content, now: datetime) -> Content:
    """With its running number. The count is one for each list of addressees, so that it tells none of them of the others.

    After a restore the epoch stands behind it: the same number may have gone out before, in what was lost.
    """
    places = sorted(content.to)
    series = hashlib.sha256(f"{now.year}\n{chr(10).join(places)}".encode()).hexdigest()
    count = turn.next_number(series)
    codes = "-".join(_code(party_of(to)) for to in places) if len(places) <= CODES_SHOWN else f"{len(places)}"
    epoch = office.epoch
    number = f"{_code(office.party)}/{codes}/{now:%y}/{count:04d}" + (f"-{epoch}" if epoch > 1 else "")
    return Content(
        kind=content.kind, to=content.to, terms=content.terms, case=content.case, refs=content.refs,
        header={**content.header, "number": number}, body=content.body,
    )  # fmt: skip


CODES_SHOWN = 3
NUMBER_BYTES = 120
"""What the running number adds to a content."""


def _code(node: str) -> str:
    return node.replace("-", "")[:3].upper()


# What a draft must be ------------------------------------------------------------------------------------------------------


def _check(prepared: Prepared) -> None:
    if prepared.faults:
        shown = [(fault.path, fault.code) for fault in prepared.faults]
        raise Refused("draft.form", {"faults": shown}, f"{len(prepared.faults)} entries of the form need mending before it can go out.")
    if prepared.preview is not None:
        standing = prepared.preview.standing
        _check_standing(standing.state, reasons_of(standing))


def _check_standing(state: str, reasons: str) -> None:
    """Nothing of ours goes out that our own fold would set aside. What was signed for it never leaves the turn."""
    if state not in FOLDED_IN:
        sentence = "The procedure does not provide for this step now. See what may be done next."
        raise Refused("draft.out-of-turn", {"reasons": decode(reasons.encode(), limit=CONTENT_BYTES)}, sentence)


def _check_originators(office: Office, content: Content, now: datetime) -> None:
    """Nothing of others goes to a third party without their consent: neither passed on, nor pointed at from outside its case."""
    if content.kind == "transmit":
        disclosure.check_transmit(office, content.body, content.to, now=now)
    cited = [ref.act for ref in content.refs]
    elsewhere = [act for act in cited if (held := office.store.act(act)) is not None and (held.case is None or held.case != content.case)]
    disclosure.check_references(office, elsewhere, content.to, now=now)


def _agreed(office: Office, draft: Draft) -> tuple[MeasureTerms, Version]:
    concluded = office.folds.instruments.concluded(draft.terms or "")
    terms = office.folds.measures(draft.terms or "").get(draft.measure)
    if concluded is None or terms is None:
        raise Refused("draft.terms", {"measure": draft.measure}, "This measure is not agreed in terms that stand. Choose one that is.")
    return terms, concluded.version


def _calendar_case(office: Office, terms: MeasureTerms, draft: Draft) -> Case | None:
    """The calendar's or standing case of these terms, when the draft names no case and does not open one."""
    if _opens(terms, draft) or (entry := calendar_case(terms, draft.period)) is None:
        return None
    return office.folds.case(entry.id) or open_row(calendar_row(terms, entry), terms)


def _opens(terms: MeasureTerms, draft: Draft) -> bool:
    step = terms.procedure.steps.get(draft.step)
    if step is None:
        raise Refused("draft.step", {"step": draft.step}, "The procedure agreed has no such step.")
    return step.opens


def _possible(office: Office, terms: MeasureTerms, case: Case | None, draft: Draft, now: datetime) -> Possible | None:
    """The entry of the list 'what may be done' that this draft follows."""
    offered = opening_steps(terms, office.party, now) if case is None else case.allowed(office.party, now)
    answered = next((ref.act for ref in draft.refs if ref.rel == "answers"), None)
    fits = [one for one in offered if one.step == draft.step and one.kind == draft.kind]
    return next((one for one in fits if one.answers == answered), fits[0] if fits else None)


def _addressees(
    office: Office, version: Version, terms: MeasureTerms, case: Case | None, draft: Draft, possible: Possible | None
) -> tuple[str, ...]:
    """Offices: those the sender named, else every other participant, in the order of the terms."""
    if draft.to:
        known = set(version.offices())
        if unknown := [to for to in draft.to if to not in known]:
            raise Refused("draft.addressee", {"to": unknown}, "An addressee takes no part in these terms. Choose among the participants.")
        return tuple(to for to in version.offices() if to in draft.to)
    named = possible.to if possible is not None and possible.to else None
    nodes = named or ((case.participants if case is not None else frozenset(terms.parties)) - {office.party})
    found = tuple(to for to in version.offices() if party_of(to) in nodes)
    if not found:
        raise Refused("draft.addressee", {}, "Choose to whom this goes.")
    return found


def _references(office: Office, case: Case | None, draft: Draft) -> tuple[Reference, ...]:
    """What the officer cites, and what the fold must know so that nobody misreads the order."""
    cited = {(ref.rel, ref.act): ref for ref in draft.refs}
    if case is not None and draft.step in case.rules.steps:
        answers = next((ref.act for ref in draft.refs if ref.rel == "answers"), None)
        named = {ref.act for ref in draft.refs}
        silent = str(draft.data.get("holder", "")) if draft.kind == "taken-as" else None
        for rel, act in case.references(office.party, draft.step, answers=answers, silent=silent):
            if act not in named:
                cited[rel, act] = Reference(rel=rel, act=act)
    refs = tuple(cited.values())
    missing = {ref.act for ref in refs if ref.rel != "cites"} - office.store.holds(ref.act for ref in refs)
    if missing:
        raise Refused("draft.reference", {"acts": sorted(missing)}, "The draft refers to an act that is not held here.")
    return refs


def _body(draft: Draft, terms: MeasureTerms, opening: str | None, parent: str | None) -> dict[str, Any]:
    body = {
        "measure": draft.measure,
        "step": draft.step,
        "choice": draft.choice,
        "period": draft.period.isoformat() if draft.period else None,
        "form": form_of(terms, draft.step, draft.choice),
        "data": dict(draft.data),
    }
    if opening is not None:
        body["opening"] = opening
    if draft.part:
        body["part"] = {"n": draft.part[0], "of": draft.part[1]}
    return body | ({"parent": parent} if parent else {})


def _faults(office: Office, terms: MeasureTerms, draft: Draft) -> tuple[Fault, ...]:
    digest = form_of(terms, draft.step, draft.choice)
    form = office.library.form(digest) if digest else None
    return validate(form, draft.data) if form is not None else ()


# Words about terms, consents and other acts outside cases --------------------------------------------------------------------


def _not_after_restore(office: Office) -> None:
    """A restored node may have forgotten its own word about terms: it says nothing more until its peers have shown what they hold."""
    if office.store.note("restored"):
        sentence = "This node was restored from a backup. Ask every party what it holds from here, before it speaks about terms again."
        raise Refused("terms.restored", {}, sentence)


def _prepare_word(office: Office, draft: Draft) -> Prepared:
    if not draft.to:
        raise Refused("draft.addressee", {}, "Choose to whom this goes.")
    parties = frozenset(party_of(to) for to in draft.to)
    if draft.kind in KINDS:
        _not_after_restore(office)
        office.folds.instruments.check(office.party, draft.kind, draft.body, to=parties, now=office.now())
    content = Content(
        kind=draft.kind, to=tuple(draft.to), terms=draft.terms, case=draft.case, refs=draft.refs,
        header=dict(draft.header), body=draft.body,
    )  # fmt: skip
    return Prepared(content=content)


__all__ = ["Cited", "Draft", "Prepared", "issue", "prepare", "write_leaf"]
