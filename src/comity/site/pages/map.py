"""The map over any stretch of days, and the data both map and month are moved with."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from comity.formats import geojson
from comity.site.config import wiring
from comity.site.pages import agreed, chart
from comity.site.pages.calendar import last_of, month_of, reader
from comity.site.pages.dated import backdrop, dated, entries
from comity.site.pages.entries import Links, listing
from comity.site.people.permissions import requires
from comity.site.people.record import record_reading

AHEAD = timedelta(days=60)
LONGEST = timedelta(days=366)


@requires("act.read")
def map(request: HttpRequest) -> HttpResponse:  # noqa: A001 - the name of the page
    record_reading(request, "page:map")
    now = wiring.now()
    first, last = _stretch(request, now)
    kept = (("from", first.isoformat()), ("to", last.isoformat()))
    data = f"{reverse('pages:map-data')}?from={first.isoformat()}&to={last.isoformat()}"
    with wiring.reading() as office:
        found = entries(dated(office, first, last, now))
        links = Links(page=reverse("pages:map"), data=data, kept=kept)
        context = chart.map_page(found, first, last, reader=reader(request, now), links=links, backdrop=backdrop(office, now))
    return render(request, "pages/map.html", context)


@requires("act.read")
def map_data(request: HttpRequest) -> HttpResponse:
    """The same entries as GeoJSON, with the numbers of the table."""
    now = wiring.now()
    first, last = _stretch(request, now)
    with wiring.reading() as office:
        listed = listing(entries(dated(office, first, last, now)), first, last)
        data = chart.geojson_of(listed, backdrop(office, now), language=agreed.language())
    return HttpResponse(data, content_type=geojson.MEDIA_TYPE)


def _stretch(request: HttpRequest, now: datetime) -> tuple[date, date]:
    """The days asked for: a month, or from one day to another, at most a year; else the next sixty."""
    whole = month_of(request.GET.get("month"))
    if whole is not None:
        return whole, last_of(whole)
    first = _day(request.GET.get("from")) or now.date()
    last = _day(request.GET.get("to")) or first + AHEAD
    return first, max(first, min(last, first + LONGEST))


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is not None and 1900 <= found.year < 9998 else None
