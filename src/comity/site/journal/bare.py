"""Statements on Django's own connection without its cursor's wrappers, which cost more than most statements of the journal do.

Transactions, settings and errors stay Django's. Statements are written with `%s`; SQLite is given its own mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

Row = tuple[Any, ...]


def fetch(sql: str, args: Sequence[Any] = ()) -> list[Row]:
    """All rows."""
    database = _database()
    with database.wrap_database_errors:
        found: list[Row] = database.connection.cursor().execute(_marked(sql, database.vendor), args).fetchall()
    return found


def first(sql: str, args: Sequence[Any] = ()) -> Row | None:
    """The first row; None where there is none."""
    database = _database()
    with database.wrap_database_errors:
        found: Row | None = database.connection.cursor().execute(_marked(sql, database.vendor), args).fetchone()
    return found


def run(sql: str, args: Sequence[Any] = ()) -> None:
    database = _database()
    with database.wrap_database_errors:
        database.connection.cursor().execute(_marked(sql, database.vendor), args)


def run_many(sql: str, rows: Sequence[Row]) -> None:
    database = _database()
    with database.wrap_database_errors:
        database.connection.cursor().executemany(_marked(sql, database.vendor), rows)


def _database() -> Any:
    """The connection of this thread, open: asked for once a statement, since the asking is what takes time."""
    database = connections[DEFAULT_DB_ALIAS]
    if database.connection is None:
        database.ensure_connection()
    return database


@lru_cache(maxsize=1_000)
def _marked(sql: str, vendor: str) -> str:
    return sql.replace("%s", "?") if vendor == "sqlite" else sql
