"""The register of consents: who may be shown what (originator control; CICA 1.7, protocol `consent` and `transmit`).

Nothing received is shown to, exported for or sent to a third party without a consent on record that names the act and the
office, by the act's own issuer. The register is a set of acts and of releases logged here; their order changes nothing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from comity.conduct.reading import OFFICE, Field
from comity.conduct.words import Statement
from comity.protocol.canonical import encode
from comity.protocol.refusals import Refused

CODE = "consent"

PUBLIC = "public"
"""In place of an office: everybody. It can be no office, which has a slash."""

ANY = "any"
PURPOSES = (ANY, "consultation", "mediation", "verification", "dissemination", "publication", "research")

RELEASED = 1_000
"""Acts released by one consent: a year's reports of all 193 States, several times over."""

OFFICES = 250
"""Offices named by one consent: all States and the bodies beside them."""


class Held(Protocol):
    """What the register needs to know of an act that somebody wants to show. `issuer` is a node, `to` are offices.

    `chain` is the instrument it stands under, `measure` what it carries out; empty where there is none.
    """

    @property
    def id(self) -> str: ...
    @property
    def issuer(self) -> str: ...
    @property
    def to(self) -> Collection[str]: ...
    @property
    def measure(self) -> str: ...
    @property
    def chain(self) -> str: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """These acts and no others."""

    ids: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfKind:
    """Every act of the issuer that carries out a measure under an instrument, dated within two days, both meant."""

    kind: str
    terms: str
    first: date
    last: date

    def covers(self, act: Held) -> bool:
        day = act.at.date()
        return (act.measure, act.chain) == (self.kind, self.terms) and self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One figure computed from acts whose ids have this hash (`inputs_hash`), never the acts."""

    statistic: str
    inputs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What an issuer allowed one holder. `until` is the last moment at which it may be used; None without end.

    `conditions` are words by language, which people keep.
    """

    act: str
    issuer: str
    holders: frozenset[str]
    release: Acts | OfKind | Statistic
    to: frozenset[str]
    purpose: str
    conditions: Mapping[str, str]
    until: datetime | None

    def names(self, office: str) -> bool:
        return office in self.to or PUBLIC in self.to


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Release:
    """The holder's own record that it took a consent as covering this act for this office: logged before anything leaves."""

    consent: str
    act: str
    to: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Passing:
    """An act passed on in a `transmit` that is held here, by whom, to whom, and on which consent."""

    transmit: str
    act: str
    by: str
    to: frozenset[str]
    consent: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """It may be shown: `own` (we issued it), `inside` (one of our offices), `addressee` (it was sent to them), or `consent`."""

    ground: str
    consent: str | None = None
    conditions: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """It may not be shown. `reason`: `no-consent`, `not-named`, `purpose`, `expired`, `revoked` or `not-released`.

    `consent` is the one that came nearest; with `not-released` it covers the act once its holder logs the release.
    """

    reason: str
    issuer: str
    consent: str | None = None


NEARNESS = ("no-consent", "not-named", "purpose", "revoked", "expired", "not-released")
"""Of several consents that do not allow it, people are told of the one that came nearest."""


