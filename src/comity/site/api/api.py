"""The REST interface of a node at /api/v1/, described at /api/v1/openapi.json (OpenAPI 3.1).

A program sends an officer's token, `Authorization: Bearer comity_…`; it may do what that officer's roles may, by the same
table as the pages. A signed-in session reads here and never writes. What is refused comes as a problem document (RFC 9457)
with a permanent `code`; /api/v1/problems lists codes and statuses. Every list has an end: `?page=2`.

The life of an arrangement, call by call (D: token of a drafter, R: of a releaser, A: of an administrator):

Know each other, on both sides:
    A  GET  /node                                → take `bundle` and `fingerprint`
    A  POST /peers                               {"card": "…", "keysets": ["…"]}        the other's `bundle`
    A  POST /peers/ondoria/confirm               {"fingerprint": "…"}                   as the other side read it out

Agree; each word is a draft (201, its `id`) that another officer releases:
    D  POST /terms/propose                       {"record": {…}}                        one party; texts are added
    D  POST /terms/VERSION/initial               {}                                     each other party, when it has arrived
    D  POST /terms/VERSION/sign                  {}                                     each party, when all have initialled
    R  POST /drafts/ID/release                                                          → `act`
       GET  /terms                               → `awaited` says whose word is missing, `in_force` when it is done

Report (a calendar case is named by its period; terms are found by measure):
    D  POST /drafts                              {"measure": "un:I.1.1", "step": "report", "choice": "submitted",
                                                  "period": "2026-12-15", "data": {…the form…}}
    D  GET  /drafts/ID/preview                   → addressees, faults, notice, who may release
    D  POST /drafts/ID/sheet?version=1           multipart `file`: XLSX or CSV instead of `data`
    D  POST /drafts/ID/submit                    R  GET  /drafts/ID/differences         against last year
                                                 R  POST /drafts/ID/release
    a nil return: "choice": "nil", "data": {"as_of": "2026-12-01"}

Notify (opens a case of all parties):
    D  POST /drafts                              {"measure": "un:I.3.1", "step": "notify", "choice": "planned",
                                                  "data": {"designation": "…", "begins": "2027-02-01", "ends": "2027-02-10", …}}
    change it: "step": "change" with "case"; end it: "step": "complete"

Ask about an act, answer (a question to fewer than all is a case aside; its answer names that case):
    D  POST /drafts                              {"case": "CASE", "measure": "un:I.1.1", "step": "ask", "to": ["tarsenia/vc"],
                                                  "refs": [{"rel": "cites", "act": "ACT"}],
                                                  "data": {"text": "…", "about": {"act": "ACT", "line": 3, "path": "/units/2/personnel"}}}
    D  POST /drafts                              {"case": "CASE ASIDE", "measure": "un:I.1.1", "step": "answer",
                                                  "refs": [{"rel": "answers", "act": "QUESTION"}],
                                                  "data": {"kind": "explained", "text": "…"}}

Incident (48 hours run from its release):
    D  POST /drafts                              {"measure": "un:I.3.4", "step": "request", "choice": "incident", "to": ["ondoria/vc"],
                                                  "header": {"precedence": "flash"}, "data": {…the form “incident”…}}

       GET  /openings, /cases/CASE/allowed       → what may be done now, with choices and the hash of each form
"""

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from comity.protocol.refusals import Refused
from comity.site.api import acts, admin, cases, catalogue, drafts, exercise, limits, problems, shapes, terms
from comity.site.api.access import open_to


class BoundedParser(Parser):
    """JSON no deeper than a form can be, with whole numbers only: an act can hold no others. Refuses `request.…`."""

    def parse_body(self, request: HttpRequest) -> Any:
        value = json.loads(request.body, parse_constant=_no_number, parse_float=_no_number)
        _check_depth(value)
        return value


def _no_number(written: str) -> None:
    sentence = _("Write whole numbers as they are and amounts as text, such as “12.5”.")
    raise Refused("request.number", {"number": written[:40]}, sentence)


def _check_depth(value: Any) -> None:
    """Level by level, so that depth costs no stack."""
    level = [value]
    for _step in range(limits.DEPTH):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return
    raise Refused("request.depth", {"most": limits.DEPTH}, _("Objects stand in objects too deeply here."))


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


class Api(NinjaAPI):
    """Its description names the problem document as the answer to whatever is not taken."""

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        told = super().get_openapi_schema(**asked)
        told["components"]["schemas"]["Problem"] = shapes.Problem.model_json_schema()
        problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
        for path in told["paths"].values():
            for operation in path.values():
                operation["responses"]["default"] = {"description": "Problem", "content": {problems.MEDIA_TYPE: problem}}
        return told


api = Api(
    title="comity",
    version="1",
    description=(__doc__ or "").partition("The life of")[0].strip(),
    openapi_url="/openapi.json",
    docs_url=None,  # pages of others' scripts are not served under our policy
    urls_namespace="api",
    parser=BoundedParser(),
)
problems.hold(api)


@api.get("/problems", response=list[dict[str, Any]], tags=["node"], auth=open_to("self"))
def listed_problems(request: HttpRequest) -> Any:
    """The codes of refusals and the status each has here. What is not listed is `*`."""
    return problems.listed()


api.add_router("", cases.router)
api.add_router("", catalogue.router)
api.add_router("", admin.router)
api.add_router("/acts", acts.router)
api.add_router("/drafts", drafts.router)
api.add_router("/terms", terms.router)
api.add_router("/exercise", exercise.router)
