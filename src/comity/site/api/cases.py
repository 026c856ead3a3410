"""Cases, duties and what may be done next; Today; the calendar and the map."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from comity.conduct.case import Case
from comity.conduct.openings import opening_steps
from comity.formats import geojson
from comity.formats.shape import faults_of
from comity.node.ports import CaseRow, FactRow
from comity.protocol.refusals import Refused
from comity.site.api import limits, schemas, schemas_desk, shapes, shown
from comity.site.api.access import held, officer_of, open_to
from comity.site.config import wiring
from comity.site.desk.models import Draft
from comity.site.journal import reading
from comity.site.people.permissions import may
from comity.site.people.record import record_reading

router = Router(tags=["cases"])
Days = Annotated[int, Field(ge=0, le=limits.DAYS_AHEAD)]
Position = Annotated[int, Field(ge=0)]


@router.get("/today", response=schemas_desk.Today, auth=open_to("act.read"))
def today(request: HttpRequest) -> Any:
    """What is due from us and to us, what came, what waits for release, and what the post has not delivered yet."""
    now, ours, officer = wiring.now(), wiring.our_party(), officer_of(request)
    waiting = Draft.objects.select_related("prepared_by", "assigned_to", "released_by", "seen_by").filter(state=Draft.State.SUBMITTED)
    drafts = list(waiting.defer("data", "typed").order_by("submitted_at")[: reading.PAGE]) if may(officer, "draft.read") else []
    return {
        "now": now,
        "due_from_us": [shown.duty_line(one, now) for one in reading.due_from(ours, now=now)],
        "due_to_us": [shown.duty_line(one, now) for one in reading.due_to(ours, now=now)],
        "arrived": [shown.act_line(one) for one in reading.arrived()],
        "waits_for_release": [shown.draft_line(one) for one in drafts],
        "waiting_post": queues() if may(officer, "post.read") else [],
    }


def queues() -> list[dict[str, Any]]:
    """What waits for each peer."""
    names = ("peer", "waiting", "since", "attempts")
    return [dict(zip(names, row, strict=True)) for row in reading.waiting_post()]


@router.get("/duties", response=list[schemas.Duty], auth=open_to("case.read"))
def duties(request: HttpRequest, whose: str = "us", days: Days = 60, step: str = "") -> Any:
    """Open duties, earliest first, as many days ahead as asked. `whose`: us, others, or a party. `step` asks for one step of all."""
    now, ours = wiring.now(), wiring.our_party()
    ahead, most = timedelta(days=days), reading.MOST
    if step:
        found = reading.open_duties_of_step(step[: limits.NAME], limit=most)
    elif whose == "others":
        found = reading.due_to(ours, now=now, ahead=ahead, limit=most)
    else:
        found = reading.due_from(ours if whose == "us" else whose[: limits.NAME], now=now, ahead=ahead, limit=most)
    return [shown.duty_line(one, now) for one in found]


@router.get("/cases", response=shapes.Page[schemas.CaseLine], auth=open_to("case.read"))
def cases(
    request: HttpRequest, *, state: str = "", measure: str = "", procedure: str = "", silent: bool = False, page: shapes.PageNumber = 1
) -> Any:
    """Cases, those that moved last first. `state` is open or ended. `silent` also lists those in which nothing was said yet."""
    found = reading.cases_page(
        number=page, is_open={"open": True, "ended": False}.get(state), measure=measure[: limits.NAME],
        procedure=procedure[: limits.NAME], with_acts=not silent,
    )  # fmt: skip
    return {"items": [shown.case_line(one) for one in found.items], "page": page, "more": found.more}


@router.get("/cases/{case}", response=schemas.Case, auth=open_to("case.read"))
def case(request: HttpRequest, case: str, after: Position = 0) -> Any:
    """One case: its acts from a position on, its duties, what we may do next, and the cases aside it."""
    row = held(reading.case_row(case[:64]), "case", case)
    record_reading(request, f"case:{row.id}")
    lines = reading.case_acts(row.id, after=after, limit=limits.CASE_ACTS + 1)
    now = wiring.now()
    folded = _folded(row, lambda found: {
        "duties": [shown.duty(one, row, now) for one in found.duties(now)[: reading.MOST]],
        "allowed": _allowed(found, now), "crossings": [shown.crossing(one) for one in found.crossings],
        "waiting": list(found.waiting),
    })  # fmt: skip
    return shown.case_line(row) | folded | {
        "timeline": [shown.act_line(one) for one in lines[: limits.CASE_ACTS]], "more": len(lines) > limits.CASE_ACTS,
        "aside": [shown.case_line(one) for one in reading.cases_aside(row.id)],
    }  # fmt: skip


def _folded(row: CaseRow, read: Callable[[Case], dict[str, Any]]) -> dict[str, Any]:
    """What a case amounts to; empty while the texts it stands on are not all here."""
    with wiring.reading() as office:
        found = office.folds.case(row.id)
        return read(found) if found else {"duties": [], "allowed": [], "crossings": [], "waiting": []}


def _allowed(found: Case, now: datetime) -> list[dict[str, Any]]:
    return [shown.possible(one, found.rules.terms, found.id) for one in found.allowed(wiring.our_party(), now)]


@router.get("/cases/{case}/allowed", response=list[schemas.Possible], auth=open_to("case.read"))
def allowed(request: HttpRequest, case: str) -> Any:
    """What we may do next in this case."""
    row = held(reading.case_row(case[:64]), "case", case)
    return _folded(row, lambda found: {"allowed": _allowed(found, wiring.now())})["allowed"]


@router.get("/openings", response=list[schemas.Possible], auth=open_to("case.read"))
def openings(request: HttpRequest, measure: str = "") -> Any:
    """The steps with which we may open a case now, for every measure in force."""
    with wiring.reading() as office:
        now = office.now()
        agreed = [terms for terms in office.folds.in_force(now) if measure in ("", terms.measure)]
        return [shown.possible(one, terms, None) for terms in agreed for one in opening_steps(terms, office.party, now)]


# Calendar and map ---------------------------------------------------------------------------------------------------------


@router.get("/calendar", response=schemas.Calendar, auth=open_to("act.read"))
def calendar(request: HttpRequest, begins: date, ends: date) -> Any:
    """Activities and duties between two days (both meant, UTC), and the days the parties named in their terms."""
    first, last = _span(begins, ends)
    now = wiring.now()
    return {
        "begins": first, "ends": last, "activities": _activities(first, last),
        "duties": [shown.duty_line(one, now) for one in reading.duties_between(first, last)],
        "sensitive": _sensitive(begins, ends),
    }  # fmt: skip


def _span(begins: date, ends: date) -> tuple[datetime, datetime]:
    if not timedelta(0) <= ends - begins <= timedelta(days=limits.DAYS):
        raise Refused("request.days", {"most": limits.DAYS}, _("Ask for days in their order, at most two years at once."))
    return datetime.combine(begins, time(0), UTC), datetime.combine(ends, time(23, 59, 59), UTC)


def _facts(first: datetime, last: datetime) -> list[tuple[FactRow, CaseRow | None]]:
    rows = reading.facts_between(first, last, kinds=("activity",))
    known = reading.cases_by_id(sorted({row.case for row in rows}))
    return [(row, known.get(row.case)) for row in rows]


def _activities(first: datetime, last: datetime) -> list[dict[str, Any]]:
    return [shown.activity(row, case) for row, case in _facts(first, last)]


def _sensitive(begins: date, ends: date) -> list[dict[str, Any]]:
    with wiring.reading() as office:
        versions = [one.version for _chain, one in office.folds.instruments.in_force(office.now())]
    return [
        {"name": dict(one.name), "first": one.first, "last": one.last, "party": one.party, "terms": version.id}
        for version in versions
        for one in version.sensitive
        if one.first <= ends and one.last >= begins
    ]


@router.get("/map", auth=open_to("act.read"))
def places(request: HttpRequest, begins: date, ends: date) -> Any:
    """Activities with a place, and the zones agreed, between two days, as GeoJSON (RFC 7946). `shape` is the exact place."""
    found = [_feature(row, case) for row, case in _facts(*_span(begins, ends))]
    features = [one for one in found if one is not None] + _zones(begins, ends)
    return HttpResponse(geojson.write(features), content_type=geojson.MEDIA_TYPE)


def _feature(row: FactRow, case: CaseRow | None) -> dict[str, Any] | None:
    place = row.fields.get("place")
    if not place:
        return None
    shape = {"shape": "point", "centre": place} if "lat" in place else place
    if faults_of(shape):
        return None
    about = shown.activity(row, case)
    said = {name: about[name] for name in ("act", "case", "measure", "author", "title", "vague", "case_open", "outcome")}
    dates = {"begins": row.fields.get("begins"), "ends": row.fields.get("ends")}
    return geojson.feature(shape, key=f"{row.act}{row.path}", kind="activity", **said, **dates)


def _zones(begins: date, ends: date) -> list[dict[str, Any]]:
    with wiring.reading() as office:
        versions = [one.version for _chain, one in office.folds.instruments.in_force(office.now())]
    return [
        geojson.feature(zone["area"], key=f"{version.id}/{zone['zone']}", kind="zone", name=dict(zone["name"]), terms=version.id)
        for version in versions
        for zone, read in zip(version.record["zones"], version.zones, strict=True)
        if (read.first is None or read.first <= ends) and (read.last is None or read.last >= begins) and not faults_of(zone["area"])
    ]