class Register:
    """The consents known to one node, which is their holder or their issuer."""

    def __init__(self, node: str) -> None:
        self.node = node
        self._consents: dict[str, Consent] = {}
        self._by_act: dict[str, set[str]] = defaultdict(set)
        self._by_issuer: dict[str, set[str]] = defaultdict(set)
        self._revoked: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._releases: set[Release] = set()
        self._released: set[tuple[str, str, str]] = set()
        self._passings: set[Passing] = set()

    def advance(self, statement: Statement) -> tuple[str, ...]:
        """Take in a `consent` (or its revocation) or a `transmit`; never raises. Gives the reasons why it counts as nothing.

        The body of a `transmit` is given as `{act, consent}`: the ids of what it carries, which `node` has verified.
        """
        try:
            self._take_in(statement)
        except Refused as refusal:
            return (refusal.code,)
        return ()

    def _take_in(self, statement: Statement) -> None:
        if statement.kind == "transmit":
            self._passings.add(_passing(statement))
        elif "revoke" in statement.data:
            revoked = Field(statement.data, CODE).members("revoke", optional=("words",))["revoke"].hex()
            self._revoked[revoked].add((statement.author, statement.id))
        else:
            self._keep(read_consent(statement))

    def _keep(self, consent: Consent) -> None:
        self._consents[consent.act] = consent
        if isinstance(consent.release, Acts):
            for act in consent.release.ids:
                self._by_act[act].add(consent.act)
        else:
            self._by_issuer[consent.issuer].add(consent.act)

    def record(self, release: Release) -> None:
        """Take in a release that this node has logged."""
        self._releases.add(release)
        self._released.add((release.consent, release.act, release.to))

    # What may be shown

    def may_show(self, act: Held, office: str, purpose: str, *, now: datetime) -> Allowed | Withheld:
        """Whether an act held here may be shown to, exported for or sent to an office (or `PUBLIC`) at this moment."""
        ground = self._without_consent(act, office)
        if ground:
            return Allowed(ground=ground)
        withheld = Withheld(reason="no-consent", issuer=act.issuer)
        for consent in self._concerning(act):
            obstacle = self._obstacle(consent, act, office, purpose=purpose, now=now)
            if obstacle is None:
                return Allowed(ground="consent", consent=consent.act, conditions=consent.conditions)
            if NEARNESS.index(obstacle) > NEARNESS.index(withheld.reason):
                withheld = Withheld(reason=obstacle, issuer=act.issuer, consent=consent.act)
        return withheld

    def _without_consent(self, act: Held, office: str) -> str | None:
        if act.issuer == self.node:
            return "own"
        if office == PUBLIC:
            return None
        if _node(office) == self.node:
            return "inside"
        return "addressee" if office in act.to or _node(office) == act.issuer else None

    def _concerning(self, act: Held) -> Iterator[Consent]:
        """The consents by the act's own issuer to this node that speak of the act, in the order of their ids."""
        for found in sorted(self._by_act.get(act.id, set()) | self._by_issuer.get(act.issuer, set())):
            consent = self._consents[found]
            about = isinstance(consent.release, Acts) or (isinstance(consent.release, OfKind) and consent.release.covers(act))
            if about and consent.issuer == act.issuer and self.node in consent.holders:
                yield consent

    def _obstacle(self, consent: Consent, act: Held, office: str, *, purpose: str, now: datetime) -> str | None:
        obstacle = self._general_obstacle(consent, office, purpose=purpose, now=now)
        if obstacle is None and isinstance(consent.release, OfKind) and not self.released(consent.act, act.id, office):
            return "not-released"
        return obstacle

    def _general_obstacle(self, consent: Consent, office: str, *, purpose: str, now: datetime) -> str | None:
        if not consent.names(office):
            return "not-named"
        if consent.purpose not in (ANY, purpose):
            return "purpose"
        if self.revoked(consent):
            return "revoked"
        return "expired" if consent.until is not None and now > consent.until else None

    def may_tell(self, statistic: str, inputs: Iterable[Held], office: str, *, purpose: str, now: datetime) -> Allowed | Withheld:
        """Whether a figure computed from these acts may be told: only when each of their issuers allowed this very one."""
        consents = []
        for issuer, acts in sorted(by_originator(inputs).items()):
            if issuer == self.node or (office != PUBLIC and issuer == _node(office)):
                continue
            wanted = Statistic(statistic=statistic, inputs=inputs_hash(acts))
            found = self._statistic_consent(issuer, wanted, office, purpose=purpose, now=now)
            if found is None:
                return Withheld(reason="no-consent", issuer=issuer)
            consents.append(found)
        return Allowed(ground="consent", consent=" ".join(consents) or None) if consents else Allowed(ground="own")

    def _statistic_consent(self, issuer: str, wanted: Statistic, office: str, *, purpose: str, now: datetime) -> str | None:
        for found in sorted(self._by_issuer.get(issuer, ())):
            consent = self._consents[found]
            usable = consent.release == wanted and self.node in consent.holders
            if usable and self._general_obstacle(consent, office, purpose=purpose, now=now) is None:
                return found
        return None

    # What the page of the register shows

    def consents(self) -> tuple[Consent, ...]:
        """Every consent held, in the order of their ids."""
        return tuple(self._consents[act] for act in sorted(self._consents))

    def revoked(self, consent: Consent) -> bool:
        """Only its own issuer can take it back. What was released before stays in the log."""
        return any(author == consent.issuer for author, _ in self._revoked.get(consent.act, ()))

    def releases(self) -> tuple[Release, ...]:
        """Every release logged here."""
        return tuple(sorted(self._releases))

    def released(self, consent: str, act: str, office: str) -> bool:
        """Whether this node has logged that the consent covers this act for this office."""
        return (consent, act, office) in self._released

    def passings(self) -> tuple[Passing, ...]:
        """Every act known to have been passed on, by anybody."""
        return tuple(sorted(self._passings, key=lambda one: (one.at, one.transmit)))

    def to_release(self, act: Held, office: str, purpose: str, *, now: datetime) -> Release:
        """The release to log so that a consent for a kind covers this act for this office. Refuses (`consent`) where none does."""
        answer = self.may_show(act, office, purpose, now=now)
        if isinstance(answer, Withheld) and answer.reason == "not-released" and answer.consent:
            return Release(consent=answer.consent, act=act.id, to=office, at=now)
        sentence = "No consent for acts of this kind waits to be used here. Ask the State that issued the act."
        raise Refused(CODE, {"reason": "nothing-to-release"}, sentence)


