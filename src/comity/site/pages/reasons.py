"""Where an act stands, in words: one sentence for every code a fold gives. Facts about the procedure, never about intentions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comity.site.pages import dates, names


def standing_word(state: str) -> str:
    """The state of an act in its case."""
    return {
        "in-turn": pgettext("standing of an act", "in turn"),
        "irregular": pgettext("standing of an act", "out of turn: kept, and counts as nothing"),
        "crossed": pgettext("standing of an act", "crossed with another act"),
        "withdrawn": pgettext("standing of an act", "withdrawn by its author"),
        "set-aside": pgettext("standing of an act", "set aside: another act stands"),
        "waiting": pgettext("standing of an act", "waits for what it refers to"),
    }.get(state, state)


def sentences(reasons: Sequence[Sequence[str]]) -> list[str]:
    """One sentence for each reason, as stored: the code and its words."""
    return [sentence(one[0], one[1:]) for one in reasons if one]


def sentence(code: str, words: Sequence[str] = ()) -> str:
    found = SENTENCES.get(code)
    return found(words) if found else _("The procedure did not take it in (%(code)s).") % {"code": code}


Words = Sequence[str]


def _first(words: Words) -> str:
    return words[0] if words else ""


def _moment(words: Words) -> str:
    try:
        return dates.moment(datetime.fromisoformat(_first(words)))
    except ValueError:
        return _first(words)


def _names(words: Words) -> str:
    return pgettext("between names of States", ", ").join(names.name_of(one) for one in words)


def _not_to_all(words: Words) -> str:
    if words:
        return _("It was not addressed to everybody it had to reach: %(names)s.") % {"names": _names(words)}
    return _("It was not addressed to everybody it had to reach.")


SENTENCES: dict[str, Callable[[Words], str]] = {
    "already": lambda _w: _("Its author had taken this step already."),
    "already-open": lambda _w: _("The case was open already."),
    "another-exchange": lambda _w: _("It belongs to another exchange than this one."),
    "another-set": lambda _w: _("It names another set of commitments than the one held here."),
    "addressees": lambda _w: _("It was not addressed to every party, as words about terms must be."),
    "answered-does-not-stand": lambda _w: _("The act it answers does not stand."),
    "answers-nothing": lambda _w: _("It does not say what it answers."),
    "before-opening": lambda w: _("It is dated before the case opened on %(moment)s.") % {"moment": _moment(w)},
    "belongs-aside": lambda _w: _("It goes to fewer than all participants and belongs to a case of its own."),
    "case-not-held": lambda _w: _("The act that opened its case has not arrived here yet."),
    "dated-ahead": lambda _w: _("It is dated ahead of this node's clock, and counts from its time."),
    "cites-nothing": lambda _w: _("It does not cite the case it comes from."),
    "closed": lambda w: _("The case had closed on %(moment)s.") % {"moment": _moment(w)},
    "crossed": lambda _w: _("It crossed with another act: neither author knew of the other’s. Both say which one stands."),
    "does-not-open": lambda _w: _("It does not open the commitment made before."),
    "drops-a-party": lambda _w: _("The text leaves out a party that has not left."),
    "ended": lambda _w: _("The case had ended."),
    "has-spoken": lambda _w: _("The other side had spoken: it was not silent."),
    "act.schema": lambda _w: _("What it says does not fit the form agreed."),
    "other-terms": lambda _w: _("It stands under other terms, or another measure, than the case it names."),
    "measure-not-agreed": lambda _w: _("The terms it names do not contain this measure."),
    "no-such-choice": lambda w: _("The procedure has no choice “%(choice)s” in this step.") % {"choice": _first(w)},
    "not-a-date-of-it": lambda w: _("%(day)s is not one of the dates of this step.") % {"day": _first(w)},
    "not-a-party": lambda _w: _("Its author is not a party to these terms."),
    "not-an-agreed-reason": lambda _w: _("The reason it gives is not one of those agreed."),
    "not-an-answer-to-it": lambda _w: _("This step does not answer an act of that kind."),
    "not-chosen": lambda _w: _("The parties did not choose this step in their terms."),
    "not-its-role": lambda w: (
        _("The procedure gives this step to another role than that of %(name)s.") % {"name": names.name_of(_first(w))}
    ),
    "not-needed": lambda _w: _("Another act had made this step needless."),
    "not-of-a-case": lambda _w: _("An act of this kind belongs to no case."),
    "not-open": lambda _w: _("The case was not open."),
    "not-to-all": _not_to_all,
    "not-yet": lambda _w: _("Another step had to come first."),
    "nothing-of-its-own": lambda _w: _("Its author had said nothing that it could change or withdraw."),
    "nothing-to-settle": lambda _w: _("There are no crossed acts for it to settle."),
    "only-silence-says-so": lambda _w: _("Only silence can say this; nobody says it in an act."),
    "opening-stands": lambda _w: _("The act that opened the case cannot be withdrawn in this way."),
    "set-aside": lambda _w: _("The authors of the crossed acts agreed that another one stands."),
    "settled": lambda _w: _("What it answers had been settled."),
    "silence-counted": lambda _w: _("Silence had been noted before it was dated."),
    "silence-means-nothing": lambda _w: _("By the terms, silence on this step means nothing."),
    "silence-not-yet": lambda w: (
        _("Silence could be noted only after %(moment)s.") % {"moment": _moment(w)}
        if w
        else _("No time was running from which silence could be noted.")
    ),
    "terms-not-held": lambda _w: _("The certificate of the terms it stands under has not arrived here yet."),
    "texts-not-held": lambda _w: _("A procedure or form of the terms it stands under has not arrived here yet."),
    "to-others-too": lambda w: _("It was also addressed to others than the procedure says: %(names)s.") % {"names": _names(w)},
    "too-deep": lambda _w: _("Too many answers to answers stand before it."),
    "too-early": lambda w: _("This step could be taken from %(moment)s.") % {"moment": _moment(w)},
    "too-late": lambda w: _("This step could be taken until %(moment)s.") % {"moment": _moment(w)},
    "unknown-base": lambda _w: _("The text it builds on has not arrived here yet."),
    "unknown-reference": lambda _w: _("It refers to an act that has not arrived here yet."),
    "unknown-step": lambda _w: _("The procedure agreed has no such step."),
    "unknown-text": lambda _w: _("The text it names has not arrived here yet."),
    "unreadable": lambda _w: _("Its body cannot be read as words about terms."),
    "withdrawn": lambda _w: _("Its author withdrew it."),
}
