"""From draft to act: who may do what with a draft, and what can no longer be done once it went out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from comity.catalogue.forms import example
from comity.protocol.refusals import Refused
from comity.site.desk import service
from comity.site.desk.models import Draft
from comity.site.people.models import Officer, OperatorEntry
from tests.site.api_desk import Desk
from tests.site.neighbours import Neighbours


@pytest.fixture
def duty(officer_with: Callable[..., Officer]) -> Officer:
    return officer_with("duty", username="sabri")


def code(work: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code


def contacts(agreed: str, officer: Officer, **more: Any) -> Draft:
    """A declaration of our points of contact, ready to go."""
    said = {"terms": agreed, "measure": "un:I.2.3", "step": "declare", "data": example("contact")}
    return service.start(officer, **{**said, **more})


def test_who_prepared_cannot_release_where_two_are_needed(desk: Desk, agreed: str, duty: Officer) -> None:
    other = desk.officers["duty"]
    draft = contacts(agreed, other)
    assert code(lambda: service.release(other, draft)) == "draft.release"
    seen = service.releasable(duty, draft, service.look_ahead(draft))
    assert seen.allowed and seen.two
    service.save(duty, draft, version=1, title="Changed by the second officer")
    assert code(lambda: service.release(duty, draft)) == "draft.release", "who saved last has prepared it"
    assert service.release(other, draft).state == Draft.State.RELEASED


def test_one_officer_is_enough_where_the_step_says_so_and_a_second_sees_it_afterwards(
    desk: Desk, agreed: str, duty: Officer, neighbours: Neighbours
) -> None:
    draft = contacts(agreed, duty, step="probe", to=["ondoria/vc"], data=example("test-message"))
    assert not service.releasable(duty, draft, service.look_ahead(draft)).two
    released = service.release(duty, draft)
    neighbours.exchange()
    assert neighbours["ondoria"].store.holds([released.act])
    assert code(lambda: service.see(duty, released)) == "draft.release"
    service.see(desk.officers["releaser"], released)
    assert Draft.objects.get(pk=draft.pk).seen_by == desk.officers["releaser"]


def test_what_went_out_or_was_dropped_stays_so(desk: Desk, agreed: str, duty: Officer) -> None:
    drafter, releaser = desk.officers["drafter"], desk.officers["releaser"]
    sent, dropped = contacts(agreed, drafter), contacts(agreed, drafter)
    service.release(releaser, sent)
    service.drop(drafter, dropped)
    for draft in (sent, dropped):
        assert code(lambda draft=draft: service.submit(drafter, draft)) in ("draft.closed", "draft.out-of-turn")
        assert code(lambda draft=draft: service.give_back(releaser, draft, "again")) == "draft.closed"
        assert code(lambda draft=draft: service.drop(drafter, draft)) == "draft.closed"
        assert code(lambda draft=draft: service.save(drafter, draft, version=draft.version, title="x")) == "draft.closed"
        assert code(lambda draft=draft: service.release(releaser, draft)) in ("draft.release", "draft.closed")
    assert Draft.objects.filter(act=Draft.objects.get(pk=sent.pk).act).count() == 1


def test_a_draft_is_submitted_returned_with_a_remark_and_submitted_again(desk: Desk, agreed: str) -> None:
    drafter, releaser = desk.officers["drafter"], desk.officers["releaser"]
    draft = service.submit(drafter, contacts(agreed, drafter))
    returned = service.give_back(releaser, draft, "The second number is out of use.")
    assert (returned.state, returned.submitted_at) == (Draft.State.OPEN, None)
    assert [one.text for one in returned.remarks.all()] == ["The second number is out of use."]
    service.assign(releaser, returned, drafter)
    assert service.submit(drafter, Draft.objects.get(pk=draft.pk)).state == Draft.State.SUBMITTED
    told = OperatorEntry.objects.filter(ref=f"draft:{draft.pk}").order_by("id").values_list("what", flat=True)
    assert list(told) == ["draft", "draft", "comment", "return", "assign", "draft"]


def test_what_could_not_be_read_keeps_a_draft_from_going_out(desk: Desk, agreed: str) -> None:
    drafter = desk.officers["drafter"]
    draft = contacts(agreed, drafter, typed={"/contacts/0/email": "no address"})
    assert code(lambda: service.submit(drafter, draft)) == "draft.form"
    assert code(lambda: service.release(desk.officers["releaser"], draft)) == "draft.release"


def test_another_officers_newer_text_is_not_overwritten(desk: Desk, agreed: str, duty: Officer) -> None:
    draft = contacts(agreed, duty)
    service.save(duty, draft, version=1, title="Newer")
    assert code(lambda: service.save(desk.officers["drafter"], draft, version=1, title="Older")) == "draft.changed"
    assert code(lambda: service.submit(desk.officers["drafter"], draft)) == "draft.changed", "nor put forward unread"
    assert Draft.objects.get(pk=draft.pk).title == "Newer"


def test_a_draft_has_only_the_entries_it_has(desk: Desk, agreed: str) -> None:
    drafter = desk.officers["drafter"]
    assert code(lambda: service.start(drafter, released_by=drafter)) == "draft.field"
    with pytest.raises(PermissionDenied):
        contacts(agreed, desk.officers["reader"])


def test_a_release_that_fails_leaves_neither_act_nor_mark(desk: Desk, agreed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = contacts(agreed, desk.officers["drafter"])
    before = desk.get("/node", "administrator")["acts"]

    def falls(*_args: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(service, "record", falls)
    with pytest.raises(OSError, match="full"):
        service.release(desk.officers["releaser"], draft)
    monkeypatch.undo()
    assert desk.get("/node", "administrator")["acts"] == before
    assert Draft.objects.get(pk=draft.pk).state == Draft.State.OPEN
    assert service.release(desk.officers["releaser"], draft).act, "and the node goes on"
