from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "comity.site.pages"
    label = "pages"
