"""What a draft would be, told before anybody sends it: its notice beside the notice agreed, its moment, its place, its length."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from comity.conduct.statements import Notice, Timing
from comity.conduct.time import day_of
from comity.node.issue import Prepared
from comity.protocol.refusals import Refused
from comity.site.config import wiring
from comity.site.desk import sentences, service
from comity.site.desk.models import Draft
from comity.site.desk.occasion import Occasion
from comity.site.pages import agreed, dates, reasons

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """Facts side by side, in words. `earliest` is the first day that would keep the notice agreed; `told` are plain sentences."""

    prepared: Prepared | None = None
    given: str = ""
    agreed: str = ""
    clause: str = ""
    short: bool = False
    earliest: date | None = None
    told: tuple[str, ...] = ()
    refused: str = ""
    parts: int = 1
    """Of a report too long for one act."""

    @property
    def something(self) -> bool:
        return bool(self.given or self.told or self.refused or self.parts > 1)


def look(occ: Occasion, draft: Draft) -> Ahead:
    """Never raises for what an officer may still mend: what stands in the way is a sentence."""
    try:
        parts = len(service.as_acts(draft))
        prepared = service.look_ahead(draft)
    except Refused as refused:
        return Ahead(refused=sentences.refusal(refused))
    found = Ahead(prepared=prepared, parts=parts)
    if prepared.preview is None:
        return found
    told = [*_standing(prepared), *(_late(timing) for timing in prepared.preview.timings if timing.late and timing.agreed is None)]
    found = replace(found, told=tuple(told))
    return _with_notice(found, prepared.preview.notice, occ) if prepared.preview.notice else found


def _standing(prepared: Prepared) -> list[str]:
    """Out of turn only where the form is whole: half a form has no dates to be judged by."""
    assert prepared.preview is not None
    standing = prepared.preview.standing
    if standing.state == "in-turn" or prepared.faults:
        return []
    said = reasons.sentences([[one.code, *one.words] for one in standing.reasons])
    return [_("The procedure does not provide for this step now."), *said]


def _late(timing: Timing) -> str:
    if timing.kind == "due":
        return _("Agreed: by %(moment)s. It goes out after that, and counts all the same.") % {"moment": dates.moment(timing.moment)}
    return _("Agreed: not after %(moment)s. It goes out after that, and counts all the same.") % {"moment": dates.moment(timing.moment)}


def _with_notice(found: Ahead, notice: Notice, occ: Occasion) -> Ahead:
    assert occ.terms is not None
    return replace(
        found,
        given=sentences.length(notice.given, working=notice.working),
        agreed=sentences.length(notice.agreed, working=notice.working),
        clause=agreed.para(occ.version, occ.terms.measure, "change_notice" if occ.change else "notice"),
        short=notice.short,
        earliest=_earliest(notice, wiring.now()) if notice.short and not notice.working else None,
    )


def _earliest(notice: Notice, now: datetime) -> date:
    """The deadline moves with the day it is counted from, so the day moves by what the deadline lacks."""
    return day_of(notice.anchor) + timedelta(days=-((notice.deadline - now) // DAY))
