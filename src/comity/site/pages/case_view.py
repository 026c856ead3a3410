"""One case as its page shows it, put together while the office is held, so that a template asks nothing any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.conduct.case import Case
from comity.conduct.statements import Statement
from comity.conduct.time import day_of
from comity.node.factrows import PLACED
from comity.node.office import Office
from comity.node.ports import CaseRow, FactRow
from comity.site.desk.models import Remark
from comity.site.journal import reading
from comity.site.journal.reading import ActLine
from comity.site.pages import agreed, chart, figures, message, names, notice_bars, reports, steps, values, zones
from comity.site.pages.deadlines import Tag
from comity.site.pages.entries import Entry
from comity.site.pages.frame import url_or_none
from comity.site.pages.proof import Proof, proof_of
from comity.site.pages.questions import drafted, questions
from comity.site.pages.silence import follows
from comity.site.pages.timeline import timeline
from comity.site.people.models import Officer
from comity.site.people.permissions import may

SHORT = timedelta(hours=72)
"""A time agreed in hours is shown running; a longer one is a date."""


class CaseView:
    """Everything about one case, read in a handful of queries whatever its size."""

    def __init__(self, office: Office, row: CaseRow, case: Case, officer: Officer, now: datetime) -> None:
        self.office, self.row, self.case, self.officer, self.now = office, row, case, officer, now
        self.version = agreed.version_of(office, row.terms)
        self.aside = reading.cases_aside(row.id)
        self.parent = reading.case_row(row.parent) if row.parent else None
        self.lines = reading.acts_of_cases([row.id, *(one.id for one in self.aside)])
        self.acts = {line.id: line for line in self.lines}
        self.deliveries = reading.deliveries([line.id for line in self.lines if line.ours])
        self.duties = case.duties(now)
        drafts = may(officer, "draft.write")
        aside = reading.duties_of_cases([row.id, *(one.id for one in self.aside)])
        self.questions = questions(self.lines, aside, self.deliveries, us=office.party, may_answer=drafts)
        self.mine = drafted(row.id) if may(officer, "draft.read") else []
        self.may_draft = drafts

    def context(self, chosen: str = "") -> dict[str, Any]:
        opening = self.acts.get(self.case.opening.id) if self.case.opening else None
        shown = self._chosen(chosen, opening)
        return {
            "row": self.row,
            "title": agreed.case_title(self.row, self.parent),
            "crumbs": self._crumbs(opening),
            "state": self._state(),
            "header": self._header(opening),
            "terms_open": self._opened_by_terms() if opening is None else "",
            "notice": self._notice(opening),
            "steps": steps.steps(self.case, self.row, self.acts, self.office.party, self.now) if self.may_draft else [],
            "possible": self._possible(),
            "expected": steps.expected(self.duties, self.row.procedure, self.office.party, self.now),
            "running": self._running(),
            "duties": steps.duties_shown(self.office, self.row, self.duties, self.now),
            "reports": self._reports(shown),
            "shown": shown,
            "shown_title": self._shown_title(shown),
            "figures": self._figures(shown),
            "others": [one for one in self.questions if shown is None or one.about not in ("", shown.id)],
            "contingents": reports.contingents(self.row) if self._of_contingents(shown) else [],
            "timeline": self._timeline(),
            "crossings": self._crossings(),
            "irregular": [line for line in self.lines if line.standing in ("irregular", "waiting")],
            "remarks": list(Remark.objects.filter(case=self.row.id).select_related("officer").order_by("at")[:100]),
            "may_remark": may(self.officer, "draft.comment"),
            "may_draft": self.may_draft,
            "proof": self._proof(opening),
            **self._where(opening, shown),
        }

    # head

    def _crumbs(self, opening: ActLine | None) -> list[tuple[str, str]]:
        crumbs = [(reverse("pages:cases"), _("Cases"))]
        if self.parent is not None:
            crumbs.append((reverse("pages:case", args=[self.parent.id]), agreed.case_title(self.parent)))
        crumbs.append((url_or_none("pages:measure", self.row.measure) or "", agreed.measure_title(self.row.measure)))
        return [*crumbs, ("", opening.number)] if opening and opening.number else crumbs

    def _state(self) -> Tag:
        outcome = self.case.outcome(self.now)
        if outcome is not None:
            return Tag(kind="done", words=_("Ended: %(outcome)s") % {"outcome": agreed.outcome_word(self.row.procedure, outcome.word)})
        waits = sum(one.open for one in self.questions)
        if not waits:
            return Tag(kind="new", words=_("Open"), shape="opened")
        words = ngettext("Open, %(count)s question not yet answered", "Open, %(count)s questions not yet answered", waits)
        return Tag(kind="new", words=words % {"count": waits}, shape="opened")

    def _header(self, opening: ActLine | None) -> dict[str, Any] | None:
        if opening is None:
            return None
        cited = reading.acts_by_id([ref["act"] for ref in opening.content["refs"]])
        kind = agreed.act_title(opening, self.row.procedure)
        subject = f"{kind}: {opening.title}" if opening.title else kind
        return message.header(self.office, opening, procedure=self.row.procedure, cited=cited, subject=subject)

    def _opened_by_terms(self) -> str:
        where = agreed.para(self.version, self.row.measure)
        return _("Nobody opened this case: the terms did (%(where)s).") % {"where": where}

    def _notice(self, opening: ActLine | None) -> dict[str, Any] | None:
        """'Notice: 12 days. Agreed: 42 days.' with the provision, and the reason where one was given."""
        found = self.case.notice(opening.id) if opening else None
        if found is None or opening is None:
            return None
        data = opening.content["body"]["data"]
        reason = str(data.get("reason") or opening.content["header"].get("remarks") or "")
        return {
            "given": values.duration(found.given),
            "agreed": values.duration(found.agreed),
            "clause": agreed.para(self.version, self.row.measure, "notice"),
            "differs": found.short,
            "reason": reason if found.short else "",
            "reason_by": names.name_of(opening.party),
        }

    # what may be done

    def _possible(self) -> list[str]:
        """The same for officers who do not draft: in words, without buttons."""
        if self.may_draft:
            return []
        found = self.case.allowed(self.office.party, self.now)
        said = [steps.step_words(self.row.procedure, one.step) for one in found if one.step not in steps.ON_THE_ACT]
        return list(dict.fromkeys(said))

    def _running(self) -> notice_bars.Running | None:
        """A time agreed in hours that runs: the reply to an incident."""
        for duty in self.duties:
            asked = self.case.tables.statements.get(duty.since or "")
            runs = not duty.fulfilled and duty.state(self.now) in ("expected", "open-past")
            if asked is not None and runs and duty.due - asked.at <= SHORT:
                return notice_bars.running(
                    owner=duty.owner,
                    step=agreed.step_title(self.row.procedure, duty.step),
                    begins=asked.at,
                    due=duty.due,
                    now=self.now,
                    where=follows(self.office, self.row, duty.step),
                )
        return None

    def _crossings(self) -> list[dict[str, Any]]:
        return [
            {
                "acts": [self.acts[act] for act in one.acts if act in self.acts],
                "settled": one.settled,
                "stands": self.acts.get(one.stands or ""),
            }
            for one in self.case.crossings
        ]

    # what was said

    def _order(self) -> Sequence[str]:
        return agreed.in_terms_order(self.case.participants, self.version)

    def _chosen(self, chosen: str, opening: ActLine | None) -> ActLine | None:
        """The act whose figures are shown: the one chosen, else the opening one, else the newest report of another, else ours."""
        if chosen in self.acts:
            return self.acts[chosen]
        if opening is not None and not self.row.by_calendar:
            return opening
        found = [said for party in self._order() if (said := reports.latest(self.case, party))]
        full = [said for said in found if said.choice in (None, "submitted")] or found
        others = [said for said in full if said.author != self.office.party] or full
        newest = max(others, key=lambda said: said.at, default=None)
        return self.acts.get(newest.id) if newest else opening

    def _shown_title(self, shown: ActLine | None) -> str:
        if shown is None:
            return ""
        if self.row.by_calendar:
            said = {"step": agreed.act_title(shown, self.row.procedure), "name": names.name_of(shown.party)}
            return _("%(step)s of %(name)s, and questions") % said
        return _("Facts and questions")

    def _reports(self, shown: ActLine | None) -> list[reports.Report]:
        if not self.row.by_calendar:
            return []
        return reports.reports(self.office, self.case, self.row, self._order(), chosen=shown.id if shown else "", now=self.now)

    def _figures(self, shown: ActLine | None) -> figures.Figures | None:
        said = self._statement(shown)
        form = reports.form_for(self.office, self.case, said) if said else None
        if shown is None or said is None or form is None:
            return None
        before = reports.earlier(self.office, self.row)
        last = reports.last_time(self.office, self.case, before, said)
        may_ask = self.may_draft and shown.party != self.office.party and "ask" in self.case.rules.steps
        return figures.figures(
            shown,
            self.row,
            form,
            self.case.data(said.id),
            beside=figures.Around(terms=self.case.rules.terms, asked=[*self.questions, *self.mine], may_ask=may_ask, last=last),
        )

    def _statement(self, shown: ActLine | None) -> Statement | None:
        return self.case.tables.statements.get(shown.id) if shown else None

    @staticmethod
    def _of_contingents(shown: ActLine | None) -> bool:
        return shown is not None and "contingents" in shown.content["body"]["data"]

    def _timeline(self) -> list[dict[str, Any]]:
        cases = {one.id: one for one in (self.row, *self.aside)}
        given = reading.given_receipts([line.id for line in self.lines if not line.ours])
        return timeline(self.lines, cases, self.deliveries, given)

    # where and when

    def _proof(self, opening: ActLine | None) -> Proof | None:
        held = self.office.store.act(opening.id) if opening else None
        return proof_of(self.office, held, may_save=may(self.officer, "export")) if held else None

    def _where(self, opening: ActLine | None, shown: ActLine | None) -> dict[str, Any]:
        facts = [fact for fact in reading.facts_of_case(self.row.id) if not self.row.by_calendar or (shown and fact.act == shown.id)]
        entries = zones.numbered([_entry(fact, self.office.party) for fact in facts if _placed(fact)])
        backdrop = zones.backdrop(self.office, self.version)
        drawn = chart.draw(entries, backdrop, language=agreed.language()) if entries else None
        return {"chart": drawn, "areas": entries, "zones": backdrop.zones, "bars": self._bars(opening, facts)}

    def _bars(self, opening: ActLine | None, facts: Sequence[FactRow]) -> notice_bars.Bars | None:
        found = self.case.notice(opening.id) if opening else None
        own = next((fact for fact in facts if opening and fact.act == opening.id and fact.begins and fact.ends), None)
        if found is None or own is None or own.ends is None or opening is None:
            return None
        return notice_bars.notice_bars(
            deadline=found.deadline.date(), given=opening.at.date(), begins=day_of(found.anchor), ends=own.ends.date(),
            agreed_words=values.duration(found.agreed), given_words=values.duration(found.given),
        )  # fmt: skip


def _placed(fact: FactRow) -> bool:
    return fact.kind in PLACED and bool(fact.fields.get("place"))


def _entry(fact: FactRow, us: str) -> Entry:
    begins = fact.begins.date() if fact.begins else date.min
    place: Mapping[str, Any] = fact.fields["place"]
    return Entry(
        key=f"{fact.act}{fact.path}",
        title=fact.title or agreed.measure_title(fact.measure),
        begins=begins,
        ends=fact.ends.date() if fact.ends else begins,
        by=names.name_of(fact.author),
        side="us" if fact.author == us else "other",
        shape=place,
        place=str(fact.fields["fields"].get("place", "")),
        url=reverse("pages:act", args=[fact.act]),
    )
