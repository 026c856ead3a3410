"""Arrangements: their text, who is bound, what is initialled, concluded and in force; and what was given to whom by consent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comity.conduct.clauses import clauses
from comity.conduct.consents import PUBLIC, Acts, Consent, OfKind, Register
from comity.conduct.terms import Chain, Concluded
from comity.conduct.versions import Version
from comity.node.folds import statement_of
from comity.node.office import Office
from comity.site.config import wiring
from comity.site.desk import clause_words
from comity.site.pages import agreed, dates, names, values
from comity.site.pages.deadlines import Tag
from comity.site.pages.frame import in_language, url_or_none
from comity.site.people.permissions import requires
from comity.site.people.record import record_reading

PAPERS = ("procedure", "form")
"""Paragraphs that name the papers a measure stands on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One version with its three facts kept apart. `number` is its place among those that stand, 0 for a text not concluded."""

    version: str
    number: int
    ballot: int
    initialled: tuple[str, ...]
    signed: tuple[str, ...]
    concluded: datetime | None
    since: datetime | None
    until: datetime | None
    tag: Tag


def _texts(chain: Chain, now: datetime) -> list[Text]:
    """The newest first: texts that are being agreed, then those that stand."""
    standing = [_standing(chain, one, now) for one in chain.line()]
    open_ballots = chain.open_ballots()
    top = open_ballots.top()
    proposed = [
        Text(
            version=version.id,
            number=0,
            ballot=top,
            initialled=agreed.in_terms_order(open_ballots.initialled(version.id, top), version),
            signed=agreed.in_terms_order(open_ballots.signed(version.id, top), version),
            concluded=None,
            since=None,
            until=None,
            tag=Tag(kind="new", words=_("Being agreed"), shape="opened"),
        )
        for version in open_ballots.versions.values()
        if chain.concluded(version.id) is None
    ]
    return [*proposed, *reversed(standing)]


def _standing(chain: Chain, one: Concluded, now: datetime) -> Text:
    ballots = chain.ballots(one.version.ground)
    ballot = one.certificate.ballot
    initialled = ballots.initialled(one.version.id, ballot) if ballots else {}
    return Text(
        version=one.version.id,
        number=one.number,
        ballot=ballot,
        initialled=agreed.in_terms_order(initialled, one.version),
        signed=agreed.in_terms_order(one.certificate.signatures, one.version),
        concluded=one.certificate.at,
        since=one.since,
        until=one.until,
        tag=_tag(chain, one, now),
    )


def _tag(chain: Chain, one: Concluded, now: datetime) -> Tag:
    force = chain.in_force(now)
    if force is not None and force.version.id == one.version.id:
        return Tag(kind="done", words=_("In force since %(day)s") % {"day": dates.long(one.since)})
    if one.since > now:
        return Tag(kind="new", words=_("Concluded; in force from %(day)s") % {"day": dates.long(one.since)})
    return Tag(kind="plain", words=_("No longer in force"))


# The list --------------------------------------------------------------------------------------------------------------


@requires("terms.read")
def arrangements(request: HttpRequest) -> HttpResponse:
    record_reading(request, "page:arrangements")
    now = wiring.now()
    with wiring.reading() as office:
        items = [_item(chain, now) for chain in office.folds.instruments.chains()]
    return render(request, "pages/arrangements.html", {"items": [one for one in items if one]})


def _item(chain: Chain, now: datetime) -> dict[str, Any] | None:
    version = _shown(chain, None)
    if version is None:
        return None
    return {
        "url": reverse("pages:arrangement", args=[chain.id or chain.ground]),
        "title": agreed.terms_title(version),
        "parties": [party.party for party in version.parties],
        "measures": len(version.measures),
        "tag": _texts(chain, now)[0].tag if not chain.line() else _tag(chain, chain.in_force(now) or chain.line()[-1], now),
    }


def _shown(chain: Chain, digest: str | None) -> Version | None:
    """The version asked for; else the newest that stands, else a text proposed."""
    if digest:
        return chain.version(digest)
    if chain.line():
        return chain.line()[-1].version
    return next(iter(chain.versions()), None)


# One arrangement ---------------------------------------------------------------------------------------------------------


@requires("terms.read")
def arrangement(request: HttpRequest, chain: str) -> HttpResponse:
    record_reading(request, f"terms:{chain}")
    with wiring.reading() as office:
        found = office.folds.instruments.chain(chain)
        version = _shown(found, request.GET.get("version")) if found else None
        if found is None or version is None:
            raise Http404(_("This arrangement is not held here."))
        context = _context(found, version, wiring.now())
    return render(request, "pages/arrangement.html", context)


def _context(chain: Chain, version: Version, now: datetime) -> dict[str, Any]:
    texts = _texts(chain, now)
    shown = next((one for one in texts if one.version == version.id), texts[0])
    return {
        "title": agreed.terms_title(version),
        "crumbs": [(reverse("pages:arrangements"), _("Arrangements"))],
        "version": version,
        "shown": shown,
        "texts": texts,
        "bound": chain.parties(now),
        "leavings": [leaving for one in chain.line() for leaving in chain.leavings(one)],
        "awaited": [_awaited(one.party, one.kind) for one in chain.awaited()],
        "clauses": _clauses(version),
        "by_party": list(_by_party(version)),
        "say_url": url_or_none("desk:version", version.id),
        "papers": sorted(version.texts()),
        "now": now,
    }


def _clauses(version: Version) -> list[dict[str, Any]]:
    """The text by clause; the papers a measure stands on apart, so that what was agreed is read first."""
    found = []
    for clause, read in zip(clauses(version), clause_words.read(version), strict=True):
        said = list(zip((one.key for one in clause.paragraphs), read.paragraphs, strict=True))
        found.append(
            {
                "number": read.number,
                "heading": read.heading,
                "paragraphs": [words for key, words in said if key not in PAPERS],
                "papers": [words for key, words in said if key in PAPERS],
            }
        )
    return found


def _awaited(party: str, kind: str) -> str:
    """It names what is awaited and blames nobody."""
    known = {"initial": _("initials of %(name)s"), "sign": _("signature of %(name)s")}
    return known.get(kind, _("a word of %(name)s that this ballot is over")) % {"name": names.name_of(party)}


def _by_party(version: Version) -> Iterator[dict[str, Any]]:
    """Parameters that differ from one party to another, side by side."""
    for one in version.measures:
        for name in sorted({name for own in one.by_party.values() for name in own}):
            yield {
                "measure": agreed.measure_title(one.measure),
                "where": agreed.para(version, one.measure, name),
                "name": values.parameter_title(one.procedure, name),
                "common": values.parameter_value(one.procedure, name, one.parameters.get(name)),
                "own": [
                    (party.party, values.parameter_value(one.procedure, name, one.by_party[party.party][name]))
                    for party in version.parties
                    if name in one.by_party.get(party.party, {})
                ],
            }


# Consents ----------------------------------------------------------------------------------------------------------------


@requires("terms.read")
def consents(request: HttpRequest) -> HttpResponse:
    """What may be shown to whom, and what was: the register of consents (originator control)."""
    record_reading(request, "page:consents")
    now = wiring.now()
    with wiring.reading() as office:
        register = register_of(office)
        context = {
            "consents": [_consent(register, one, now) for one in register.consents()],
            "releases": register.releases(),
            "passings": register.passings(),
        }
    return render(request, "pages/consents.html", context)


def register_of(office: Office) -> Register:
    """The register as the acts held make it."""
    register = Register(office.party)
    for act in office.store.acts_of_kinds(("consent", "transmit")):
        register.advance(statement_of(act))
    return register


def _consent(register: Register, one: Consent, now: datetime) -> dict[str, Any]:
    return {
        "act": one.act,
        "issuer": one.issuer,
        "to": [_("everybody") if office == PUBLIC else names.name_of(office.partition("/")[0]) for office in sorted(one.to)],
        "what": _released(one),
        "purpose": _purpose(one.purpose),
        "until": one.until,
        "conditions": in_language(one.conditions) if one.conditions else "",
        "tag": _consent_tag(register, one, now),
    }


def _released(one: Consent) -> str:
    if isinstance(one.release, Acts):
        return _("%(count)s named acts") % {"count": len(one.release.ids)}
    if isinstance(one.release, OfKind):
        first, last = dates.medium(one.release.first), dates.medium(one.release.last)
        return _("%(measure)s, %(first)s to %(last)s") % {"measure": agreed.measure_title(one.release.kind), "first": first, "last": last}
    return _("one figure, never the acts behind it")


def _purpose(purpose: str) -> str:
    return {
        "any": pgettext("purpose of a consent", "any purpose"),
        "consultation": pgettext("purpose of a consent", "consultation"),
        "mediation": pgettext("purpose of a consent", "mediation"),
        "verification": pgettext("purpose of a consent", "verification"),
        "dissemination": pgettext("purpose of a consent", "dissemination"),
        "publication": pgettext("purpose of a consent", "publication"),
        "research": pgettext("purpose of a consent", "research"),
    }.get(purpose, purpose)


def _consent_tag(register: Register, one: Consent, now: datetime) -> Tag:
    if register.revoked(one):
        return Tag(kind="plain", words=_("Withdrawn"))
    if one.until is not None and now > one.until:
        return Tag(kind="plain", words=_("Ran out"))
    return Tag(kind="done", words=_("Valid"))
