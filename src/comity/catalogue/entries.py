"""Single entries of a procedure read: shapes, words, literals in their strict form, moments, endings, conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from comity.catalogue.program import Ending, Moment, Setting, Value, Word
from comity.catalogue.reader import Path
from comity.catalogue.spans import NotASpan, read_duration, read_recurrence
from comity.catalogue.words import ID, NAME, Fault, Vocabulary

FORMATS: Mapping[str, Callable[[str], object]] = MappingProxyType({"duration": read_duration, "recurrence": read_recurrence})
_EMPTY: Mapping[str, Value] = MappingProxyType({})


class Entries:
    """Reads one entry at a time, and notes every fault with its path."""

    def __init__(self) -> None:
        self.words = Vocabulary()
        self.faults = self.words.faults

    def _mapping(
        self, path: Path, value: Value, keys: frozenset[str] | None = None, *, needed: bool = False
    ) -> Mapping[str, Value]:
        if value is None:
            if needed:
                self.words.fault("missing-key", path, path[-1] if path else "")
            return _EMPTY
        if not isinstance(value, dict):
            self.words.fault("wrong-kind", path, "mapping")
            return _EMPTY
        for key in value if keys is not None else ():
            if keys is not None and key not in keys:
                self.words.fault("unknown-key", (*path, key), key)
        return value

    def _text(self, path: Path, value: Value, *, needed: bool = False) -> str | None:
        if isinstance(value, str) and value and len(value) <= 200:
            return value
        if value is not None or needed:
            self.words.fault("missing-key" if value is None else "wrong-kind", path, "text")
        return None

    def _flag(self, path: Path, value: Value) -> bool:
        if value not in (None, True, False) or (isinstance(value, int) and not isinstance(value, bool)):
            self.words.fault("wrong-kind", path, "true")
        return value is True

    def _texts(self, path: Path, value: Value) -> tuple[str, ...]:
        listed = value if isinstance(value, list) else [value]
        found = [self._text((*path, place), item, needed=True) for place, item in enumerate(listed)]
        return tuple(item for item in found if item)

    def _id(self, value: Value) -> str:
        text = self._text(("id",), value, needed=True) or ""
        if text and not ID.fullmatch(text):
            self.words.fault("bad-name", ("id",), text)
        return text

    def _one_of(self, path: Path, value: Value, allowed: frozenset[str], default: str) -> str:
        if value is None:
            return default
        if value not in allowed:
            self.words.fault("unknown-word", path, value)
            return default
        return str(value)

    def _slot(self, path: Path, value: Value, kind: str) -> str | Setting | None:
        """A literal in its strict form, or the parameter of that name."""
        if value is None:
            return None
        text = self._text(path, value)
        if text is None:
            return None
        if text in self.words.parameters:
            self._expect_format(path, text, kind)
            return Setting(name=text)
        self._strict(path, text, kind)
        return text

    def _strict(self, path: Path, text: str, kind: str) -> None:
        try:
            FORMATS[kind](text)
        except NotASpan as fault:
            self.words.fault("unknown-word" if NAME.fullmatch(text) else fault.code, path, text)

    def _expect_format(self, path: Path, name: str, kind: str) -> None:
        parameter = self.words.parameters[name]
        if not isinstance(parameter, dict) or parameter.get("format") != kind:
            self.words.fault("wrong-parameter", path, name, kind)

    def _when(self, path: Path, value: Value) -> Mapping[str, tuple[Value, ...]]:
        found: dict[str, tuple[Value, ...]] = {}
        for name, wanted in self._mapping(path, value).items():
            parameter = self.words.parameters.get(name)
            options = parameter.get("enum") if isinstance(parameter, dict) else None
            if not isinstance(options, list):
                self.words.fault("unknown-word", (*path, name), name)
                continue
            found[name] = tuple(wanted if isinstance(wanted, list) else [wanted])
            for option in found[name]:
                if option not in options:
                    self.words.fault("unknown-word", (*path, name), option)
        return found

    def _holders(self, path: Path, value: Value, more: frozenset[str]) -> tuple[str, ...]:
        found = self._texts(path, value) if value is not None else ()
        for word in found:
            if word not in self.words.roles and word not in more:
                self.words.fault("unknown-word", path, word)
        return found

    def _moment(self, path: Path, value: Value) -> Moment | None:
        if value is None:
            return None
        said = self._mapping(path, value, frozenset(("after", "before", "by", "next", "days")))
        direction: Literal["after", "before"] = "after" if "after" in said else "before"
        text = self._text((*path, direction), said.get(direction), needed=True) or ""
        if ("after" in said) == ("before" in said) or ("by" in said) == ("next" in said):
            self.words.fault("wrong-kind", path, "moment")
        if said.get("days") not in (None, "working"):
            self.words.fault("unknown-word", (*path, "days"), said["days"])
        anchors = [self.words.anchor((*path, direction), part.strip()) for part in text.split(" or ")] if text else []
        return Moment(
            direction=direction,
            anchors=tuple(anchor for anchor in anchors if anchor),
            by=self._slot((*path, "by"), said.get("by"), "duration"),
            next=self._slot((*path, "next"), said.get("next"), "recurrence"),
            working=said.get("days") == "working",
        )

    def _moments(self, path: Path, value: Value) -> tuple[Moment, ...]:
        listed = value if isinstance(value, list) else [value]
        return tuple(moment for item in listed if (moment := self._moment(path, item)))

    def _either(self, path: Path, value: Value) -> tuple[Word, ...]:
        text = self._text(path, value)
        return self.words.either(path, text) if text else ()

    def _word(self, path: Path, value: Value) -> Word | None:
        text = self._text(path, value)
        return self.words.word(path, text) if text else None

    def _target(self, path: Path, value: Value) -> str | None:
        text = self._text(path, value)
        if text and text != "answered" and text not in self.words.steps:
            self.words.fault("unknown-word", path, text)
        return text

    def _ending(self, path: Path, value: Value) -> Ending | None:
        if value is None:
            return None
        if isinstance(value, dict):
            said = self._mapping(path, value, frozenset(("all",)))
            return Ending(word=self._text(path, said.get("all"), needed=True) or "", every=True)
        return Ending(word=self._text(path, value) or "")

    def _reasons(self, path: Path, value: Value) -> tuple[str, ...] | Setting | None:
        if value is None:
            return None
        if isinstance(value, str) and value in self.words.parameters:
            return Setting(name=value)
        if not isinstance(value, list):
            self.words.fault("unknown-word", path, value)
            return None
        return self._texts(path, value)


def condition_faults(value: Value, path: Path) -> list[Fault]:
    """What is wrong with a condition over facts: `{any: [tests], except: [tests]}`, two levels deep and no more."""
    if not isinstance(value, dict) or "any" not in value or set(value) - {"any", "except"}:
        return [Fault(code="wrong-kind", path=path, words=("condition",))]
    found: list[Fault] = []
    for key, tests in value.items():
        if not isinstance(tests, list) or (not tests and key == "any"):
            found.append(Fault(code="wrong-kind", path=(*path, key), words=("list of tests",)))
            continue
        places = enumerate(tests)
        found += [Fault(code="wrong-kind", path=(*path, key, at), words=("test",)) for at, test in places if not _is_test(test)]
    return found


def _is_test(test: Value) -> bool:
    """One of at_least, is, in (of a field or category), touches (a shape, with buffer), changes with percent."""
    if not isinstance(test, dict):
        return False
    if "changes" in test:
        return set(test) == {"changes", "percent"} and isinstance(test["percent"], int)
    if "touches" in test:
        return set(test) <= {"touches", "buffer"}
    tests = [key for key in ("at_least", "is", "in") if key in test]
    subjects = [key for key in ("field", "category") if key in test]
    if len(test) != 2 or len(tests) != 1 or len(subjects) != 1:
        return False
    return isinstance(test["in"], list) if "in" in test else True
