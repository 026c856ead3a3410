"""Every refusal an officer can meet at the desk, as one sentence in the reader's language: what is so, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.catalogue.spans import Duration
from comity.protocol.refusals import Refused
from comity.site.pages import forms, names, reasons, values
from comity.site.pages.templatetags.comity import number

Data = Mapping[str, Any]


def refusal(refused: Refused) -> str:
    """The sentence for a refusal; that of the refusal itself, which is in English, where its code is not known here."""
    found = _SENTENCES.get(refused.code)
    if found is not None:
        return found(refused.data)
    if refused.code == "terms.turn":
        return turn(str(refused.data.get("reason", "")), str(refused))
    if refused.code.startswith("sheet."):
        return forms.refusal(refused)
    return str(refused)


def _out_of_turn(data: Data) -> str:
    said = reasons.sentences(_lists(data.get("reasons")))
    return " ".join([_("The procedure does not provide for this step now. See what may be done next."), *said])


def _lists(value: Any) -> Sequence[Sequence[str]]:
    return value if isinstance(value, list) else []


def _size(data: Data) -> str:
    limit = int(data.get("limit", 0)) // 1024
    length = data.get("bytes") or data.get("length")
    if length:
        said = {"length": number(-(-int(length) // 1024)), "limit": number(limit)}
        return _("This is %(length)s KB long; one act holds %(limit)s KB. Shorten it, or send it in parts.") % said
    return _("This is longer than one act holds, which is %(limit)s KB. Shorten it, or send it in parts.") % {"limit": number(limit)}


def _conflict(data: Data) -> str:
    said = {"name": names.name_of(str(data.get("node", "")))}
    return _("A card of %(name)s with another root key is held. Compare cards in person before anything else.") % said


def _peer(data: Data) -> str:
    return names.name_of(str(data.get("node", "")))


_SENTENCES: Mapping[str, Callable[[Data], str]] = {
    "draft.closed": lambda _d: _("This draft was released or dropped. Start a new one."),
    "draft.changed": lambda _d: _("Another officer saved this draft meanwhile. Look at the newer text and save again."),
    "draft.form": lambda _d: _("Some entries need mending before this can be released."),
    "draft.release": lambda _d: _("You may not release this."),
    "draft.terms": lambda _d: _("This measure is not agreed in terms that stand. Choose one that is."),
    "draft.case": lambda _d: _("The case is not held here. Open it from the list of cases."),
    "draft.step": lambda _d: _("The procedure agreed has no such step."),
    "draft.addressee": lambda d: (
        _("An addressee takes no part in these terms. Choose among the participants.") if d.get("to") else _("Choose to whom this goes.")
    ),
    "draft.reference": lambda _d: _("It refers to an act that is not held here. Wait until that act has arrived."),
    "draft.out-of-turn": _out_of_turn,
    "draft.query": lambda _d: _("The address does not say what is to be drafted. Begin from the case, the measure or Today."),
    "draft.returned": lambda _d: _("Write what is to be changed: whoever prepared it reads only your remark."),
    "draft.file": lambda _d: _("Choose a file first."),
    "act.content": lambda _d: _("A line of the message header is longer than 2 000 characters. Shorten subject or remark."),
    "act.addressee": lambda _d: _("The act names no office that can receive it. Choose to whom this goes."),
    "canonical.size": _size,
    "draft.long": _size,
    "draft.part": lambda _d: _("What opens a case goes out in one act. Shorten it, or send the rest as a change afterwards."),
    "terms.restored": lambda _d: _(
        "This node was restored from a backup. Nothing is said about terms until its peers have sent what it lost."
    ),
    "consent.missing": lambda _d: _("What another State has said goes to a third only with its consent. Ask for it first."),
    "canonical.members": lambda _d: _("It has more lines than one act holds. Send it in parts."),
    "terms.texts": lambda _d: _("A procedure or form these terms stand on is not held here. Ask for it before proposing them."),
    "terms.statement": lambda _d: _("This does not read as a word about terms. Begin again from the page of the terms."),
    "terms.version": lambda d: (
        _("The text of the terms does not read, at %(path)s. Mend the file and read it again.") % {"path": str(d.get("path") or "/")}
    ),
    "terms.file": lambda _d: _("The file holds no text of terms. Use the file that this page gives of a text, changed as you propose."),
    "peer.self": lambda _d: _("This is the card of this very node."),
    "peer.conflict": _conflict,
    "peer.unknown": lambda d: _("No card of %(name)s is held. Add it first.") % {"name": _peer(d)},
    "peer.unconfirmed": lambda d: (
        _("The card of %(name)s has not been compared yet. Nothing is sent or taken before.") % {"name": _peer(d)}
    ),
    "peer.fingerprint": lambda _d: _("This is not the fingerprint of the card held. Have it read out again, and compare every group."),
    "peer.door": lambda _d: _("The address begins with https://. Plain http is used on this computer alone."),
    "peer.away": lambda _d: _("No card came from this address. Check it, or use the card’s file."),
    "card.form": lambda _d: _("This is no card of a participant. Ask for the file that “comity card show --json” writes."),
    "keyset.form": lambda _d: _("The keyset is damaged. Ask its participant for it again."),
    "keyset.gap": lambda _d: _("A keyset between those sent is missing. Ask for all of them."),
    "keyset.root": lambda _d: _("The keyset is not signed by the root that was promised. Compare cards in person."),
    "keyset.forked": lambda _d: _("Another keyset with this number is held. Keep both, and compare cards in person."),
    "keyset.suite": lambda _d: _("The keyset uses signatures this node does not know. Both sides need the same version."),
    "signature.invalid": lambda _d: _("A signature does not hold. Ask for the card again, and compare it in person."),
    "line.down": lambda d: _("The node of %(name)s does not answer. It is tried again by itself.") % {"name": _peer(d)},
    "line.refused": lambda d: _("The node of %(name)s does not take our session. Compare keysets.") % {"name": _peer(d)},
    "line.slow": lambda d: _("The node of %(name)s asks us to wait.") % {"name": _peer(d)},
}

_TURN: Mapping[str, Callable[[], str]] = {
    "left": lambda: _("This party has left. Coming back is accession, in a new version."),
    "base": lambda: _("A later version already stands. Propose the text on that one."),
    "concluded": lambda: _("A text on this base is concluded; nothing more is said on it."),
    "unknown-base": lambda: _("The terms this is about have not arrived here yet."),
    "unknown-text": lambda: _("This text has not arrived here yet."),
    "not-a-party": lambda: _("Only a party that the text needs says this."),
    "drops-a-party": lambda: _("The text leaves out a party that has not left."),
    "addressees": lambda: _("A word about terms goes to every party."),
    "order": lambda: _(
        "It is not this party’s turn to say this. One text is initialled in a ballot; it is signed when all have initialled it."
    ),
    "number": lambda: _("Another notice was given meanwhile. Begin again from the page of the terms."),
    "version": lambda: _("A notice of leaving names the version signed last."),
    "notice": lambda: _("The day lies before the notice agreed has run. Name a later day."),
}


def turn(reason: str, otherwise: str = "") -> str:
    """Why a word about terms may not be said now."""
    found = _TURN.get(reason)
    return found() if found else otherwise or _("This may not be said now.")


# Lengths of time ------------------------------------------------------------------------------------------------------


def length(duration: Duration, *, working: bool = False) -> str:
    """'42 days', or '5 working days' where only those were counted."""
    if working:
        return ngettext("%(n)s working day", "%(n)s working days", duration.days) % {"n": number(duration.days)}
    if not (duration.months or duration.days or duration.seconds):
        return ngettext("%(count)s day", "%(count)s days", 0) % {"count": 0}
    return values.duration(duration)
