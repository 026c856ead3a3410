"""A node on which the region has lived a year: fixtures for the tests of the pages that are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from comity.site.config import clock, keyfile, wiring
from tests.site import region
from tests.site.region import Region


@pytest.fixture(scope="module")
def history(django_db_setup: Any, django_db_blocker: Any) -> Iterator[tuple[Region, dict[str, Any]]]:
    """The region's year, kept for all tests of this module."""
    del django_db_setup
    from django.db import transaction

    if not (settings.DATA / keyfile.KEY_FILE).exists():
        keyfile.make(settings.DATA, office="tarsenia/vc", at=datetime(2020, 1, 1, tzinfo=UTC), random=clock.chance)
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        wiring.forget()
        lived = region.a_year(Region(clock.now(), wiring.held()))
        made = region.this_week(lived)
        yield lived, made
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)
        wiring.forget()


@pytest.fixture
def lived(history: tuple[Region, dict[str, Any]], db: None) -> Region:
    return history[0]


@pytest.fixture
def acts(history: tuple[Region, dict[str, Any]], db: None) -> dict[str, Any]:
    return history[1]


@pytest.fixture
def duty(lived: Region, signed_in: Callable[..., Client]) -> Client:
    return signed_in("duty", "drafter")


def text(client: Client, address: str) -> str:
    """What a page says, without its marks."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    body = answer.content.decode().split("<main", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u202f", " ").replace("\u00a0", " ").split())


def of_case(act: Any) -> str:
    return reverse("pages:case", args=[act.case])
