"""Arrangements: their text clause by clause, three facts about it, whose word is awaited, and what we may say now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from comity.conduct import guard
from comity.conduct.ballots import May
from comity.conduct.terms import Chain
from comity.conduct.version_reader import read_version
from comity.conduct.versions import Version
from comity.conduct.words import decline_body, initial_body, leave_body, sign_body
from comity.node.office import Office
from comity.protocol.act import party_of
from comity.protocol.canonical import encode
from comity.protocol.refusals import Refused
from comity.site.config import wiring
from comity.site.desk import clause_words, sentences, service
from comity.site.desk.drafting import _me
from comity.site.desk.refused import told
from comity.site.pages import agreed, names
from comity.site.people.permissions import may, requires
from comity.site.people.record import record_reading

FILE_BYTES = 256 * 1024
"""A text of terms: it travels in one act, so it is no longer than one."""


@requires("terms.read")
def terms(request: HttpRequest) -> HttpResponse:
    """Every instrument we take part in, with its latest text and whether it is in force."""
    with wiring.reading() as office:
        now = wiring.now()
        rows = [_row(office, chain, version, now) for chain in office.folds.instruments.chains() for version in _heads(chain)]
    return render(request, "desk/terms.html", {"rows": rows, "may_write": may(_me(request), "draft.write")})


def _heads(chain: Chain) -> list[Version]:
    """What stands, and the texts proposed on it."""
    standing = [one.version for one in chain.line()[-1:]]
    return [*standing, *(version for version in chain.open_ballots().versions.values() if version not in standing)]


def _row(office: Office, chain: Chain, version: Version, now: Any) -> dict[str, Any]:
    return {
        "id": version.id,
        "title": agreed.terms_title(version),
        "facts": _facts(chain, version, now),
        "awaited": _awaited(chain, version),
        "parties": [one.party for one in version.parties],
    }


def _facts(chain: Chain, version: Version, now: Any) -> dict[str, Any]:
    """Initialled, concluded and in force are three different facts."""
    concluded, force = chain.concluded(version.id), chain.in_force(now)
    base = chain.open_ground() if concluded is None else None
    ballots = chain.ballots(base) if base else None
    top = ballots.top() if ballots else 0
    return {
        "number": concluded.number if concluded else None,
        "initialled": sorted(ballots.initialled(version.id, top)) if ballots else sorted(version.names),
        "signed": sorted(ballots.signed(version.id, top)) if ballots else sorted(version.names),
        "concluded": concluded.certificate.at if concluded else None,
        "since": concluded.since if concluded else None,
        "until": concluded.until if concluded else None,
        "in_force": bool(force and force.version.id == version.id),
    }


_WORDS = {
    "initial": lambda: pgettext("awaited from a party", "initials"),
    "sign": lambda: pgettext("awaited from a party", "signature"),
    "decline": lambda: pgettext("awaited from a party", "a word that this ballot is over"),
}


def _awaited(chain: Chain, version: Version) -> list[tuple[str, str]]:
    found = [one for one in chain.awaited() if one.version in (None, version.id)] if chain.concluded(version.id) is None else []
    return [(names.name_of(one.party), _WORDS[one.kind]()) for one in found]


@requires("terms.read")
@told
def version(request: HttpRequest, version: str) -> HttpResponse:
    """One text, whole. A press on a button makes a draft of that word, which a second officer releases."""
    if request.method == "POST":
        return _drafted(request, version)
    record_reading(request, f"terms:{version[:64]}")
    with wiring.reading() as office:
        chain, text = _held(office, version)
        now = wiring.now()
        context = {
            **_row(office, chain, text, now),
            "clauses": clause_words.read(text),
            "words": _may_say(office, chain, text) if may(_me(request), "draft.write") else [],
            "base": text.base,
        }
    return render(request, "desk/version.html", context)


def _held(office: Office, version: str) -> tuple[Chain, Version]:
    chain = office.folds.instruments.chain(version)
    text = chain.version(version) if chain else None
    if chain is None or text is None:
        raise Refused("terms.turn", {"reason": "unknown-text"}, "This text has not arrived here yet.")
    return chain, text


def _may_say(office: Office, chain: Chain, text: Version) -> list[dict[str, str]]:
    """The words open to us on this text, as buttons."""
    found = guard.may(chain, office.party)
    here = chain.concluded(text.id) is None
    kinds = [one.kind for one in found if _fits(one, chain, text, here=here)]
    return [{"kind": kind, "words": _BUTTONS[kind]()} for kind in dict.fromkeys(kinds)]


def _fits(one: May, chain: Chain, text: Version, *, here: bool) -> bool:
    if one.kind == "leave":
        return not here and one.version == text.id
    return here and one.base == text.ground and one.version in (None, text.id)


_BUTTONS = {
    "initial": lambda: _("Initial this text"),
    "sign": lambda: _("Sign this text"),
    "decline": lambda: _("Decline this text"),
    "leave": lambda: _("Give notice of leaving"),
}


def _drafted(request: HttpRequest, version: str) -> HttpResponse:
    kind = request.POST.get("kind", "")
    with wiring.reading() as office:
        chain, text = _held(office, version)
        word = next((one for one in guard.may(chain, office.party) if one.kind == kind), None)
        if word is None or kind not in _BUTTONS:
            raise Refused("terms.turn", {"reason": "order"}, "This may not be said now.")
        body = _body(office, text, word, request.POST.get("day", ""))
        to = [one for one in text.offices() if party_of(one) != office.party]
    held = service.reopen(_me(request), kind=kind, data=body) or service.start(
        _me(request), kind=kind, to=to, data=body, title=_title(kind, text)
    )
    service.submit(_me(request), held)
    messages.success(request, _("Drafted. A second officer reads the text and releases it."))
    return redirect("desk:review", pk=held.pk)


def _title(kind: str, text: Version) -> str:
    return pgettext("between a step and its subject", ": ").join((agreed.kind_title(kind), agreed.terms_title(text)))[:300]


def _body(office: Office, text: Version, word: May, day: str) -> dict[str, Any]:
    if word.kind == "initial":
        return initial_body(text, word.ballot, texts_beside(office, text))
    if word.kind == "sign":
        return sign_body(text, word.ballot)
    if word.kind == "decline":
        return decline_body(word.base, word.ballot, text.id)
    from datetime import date

    try:
        return leave_body(text.id, word.ballot, date.fromisoformat(day))
    except ValueError as fault:
        raise Refused("terms.turn", {"reason": "notice"}, "Name the day on which you leave.") from fault


def texts_beside(office: Office, text: Version) -> Mapping[str, Any]:
    """The procedures and forms a text stands on, for whoever has them not. Refuses (`terms.texts`) while one is missing here."""
    shipped = office.library.shipped()
    found = {digest: shipped.get(digest) or office.store.text(digest) for digest in sorted(text.texts())}
    if missing := [digest for digest, record in found.items() if record is None]:
        raise Refused("terms.texts", {"missing": missing}, "A procedure or form these terms stand on is not held here.")
    return {digest: record for digest, record in found.items() if record is not None}


@requires("draft.write")
@told
def propose(request: HttpRequest) -> HttpResponse:
    """A text from a file becomes a draft of our initials on it: the first act by which a text is proposed."""
    refused = ""
    if request.method == "POST":
        try:
            return _proposed(request)
        except Refused as no:
            refused = sentences.refusal(no)
    return render(request, "desk/propose.html", {"refused": refused, "text": request.POST.get("text", "")}, status=422 if refused else 200)


def _proposed(request: HttpRequest) -> HttpResponse:
    text = read_version(_record(request))
    with wiring.reading() as office:
        chain = office.folds.instruments.chain(text.ground)
        ballot = next((one.ballot for one in guard.may(chain, office.party) if one.kind == "initial"), 0) if chain else 1
        if not ballot:
            raise Refused("terms.turn", {"reason": "order"}, "We have spoken in this ballot already.")
        body = initial_body(text, ballot, texts_beside(office, text))
        to = [one for one in text.offices() if party_of(one) != office.party]
    held = service.start(_me(request), kind="initial", to=to, data=body, title=_title("initial", text))
    service.submit(_me(request), held)
    messages.success(request, _("Drafted. A second officer reads the text and releases it."))
    return redirect("desk:review", pk=held.pk)


def _record(request: HttpRequest) -> Any:
    file = request.FILES.get("file")
    if file is not None and (file.size or 0) > FILE_BYTES:
        raise Refused("canonical.size", {"limit": FILE_BYTES, "length": file.size}, "The file is too long.")
    said = file.read().decode("utf-8", "replace") if file is not None else request.POST.get("text", "")
    try:
        return json.loads(said)
    except ValueError as fault:
        raise Refused("terms.file", {}, "The file holds no text of terms.") from fault


@require_GET
@requires("terms.read")
@told
def text(request: HttpRequest, version: str) -> HttpResponse:
    """The record of a text, to be changed and proposed."""
    with wiring.reading() as office:
        _chain, found = _held(office, version)
    answer = HttpResponse(encode(dict(found.record)), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="terms-{found.id[:12]}.json"'
    return answer
