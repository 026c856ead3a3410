"""How officers prove who they are: password, then a second factor where one is set up. allauth does the ceremony, this file our rules."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from comity.site.people import slowdown
from comity.site.people.models import Officer, What
from comity.site.people.record import address_of, record
from comity.site.people.watch import BEGAN


def shown_name(officer: Officer) -> str:
    return str(officer)


class OfficerAdapter(DefaultAccountAdapter):
    """Nobody signs up: an administrator makes officers. Nothing is sent by e-mail."""

    _login_failed_rl_usage = None

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("This officer name and password do not belong together. Check both and try again."),
        "too_many_login_attempts": _("Too many wrong codes. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        seconds = slowdown.wait_left(request, _name(credentials))
        if seconds:
            text = ngettext("Wait %(seconds)s second, then try again.", "Wait %(seconds)s seconds, then try again.", seconds)
            raise ValidationError(text % {"seconds": seconds}, code="wait")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None:
            slowdown.forgive(request, _name(credentials))
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        name = _name(credentials)
        slowdown.count_wrong(request, name)
        # What was typed as a name may be a password: only an officer's own name is recorded.
        record(Officer.objects.filter(username=name).first(), What.SIGN_IN_FAILED, address=address_of(request))

    def _rollback_login_failed_rl_usage(self) -> None:
        """Our own count is forgiven in `authenticate`."""

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in less than five minutes ago has just shown who they are."""
        return not signed_in_just_now(self.request) and super().is_reauthentication_required(app=app, **kwargs)

    def post_login(self, request: HttpRequest, user: Officer, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        slowdown.remember(response, user)
        return response

    def send_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """Officers have no address here; what happened stands in the operator log."""

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """The pages say themselves what was done."""


def signed_in_just_now(request: HttpRequest) -> bool:
    began = request.session.get(BEGAN)
    bound = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    return began is not None and timezone.now() - datetime.fromisoformat(began) < bound


def _name(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username") or "").strip().lower()[:60]


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps are encrypted under the node's key, so that a copy of the database alone opens nothing."""

    def _cipher(self) -> Fernet:
        key = hashlib.sha256(b"comity second factor\0" + settings.SECRET_KEY.encode()).digest()
        return Fernet(base64.urlsafe_b64encode(key))

    def encrypt(self, text: str) -> str:
        return self._cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return f"comity {settings.NODE.node}"

    def send_notification_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """See OfficerAdapter.send_mail."""


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: Officer, **_kwargs: Any) -> None:
    record(user, What.SIGN_IN, address=address_of(request))


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, user: Officer | None, **_kwargs: Any) -> None:
    if user is not None:
        record(user, What.SIGN_OUT, address=address_of(request))


@receiver(password_changed)
def _password(request: HttpRequest, user: Officer, **_kwargs: Any) -> None:
    record(user, What.PASSWORD, f"officer:{user.username}", address=address_of(request))


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def _second_factor(request: HttpRequest, user: Officer, authenticator: Any, **_kwargs: Any) -> None:
    record(user, What.SECOND_FACTOR, f"officer:{user.username}", address=address_of(request))
