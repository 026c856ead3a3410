"""What a second officer reads before releasing: what changes, what the others would ask, who receives it, under which terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.catalogue.form import Form
from comity.catalogue.form_texts import field_title
from comity.catalogue.program import Setting
from comity.conduct.correlation import differences
from comity.protocol.act import party_of
from comity.site.config import wiring
from comity.site.desk import ahead, filling, wording
from comity.site.desk.models import Draft
from comity.site.desk.occasion import Occasion
from comity.site.journal import reading
from comity.site.pages import agreed, dates, names
from comity.site.pages.forms import render_reading
from comity.site.pages.frame import url_or_none
from comity.site.pages.templatetags.comity import number

MOST = 20
"""Questions listed: more would not be read."""
PERCENT = 10
"""A figure that moves by so many percent is asked about, where the terms name no other measure of change."""
NEAR = 5
"""Percent below a figure agreed within which the others would ask what is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldAsk:
    """A fact in bold, and the question it invites. Worked out here; nobody else sees it."""

    fact: str
    question: str = ""


def would_ask(occ: Occasion, draft: Draft, seen: ahead.Ahead) -> list[WouldAsk]:
    """What the addressees would ask, as their own nodes would draw their attention to it."""
    found = [WouldAsk(fact=text) for text in seen.told]
    if seen.short:
        given = {"given": seen.given, "agreed": seen.agreed, "clause": seen.clause}
        fact = _("Notice: %(given)s. Agreed: %(agreed)s (%(clause)s).") if seen.clause else _("Notice: %(given)s. Agreed: %(agreed)s.")
        reason = "" if draft.header.get("remarks") else _("What is the reason? It can be given in the remarks.")
        found.append(WouldAsk(fact=fact % given, question=reason))
    found += _moved(occ, draft)
    found += _near(occ, draft)
    found += _together(draft)
    return found[:MOST]


def _moved(occ: Occasion, draft: Draft) -> list[WouldAsk]:
    """Figures that moved by more than agreed since the last report, and rows that are no longer there."""
    form = occ.form(draft.choice)
    if form is None or occ.before is None or occ.change:
        return []
    found, least = differences(draft.data, occ.before.data, form), _percent(occ)
    said = [
        _figure(one, least)
        for one in wording.told_differences(occ, draft.data, occ.before.data, form)
        if one.status == "removed" or _far(one, least)
    ]
    return said if not found.none else []


def _percent(occ: Occasion) -> int:
    rule = occ.terms.value("change_rule", occ.ours) if occ.terms and "change_rule" in occ.terms.procedure.parameters else None
    tests = rule.get("any", []) if isinstance(rule, dict) else []
    return (
        next((test["percent"] for test in tests if isinstance(test, dict) and isinstance(test.get("percent"), int)), PERCENT)
        if isinstance(tests, list)
        else PERCENT
    )


def _far(one: wording.Differs, least: int) -> bool:
    return one.percent is not None and abs(one.percent) >= least


def _figure(one: wording.Differs, least: int) -> WouldAsk:
    if one.status == "removed":
        return WouldAsk(
            fact=_("%(place)s was in the last report and is not in this one.") % {"place": one.place},
            question=_("What became of it? A remark can answer now."),
        )
    said = {"place": one.place, "new": one.new_text, "old": one.old_text, "percent": _rounded(one.percent)}
    return WouldAsk(fact=_("%(place)s: %(new)s, last time %(old)s (%(percent)s %%).") % said, question=_("What accounts for the change?"))


def _rounded(percent: Fraction | None) -> str:
    assert percent is not None
    whole = round(percent)
    return number(whole) if whole < 0 else f"+{number(whole)}"


def _near(occ: Occasion, draft: Draft) -> list[WouldAsk]:
    """A figure just below the one from which more is agreed."""
    rule = occ.terms.value("threshold", occ.ours) if occ.terms and "threshold" in occ.terms.procedure.parameters else None
    tests = rule.get("any", []) if isinstance(rule, dict) else []
    found = []
    for test in tests if isinstance(tests, list) else []:
        name, least = str(test.get("field") or test.get("category") or ""), test.get("at_least")
        value = draft.data.get(name, (draft.data.get("holdings") or {}).get(name))
        if isinstance(value, int) and isinstance(least, int) and least * (100 - NEAR) <= value * 100 < least * 100:
            said = {
                "name": field_title(name, agreed.language()) or name,
                "value": number(value),
                "below": number(least - value),
                "least": number(least),
            }
            clause = agreed.para(occ.version, draft.measure, "threshold")
            fact = _("%(name)s: %(value)s is %(below)s below %(least)s, the figure from which it is notified.") % said
            found.append(WouldAsk(fact=f"{fact} ({clause})" if clause else fact, question=_("What does the figure include?")))
    return found


