"""The app of officers."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "comity.site.people"
    label = "people"

    def ready(self) -> None:
        from comity.site.people import signin  # noqa: F401  its receivers write the operator log
