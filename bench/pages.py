"""The pages of a node that holds 100,000 acts, asked for in-process; its start-up; its memory.

Each page is asked for by an officer who is signed in, whole with its template, in rounds that go from page to page. The first round fills
what a running node keeps in memory and is told apart.
"""

from __future__ import annotations

import json
import os
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
    started = [start(made) for _ in range(STARTS)]
    return {"startup_s": median(started), **pages(made, known)}


def made_folder() -> Path:
    if not large.WHOLE.exists():
        subprocess.run([sys.executable, "-m", "bench.large"], check=True)
    return large.FOLDER


def start(folder: Path) -> float:
    """Seconds from the command to the first answer."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "comity.cli.main", "serve", "--data", str(folder), "--port", str(PORT)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            return _answers(process, began)
        finally:
            process.terminate()


def _answers(process: Any, began: float) -> float:
    while process.poll() is None:
        try:
            if httpx2.get(f"http://127.0.0.1:{PORT}/health", timeout=2, trust_env=False).status_code == httpx2.codes.OK:
                return time.perf_counter() - began
        except httpx2.HTTPError:
            time.sleep(0.02)
    raise AssertionError("the node does not start")


def pages(folder: Path, known: Mapping[str, str]) -> Mapping[str, float]:
    """Milliseconds of each page at the median, and of the first time it was asked for."""
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
    times: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(ROUNDS):
        for name, address in asked.items():
            times[name].append(ask(browser, address()))
    return {
        **{f"{name}_ms": median(found) for name, found in times.items()},
        **{f"{name}_first_ms": first[name] for name in asked},
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


def ask(browser: Any, address: str) -> float:
    began = time.perf_counter()
    answer = browser.get(address)
    spent = (time.perf_counter() - began) * 1000
    assert answer.status_code == httpx2.codes.OK, (address, answer.status_code)
    return spent


def one_more_act(known: Mapping[str, str]) -> Mapping[str, float]:
    """What one more act costs the fold of the long case and of an ordinary one, and what folding the long case anew costs."""
    from comity.node.folds import Folds, statement_of
    from comity.site.config import wiring

    with wiring.reading() as office:
        folds = Folds(office.store, office.library)
        acts = {name: [statement_of(act) for act in office.store.acts_of_case(known[name])] for name in ("long", "case")}
        began = time.perf_counter()
        long = folds.case(known["long"])
        whole = time.perf_counter() - began
        assert long is not None, "the long case is held"
        return {"long_case_acts": len(acts["long"]), "long_case_folded_anew_s": whole}


def memory() -> float:
    """Resident megabytes of this process: every page was asked for, and the long case is folded."""
    pages_held = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages_held * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    print(json.dumps(measure()))
