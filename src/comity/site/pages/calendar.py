"""The calendar: a month three ways, the same as a file, and a feed under a secret address of each officer's own."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from comity.formats.icalendar import MEDIA_TYPE
from comity.node.office import Office
from comity.site.config import wiring
from comity.site.pages import agreed, month
from comity.site.pages.dated import almanac, as_icalendar, backdrop, dated, entries
from comity.site.pages.entries import Links, Reader
from comity.site.pages.models import CalendarFeed
from comity.site.people.models import Officer, What
from comity.site.people.permissions import may, requires
from comity.site.people.record import address_of, record, record_reading

YEARS = range(1900, 9999)
FEED_BACK, FEED_AHEAD = timedelta(days=60), timedelta(days=400)
"""What a feed covers: enough to look back at, and the whole year that is planned."""
SECRET_BYTES = 32


@requires("act.read")
def calendar(request: HttpRequest) -> HttpResponse:
    record_reading(request, "page:calendar")
    now = wiring.now()
    first = _month(request.GET.get("month"), now)
    with wiring.reading() as office:
        context = _context(office, first, reader(request, now), now)
    return render(request, "pages/calendar.html", context)


def _context(office: Office, first: date, who: Reader, now: datetime) -> dict[str, Any]:
    last = last_of(first)
    chosen = f"?month={first:%Y-%m}"
    links = Links(
        page=reverse("pages:calendar"),
        data=reverse("pages:map-data") + chosen,
        save=reverse("pages:calendar-file") + chosen,
        feed=reverse("pages:calendar-address"),
    )
    return month.month_page(
        entries(dated(office, first, last, now)),
        first,
        reader=who,
        links=links,
        almanac=almanac(office, first, last, now),
        backdrop=backdrop(office, now),
    )


def reader(request: HttpRequest, now: datetime) -> Reader:
    """Who reads, and what was chosen on the page."""
    day = request.GET.get("day", "")
    return Reader(
        language=agreed.language(),
        today=now.date(),
        day_number=int(day) if day.isascii() and day.isdigit() and len(day) < 5 else None,
        layers=tuple(request.GET.getlist("layer")) if "layers" in request.GET else None,
    )


def _month(text: str | None, now: datetime) -> date:
    """The first of the month asked for; of this month where none is."""
    return month_of(text) or now.date().replace(day=1)


def month_of(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(f"{text}-01") if text else None
    except ValueError:
        return None
    return found if found is not None and found.year in YEARS else None


def last_of(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)


@requires("export")
def calendar_file(request: HttpRequest) -> HttpResponse:
    """One month as an iCalendar file. It is recorded that it was saved."""
    now = wiring.now()
    first = _month(request.GET.get("month"), now)
    with wiring.reading() as office:
        data = as_icalendar(dated(office, first, last_of(first), now), root=settings.NODE.url, name=_name(), language=agreed.language())
    record(request.user, What.EXPORT, f"calendar:{first:%Y-%m}", address=address_of(request))  # type: ignore[arg-type]
    response = HttpResponse(data, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="comity-{first:%Y-%m}.ics"'
    return response


def _name() -> str:
    return _("Confidence-building measures")


# The feed --------------------------------------------------------------------------------------------------------------


@requires("calendar.feed")
def calendar_address(request: HttpRequest) -> HttpResponse:
    """One officer's secret address: made, shown once, withdrawn."""
    officer = request.user
    assert isinstance(officer, Officer), "the permission table lets officers in alone"
    if request.method == "POST":
        return _change(request, officer)
    shown = request.session.pop("calendar-address", "")
    return render(request, "pages/calendar_address.html", {"feed": CalendarFeed.objects.filter(officer=officer).first(), "shown": shown})


def _change(request: HttpRequest, officer: Officer) -> HttpResponse:
    CalendarFeed.objects.filter(officer=officer).delete()
    if request.POST.get("do") == "make":
        secret = secrets.token_urlsafe(SECRET_BYTES)
        CalendarFeed.objects.create(officer=officer, digest=_digest(secret), created_at=wiring.now())
        request.session["calendar-address"] = settings.NODE.url + reverse("pages:calendar-feed", args=[secret])
    else:
        messages.success(request, _("The address is withdrawn. Calendar programs that used it get nothing any more."))
    record(officer, What.TOKEN, "calendar-feed", address=address_of(request))
    return redirect("pages:calendar-address")


def _digest(secret: str) -> str:
    """Only this is kept. The secret has 256 bits, so one hash is enough."""
    return hashlib.sha256(b"comity-calendar-v1\n" + secret.encode()).hexdigest()


@require_GET
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What a calendar program reads: the officer's calendar in the officer's language, as long as the role allows it."""
    feed = CalendarFeed.objects.filter(digest=_digest(secret)).select_related("officer").first()
    if feed is None or not may(feed.officer, "calendar.feed"):
        raise Http404
    now = wiring.now()
    CalendarFeed.objects.filter(pk=feed.pk).update(used_at=now)
    language = feed.officer.language or settings.LANGUAGE_CODE
    with translation.override(language), wiring.reading() as office:
        found = dated(office, (now - FEED_BACK).date(), (now + FEED_AHEAD).date(), now)
        data = as_icalendar(found, root=settings.NODE.url, name=_name(), language=language)
    return HttpResponse(data, content_type=MEDIA_TYPE)
