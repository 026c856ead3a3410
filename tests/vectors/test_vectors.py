"""Every vector of spec/vectors says what it should, and is what its recipe makes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from comity.protocol.refusals import Refused
from tests.vectors.checks import CHECKS
from tests.vectors.make import FOLDER, STAND_IN, recipe_of
from tests.vectors.recipes import vectors

FOLDERS = sorted(file.parent for file in FOLDER.glob("*/expected.json"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_vector_says_what_it_should(folder: Path) -> None:
    data, keys = (folder / "input").read_bytes(), json.loads((folder / "keys.json").read_bytes())
    expected = json.loads((folder / "expected.json").read_bytes())
    if folder.name.endswith("_fail"):
        with pytest.raises(Refused) as refused:
            CHECKS[expected["check"]](data, keys)
        assert refused.value.code == expected["refused"]
    else:
        assert CHECKS[expected["check"]](data, keys) == expected["says"]


WITHOUT_ORJSON = "import sys; sys.modules['orjson'] = None; import pytest; sys.exit(pytest.main(sys.argv[1:]))"


def test_every_vector_says_the_same_where_orjson_is_not_installed() -> None:
    """In a process of its own, since the choice is made when the room is first imported."""
    asked = [f"{__file__}::test_a_vector_says_what_it_should", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly"]
    done = subprocess.run([sys.executable, "-c", WITHOUT_ORJSON, *asked], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout
    assert f"{len(FOLDERS)} passed" in done.stdout


def test_every_vector_is_the_one_its_recipe_makes() -> None:
    """`python -m tests.vectors.make` writes them again where this fails."""
    made = {vector.name: recipe_of(vector) for vector in vectors(STAND_IN)}
    there = {folder.name: json.loads((folder / "expected.json").read_bytes())["recipe"] for folder in FOLDERS}
    assert there == made


def test_every_kind_of_check_has_vectors_that_hold_and_vectors_that_fail() -> None:
    checks = {folder.name: json.loads((folder / "expected.json").read_bytes())["check"] for folder in FOLDERS}
    failing = {check for name, check in checks.items() if name.endswith("_fail")}
    assert {check for name, check in checks.items() if not name.endswith("_fail")} == set(CHECKS)
    assert failing == set(CHECKS) - {"leaf"}


def test_every_vector_says_why() -> None:
    for folder in FOLDERS:
        assert len((folder / "README.md").read_text("utf-8").splitlines()) >= 3, folder.name
