"""Cards of other participants: added, compared by what is read out, removed; and the post, queue by queue."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from django.test import Client
from django.urls import reverse

from comity.catalogue.forms import example
from comity.node.issue import Draft as ActDraft
from comity.node.issue import issue
from comity.protocol.keyset import Card, NodeKeys, read_card
from comity.protocol.refusals import Refused
from comity.site.config import clock, peers, wiring
from comity.site.desk import doors
from comity.site.people.models import OperatorEntry
from tests.site.neighbours import Neighbours


@pytest.fixture
def administrator(signed_in: Callable[..., Client]) -> Client:
    return signed_in("administrator", username="perez", display_name="C. Perez")


def stranger(name: str = "norland") -> tuple[Card, str]:
    """A participant nobody here knows, and the file it hands over."""
    keys = NodeKeys.generate(os.urandom)
    first = keys.first_keyset(node=name, at=clock.now())
    card = Card(node=name, names={"en": name.title()}, root=keys.root.public, keyset=first.id, doors=(), office=f"{name}/vc")
    return card, json.dumps({"card": card.bytes().decode(), "keysets": [first.wire().decode()]})


def test_a_card_is_added_compared_by_what_is_read_out_and_removed(keys: None, administrator: Client) -> None:
    card, file = stranger()
    assert administrator.post(reverse("desk:peer-add"), {"text": file}).url == reverse("desk:peer", args=["norland"])
    assert "Not compared yet" in administrator.get(reverse("desk:peers")).content.decode()
    wrong = administrator.post(reverse("desk:peer", args=["norland"]), {"do": "confirm", "heard": "0000 1111"})
    assert wrong.status_code == 422 and "not the fingerprint of the card held" in wrong.content.decode()
    heard = card.fingerprint().upper().replace(" ", "  ")
    assert administrator.post(reverse("desk:peer", args=["norland"]), {"do": "confirm", "heard": heard}).status_code == 302
    (held,) = peers.known()
    assert held.confirmed_by == "C. Perez"
    assert administrator.post(reverse("desk:peer", args=["norland"]), {"do": "remove"}).status_code == 302
    assert peers.known() == () and OperatorEntry.objects.filter(what="peer").count() == 3


def test_our_own_card_is_shown_in_hex_in_words_and_as_a_code_to_scan(keys: None, administrator: Client) -> None:
    text = administrator.get(reverse("desk:peers")).content.decode()
    own = wiring.our_card()
    assert own.fingerprint() in text and own.words() in text and '<svg class="qr"' in text


def test_a_card_under_a_known_name_with_another_root_is_refused(neighbours: Neighbours, administrator: Client) -> None:
    answer = administrator.post(reverse("desk:peer-add"), {"text": stranger("ondoria")[1]})
    assert answer.status_code == 422 and "another root key" in answer.content.decode()
    (held,) = [one for one in peers.known() if one.node == "ondoria"]
    assert read_card(held.card).root == neighbours["ondoria"].keys.root.public


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Choose a file first."),
        ({"text": "hello"}, "no card of a participant"),
        ({"door": "http://node.example"}, "begins with https://"),
        ({"door": "ftp://127.0.0.1"}, "begins with https://"),
        ({"door": "https://127.0.0.1:1"}, "No card came from this address."),
    ],
)
def test_what_is_no_card_is_refused_with_what_to_do(keys: None, administrator: Client, sent: dict[str, str], told: str) -> None:
    answer = administrator.post(reverse("desk:peer-add"), sent)
    assert answer.status_code == 422 and told in answer.content.decode() and peers.known() == ()


def test_a_door_that_never_stops_talking_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless() -> Any:
        while True:
            yield b"x" * 65_536

    transport = httpx2.MockTransport(lambda _request: httpx2.Response(200, content=endless()))
    real = httpx2.Client
    monkeypatch.setattr(doors.httpx2, "Client", lambda **options: real(transport=transport))
    with pytest.raises(Refused) as refused:
        doors.fetched("https://node.example")
    assert refused.value.code == "card.form"


def test_only_an_administrator_changes_peers(keys: None, signed_in: Callable[..., Client]) -> None:
    drafter = signed_in("drafter", username="ilven")
    assert drafter.get(reverse("desk:peers")).status_code == 200 and "Add a card" not in drafter.get(reverse("desk:peers")).content.decode()
    assert drafter.post(reverse("desk:peer-add"), {"text": stranger()[1]}).status_code == 403


def test_the_post_says_what_waits_for_whom_and_how_often_it_was_tried(agreed: str, neighbours: Neighbours, administrator: Client) -> None:
    said = ActDraft(terms=agreed, measure="un:I.2.3", step="probe", to=("ondoria/vc",), data=example("test-message"))
    (act,) = issue(neighbours.here(), [said])
    text = administrator.get(reverse("desk:post")).content.decode()
    assert act.number in text and "Something waits" in text and "Nothing waits" in text
    neighbours.exchange()
    assert act.number not in administrator.get(reverse("desk:post")).content.decode()
