"""The desk's pages: a draft is begun, filled in, looked ahead at, saved, read by a second officer and released."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from comity.catalogue.forms import example
from comity.node.issue import Draft as ActDraft
from comity.protocol.refusals import Refused
from comity.site.config import clock, wiring
from comity.site.desk import service
from comity.site.desk.models import Draft
from comity.site.pages import dates
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


def last(client: Client, draft: Draft) -> str:
    return page(client, reverse("desk:draft", args=[draft.pk]))


def release(client: Client, draft: Draft) -> Draft:
    """Read and released by this officer: the draft as it then is."""
    address = reverse("desk:release", args=[draft.pk])
    page(client, address)
    done = client.post(address, {"do": "release", "version": str(Draft.objects.get(pk=draft.pk).version), "read": "1"})
    assert done.status_code == 302, done.content.decode()[:4000]
    return Draft.objects.get(pk=draft.pk)


def send(client: Client, draft: Draft, data: dict[str, Any], do: str = "save", **more: Any) -> Any:
    fields = QueryDict(mutable=True)
    for name, value in {"version": str(Draft.objects.get(pk=draft.pk).version), "shown": draft.choice, "do": do, **data, **more}.items():
        fields.setlist(name, value if isinstance(value, list) else [value])
    return client.post(reverse("desk:draft", args=[draft.pk]), fields.urlencode(), content_type="application/x-www-form-urlencoded")


def day(days: int) -> str:
    return (wiring.now().date() + timedelta(days=days)).isoformat()


def exercise(begins: int = 60, **more: str) -> dict[str, str]:
    return {"f/designation": "Winter Signal", "f/begins": day(begins), "f/ends": day(begins + 4), "f/personnel": "5200", **more}


NOTIFY, FORCES = "un:I.3.1", "un:I.1.1"


@pytest.fixture
def drafter(signed_in: SignIn) -> Client:
    return signed_in("drafter", username="ilven", display_name="Capt. R. Ilven")


@pytest.fixture
def releaser(signed_in: SignIn) -> Client:
    return signed_in("releaser", username="osk", display_name="Cdr M. Osk")


@pytest.fixture
def notified(neighbours: Neighbours, agreed: str, drafter: Client, releaser: Client) -> Draft:
    """An exercise of ours, released and with its addressees."""
    draft, _shown = begin(drafter, terms=agreed, measure=NOTIFY, step="notify")
    assert send(drafter, draft, exercise(), "submit", choice="planned").status_code == 302
    done = release(releaser, draft)
    neighbours.exchange()
    return done


def test_a_draft_is_begun_filled_in_and_released_by_a_second_officer(neighbours: Neighbours, agreed: str, drafter: Client, releaser: Client) -> None:
    draft, shown = begin(drafter, terms=agreed, measure=NOTIFY, step="notify")
    assert "Planned activity" in shown and "Nothing is sent until a second officer releases it." in shown
    answer = send(drafter, draft, exercise(), "submit", choice="planned")
    assert answer.status_code == 302 and answer.url == reverse("desk:review", args=[draft.pk])
    read = page(releaser, reverse("desk:release", args=[draft.pk]))
    assert "Two hands" in read and "Capt. R. Ilven" in read and "Winter Signal" in read and "para 8" in read
    done = releaser.post(reverse("desk:release", args=[draft.pk]), {"do": "release", "version": "2", "read": "1"})
    assert done.status_code == 302, done.content[:3000]
    neighbours.exchange()
    released = Draft.objects.get(pk=draft.pk)
    assert neighbours["ondoria"].store.holds([released.act])
    assert OperatorEntry.objects.filter(what="release", ref=f"act:{released.act}").count() == 1


def test_short_notice_is_told_before_sending_with_the_first_day_that_would_keep_it(agreed: str, drafter: Client) -> None:
    draft, shown = begin(drafter, terms=agreed, measure=NOTIFY, step="notify")
    assert "Notice:" not in shown
    looked = send(drafter, draft, exercise(12), "look", choice="planned").content.decode()
    first = dates.long(wiring.now().date() + timedelta(days=42))
    assert "Notice: 12 days. Agreed: 42 days (para 8.4)." in looked and f"keeps the agreed notice is {first}." in looked
    assert Draft.objects.get(pk=draft.pk).data == {}, "looking ahead saves nothing"
    assert "keeps the agreed notice" not in send(drafter, draft, exercise(42), "look", choice="planned").content.decode()


def test_what_cannot_be_read_is_kept_told_at_its_cell_and_not_released(agreed: str, drafter: Client) -> None:
    draft, _shown = begin(drafter, terms=agreed, measure=NOTIFY, step="notify")
    said = exercise(**{"f/personnel": "l 240", "f/location": "45°02′ S"})
    assert send(drafter, draft, said, choice="planned").status_code == 302
    again = last(drafter, draft)
    assert 'value="l 240"' in again and "Use digits only: 240." in again and "Longitude is missing." in again and "2 entries to mend" in again
    told = send(drafter, draft, said, "submit", choice="planned")
    assert told.status_code == 422 and "Some entries need mending" in told.content.decode()
    assert Draft.objects.get(pk=draft.pk).state == "open"


def test_a_row_button_shows_the_page_again_and_saves_nothing(agreed: str, drafter: Client) -> None:
    draft, _shown = begin(drafter, terms=agreed, measure=NOTIFY, step="notify")
    answer = send(drafter, draft, {**exercise(), "row": "add/units", "f/units/0/name": "1st Brigade"}, choice="planned")
    assert answer.status_code == 200 and 'name="f/units/1/name"' in answer.content.decode()
    assert Draft.objects.get(pk=draft.pk).version == 1


def test_looking_at_another_choice_loses_nothing_of_the_first(agreed: str, drafter: Client) -> None:
    draft, shown = begin(drafter, terms=agreed, measure=FORCES, step="report", period=day(6))
    assert draft.choice == "submitted" and 'name="f/units/0/personnel"' in shown
    send(drafter, draft, {"f/units/0/line": "1", "f/units/0/name": "1st Brigade", "f/units/0/personnel": "34 10x"}, "choice", choice="nil")
    draft.refresh_from_db()
    assert draft.choice == "nil" and 'name="f/units/0/personnel"' not in last(drafter, draft)
    send(drafter, draft, {"f/as_of": day(40)}, "choice", choice="submitted")
    again = last(drafter, draft)
    assert 'value="1st Brigade"' in again and 'value="34 10x"' in again


def test_when_another_officer_saved_first_both_texts_are_shown_and_none_is_lost(agreed: str, drafter: Client, signed_in: SignIn) -> None:
    draft, _shown = begin(drafter, terms=agreed, measure=NOTIFY, step="notify")
    other = signed_in("duty", username="sabri", display_name="Lt L. Sabri")
    assert send(other, draft, exercise(**{"f/personnel": "6100"}), choice="planned").status_code == 302
    crossed = send(drafter, draft, exercise(), choice="planned", version="1")
    text = crossed.content.decode()
    assert crossed.status_code == 409 and "Lt L. Sabri" in text and "6\u202f100" in text and 'value="5\u202f200"' in text
    assert Draft.objects.get(pk=draft.pk).data["personnel"] == 6100
    assert 'name="version" value="2"' in text, "saving again takes what was typed"


def test_two_officers_do_not_begin_the_same_report_twice(agreed: str, drafter: Client, signed_in: SignIn) -> None:
    first, _shown = begin(drafter, terms=agreed, measure=FORCES, step="report", period=day(6))
    second, shown = begin(signed_in("duty", username="sabri"), terms=agreed, measure=FORCES, step="report", period=day(6))
    assert first.pk == second.pk and "has begun this already" in shown


def test_who_prepared_cannot_release(agreed: str, signed_in: SignIn) -> None:
    alone = signed_in("duty", username="sabri")
    draft, _shown = begin(alone, terms=agreed, measure=NOTIFY, step="notify")
    assert send(alone, draft, exercise(), "submit", choice="planned").url == reverse("desk:release", args=[draft.pk])
    read = page(alone, reverse("desk:release", args=[draft.pk]))
    assert "You prepared this. A second officer releases it." in read and 'name="do" value="release"' not in read
    answer = alone.post(reverse("desk:release", args=[draft.pk]), {"do": "release", "version": "2", "read": "1"})
    assert answer.status_code == 409 and "It was not sent" in answer.content.decode()
    assert Draft.objects.get(pk=draft.pk).act == ""


def test_nothing_is_released_unread_or_after_it_changed(agreed: str, drafter: Client, releaser: Client) -> None:
    draft, _shown = begin(drafter, terms=agreed, measure=NOTIFY, step="notify")
    send(drafter, draft, exercise(), "submit", choice="planned")
    address = reverse("desk:release", args=[draft.pk])
    assert releaser.post(address, {"do": "release", "version": "2"}).status_code == 422
    assert releaser.post(address, {"do": "release", "version": "1", "read": "1"}).status_code == 409
    assert Draft.objects.get(pk=draft.pk).act == ""


def test_a_second_press_on_release_says_that_it_went_out_once(notified: Draft, releaser: Client) -> None:
    again = releaser.post(reverse("desk:release", args=[notified.pk]), {"do": "release", "version": "2", "read": "1"})
    assert again.status_code == 409 and "It was sent once." in again.content.decode()


def test_a_draft_is_returned_with_a_remark_that_stays_inside(agreed: str, drafter: Client, releaser: Client) -> None:
    draft, _shown = begin(drafter, terms=agreed, measure=NOTIFY, step="notify")
    send(drafter, draft, exercise(), "submit", choice="planned")
    address = reverse("desk:release", args=[draft.pk])
    assert releaser.post(address, {"do": "return", "remark": " "}).status_code == 409
    assert releaser.post(address, {"do": "return", "remark": "Count the staff too."}).status_code == 302
    assert "Count the staff too." in last(drafter, draft) and Draft.objects.get(pk=draft.pk).state == "open"
    assert OperatorEntry.objects.filter(what="return", ref=f"draft:{draft.pk}").count() == 1


def test_a_draft_is_put_into_an_officers_hands_and_shown_there(agreed: str, drafter: Client, releaser: Client) -> None:
    draft, _shown = begin(drafter, terms=agreed, measure=NOTIFY, step="notify")
    officer = releaser.officer  # type: ignore[attr-defined]
    drafter.post(reverse("desk:assign", args=[draft.pk]), {"officer": str(officer.pk), "page": "draft"})
    drafter.post(reverse("desk:remark", args=[draft.pk]), {"text": "Is the area right?", "page": "draft"})
    assert "Is the area right?" in last(drafter, draft)
    assert "In your hands" in page(releaser, reverse("desk:drafts")) and Draft.objects.get(pk=draft.pk).assigned_to == officer


@pytest.fixture
def a_year_later(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Puts the node's clock a year ahead, as the clock of an exercise is put."""
    monkeypatch.setenv("COMITY_DATA", str(settings.DATA))  # a test of the command line may have named another folder
    file = settings.DATA / clock.CLOCK_FILE
    yield lambda: file.write_text(str(365 * 86_400))
    file.unlink(missing_ok=True)


