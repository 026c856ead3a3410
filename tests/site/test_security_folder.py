"""The data folder is private, and its settings say what is wrong with them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from comity.site.config import folder
from comity.site.config.folder import FolderRefused, NodeSettings


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_and_its_key_are_for_one_account_alone(tmp_path: Path) -> None:
    data = folder.open_folder(tmp_path / "new" / "data")
    folder.secret(data)
    folder.write(data, NodeSettings())
    assert (mode(data), mode(data / "secret.key"), mode(data / "node.toml")) == (0o700, 0o600, 0o600)


def test_a_folder_others_could_read_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert mode(folder.open_folder(tmp_path)) == 0o700


def test_the_secret_is_made_once_and_never_replaced(tmp_path: Path) -> None:
    first = folder.secret(tmp_path)
    assert folder.secret(tmp_path) == first
    assert len(first) == 64
    assert folder.secret(tmp_path, name="other.key") != first


def test_a_damaged_secret_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("short")
    with pytest.raises(FolderRefused, match="Restore it from the backup"):
        folder.secret(tmp_path)


def test_settings_come_back_as_they_were_written(tmp_path: Path) -> None:
    settings = NodeSettings(
        node="tarsenia",
        participant={"en": 'Tarsenia "the" \\ first', "ar": "تارسينيا", "zh-hans": "塔森尼亚"},
        languages=("en", "ar"),
        port=8801,
        second_factor=("releaser",),
    )
    folder.write(tmp_path, settings)
    assert folder.read(tmp_path) == settings


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('colour = "red"', "does not know “colour”"),
        ("port = true", "“port” in node.toml has the wrong shape"),
        ('port = "8800"', "“port” in node.toml has the wrong shape"),
        ("port = 70000", "between 1 and 65535"),
        ('node = "Тарсения"', "begins with a letter"),
        ('time_zone = "Mars/Olympus"', "not a known time zone"),
        ('public_url = "ftp://node.example"', "begins with https"),
        ('public_url = "http://node.example"', "Plain http"),
        ("participant = [1]", "wrong shape"),
        ("= 5", "cannot be read"),
    ],
)
def test_wrong_settings_are_refused_by_name(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "node.toml").write_text(text, "utf-8")
    with pytest.raises(FolderRefused, match=sentence):
        folder.read(tmp_path)


def test_a_name_alone_is_taken_as_the_english_name(tmp_path: Path) -> None:
    (tmp_path / "node.toml").write_text('participant = "Tarsenia"', "utf-8")
    assert folder.read(tmp_path).participant == {"en": "Tarsenia"}


def test_a_postgresql_address_becomes_djangos_table() -> None:
    from comity.site.config.settings import postgresql

    made = postgresql("postgresql://amaro:p%40ss@db.example:5433/comity?sslmode=verify-full")
    assert (made["USER"], made["PASSWORD"], made["HOST"], made["PORT"], made["NAME"]) == ("amaro", "p@ss", "db.example", 5433, "comity")
    assert made["OPTIONS"] == {"sslmode": "verify-full"}
