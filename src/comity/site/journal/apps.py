"""The app of the store in SQL."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "comity.site.journal"
    label = "journal"
