"""The limit: what the bare primitives of one act cost on this machine, now. Paths are judged by their share of it.

A machine shared with others is moved threefold by them, so each primitive is timed in rounds spread over the whole measure and the
median round counts; a path measured in the same run meets the same weather.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey

from comity.protocol.keys import pae
from comity.protocol.seal import UnsealKey

HEAD = 400
"""Bytes of a head, which is what is signed."""
CONTENT = 2_100
"""Bytes of a typical act, which is what is committed."""
ROUNDS = 9
CALLS = 20
KIND = "comity-bench-v1"


def measure() -> dict[str, float]:
    """Milliseconds of each primitive, and of the limits made of them (protocol.md, Costs and targets)."""
    with calls() as found:
        times = _times(found)
    return {**{f"{name}_ms": value for name, value in times.items()}, **limits(times)}


@contextmanager
def calls() -> Iterator[dict[str, Callable[[], object]]]:
    """Each primitive, ready to be called: for a path that times them between its own rounds."""
    with _commits() as commit:
        yield {**_signatures(), **_wraps(), "commit_full": commit}


def limits(times: Mapping[str, float]) -> dict[str, float]:
    """The limits made of the milliseconds of each primitive."""
    sign, verify = (times[f"ed25519_{way}"] + times[f"mldsa65_{way}"] for way in ("sign", "verify"))
    return {
        "limit_issue_to_3_ms": sign + 3 * times["hybrid_wrap"] + times["commit_full"],
        "limit_issue_to_3_at_16_ms": sign + 3 * times["hybrid_wrap"] + times["commit_full"] / 16,
        "limit_receive_at_64_ms": verify + times["hybrid_unwrap"] + (sign + times["commit_full"]) / 64,
    }


def _times(found: dict[str, Callable[[], object]]) -> dict[str, float]:
    rounds: dict[str, list[float]] = {name: [] for name in found}
    for _ in range(ROUNDS):
        for name, call in found.items():
            rounds[name].append(timed(call))
    return {name: statistics.median(found) for name, found in rounds.items()}


def timed(call: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Milliseconds of one call, the mean of a round."""
    started = clock()
    for _ in range(CALLS):
        call()
    return (clock() - started) * 1000 / CALLS


def _signatures() -> dict[str, Callable[[], object]]:
    ed25519, mldsa65 = Ed25519PrivateKey.generate(), MLDSA65PrivateKey.generate()
    ed25519_public, mldsa65_public = ed25519.public_key(), mldsa65.public_key()
    payload, context = pae(KIND, os.urandom(HEAD)), KIND.encode()
    short, long = ed25519.sign(payload), mldsa65.sign(payload, context)
    return {
        "ed25519_sign": lambda: ed25519.sign(payload),
        "ed25519_verify": lambda: ed25519_public.verify(short, payload),
        "mldsa65_sign": lambda: mldsa65.sign(payload, context),
        "mldsa65_verify": lambda: mldsa65_public.verify(long, payload, context),
    }


def _wraps() -> dict[str, Callable[[], object]]:
    key = UnsealKey.generate(os.urandom)
    file_key = os.urandom(16)
    wrapped = key.public.wrap(file_key)
    return {"hybrid_wrap": lambda: key.public.wrap(file_key), "hybrid_unwrap": lambda: key.unwrap(wrapped)}


@contextmanager
def _commits() -> Iterator[Callable[[], object]]:
    """One row of an act's size, committed so that it survives a power cut."""
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        database = sqlite3.connect(Path(folder) / "limit.sqlite3", isolation_level=None)
        database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE act (id INTEGER PRIMARY KEY, bytes BLOB)")
        row = os.urandom(CONTENT)
        yield lambda: database.execute("INSERT INTO act (bytes) VALUES (?)", (row,))
        database.close()