def test_a_report_is_read_against_last_years(
    agreed: str, drafter: Client, releaser: Client, a_year_later: Callable[[], None]
) -> None:
    due = wiring.now().date() + timedelta(days=6)
    said = {"terms": agreed, "measure": FORCES, "step": "report"}
    service.release(releaser.officer, service.start(drafter.officer, **said, choice="submitted", period=due, data=example("forces")))  # type: ignore[attr-defined]
    a_year_later()
    draft, shown = begin(drafter, **said, period=due.replace(year=due.year + 1).isoformat())
    assert f"The last report ({due.year})" in shown and "is not in this one" in shown
    send(drafter, draft, {}, "last")
    taken = Draft.objects.get(pk=draft.pk).data
    assert taken["units"] == example("forces")["units"] and f"{due.year}: " in last(drafter, draft)
    changed = {**taken, "units": [{**unit, "personnel": unit["personnel"] + (900 if unit["line"] == 2 else 0)} for unit in taken["units"][:-1]]}
    service.save(drafter.officer, draft, version=2, data=changed)  # type: ignore[attr-defined]
    read = page(releaser, reverse("desk:release", args=[draft.pk]))
    assert "What changes" in read and "(+900)" in read and "no longer there" in read
    assert "What accounts for the change?" in read and "was in the last report and is not in this one." in read


