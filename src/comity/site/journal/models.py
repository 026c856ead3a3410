"""The tables of one node: what it holds and has said, and below them the projections that can be dropped and rebuilt.

Times are whole seconds since 1970 in UTC, so that both databases keep and compare them alike. Hashes and ids are
lower-case hex; what was signed is kept as the bytes it was. Only `store.py` writes here.
"""

from __future__ import annotations

from django.db import models

ID = 64
NAME = 85


class Act(models.Model):
    """Every act this node holds, ours and others'. Rows are added, never changed."""

    position = models.BigIntegerField(primary_key=True)
    act = models.CharField(max_length=ID, unique=True)
    ours = models.BooleanField()
    sender = models.CharField(max_length=NAME)
    kind = models.CharField(max_length=20)
    terms = models.CharField(max_length=ID, null=True)
    case = models.CharField(max_length=ID, null=True)
    at = models.BigIntegerField()
    held_since = models.BigIntegerField()
    number = models.CharField(max_length=80)
    head = models.BinaryField()
    signatures = models.BinaryField()
    content = models.BinaryField()
    salt = models.BinaryField()
    slip = models.BinaryField(null=True)
    path = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case", "position"], name="act_case"),
            models.Index(fields=["kind", "position"], name="act_kind", condition=~models.Q(kind="step")),
            models.Index(fields=["ours", "position"], name="act_ours"),
        ]


class Awaited(models.Model):
    """An act kept until something it stands on is here."""

    act = models.CharField(max_length=ID)
    text = models.CharField(max_length=120, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "text"], name="awaited_once")]


class Leaf(models.Model):
    """The node's log. Rows are added, never changed; `hash` stays when `salt` is destroyed."""

    index = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=16)
    record = models.CharField(max_length=ID)
    salt = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["record"], name="leaf_record")]


class Checkpoint(models.Model):
    """Signed heads: of our own log (`node` empty) and the newest seen of each peer's."""

    node = models.CharField(max_length=NAME)
    size = models.BigIntegerField()
    note = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["node", "id"], name="checkpoint_node")]


class LaneOut(models.Model):
    """The last number we used towards an office."""

    sender = models.CharField(max_length=NAME)
    to = models.CharField(max_length=NAME)
    epoch = models.IntegerField()
    seq = models.BigIntegerField()
    last = models.CharField(max_length=ID, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender", "to"], name="lane_out_once")]


class LaneIn(models.Model):
    """Every number an issuing office has used towards one of ours, and the act that took it. Kept for ever."""

    sender = models.CharField(max_length=NAME)
    to = models.CharField(max_length=NAME)
    epoch = models.IntegerField()
    seq = models.BigIntegerField()
    act = models.CharField(max_length=ID)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender", "to", "epoch", "seq"], name="lane_in_once")]


class Delivery(models.Model):
    """One act on its way to one addressee, and the receipt that came back."""

    act = models.CharField(max_length=ID)
    position = models.BigIntegerField()
    peer = models.CharField(max_length=40)
    to = models.CharField(max_length=NAME)
    slip = models.BinaryField()
    path = models.BinaryField()
    state = models.CharField(max_length=10)
    attempts = models.IntegerField()
    next_at = models.BigIntegerField(null=True)
    since = models.BigIntegerField()
    receipt = models.BinaryField(null=True)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "to"], name="delivery_once")]
        indexes = [
            models.Index(fields=["peer", "position"], name="delivery_due", condition=models.Q(next_at__isnull=False)),
        ]


class GivenReceipt(models.Model):
    """What we signed for an act we received, given again byte for byte whenever the act comes again."""

    act = models.CharField(max_length=ID, primary_key=True)
    to = models.CharField(max_length=NAME)
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=200)
    receipt = models.BinaryField()


class Series(models.Model):
    """Running numbers that people see."""

    name = models.CharField(max_length=ID, primary_key=True)
    last = models.BigIntegerField()


class Text(models.Model):
    """Procedures, forms and versions of terms by their hash."""

    digest = models.CharField(max_length=ID, primary_key=True)
    kind = models.CharField(max_length=20)
    record = models.TextField()


class Peer(models.Model):
    """Another participant's node, and who here compared its card."""

    node = models.CharField(max_length=40, primary_key=True)
    card = models.BinaryField()
    keysets = models.TextField()
    doors = models.TextField()
    confirmed_by = models.CharField(max_length=150)
    confirmed_at = models.BigIntegerField(null=True)
    held = models.BooleanField()


class Note(models.Model):
    """Small remembered values of the node itself."""

    name = models.CharField(max_length=120, primary_key=True)
    value = models.TextField()


class CaseRow(models.Model):
    """Projection: a case in one line."""

    case = models.CharField(max_length=ID, primary_key=True)
    chain = models.CharField(max_length=ID)
    terms = models.CharField(max_length=ID)
    procedure = models.CharField(max_length=40)
    measure = models.CharField(max_length=40, db_index=True)
    period = models.DateField(null=True)
    opener = models.CharField(max_length=40)
    participants = models.TextField()
    title = models.TextField()
    opened_at = models.BigIntegerField()
    last_at = models.BigIntegerField(db_index=True)
    acts = models.IntegerField()
    outcome = models.CharField(max_length=80)
    open = models.BooleanField()
    parent = models.CharField(max_length=ID, db_index=True)
    closes = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["closes"], name="case_closing", condition=models.Q(open=True)),
            models.Index(fields=["procedure"], name="case_procedure"),
        ]


class DutyRow(models.Model):
    """Projection: who owes what by when."""

    key = models.CharField(max_length=260, primary_key=True)
    case = models.CharField(max_length=ID, db_index=True)
    measure = models.CharField(max_length=40)
    procedure = models.CharField(max_length=40)
    step = models.CharField(max_length=40)
    owner = models.CharField(max_length=40)
    to = models.TextField()
    since = models.CharField(max_length=ID)
    period = models.DateField(null=True)
    due = models.BigIntegerField()
    state = models.CharField(max_length=12)
    done_by = models.CharField(max_length=ID)

    class Meta:
        indexes = [models.Index(fields=["state", "due"], name="duty_due")]


class FactRow(models.Model):
    """Projection: what acts say of the world, for map, calendar and limits."""

    act = models.CharField(max_length=ID)
    path = models.CharField(max_length=200)
    case = models.CharField(max_length=ID, db_index=True)
    measure = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    author = models.CharField(max_length=40)
    title = models.TextField()
    begins = models.BigIntegerField(null=True)
    ends = models.BigIntegerField(null=True)
    vague = models.BooleanField()
    south = models.BigIntegerField(null=True)
    west = models.BigIntegerField(null=True)
    north = models.BigIntegerField(null=True)
    east = models.BigIntegerField(null=True)
    fields = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "path"], name="fact_once")]
        indexes = [
            models.Index(fields=["kind", "begins"], name="fact_begins"),
        ]


class Standing(models.Model):
    """Projection: where each act stands in its fold."""

    act = models.CharField(max_length=ID, primary_key=True)
    standing = models.CharField(max_length=12)
    reasons = models.TextField()


class Word(models.Model):
    """Projection: the normalised text by which a thing is found. The databases index it each in its own way (migration 0002)."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12)
    ref = models.CharField(max_length=80)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "ref"], name="word_once")]
