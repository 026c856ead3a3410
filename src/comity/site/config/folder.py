"""The data folder of one node: everything a node keeps on disk, private to its account.

`node.toml` holds what the participant decides (name, languages, address); `secret.key` signs sessions. Both are made once and
never in the repository. The folder is 0700 and the key 0600, because whoever reads them can act as any officer.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from comity.protocol.refusals import Refused

NODE_SLUG = re.compile(r"[a-z][a-z0-9-]{1,39}")
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class FolderRefused(Refused):
    """The data folder cannot be used; the sentence says what to change."""

    def __init__(self, sentence: str) -> None:
        super().__init__("folder", {}, sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSettings:
    """What the participant decides about its node, as written in `node.toml`.

    `participant` is the name the State chose, by language code; `public_url` is where officers and peers reach the node, https unless
    it is loopback; `database` is a PostgreSQL address or empty for SQLite in the folder; `second_factor` lists roles that must have one;
    `session_hours` bounds a signed-in watch and `idle_minutes` an unattended one.
    """

    node: str = "node"
    participant: Mapping[str, str] = field(default_factory=lambda: {"en": "This node"})
    desk: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    languages: tuple[str, ...] = ("en", "ru", "ar", "fr", "es", "zh-hans")
    time_zone: str = "UTC"
    host: str = "127.0.0.1"
    port: int = 8800
    public_url: str = ""
    database: str = ""
    second_factor: tuple[str, ...] = ()
    session_hours: int = 12
    idle_minutes: int = 60
    handling: Mapping[str, str] = field(default_factory=dict)
    tls_certificate: str = ""
    tls_key: str = ""

    @property
    def url(self) -> str:
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def secure(self) -> bool:
        """True where officers and peers come by https; else only loopback is served."""
        return urlsplit(self.url).scheme == "https"

    @property
    def hosts(self) -> list[str]:
        """Names this node answers to. Loopback always: health checks and the relay of a front server come from there."""
        public = urlsplit(self.url).hostname if self.secure else None
        return [*LOOPBACK, *([public] if public else [])]


def open_folder(path: Path) -> Path:
    """The folder, made private (0700) if it is new. Refuses a folder others may read."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.stat().st_mode & 0o077:
        path.chmod(0o700)
    return path


def secret(path: Path, *, name: str = "secret.key") -> str:
    """The node's secret for sessions and tokens: 64 hex, made once with O_EXCL and 0600."""
    file = path / name
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _existing_secret(file)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(secrets.token_hex(32))
        opened.flush()
        os.fsync(opened.fileno())
    return file.read_text("ascii")


def _existing_secret(file: Path) -> str:
    text = file.read_text("ascii").strip()
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise FolderRefused(
            f"{file.name} in the data folder is damaged. Restore it from the backup, or remove it: all officers sign in again."
        )
    return text


def read(path: Path) -> NodeSettings:
    """The settings in `node.toml`, or the defaults where there is none. Refuses unknown and malformed entries by name."""
    file = path / "node.toml"
    if not file.exists():
        return NodeSettings()
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise FolderRefused(f"node.toml cannot be read: {fault}.") from fault
    return checked(table)


def checked(table: Mapping[str, object]) -> NodeSettings:
    """A table as settings; every entry is known and has the right shape."""
    defaults = NodeSettings()
    known = {entry.name: type(getattr(defaults, entry.name)) for entry in fields(NodeSettings)}
    values = {name: _shaped(name, value, known) for name, value in table.items()}
    settings = NodeSettings(**values)  # type: ignore[arg-type]
    _check(settings)
    return settings


def _shaped(name: str, value: object, known: Mapping[str, type]) -> object:
    if name not in known:
        raise FolderRefused(f"node.toml does not know “{name}”. Known are: {', '.join(sorted(known))}.")
    wanted = known[name]
    if wanted is dict and isinstance(value, str):
        return {"en": value}
    if wanted is tuple and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if wanted is dict and isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
        return dict(value)
    if type(value) is wanted and wanted in (str, int):
        return value
    raise FolderRefused(f"“{name}” in node.toml has the wrong shape: a {wanted.__name__} is expected.")


def _check(settings: NodeSettings) -> None:
    if not NODE_SLUG.fullmatch(settings.node):
        raise FolderRefused("“node” in node.toml is 2 to 40 small letters, digits and hyphens, and begins with a letter.")
    if settings.time_zone not in available_timezones():
        raise FolderRefused(f"“time_zone” in node.toml is not a known time zone: {settings.time_zone}.")
    if not 0 < settings.port < 65536:
        raise FolderRefused("“port” in node.toml lies between 1 and 65535.")
    address = urlsplit(settings.url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise FolderRefused("“public_url” in node.toml is an address that begins with https://.")
    if address.scheme == "http" and not is_loopback(address.hostname):
        raise FolderRefused("Plain http is served to this computer alone. Give “public_url” in node.toml an https address.")


def is_loopback(host: str) -> bool:
    return host.strip("[]") in ("localhost", "::1") or host.startswith("127.")


def write(path: Path, settings: NodeSettings) -> None:
    """Write `node.toml` whole, 0600, so that a crash leaves the old text or the new one."""
    _check(settings)
    fresh = path / "node.toml.new"
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(as_toml(settings))
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(path / "node.toml")


def as_toml(settings: NodeSettings) -> str:
    """Plain entries first, tables after them, as TOML wants it. JSON strings are TOML strings."""
    values = asdict(settings)
    plain = [f"{name} = {_literal(value)}" for name, value in values.items() if not isinstance(value, dict)]
    tables = [_table(name, value) for name, value in values.items() if isinstance(value, dict) and value]
    return "\n".join([*plain, *tables]) + "\n"


def _literal(value: object) -> str:
    return _quoted(list(value) if isinstance(value, tuple) else value)


def _table(name: str, entries: Mapping[str, str]) -> str:
    lines = [f"{_quoted(key)} = {_quoted(text)}" for key, text in entries.items()]
    return "\n".join([f"\n[{name}]", *lines])


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def zone(settings: NodeSettings) -> ZoneInfo:
    return ZoneInfo(settings.time_zone)
