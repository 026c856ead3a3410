"""Writes spec/vectors from the recipes: `python -m tests.vectors.make`. Running it again changes nothing that need not change.

Signatures and seals are randomised, so a vector is made anew only where its recipe has changed: `recipe` in expected.json is the
hash of what the recipe gives with stand-ins for everything that is randomised.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from comity.protocol.canonical import encode
from comity.protocol.keys import Signatures, Signer, SoftwareSigner
from comity.protocol.logkey import LogSigner
from comity.protocol.refusals import Refused
from comity.protocol.seal import SealKey
from tests.vectors.checks import CHECKS
from tests.vectors.recipes import Vector, Workshop, vectors

FOLDER = Path(__file__).resolve().parents[2] / "spec" / "vectors"


class _StandIn:
    """Signs with bytes that hang on the key and the message alone."""

    def __init__(self, signer: SoftwareSigner) -> None:
        self.public = signer.public

    def sign(self, kind: str, payload: bytes) -> Signatures:
        whole = hashlib.shake_256(self.public.digest() + kind.encode() + payload).digest(64 + 3309)
        return Signatures(ed25519=whole[:64], mldsa65=whole[64:])


class _StandInSeal(SealKey):
    __slots__ = ()

    def wrap(self, file_key: bytes) -> bytes:
        return hashlib.shake_256(self.raw + file_key).digest(1120 + 32)


def _stand_in_log(signer: LogSigner) -> Any:
    def part(name: str, length: int) -> Any:
        said = encode(signer.public.record()) + name.encode()
        return SimpleNamespace(sign=lambda message: hashlib.shake_256(said + message).digest(length))

    return SimpleNamespace(public=signer.public, ed25519=part("ed25519", 64), mldsa44=part("mldsa44", 2420))


def _same(signer: SoftwareSigner) -> Signer:
    return signer


REAL = Workshop(_same, lambda signer: signer, lambda key: key)
STAND_IN = Workshop(_StandIn, _stand_in_log, lambda key: _StandInSeal(key.raw))


def recipe_of(vector: Vector) -> str:
    """What a recipe comes to: everything in it but chance."""
    parts = [vector.name, vector.check, vector.why, hashlib.sha256(vector.data).hexdigest(), vector.keys]
    return hashlib.sha256(encode(parts)).hexdigest()


def expected_of(vector: Vector) -> dict[str, Any]:
    try:
        return {"says": CHECKS[vector.check](vector.data, vector.keys)}
    except Refused as refused:
        return {"refused": refused.code}


def write(vector: Vector, recipe: str) -> None:
    folder = FOLDER / vector.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "input").write_bytes(vector.data)
    _write_json(folder / "keys.json", vector.keys)
    _write_json(folder / "expected.json", {"check": vector.check, "recipe": recipe} | expected_of(vector))
    (folder / "README.md").write_text(f"# {vector.name}\n\n{vector.why}\n", "utf-8")


def _write_json(file: Path, value: Any) -> None:
    file.write_bytes(encode(value) + b"\n")


def present(name: str) -> str | None:
    """The recipe of the vector that is there."""
    file = FOLDER / name / "expected.json"
    return json.loads(file.read_bytes())["recipe"] if file.exists() else None


def main() -> None:
    recipes = {vector.name: recipe_of(vector) for vector in vectors(STAND_IN)}
    for vector in vectors(REAL):
        if present(vector.name) != recipes[vector.name]:
            write(vector, recipes[vector.name])
    for folder in FOLDER.iterdir():
        if folder.is_dir() and folder.name not in recipes and (folder / "expected.json").exists():
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
