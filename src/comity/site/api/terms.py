"""Terms: what is agreed, what is on the table, and the words by which it is concluded. A word becomes a draft for a second officer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from comity.catalogue.procedures import read_procedure
from comity.catalogue.program import Procedure
from comity.conduct import guard, terms_checks
from comity.conduct.clauses import clauses
from comity.conduct.terms import Chain
from comity.conduct.version_reader import read_version
from comity.conduct.versions import Version
from comity.conduct.words import decline_body, initial_body, leave_body, sign_body
from comity.node.office import Office
from comity.protocol.act import party_of
from comity.protocol.refusals import Refused
from comity.site.api import schemas_desk, shown
from comity.site.api.access import held, officer_of, open_to
from comity.site.config import wiring
from comity.site.desk import service
from comity.site.people.record import record_reading

router = Router(tags=["terms"])


@router.get("", response=list[schemas_desk.Instrument], auth=open_to("terms.read"))
def instruments(request: HttpRequest) -> Any:
    """Every instrument this node takes part in: versions, who is bound now, whose word is awaited, what we may say."""
    with wiring.reading() as office:
        return [_instrument(office, chain, office.now()) for chain in office.folds.instruments.chains()]


def _instrument(office: Office, chain: Chain, now: datetime) -> dict[str, Any]:
    in_force = chain.in_force(now)
    return {
        "ground": chain.ground, "chain": chain.id, "in_force": in_force.version.id if in_force else None,
        "parties": list(chain.parties(now)), "versions": [_version_line(chain, one, now) for one in _ordered(chain)],
        "awaited": [_word(one, one.party, chain.open_ground()) for one in chain.awaited()],
        "may": [_word(one, office.party, one.base) for one in guard.may(chain, office.party)],
        "proofs": [{"rule": one.rule, "against": one.against, "acts": list(one.acts)} for one in chain.proofs()],
    }  # fmt: skip


def _word(word: Any, party: str, base: str) -> dict[str, Any]:
    return {"kind": word.kind, "party": party, "base": base, "ballot": word.ballot, "version": word.version}


def _ordered(chain: Chain) -> list[Version]:
    """Those concluded in their order, then the others by id."""
    line = [one.version for one in chain.line()]
    return line + [one for one in chain.versions() if one not in line]


def _version_line(chain: Chain, version: Version, now: datetime) -> dict[str, Any]:
    concluded = chain.concluded(version.id)
    said = _said(chain, version)
    return {
        "id": version.id, "base": version.base, "title": dict(version.title), "state": _state(chain, version, now),
        "number": concluded.number if concluded else None, "parties": [one.party for one in version.parties],
        "since": concluded.since if concluded else None, "until": concluded.until if concluded else None, **said,
    }  # fmt: skip


def _state(chain: Chain, version: Version, now: datetime) -> str:
    concluded, current = chain.concluded(version.id), chain.in_force(now)
    if current is not None and current.version.id == version.id:
        return "in force"
    if concluded is not None:
        return "concluded" if concluded.since > now else "ended"
    return "overtaken" if any(one.version.id == version.id for one in chain.overtaken()) else "initialled"


def _said(chain: Chain, version: Version) -> dict[str, list[str]]:
    """Who has initialled, signed and declined it, in any ballot."""
    ballots = chain.ballots(version.ground)
    words = ballots.all_words() if ballots else ()
    kinds = {"initialled_by": "initial", "signed_by": "sign", "declined_by": "decline"}
    return {name: sorted({one.party for one in words if one.kind == kind and one.version == version.id}) for name, kind in kinds.items()}


@router.get("/texts/{digest}", response=dict[str, Any], auth=open_to("terms.read"))
def text(request: HttpRequest, digest: str) -> Any:
    """A procedure or form by its hash, as it was agreed or as it is shipped."""
    with wiring.reading() as office:
        return dict(held(office.library.shipped().get(digest) or office.store.text(digest[:64]), "text", digest))


@router.post("/check", response=list[schemas_desk.TermsFault], auth=open_to("terms.read"))
def check(request: HttpRequest, body: schemas_desk.Propose) -> Any:
    """What should be mended in a text, before anybody proposes it. Refuses (`terms.version`) what is no text of terms."""
    found = read_version(body.record)
    with wiring.reading() as office:
        return _faults(office, found, body.texts)


@router.post("/propose", response={201: schemas_desk.Draft}, auth=open_to("draft.write"))
def propose(request: HttpRequest, body: schemas_desk.Propose) -> Any:
    """A text on the table: a draft of our `initial`, which shows the text to every participant when it is released."""
    found = read_version(body.record)
    with wiring.reading() as office:
        chain = office.folds.instruments.chain(found.ground)
        ballot = body.ballot or _ballot(chain, office.party, "initial", found)
        texts = body.texts if body.texts is not None else _texts(office, found)
    return _drafted(request, "initial", found, initial_body(found, ballot, texts), body)


def _texts(office: Office, version: Version) -> dict[str, Any]:
    """The texts a proposal carries. Refuses (`terms.texts`) where one is not at hand."""
    shipped = office.library.shipped()
    found = {digest: shipped.get(digest) or office.store.text(digest) for digest in sorted(version.texts())}
    if missing := [digest for digest, record in found.items() if record is None]:
        raise Refused("terms.texts", {"texts": missing}, _("The text names procedures or forms that are not at hand. Send them beside it."))
    return {digest: dict(record) for digest, record in found.items() if record is not None}


def _ballot(chain: Chain | None, party: str, kind: str, version: Version) -> int:
    """The ballot in which this party may say it: that in which the others have initialled this text, if it is open to us."""
    if chain is None:
        return 1
    words = [one for one in guard.may(chain, party) if one.kind == kind and one.version in (None, version.id)]
    if not words:
        raise Refused("terms.turn", {"kind": kind}, _("This word about the terms cannot be said now. See what we may say."))
    asked = {one.ballot for one in chain.awaited() if one.party == party and one.kind == kind}
    return next((one.ballot for one in words if one.ballot in asked), words[-1].ballot)


@router.get("/{version}", response=schemas_desk.Version, auth=open_to("terms.read"))
def version(request: HttpRequest, version: str) -> Any:
    """One text: its record, its numbered clauses, and what should be mended before anybody signs it."""
    with wiring.reading() as office:
        chain, found = _held(office, version)
        shown_version = _version_line(chain, found, office.now()) | {
            "instrument": chain.ground, "record": dict(found.record), "clauses": [_clause(one) for one in clauses(found)],
            "faults": _faults(office, found),
        }  # fmt: skip
    record_reading(request, f"terms:{found.id}")
    return shown_version


def _held(office: Office, version: str) -> tuple[Chain, Version]:
    instruments = office.folds.instruments
    return held(instruments.chain(version), "terms", version), held(instruments.version(version), "terms", version)


def _clause(clause: Any) -> dict[str, Any]:
    paragraphs = [
        {"number": one.number, "key": one.key, "data": dict(one.data), "words": dict(one.words) if one.words else None}
        for one in clause.paragraphs
    ]
    heading = dict(clause.heading) if clause.heading else None
    return {"number": clause.number, "key": clause.key, "data": dict(clause.data), "heading": heading, "paragraphs": paragraphs}


def _faults(office: Office, version: Version, carried: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """What should be mended. `carried` are texts that travel beside a proposal."""
    beside = carried or {}
    procedures = {one.procedure_hash: _procedure(office, one.procedure_hash, beside) for one in version.measures}
    known = {digest: procedure for digest, procedure in procedures.items() if procedure is not None}
    forms = {digest for one in version.measures for digest in one.forms.values() if digest in beside or office.library.form(digest)}
    found = terms_checks.draft_faults(version, known, forms)
    return [{"path": one.path, "code": one.code, "words": list(one.words)} for one in found]


def _procedure(office: Office, digest: str, beside: Mapping[str, Any]) -> Procedure | None:
    return office.library.procedure(digest) or (read_procedure(beside[digest]) if digest in beside else None)


@router.post("/{version}/initial", response={201: schemas_desk.Draft}, auth=open_to("draft.write"))
def initial(request: HttpRequest, version: str, body: schemas_desk.TermsWord) -> Any:
    """Our initial on a text that another has proposed."""
    with wiring.reading() as office:
        chain, found = _held(office, version)
        ballot = body.ballot or _ballot(chain, office.party, "initial", found)
    return _drafted(request, "initial", found, initial_body(found, ballot), body)


@router.post("/{version}/sign", response={201: schemas_desk.Draft}, auth=open_to("draft.write"))
def sign(request: HttpRequest, version: str, body: schemas_desk.TermsWord) -> Any:
    """Our signature, once everybody needed has initialled the text."""
    with wiring.reading() as office:
        chain, found = _held(office, version)
        ballot = body.ballot or _ballot(chain, office.party, "sign", found)
    return _drafted(request, "sign", found, sign_body(found, ballot), body)


@router.post("/{version}/decline", response={201: schemas_desk.Draft}, auth=open_to("draft.write"))
def decline(request: HttpRequest, version: str, body: schemas_desk.TermsWord) -> Any:
    """Our no to this text in its ballot; another text may follow in the next."""
    with wiring.reading() as office:
        chain, found = _held(office, version)
        ballot = body.ballot or _ballot(chain, office.party, "decline", found)
    return _drafted(request, "decline", found, decline_body(found.ground, ballot, found.id), body)


@router.post("/{version}/leave", response={201: schemas_desk.Draft}, auth=open_to("draft.write"))
def leave(request: HttpRequest, version: str, body: schemas_desk.Leave) -> Any:
    """Our leave from the instrument of this text, from a day on; the version we signed last is the one it names."""
    with wiring.reading() as office:
        chain, found = _held(office, version)
        word = next((one for one in guard.may(chain, office.party) if one.kind == "leave"), None)
    if word is None or word.version is None:
        raise Refused("terms.turn", {"kind": "leave"}, _("Only a party that has signed can leave, and only once."))
    return _drafted(request, "leave", found, leave_body(word.version, word.ballot, body.day, body.words), body)


def _drafted(request: HttpRequest, kind: str, version: Version, said: dict[str, Any], body: Any) -> Any:
    """The word as a draft to every participant but ourselves."""
    ours = wiring.our_party()
    to = list(body.to) or [office for office in version.offices() if party_of(office) != ours]
    title = version.title.get("en") or next(iter(version.title.values()), "")
    found = service.start(officer_of(request), kind=kind, to=to, header=body.header.model_dump(), data=said, title=title[:300])
    return Status(201, shown.draft(found))
