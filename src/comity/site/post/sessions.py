"""Sessions that peers have opened at our door. They live in the database, so that every worker of a node knows them."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction

from comity.protocol import transport
from comity.protocol.limits import TOKEN_SECONDS
from comity.protocol.refusals import Refused
from comity.site.config import wiring
from comity.site.post import limits


class Session(models.Model):
    """One open session. `counter` only rises, so a request recorded on the way cannot be played again."""

    name = models.CharField(max_length=64, primary_key=True)
    node = models.CharField(max_length=40, db_index=True)
    nonce = models.CharField(max_length=64, unique=True)
    key = models.BinaryField()
    counter = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    tokens = models.FloatField(default=float(limits.ENVELOPES_BURST))
    tokens_at = models.DateTimeField()

    class Meta:
        app_label = "post"


def open_session(wire: bytes) -> Session:
    """A peer's token becomes a session. Refuses (`session.…`, `peer.…`) all others; the door says the same to all of them."""
    node, number = transport.claimed_node(wire)
    now = wiring.now()
    with wiring.reading() as office:
        keyset = office.ring(node).newest
        if keyset.number != number:
            raise Refused("keyset.unknown", {"number": number}, "A session is opened with the newest keyset alone.")
        own = (office.keys.seal,)
        token, key = transport.accept_session(
            wire, audience=office.party, public=keyset.transport, keys=own, now=now, used=_used
        )
    name = hashlib.sha256(b"comity-session-v1\n" + token.nonce.encode()).hexdigest()
    try:
        with transaction.atomic():
            _forget_old(node, now)
            allowance = _allowance(node) or {"tokens": float(limits.ENVELOPES_BURST), "tokens_at": now}
            return Session.objects.create(name=name, node=node, nonce=token.nonce, key=key, opened_at=now, **allowance)
    except IntegrityError as fault:
        raise Refused("session.used", {}, "The session token was used before. Open a new session.") from fault


def _allowance(node: str) -> dict[str, object] | None:
    """What the peer has left from its other sessions: a new one brings no new allowance."""
    return Session.objects.filter(node=node).order_by("-tokens_at").values("tokens", "tokens_at").first()


def _used(nonce: str) -> bool:
    return Session.objects.filter(nonce=nonce).exists()


def _forget_old(node: str, now: datetime) -> None:
    """Sessions out of time, and all but the newest few of this peer. A nonce is kept as long as its token could live."""
    Session.objects.filter(opened_at__lt=now - timedelta(seconds=limits.SESSION_SECONDS)).delete()
    old = list(Session.objects.filter(node=node).order_by("-opened_at").values_list("name", flat=True)[limits.SESSIONS - 1 :])
    kept_for_nonce = now - timedelta(seconds=2 * TOKEN_SECONDS)
    Session.objects.filter(name__in=old, opened_at__lt=kept_for_nonce).delete()
    if Session.objects.filter(node=node).count() >= limits.SESSIONS_AT_MOST:
        raise Refused("session.many", {"most": limits.SESSIONS_AT_MOST}, "Too many sessions were opened at once. Use those there are.")


def use(name: str, *, method: str, path: str, counter: int, mac: str, body: bytes) -> Session:
    """The session a request belongs to. Refuses (`session.closed`) a wrong MAC, a counter not above the last, a session out of time."""
    now = wiring.now()
    with transaction.atomic():
        session = Session.objects.select_for_update().filter(name=name).first()
        if session is None or session.opened_at < now - timedelta(seconds=limits.SESSION_SECONDS):
            raise _closed()
        expected = transport.request_mac(bytes(session.key), method=method, path=path, counter=counter, body=body)
        if not transport.same_mac(expected, mac) or counter <= session.counter:
            raise _closed()
        session.counter = counter
        session.save(update_fields=["counter"])
    return session


def spend(session: Session, envelopes: int) -> None:
    """Take so many from the peer's allowance. Refuses (`rate`) when it is used up; it fills again by itself."""
    now = wiring.now()
    with transaction.atomic():
        held = Session.objects.select_for_update().filter(node=session.node).order_by("-tokens_at").first()
        assert held is not None, "the session in use is there"
        gained = max(0.0, (now - held.tokens_at).total_seconds()) * limits.ENVELOPES_A_MINUTE / 60
        left = min(float(limits.ENVELOPES_BURST), held.tokens + gained) - envelopes
        if left < 0:
            raise Refused("rate", {"a_minute": limits.ENVELOPES_A_MINUTE}, "More envelopes came than agreed. The rest is taken later.")
        Session.objects.filter(node=session.node).update(tokens=left, tokens_at=now)


def _closed() -> Refused:
    return Refused("session.closed", {}, "The session is closed. Open a new one.")
