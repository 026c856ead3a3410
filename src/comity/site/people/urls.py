"""Addresses of the people pages."""

from django.urls import path

from comity.site.people import views

app_name = "people"
urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.language, name="language"),
    path("profile/", views.profile, name="profile"),
    path("profile/tokens/", views.new_token, name="token-new"),
    path("profile/tokens/<int:pk>/revoke/", views.revoke_token, name="token-revoke"),
    path("officers/", views.officers, name="officers"),
    path("officers/new/", views.new_officer, name="officer-new"),
    path("officers/<int:pk>/", views.edit_officer, name="officer"),
    path("officers/<int:pk>/password/", views.officer_password, name="officer-password"),
    path("log/", views.operator_log, name="log"),
]
