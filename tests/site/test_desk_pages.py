"""The desk's pages: a draft is begun, filled in, looked ahead at, saved, read by a second officer and released."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from comity.catalogue.forms import example
from comity.conduct.versions import Version
from comity.node.issue import Draft as ActDraft
from comity.site.config import wiring
from comity.site.desk.models import Draft
from comity.site.people.models import OperatorEntry
from tests.site.neighbours import Neighbours

SignIn = Callable[..., Client]


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == status, answer.content[:2000]
    return str(answer.content.decode())


def begin(client: Client, **asked: Any) -> tuple[Draft, str]:
    answer = client.get(reverse("desk:start"), asked, follow=True)
    assert answer.status_code == 200, answer.content[:3000]
    return Draft.objects.latest("pk"), answer.content.decode()


def send(client: Client, draft: Draft, data: dict[str, Any], do: str = "save", **more: Any) -> Any:
    fields = QueryDict(mutable=True)
    for name, value in {"version": str(Draft.objects.get(pk=draft.pk).version), "shown": draft.choice, "do": do, **data, **more}.items():
        fields.setlist(name, value if isinstance(value, list) else [value])
    return client.post(reverse("desk:draft", args=[draft.pk]), fields.urlencode(), content_type="application/x-www-form-urlencoded")


def day(days: int) -> str:
    return (wiring.now().date() + timedelta(days=days)).isoformat()


def exercise(begins: int = 60, **more: str) -> dict[str, str]:
    return {"f/designation": "Winter Signal", "f/begins": day(begins), "f/ends": day(begins + 4), "f/personnel": "5200", **more}


@pytest.fixture
def drafter(signed_in: SignIn) -> Client:
    return signed_in("drafter", username="ilven", display_name="Capt. R. Ilven")


@pytest.fixture
def releaser(signed_in: SignIn) -> Client:
    return signed_in("releaser", username="osk", display_name="Cdr M. Osk")


def test_a_draft_is_begun_filled_in_and_released_by_a_second_officer(
    neighbours: Neighbours, agreed: str, drafter: Client, releaser: Client
) -> None:
    draft, shown = begin(drafter, terms=agreed, measure="un:I.3.1", step="notify")
    assert "Planned activity" in shown and "Nothing is sent until a second officer releases it." in shown
    answer = send(drafter, draft, exercise(), "submit", choice="planned")
    assert answer.status_code == 302 and answer.url == reverse("desk:review", args=[draft.pk])
    read = page(releaser, reverse("desk:release", args=[draft.pk]))
    assert "Two hands" in read and "Capt. R. Ilven" in read and "Winter Signal" in read
    done = releaser.post(reverse("desk:release", args=[draft.pk]), {"do": "release", "version": "2", "read": "1"})
    assert done.status_code == 302, done.content[:3000]
    neighbours.exchange()
    released = Draft.objects.get(pk=draft.pk)
    assert neighbours["ondoria"].store.holds([released.act])
    assert OperatorEntry.objects.filter(what="release", ref=f"act:{released.act}").count() == 1
