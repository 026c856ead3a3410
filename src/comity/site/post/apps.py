"""The app of delivery."""

from django.apps import AppConfig


class PostConfig(AppConfig):
    name = "comity.site.post"
    label = "post"
