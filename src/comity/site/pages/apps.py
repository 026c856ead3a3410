"""The app of the pages."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "comity.site.pages"
    label = "pages"

    def ready(self) -> None:
        from comity.site.pages import agreed, names

        names.register(agreed.names_of)
