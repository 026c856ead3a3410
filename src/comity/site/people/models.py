"""Officers, their tokens, the record of what they did, and wrong attempts to sign in."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comity.site.people.roles import Role


def known_roles(value: object) -> None:
    """One or more of the six roles, each once. No role at all is refused: nothing is never enough."""
    if not isinstance(value, list) or not value or len(set(value)) != len(value) or not set(value) <= set(Role.values):
        raise ValidationError(_("Choose one role or more."))


class Officers(BaseUserManager["Officer"]):
    def get_by_natural_key(self, username: str | None) -> Officer:
        return self.get(username=(username or "").lower())


class Officer(AbstractBaseUser):
    """A person who works on this node. Never deleted, since acts and the record name officers; made inactive instead."""

    username = models.CharField(
        _("officer name"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9._-]{1,59}$", _("Use small Latin letters, digits, full stop, hyphen or low line."))],
    )
    display_name = models.CharField(
        _("name as shown"), max_length=120, help_text=_("In the officer’s own script, with the rank if it is used.")
    )
    post = models.CharField(_("position"), max_length=120, blank=True)
    roles = models.JSONField(_("roles"), default=list, validators=[known_roles])
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    theme = models.CharField(
        _("light or dark"), max_length=5, blank=True, choices=[("", _("as the device")), ("light", _("light")), ("dark", _("dark"))]
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[Officers] = Officers()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        ordering = ["display_name"]

    def __str__(self) -> str:
        return self.display_name or self.username

    def clean(self) -> None:
        self.username = self.username.lower()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.username = self.username.lower()
        known_roles(self.roles)
        super().save(*args, **kwargs)

    def has_role(self, *roles: str) -> bool:
        return any(role in self.roles for role in roles)

    @property
    def role_names(self) -> list[str]:
        return [str(Role(role).label) for role in Role.values if role in self.roles]


class ApiToken(models.Model):
    """A key for programs. It carries its owner's permissions; only its SHA-256 hash is kept."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tokens")
    label = models.CharField(_("what it is for"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.label


class What(models.TextChoices):
    """What officers do that is recorded. Words are never reused or removed."""

    SIGN_IN = "sign-in", _("signed in")
    SIGN_IN_FAILED = "sign-in-failed", _("wrong attempt to sign in")
    SIGN_OUT = "sign-out", _("signed out")
    READ = "read", _("read")
    PRINT = "print", _("printed")
    EXPORT = "export", _("exported")
    IMPORT = "import", _("read from a file")
    DRAFT = "draft", _("drafted")
    REVIEW = "review", _("reviewed")
    RETURN = "return", _("returned")
    ASSIGN = "assign", _("assigned")
    COMMENT = "comment", _("commented")
    RELEASE = "release", _("released")
    CONSENT = "consent", _("gave or withdrew a consent")
    PEER = "peer", _("changed a peer")
    KEY = "key", _("worked with keys")
    SECOND_FACTOR = "second-factor", _("changed a second factor")
    PASSWORD = "password", _("changed a password")
    TOKEN = "token", _("changed a token")
    PERMISSION = "permission", _("changed an officer")
    SETTINGS = "settings", _("changed settings")
    BACKUP = "backup", _("backed up or restored")


class AppendOnly(models.QuerySet["OperatorEntry"]):
    def update(self, **_values: Any) -> NoReturn:
        raise PermissionError("The record of what officers did is only ever added to.")

    def delete(self) -> NoReturn:
        raise PermissionError("The record of what officers did is only ever added to.")


class OperatorEntry(models.Model):
    """One line of the operator log: who, when, what, on which object. Never content. Triggers in the database refuse change."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=20, choices=What.choices)
    ref = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["officer", "-id"]), models.Index(fields=["what", "-id"]), models.Index(fields=["ref"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%dT%H:%M:%SZ} {self.officer_id or '-'} {self.what} {self.ref}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise PermissionError("The record of what officers did is only ever added to.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise PermissionError("The record of what officers did is only ever added to.")


class WrongAttempts(models.Model):
    """How often one name was tried wrongly from one place, and when last. The place is hashed; a right attempt removes the row."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.count} until {self.last_at:%H:%M:%S}"

    @staticmethod
    def forget_before(moment: datetime) -> None:
        WrongAttempts.objects.filter(last_at__lt=moment).delete()
