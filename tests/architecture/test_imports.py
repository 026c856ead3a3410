"""Imports point down only, and each import contract is seen to bite."""

from pathlib import Path

import pytest

from tests.architecture.planting import plant, run

FAULTS = {
    "imports point down only": {
        "protocol/planted.py": "from comity.conduct import statements\n",
        "conduct/statements.py": "",
    },
    "no framework, clock, chance, disk or network in the kernel rooms": {
        "conduct/planted.py": "import time\n",
        "node/planted.py": "from django.db import models\n",
    },
    "protocol depends on cryptography alone, and on orjson where it is found": {
        "protocol/planted.py": "import yaml\n",
    },
    "the apps of a node's site in order": {
        "site/journal/planted.py": "from comity.site.api import planted\n",
        "site/api/planted.py": "",
    },
}


def lint(folder: Path):
    return run("lint-imports", "--no-logo", "--no-cache", cwd=folder, environment={"PYTHONPATH": str(folder / "src")})


def test_no_import_points_upward():
    told = run("lint-imports", "--no-logo", "--no-cache")

    assert told.returncode == 0, told.stdout
    assert "0 broken" in told.stdout


def test_a_project_without_faults_is_let_through(tmp_path):
    """Otherwise the next test would prove nothing."""
    told = lint(plant(tmp_path, {}))

    assert f"{len(FAULTS)} kept, 0 broken" in told.stdout, told.stdout


@pytest.mark.parametrize("contract", FAULTS)
def test_a_planted_import_breaks_its_contract(contract, tmp_path):
    told = lint(plant(tmp_path, FAULTS[contract]))

    assert told.returncode == 1
    assert f"{contract} BROKEN" in told.stdout, told.stdout
    assert "planted" in told.stdout


def test_a_new_room_must_be_given_its_place(tmp_path):
    plant(tmp_path, {})
    (tmp_path / "src/comity/annex").mkdir()
    (tmp_path / "src/comity/annex/__init__.py").write_text("", "utf-8")

    told = lint(tmp_path)

    assert told.returncode == 1
    assert "annex" in told.stdout
