"""What all tests share: the data folder of the node under test, made before Django reads its settings; and what a skip may cost.

Nothing here imports Django: the kernel's tests pass without it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

NODE = """\
node = "tarsenia"
language = "en"
time_zone = "Pacific/Pitcairn"

[participant]
en = "Tarsenia"
ru = "Тарсения"
ar = "تارسينيا"

[desk]
en = "Verification Centre"
ru = "Центр проверки"
ar = "مركز التحقق"
"""


def _data_folder() -> str:
    folder = Path(tempfile.mkdtemp(prefix="comity-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "node.toml").write_text(NODE, "utf-8")
    return str(folder)


os.environ["COMITY_DATA"] = _data_folder()
os.environ["DJANGO_SETTINGS_MODULE"] = "comity.site.config.settings"

# The same examples on every run of continuous integration; a machine under load is not a fault of ours.
hypothesis.settings.register_profile("everyday", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("everyday")

REAL_DATA = "COMITY_SOURCES"
"""A test that needs the real data names this in its reason; every other skip fails where `COMITY_NO_SKIPS` is set."""


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """In continuous integration everything that can be installed is, so a skip there is a test nobody runs."""
    if os.environ.get("COMITY_NO_SKIPS") and _avoidable_skips(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if os.environ.get("COMITY_NO_SKIPS"):
        for reason in _avoidable_skips(config):
            terminalreporter.write_line(f"NOT ALLOWED TO SKIP here: {reason}", red=True)


def _avoidable_skips(config: pytest.Config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skips = reporter.stats.get("skipped", []) if reporter else []
    return [str(report.longrepr) for report in skips if REAL_DATA not in str(report.longrepr)]