def test_a_question_about_a_figure_goes_to_its_author_alone_and_its_answer_stands_beside_it(
    neighbours: Neighbours, notified: Draft, drafter: Client, releaser: Client, agreed: str
) -> None:
    about = notified.act
    asked = neighbours["ondoria"]
    held = asked.store.act(about)
    assert held is not None and held.case
    said = ActDraft(terms=agreed, case=held.case, measure=NOTIFY, step="ask", to=("tarsenia/vc",), data={"about": {"act": about, "path": "/personnel"}, "text": "Does it include the staff?"})
    (question,) = neighbours.say("ondoria", said)
    draft, shown = begin(drafter, case=question.case, step="answer", answers=question.id)
    assert "Does it include the staff?" in shown and "5\u202f200" in shown
    assert send(drafter, draft, {"f/text": "Yes, 120 of them."}, "submit").status_code == 302
    done = release(releaser, draft)
    neighbours.exchange()
    case = asked.folds.case(question.case or "")
    assert case is not None and case.answers(question.id) == (done.act,)
    assert not neighbours["velmora"].store.holds([done.act, question.id])


def test_a_question_of_ours_begins_at_the_figure(neighbours: Neighbours, agreed: str, drafter: Client, releaser: Client) -> None:
    data = example("forces")
    (report,) = neighbours.say("ondoria", ActDraft(terms=agreed, measure=FORCES, step="report", choice="submitted", period=wiring.now().date() + timedelta(days=6), data=data))
    draft, shown = begin(drafter, case=report.case, step="ask", about=f"{report.id}/units/1/personnel")
    line = data["units"][1]["line"]
    assert draft.data["about"] == {"act": report.id, "path": "/units/1/personnel", "line": line} and f"About line {line}" in shown
    assert draft.to == ["ondoria/vc"] and "sarn/desk" not in shown
    assert send(drafter, draft, {"f/text": "What accounts for it?", "to": ["ondoria/vc"], "f/about/act": report.id, "f/about/path": "/units/1/personnel", "f/about/line": str(line)}, "submit").status_code == 302
    done = release(releaser, draft)
    neighbours.exchange()
    assert neighbours["ondoria"].store.holds([done.act]) and not neighbours["velmora"].store.holds([done.act])


