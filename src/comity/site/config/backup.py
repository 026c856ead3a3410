"""The whole node in one file, and a node from such a file (spec/exchange.md, 'Restore').

The file is an SQLite database whatever the node keeps its own in: the tables, and beside them the settings and keys. It is as secret
as the data folder. A node that comes back from one begins a new epoch, so that no number is ever used twice.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from comity.site.config import keyfile
from comity.site.config.folder import FolderRefused

FILES = ("node.toml", keyfile.KEY_FILE, "secret.key")
KEPT = "comity_backup"
"""The table of what is not in tables: settings, keys, and what the file is."""
SESSIONS = ("post_session", "django_session")
"""Nobody goes on in a session of before."""
AT_ONCE = 1_000


def write(file: Path, *, now: datetime) -> int:
    """Write the node of this process to a new file, 0600, and read it again to see that it is whole; gives how many acts it holds.

    Consistent while the node runs: what is committed until now, and nothing of what comes after.
    """
    from django.conf import settings

    part = file.with_name(file.name + ".part")
    _made_private(file)
    file.unlink()
    part.unlink(missing_ok=True)
    _made_private(part)
    try:
        with closing(sqlite3.connect(part)) as target:
            _tables(target, part)
            _files(target, settings.DATA, now)
        acts = check(part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return acts


def _made_private(file: Path) -> None:
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as fault:
        raise FolderRefused(f"{file} is there already. A backup is never written over another one.") from fault
    except OSError as fault:
        raise FolderRefused(f"{file} cannot be written: {fault.strerror}.") from fault


def _tables(target: sqlite3.Connection, part: Path) -> None:
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    else:
        _copied_to(part)


def _files(target: sqlite3.Connection, folder: Path, now: datetime) -> None:
    target.execute(f"CREATE TABLE {KEPT} (name TEXT PRIMARY KEY, data BLOB NOT NULL)")
    found = {name: (folder / name).read_bytes() for name in FILES if (folder / name).exists()}
    rows = [*found.items(), ("at", now.isoformat().encode()), ("sum", _sum(found))]
    target.executemany(f"INSERT INTO {KEPT} VALUES (?, ?)", rows)  # noqa: S608 - our own name
    target.commit()


def _sum(files: dict[str, bytes]) -> bytes:
    return hashlib.sha256(b"".join(name.encode() + b"\0" + hashlib.sha256(files[name]).digest() for name in sorted(files))).digest()


def check(file: Path) -> int:
    """Whether the file is whole; gives how many acts it holds. Refuses one that is damaged or is no backup."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source:
            kept = dict(source.execute(f"SELECT name, data FROM {KEPT}"))  # noqa: S608
            sound = source.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            acts, last = source.execute("SELECT COUNT(*), COALESCE(MAX(position), 0) FROM journal_act").fetchone()
    except sqlite3.DatabaseError as fault:
        raise FolderRefused(f"{file} is no backup of a node, or is damaged. Take an earlier one.") from fault
    files = {name: data for name, data in kept.items() if name in FILES}
    if not sound or acts != last or kept.get("sum") != _sum(files) or keyfile.KEY_FILE not in files:
        raise FolderRefused(f"{file} is damaged. Take an earlier backup.")
    return int(acts)


def unpack(file: Path, folder: Path) -> datetime:
    """Settings, keys and tables into an empty folder; gives when the backup was made. The node is not to be served before `restore`."""
    if folder.exists() and any(folder.iterdir()):
        raise FolderRefused("A node is restored into an empty folder only. Name a new one with --data.")
    check(file)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    copy = folder / "node.sqlite3"
    _made_private(copy)
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        kept = dict(target.execute(f"SELECT name, data FROM {KEPT}"))  # noqa: S608
        target.execute("PRAGMA secure_delete=ON")
        target.execute(f"DROP TABLE {KEPT}")
        for table in SESSIONS:
            target.execute(f"DELETE FROM {table}")  # noqa: S608
        target.commit()
    for name in FILES:
        if name in kept:
            _made_private(folder / name)
            (folder / name).write_bytes(kept[name])
    return datetime.fromisoformat(kept["at"].decode())


def settle_tables(folder: Path) -> None:
    """Where the node keeps its tables in PostgreSQL, they go there, into a database that must be empty; the copy in the folder goes."""
    from django.db import connection

    copy = folder / "node.sqlite3"
    if connection.vendor == "sqlite":
        return
    from comity.site.journal.store import SqlStore

    if SqlStore().position():
        raise FolderRefused("The database named in node.toml holds a node already. Name an empty one.")
    _copied_from(copy)
    copy.unlink()


# Between databases of two kinds: every row of every table, through the models ------------------------------------------------


def _copied_to(part: Path) -> None:
    from django.core.management import call_command

    with _beside(part):
        call_command("migrate", database="beside", verbosity=0, interactive=False)
        _copy("default", "beside")


def _copied_from(copy: Path) -> None:
    with _beside(copy):
        _copy("beside", "default")
        _count_on()


@contextmanager
def _beside(file: Path) -> Iterator[None]:
    """The file as a second database of this process."""
    from django.db import connections

    plain = {"ENGINE": "django.db.backends.sqlite3", "NAME": file, "OPTIONS": {}, "CONN_MAX_AGE": None}
    connections.databases["beside"] = {**connections["default"].settings_dict, **plain}
    try:
        yield
    finally:
        connections["beside"].close()
        del connections["beside"]
        del connections.databases["beside"]


def _copy(source: str, target: str) -> None:
    """Everything in one transaction on each side; what migrations have put there before gives way."""
    from django.apps import apps
    from django.db import connections, transaction
    from django.db.models import QuerySet

    models = apps.get_models(include_auto_created=True)
    with transaction.atomic(using=source), transaction.atomic(using=target):
        if connections[source].vendor == "postgresql":
            connections[source].cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for model in reversed(models):
            if QuerySet(model, using=target).exists():
                QuerySet(model, using=target).delete()
        for model in models:
            rows = QuerySet(model, using=source).order_by("pk").iterator(chunk_size=AT_ONCE)
            _insert(model, rows, target)


def _insert(model: Any, rows: Any, target: str) -> None:
    from django.db.models import QuerySet

    while part := list(islice(rows, AT_ONCE)):
        QuerySet(model, using=target).bulk_create(part)


def _count_on() -> None:
    """PostgreSQL's counters go on after the rows that were brought."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True)):
            cursor.execute(statement)
