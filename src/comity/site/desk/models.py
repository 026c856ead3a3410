"""Drafts on their way to becoming acts: who prepared, who commented, who released. All of it stays inside the node."""

from __future__ import annotations

from django.conf import settings
from django.db import models

OFFICER = settings.AUTH_USER_MODEL


class Draft(models.Model):
    """An act of ours before it is signed. `released` drafts keep the id of the act they became."""

    class State(models.TextChoices):
        OPEN = "open"
        SUBMITTED = "submitted"
        RELEASED = "released"
        DROPPED = "dropped"

    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    kind = models.CharField(max_length=20, default="step")
    terms = models.CharField(max_length=64, blank=True)
    case = models.CharField(max_length=64, blank=True)
    measure = models.CharField(max_length=40, blank=True)
    step = models.CharField(max_length=40, blank=True)
    choice = models.CharField(max_length=40, blank=True)
    period = models.DateField(null=True)
    to = models.JSONField(default=list)
    refs = models.JSONField(default=list)
    header = models.JSONField(default=dict)
    form = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)
    typed = models.JSONField(default=dict)
    """What was typed and could not be read, by field: shown again, never sent."""
    others = models.JSONField(default=dict)
    """What was filled in under choices not taken now, by choice: an officer who looks at the nil return loses no report."""
    title = models.CharField(max_length=300, blank=True)
    prepared_by = models.ForeignKey(OFFICER, on_delete=models.PROTECT, related_name="prepared")
    prepared_at = models.DateTimeField()
    assigned_to = models.ForeignKey(OFFICER, null=True, on_delete=models.SET_NULL, related_name="assigned")
    submitted_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(OFFICER, null=True, on_delete=models.PROTECT, related_name="released")
    released_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(OFFICER, null=True, on_delete=models.PROTECT, related_name="seen_afterwards")
    """The second officer who saw it after one officer alone was allowed to release it."""
    act = models.CharField(max_length=64, blank=True, db_index=True)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["state", "prepared_at"], name="draft_state")]


class Remark(models.Model):
    """An internal comment on a draft, or on an act or a case. It never leaves the node."""

    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="remarks")
    case = models.CharField(max_length=64, blank=True, db_index=True)
    officer = models.ForeignKey(OFFICER, on_delete=models.PROTECT)
    at = models.DateTimeField()
    text = models.TextField()
