"""What a draft is about, read from the book: its terms and procedure, who may receive it, what was said before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from comity.catalogue.form import Form
from comity.catalogue.program import Step
from comity.conduct.case import Case
from comity.conduct.measure_terms import MeasureTerms
from comity.conduct.openings import opening_steps
from comity.conduct.possible import open_choices
from comity.conduct.statements import Possible, Statement
from comity.conduct.versions import Version
from comity.node.folds import statement_of
from comity.node.office import Office
from comity.node.taking import calendar_case, calendar_row, form_of, open_row
from comity.protocol.act import party_of
from comity.protocol.refusals import Refused
from comity.site.config import wiring
from comity.site.desk.models import Draft
from comity.site.desk.parts import whole
from comity.site.journal.models import CaseRow
from comity.site.pages import dates

EARLIER = 6
"""Reports looked back through for one in the same form: a party that sent nil returns for five years still sees its last figures."""
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What we said the last time in the same form. `label` is what people call it: its year, or its day."""

    act: str
    label: str
    data: Mapping[str, Any]
    period: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """An act of somebody (or of ourselves) that this draft answers, asks about or changes, with its form where it has one."""

    act: str
    party: str
    step: str
    number: str
    data: Mapping[str, Any]
    form: Form | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Nothing in it changes with the book. `forms` gives the form of each choice; without choices the one key is ''.

    `before` is compared with what is drafted: the last report in the same form, or the act that is changed. `change` says that it
    is the second. `offices` are those that may be written to, in the order of the terms:
    what stands in a case goes to no one outside it, only a step that opens one may; `fixed` those who receive it where the
    sender does not choose.
    """

    ours: str
    terms: MeasureTerms | None = None
    version: Version | None = None
    number: int = 0
    step: Step | None = None
    possible: Possible | None = None
    forms: Mapping[str, Form | None] = field(default_factory=dict)
    offices: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    chosen: bool = False
    before: Before | None = None
    change: bool = False
    answered: Other | None = None
    about: Other | None = None
    opens: bool = False
    participants: frozenset[str] = frozenset()
    valid: datetime | None = None

    def form(self, choice: str) -> Form | None:
        return self.forms.get(choice)

    @property
    def corrects(self) -> bool:
        """A correction is written by changing the figures themselves; the form of corrections is made from that."""
        return bool(self.answered and self.answered.form and self.step and self.step.amends == "answered")

    @property
    def procedure(self) -> str:
        return self.terms.procedure.id if self.terms else ""


def occasion(draft: Draft, *, choice: str | None = None) -> Occasion:
    """What this draft is about. Refuses (`draft.terms`, `draft.step`, `draft.case`) one that is about nothing held here."""
    with wiring.reading() as office:
        return _read(office, draft, draft.choice if choice is None else choice, wiring.now())


def _read(office: Office, draft: Draft, choice: str, now: datetime) -> Occasion:
    if draft.kind not in ("step", "taken-as", "settle"):
        return Occasion(ours=office.party, fixed=tuple(draft.to), offices=tuple(draft.to))
    concluded = office.folds.instruments.concluded(draft.terms)
    terms = office.folds.measures(draft.terms).get(draft.measure)
    if concluded is None or terms is None:
        raise Refused("draft.terms", {"measure": draft.measure}, _("This measure is not agreed in terms that stand. Choose one that is."))
    step = terms.procedure.steps.get(draft.step)
    if step is None:
        raise Refused("draft.step", {"step": draft.step}, _("The procedure agreed has no such step."))
    case = case_of(office, terms, draft)
    possible = _possible(terms, case, office.party, draft, now)
    everybody = case.participants if case else frozenset(terms.parties)
    return Occasion(
        ours=office.party,
        terms=terms,
        version=concluded.version,
        number=concluded.number,
        step=step,
        possible=possible,
        forms={} if draft.kind != "step" else {name or "": _form(office, terms, draft.step, name) for name, _word in open_choices(step)},
        offices=tuple(
            to for to in concluded.version.offices() if party_of(to) != office.party and (step.opens or party_of(to) in everybody)
        ),
        fixed=_fixed(office, concluded.version, everybody, possible),
        chosen=possible.chosen if possible else bool(step.to),
        before=_amended(office, case, step) or _before(office, terms, case, draft, choice),
        change=bool(step.amends and step.amends != "answered"),
        answered=_other(office, terms, case, next((ref["act"] for ref in draft.refs if ref["rel"] == "answers"), "")),
        about=_other(office, terms, None, str((draft.data.get("about") or {}).get("act", ""))),
        opens=step.opens,
        participants=everybody,
        valid=_valid(terms, draft) if step.part is None else None,
    )


def _fixed(office: Office, version: Version, everybody: frozenset[str], possible: Possible | None) -> tuple[str, ...]:
    nodes = possible.to if possible is not None and possible.to else everybody - {office.party}
    return tuple(to for to in version.offices() if party_of(to) in nodes)


def case_of(office: Office, terms: MeasureTerms, draft: Draft) -> Case | None:
    """The case the draft belongs to: the one it names, else the calendar's; None where it opens one."""
    if draft.case:
        case = office.folds.case(draft.case)
        if case is None:
            raise Refused("draft.case", {"case": draft.case}, _("The case is not held here. Open it from the list of cases."))
        return case
    entry = None if terms.procedure.steps[draft.step].opens else calendar_case(terms, period_of(draft))
    if entry is None:
        return None
    return office.folds.case(entry.id) or open_row(calendar_row(terms, entry), terms)


