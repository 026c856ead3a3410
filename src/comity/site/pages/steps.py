"""What this officer may do now in a case, and what is expected from whom by when: both come from the procedure agreed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comity.catalogue.procedures import text
from comity.conduct.case import Case
from comity.conduct.duties import Duty
from comity.conduct.measure_terms import MeasureTerms
from comity.conduct.statements import Possible
from comity.node.office import Office
from comity.node.ports import CaseRow
from comity.site.journal.reading import ActLine
from comity.site.pages import agreed, dates, names
from comity.site.pages.deadlines import Tag, by_words, our_tag, their_tag
from comity.site.pages.questions import start_url
from comity.site.pages.silence import follows
from comity.site.pages.templatetags.comity import apart

ON_THE_ACT = ("correct", "withdraw")
"""Steps about one act of ours: they are offered beside that act, not for the case."""
DUTIES = 60
"""Duties listed of one case; a standing case gathers four a quarter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One button. `about` is said below it where the same step is possible for several acts."""

    words: str
    url: str
    note: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyShown:
    """One duty with its state in words."""

    owner: str
    step: str
    due: datetime
    by: str
    tag: Tag
    note: str = ""


VERBS = {
    "ask": lambda: _("Ask a question"),
    "answer": lambda: _("Answer"),
    "report": lambda: _("Report"),
    "change": lambda: _("Notify a change"),
    "cancel": lambda: _("Cancel the activity"),
    "complete": lambda: _("Report completion"),
    "confirm": lambda: _("Confirm our contacts"),
    "declare": lambda: _("Declare our contacts"),
    "replace": lambda: _("Change our contacts"),
    "reply": lambda: _("Reply"),
    "satisfied": lambda: _("Say that the explanation suffices"),
    "drop": lambda: _("Drop the request"),
    "call": lambda: _("Call for a meeting"),
    "propose": lambda: _("Propose a conclusion"),
}


def step_words(procedure: str, step: str, choice: str | None = None) -> str:
    """A button's words: the choice where there are several, else what one does."""
    if choice:
        return agreed.step_title(procedure, step, choice)
    verb = VERBS.get(step)
    return verb() if verb else agreed.step_title(procedure, step)


def steps(case: Case, row: CaseRow, acts: Mapping[str, ActLine], party: str, now: datetime) -> list[Step]:
    """What the party may do now, what falls due first first; the first is the filled button."""
    offered = [one for one in case.allowed(party, now) if one.step not in ON_THE_ACT]
    ordered = sorted(offered, key=lambda one: (one.due is None, one.due or now))
    made = [step for one in ordered for step in _buttons(one, row, acts)]
    return [Step(words=one.words, url=one.url, note=one.note, first=place == 0) for place, one in enumerate(made)]


def _buttons(one: Possible, row: CaseRow, acts: Mapping[str, ActLine]) -> Iterator[Step]:
    for choice, _form in one.choices or ((None, None),):
        url = start_url(
            terms=row.terms, measure=row.measure, step=one.step, case=row.id, answers=one.answers, choice=choice,
            period=one.period or "", kind=one.kind if one.kind != "step" else "", holder=one.holder or "",
            stands=one.answers if one.kind == "settle" else "",
        )  # fmt: skip
        yield Step(words=_words(one, row, choice), url=url, note=_note(one, acts))


def _words(one: Possible, row: CaseRow, choice: str | None) -> str:
    if one.kind == "settle":
        return _("Let this act stand")
    if one.kind == "taken-as":
        return _("Note: %(words)s") % {"words": agreed.step_title(row.procedure, one.step, choice)}
    several = len(one.choices) > 1
    return step_words(row.procedure, one.step, choice if several else None)


def _note(one: Possible, acts: Mapping[str, ActLine]) -> str:
    """By when, and to which act, where that is not plain."""
    said = []
    if one.due is not None:
        said.append(_("by %(moment)s") % {"moment": by_words(one.due)})
    if one.period is not None:
        said.append(_("for %(day)s") % {"day": dates.medium(one.period)})
    if one.holder is not None:
        said.append(_("%(name)s has not answered") % {"name": names.name_of(one.holder)})
    answered = acts.get(one.answers or "")
    if answered is not None and answered.number:
        said.append(_("to %(number)s") % {"number": answered.number})
    return apart(said)


# Duties --------------------------------------------------------------------------------------------------------------


def expected(duties: Iterable[Duty], procedure: str, party: str, now: datetime) -> list[str]:
    """'From Ondoria: answer, by 26 Nov 14:30 UTC', soonest first."""
    open_ones = [duty for duty in duties if duty.owner != party and duty.state(now) in ("expected", "open-past")]
    named = _("From %(name)s: %(step)s, by %(moment)s")
    return [
        named % {"name": names.name_of(duty.owner), "step": agreed.step_title(procedure, duty.step), "moment": by_words(duty.due)}
        for duty in open_ones[:4]
    ]


def duties_shown(office: Office, row: CaseRow, duties: Sequence[Duty], now: datetime) -> list[DutyShown]:
    """All duties of a case, open ones first."""
    found = [_shown(office, row, duty, now) for duty in duties if duty.state(now) != "released"]
    return sorted(found, key=lambda one: (one.tag.kind in ("done", "plain"), one.due))[:DUTIES]


def _shown(office: Office, row: CaseRow, duty: Duty, now: datetime) -> DutyShown:
    note = ""
    if duty.state(now) in ("expected", "open-past") and duty.silence_from is not None:
        note = _("If nothing comes: %(words)s") % {"words": follows(office, row, duty.step)}
    return DutyShown(
        owner=duty.owner,
        step=agreed.step_title(row.procedure, duty.step),
        due=duty.due,
        by=by_words(duty.due),
        tag=_state(duty, office.party, now),
        note=note,
    )


def _state(duty: Duty, us: str, now: datetime) -> Tag:
    state = duty.state(now)
    if state in ("expected", "open-past"):
        return our_tag(duty.due, now) if duty.owner == us else their_tag(duty.due, now)
    if state == "deemed":
        return Tag(kind="plain", words=_("No answer came; noted on %(day)s") % {"day": dates.short(duty.done_at or duty.due)})
    if state == "missing":
        return Tag(kind="plain", words=pgettext("duty", "Did not come before the case ended"))
    if state == "late-done" and duty.done_at is not None:
        return Tag(kind="plain", words=_given_after(duty.done_at, duty.due))
    return Tag(kind="done", words=_("Given on %(day)s") % {"day": dates.short(duty.done_at or duty.due)})


def _given_after(given: datetime, due: datetime) -> str:
    return _("Given on %(day)s; agreed was %(due)s") % {"day": dates.short(given), "due": dates.short(due)}


def silence_words(terms: MeasureTerms, parameter: str) -> str:
    return text(terms.procedure, "parameter", parameter, str(terms.value(parameter)), language=agreed.language())
