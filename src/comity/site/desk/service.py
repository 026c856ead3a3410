"""From draft to act: prepare, submit, review, release by a second person. Who may do each stands in people.permissions.

Every function takes the officer who does it, checks the table, writes the operator log and changes one draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from comity.catalogue.form import Form
from comity.catalogue.form_checks import validate
from comity.node.issue import Draft as ActDraft
from comity.node.issue import Prepared, issue
from comity.node.taking import form_of
from comity.protocol.act import Reference
from comity.protocol.canonical import encode
from comity.protocol.limits import WRITTEN_BYTES
from comity.protocol.refusals import Refused
from comity.site.config import wiring
from comity.site.desk.models import Draft, Remark
from comity.site.desk.parts import divided
from comity.site.people.models import Officer, What
from comity.site.people.permissions import check, may
from comity.site.people.record import record

FIELDS = ("terms", "case", "measure", "step", "choice", "period", "to", "refs", "header", "data", "typed", "others", "title")


TEXT = 4_000
"""Characters of a remark: as a long text in forms."""
LATELY = timedelta(days=14)
LISTED = 50
NEAR_FULL = WRITTEN_BYTES * 3 // 4
"""Bytes of a form from which on it is asked whether one act holds it."""


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


def reopen(officer: Officer, **fields: Any) -> Draft | None:
    """The open draft for the same step of the same case, so that two officers do not write one report twice.

    One that opens a case, or a question, is a further one as soon as it was saved: only an untouched one is taken up again.
    """
    same = {name: fields.get(name) or "" for name in ("kind", "terms", "case", "measure", "step")} | {"period": fields.get("period")}
    found = Draft.objects.filter(state__in=(Draft.State.OPEN, Draft.State.SUBMITTED), **same).order_by("-pk")
    for draft in found:
        mine, untouched = draft.prepared_by_id == officer.pk, draft.version == 1
        alike = draft.refs == fields.get("refs", []) and draft.data.get("about") == fields.get("data", {}).get("about")
        if alike and (fields.get("period") or (mine and (untouched or draft.refs))):
            return draft
    return None


@transaction.atomic
def save(officer: Officer, draft: Draft, *, version: int, **fields: Any) -> Draft:
    """Change an open draft. Refuses (`draft.changed`) if another officer saved since `version` was read: nothing is lost silently."""
    check(officer, "draft.write")
    _known(fields)
    held = _going(draft, version=version)
    for name, value in fields.items():
        setattr(held, name, value)
    held.version += 1
    held.state, held.submitted_at = Draft.State.OPEN, None
    held.prepared_by, held.prepared_at = officer, wiring.now()
    held.save()
    record(officer, What.DRAFT, f"draft:{held.pk}")
    return held


def _going(draft: Draft, *, version: int | None = None) -> Draft:
    """The draft as it stands now, kept from others until the turn ends.

    Refuses (`draft.closed`) one released or dropped, and (`draft.changed`) one saved since `version` was read.
    """
    held = Draft.objects.select_for_update().get(pk=draft.pk)
    if held.state not in (Draft.State.OPEN, Draft.State.SUBMITTED):
        raise Refused("draft.closed", {}, _("This draft was released or dropped. Start a new one."))
    if version is not None and held.version != version:
        raise Refused(
            "draft.changed",
            {"version": held.version},
            _("Another officer saved this draft meanwhile. Look at the newer text and save again."),
        )
    return held


def submit(officer: Officer, draft: Draft) -> Draft:
    """Put a draft before whoever releases. Refuses (`draft.form`) while its form needs mending."""
    check(officer, "draft.write")
    # Before the transaction: whoever holds the database's writer never waits for the reading office.
    prepared = look_ahead(draft)
    if prepared.faults or draft.typed:
        raise Refused("draft.form", {}, _("Some entries need mending before this can be released."))
    with transaction.atomic():
        held = _going(draft, version=draft.version)
        held.state, held.submitted_at = Draft.State.SUBMITTED, wiring.now()
        held.save(update_fields=["state", "submitted_at"])
        record(officer, What.DRAFT, f"draft:{draft.pk}")
    return held


@transaction.atomic
def give_back(officer: Officer, draft: Draft, text: str) -> Draft:
    """Return a submitted draft to whoever prepared it, with a remark."""
    check(officer, "draft.review")
    draft = _going(draft)
    draft.state, draft.submitted_at = Draft.State.OPEN, None
    draft.save(update_fields=["state", "submitted_at"])
    remark(officer, draft, text)
    record(officer, What.RETURN, f"draft:{draft.pk}")
    return draft


@transaction.atomic
def drop(officer: Officer, draft: Draft) -> None:
    """Give a draft up. It stays readable."""
    check(officer, "draft.write")
    draft = _going(draft)
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
    made = Remark.objects.create(draft=draft, officer=officer, at=wiring.now(), text=text[:TEXT])
    record(officer, What.COMMENT, f"draft:{draft.pk}")
    return made


def look_ahead(draft: Draft) -> Prepared:
    """What the draft would be as an act: addressees, faults, standing, notice. Of one in parts, the last, which moves the case.

    Refuses `draft.long` what is too long for one act and cannot be divided.
    """
    acts = as_acts(draft)
    prepared = wiring.look_ahead(acts[-1])
    if len(acts) == 1:
        return prepared
    form = _form(draft)
    return replace(prepared, faults=validate(form, draft.data) if form else ())


def as_acts(draft: Draft) -> tuple[ActDraft, ...]:
    """The acts the draft becomes: one, or the parts of a report too long for one."""
    act = as_act(draft)
    if act.kind != "step" or len(encode(dict(act.data))) < NEAR_FULL:
        return (act,)
    try:
        wiring.look_ahead(act)
    except Refused as refused:
        form = _form(draft)
        if refused.code != "draft.long" or form is None:
            raise
        acts = divided(act, form)
        if len(acts) == 1:
            raise
        return acts
    return (act,)


def _form(draft: Draft) -> Form | None:
    with wiring.reading() as office:
        terms = office.folds.measures(draft.terms).get(draft.measure)
        digest = form_of(terms, draft.step, draft.choice or None) if terms else None
        return office.library.form(digest) if digest else None


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
        # One turn for each part, all in this transaction: a part refers to the one before it.
        *_parts, act = [issue(office, [one])[0] for one in as_acts(held)]
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


# Lists ----------------------------------------------------------------------------------------------------------------


def open_drafts() -> QuerySet[Draft]:
    """Everything not yet released or dropped, newest first."""
    return _listed().filter(state=Draft.State.OPEN)


def waiting() -> QuerySet[Draft]:
    """What waits for a second officer, longest first."""
    return _listed().filter(state=Draft.State.SUBMITTED).order_by("submitted_at")


def released_lately() -> QuerySet[Draft]:
    return _listed().filter(state=Draft.State.RELEASED, released_at__gte=wiring.now() - LATELY).order_by("-released_at")


def to_be_seen() -> QuerySet[Draft]:
    """What one officer prepared and released alone, as the terms allow, and no other has seen since."""
    return _listed().filter(state=Draft.State.RELEASED, seen_by=None, released_by=F("prepared_by")).order_by("released_at")


def _listed() -> QuerySet[Draft]:
    return (
        Draft.objects.select_related("prepared_by", "assigned_to", "released_by").defer("data", "typed", "others").order_by("-prepared_at")
    )


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
        raise Refused(
            "draft.field", {"fields": sorted(unknown)}, _("The draft has no such entry: %(names)s.") % {"names": ", ".join(sorted(unknown))}
        )
