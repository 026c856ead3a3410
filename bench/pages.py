"""The pages of a node that holds 100,000 acts, asked for in-process; its start-up; its memory.

Each page is asked for by an officer who is signed in, whole with its template, in rounds that go from page to page. The first round fills
what a running node keeps in memory and is told apart.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

import httpx2

from bench import large

ROUNDS = 15
PORT = 8930
STARTS = 3
OFFICER = "bench"
QUERIES = ("notification exercises", "military expenditure", "incident at sea", "observers", "contacts")
"""What officers look for in the catalogue."""
WORDS = ("field exercise", "logistics", "Meadow", "air defence", "command")
"""What they look for in what was said."""


def measure() -> Mapping[str, float]:
    made = made_folder()
    known = json.loads((made / large.WHOLE.name).read_text("ascii"))
    started, worked = zip(*[start(made) for _ in range(STARTS)], strict=True)
    return {"startup_s": median(started), "startup_cpu_s": median(worked), **pages(made, known), "load_average": os.getloadavg()[0]}


def made_folder() -> Path:
    if not large.WHOLE.exists():
        subprocess.run([sys.executable, "-m", "bench.large"], check=True)
    return large.FOLDER


def start(folder: Path) -> tuple[float, float]:
    """Seconds from the command to the first answer, and of the processor's time until the node was stopped right after."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    command = [sys.executable, "-m", "comity.cli.main", "serve", "--data", str(folder), "--port", str(PORT)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            spent = _answers(process, began)
        finally:
            process.terminate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _answers(process: Any, began: float) -> float:
    while process.poll() is None:
        try:
            if httpx2.get(f"http://127.0.0.1:{PORT}/health", timeout=2, trust_env=False).status_code == httpx2.codes.OK:
                return time.perf_counter() - began
        except httpx2.HTTPError:
            time.sleep(0.02)
    raise AssertionError("the node does not start")


def pages(folder: Path, known: Mapping[str, str]) -> Mapping[str, float]:
    """Milliseconds of each page at the median, of the processor's time for it, and of the first time it was asked for."""
    from comity.site.config import serve

    serve.prepare(folder)
    serve.migrate()
    from comity.site.config import wiring

    wiring.tick_once()
    browser = signed_in()
    queries, words = cycle(QUERIES), cycle(WORDS)
    asked = {
        "today": lambda: "/",
        "case": lambda: f"/cases/{known['case']}/",
        "case_of_10000_acts": lambda: f"/cases/{known['long']}/",
        "calendar": lambda: f"/calendar/?month={known['month']}",
        "search": lambda: f"/search/?q={next(queries)}",
        "search_acts": lambda: f"/search/?q={next(words)}",
        "cases": lambda: "/cases/",
        "archive": lambda: "/acts/",
        "map": lambda: f"/map/?month={known['month']}",
        "measures": lambda: "/measures/",
    }
    first = {name: ask(browser, address()) for name, address in asked.items()}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in asked}
    for _ in range(ROUNDS):
        for name, address in asked.items():
            times[name].append(ask(browser, address()))
    return {
        **{f"{name}_ms": median(spent for spent, _ in found) for name, found in times.items()},
        **{f"{name}_cpu_ms": median(worked for _, worked in found) for name, found in times.items()},
        **{f"{name}_first_ms": first[name][0] for name in asked},
        **one_more_act(known),
        "memory_mb": memory(),
    }


def signed_in() -> Any:
    from django.test import Client

    from comity.site.people.models import Officer
    from comity.site.people.service import create_officer

    officer = Officer.objects.filter(username=OFFICER).first()
    if officer is None:
        officer = create_officer(OFFICER, "Bench", ["drafter", "reader"], "lantern-harbour-42", "en")
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(officer)
    return browser


def ask(browser: Any, address: str) -> tuple[float, float]:
    """Milliseconds until the page is there, and of the processor's time: on a busy machine the first says little of the node."""
    began, worked = time.perf_counter(), time.thread_time()
    answer = browser.get(address)
    spent, worked = time.perf_counter() - began, time.thread_time() - worked
    assert answer.status_code == httpx2.codes.OK, (address, answer.status_code)
    return spent * 1000, worked * 1000


def one_more_act(known: Mapping[str, str]) -> Mapping[str, float]:
    """Microseconds that one more act costs the fold of the long case: its first hundred acts, and its last."""
    from comity.conduct.case import Case
    from comity.node.folds import statement_of
    from comity.site.config import wiring

    with wiring.reading() as office:
        row = office.store.case_row(known["long"])
        assert row is not None, "the long case is held"
        terms = office.folds.measures(row.terms)[row.measure]
        acts = [statement_of(act) for act in office.store.acts_of_case(row.id)]
    case, times = Case.open(case=row.id, terms=terms), []
    for act in acts:
        began = time.perf_counter()
        case.advance(act)
        times.append((time.perf_counter() - began) * 1e6)
    return {
        "long_case_acts": len(acts), "long_case_folded_s": sum(times) / 1e6,
        "one_more_act_early_us": median(times[10:110]), "one_more_act_late_us": median(times[-100:]),
    }  # fmt: skip


def memory() -> float:
    """Resident megabytes of this process: every page was asked for, and the long case is folded."""
    pages_held = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages_held * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    print(json.dumps(measure()))
