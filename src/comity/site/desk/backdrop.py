"""The map on which an area of a draft is drawn: land, coast, and the zones of the terms in force."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from comity.catalogue.form import Form
from comity.formats import geojson
from comity.site.config import wiring
from comity.site.pages import chart, zones
from comity.site.pages.entries import Backdrop, Listing
from comity.site.people.permissions import requires


def backdrop() -> Backdrop:
    """The zones in force, by their agreed coordinates."""
    with wiring.reading() as office:
        held = [found.version for _chain, found in office.folds.instruments.in_force(wiring.now())]
        return zones.backdrop(office, *held)


def for_form(form: Form | None, language: str) -> dict[str, Any]:
    """Context of pages/parts/area_template.html; empty where the form has no field for an area."""
    if form is None or not any(node.get("x-widget") == "area" for _path, node in form.walk()):
        return {}
    return {"chart": chart.area_chart(backdrop=backdrop(), language=language), "data_url": reverse("desk:places")}


@require_GET
@requires("draft.read")
def places(request: HttpRequest) -> HttpResponse:
    """The zones as GeoJSON, for the script that moves the map."""
    today = wiring.now().date()
    body = chart.geojson_of(Listing(first=today, last=today, entries=()), backdrop(), language=get_language() or "en")
    return HttpResponse(body, content_type=geojson.MEDIA_TYPE)
