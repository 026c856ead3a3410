"""The header of an act as a diplomatic message, for components/message_header.html."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from comity.node.office import Office
from comity.protocol.act import party_of
from comity.site.journal.reading import ActLine
from comity.site.pages import agreed, names

SHOWN_RELATIONS = ("answers", "amends", "voids", "reveals", "accepts", "cites", "closes")
"""Relations people are told of; `after` only orders acts."""


def header(office: Office, line: ActLine, *, procedure: str, cited: Mapping[str, ActLine], subject: str = "") -> dict[str, Any]:
    """The message header. `cited` are acts it refers to, as far as they are held; `subject` where the act gives none."""
    content = line.content
    said = content["header"]
    return {
        "subject": str(said.get("subject") or subject or agreed.act_title(line, procedure)),
        "precedence": line.precedence,
        "sender": names.name_of(line.party),
        "to": [names.name_of(party_of(to)) for to in content["to"]],
        "info": [],
        "number": line.number,
        "at": line.at,
        "provision": str(said.get("provision") or provision(office, content)),
        "references": list(_references(content, cited, procedure)),
        "language": said.get("language"),
        "remarks": said.get("remarks"),
    }


def provision(office: Office, content: Mapping[str, Any]) -> str:
    """'para 14, Sarn Arrangement, version 4' for a step under terms held here; else nothing."""
    concluded = office.folds.instruments.concluded(content["terms"] or "")
    if concluded is None:
        return ""
    where = agreed.para(concluded.version, str(content["body"].get("measure") or ""))
    named = {"title": agreed.terms_title(concluded.version), "number": concluded.number, "where": where}
    return (_("%(where)s, %(title)s, version %(number)s") if where else _("%(title)s, version %(number)s")) % named


def _references(content: Mapping[str, Any], cited: Mapping[str, ActLine], procedure: str) -> Any:
    for ref in content["refs"]:
        held = cited.get(ref["act"])
        if ref["rel"] in SHOWN_RELATIONS and held is not None:
            yield reverse("pages:act", args=[held.id]), held.number or held.id[:8], agreed.act_title(held, procedure)
