"""Addresses of the pages that officers read."""

from django.urls import path, re_path

from comity.site.pages import acts, calendar, cases, catalogue, contacts, map, proof, search, terms, today  # noqa: A004

ACT = r"(?P<act>[0-9a-f]{64})"
CASE = r"(?P<case>[0-9a-f]{64})"

app_name = "pages"
urlpatterns = [
    path("", today.today, name="today"),
    path("cases/", cases.cases, name="cases"),
    re_path(rf"^cases/{CASE}/$", cases.case, name="case"),
    re_path(rf"^cases/{CASE}/remark$", cases.case_remark, name="case-remark"),
    path("acts/", acts.archive, name="archive"),
    re_path(rf"^acts/{ACT}/$", acts.act, name="act"),
    re_path(rf"^acts/{ACT}/print$", acts.act_print, name="act-print"),
    re_path(rf"^acts/{ACT}/proof$", proof.act_proof, name="act-proof"),
    path("measures/", catalogue.measures, name="measures"),
    path("measures/provisions/", catalogue.provisions, name="provisions"),
    re_path(r"^measures/(?P<measure>[a-z]{2,10}:[A-Za-z0-9.]{1,30})/$", catalogue.measure, name="measure"),
    path("arrangements/", terms.arrangements, name="arrangements"),
    path("arrangements/consents/", terms.consents, name="consents"),
    re_path(r"^arrangements/(?P<chain>[0-9a-f]{64})/$", terms.arrangement, name="arrangement"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/month.ics", calendar.calendar_file, name="calendar-file"),
    path("calendar/address/", calendar.calendar_address, name="calendar-address"),
    re_path(r"^calendar/feed/(?P<secret>[A-Za-z0-9_-]{20,100})\.ics$", calendar.calendar_feed, name="calendar-feed"),
    path("map/", map.map, name="map"),
    path("map/data.geojson", map.map_data, name="map-data"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/contacts.vcf", contacts.contacts_file, name="contacts-file"),
    path("search/", search.search, name="search"),
]
