"""The fictional region of the demo and of the training cases: its land, its sea and its towns (README.md beside this file)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def coast() -> Mapping[str, Any]:
    """The GeoJSON collection of the region; `properties.kind` is land, sea or town, `properties.name` is by language."""
    made: Mapping[str, Any] = json.loads((files(__name__) / "coast.json").read_text("utf-8"))
    return made
