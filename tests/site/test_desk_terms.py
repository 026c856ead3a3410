"""Arrangements at the desk: proposed from a file, initialled, signed and declined as drafts that a second officer releases."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from comity.conduct.version_reader import read_version
from comity.conduct.words import initial_body
from comity.node.issue import Draft as ActDraft
from comity.site.config import wiring
from comity.site.desk.models import Draft
from tests.site.neighbours import Neighbours
from tests.site.test_desk_pages import page, release


@pytest.fixture
def drafter(signed_in: Callable[..., Client]) -> Client:
    return signed_in("drafter", username="ilven")


@pytest.fixture
def releaser(signed_in: Callable[..., Client]) -> Client:
    return signed_in("releaser", username="osk")


def test_the_text_reads_clause_by_clause_with_three_facts(agreed: str, drafter: Client) -> None:
    assert "In force" in page(drafter, reverse("desk:terms"))
    text = page(drafter, reverse("desk:version", args=[agreed]))
    for said in ("8.4", "42 days", "Good faith", "Three facts", "Initialled by", "Messages are written in"):
        assert said in text, said


@pytest.mark.parametrize("language", ["ru", "ar"])
def test_the_text_reads_in_the_other_languages_of_the_terms(agreed: str, signed_in: Callable[..., Client], language: str) -> None:
    client = signed_in("reader", username="okoye", language=language)
    text = page(client, reverse("desk:version", args=[agreed]))
    assert "Good faith" not in text and {"ru": "Добросовестность", "ar": "حسن النية"}[language] in text


def test_an_amendment_is_proposed_from_a_file_initialled_by_all_and_signed(
    agreed: str, neighbours: Neighbours, drafter: Client, releaser: Client
) -> None:
    record = json.loads(drafter.get(reverse("desk:terms-text", args=[agreed])).content)
    changed = record | {"base": agreed, "leave_notice": "P9M", "effective": {"delay": "P1D"}, "draw": "7c" * 16}
    answer = drafter.post(reverse("desk:propose"), {"text": json.dumps(changed)})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    release(releaser, Draft.objects.latest("pk"))
    neighbours.exchange()
    version = read_version(changed)
    shown = page(drafter, reverse("desk:version", args=[version.id]))
    assert "Proposed" in shown and "initials" in shown and "9 months" in shown and "Sign this text" not in shown
    for party in ("ondoria", "velmora"):
        to = tuple(office for office in version.offices() if not office.startswith(party))
        neighbours.say(party, ActDraft(kind="initial", to=to, body=initial_body(version, 1)))
    assert "Sign this text" in page(drafter, reverse("desk:version", args=[version.id]))
    assert drafter.post(reverse("desk:version", args=[version.id]), {"kind": "sign"}).status_code == 302
    draft = Draft.objects.latest("pk")
    assert "Signature of terms" in page(releaser, reverse("desk:release", args=[draft.pk]))
    release(releaser, draft)
    neighbours.exchange()
    assert "signature" in page(drafter, reverse("desk:version", args=[version.id])), "that of the others is awaited"


def test_a_second_press_makes_no_second_draft_of_the_same_word(agreed: str, drafter: Client) -> None:
    day = (wiring.now().date() + timedelta(days=400)).isoformat()
    first = drafter.post(reverse("desk:version", args=[agreed]), {"kind": "leave", "day": day})
    assert drafter.post(reverse("desk:version", args=[agreed]), {"kind": "leave", "day": day}).url == first.url


def test_a_leave_before_the_notice_agreed_is_told_when_it_is_drafted(agreed: str, drafter: Client) -> None:
    day = (wiring.now().date() + timedelta(days=3)).isoformat()
    answer = drafter.post(reverse("desk:version", args=[agreed]), {"kind": "leave", "day": day})
    assert answer.status_code == 409 and "before the notice agreed has run" in answer.content.decode()


@pytest.mark.parametrize(("sent", "told"), [("hello", "holds no text of terms"), ("{}", "does not read"), ('{"v": 1}', "does not read")])
def test_what_is_no_text_is_refused(agreed: str, drafter: Client, sent: str, told: str) -> None:
    answer = drafter.post(reverse("desk:propose"), {"text": sent})
    assert answer.status_code == 422 and told in answer.content.decode()


def test_what_may_not_be_said_now_is_not_drafted(agreed: str, drafter: Client) -> None:
    before = Draft.objects.count()
    assert drafter.post(reverse("desk:version", args=[agreed]), {"kind": "sign"}).status_code == 409
    assert Draft.objects.count() == before
