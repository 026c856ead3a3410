"""What may not be ignored: one exception with a permanent code, data for programs, and one sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Refused(Exception):
    """A no that must be heard. `code` is never reused; `data` holds what a program needs to act on it.

    The sentence says what is wrong and what to do, in English; pages translate by code. Codes stand in spec/refusals.md.
    """

    def __init__(self, code: str, data: Mapping[str, Any] = _NOTHING, sentence: str = "") -> None:
        super().__init__(sentence or code)
        self.code = code
        self.data = data
