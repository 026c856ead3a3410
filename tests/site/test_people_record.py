"""The operator log says who did what; it is only ever added to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory

from comity.site.people.models import Officer, OperatorEntry, What
from comity.site.people.record import record, record_reading

Make = Callable[..., Officer]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE people_operatorentry SET what = 'read'", "DELETE FROM people_operatorentry"])
def test_the_database_refuses_to_change_or_remove_an_entry(officer_with: Make, statement: str) -> None:
    record(officer_with("reader"), What.EXPORT, "act:9f3c")
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert OperatorEntry.objects.get().what == "export"


@pytest.mark.django_db
def test_the_code_refuses_to_change_or_remove_an_entry(officer_with: Make) -> None:
    entry = record(officer_with("reader"), What.EXPORT, "act:9f3c")
    for attempt in (entry.save, entry.delete, OperatorEntry.objects.all().delete, lambda: OperatorEntry.objects.update(what="read")):
        with pytest.raises(PermissionError):
            attempt()


@pytest.mark.django_db
def test_a_word_that_is_not_in_the_list_is_our_mistake(officer_with: Make) -> None:
    with pytest.raises(AssertionError):
        record(officer_with("reader"), "peeked", "act:9f3c")


@pytest.mark.django_db
def test_a_page_that_refreshes_itself_is_one_reading(officer_with: Make, rf: RequestFactory) -> None:
    for headers in ({}, {"X-Comity-Live": "1"}, {"X-Comity-Live": "1"}):
        request = rf.get("/cases/1/", headers=headers)
        request.user = officer_with("reader") if not Officer.objects.exists() else Officer.objects.get()
        record_reading(request, "case:1")
    assert OperatorEntry.objects.count() == 1


def test_the_auditor_finds_entries_by_officer_word_object_and_day(signed_in: Callable[..., Client], officer_with: Make) -> None:
    amaro = officer_with("duty", username="amaro", display_name="Lt Cdr Amaro")
    client = signed_in("auditor")
    record(amaro, What.EXPORT, "act:aaaa")
    record(amaro, What.READ, "case:bbbb")
    shown = client.get("/people/log/").content.decode()
    assert "act:aaaa" in shown and "case:bbbb" in shown
    for query in (f"officer={amaro.pk}&what=export", "ref=aaaa", f"what=export&since={datetime.now(UTC):%Y-%m-%d}"):
        shown = client.get(f"/people/log/?{query}").content.decode()
        assert "act:aaaa" in shown and "case:bbbb" not in shown
    assert "No entry fits" in client.get("/people/log/?until=2020-01-01").content.decode()


def test_the_log_is_shown_in_pages_that_keep_the_filter(signed_in: Callable[..., Client], officer_with: Make) -> None:
    amaro = officer_with("duty", username="amaro")
    client = signed_in("auditor")
    for number in range(120):
        record(amaro, What.READ, f"act:{number:04}")
    first = client.get("/people/log/?what=read").content.decode()
    assert "act:0119" in first and "act:0069" not in first
    assert "?what=read&amp;page=2" in first
    assert "act:0069" in client.get("/people/log/?what=read&page=2").content.decode()


def test_who_is_no_auditor_does_not_read_the_log(signed_in: Callable[..., Client]) -> None:
    assert signed_in("administrator").get("/people/log/").status_code == 403
