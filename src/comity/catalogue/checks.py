"""Checks before anybody can agree: a procedure that could get stuck, mean two things or never be reached is refused.

Made for every combination of options. Each code has a canary in tests (procedures.md, 'Checks before anybody can agree').
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product

from comity.catalogue.program import Anchor, Atom, Moment, Procedure, Setting, Step, Value, Word
from comity.catalogue.reader import Path
from comity.catalogue.words import MOST_FAULTS, Fault

MOST_OPTIONS = 256
"""Combinations of options looked at: more than any procedure of the twenty has."""


def check(procedure: Procedure, parameters: Mapping[str, Value] | None = None) -> list[Fault]:
    """Every fault, each once. With `parameters`, only for the options that these terms choose."""
    found: dict[Fault, None] = {}
    for options in _combinations(procedure, parameters or {}):
        for fault in _Variant(procedure, options).faults():
            found[fault] = None
    return list(found)[:MOST_FAULTS]


def _combinations(procedure: Procedure, chosen: Mapping[str, Value]) -> Iterator[Mapping[str, Value]]:
    named = sorted(_read_by_when(procedure) | _read_by_silence(procedure))
    lists = [(chosen[name],) if name in chosen else procedure.parameters[name].options for name in named]
    for values in islice(product(*lists), MOST_OPTIONS):
        yield dict(zip(named, values, strict=True))


def _read_by_when(procedure: Procedure) -> set[str]:
    names = {name for step in procedure.steps.values() for name in step.when}
    return names | set(procedure.calendar.when if procedure.calendar else ())


def _read_by_silence(procedure: Procedure) -> set[str]:
    return {step.silence.name for step in procedure.steps.values() if isinstance(step.silence, Setting)}


class _Variant:
    """A procedure with its options chosen."""

    def __init__(self, procedure: Procedure, options: Mapping[str, Value]) -> None:
        self.procedure, self.options = procedure, options
        self.steps = {name: step for name, step in procedure.steps.items() if self._chosen(step.when)}
        calendar = procedure.calendar
        self.calendar = calendar is not None and self._chosen(calendar.when)
        self.openings = [step for step in self.steps.values() if step.opens]
        self.ways = [*(step.name for step in self.openings), *(("calendar",) if self.calendar else ())]
        self.reached = self._reach()

    def _chosen(self, when: Mapping[str, tuple[Value, ...]]) -> bool:
        return all(self.options.get(name) in wanted for name, wanted in when.items())

    def faults(self) -> Iterator[Fault]:
        yield from self._roles()
        yield from self._nobody()
        if not self.ways:
            yield Fault(code="never-opened", path=("steps",), words=tuple(str(value) for value in self.options.values()))
            return
        for name in self.steps:
            if name not in self.reached:
                yield Fault(code="unreachable", path=("steps", name), words=(name,))
        yield from self._moments()
        yield from self._silence()
        yield from self._exits()
        yield from self._exchange()
        yield from self._aside()

    # silence

    def _meaning(self, step: Step) -> str | None:
        """The choice or step that silence on this one means under these options."""
        word = self.options.get(step.silence.name) if isinstance(step.silence, Setting) else step.silence
        return word if isinstance(word, str) and word != "none" else None

    def _deemed(self) -> set[tuple[str, str | None]]:
        found: set[tuple[str, str | None]] = set()
        for step in self.steps.values():
            word = self._meaning(step)
            if word is not None:
                found.add((step.name, word) if word in step.choices else (word, None))
        return found

    # reaching

    def _reach(self) -> set[str]:
        """A fixed point over what opens, what comes first and what is answered."""
        reached: set[str] = set()
        words = set(self._taken(reached))
        while words != reached:
            reached = words
            words = set(self._taken(reached))
        return reached

    def _taken(self, reached: set[str]) -> Iterator[str]:
        deemed = {step for step, choice in self._deemed() if choice is None}
        for step in self.steps.values():
            if step.opens and self.ways:
                yield step.name
            elif step.deemed:
                by = [other for other in self.steps.values() if self._meaning(other) == step.name]
                if step.name in deemed and any(other.name in reached for other in by):
                    yield step.name
            elif self.ways and self._first(step, reached) and self._answered(step, reached):
                yield step.name

    def _first(self, step: Step, reached: set[str]) -> bool:
        groups = [[atom for atom in group if atom.word.step in self.steps] for group in step.after]
        asking = [group for group in groups if group]
        return not asking or any(all(self._stands(atom, reached) for atom in group) for group in asking)

    def _stands(self, atom: Atom, reached: set[str]) -> bool:
        if atom.settled is not None and atom.settled not in self._settlements(atom.word):
            return False
        return self._sayable(atom.word, reached)

    def _sayable(self, word: Word, reached: set[str]) -> bool:
        if word.step not in reached:
            return False
        step = self.steps[word.step]
        choice = step.choices.get(word.choice) if word.choice else None
        return choice is None or not choice.deemed or (word.step, word.choice) in self._deemed()

    def _settlements(self, word: Word) -> set[str]:
        return {
            ending.word
            for step in self.steps.values()
            if step.answers_any or any(target.step == word.step for target in step.answers)
            for ending in (step.settles, *(choice.settles for choice in step.choices.values()))
            if ending is not None
        }

    def _answered(self, step: Step, reached: set[str]) -> bool:
        targets = [word for word in step.answers if word.step in self.steps]
        return not step.answers or any(self._sayable(word, reached) for word in targets)

    # who

    def _roles(self) -> Iterator[Fault]:
        for name, role in self.procedure.roles.items():
            missing = [way for way in self.ways if role.kind(way) is None]
            if missing:
                yield Fault(code="ambiguous-role", path=("roles", name), words=tuple(missing))
        for step in self.openings:
            for word in step.by:
                role_of = self.procedure.roles.get(word)
                kind = role_of.kind(step.name) if role_of else None
                if kind is None or kind.kind != "opener":
                    yield Fault(code="ambiguous-role", path=("steps", step.name, "by"), words=(word,))

    def _nobody(self) -> Iterator[Fault]:
        for step in self.steps.values():
            path: Path = ("steps", step.name)
            if not step.by:
                yield Fault(code="nobody", path=path, words=(step.name,))
            if not step.answering and set(step.by) & {"author", "addressee"}:
                yield Fault(code="nobody", path=(*path, "by"), words=tuple(step.by))
            if not self.calendar and not self.openings:
                continue
            if all(self._held_by_none(word) for word in step.by) and step.by:
                yield Fault(code="nobody", path=(*path, "by"), words=tuple(step.by))
        yield from self._unsaid()

    def _held_by_none(self, word: str) -> bool:
        """A role that nobody holds in any way of opening: an opener or one named where only the calendar opens."""
        role = self.procedure.roles.get(word)
        kinds = [role.kind(way) for way in self.ways] if role else []
        needs_opener = ("opener", "named", "concerned", "touched")
        return bool(kinds) and all(
            kind is not None and kind.kind in needs_opener and way == "calendar" for kind, way in zip(kinds, self.ways, strict=True)
        )

    def _unsaid(self) -> Iterator[Fault]:
        """Deemed, but under no option does silence lead to it."""
        meant = {(step.name, word) for step in self.procedure.steps.values() for word in self._all_meanings(step)}
        for step in self.steps.values():
            if step.deemed and not any(word == step.name for _, word in meant):
                yield Fault(code="nobody", path=("steps", step.name), words=(step.name,))
            for choice in step.choices.values():
                if choice.deemed and (step.name, choice.name) not in meant:
                    yield Fault(code="nobody", path=("steps", step.name, "choices", choice.name), words=(choice.name,))

    def _all_meanings(self, step: Step) -> tuple[Value, ...]:
        if isinstance(step.silence, Setting):
            return self.procedure.parameters[step.silence.name].options
        return (step.silence,)

    # when

    def _moments(self) -> Iterator[Fault]:
        for step in self.steps.values():
            path: Path = ("steps", step.name)
            for key, moments in (("due", step.due), ("timely", step.timely)):
                if moments and not any(self._anchored(step, moment) for moment in moments):
                    yield Fault(code="due-without-anchor", path=(*path, key), words=(step.name,))
            for key, moment in (("from", step.begins), ("until", step.until)):
                if moment is not None and not self._anchored(step, moment):
                    yield Fault(code="due-without-anchor", path=(*path, key), words=(step.name,))
            for choice in step.choices.values():
                if choice.due and not any(self._anchored(step, moment) for moment in choice.due):
                    yield Fault(code="due-without-anchor", path=(*path, "choices", choice.name, "due"), words=(choice.name,))
        yield from self._closing()
        yield from self._owed()

    def _closing(self) -> Iterator[Fault]:
        closes = self.procedure.closes
        if closes is not None and not any(self._anchor_exists(None, anchor) for anchor in closes.moment.anchors):
            yield Fault(code="due-without-anchor", path=("closes",), words=(closes.word,))

    def _owed(self) -> Iterator[Fault]:
        for owed in self.procedure.owed.values():
            anchors = [anchor for moment in owed.due for anchor in moment.anchors]
            if not any(anchor.kind == "fact" for anchor in anchors):
                yield Fault(code="due-without-anchor", path=("owed", owed.name, "due"), words=(owed.name,))

    def _anchored(self, step: Step, moment: Moment) -> bool:
        return any(self._anchor_exists(step, anchor) for anchor in moment.anchors)

    def _anchor_exists(self, step: Step | None, anchor: Anchor) -> bool:
        if anchor.kind == "opening":
            return True
        if anchor.kind == "period":
            repeats = self.procedure.calendar is not None and self.procedure.calendar.every is not None
            return bool(step and step.every) or (self.calendar and repeats)
        if anchor.kind == "fact" or anchor.word is None:
            return False
        if step is not None and anchor.word.step == step.name and anchor.field is None:
            return False
        return self._sayable(anchor.word, self.reached)

    def _silence(self) -> Iterator[Fault]:
        for step in self.steps.values():
            if self._meaning(step) is not None and not step.due and step.until is None:
                yield Fault(code="silence-without-due", path=("steps", step.name, "silence"), words=(step.name,))
        for name in self.steps:
            if self._feeds_itself(name):
                yield Fault(code="silence-feeds-itself", path=("steps", name, "silence"), words=(name,))

    def _feeds_itself(self, name: str) -> bool:
        """Whether what silence on it means can alone bring the same step up again."""
        seen: set[str] = set()
        left = list(self._silent_next(name))
        while left:
            current = left.pop()
            if current == name:
                return True
            if current not in seen:
                seen.add(current)
                left += self._silent_next(current)
        return False

    def _silent_next(self, name: str) -> Iterator[str]:
        """The steps whose silence becomes possible when this one is taken by silence."""
        step = self.steps[name]
        word = self._meaning(step)
        if word is None:
            return
        meant = Word(step=name, choice=word) if word in step.choices else Word(step=word)
        for other in self.steps.values():
            if self._meaning(other) is not None and any(_same(target, meant) for target in other.answers):
                yield other.name
            again = other.repeat and any(_same(atom.word, meant) for group in other.after for atom in group)
            if self._meaning(other) is not None and again:
                yield other.name

    # ending

    def _exits(self) -> Iterator[Fault]:
        if self.procedure.standing:
            return
        ends = [step for step in self.steps.values() if step.name in self.reached and self._ends(step)]
        if not ends and self.procedure.closes is None:
            yield Fault(code="no-exit", path=("steps",), words=())
        elif self.procedure.closes is None and not self._exit_for_each(ends):
            yield Fault(code="exit-can-be-withheld", path=("steps",), words=tuple(step.name for step in ends), warning=True)
        yield from self._two_endings()

    @staticmethod
    def _ends(step: Step) -> bool:
        return step.ends is not None or any(choice.ends for choice in step.choices.values())

    def _exit_for_each(self, ends: list[Step]) -> bool:
        """Whether whoever opened the case can end it alone, or silence can."""
        deemed = self._deemed()
        by_silence = any((step.name, None) in deemed or any((step.name, choice) in deemed for choice in step.choices) for step in ends)
        alone = any(not (step.ends and step.ends.every) and not step.answers and not _waits(step, self.steps) for step in ends)
        return by_silence or alone

    def _two_endings(self) -> Iterator[Fault]:
        """Two silences, or silence and closing, at one and the same moment with different outcomes."""
        moments: dict[str, str] = {}
        closes = self.procedure.closes
        if closes is not None:
            moments[_spelled((closes.moment,))] = closes.word
        for step in self.steps.values():
            word = self._meaning(step)
            if word is None:
                continue
            choice = step.choices.get(word)
            meant = self.steps.get(word)
            ending = choice.ends if choice else meant.ends if meant else None
            if ending is None:
                continue
            at = _spelled((step.until,) if step.until else step.due)
            if moments.setdefault(at, ending.word) != ending.word:
                yield Fault(code="two-endings", path=("steps", step.name), words=(moments[at], ending.word))

    # exchange and cases aside

    def _exchange(self) -> Iterator[Fault]:
        for step in self.steps.values():
            if step.reveals is None:
                continue
            waits = [atom for group in step.after for atom in group if atom.whose == "all" and atom.word.step in self.steps]
            held = [self.steps[atom.word.step] for atom in waits if atom.word.step != step.reveals.step]
            if not any(_waits_for_all(other, step.reveals.step) for other in held):
                yield Fault(code="exchange-incomplete", path=("steps", step.name, "after"), words=(step.name,))

    def _aside(self) -> Iterator[Fault]:
        """Owed, and said to fewer than all: with more than two parties nobody else can see whether it was done."""
        for step in self.steps.values():
            narrow = step.to and not step.opens and "every other" not in step.to and "named" not in step.to
            if narrow and step.due:
                yield Fault(code="owed-aside", path=("steps", step.name, "to"), words=tuple(step.to), warning=True)


def _same(one: Word, other: Word) -> bool:
    return one.step == other.step and (one.choice is None or other.choice is None or one.choice == other.choice)


def _waits(step: Step, steps: Mapping[str, Step]) -> bool:
    """Whether it waits for something another must do first."""
    firsts = [steps[atom.word.step] for group in step.after for atom in group if atom.word.step in steps]
    return any(not first.opens and set(first.by) != set(step.by) for first in firsts)


def _waits_for_all(step: Step, name: str) -> bool:
    return any(atom.whose == "all" and atom.word.step == name for group in step.after for atom in group)


def _spelled(moments: tuple[Moment, ...]) -> str:
    """A moment as one text, the same for the same moment."""
    parts = []
    for moment in moments:
        anchors = sorted(f"{anchor.kind}:{anchor.word or ''}:{anchor.field or ''}" for anchor in moment.anchors)
        by = moment.by.name if isinstance(moment.by, Setting) else moment.by
        following = moment.next.name if isinstance(moment.next, Setting) else moment.next
        parts.append(f"{moment.direction} {' '.join(anchors)} {by} {following} {moment.working}")
    return " | ".join(parts)
