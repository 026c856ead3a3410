"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from comity.site.desk import backdrop, drafting, files, peer_pages, releasing, terms_pages

app_name = "desk"
urlpatterns = [
    path("", drafting.drafts, name="drafts"),
    path("new/", drafting.start, name="start"),
    path("drafts/<int:pk>/", drafting.draft, name="draft"),
    path("drafts/<int:pk>/read/", releasing.read, name="review"),
    path("drafts/<int:pk>/release/", releasing.release, name="release"),
    path("drafts/<int:pk>/seen/", releasing.see, name="seen"),
    path("drafts/<int:pk>/remark/", drafting.remark, name="remark"),
    path("drafts/<int:pk>/assign/", drafting.assign, name="assign"),
    path("drafts/<int:pk>/drop/", drafting.drop, name="drop"),
    path("drafts/<int:pk>/import/", files.read, name="import"),
    path("drafts/<int:pk>/sheet.<str:kind>", files.sheet, name="sheet"),
    path("places.geojson", backdrop.places, name="places"),
    path("peers/", peer_pages.peers, name="peers"),
    path("peers/add/", peer_pages.add, name="peer-add"),
    path("peers/<slug:node>/", peer_pages.peer, name="peer"),
    path("post/", peer_pages.post, name="post"),
    path("terms/", terms_pages.terms, name="terms"),
    path("terms/propose/", terms_pages.propose, name="propose"),
    path("terms/<str:version>/", terms_pages.version, name="version"),
    path("terms/<str:version>/text.json", terms_pages.text, name="terms-text"),
]
