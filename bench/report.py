"""Numbers as a table for people, and as one flat JSON object for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path


def show(title: str, numbers: Mapping[str, float]) -> None:
    """Print one table; the end of a name says its unit: `_ms`, `_s`, `_mb`, `_per_s`, `_share_of_limit`."""
    width = max(map(len, numbers), default=0)
    print(f"\n{title}")
    for name, value in numbers.items():
        print(f"  {name:<{width}}  {_shown(name, value):>12}")


def write(numbers: Mapping[str, float], file: Path) -> None:
    """Write `numbers` to `file`, flat. Numbers of measures that did not run this time are not kept: one run, one file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(dict(numbers), indent=2) + "\n", "utf-8")
    print(f"\nwritten to {file.parent.name}/{file.name}")


def _shown(name: str, value: float) -> str:
    if name.endswith("share_of_limit"):
        return f"{value:.0%}"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
