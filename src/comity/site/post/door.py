"""Where peers knock: a session, then envelopes, then receipts. Strangers get one answer, whatever they did."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import wraps

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
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
COUNTER = re.compile(r"[1-9][0-9]{0,14}")
View = Callable[[HttpRequest], HttpResponse]


def unbroken(view: View) -> View:
    """A door never falls: where the book cannot be written, or a caller hangs up, one line in the log says so."""

    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except UnreadablePostError:
            return stranger()
        except OperationalError as fault:
            log.warning("the door is closed until the database can be written again: %s", fault)
            return not_now()

    return answered


@csrf_exempt
@require_POST
@unbroken
def session(request: HttpRequest) -> HttpResponse:
    """Opens a session for a known peer. The answer's MAC proves that we opened the sealed key."""
    try:
        opened = sessions.open_session(body(request, limits.SMALL_BODY_BYTES))
    except Refused as refusal:
        log.info("a session was refused: %s", refusal.code)
        return stranger()
    return _answered(request, opened, 0, opened.name.encode())


@csrf_exempt
@require_POST
@unbroken
def envelopes(request: HttpRequest) -> HttpResponse:
    """Takes up to 64 sealed envelopes; answers one record for each, after they are durable."""
    return _within(request, _receive)


@csrf_exempt
@require_POST
@unbroken
def receipts(request: HttpRequest) -> HttpResponse:
    """Takes receipts that come later than the answer: opened, or brought by another way."""
    return _within(request, _take_receipts)


def _receive(session: sessions.Session, brought: bytes) -> bytes:
    sealed = frames.unpack(brought, most=limits.AT_ONCE, longest=limits.LONGEST)
    sessions.spend(session, len(sealed))
    with wiring.writing() as office:
        answers = receive(office, sealed, peer=session.node, fell=_fell)
    return frames.pack(encode(_said(answer)) for answer in answers)


def _fell(fault: Exception) -> None:
    """Our own mistake over one act: where it happened, on one line, and nothing of what the act says."""
    last = fault.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    where = f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last else "?"
    log.error("an act could not be taken in and stays with its sender: %s at %s. Please report this.", type(fault).__name__, where)


def _said(answer: Answer) -> dict[str, object]:
    return {"act": answer.act, "state": answer.state, "code": answer.code, "receipt": answer.receipt.decode()}


def _take_receipts(session: sessions.Session, body: bytes) -> bytes:
    brought = frames.unpack(body, most=limits.AT_ONCE, longest=RECEIPT_BYTES)
    with wiring.writing() as office:
        settled = take_receipts(office, brought, peer=session.node)
    return encode({"settled": list(settled)})


def _within(request: HttpRequest, work: Callable[[sessions.Session, bytes], bytes]) -> HttpResponse:
    """A request inside a session, or the stranger's answer. What is refused inside is told in words."""
    numbered = request.headers.get("Comity-Counter", "")
    if not COUNTER.fullmatch(numbered):
        return stranger()
    counter = int(numbered)
    try:
        brought = body(request, limits.BODY_BYTES)
        used = sessions.use(
            request.headers.get("Comity-Session", ""), method="POST", path=request.get_full_path(), counter=counter,
            mac=request.headers.get("Comity-Mac", ""), body=brought,
        )  # fmt: skip
    except Refused:
        return stranger()
    try:
        return _answered(request, used, counter, work(used, brought))
    except Refused as refusal:
        log.warning("%s was told to wait or to mend its request: %s", used.node, refusal)
        return _answered(request, used, counter, encode({"code": refusal.code}), status=STATUS.get(refusal.code, 400))


STATUS = {"rate": 429, "book.unwritable": 503}
"""Codes that mean 'later'; any other means that the request itself was wrong."""


def body(request: HttpRequest, longest: int) -> bytes:
    """The body, never more than it may be. The length must be announced."""
    announced = request.headers.get("Content-Length", "")
    if not re.fullmatch(r"[0-9]{1,9}", announced) or int(announced) > longest:
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


def not_now() -> HttpResponse:
    """The answer while the database cannot be written: the caller comes again."""
    return HttpResponse(b"not now", status=503, content_type="text/plain")
