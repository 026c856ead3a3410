"""Forms of the people pages. Every field is rendered by components/field.html: label, hint, mistake, control."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from comity.site.people.models import Officer, What
from comity.site.people.roles import PURPOSES, Role

# A list people can read: areas with a city, and UTC.
_NOT_PLACES = ("Etc/", "US/", "SystemV/", "posix", "right")
ZONES = ["UTC", *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(_NOT_PLACES))]


def zone_choices() -> list[tuple[str, str]]:
    return [("", _("as the node: %(zone)s") % {"zone": settings.NODE.time_zone}), *((zone, zone.replace("_", " ")) for zone in ZONES)]


def language_choices() -> list[tuple[str, str]]:
    return [("", _("as this browser asks")), *settings.LANGUAGES]


class ProfileForm(forms.ModelForm):
    """What an officer decides alone."""

    language = forms.ChoiceField(label=_("Language"), required=False, choices=language_choices)
    time_zone = forms.ChoiceField(
        label=_("Local time"), required=False, choices=zone_choices, help_text=_("UTC always comes first; this is shown beside it.")
    )

    class Meta:
        model = Officer
        fields = ["language", "time_zone", "theme"]
        labels = {"theme": _("Light or dark")}


class OfficerForm(forms.ModelForm):
    """What an administrator decides about an officer."""

    roles = forms.MultipleChoiceField(label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Officer
        fields = ["display_name", "post", "roles", "is_active"]
        labels = {"display_name": _("Name as shown"), "post": _("Position"), "is_active": _("May sign in")}

    purposes = PURPOSES


class NewOfficerForm(OfficerForm):
    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text=_("At least 12 characters. Hand it over in person; the officer changes it."),
    )

    class Meta(OfficerForm.Meta):
        fields = ["username", *OfficerForm.Meta.fields]
        labels = {**OfficerForm.Meta.labels, "username": _("Officer name")}

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).lower()

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(
            password, Officer(username=self.cleaned_data.get("username", ""), display_name=self.cleaned_data.get("display_name", ""))
        )
        return password


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text=_("At least 12 characters."),
    )

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"], self.officer)
        return str(self.cleaned_data["password"])


class TokenForm(forms.Form):
    label = forms.CharField(label=_("What it is for"), max_length=80, help_text=_("For example: nightly export to the archive."))


class LogFilter(forms.Form):
    officer = forms.ModelChoiceField(label=_("Officer"), queryset=Officer.objects.all(), required=False, empty_label=_("all officers"))
    what = forms.ChoiceField(label=_("What"), required=False, choices=lambda: [("", _("everything")), *What.choices])
    ref = forms.CharField(label=_("Object"), required=False, max_length=200)
    since = forms.DateField(label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