def by_originator(acts: Iterable[Held]) -> dict[str, tuple[str, ...]]:
    """The ids of acts by who issued them: one disclosure case each, so that none learns what the holder has from others."""
    found: dict[str, list[str]] = defaultdict(list)
    for act in acts:
        found[act.issuer].append(act.id)
    return {issuer: tuple(sorted(ids)) for issuer, ids in found.items()}


def one_originator(acts: Iterable[Held]) -> str:
    """The issuer of all these acts. Refuses (`consent`) a request that would show one State what another has sent."""
    issuers = sorted({act.issuer for act in acts})
    if len(issuers) != 1:
        sentence = "A request for consent is about acts of one State. Make one request to each."
        raise Refused(CODE, {"reason": "several-originators", "count": len(issuers)}, sentence)
    return issuers[0]


def inputs_hash(acts: Iterable[str]) -> str:
    r"""SHA-256 of `comity-inputs-v1\n` and the canonical list of the ids, sorted; in hex."""
    return hashlib.sha256(b"comity-inputs-v1\n" + encode(sorted(acts))).hexdigest()


def read_consent(statement: Statement) -> Consent:
    """A consent from the act that gives it. Refuses (`consent`) what is unknown, missing, unbounded or names nobody."""
    own = Field(statement.data, CODE).members("release", "to", "purpose", "until", optional=("conditions",))
    offices = own["to"].items(OFFICES, 1)
    for office in offices:
        office.need(office.value == PUBLIC or bool(OFFICE.fullmatch(str(office.value))), "an office or “public” is expected.")
    return Consent(
        act=statement.id,
        issuer=statement.author,
        holders=statement.to,
        release=_release(own["release"]),
        to=frozenset(office.value for office in offices),
        purpose=own["purpose"].one_of(PURPOSES),
        conditions={} if own["conditions"].value is None else own["conditions"].languages(),
        until=None if own["until"].value is None else own["until"].moment(),
    )


def _release(field: Field) -> Acts | OfKind | Statistic:
    if isinstance(field.value, list | tuple):
        return Acts(ids=frozenset(act.hex() for act in field.items(RELEASED, 1)))
    if isinstance(field.value, Mapping) and "statistic" in field.value:
        own = field.members("statistic", "inputs")
        return Statistic(statistic=own["statistic"].word(), inputs=own["inputs"].hex())
    own = field.members("kind", "terms", "from", "until")
    return OfKind(kind=own["kind"].measure(), terms=own["terms"].hex(), first=own["from"].date(), last=own["until"].date())


def _passing(statement: Statement) -> Passing:
    own = Field(statement.data, CODE).members("act", optional=("consent",))
    consent = None if own["consent"].value is None else own["consent"].hex()
    return Passing(
        transmit=statement.id,
        act=own["act"].hex(),
        by=statement.author,
        to=statement.to,
        consent=consent,
        at=statement.at,
    )


def _node(office: str) -> str:
    return office.partition("/")[0]
