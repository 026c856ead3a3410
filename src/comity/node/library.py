"""Procedures and forms by their hash: those shipped with the software, and those that came with agreed terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from comity.catalogue.form import Form, read_form
from comity.catalogue.forms import forms
from comity.catalogue.procedures import procedures, read_procedure
from comity.catalogue.program import Procedure
from comity.node.ports import Json, Store

Text = TypeVar("Text")

REMEMBERED = 2_000
"""Texts read and kept in memory: the agreed texts of a few hundred arrangements."""


class Library:
    """Reads each text once. What is not here is None: acts under it wait until it comes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._procedures: dict[str, Procedure] = {p.hash: p for p in procedures().values()}
        self._forms: dict[str, Form] = {form.hash: form for form in forms().values()}

    def procedure(self, digest: str) -> Procedure | None:
        if digest not in self._procedures:
            record = self._store.text(digest)
            if record is None:
                return None
            self._remember(self._procedures, digest, read_procedure(record))
        return self._procedures[digest]

    def form(self, digest: str) -> Form | None:
        if digest not in self._forms:
            record = self._store.text(digest)
            if record is None:
                return None
            self._remember(self._forms, digest, read_form(record))
        return self._forms[digest]

    def add(self, digest: str, record: Json) -> None:
        """A text that comes in this very turn, before the book can be read for it."""
        if "steps" in record:
            self._remember(self._procedures, digest, read_procedure(record))
        else:
            self._remember(self._forms, digest, read_form(record))

    @staticmethod
    def _remember(kept: dict[str, Text], digest: str, text: Text) -> None:
        if len(kept) >= REMEMBERED:
            kept.pop(next(iter(kept)))
        kept[digest] = text

    def shipped(self) -> Mapping[str, Json]:
        """Every text shipped with the software, by hash: what a proposal of terms may carry."""
        texts: dict[str, Json] = {p.hash: p.record for p in procedures().values()}
        texts.update({form.hash: form.record for form in forms().values()})
        return texts
