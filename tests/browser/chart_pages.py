"""Calendar, map and area fields rendered as a node would, with invented entries, and served with the node's own headers."""

from __future__ import annotations

import threading
from datetime import date
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from comity.exercise import region
from comity.formats import cells, geojson
from comity.formats.numerals import Unread
from comity.formats.shape import faults_of
from comity.site.pages import chart, month
from comity.site.pages.entries import Backdrop, Entry, Links, Reader, Zone, listing


def polygon(*corners):
    return {"shape": "polygon", "points": [{"lat": round(lat * 1e7), "lon": round(lon * 1e7)} for lat, lon in corners]}


HERON = polygon((-45.05, -120.9), (-44.98, -120.2), (-45.55, -120.0), (-45.65, -120.75))
ENTRIES = [
    Entry(key="heron", title="Exercise Grey Heron 26", begins=date(2026, 12, 2), ends=date(2026, 12, 13), by="Ondoria", shape=HERON, persons=8700, tag=("due", "Notified, 12 days’ notice"), url="/case"),
    Entry(key="signal", title="Exercise Winter Signal", begins=date(2026, 12, 9), ends=date(2026, 12, 13), by="Tarsenia", side="us", persons=4960, tag=("open", "Change waits for release"), shape=polygon((-44.35, -118.9), (-44.3, -118.0), (-44.75, -118.0), (-44.8, -118.8))),
    Entry(key="patrol", title="Joint patrol in the Sarn Sea", begins=date(2026, 12, 14), ends=date(2026, 12, 18), by="Tarsenia, Velmora", side="us", persons=240, tag=("done", "Agreed"), shape=polygon((-45.75, -120.1), (-45.55, -118.9), (-45.95, -118.7), (-46.1, -119.9))),
    Entry(key="reports", title="Annual reports due", begins=date(2026, 12, 15), ends=date(2026, 12, 15), by="All parties", side="all", nature="duty", tag=("open", "Expected")),
    Entry(key="window", title="Days held for inspection", begins=date(2026, 12, 16), ends=date(2026, 12, 18), by="Velmora", nature="window", planned=True, place="area L-4", persons=4, tag=("new", "Reply due 25 Nov")),
    Entry(key="firing", title="Live firing at sea", begins=date(2026, 12, 28), ends=date(2027, 1, 2), by="Velmora", shape={"shape": "circle", "centre": {"lat": -462000000, "lon": -1180000000}, "radius": 12000}),
]
ZONES = [Zone(key="zone", title="Zone of application", source="annex B", shape=polygon((-43.78, -122.6), (-43.78, -117.6), (-44.93, -117.3), (-45.88, -118.2), (-45.93, -122.3)))]
TODAY = date(2026, 12, 1)


BACKDROP = Backdrop(zones=tuple(ZONES), coast=region.coast())
ALMANAC = month.Almanac(holidays={date(2026, 12, 25): ["Day of the Lamp"]}, sensitive={date(2026, 12, 21): ["Memorial day of Velmora"]})


def reader(query, language):
    layers = tuple(query.get("layer", ())) if "layers" in query else None
    return Reader(language=language, today=TODAY, day_number=int(query.get("day", ["10"])[0]), layers=layers)


def calendar(query, language):
    links = Links(page="calendar", data="/map.geojson", save="/calendar.ics")
    return "pages/calendar.html", month.month_page(ENTRIES, date(2026, 12, 1), reader=reader(query, language), links=links, almanac=ALMANAC, backdrop=BACKDROP)


def map_(query, language):
    links = Links(page="map", data="/map.geojson")
    return "pages/map.html", chart.map_page(ENTRIES, date(2026, 12, 1), date(2027, 1, 31), reader=reader(query, language), links=links, backdrop=BACKDROP)


def area(query, language):
    text = query.get("area", [""])[0]
    found = cells.read({"x-widget": "area"}, text)
    wrong = [found.code] if isinstance(found, Unread) else [str(fault) for fault in faults_of(found)] if found else []
    drawing = chart.area_chart(backdrop=BACKDROP, language=language)
    return "chart_area.html", {"text": text, "wrong": wrong, "data_url": "/map.geojson", "chart": drawing}


AREA_PAGE = """{% extends "base.html" %}{% block title %}Area{% endblock %}{% block head %}<link rel="stylesheet" href="{% asset 'map.css' %}">{% endblock %}
{% block scripts %}{% include "pages/parts/chart_scripts.html" %}<script src="{% asset 'area.js' %}" defer></script>{% endblock %}
{% block main %}<h1>Area</h1>{% for words in wrong %}<p class="err">{{ words }}</p>{% endfor %}<form method="get" class="card"><label for="f-area">Area of the activity</label>
<textarea id="f-area" name="area" dir="ltr" rows="5" data-area-field>{{ text }}</textarea><button class="btn go" type="submit">Check</button></form>{% include "pages/parts/area_template.html" %}{% endblock %}"""
PAGES = {"/calendar": calendar, "/map": map_, "/area": area}


def render(path, query, language, theme=""):
    from django.contrib.auth.models import AnonymousUser
    from django.template import engines
    from django.template.loader import get_template
    from django.test import RequestFactory
    from django.utils import translation

    with translation.override(language):
        name, context = PAGES[path](query, language)
        request = RequestFactory().get(path)
        request.user = AnonymousUser()
        template = engines["django"].from_string(AREA_PAGE) if name == "chart_area.html" else get_template(name)
        return template.render({**context, "theme": theme}, request)


class Handler(BaseHTTPRequestHandler):
    """`/en/calendar`, `/ar/map?…`; static files and data have no language."""

    def do_GET(self):
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        kind, body = self.answer(parts.path, query)
        from comity.site.config.headers import HEADERS

        self.send_response(200 if body is not None else 404)
        for name, value in {**HEADERS, "Content-Type": kind}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body or b"")

    def answer(self, path, query):
        from django.contrib.staticfiles import finders

        if path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            kinds = {"css": "text/css", "js": "text/javascript", "json": "application/json", "svg": "image/svg+xml", "woff2": "font/woff2"}
            return kinds.get(path.rsplit(".", 1)[-1], "text/plain"), Path(found).read_bytes() if found else None
        if path == "/map.geojson":
            return geojson.MEDIA_TYPE, chart.geojson_of(listing(ENTRIES, date(2026, 12, 1), date(2027, 1, 31)), BACKDROP)
        language, _, page = path.lstrip("/").partition("/")
        if f"/{page}" not in PAGES:
            return "text/plain", None
        return "text/html; charset=utf-8", render(f"/{page}", query, language).encode()

    def log_message(self, *_):
        pass


def serve():
    """A server on a free port; the caller shuts it down."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