def period_of(draft: Draft) -> date | None:
    """A draft just made holds its period as it was written."""
    return date.fromisoformat(draft.period) if isinstance(draft.period, str) else draft.period


def _possible(terms: MeasureTerms, case: Case | None, party: str, draft: Draft, now: datetime) -> Possible | None:
    offered = opening_steps(terms, party, now) if case is None else case.allowed(party, now)
    answered = next((ref["act"] for ref in draft.refs if ref["rel"] == "answers"), None)
    fits = [one for one in offered if (one.step, one.kind) == (draft.step, draft.kind)]
    return next((one for one in fits if one.answers == answered), fits[0] if fits else None)


def _form(office: Office, terms: MeasureTerms, step: str, choice: str | None) -> Form | None:
    digest = form_of(terms, step, choice)
    return office.library.form(digest) if digest else None


# What was said before -------------------------------------------------------------------------------------------------


def _amended(office: Office, case: Case | None, step: Step) -> Before | None:
    """Our own act that this one changes, as it reads now."""
    if case is None or not step.amends or step.amends == "answered":
        return None
    own = [said for said in case.statements if said.author == office.party and said.step == step.amends and _stands(case, said)]
    return Before(act=own[-1].id, label=dates.short(own[-1].at), data=case.data(own[-1].id)) if own else None


def _before(office: Office, terms: MeasureTerms, case: Case | None, draft: Draft, choice: str) -> Before | None:
    """Our latest report in the same form: of this case, else of the periods before it."""
    digest = form_of(terms, draft.step, choice or None)
    if digest is None or case is None or draft.step in ("ask", "answer"):
        return None
    for earlier in (case, *_earlier_cases(office, draft)):
        for said in reversed(earlier.statements):
            if said.author == office.party and said.form == digest and _stands(earlier, said):
                period = earlier.tables.period
                label = str(period.year) if period and earlier is not case else dates.short(said.at)
                return Before(act=said.id, label=label, data=whole(earlier, said), period=period)
    return None


def latest_report(office: Office, draft: Draft) -> Before | None:
    """The last thing we reported under this measure in any form but 'nothing new': what 'nothing new since' refers to."""
    for earlier in _earlier_cases(office, draft):
        for said in reversed(earlier.statements):
            if said.author == office.party and said.step == draft.step and said.choice != "unchanged" and _stands(earlier, said):
                return Before(act=said.id, label="", data=whole(earlier, said), period=earlier.tables.period)
    return None


def _earlier_cases(office: Office, draft: Draft) -> Iterator[Case]:
    if draft.period is None:
        return
    held = CaseRow.objects.filter(measure=draft.measure, period__lt=draft.period, acts__gt=0).order_by("-period")
    for found in held.values_list("case", flat=True)[:EARLIER]:
        case = office.folds.case(found)
        if case is not None:
            yield case


def _stands(case: Case, said: Statement) -> bool:
    return case.standing(said.id).state == "in-turn"


def _other(office: Office, terms: MeasureTerms, case: Case | None, act: str) -> Other | None:
    held = office.store.act(act) if act else None
    if held is None:
        return None
    said = statement_of(held)
    home = case if case is not None and act in case.tables.statements else office.folds.case(said.case) if said.case else None
    data = home.data(act) if home is not None and act in home.tables.statements else said.data
    own = office.folds.measures(said.terms).get(said.measure) or terms
    form = _form(office, own, said.step, said.choice) if said.step in own.procedure.steps else None
    return Other(act=act, party=said.author, step=said.step, number=held.number, data=data, form=form)


def _valid(terms: MeasureTerms, draft: Draft) -> datetime | None:
    """From when a report of this period counts, where the procedure says so."""
    entry = calendar_case(terms, period_of(draft))
    return entry.valid if entry else None
