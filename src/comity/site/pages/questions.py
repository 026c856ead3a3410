"""Questions and their answers, each with the figure it is about, so that it can stand in the row of its figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from comity.node.ports import CaseRow, Delivery
from comity.protocol.act import party_of
from comity.site.desk.models import Draft
from comity.site.journal.reading import ActLine, DutyLine
from comity.site.pages import names
from comity.site.pages.deadlines import Tag, by_words
from comity.site.pages.frame import url_or_none
from comity.site.pages.templatetags.comity import receipt_word

ASK, ANSWER = "ask", "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    text: str
    by: str
    at: datetime
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `path` is the pointer to its figure in act `about`, empty where it is about the whole act."""

    act: str
    about: str
    path: str
    line: int | None
    text: str
    by: str
    to: tuple[str, ...]
    at: datetime
    due: str
    tag: Tag
    answers: tuple[Answer, ...] = ()
    answer_url: str = ""
    figure: str = ""
    mine: bool = False
    """A draft of ours: only we see it."""

    @property
    def open(self) -> bool:
        return not self.answers and not self.mine

    def named(self, figure: str) -> Question:
        return replace(self, figure=figure)


def start_url(**values: Any) -> str:
    """Where a draft begins, or nothing on a node without a desk. Empty values are left out."""
    url = url_or_none("desk:start")
    asked = {name: value for name, value in values.items() if value not in (None, "")}
    return f"{url}?{urlencode(asked)}" if url else ""


def ask_url(line: ActLine, row: CaseRow, path: str = "", number: int | None = None) -> str:
    """Where a question about a figure of an act begins: `about` is the act and, after it, the pointer into what it says."""
    return start_url(
        terms=row.terms, measure=row.measure, step=ASK, case=row.id, about=f"{line.id}{path}", line=number, choice=None, period=None
    )


def questions(
    lines: Sequence[ActLine], duties: Iterable[DutyLine], deliveries: Mapping[str, Sequence[Delivery]], *, us: str, may_answer: bool
) -> list[Question]:
    """The questions among these acts, oldest first."""
    due = {line.duty.since: line.duty for line in duties if line.duty.step == ANSWER}
    answers: dict[str, list[ActLine]] = {}
    for line in lines:
        if line.step == ANSWER and line.standing == "in-turn":
            answers.setdefault(_answered(line), []).append(line)
    asked = [line for line in lines if line.step == ASK and line.standing == "in-turn"]
    return [_question(line, answers.get(line.id, []), due.get(line.id), deliveries.get(line.id, ()), us, may_answer) for line in asked]


def _answered(line: ActLine) -> str:
    return next((str(ref["act"]) for ref in line.content["refs"] if ref["rel"] == "answers"), "")


def _question(line: ActLine, answers: Sequence[ActLine], duty: Any, sent: Sequence[Delivery], us: str, may_answer: bool) -> Question:  # noqa: FBT001
    data = line.content["body"]["data"]
    about = data.get("about") or {}
    to = tuple(party_of(office) for office in line.content["to"])
    said = tuple(Answer(text=str(one.content["body"]["data"].get("text", "")), by=one.party, at=one.at, act=one.id) for one in answers)
    waits = us in to and not any(one.by == us for one in said)
    return Question(
        act=line.id,
        about=str(about.get("act", "")),
        path=str(about.get("path", "")),
        line=about.get("line"),
        text=str(data.get("text", "")),
        by=line.party,
        to=to,
        at=line.at,
        due=by_words(duty.due) if duty is not None else "",
        tag=_tag(line, said, to, sent, us),
        answers=said,
        answer_url=_answer_url(line) if waits and may_answer else "",
    )


def _answer_url(line: ActLine) -> str:
    content = line.content
    return start_url(terms=content["terms"], measure=line.measure, step=ANSWER, case=line.case, answers=line.id)


def _tag(line: ActLine, answers: Sequence[Answer], to: Sequence[str], sent: Sequence[Delivery], us: str) -> Tag:
    by = names.name_of(line.party)
    if answers:
        words = _("Asked by us, answered") if line.party == us else _("Asked by %(by)s, answered") % {"by": by}
        return Tag(kind="done", words=words, shape="answered")
    if line.party == us:
        state = sent[0].state if sent else "waiting"
        return Tag(kind="new", words=_("Asked by us, %(state)s") % {"state": receipt_word(state)}, shape=state)
    if us in to:
        return Tag(kind="due", words=_("Asked by %(by)s, waits for our answer") % {"by": by})
    return Tag(kind="open", words=_("Asked by %(by)s, not yet answered") % {"by": by})


def drafted(case: str) -> list[Question]:
    """Questions of ours that are drafted and not released: nobody outside this node sees them."""
    held = Draft.objects.filter(case=case, step=ASK, state__in=[Draft.State.OPEN, Draft.State.SUBMITTED]).order_by("pk")[:50]
    return [_drafted(draft) for draft in held]


def _drafted(draft: Draft) -> Question:
    about = draft.data.get("about") or {}
    return Question(
        act="",
        about=str(about.get("act", "")),
        path=str(about.get("path", "")),
        line=about.get("line"),
        text=str(draft.data.get("text", "")),
        by="",
        to=(),
        at=draft.prepared_at,
        due="",
        tag=Tag(kind="open", words=_("Only you see this")),
        answer_url=url_or_none("desk:draft", draft.pk) or "",
        mine=True,
    )
