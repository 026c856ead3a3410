"""The clock of an exercise. A real node has none: these addresses then answer as if they did not exist."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status

from comity.site.api.access import open_to
from comity.site.config import clock, wiring

router = Router(tags=["exercise"])


class Clock(Schema):
    """`seconds` by which the exercise's clock stands apart from the real one."""

    seconds: int


@router.post("/clock", response={204: None}, auth=open_to("settings.manage"))
def set_clock(request: HttpRequest, body: Clock) -> Any:
    """Move the clock of an exercise and let time pass. Only where the data folder is that of an exercise."""
    path = settings.DATA / clock.CLOCK_FILE
    if not path.exists():
        raise Http404
    path.write_text(str(body.seconds), "ascii")
    wiring.tick_once()
    return Status(204, None)


@router.delete("/clock", response={204: None}, auth=open_to("settings.manage"))
def end(request: HttpRequest) -> Any:
    """The exercise's own time is over: from now on the node has the real one."""
    path = settings.DATA / clock.CLOCK_FILE
    if not path.exists():
        raise Http404
    path.unlink()
    wiring.tick_once()
    return Status(204, None)
