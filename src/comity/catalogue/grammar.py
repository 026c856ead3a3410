"""Plain data to a `Procedure`: every key known, every word known, every literal in its strict form.

Reading never stops at the first fault: it gathers them, so that one who writes a procedure sees them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

from comity.catalogue.entries import FORMATS, Entries, condition_faults
from comity.catalogue.program import (
    Calendar,
    Choice,
    Closing,
    Kind,
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
from comity.catalogue.reader import Path
from comity.catalogue.words import WAYS_OF_HOLDING

PROCEDURE_KEYS = frozenset(
    {
        "id", "title", "standing", "roles", "parameters", "calendar", "closes", "include", "steps", "quotas", "owed",
        "limits",
    }
)  # fmt: skip
STEP_KEYS = frozenset(
    {
        "by", "to", "release", "crossed", "form", "choices", "opens", "after", "answers", "every", "repeat", "when",
        "due", "timely", "from", "until", "unless", "silence", "deemed", "settles", "ends", "amends", "voids",
        "reveals", "cites", "reasons",
    }
)  # fmt: skip
CHOICE_KEYS = frozenset(
    {
        "form", "due", "reasons", "ends", "settles", "deemed",
    }
)  # fmt: skip
PARAMETER_KEYS = frozenset(
    {
        "format", "enum", "type", "default", "title", "minimum", "maximum", "items",
    }
)  # fmt: skip
PLAIN_KINDS = frozenset(
    {
        "opener", "named", "every", "other", "terms",
    }
)  # fmt: skip
TYPES = frozenset(
    {
        "array", "object", "integer", "string", "boolean",
    }
)  # fmt: skip


class Grammar(Entries):
    """Reads one record. `faults` is what was found wrong."""

    def __init__(self, record: Mapping[str, Value]) -> None:
        super().__init__()
        self.record = record
        self.parts: dict[str, str] = {}

    def procedure(self, digest: str) -> Procedure | None:
        """The value, or None where faults were found."""
        record = self._mapping((), dict(self.record), PROCEDURE_KEYS)
        steps, parameters = self._with_parts(record)
        roles = self._mapping(("roles",), record.get("roles"))
        self._learn(roles, parameters, steps)
        read = Procedure(
            id=self._id(record.get("id")),
            title=self._text(("title",), record.get("title"), needed=True) or "",
            roles={name: self._role(("roles", name), name, item) for name, item in roles.items()},
            parameters={name: self._parameter(("parameters", name), name, item) for name, item in parameters.items()},
            calendar=self._calendar(record.get("calendar")),
            standing=self._flag(("standing",), record.get("standing")),
            closes=self._closing(record.get("closes")),
            steps={name: self._step(("steps", name), name, item) for name, item in steps.items()},
            quotas={name: self._quota(name, item) for name, item in self._mapping(("quotas",), record.get("quotas")).items()},
            owed={name: self._owed(name, item) for name, item in self._mapping(("owed",), record.get("owed")).items()},
            limits=self._limits(record.get("limits")),
            record=self.record,
            hash=digest,
        )
        return None if self.faults else read

    # names

    def _with_parts(self, record: Mapping[str, Value]) -> tuple[dict[str, Value], dict[str, Value]]:
        steps = dict(self._mapping(("steps",), record.get("steps"), needed=True))
        parameters = dict(self._mapping(("parameters",), record.get("parameters")))
        for name, part in self._mapping(("include",), record.get("include")).items():
            path = ("include", name)
            inside = self._mapping(path, part, frozenset(("parameters", "steps")))
            for where, more in ((steps, inside.get("steps")), (parameters, inside.get("parameters"))):
                for key, item in self._mapping(path, more).items():
                    if key in where:
                        self.words.fault("ambiguous-word", path, key)
                    where[key] = item
            self.parts |= dict.fromkeys(self._mapping(path, inside.get("steps")), name)
        return steps, parameters

    def _learn(self, roles: Mapping[str, Value], parameters: Mapping[str, Value], steps: Mapping[str, Value]) -> None:
        self.words.roles = frozenset(roles)
        self.words.parameters = parameters
        self.words.steps = {name: self._choices_of(item) for name, item in steps.items()}
        self.words.check_names()

    @staticmethod
    def _choices_of(step: Value) -> frozenset[str]:
        choices = step.get("choices") if isinstance(step, dict) else None
        return frozenset(choices) if isinstance(choices, dict) else frozenset()

    # parameters

    def _parameter(self, path: Path, name: str, value: Value) -> Parameter:
        schema = self._mapping(path, value, PARAMETER_KEYS)
        if "format" in schema and schema["format"] not in FORMATS:
            self.words.fault("unknown-word", (*path, "format"), schema["format"])
        elif isinstance(default := schema.get("default"), str) and "format" in schema:
            self._strict((*path, "default"), default, str(schema["format"]))
        options = schema.get("enum")
        if options is not None and (not isinstance(options, list) or not options):
            self.words.fault("wrong-kind", (*path, "enum"), "list")
        elif isinstance(options, list) and "default" in schema and schema["default"] not in options:
            self.words.fault("unknown-word", (*path, "default"), schema["default"])
        if "type" in schema and schema["type"] not in TYPES:
            self.words.fault("unknown-word", (*path, "type"), schema["type"])
        return Parameter(name=name, schema=dict(schema))

    # roles

    def _role(self, path: Path, name: str, value: Value) -> Role:
        if not isinstance(value, dict) or len(value) == 0 or set(value) & _KIND_WORDS:
            return Role(name=name, ways={None: self._kind(path, value)})
        ways: dict[str | None, Kind] = {}
        for way, kind in value.items():
            if way != "calendar" and way not in self.words.steps:
                self.words.fault("unknown-word", (*path, way), way)
            ways[way] = self._kind((*path, way), kind)
        return Role(name=name, ways=ways)

    def _kind(self, path: Path, value: Value) -> Kind:
        if isinstance(value, str):
            if value not in PLAIN_KINDS:
                self.words.fault("unknown-word", path, value)
            return Kind(kind=cast('Literal["opener"]', value))
        held = self._mapping(path, value, _KIND_WORDS | {"else"}, needed=True)
        if "terms" in held:
            return Kind(kind="terms", otherwise=self._kind((*path, "else"), held["else"]) if "else" in held else None)
        if len(held) != 1:
            self.words.fault("wrong-kind", path, "one kind")
            return Kind(kind="named")
        ((word, inside),) = held.items()
        return self._kind_with(path, word, inside)

    def _kind_with(self, path: Path, word: str, inside: Value) -> Kind:
        if word == "takers":
            texts = self._texts(path, inside)
            found = tuple(taken for text in texts if (taken := self.words.word(path, text)))
            return Kind(kind="takers", words=found)
        if word == "turns":
            return Kind(kind="turns", schedule=self._slot(path, inside, "recurrence"))
        if word == "concerned":
            return Kind(kind="concerned")
        text = self._text(path, inside, needed=True) or ""
        anchor = self.words.anchor(path, text) if text else None
        kind: Literal["touched", "authors"] = "touched" if word == "touched" else "authors"
        return Kind(kind=kind, words=(anchor.word,) if anchor and anchor.word else (), field=anchor.field if anchor else None)

    # steps

    def _step(self, path: Path, name: str, value: Value) -> Step:
        said = self._mapping(path, value, STEP_KEYS, needed=True)
        after, answers = self._text((*path, "after"), said.get("after")), said.get("answers")
        due = self._moments((*path, "due"), said.get("due"))
        return Step(
            name=name,
            by=self._holders((*path, "by"), said.get("by"), frozenset(("author", "addressee", "anyone"))),
            to=self._holders((*path, "to"), said.get("to"), frozenset(("author", "addressee", "named", "every other"))),
            release=cast('Literal["two"]', self._one_of((*path, "release"), said.get("release"), _RELEASES, "two")),
            crossed=self._one_of((*path, "crossed"), said.get("crossed"), self.words.steps[name] | {"neither"}, "neither"),
            form=self._text((*path, "form"), said.get("form")),
            choices=self._choices(path, said),
            opens=self._flag((*path, "opens"), said.get("opens")),
            after=self.words.condition((*path, "after"), after) if after else (),
            answers=() if answers in (None, "any") else self._either((*path, "answers"), answers),
            answers_any=answers == "any",
            every=self._slot((*path, "every"), said.get("every"), "recurrence"),
            repeat=self._flag((*path, "repeat"), said.get("repeat")),
            when=self._when((*path, "when"), said.get("when")),
            due=due,
            timely=self._moments((*path, "timely"), said.get("timely")),
            begins=self._moment((*path, "from"), said.get("from")),
            until=self._moment((*path, "until"), said.get("until")),
            unless=self._either((*path, "unless"), said.get("unless")),
            silence=self._silence(path, name, said.get("silence")),
            deemed=self._flag((*path, "deemed"), said.get("deemed")),
            settles=self._ending((*path, "settles"), said.get("settles")),
            ends=self._ending((*path, "ends"), said.get("ends")),
            amends=self._target((*path, "amends"), said.get("amends")),
            voids=self._target((*path, "voids"), said.get("voids")),
            reveals=self._word((*path, "reveals"), said.get("reveals")),
            cites=self._flag((*path, "cites"), said.get("cites")),
            reasons=self._reasons((*path, "reasons"), said.get("reasons")),
            part=self.parts.get(name),
        )

    def _choices(self, path: Path, said: Mapping[str, Value]) -> Mapping[str, Choice]:
        choices = self._mapping((*path, "choices"), said.get("choices"))
        return {name: self._choice((*path, "choices", name), name, item) for name, item in choices.items()}

    def _choice(self, path: Path, name: str, value: Value) -> Choice:
        said = self._mapping(path, value, CHOICE_KEYS)
        return Choice(
            name=name,
            form=self._text((*path, "form"), said.get("form")),
            due=self._moments((*path, "due"), said.get("due")),
            reasons=self._reasons((*path, "reasons"), said.get("reasons")),
            ends=self._ending((*path, "ends"), said.get("ends")),
            settles=self._ending((*path, "settles"), said.get("settles")),
            deemed=self._flag((*path, "deemed"), said.get("deemed")),
        )

    def _silence(self, path: Path, step: str, value: Value) -> str | Setting | None:
        text = self._text((*path, "silence"), value)
        if text is None or text in self.words.parameters:
            return Setting(name=text) if text else None
        meanings = (text in self.words.steps[step]) + (text in self.words.steps)
        if meanings != 1:
            self.words.fault("ambiguous-word" if meanings else "unknown-word", (*path, "silence"), text)
        return text

    # the case

    def _calendar(self, value: Value) -> Calendar | None:
        if value is None:
            return None
        path: Path = ("calendar",)
        said = self._mapping(path, value, frozenset(("every", "once", "lead", "valid", "when")))
        if ("every" in said) == ("once" in said):
            self.words.fault("wrong-kind", path, "every or once")
        return Calendar(
            every=self._slot((*path, "every"), said.get("every"), "recurrence"),
            once=self._flag((*path, "once"), said.get("once")),
            lead=self._slot((*path, "lead"), said.get("lead"), "duration"),
            valid=self._moment((*path, "valid"), said.get("valid")),
            when=self._when((*path, "when"), said.get("when")),
        )

    def _closing(self, value: Value) -> Closing | None:
        if value is None:
            return None
        said = dict(self._mapping(("closes",), value))
        word = self._text(("closes", "as"), said.pop("as", None), needed=True) or ""
        moment = self._moment(("closes",), said)
        return Closing(moment=moment, word=word) if moment else None

    # quotas, duties from facts, limits

    def _quota(self, name: str, value: Value) -> Quota:
        path: Path = ("quotas", name)
        said = self._mapping(path, value, frozenset(("counts", "per", "in", "limit", "except")), needed=True)
        within = said.get("in")
        per = self._holders((*path, "per"), said.get("per"), frozenset())
        if "counts" not in said or not per:
            self.words.fault("missing-key", path, "counts, per")
        return Quota(
            name=name,
            counts=self._word((*path, "counts"), said.get("counts")) or Word(step=""),
            per=per,
            within="open" if within == "open" else self._slot((*path, "in"), within, "recurrence") or "open",
            limit=self._quota_limit((*path, "limit"), said.get("limit")),
            spared=self._reasons((*path, "except"), said.get("except")) or (),
        )

    def _quota_limit(self, path: Path, value: Value) -> int | Setting | Mapping[str, Value]:
        if isinstance(value, str) and value in self.words.parameters:
            return Setting(name=value)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        if isinstance(value, dict):
            return self._mapping(path, value, frozenset(("percent", "of", "at_least")))
        self.words.fault("wrong-kind", path, "limit")
        return 0

    def _owed(self, name: str, value: Value) -> Owed:
        path: Path = ("owed", name)
        said = self._mapping(path, value, frozenset(("fact", "if", "step", "due")), needed=True)
        step = self._text((*path, "step"), said.get("step"), needed=True) or ""
        fact = self._text((*path, "fact"), said.get("fact"), needed=True) or ""
        if step and step not in self.words.steps:
            self.words.fault("unknown-word", (*path, "step"), step)
        if fact and fact not in FACTS:
            self.words.fault("unknown-word", (*path, "fact"), fact)
        due = self._moments((*path, "due"), said.get("due"))
        if not due:
            self.words.fault("missing-key", path, "due")
        return Owed(name=name, fact=fact, condition=self._if((*path, "if"), said.get("if")), step=step, due=due)

    def _if(self, path: Path, value: Value) -> Mapping[str, Value] | Setting | None:
        if value is None:
            return None
        if isinstance(value, str) and value in self.words.parameters:
            return Setting(name=value)
        self.faults.extend(condition_faults(value, path))
        return value if isinstance(value, dict) else None

    def _limits(self, value: Value) -> tuple[Mapping[str, Value], ...] | Setting | None:
        if value is None:
            return None
        if isinstance(value, str) and value in self.words.parameters:
            return Setting(name=value)
        if not isinstance(value, list):
            self.words.fault("wrong-kind", ("limits",), "list")
            return None
        return tuple(self._mapping(("limits", place), item, needed=True) for place, item in enumerate(value))


FACTS = frozenset(
    {
        "activity", "unit", "holding", "object", "status", "contingent", "incident",
    }
)  # fmt: skip
_RELEASES = frozenset(
    {
        "two", "one", "node",
    }
)  # fmt: skip
_KIND_WORDS = WAYS_OF_HOLDING | {"terms"}
