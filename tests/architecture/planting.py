"""What the gates look at, and a small tree of its own in which a test plants a fault."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("protocol", "catalogue", "conduct", "node", "formats", "exercise", "site", "cli")
KERNEL = ROOMS[:4]


def tracked() -> list[Path]:
    """Every file that a clone of the repository would hold, as it stands here."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = [ROOT / name for name in listed.split("\0") if name]
    assert len(found) > 50, "the gates must have something to look at"
    return [path for path in found if path.is_file()]


def sources() -> list[Path]:
    """Every Python file of ours but Django's migrations."""
    return [path for path in tracked() if path.suffix == ".py" and "migrations" not in path.parts]


def run(*arguments: str, cwd: Path = ROOT, environment: Mapping[str, str] | None = None, limit: int = 100) -> subprocess.CompletedProcess[str]:
    """A tool of this Python's venv, run to its end; what it says is in `stdout`."""
    program = Path(sys.executable).parent / arguments[0]
    command = [str(program) if program.exists() else arguments[0], *arguments[1:]]
    return subprocess.run(
        command, cwd=cwd, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, **(environment or {})}, timeout=limit,
    )  # fmt: skip


def plant(folder: Path, files: Mapping[str, str]) -> Path:
    """A project in `folder` with our settings, empty rooms, and the given files under src/comity."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    for room in ("", *ROOMS, *(f"site/{app}" for app in ("config", "api", "pages", "desk", "post", "journal", "people"))):
        (folder / "src/comity" / room).mkdir(parents=True, exist_ok=True)
        (folder / "src/comity" / room / "__init__.py").write_text('"""A room."""\n', "utf-8")
    for app, name in re.findall(r"comity\.site\.(config|desk)\.(\w+)", (folder / "pyproject.toml").read_text("utf-8")):
        (folder / f"src/comity/site/{app}/{name}.py").write_text('"""A part of the app."""\n', "utf-8")
    for name, text in files.items():
        (folder / "src/comity" / name).write_text(text, "utf-8")
    return folder
