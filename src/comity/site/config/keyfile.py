"""The node's private keys on disk: one file in the data folder, 0600, made once by `comity init`."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from comity.protocol.act import party_of
from comity.protocol.keys import Random
from comity.protocol.keyset import Card, NodeKeys, SignedKeyset, read_keyset
from comity.site.config.folder import FolderRefused

KEY_FILE = "keys.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Whose keys they are: the office, the private keys, and every keyset signed so far, oldest first."""

    office: str
    keys: NodeKeys
    keysets: tuple[SignedKeyset, ...]


def make(folder: Path, *, office: str, at: datetime, random: Random) -> Held:
    """New keys and keyset 1. Refuses to overwrite: keys that are gone cannot be made again."""
    keys = NodeKeys.generate(random)
    held = Held(office=office, keys=keys, keysets=(keys.first_keyset(node=party_of(office), at=at),))
    try:
        _write(folder / KEY_FILE, held)
    except FileExistsError as fault:
        raise FolderRefused("This data folder has keys already. Use another folder for another node.") from fault
    return held


def _write(file: Path, held: Held) -> None:
    """A new file, 0600, on the disk before it counts."""
    record = {"v": 1, "office": held.office, "keys": held.keys.record(), "keysets": [one.wire().hex() for one in held.keysets]}
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        json.dump(record, opened)
        opened.flush()
        os.fsync(opened.fileno())


def begin_epoch(folder: Path, *, at: datetime, random: Random) -> Held:
    """The next keyset, with the next epoch, signed by the root the last one promised. The file is replaced whole."""
    held = read(folder)
    keys, last = held.keys.renewed(random), held.keysets[-1]
    following = keys.next_keyset(last, at=at, epoch=last.keyset.epoch + 1)
    renewed = Held(office=held.office, keys=keys, keysets=(*held.keysets, following))
    fresh = folder / f"{KEY_FILE}.new"
    _write(fresh, renewed)
    fresh.replace(folder / KEY_FILE)
    return renewed


def read(folder: Path) -> Held:
    """The keys in the folder. Refuses, with what to do, where there are none or the file is damaged."""
    try:
        record = json.loads((folder / KEY_FILE).read_text("ascii"))
        keysets = tuple(read_keyset(bytes.fromhex(wire)) for wire in record["keysets"])
        return Held(office=record["office"], keys=NodeKeys.from_record(record["keys"]), keysets=keysets)
    except FileNotFoundError as fault:
        raise FolderRefused("This data folder has no keys yet. Make a node in it: comity init --data FOLDER.") from fault
    except (ValueError, KeyError, TypeError) as fault:
        raise FolderRefused("keys.json in the data folder is damaged. Restore it from the backup.") from fault


def card_of(held: Held, *, names: dict[str, str], doors: tuple[str, ...]) -> Card:
    """What this node shows to be compared in person."""
    return Card(
        node=party_of(held.office), names=names, root=held.keysets[0].keyset.root, keyset=held.keysets[0].id, doors=doors,
        office=held.office,
    )  # fmt: skip
