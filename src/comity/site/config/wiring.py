"""The node's office in this process: one for writing, one for reading, each behind its own lock.

Pages read from folds of their own, so they never wait for a writer; both catch up with the book before each use.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction

from comity.node.issue import Draft, Prepared, prepare
from comity.node.logbook import Logbook
from comity.node.office import Office
from comity.node.tick import tick
from comity.protocol.keyset import Card
from comity.site.config import clock, keyfile
from comity.site.journal.store import SqlStore

_writing, _reading = threading.RLock(), threading.RLock()


@lru_cache(maxsize=1)
def held() -> keyfile.Held:
    return keyfile.read(settings.DATA)


@lru_cache(maxsize=2)
def _office(role: str) -> tuple[Office, Logbook]:
    own = held()
    office = Office(name=own.office, keys=own.keys, keysets=own.keysets, store=SqlStore(), clock=clock.now, chance=clock.chance)
    return office, Logbook(office)


@contextmanager
def writing() -> Iterator[Office]:
    """The office for verbs that write. One thread at a time."""
    with _writing:
        yield _office("writing")[0]


@contextmanager
def writing_together() -> Iterator[Office]:
    """The same, with the site's own rows in one transaction. The lock comes first, or two writers would wait for each other."""
    with writing() as office:
        try:
            with transaction.atomic():
                yield office
        except BaseException:
            office.folds.forget()
            raise


@contextmanager
def reading() -> Iterator[Office]:
    """The office for pages. What is read is not kept beyond the block."""
    with _reading:
        office = _office("reading")[0]
        yield office
        office.folds.trim()


@contextmanager
def logbook() -> Iterator[Logbook]:
    """The log as a tree, for proofs."""
    with _reading:
        yield _office("reading")[1]


def our_party() -> str:
    return held().office.partition("/")[0]


def our_card() -> Card:
    return keyfile.card_of(held(), names=dict(settings.NODE.participant), doors=(settings.NODE.url,))


def now() -> Any:
    return clock.now()


def look_ahead(draft: Draft) -> Prepared:
    """What a draft would be, before anybody sends it."""
    with reading() as office:
        return prepare(office, draft, now=clock.now())


def tick_once() -> None:
    """Time passes: run by the background thread and by tests."""
    from comity.site.journal.findable import findable

    with _writing:
        office, log = _office("writing")
        tick(office, log, now=clock.now(), findable=findable)


def forget() -> None:
    """Drop what this process keeps in memory: after keys or the data folder changed, and between tests."""
    held.cache_clear()
    _office.cache_clear()
