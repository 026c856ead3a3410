"""What a node keeps, it keeps on PostgreSQL as on SQLite: the same tests, in a process whose database is the other one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEPT = [path for name in ("test_journal_*.py", "test_people_record.py", "test_desk_*.py", "test_post_*.py") for path in sorted(Path(__file__).parent.glob(name))]


@pytest.mark.timeout(300)
def test_what_a_node_keeps_is_kept_on_postgresql_too():
    address = os.environ.get("COMITY_TEST_POSTGRES")
    if not address:
        pytest.skip("needs a PostgreSQL server: apt-get install postgresql, start it, and set COMITY_TEST_POSTGRES to its address")
    assert len(KEPT) >= 2

    # The process is a session of its own, not a worker of this one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COMITY_DATA", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *map(str, KEPT)],
        cwd=ROOT, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=280,
        env={**environment, "COMITY_DATABASE": address, "COMITY_NO_SKIPS": ""},
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-6000:]
    assert " passed" in done.stdout
