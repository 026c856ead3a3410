"""The reports of one date side by side: who gave what, and how each differs from its author's last; host beside deploying State."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.catalogue.form import Form
from comity.conduct.case import Case
from comity.conduct.correlation import Beside, Differences, differences, side_by_side
from comity.conduct.duties import Duty
from comity.conduct.statements import Statement
from comity.node.office import Office
from comity.node.ports import CaseRow
from comity.node.taking import form_of
from comity.site.journal import reading
from comity.site.pages import agreed
from comity.site.pages.deadlines import Tag, our_tag, their_tag
from comity.site.pages.templatetags.comity import listed

REPORTING = ("report", "late_report", "reveal", "release", "update", "declare", "replace", "confirm")
"""Steps that state how things are; the newest of each party is its report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One party's report of this date, or that it is not here yet."""

    party: str
    act: str = ""
    words: str = ""
    at: datetime | None = None
    tag: Tag | None = None
    changed: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What a party said the date before: `label` is its year."""

    data: Mapping[str, Any]
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    host: str
    sender: str
    rows: tuple[Beside, ...]


def latest(case: Case, party: str) -> Statement | None:
    """The party's newest report that stands."""
    own = [said for said in case.statements if said.author == party and said.step in REPORTING]
    return next((said for said in reversed(own) if case.standing(said.id).state == "in-turn"), None)


def reports(office: Office, case: Case, row: CaseRow, order: Sequence[str], *, chosen: str, now: datetime) -> list[Report]:
    """A row for each participant, in the order of the terms."""
    before = earlier(office, row)
    return [_report(office, case, row, party, before=before, chosen=chosen, now=now) for party in order if party in case.participants]


def _report(office: Office, case: Case, row: CaseRow, party: str, *, before: Case | None, chosen: str, now: datetime) -> Report:
    said = latest(case, party)
    if said is None:
        due = next((duty for duty in case.duties(now) if duty.owner == party and duty.step in REPORTING and not duty.fulfilled), None)
        return Report(party=party, tag=_due_tag(office, due, now) if due else None)
    return Report(
        party=party,
        act=said.id,
        words=agreed.step_title(row.procedure, said.step, said.choice),
        at=said.at,
        changed=_changed(office, case, said, before),
        chosen=said.id == chosen,
    )


def _due_tag(office: Office, duty: Duty, now: datetime) -> Tag:
    return our_tag(duty.due, now) if duty.owner == office.party else their_tag(duty.due, now)


def earlier(office: Office, row: CaseRow) -> Case | None:
    """The case of the date before."""
    found = reading.earlier_case(row.chain, row.measure, row.period) if row.period else None
    return office.folds.case(found.id) if found else None


def form_for(office: Office, case: Case, said: Statement) -> Form | None:
    digest = form_of(case.tables.rules.terms, said.step, said.choice)
    return office.library.form(digest) if digest else None


def last_time(office: Office, case: Case, before: Case | None, said: Statement) -> Earlier | None:
    """What the same party said in the same form the date before."""
    old = latest(before, said.author) if before is not None else None
    if before is None or old is None or form_for(office, before, old) != form_for(office, case, said):
        return None
    period = before.tables.period
    return Earlier(data=before.data(old.id), label=str(period.year) if period else "")


def _changed(office: Office, case: Case, said: Statement, before: Case | None) -> str:
    last, form = last_time(office, case, before, said), form_for(office, case, said)
    if last is None or form is None:
        return ""
    return difference_words(differences(case.data(said.id), last.data, form), last.label)


def difference_words(found: Differences, label: str) -> str:
    """'Against 2025: 1 new line, 3 lines changed, 1 line no longer there.'"""
    if found.none:
        return _("The same as in %(year)s.") % {"year": label}
    counted = (
        (found.count("added"), lambda n: ngettext("%(count)s new line", "%(count)s new lines", n)),
        (found.count("changed"), lambda n: ngettext("%(count)s line changed", "%(count)s lines changed", n)),
        (found.count("removed"), lambda n: ngettext("%(count)s line no longer there", "%(count)s lines no longer there", n)),
        (len(found.fields), lambda n: ngettext("%(count)s other entry changed", "%(count)s other entries changed", n)),
    )
    said = listed(words(count) % {"count": count} for count, words in counted if count)
    return _("Against %(year)s: %(changes)s.") % {"year": label, "changes": said}


# Foreign contingents -----------------------------------------------------------------------------------------------------


def contingents(row: CaseRow) -> list[SideBySide]:
    """What hosts and deploying States report of the same contingents, newest reports, where both are here."""
    newest = _newest_contingents(row)
    parties = sorted({party for party, _view in newest})
    known = {name.casefold(): node for node in parties for name in (agreed.names_of(node) or {}).values()}

    def node_of(name: str) -> str:
        return known.get(name.strip().casefold(), name.strip().casefold())

    found = []
    for host in parties:
        for sender in parties:
            hosted, sent = newest.get((host, "host")), newest.get((sender, "deploying"))
            if host != sender and hosted is not None and sent is not None:
                found.append(SideBySide(host=host, sender=sender, rows=side_by_side(host, hosted, sender, sent, names=node_of)))
    return [one for one in found if one.rows]


def _newest_contingents(row: CaseRow) -> dict[tuple[str, str], Mapping[str, Any]]:
    """By party and by the side from which it reports."""
    cases = [one.id for one in reading.cases_page(measure=row.measure, procedure=row.procedure).items]
    newest = {}
    for line in reading.acts_of_cases(cases):
        data = line.content["body"].get("data") or {}
        if line.step in REPORTING and line.standing == "in-turn" and "contingents" in data:
            newest[line.party, str(data.get("view", ""))] = data
    return newest
