"""Officers, browsers and databases for the tests of the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import django
import pytest

django.setup()

from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from comity.site.people.models import Officer  # noqa: E402

# Fixtures for all: the test node with keys, its neighbours, its officers at their desk.
from tests.site.api_desk import agreed, desk  # noqa: E402, F401
from tests.site.lived import acts, duty, history, lived  # noqa: E402, F401  the region's year, for tests of pages that are read
from tests.site.neighbours import exchange, key_file, keys, neighbours  # noqa: E402, F401

PASSWORD = "lantern-harbour-42"


@pytest.fixture(autouse=True)
def fast_passwords(settings: Any) -> None:
    """Real hashing costs half a second; the tests that need the real hasher ask for it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def triggers_rest_while_tables_are_emptied() -> Iterator[None]:
    """Tests with a live server empty all tables at their end, which the triggers of append-only tables rightly refuse."""
    import django.db.backends.sqlite3.base  # noqa: F401  the two halves of Django's SQLite need each other, and this half first
    from django.db.backends.postgresql.operations import DatabaseOperations as Postgresql
    from django.db.backends.sqlite3.operations import DatabaseOperations as Sqlite

    originals = {operations: operations.execute_sql_flush for operations in (Sqlite, Postgresql)}
    Sqlite.execute_sql_flush = _flush_sqlite(originals[Sqlite])  # type: ignore[method-assign]
    Postgresql.execute_sql_flush = _flush_postgresql(originals[Postgresql])  # type: ignore[method-assign]
    yield
    for operations, original in originals.items():
        operations.execute_sql_flush = original  # type: ignore[method-assign]


def _flush_sqlite(flush: Callable[..., None]) -> Callable[..., None]:
    def emptied(self: Any, statements: list[str]) -> None:
        with connections[self.connection.alias].cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            flush(self, statements)
            for _name, sql in triggers:
                cursor.execute(sql)

    return emptied


def _flush_postgresql(flush: Callable[..., None]) -> Callable[..., None]:
    def emptied(self: Any, statements: list[str]) -> None:
        flush(self, ["SET session_replication_role = replica", *statements, "SET session_replication_role = DEFAULT"])

    return emptied


@pytest.fixture
def officer_with(db: None) -> Callable[..., Officer]:
    """Makes an officer with the given roles: `officer_with("drafter")`."""

    def make(*roles: str, username: str = "", **values: Any) -> Officer:
        name = username or "-".join(roles)
        officer = Officer(username=name, display_name=values.pop("display_name", name.title()), roles=list(roles), **values)
        officer.set_password(PASSWORD)
        officer.save()
        return officer

    return make


@pytest.fixture
def signed_in(officer_with: Callable[..., Officer]) -> Callable[..., Client]:
    """A browser in which an officer with the given roles is signed in, just now, so that no page asks again."""

    def sign_in(*roles: str, **values: Any) -> Client:
        client = Client()
        officer = officer_with(*roles, **values)
        assert client.post("/account/sign-in/", {"login": officer.username, "password": PASSWORD}).status_code == 302
        client.officer = officer  # type: ignore[attr-defined]
        return client

    return sign_in
