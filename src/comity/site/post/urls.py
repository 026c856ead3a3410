"""The addresses at which peers knock."""

from __future__ import annotations

from django.urls import path

from comity.site.post import card, door

app_name = "post"

urlpatterns = [
    path("session", door.session, name="door-session"),
    path("envelopes", door.envelopes, name="door-envelopes"),
    path("receipts", door.receipts, name="door-receipts"),
    path("card", card.card, name="card"),
]
