"""From draft to act: prepare, submit, review, release by a second person. Who may do each stands in people.permissions.

Every function takes the officer who does it, checks the table, writes the operator log and changes one draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from comity.node.issue import Draft as ActDraft
from comity.node.issue import Prepared, issue
from comity.protocol.act import Reference
from comity.protocol.refusals import Refused
from comity.site.config import wiring
from comity.site.desk.models import Draft, Remark
from comity.site.people.models import Officer, What
from comity.site.people.permissions import check, may
from comity.site.people.record import record

FIELDS = ("terms", "case", "measure", "step", "choice", "period", "to", "refs", "header", "data", "typed", "title")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Whether an officer may release a draft, and why not. `two` says that a second person is needed."""

    allowed: bool
    two: bool
    why: str = ""


def start(officer: Officer, **fields: Any) -> Draft:
    """A new draft. `fields` are those of the model named in FIELDS, and `kind`."""
    check(officer, "draft.write")
    _known(fields)
    draft = Draft.objects.create(prepared_by=officer, prepared_at=wiring.now(), **fields)
    record(officer, What.DRAFT, f"draft:{draft.pk}")
    return draft


@transaction.atomic
def save(officer: Officer, draft: Draft, *, version: int, **fields: Any) -> Draft:
    """Change an open draft. Refuses (`draft.changed`) if another officer saved since `version` was read: nothing is lost silently."""
    check(officer, "draft.write")
    _known(fields)
    held = Draft.objects.select_for_update().get(pk=draft.pk)
    if held.state not in (Draft.State.OPEN, Draft.State.SUBMITTED):
        raise Refused("draft.closed", {}, _("This draft was released or dropped. Start a new one."))
    if held.version != version:
        raise Refused("draft.changed", {"version": held.version}, _("Another officer saved this draft meanwhile. Look at the newer text and save again."))
    for name, value in fields.items():
        setattr(held, name, value)
    held.version += 1
    held.state, held.submitted_at = Draft.State.OPEN, None
    held.prepared_by, held.prepared_at = officer, wiring.now()
    held.save()
    record(officer, What.DRAFT, f"draft:{held.pk}")
    return held


def submit(officer: Officer, draft: Draft) -> Draft:
    """Put a draft before whoever releases. Refuses (`draft.form`) while its form needs mending."""
    check(officer, "draft.write")
    prepared = look_ahead(draft)
    if prepared.faults or draft.typed:
        raise Refused("draft.form", {}, _("Some entries need mending before this can be released."))
    draft.state, draft.submitted_at = Draft.State.SUBMITTED, wiring.now()
    draft.save(update_fields=["state", "submitted_at"])
    record(officer, What.DRAFT, f"draft:{draft.pk}")
    return draft


def give_back(officer: Officer, draft: Draft, text: str) -> Draft:
    """Return a submitted draft to whoever prepared it, with a remark."""
    check(officer, "draft.review")
    draft.state, draft.submitted_at = Draft.State.OPEN, None
    draft.save(update_fields=["state", "submitted_at"])
    remark(officer, draft, text)
    record(officer, What.RETURN, f"draft:{draft.pk}")
    return draft


def drop(officer: Officer, draft: Draft) -> None:
    """Give a draft up. It stays readable."""
    check(officer, "draft.write")
    draft.state = Draft.State.DROPPED
    draft.save(update_fields=["state"])
    record(officer, What.DRAFT, f"draft:{draft.pk}")


def assign(officer: Officer, draft: Draft, to: Officer | None) -> None:
    check(officer, "draft.assign")
    draft.assigned_to = to
    draft.save(update_fields=["assigned_to"])
    record(officer, What.ASSIGN, f"draft:{draft.pk}")


def remark(officer: Officer, draft: Draft, text: str) -> Remark:
    """An internal comment; it never leaves the node."""
    check(officer, "draft.comment")
    made = Remark.objects.create(draft=draft, officer=officer, at=wiring.now(), text=text)
    record(officer, What.COMMENT, f"draft:{draft.pk}")
    return made


def look_ahead(draft: Draft) -> Prepared:
    """What the draft would be as an act: addressees, faults, standing, notice."""
    return wiring.look_ahead(as_act(draft))


def releasable(officer: Officer, draft: Draft, prepared: Prepared) -> Release:
    """Who prepared cannot release, unless the step says that one officer is enough."""
    two = prepared.possible is None or prepared.possible.release == "two"
    if draft.state not in (Draft.State.OPEN, Draft.State.SUBMITTED):
        return Release(allowed=False, two=two, why=_("This draft was released or dropped."))
    if prepared.faults or draft.typed:
        return Release(allowed=False, two=two, why=_("Some entries need mending before this can be released."))
    if not may(officer, "act.release" if two else "act.release_one_officer"):
        return Release(allowed=False, two=two, why=_("Your role does not release acts."))
    if two and draft.prepared_by_id == officer.pk:
        return Release(allowed=False, two=two, why=_("You prepared this. A second officer releases it."))
    return Release(allowed=True, two=two)


def release(officer: Officer, draft: Draft) -> Draft:
    """Sign and send. Refuses (`draft.release`) whoever may not; `draft.…` as node.issue does. The act is durable when this returns."""
    with wiring.writing_together() as office:
        held = Draft.objects.select_for_update().get(pk=draft.pk)
        permission = releasable(officer, held, look_ahead(held))
        if not permission.allowed:
            raise Refused("draft.release", {}, permission.why)
        (act,) = issue(office, [as_act(held)])
        held.state, held.act = Draft.State.RELEASED, act.id
        held.released_by, held.released_at = officer, wiring.now()
        held.save()
        record(officer, What.RELEASE, f"act:{act.id}")
    return held


def see(officer: Officer, draft: Draft) -> None:
    """A second officer has seen what one officer alone released."""
    check(officer, "draft.review")
    if draft.released_by_id == officer.pk:
        raise Refused("draft.release", {}, _("A second officer sees this, not the one who released it."))
    draft.seen_by = officer
    draft.save(update_fields=["seen_by"])
    record(officer, What.REVIEW, f"draft:{draft.pk}")


def as_act(draft: Draft) -> ActDraft:
    """The draft as the node reads it."""
    refs = tuple(Reference(rel=ref["rel"], act=ref["act"]) for ref in draft.refs)
    made = ActDraft(
        kind=draft.kind, terms=draft.terms or None, case=draft.case or None, measure=draft.measure, step=draft.step,
        choice=draft.choice or None, period=_day(draft.period), to=tuple(draft.to), refs=refs,
        header={"precedence": "routine", **draft.header},
    )  # fmt: skip
    return replace(made, data=draft.data) if draft.kind in ("step", "taken-as", "settle") else replace(made, body=draft.data)


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _known(fields: Mapping[str, Any]) -> None:
    unknown = fields.keys() - set(FIELDS) - {"kind"}
    if unknown:
        raise Refused("draft.field", {"fields": sorted(unknown)}, _("The draft has no such entry: %(names)s.") % {"names": ", ".join(sorted(unknown))})
