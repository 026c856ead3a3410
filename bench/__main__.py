"""Run every measure, print a table, write the same numbers to build/bench.json.

    python -m bench [NAME …]     only the measures named

A measure is a function that takes nothing and returns `{name: number}`. To add one, add its line to `MEASURES`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import apart, primitives
from bench.report import show, write

Numbers = Mapping[str, float]
MEASURES: Mapping[str, Callable[[], Numbers]] = {
    "primitives": primitives.measure,
    "paths": lambda: apart.run("paths"),
    "loopback": lambda: apart.run("loopback"),
    "pages": lambda: apart.run("pages"),
}
RESULT = Path(__file__).resolve().parents[1] / "build/bench.json"


def main(wanted: list[str]) -> None:
    unknown = [name for name in wanted if name not in MEASURES]
    if unknown:
        raise SystemExit(f"There is no measure {', '.join(unknown)}. There are: {', '.join(MEASURES)}.")
    found: dict[str, float] = {}
    for name in wanted or MEASURES:
        numbers = MEASURES[name]()
        show(name, numbers)
        found.update(numbers)
    write(found, RESULT)


if __name__ == "__main__":
    main(sys.argv[1:])
