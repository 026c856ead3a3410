"""Acts: what was said, where it stands, who has received it, and the file that proves it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from comity.node.ports import HeldAct
from comity.site.api import limits, schemas, shapes, shown
from comity.site.api.access import held, officer_of, open_to
from comity.site.config import wiring
from comity.site.desk.evidence import evidence_of
from comity.site.journal import reading
from comity.site.journal.reading import ActLine
from comity.site.journal.store import SqlStore
from comity.site.people.models import What
from comity.site.people.record import address_of, record, record_reading

router = Router(tags=["acts"])


@router.get("", response=shapes.Page[schemas.ActLine], auth=open_to("act.read"))
def acts(request: HttpRequest, *, ours: bool | None = None, kind: str = "", party: str = "", page: shapes.PageNumber = 1) -> Any:
    """Acts held, newest first. `ours` asks for those this node issued or received; `kind` for one kind; `party` for one sender's."""
    found = reading.acts_page(number=page, ours=ours, kind=kind[: limits.NAME], party=party[: limits.NAME])
    return {"items": [shown.act_line(one) for one in found.items], "page": page, "more": found.more}


@router.get("/{act}", response=schemas.Act, auth=open_to("act.read"))
def act(request: HttpRequest, act: str) -> Any:
    """One act with all it says, where it stands, and its way to each addressee."""
    line = held(reading.act(act[:64]), "act", act)
    record_reading(request, f"act:{line.id}")
    content = line.content
    return shown.act_line(line) | _in_its_case(line) | {
        "terms": content["terms"] or "", "to": content["to"], "refs": content["refs"], "header": content["header"],
        "body": content["body"], "deliveries": [shown.delivery(one) for one in reading.deliveries([line.id]).get(line.id, [])],
    }  # fmt: skip


def _in_its_case(line: ActLine) -> dict[str, Any]:
    """What its case makes of it; nothing for an act outside cases or one that waits."""
    with wiring.reading() as office:
        case = office.folds.case(line.case) if line.case else None
        if case is None or line.id not in case.tables.statements:
            return {"now_says": None, "amended_by": [], "answered_by": [], "notice": None, "timings": []}
        return {
            "now_says": dict(case.data(line.id)), "amended_by": list(case.amendments(line.id)),
            "answered_by": list(case.answers(line.id)), "notice": shown.notice(case.notice(line.id)),
            "timings": [shown.timing(one) for one in case.timing(line.id)],
        }  # fmt: skip


@router.get("/{act}/receipts", response=list[schemas.Receipt], auth=open_to("act.read"))
def receipts(request: HttpRequest, act: str) -> Any:
    """The receipts of an act of ours, each as its addressee signed it."""
    found = _held(act)
    return [shown.receipt(one) for one in reading.deliveries([found.id]).get(found.id, [])]


@router.get("/{act}/evidence", auth=open_to("export"))
def evidence(request: HttpRequest, act: str) -> Any:
    """The file that proves the act offline: `comity verify FILE`."""
    found = _held(act)
    content = evidence_of(found)
    record(officer_of(request), What.EXPORT, f"act:{found.id}", address=address_of(request))
    answer = HttpResponse(content, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="act-{found.id[:16]}.json"'
    return answer


def _held(act: str) -> HeldAct:
    return held(SqlStore().act(act[:64]), "act", act)
