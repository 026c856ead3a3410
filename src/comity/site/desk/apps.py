"""The app of drafts, review and release."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "comity.site.desk"
    label = "desk"
