"""Why a row of a published table does not become a notification: a permanent code, and one sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WORDS: Mapping[str, str] = {
    "formula": "A cell holds a formula. Put in the value itself.",
    "cells": "The row has more cells than the table has columns. Check the commas and quotation marks in it.",
    "no-participant": "The row names no State that took part, so there is nobody whose notification it could be.",
    "unknown-participant": "“%(name)s” is not in the table that says which fictional State stands for whom.",
    "no-beginning": "The row does not say when the activity began.",
    "no-end": "The row does not say when the activity ended.",
    "date": "“%(text)s” is not a day, month or year that exists.",
    "two-dates": "The row gives two dates for one event: “%(one)s” and “%(other)s”.",
    "order": "The activity ends (%(ends)s) before it begins (%(begins)s).",
    "coordinates": "“%(text)s” is not a latitude and a longitude in degrees.",
    "kind": "Under “%(column)s” stands “%(text)s” instead of 0 or 1.",
    "figure": "Under “%(column)s” stands no figure (“%(text)s”).",
    "currency": "The table gives the expenditure of %(year)s in another currency than later years.",
    "form": "The form does not take it: %(field)s (%(fault)s).",
    "refused": "The node did not take it: %(reason)s",
}
"""Sentences by code, in English; the commands translate them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One row that did not become an act: its number, the reason as a permanent code, and the figures of its sentence."""

    line: int
    code: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return WORDS[self.code] % self.data


class Unusable(Exception):
    """Inside the import: what is wrong with the row at hand."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code, self.data = code, data
