"""The app of the pages."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "comity.site.pages"
    label = "pages"
