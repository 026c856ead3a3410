"""A procedure under one set of terms: which steps exist, what their parameters come to, which step looks at which."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

from comity.catalogue.program import Choice, Moment, Setting, Step, Value, Word
from comity.catalogue.spans import Duration, NotASpan, Recurrence, read_duration, read_recurrence
from comity.conduct.measure_terms import MeasureTerms


class Rules:
    """Built once per terms. Whatever the terms leave unsaid or say wrongly comes out as None: a fold never raises."""

    def __init__(self, terms: MeasureTerms) -> None:
        self.terms = terms
        self.procedure = terms.procedure
        self.steps: Mapping[str, Step] = {
            name: step for name, step in self.procedure.steps.items() if self.chosen(step.when)
        }
        self.start = terms.in_force_from.date()
        self.answering = _by_answer(self.steps)
        self.answering_any = tuple(step.name for step in self.steps.values() if step.answers_any)
        self.readers = {name: frozenset(found) for name, found in self._readers().items()}
        self.silence_of = {
            meaning[0]: step.name
            for step in self.steps.values()
            if (meaning := self.meaning(step, None)) is not None and meaning[1] is None
        }
        """Steps that silence on another one means, with that other."""
        self._dates: dict[str, list[date]] = {}

    def chosen(self, when: Mapping[str, tuple[Value, ...]]) -> bool:
        """Whether the terms chose so."""
        return all(self.terms.value(name) in wanted for name, wanted in when.items())

    def exists(self, word: Word) -> bool:
        return word.step in self.steps

    def duration(self, slot: str | Setting | None, party: str | None) -> Duration | None:
        text = self._value(slot, party)
        try:
            return read_duration(text) if isinstance(text, str) else None
        except NotASpan:
            return None

    def recurrence(self, slot: str | Setting | None) -> Recurrence | None:
        text = self._value(slot, None)
        try:
            return read_recurrence(text) if isinstance(text, str) else None
        except NotASpan:
            return None

    def turn(self, slot: str | Setting | None, day: date) -> str | None:
        """Whose turn it is on that date: the parties in the order of the terms, one per date."""
        rule = self.recurrence(slot)
        if rule is None or not self.terms.parties or not rule.occurs(day, start=self.start):
            return None
        dates = self._dates.setdefault(rule.text, [])
        if not dates or dates[-1] < day:
            dates += rule.dates(start=self.start, after=dates[-1] if dates else None, until=day)
        return self.terms.parties[bisect_left(dates, day) % len(self.terms.parties)]

    def reasons(self, step: Step, choice: Choice | None, party: str) -> tuple[str, ...]:
        """The only reasons with which this may be said; empty where any may."""
        slot = choice.reasons if choice and choice.reasons is not None else step.reasons
        value = self.terms.value(slot.name, party) if isinstance(slot, Setting) else slot
        return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()

    def meaning(self, step: Step, party: str | None) -> tuple[str, str | None] | None:
        """What silence means on this step: a step, and a choice where it is one of its own."""
        word = self._value(step.silence, party)
        if not isinstance(word, str) or word == "none":
            return None
        if word in step.choices:
            return step.name, word
        return (word, None) if word in self.steps else None

    def due(self, step: Step, choice: str | None) -> tuple[Moment, ...]:
        """The moments by which it is owed: the choice's own, where it has some."""
        said = step.choices.get(choice) if choice else None
        return said.due if said and said.due else step.due

    def _value(self, slot: str | Setting | None, party: str | None) -> Value:
        return self.terms.value(slot.name, party) if isinstance(slot, Setting) else slot

    def _readers(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for step in self.steps.values():
            if step.due:
                for name in self._mentions(step):
                    found.setdefault(name, set()).add(step.name)
        return found

    def _mentions(self, step: Step) -> Iterator[str]:
        """The steps whose acts can open, move or release a duty of this one, itself excepted.

        A moment counted from whatever is answered looks at its own thread only, so another thread's act moves nothing.
        """
        yield from (atom.word.step for group in step.after for atom in group if atom.word.step != step.name)
        yield from (word.step for word in step.unless)
        answered = {word.step for word in step.answers}
        for moment in (*step.due, *((step.until,) if step.until else ())):
            named = {anchor.word.step for anchor in moment.anchors if anchor.word}
            in_thread = answered if answered and answered <= named else set()
            yield from named - in_thread - {step.name}
        for name in step.by:
            role = self.procedure.roles.get(name)
            for kind in role.ways.values() if role else ():
                yield from (word.step for word in kind.words)


def _by_answer(steps: Mapping[str, Step]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for step in steps.values():
        for word in step.answers:
            if step.name not in found.get(word.step, ()):
                found[word.step] = (*found.get(word.step, ()), step.name)
    return found


@lru_cache(maxsize=512)
def rules_of(terms: MeasureTerms) -> Rules:
    """The rules of these terms, made once for each value of them that is in use."""
    return Rules(terms)


def rolling(step: Step) -> tuple[Word, ...]:
    """The steps from each act of which a step that may be repeated falls due anew (`due: {after: alert or update}`)."""
    words = [anchor.word for moment in step.due for anchor in moment.anchors if anchor.word and not anchor.field]
    return tuple(words) if step.repeat and step.name in {word.step for word in words} else ()
