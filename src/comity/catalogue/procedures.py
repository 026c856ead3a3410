"""The procedures that can be agreed, and the one door through which any procedure is read.

`read_procedure` makes a `Procedure` from YAML text or from the record that travelled with agreed terms, or refuses it by
line and reason. `procedures` gives those shipped with the software, `texts` their words in other languages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import cast

from comity.catalogue.checks import check
from comity.catalogue.grammar import Grammar
from comity.catalogue.program import (
    Anchor,
    Atom,
    Calendar,
    Choice,
    Closing,
    Ending,
    Kind,
    Moment,
    Owed,
    Parameter,
    Procedure,
    Quota,
    Role,
    Setting,
    Step,
    Value,
    Word,
)
from comity.catalogue.reader import Document, read_document
from comity.catalogue.words import Fault
from comity.protocol.canonical import encode
from comity.protocol.refusals import Refused

SHIPPED = ("consultation", "contacts", "information-exchange", "notification")
LANGUAGES = ("en", "ru", "ar")


def read_procedure(source: str | Mapping[str, Value], *, parts: Mapping[str, Value] | None = None) -> Procedure:
    """YAML text, or the record of a procedure, as a value. `parts` are what a text may include; ours by default.

    Raises Refused: `yaml-…` for what cannot be read, `procedure` for what can be read and is not sound; its data list
    every fault with code, line, path and words, and its sentence tells the first.
    """
    document = read_document(source) if isinstance(source, str) else Document(value=_copy(source), lines={})
    if not isinstance(document.value, dict):
        raise _refused([Fault(code="wrong-kind", path=(), words=("mapping",))], document)
    record = _with_parts(document, shipped_parts() if parts is None else parts)
    grammar = Grammar(record)
    procedure = grammar.procedure(hashlib.sha256(encode(record)).hexdigest())
    if procedure is None:
        raise _refused(grammar.faults, document)
    faults = [fault for fault in check(procedure) if not fault.warning]
    if faults:
        raise _refused(faults, document)
    return procedure


def warnings(procedure: Procedure, parameters: Mapping[str, Value] | None = None) -> list[Fault]:
    """What people should know before they agree, with the values the terms chose (spec/procedure.md, Checks)."""
    return check(procedure, parameters)


@lru_cache(maxsize=1)
def procedures() -> Mapping[str, Procedure]:
    """Those shipped with this software, by id."""
    return MappingProxyType({name: read_procedure(_shipped(f"{name}.yaml")) for name in SHIPPED})


@lru_cache(maxsize=1)
def shipped_parts() -> Mapping[str, Value]:
    """The parts shipped with this software: questions, corrections."""
    return cast("dict[str, Value]", read_document(_shipped("parts.yaml")).value)


@lru_cache(maxsize=len(LANGUAGES))
def texts(language: str) -> Mapping[str, str]:
    """Words for people by key; a language we do not have is empty.

    Keys: `PROCEDURE`, `PROCEDURE.step.STEP`, `PROCEDURE.step.STEP.CHOICE`, `PROCEDURE.role.ROLE`,
    `PROCEDURE.parameter.NAME`, `PROCEDURE.parameter.NAME.OPTION`, `PROCEDURE.outcome.WORD`; for what comes from a part, the
    part's name stands for the procedure. `text` looks in both.
    """
    if language not in LANGUAGES:
        return MappingProxyType({})
    return MappingProxyType(dict(_flat("", read_document(_shipped(f"texts/{language}.yaml")).value)))


def text(procedure: Procedure, kind: str, *names: str, language: str = "en") -> str:
    """The words for a `step`, `role`, `parameter` or `outcome`; English where the language lacks it, else the name."""
    owners = [procedure.id, *(name for name in ("questions", "corrections"))]
    for tongue in (language, "en"):
        for owner in owners:
            found = texts(tongue).get(".".join((owner, kind, *names)))
            if found:
                return found
    return names[-1].replace("_", " ") if names else procedure.title


def _flat(prefix: str, value: Value) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [pair for key, item in value.items() for pair in _flat(f"{prefix}.{key}" if prefix else key, item)]
    return [(prefix.removesuffix(".title"), str(value))]


def _shipped(name: str) -> str:
    return (resources.files("comity.catalogue") / "procedures" / name).read_text(encoding="utf-8")


def _with_parts(document: Document, parts: Mapping[str, Value]) -> dict[str, Value]:
    """The record: what a text includes is copied in, so that it needs nothing beside itself."""
    record = dict(cast("dict[str, Value]", document.value))
    included = record.get("include")
    if not isinstance(included, list):
        return record
    unknown = [str(name) for name in included if not isinstance(name, str) or name not in parts]
    if unknown:
        raise _refused([Fault(code="unknown-word", path=("include",), words=tuple(unknown))], document)
    record["include"] = {str(name): parts[str(name)] for name in included}
    return record


def _copy(value: Mapping[str, Value]) -> dict[str, Value]:
    def plain(item: object) -> Value:
        if isinstance(item, Mapping):
            return {str(key): plain(inner) for key, inner in item.items()}
        if isinstance(item, list | tuple):
            return [plain(inner) for inner in item]
        return cast("Value", item)

    return cast("dict[str, Value]", plain(value))


def _refused(faults: list[Fault], document: Document) -> Refused:
    listed: list[Value] = [
        {"code": fault.code, "line": document.line(fault.path), "path": list(fault.path), "words": list(fault.words)}
        for fault in faults
    ]
    first = faults[0]
    line, path = document.line(first.path), ".".join(str(part) for part in first.path) or "the text"
    place = f"Line {line}, {path}" if line else path
    said = f" ({', '.join(first.words)})" if first.words else ""
    more = f" There are {len(faults) - 1} more." if len(faults) > 1 else ""
    return Refused("procedure", {"faults": listed}, f"{place}: {REASONS[first.code]}{said}. Mend it and read it again.{more}")


REASONS: Mapping[str, str] = MappingProxyType({
    "missing-key": "something that must be said is missing",
    "wrong-kind": "another kind of entry is expected",
    "unknown-key": "this key is not known",
    "unknown-word": "this word is not known here",
    "ambiguous-word": "this word already has another meaning",
    "bad-name": "a name is small letters, digits and underscores, and begins with a letter",
    "not-a-duration": "a duration is written like P42D or PT48H",
    "not-a-recurrence": "a recurrence is written like FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=15, and must come again",
    "wrong-parameter": "the parameter named is of another kind",
    "ambiguous-role": "the role does not say how it is held for each way of opening",
    "nobody": "nobody can take this",
    "never-opened": "nothing can open a case",
    "unreachable": "this can never be reached",
    "due-without-anchor": "the moment counts from something that cannot exist there",
    "silence-without-due": "silence has no moment from which it counts",
    "silence-feeds-itself": "silence leads round to itself",
    "no-exit": "a case has no way to end",
    "exit-can-be-withheld": "a case can end only with one side's goodwill",
    "two-endings": "two things end the case differently at the same moment",
    "exchange-incomplete": "what reveals must wait for all to have said that they hold all commitments",
    "missing-parameter": "the terms must fill in this parameter",
    "wrong-value": "the value does not fit the parameter",
    "owed-aside": "the duty lies in a case of fewer participants when the terms have more than two parties",
})

__all__ = [
    "Anchor", "Atom", "Calendar", "Choice", "Closing", "Ending", "Fault", "Kind", "Moment", "Owed", "Parameter",
    "Procedure", "Quota", "Role", "Setting", "Step", "Value", "Word", "procedures", "read_procedure", "shipped_parts",
    "text", "texts", "warnings",
]  # fmt: skip
