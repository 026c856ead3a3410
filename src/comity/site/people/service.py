"""What the command line and the pages do with officers and tokens. Each change is recorded."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from comity.site.people import tokens
from comity.site.people.models import ApiToken, Officer, What
from comity.site.people.record import record


@transaction.atomic
def create_officer(
    username: str,
    display_name: str,
    roles: Iterable[str],
    password: str,
    language: str = "",
    *,
    post: str = "",
    time_zone: str = "",
    by: Officer | None = None,
) -> Officer:
    """A new officer who may sign in at once. Raises ValidationError with a sentence for each wrong entry, the password included.

    `by` is the administrator; None where the command line of the node does it.
    """
    officer = Officer(
        username=username.lower(), display_name=display_name, roles=list(roles), language=language, post=post, time_zone=time_zone
    )
    validate_password(password, officer)
    officer.set_password(password)
    officer.full_clean()
    officer.save()
    record(by, What.PERMISSION, f"officer:{officer.username}")
    return officer


@transaction.atomic
def set_password(officer: Officer, password: str, *, by: Officer | None = None) -> None:
    """A new password for an officer; all their sessions end, because sessions are bound to the password."""
    validate_password(password, officer)
    officer.set_password(password)
    officer.save(update_fields=["password"])
    record(by, What.PASSWORD, f"officer:{officer.username}")


@transaction.atomic
def issue_token(officer: Officer, label: str, *, by: Officer | None = None) -> str:
    """The plain token, to be shown once."""
    token, plain = tokens.issue(officer, label)
    record(by or officer, What.TOKEN, f"token:{token.pk}")
    return plain


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Officer) -> None:
    """From now on the token opens nothing. A revoked token stays revoked."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    record(by, What.TOKEN, f"token:{token.pk}")