def test_a_correction_is_written_by_changing_the_figures_themselves(neighbours: Neighbours, notified: Draft, drafter: Client, releaser: Client) -> None:
    held = neighbours.here().store.act(notified.act)
    assert held is not None
    draft, shown = begin(drafter, case=held.case, step="correct", answers=notified.act)
    assert 'value="5\u202f200"' in shown and "Reason for the correction" in shown
    assert "Nothing is changed yet" in send(drafter, draft, {**exercise(), "reason": "Typing mistake"}, "look").content.decode()
    answer = send(drafter, draft, exercise(**{"f/personnel": "5400", "reason": "Typing mistake"}), "submit")
    assert answer.status_code == 302, answer.content.decode()[:3000]
    read = page(releaser, reverse("desk:release", args=[draft.pk]))
    assert "<del>" in read and "5\u202f400" in read
    release(releaser, draft)
    neighbours.exchange()
    case = neighbours["ondoria"].folds.case(held.case or "")
    assert case is not None and case.data(notified.act)["personnel"] == 5400


def test_a_change_begins_with_what_was_notified_and_shows_what_differs(neighbours: Neighbours, notified: Draft, drafter: Client, releaser: Client) -> None:
    held = neighbours.here().store.act(notified.act)
    assert held is not None
    draft, shown = begin(drafter, case=held.case, step="change")
    assert 'value="Winter Signal"' in shown and 'value="5\u202f200"' in shown
    assert send(drafter, draft, exercise(62), "submit").status_code == 302
    read = page(releaser, reverse("desk:release", args=[draft.pk]))
    assert "against the act as it was sent" in read and dates.medium(wiring.now().date() + timedelta(days=62)) in read
    assert release(releaser, draft).act


