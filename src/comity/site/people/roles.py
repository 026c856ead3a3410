"""The six roles of a node, and the order in which pages show them."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    DRAFTER = "drafter", _("drafter")
    RELEASER = "releaser", _("releaser")
    DUTY = "duty", _("duty officer")
    ADMINISTRATOR = "administrator", _("administrator")
    AUDITOR = "auditor", _("auditor")
    READER = "reader", _("reader")


# What a role is for, in one sentence, shown where an administrator gives it.
PURPOSES = {
    Role.DRAFTER: _("Prepares acts, reports and questions."),
    Role.RELEASER: _("Reads what another officer prepared, and releases it."),
    Role.DUTY: _("Answers at all hours, and releases alone where the terms allow it."),
    Role.ADMINISTRATOR: _("Looks after officers, other nodes and settings. Reads no acts."),
    Role.AUDITOR: _("Reads acts and the record of what officers did."),
    Role.READER: _("Reads acts, calendar and map."),
}
