"""In continuous integration a skipped test fails the run, unless only the real data could run it."""

import sys

import pytest

from tests.architecture.planting import ROOT, run


def session(folder, reason: str, *, strict: bool):
    (folder / "conftest.py").write_text((ROOT / "tests/conftest.py").read_text("utf-8"), "utf-8")
    (folder / "test_planted.py").write_text(
        f"import pytest\n\n\n@pytest.mark.skip(reason={reason!r})\ndef test_never():\n    pass\n\n\ndef test_always():\n    pass\n", "utf-8"
    )
    return run(
        sys.executable, "-m", "pytest", "-q", "-rs", "-c", "/dev/null", "--rootdir", ".", "-p", "no:django", "-p", "no:cacheprovider",
        cwd=folder, environment={"COMITY_NO_SKIPS": "1" if strict else ""},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "strict", "code"),
    [
        ("chromium is not installed: apt-get install chromium", True, 1),
        ("chromium is not installed: apt-get install chromium", False, 0),
        ("the real data is not there (COMITY_SOURCES)", True, 0),
    ],
)
def test_a_skip_costs_what_it_should(reason, strict, code, tmp_path):
    told = session(tmp_path, reason, strict=strict)

    assert told.returncode == code, told.stdout
    assert reason in told.stdout
    assert ("NOT ALLOWED TO SKIP" in told.stdout) is (code == 1)
    assert told.stdout.rstrip().splitlines()[-1].startswith("1 passed, 1 skipped in"), told.stdout
