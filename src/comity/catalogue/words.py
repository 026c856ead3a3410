"""The words of a procedure: which there are, what each may mean, and the faults found while reading them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from comity.catalogue.program import Anchor, Atom, Value, Word
from comity.catalogue.reader import Path

BUILT_IN = frozenset(
    {
        "author", "addressee", "anyone", "opener", "named", "every", "other", "terms", "calendar", "opening",
        "period", "fact", "own", "all", "any", "answered", "neither", "none", "node", "open", "is", "and", "or",
    }
)  # fmt: skip
"""Words of the language itself; no step, role, parameter or choice may be called so."""

WAYS_OF_HOLDING = frozenset(
    {
        "takers", "turns", "touched", "authors", "concerned",
    }
)  # fmt: skip
"""Keys under a role, beside the names of opening steps: no step may be called so."""

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
MOST_FAULTS = 50
"""Faults listed at once: more than a person mends in one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a text. `code` and `words` are data; `path` leads to the entry. A warning may be agreed."""

    code: str
    path: Path
    words: tuple[str, ...] = ()
    warning: bool = False


@dataclass(slots=True, kw_only=True)
class Vocabulary:
    """Every name of one procedure, and the faults found so far."""

    roles: frozenset[str] = frozenset()
    parameters: Mapping[str, Value] = field(default_factory=dict)
    steps: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Each step with its choices."""
    faults: list[Fault] = field(default_factory=list)

    def fault(self, code: str, path: Path, *words: object) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(code=code, path=path, words=tuple(str(word)[:120] for word in words)))

    def word(self, path: Path, text: str) -> Word | None:
        """`step` or `step.choice`."""
        step, _, choice = text.partition(".")
        if step not in self.steps or (choice and choice not in self.steps[step]):
            self.fault("unknown-word", path, text)
            return None
        return Word(step=step, choice=choice or None)

    def either(self, path: Path, text: str) -> tuple[Word, ...]:
        """Words joined by `or`."""
        found = (self.word(path, part.strip()) for part in text.split(" or "))
        return tuple(word for word in found if word is not None)

    def atom(self, path: Path, text: str) -> Atom | None:
        """`accept`, `own accept`, `all commit`, `plan is agreed`."""
        parts = text.split()
        own_or_all: Literal["any", "own", "all"] = "own" if parts[:1] == ["own"] else "all" if parts[:1] == ["all"] else "any"
        rest = parts[1:] if own_or_all != "any" else parts
        settled = rest[2] if own_or_all == "any" and len(rest) == 3 and rest[1] == "is" else None
        if not rest or (len(rest) > 1 and settled is None):
            self.fault("unknown-word", path, text)
            return None
        word = self.word(path, rest[0])
        return Atom(word=word, whose=own_or_all, settled=settled) if word is not None else None

    def condition(self, path: Path, text: str) -> tuple[tuple[Atom, ...], ...]:
        """Atoms joined by `and` and `or`; `or` binds weaker."""
        groups = [[self.atom(path, atom.strip()) for atom in group.split(" and ")] for group in text.split(" or ")]
        return tuple(tuple(atom for atom in group if atom is not None) for group in groups)

    def anchor(self, path: Path, text: str) -> Anchor | None:
        """`request`, `request.begins`, `decide.granted`, `accept.accepted.ends`, `opening`, `period`, `fact.begins`."""
        first, *rest = text.split(".")
        if text in ("opening", "period"):
            return Anchor(kind="opening" if text == "opening" else "period")
        if first == "fact" and len(rest) == 1 and NAME.fullmatch(rest[0]):
            return Anchor(kind="fact", field=rest[0])
        if first not in self.steps or len(rest) > 2:
            self.fault("unknown-word", path, text)
            return None
        choice = rest.pop(0) if rest and rest[0] in self.steps[first] else None
        if len(rest) > 1 or not all(NAME.fullmatch(part) for part in rest):
            self.fault("unknown-word", path, text)
            return None
        return Anchor(kind="step", word=Word(step=first, choice=choice), field=rest[0] if rest else None)

    def check_names(self) -> None:
        """One word, one meaning: a step, a role, a parameter and a built-in word never share a name."""
        kinds: list[tuple[str, Iterable[str]]] = [
            ("roles", self.roles), ("parameters", self.parameters), ("steps", self.steps)
        ]  # fmt: skip
        seen: dict[str, str] = {}
        for kind, names in kinds:
            for name in sorted(names):
                if name in BUILT_IN or name in seen or (kind == "steps" and name in WAYS_OF_HOLDING):
                    self.fault("ambiguous-word", (kind, name), name)
                elif not NAME.fullmatch(name):
                    self.fault("bad-name", (kind, name), name)
                seen[name] = kind
        for step, choices in sorted(self.steps.items()):
            for choice in sorted(choices):
                self._check_choice(step, choice)

    def _check_choice(self, step: str, choice: str) -> None:
        path = ("steps", step, "choices", choice)
        if choice in BUILT_IN or choice in self.parameters:
            self.fault("ambiguous-word", path, choice)
        elif not NAME.fullmatch(choice):
            self.fault("bad-name", path, choice)
