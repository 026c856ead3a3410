"""Asked and not yet answered, by question and never by State; with what the terms say follows where no answer comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from comity.catalogue.procedures import text
from comity.catalogue.program import Setting, Step
from comity.conduct.measure_terms import MeasureTerms
from comity.node.office import Office
from comity.node.ports import CaseRow
from comity.site.journal.reading import ActLine, DutyLine
from comity.site.pages import agreed
from comity.site.pages.deadlines import titled

DONE = ("done", "late")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question. `answered` and `waited` are States in the order of the terms; `follows` is what the terms say of silence."""

    title: str
    url: str
    words: str
    asked: datetime | None
    due: datetime
    answered: tuple[str, ...]
    waited: tuple[str, ...]
    follows: str


def asked_rows(
    office: Office, questions: Sequence[DutyLine], everyone: Sequence[DutyLine], acts: Mapping[str, ActLine],
    cases: Mapping[str, CaseRow], titles: Mapping[str, str],
) -> list[Asked]:  # fmt: skip
    """One row for each act that waits for an answer. `everyone` are all duties of the same cases, also those done."""
    rows = {}
    for line in questions:
        key = (line.duty.since, line.duty.step)
        if key not in rows:
            same = [one.duty for one in everyone if (one.duty.since, one.duty.step) == key]
            case = cases.get(line.duty.case)
            rows[key] = _row(office, line, case, acts.get(line.duty.since), titles.get(line.duty.case, ""), same)
    return list(rows.values())


def _row(office: Office, line: DutyLine, case: CaseRow | None, act: ActLine | None, title: str, same: Sequence[object]) -> Asked:
    duty = line.duty
    version = agreed.version_of(office, case.terms) if case else None
    step = agreed.step_title(duty.procedure, act.step if act else duty.step, (act.choice or None) if act else None)
    return Asked(
        title=titled(step, title),
        url=reverse("pages:case", args=[duty.case]),
        words=question_words(act),
        asked=act.at if act else None,
        due=duty.due,
        answered=agreed.in_terms_order({one.owner for one in same if one.state in DONE}, version),  # type: ignore[attr-defined]
        waited=agreed.in_terms_order({one.owner for one in same if one.state == "open"}, version),  # type: ignore[attr-defined]
        follows=follows(office, case, duty.step),
    )


def question_words(act: ActLine | None) -> str:
    """The question itself, as far as a list shows it."""
    said = act.content.get("body", {}).get("data", {}).get("text", "") if act else ""
    return str(said)[:200]


def follows(office: Office, case: CaseRow | None, step: str) -> str:
    """What silence on this step means by the terms, with the provision; that it means nothing is said too."""
    terms = office.folds.measures(case.terms).get(case.measure) if case else None
    found = terms.procedure.steps.get(step) if terms else None
    if case is None or terms is None or found is None or found.silence is None:
        return _("Nothing follows by itself")
    words, parameter = _meaning(terms, found)
    where = agreed.para(agreed.version_of(office, case.terms), case.measure, parameter)
    return _("%(words)s (%(where)s)") % {"words": words, "where": where} if where else words


def _meaning(terms: MeasureTerms, step: Step) -> tuple[str, str | None]:
    if not isinstance(step.silence, Setting):
        return agreed.step_title(terms.procedure.id, step.name, step.silence), None
    value = str(terms.value(step.silence.name))
    return text(terms.procedure, "parameter", step.silence.name, value, language=agreed.language()), step.silence.name
