"""Served nodes over loopback, as `comity demo` runs them: release on one to visible on another, and acts a second between two.

Visible is when the other node's own interface gives the act; both nodes have it durably by then. The clock starts when the releaser's
request is sent, so the release itself, with its signature and commit, is in the figure. All four nodes run on this machine.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from statistics import median, quantiles
from typing import Any

import httpx2

from bench.apart import MADE
from bench.exercises import MEASURE, notices
from comity.cli import demo
from comity.exercise.region_terms import STATES, region_terms

PORT = 8940
SAMPLES = 60
SUSTAINED = 1_000
"""Acts issued by a second writer in the node's folder, as an import does; each goes to both other States."""
LOOK = 0.01
WITHIN = 120.0
FROM, TO = "tarsenia", "ondoria"


def measure() -> Mapping[str, float]:
    folder = MADE / "loopback"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    nodes = demo._nodes(folder, PORT)  # noqa: SLF001 - the demo's own nodes, without its life
    with demo._served(nodes):  # noqa: SLF001
        voice = demo.ApiVoice(nodes)
        terms = agree(voice)
        releases, times = zip(*[visible(voice, terms, data) for data in islice(dated(), 5 + SAMPLES)][5:], strict=True)
        return {
            "release_ms": median(releases),
            "release_to_visible_p50_ms": median(times),
            "release_to_visible_p95_ms": quantiles(times, n=20)[-1],
            "release_to_visible_longest_ms": max(times),
            **sustained(voice, terms),
        }


def agree(voice: demo.ApiVoice) -> str:
    """The arrangement concluded fourteen months ago, and the clocks set right again."""
    version = region_terms(datetime.now(UTC).date())
    voice.propose(STATES[0], version)
    voice.settle()
    for kind, parties in (("initial", STATES[1:]), ("sign", STATES)):
        for party in parties:
            voice.word(party, kind, version)
        voice.settle()
    voice.end()
    time.sleep(2 * 5.0)  # two ticks: what fourteen months brought is not measured
    return version.id


def dated() -> Iterator[dict[str, Any]]:
    """What the table says, as of activities ninety days ahead."""
    begins = datetime.now(UTC).date() + timedelta(days=90)
    for notice in notices():
        days = min((notice.ends - notice.begins).days, 40)
        yield {**notice.data, "begins": begins.isoformat(), "ends": (begins + timedelta(days=days)).isoformat()}


def visible(voice: demo.ApiVoice, terms: str, data: dict[str, Any]) -> tuple[float, float]:
    """Milliseconds from the releaser's request to its answer, and to the first answer of the other node that has the act."""
    header = {"precedence": "routine", "subject": data["designation"][:120], "language": "en"}
    body = {"kind": "step", "terms": terms, "measure": MEASURE, "step": "notify", "choice": "planned", "header": header, "data": data}
    made = voice._call(FROM, "drafter", "POST", "/drafts", body)  # noqa: SLF001
    voice._call(FROM, "drafter", "POST", f"/drafts/{made['id']}/submit")  # noqa: SLF001
    time.sleep(0.3)
    started = time.perf_counter()
    released = voice._call(FROM, "releaser", "POST", f"/drafts/{made['id']}/release")  # noqa: SLF001
    answered = time.perf_counter()
    while not held(voice, released["act"]):
        assert time.perf_counter() - started < WITHIN, "the act does not arrive"
        time.sleep(LOOK)
    return (answered - started) * 1000, (time.perf_counter() - started) * 1000


def held(voice: demo.ApiVoice, act: str) -> bool:
    node = voice.nodes[TO]
    answer = voice.client.get(f"{node.url}/api/v1/acts/{act}", headers={"Authorization": f"Bearer {node.token('reader')}"})
    return answer.status_code == httpx2.codes.OK


def sustained(voice: demo.ApiVoice, terms: str) -> Mapping[str, float]:
    """Acts a second, from the first being signed to the last receipt being back."""
    node = voice.nodes[FROM]
    started = time.perf_counter()
    with writer(node.folder, terms) as process:
        while process.poll() is None or waiting(voice):
            assert time.perf_counter() - started < WITHIN, "the acts do not arrive"
            time.sleep(0.05)
        spent = time.perf_counter() - started - float(process.stdout.read())
    return {"node_to_node_acts_per_s": SUSTAINED / spent}


def waiting(voice: demo.ApiVoice) -> bool:
    return any(queue["waiting"] for queue in voice._call(FROM, "duty", "GET", "/node/outbox"))  # noqa: SLF001


@contextmanager
def writer(folder: Any, terms: str) -> Iterator[Any]:
    command = [sys.executable, "-m", "bench.loopback", "issue", str(folder), terms]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603
        yield process


def issue_all(folder: str, terms: str) -> None:
    """In the node's own folder, beside the process that serves it: an import. Prints the seconds it took to be ready."""
    from pathlib import Path

    begun = time.perf_counter()
    from comity.site.config import serve

    serve.prepare(Path(folder))
    from comity.node.issue import Draft, issue
    from comity.site.config import wiring

    header = {"precedence": "routine", "language": "en"}
    drafts = [
        Draft(terms=terms, measure=MEASURE, step="notify", choice="planned", header=header, data=data)
        for data in islice(dated(), SUSTAINED)
    ]
    print(time.perf_counter() - begun)
    for start in range(0, SUSTAINED, 16):
        with wiring.writing() as office:
            issue(office, drafts[start : start + 16])


if __name__ == "__main__":
    if sys.argv[1:2] == ["issue"]:
        issue_all(*sys.argv[2:4])
    else:
        print(json.dumps(measure()))