def test_an_incident_is_reported_in_haste_and_the_48_hours_run(neighbours: Neighbours, agreed: str, signed_in: SignIn, releaser: Client) -> None:
    duty = signed_in("duty", username="sabri")
    draft, shown = begin(duty, terms=agreed, measure="un:I.3.4", step="request", choice="incident")
    assert draft.choice == "incident" and draft.header["precedence"] == "immediate" and "sarn/desk" in shown
    happened = (wiring.now() - timedelta(hours=2)).strftime("%Y-%m-%d %H:%M")
    said = {"f/happened": happened, "f/kind": example("incident")["kind"], "f/account": "A patrol boat crossed the line.", "to": ["velmora/vc"]}
    answer = send(duty, draft, said, "submit", choice="incident", precedence="immediate")
    assert answer.status_code == 302, answer.content.decode()[:3000]
    done = release(releaser, draft)
    neighbours.exchange()
    held = neighbours["velmora"].store.act(done.act)
    assert held is not None and held.case
    (reply,) = [duty for duty in neighbours["velmora"].store.duty_rows(held.case) if duty.step == "reply"]
    assert reply.due - held.at == timedelta(hours=48) and reply.owner == "velmora"


def test_a_report_too_long_for_one_act_goes_out_in_parts_and_counts_when_all_are_held(
    neighbours: Neighbours, agreed: str, drafter: Client, releaser: Client
) -> None:
    data = example("forces")
    data["units"] = [{**data["units"][1], "line": n, "record": f"R-{n}", "remarks": "x" * 150} for n in range(1, 900)]
    due = wiring.now().date() + timedelta(days=6)
    draft = service.start(drafter.officer, terms=agreed, measure=FORCES, step="report", choice="submitted", period=due, data=data)  # type: ignore[attr-defined]
    assert "It goes out in 3 parts under one date" in page(drafter, reverse("desk:review", args=[draft.pk]))
    service.submit(drafter.officer, draft)  # type: ignore[attr-defined]
    release(releaser, draft)
    neighbours.exchange()
    assert sum(fact.kind == "unit" for fact in neighbours["velmora"].store.tables.facts.values()) == 899  # type: ignore[attr-defined]


def test_what_is_too_long_and_cannot_be_divided_is_told_before_it_is_signed(agreed: str, drafter: Client) -> None:
    units = [{"line": n, "name": f"Unit {n} " + "x" * 180, "personnel": 10} for n in range(1, 900)]
    data = {"designation": "Long", "begins": day(60), "ends": day(61), "units": units}
    draft = service.start(drafter.officer, terms=agreed, measure=NOTIFY, step="notify", choice="planned", data=data)  # type: ignore[attr-defined]
    assert "What opens a case goes out in one act." in page(drafter, reverse("desk:review", args=[draft.pk]))
    with pytest.raises(Refused) as refused:
        service.submit(drafter.officer, draft)  # type: ignore[attr-defined]
    assert refused.value.code == "draft.part"


def test_an_address_that_says_no_step_is_told_and_makes_no_draft(agreed: str, drafter: Client) -> None:
    for query in ({}, {"step": "notify"}, {"terms": agreed, "measure": NOTIFY, "step": "no_such"}, {"case": "f" * 64, "step": "ask"}):
        answer = drafter.get(reverse("desk:start"), query)
        assert answer.status_code == 409, query
        assert "This cannot be done now" in answer.content.decode()
    assert not Draft.objects.filter(kind="step").exists()


