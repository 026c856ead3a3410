"""The app of the REST interface."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "comity.site.api"
    label = "api"
