"""The acts of a case in order, with receipts for ours and our own receipt for others'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from comity.node.ports import CaseRow, Delivery
from comity.protocol.act import party_of
from comity.site.journal.reading import ActLine
from comity.site.pages import agreed, dates, names, reasons

LONGEST = 100
"""Acts shown in one timeline; the archive has all."""


def timeline(
    lines: Sequence[ActLine], cases: Mapping[str, CaseRow], deliveries: Mapping[str, Sequence[Delivery]], given: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Entries for components/timeline.html, the oldest first."""
    answered = {(str(ref["act"]), line.party) for line in lines for ref in line.content["refs"] if ref["rel"] == "answers"}
    ordered = sorted(lines, key=lambda line: (line.at, line.position))[-LONGEST:]
    return [_entry(line, cases.get(line.case), deliveries.get(line.id, ()), given.get(line.id, ""), answered) for line in ordered]


def _entry(line: ActLine, case: CaseRow | None, sent: Sequence[Delivery], given: str, answered: set[tuple[str, str]]) -> dict[str, Any]:
    return {
        "at": line.at,
        "title": agreed.act_title(line, case.procedure if case else ""),
        "url": reverse("pages:act", args=[line.id]),
        "party": names.name_of(line.party),
        "number": line.number,
        "standing": standing(line),
        "receipts": receipt_rows(line, sent, answered) if line.ours else (),
        "received": "" if line.ours else received(line, given),
    }


def standing(line: ActLine) -> str:
    """Words for an act that does not simply stand, with the reasons."""
    if line.standing == "in-turn":
        return ""
    return f"{reasons.standing_word(line.standing)}. {' '.join(reasons.sentences(line.reasons))}".strip()


def receipt_rows(line: ActLine, sent: Sequence[Delivery], answered: set[tuple[str, str]]) -> list[dict[str, Any]]:
    """One for each addressee, in the order in which the act names them."""
    order = {office: place for place, office in enumerate(line.content["to"])}
    rows = sorted(sent, key=lambda one: order.get(one.to, len(order)))
    return [_receipt(one, line.id, answered) for one in rows]


def _receipt(one: Delivery, act: str, answered: set[tuple[str, str]]) -> dict[str, Any]:
    party = party_of(one.to)
    state = "answered" if (act, party) in answered else one.state
    return {"party": party, "state": state, "at": None if state in ("waiting", "answered") else one.since}


def received(line: ActLine, given: str) -> str:
    """When it came here and what we signed for it."""
    came = _("Received here %(moment)s.") % {"moment": dates.moment(line.held_since)}
    signed = {
        "delivered": _("We signed that it was delivered."),
        "opened": _("We signed that it was opened."),
        "refused": _("We signed that we refused it."),
    }.get(given, "")
    return f"{came} {signed}".strip()
