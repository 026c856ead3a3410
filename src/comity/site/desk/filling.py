"""A draft on a page and back: what its form holds, what an officer sent, what the page fills in by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from comity.catalogue.form import Form
from comity.catalogue.form_checks import Fault, validate
from comity.formats import cells
from comity.formats.numerals import Unread
from comity.protocol.act import party_of
from comity.site.config import wiring
from comity.site.desk.corrections import changes_between, reading_so
from comity.site.desk.models import Draft
from comity.site.desk.occasion import Occasion, latest_report
from comity.site.pages import agreed, form_posts
from comity.site.pages.forms import Filled, parse

PRECEDENCES = ("routine", "priority", "immediate", "flash")
HEADER_LINE = 2_000
"""Characters of one line of the message header (protocol.act)."""
REASON = "/reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came back from the page. `fields` are those of the draft; `filled` is what the form on the page holds."""

    fields: Mapping[str, Any]
    filled: Filled
    switched: bool


def form_on_page(occ: Occasion, choice: str) -> Form | None:
    """The form an officer fills in: of the act itself, or of the act that is corrected."""
    return occ.answered.form if occ.corrects and occ.answered else occ.form(choice)


def shown_data(occ: Occasion, draft: Draft) -> Mapping[str, Any]:
    """What stands in that form now."""
    if occ.corrects and occ.answered and occ.answered.form:
        return reading_so(occ.answered.form, occ.answered.data, draft.data.get("changes", []))
    return dict(draft.data)


def last_data(occ: Occasion) -> Mapping[str, Any] | None:
    """What stands in small print under each cell."""
    if occ.corrects and occ.answered:
        return occ.answered.data
    return occ.before.data if occ.before else None


def last_label(occ: Occasion) -> str:
    if occ.corrects or occ.change:
        return _("sent")
    return occ.before.label if occ.before else ""


def filled_of(occ: Occasion, draft: Draft) -> Filled:
    """The draft as kept, with what is wrong in it: texts that could not be read, and what the form does not allow."""
    form, data = form_on_page(occ, draft.choice), shown_data(occ, draft)
    if form is None:
        return Filled(data=data)
    typed = {path: text for path, text in draft.typed.items() if path != REASON}
    unread = [fault for path, text in typed.items() if (fault := _unread(form, path, text))]
    found = [one for one in validate(form, data) if not any(f"{path}/".startswith(f"{one.path}/") for path in typed)]
    return Filled(data=data, typed=typed, faults=tuple(form_posts.in_order(form, [*unread, *found])))


def _unread(form: Form, path: str, text: str) -> Fault | None:
    node = form.node(path)
    said = cells.read({**node, "items": form.resolve(node["items"])} if node and "items" in node else node, text) if node else None
    return Fault(path=path, code=said.code, args=said.args) if isinstance(said, Unread) else None


def sent(occ: Occasion, draft: Draft, post: QueryDict) -> Sent:
    """What the officer sent. A choice with another form than that on the page puts its entries aside and brings its own."""
    shown, choice = _choice(occ, draft, post.get("shown", draft.choice)), _choice(occ, draft, post.get("choice", draft.choice))
    form = form_on_page(occ, shown)
    filled = parse(form, post, last=last_data(occ)) if form else Filled(data=dict(draft.data), row=post.get("row"))
    fields: dict[str, Any] = {
        "choice": choice,
        "header": _header(occ, post),
        "to": _to(occ, post),
        "data": filled.data,
        "typed": dict(filled.typed),
    }
    if occ.corrects and occ.answered and occ.answered.form:
        fields["data"] = _correction(occ, filled, post)
    if choice != shown and occ.form(choice) != occ.form(shown):
        others = {**draft.others, shown: {"data": fields["data"], "typed": fields["typed"]}}
        kept = others.pop(choice, None) or {"data": prefilled(occ, draft, choice), "typed": {}}
        fields |= {"others": others, **kept}
    return Sent(fields=fields, filled=filled, switched=occ.form(choice) != occ.form(shown))


def _choice(occ: Occasion, draft: Draft, asked: str) -> str:
    return asked if asked in occ.forms else draft.choice


def _correction(occ: Occasion, filled: Filled, post: QueryDict) -> dict[str, Any]:
    assert occ.answered is not None, "a correction answers an act"
    assert occ.answered.form is not None, "an act without a form has no figure to correct"
    reason = " ".join(post.get("reason", "").split("\r"))[:4_000].strip()
    changes = changes_between(occ.answered.form, occ.answered.data, filled.data)
    return ({"reason": reason} if reason else {}) | ({"changes": changes} if changes else {})


def _header(occ: Occasion, post: QueryDict) -> dict[str, str]:
    precedence = post.get("precedence", "routine")
    languages = occ.version.languages if occ.version else ()
    language = post.get("language", "")
    said = {
        "precedence": precedence if precedence in PRECEDENCES else "routine",
        "subject": _line(post.get("subject", "")),
        "language": language if language in languages else "",
        "remarks": _line(post.get("remarks", "")),
        "provision": provision(occ, language),
    }
    return {name: text for name, text in said.items() if text}


def _line(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()[:HEADER_LINE]


def provision(occ: Occasion, language: str) -> str:
    """'para 14, Sarn Arrangement, version 2', in the language of the message."""
    if occ.version is None or occ.terms is None:
        return ""
    with translation.override(language or translation.get_language() or "en"):
        said = {"para": agreed.para(occ.version, occ.terms.measure), "terms": agreed.terms_title(occ.version), "number": occ.number}
        return _("%(para)s, %(terms)s, version %(number)s") % said if said["para"] else ""


def _to(occ: Occasion, post: QueryDict) -> list[str]:
    """The offices chosen, in the order of the terms; nothing where the case says who receives it."""
    return [office for office in occ.offices if office in post.getlist("to")] if occ.chosen else []


# What the page fills in by itself ----------------------------------------------------------------------------------------


def prefilled(occ: Occasion, draft: Draft, choice: str) -> dict[str, Any]:
    """What a new form begins with: references and hashes the officer never types, dates that follow from the terms."""
    form = occ.form(choice)
    if form is None:
        return dict(draft.data)
    if occ.change and occ.before:
        return dict(occ.before.data)
    known = {name for name, _node in form.fields(form.schema)}
    data: dict[str, Any] = {}
    if "about" in known:
        data["about"] = draft.data.get("about") or _about(occ)
    if "as_of" in known and (day := occ.valid or draft.period):
        data["as_of"] = str(day)[:10]
    if "since" in known:
        data |= _since(draft)
    return {name: value for name, value in data.items() if value and name in known}


def _about(occ: Occasion) -> Any:
    """An answer is about what its question was about."""
    return occ.answered.data.get("about") if occ.answered else None


def _since(draft: Draft) -> dict[str, Any]:
    with wiring.reading() as office:
        last = latest_report(office, draft)
    if last is None:
        return {}
    as_of = last.data.get("as_of")
    return {"since": last.act} | ({"last_as_of": as_of} if as_of else {})


def addressed(occ: Occasion, draft: Draft) -> tuple[str, ...]:
    """The offices it will go to."""
    return tuple(draft.to) if occ.chosen else occ.fixed


def begins_to(occ: Occasion) -> list[str]:
    """Who is ticked at first: the author of the act asked about; where there is none, everybody it may go to."""
    if occ.about is not None and occ.about.party != occ.ours:
        return [office for office in occ.offices if party_of(office) == occ.about.party]
    return []