def test_readers_stay_out_and_auditors_only_read(agreed: str, drafter: Client, signed_in: SignIn) -> None:
    draft, _shown = begin(drafter, terms=agreed, measure=NOTIFY, step="notify")
    reader, auditor = signed_in("reader", username="okoye"), signed_in("auditor", username="lund")
    assert reader.get(reverse("desk:drafts")).status_code == reader.get(reverse("desk:draft", args=[draft.pk])).status_code == 403
    assert auditor.get(reverse("desk:draft", args=[draft.pk])).url == reverse("desk:review", args=[draft.pk])
    assert 'name="do"' not in page(auditor, reverse("desk:review", args=[draft.pk]))
    assert auditor.get(reverse("desk:release", args=[draft.pk])).status_code == 403


def test_a_dropped_draft_is_not_sent_and_stays_readable(agreed: str, drafter: Client, releaser: Client) -> None:
    draft, _shown = begin(drafter, terms=agreed, measure=NOTIFY, step="notify")
    send(drafter, draft, exercise(), "submit", choice="planned")
    assert drafter.post(reverse("desk:drop", args=[draft.pk])).status_code == 302
    assert "This draft was dropped. Nothing was sent." in page(drafter, reverse("desk:review", args=[draft.pk]))
    assert releaser.post(reverse("desk:release", args=[draft.pk]), {"do": "release", "version": "2", "read": "1"}).status_code == 409


def test_what_one_officer_released_alone_is_listed_until_a_second_saw_it(agreed: str, signed_in: SignIn, releaser: Client) -> None:
    duty = signed_in("duty", username="sabri")
    draft = service.start(duty.officer, terms=agreed, measure="un:I.2.3", step="probe", to=["ondoria/vc"], data=example("test-message"))  # type: ignore[attr-defined]
    read = page(duty, reverse("desk:release", args=[draft.pk]))
    assert "One officer is enough" in read and "A second officer sees it afterwards." in read
    release(duty, draft)
    assert "To be seen afterwards" in page(releaser, reverse("desk:drafts"))
    assert "I have seen it" in page(releaser, reverse("desk:release", args=[draft.pk]))
    assert releaser.post(reverse("desk:release", args=[draft.pk]), {"do": "seen"}).status_code == 302
    assert "To be seen afterwards" not in page(releaser, reverse("desk:drafts"))



def test_silence_is_noted_once_the_time_for_a_reply_has_run(
    neighbours: Neighbours, agreed: str, signed_in: SignIn, releaser: Client, a_year_later: Callable[[], None]
) -> None:
    duty = signed_in("duty", username="sabri")
    asked = service.start(
        duty.officer, terms=agreed, measure="un:I.3.4", step="request", choice="incident", to=["velmora/vc"], data=example("incident")  # type: ignore[attr-defined]
    )  # fmt: skip
    request = service.release(releaser.officer, asked)  # type: ignore[attr-defined]
    held = neighbours.here().store.act(request.act)
    assert held is not None
    a_year_later()
    draft, shown = begin(duty, kind="taken-as", case=held.case, step="reply", choice="none_given", answers=request.act, holder="velmora")
    assert draft.data == {"holder": "velmora"} and "Silence noted" in shown
    assert send(duty, draft, {}, "submit").status_code == 302
    assert release(releaser, draft).act


def test_a_notified_activity_is_cancelled_by_a_later_act(notified: Draft, neighbours: Neighbours, drafter: Client, releaser: Client) -> None:
    held = neighbours.here().store.act(notified.act)
    assert held is not None
    draft, shown = begin(drafter, case=held.case, step="cancel")
    assert "Cancellation" in shown
    data = example("cancellation")
    service.save(drafter.officer, draft, version=1, data=data)  # type: ignore[attr-defined]
    assert release(releaser, draft).act
    neighbours.exchange()
    case = neighbours["ondoria"].folds.case(held.case or "")
    outcome = case.outcome(wiring.now()) if case else None
    assert outcome is not None and outcome.word == "cancelled"
