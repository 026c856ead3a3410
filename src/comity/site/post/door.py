"""Where peers knock: a session, then envelopes, then receipts. Strangers get one answer, whatever they did."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from comity.node.receive import Answer, receive, take_receipts
from comity.protocol import transport
from comity.protocol.canonical import encode
from comity.protocol.limits import RECEIPT_BYTES
from comity.protocol.refusals import Refused
from comity.site.config import wiring
from comity.site.post import frames, limits, sessions

log = logging.getLogger(__name__)
OCTETS = "application/octet-stream"


@csrf_exempt
@require_POST
def session(request: HttpRequest) -> HttpResponse:
    """Opens a session for a known peer. The answer's MAC proves that we opened the sealed key."""
    try:
        body = _body(request, limits.SMALL_BODY_BYTES)
        opened = sessions.open_session(body)
    except Refused as refusal:
        log.info("a session was refused: %s", refusal.code)
        return stranger()
    return _answered(request, opened, 0, opened.name.encode())


@csrf_exempt
@require_POST
def envelopes(request: HttpRequest) -> HttpResponse:
    """Takes up to 64 sealed envelopes; answers one record for each, after they are durable."""
    return _within(request, _receive)


@csrf_exempt
@require_POST
def receipts(request: HttpRequest) -> HttpResponse:
    """Takes receipts that come later than the answer: opened, or brought by another way."""
    return _within(request, _take_receipts)


def _receive(session: sessions.Session, body: bytes) -> bytes:
    sealed = frames.unpack(body, most=limits.AT_ONCE, longest=limits.LONGEST)
    sessions.spend(session, len(sealed))
    with wiring.writing() as office:
        answers = receive(office, sealed, peer=session.node)
    return frames.pack(encode(_said(answer)) for answer in answers)


def _said(answer: Answer) -> dict[str, object]:
    return {"act": answer.act, "state": answer.state, "code": answer.code, "receipt": answer.receipt.decode()}


def _take_receipts(session: sessions.Session, body: bytes) -> bytes:
    brought = frames.unpack(body, most=limits.AT_ONCE, longest=RECEIPT_BYTES)
    with wiring.writing() as office:
        settled = take_receipts(office, brought, peer=session.node)
    return encode({"settled": list(settled)})


def _within(request: HttpRequest, work: object) -> HttpResponse:
    """A request inside a session, or the stranger's answer. What is refused inside is told in words."""
    try:
        counter = int(request.headers.get("Comity-Counter", ""))
        body = _body(request, limits.BODY_BYTES)
        used = sessions.use(
            request.headers.get("Comity-Session", ""), method="POST", path=request.get_full_path(), counter=counter,
            mac=request.headers.get("Comity-Mac", ""), body=body,
        )  # fmt: skip
    except (Refused, ValueError):
        return stranger()
    try:
        return _answered(request, used, counter, work(used, body))  # type: ignore[operator]
    except Refused as refusal:
        status = 429 if refusal.code == "rate" else 400
        return _answered(request, used, counter, encode({"code": refusal.code}), status=status)


def _body(request: HttpRequest, longest: int) -> bytes:
    """The body, never more than it may be. The length must be announced."""
    announced = request.headers.get("Content-Length", "")
    if not announced.isdigit() or int(announced) > longest:
        raise Refused("body", {"longest": longest}, "The request is too large, or does not say how large it is.")
    return request.read(int(announced))


def _answered(request: HttpRequest, session: sessions.Session, counter: int, body: bytes, status: int = 200) -> HttpResponse:
    answer = HttpResponse(body, status=status, content_type=OCTETS)
    answer["Comity-Mac"] = transport.answer_mac(
        bytes(session.key), status=status, path=request.get_full_path(), counter=counter, body=body
    )
    return answer


def stranger() -> HttpResponse:
    """The one answer for all who are not peers in a session: it says nothing of why."""
    return HttpResponse(b"no session", status=403, content_type="text/plain")