def _together(draft: Draft) -> list[WouldAsk]:
    """Activities of others in the same days."""
    begins, ends = _moment(draft.data.get("begins")), _moment(draft.data.get("ends"))
    if begins is None or ends is None:
        return []
    others = [one for one in reading.facts_between(begins, ends, limit=MOST) if one.author != wiring.our_party()]
    return [
        WouldAsk(fact=_("In the same days: %(title)s, %(state)s, %(begins)s to %(ends)s.") % {
            "title": one.title or agreed.measure_title(one.measure), "state": names.name_of(one.author),
            "begins": dates.medium(one.begins), "ends": dates.medium(one.ends),
        })
        for one in others if one.begins and one.ends
    ]  # fmt: skip


def _moment(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found.replace(tzinfo=wiring.now().tzinfo) if found.tzinfo is None else found


# The page ---------------------------------------------------------------------------------------------------------------


def context(occ: Occasion, draft: Draft, seen: ahead.Ahead) -> dict[str, Any]:
    """What is read before release: the message as it will be, differences, questions, addressees, terms."""
    form = filling.form_on_page(occ, draft.choice)
    data = filling.shown_data(occ, draft)
    then = filling.last_data(occ)
    lines = wording.told_differences(occ, data, then, form) if then is not None and form is not None else []
    return {
        "header": message(occ, draft, seen),
        "differences": lines,
        "compared": then is not None and form is not None,
        "unchanged": _unchanged(form, data, then) if then is not None and form is not None else 0,
        "against": _against(occ),
        "reading": render_reading(form, data) if form else "",
        "would_ask": would_ask(occ, draft, seen),
        "receivers": receivers(occ, filling.addressed(occ, draft)),
        "clauses": paragraphs(occ),
    }


def _against(occ: Occasion) -> str:
    if occ.corrects or occ.change:
        return _("Sent before")
    return occ.before.label if occ.before else ""


def _unchanged(form: Form, data: Mapping[str, Any], then: Mapping[str, Any]) -> int:
    return differences(data, then, form).count("unchanged")


def message(occ: Occasion, draft: Draft, seen: ahead.Ahead) -> dict[str, Any]:
    """The header block as it will stand on the act."""
    refs = seen.prepared.content.refs if seen.prepared else ()
    held = reading.acts_by_id([ref.act for ref in refs if ref.rel != "after"])
    return {
        "subject": draft.header.get("subject") or wording.title(occ, draft),
        "precedence": draft.header.get("precedence", "routine"),
        "sender": names.name_of(wiring.our_party()),
        "to": [
            names.name_of(party_of(office)) for office in (seen.prepared.content.to if seen.prepared else filling.addressed(occ, draft))
        ],
        "info": [],
        "number": "",
        "provision": draft.header.get("provision") or filling.provision(occ, draft.header.get("language", "")),
        "references": [
            (url_or_none("pages:act", act.id) or "", act.number or act.id[:8], agreed.act_title(act, occ.procedure))
            for act in held.values()
        ],
        "language": draft.header.get("language"),
        "remarks": draft.header.get("remarks"),
    }


def receivers(occ: Occasion, offices: tuple[str, ...]) -> list[dict[str, Any]]:
    """Each State of the terms, whether it receives this, and whether it can be reached at all."""
    with wiring.reading() as office:
        peers = {peer.node: peer for peer in office.store.peers()}
    waiting = {node: (count, since) for node, count, since, _tries in reading.waiting_post()}
    nodes = {party_of(one) for one in offices}
    everybody = [party_of(one) for one in occ.version.offices()] if occ.version else sorted(nodes)
    return [
        {
            "name": names.name_of(node), "receives": node in nodes, "known": node in peers,
            "compared": bool(peers[node].confirmed_by) if node in peers else False, "waiting": waiting.get(node, (0, None)),
        }
        for node in everybody if node != occ.ours
    ]  # fmt: skip


def paragraphs(occ: Occasion) -> list[tuple[str, str]]:
    """The numbered sentences of the terms on this measure that this step is judged by."""
    from comity.site.desk import clause_words

    if occ.version is None or occ.terms is None or occ.step is None:
        return []
    wanted = _settings(occ.step) | {"threshold", "change_rule"}
    if occ.step.part is None and not occ.opens:
        wanted |= _settings(occ.terms.procedure.calendar)
    return clause_words.of_measure(occ.version, occ.terms.measure, wanted)


def _settings(value: Any) -> set[str]:
    """The parameters a step's moments are made of."""
    if isinstance(value, Setting):
        return {value.name}
    if is_dataclass(value):
        return {name for one in fields(value) for name in _settings(getattr(value, one.name))}
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else ()
    return {name for one in inner for name in _settings(one)}


def counted(lines: list[wording.Differs], asks: list[WouldAsk]) -> str:
    """What the releasing officer confirms to have read."""
    if not lines and not asks:
        return _("I have read it.")
    changes = ngettext("%(n)s change", "%(n)s changes", len(lines)) % {"n": number(len(lines))}
    questions = ngettext("%(n)s question", "%(n)s questions", len(asks)) % {"n": number(len(asks))}
    return _("I have read it: %(changes)s, %(questions)s.") % {"changes": changes, "questions": questions}


__all__ = ["WouldAsk", "context", "counted", "message", "paragraphs", "receivers", "would_ask"]
