"""Who owes what, to whom, by when. A duty follows from the state of a case alone; only its word for the present needs a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

from comity.catalogue.program import Step
from comity.conduct.fold import Fold
from comity.conduct.judging import once_key
from comity.conduct.rules import rolling
from comity.conduct.statements import Taking
from comity.conduct.tables import EVER, Tables
from comity.conduct.time import Edge

DutyState = Literal["expected", "open-past", "done", "late-done", "deemed", "missing", "released"]


class DutyKey(NamedTuple):
    """What makes a duty this one and no other, for ever. `thread` is the act it follows from."""

    step: str
    owner: str
    thread: str | None
    period: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One party owes one step by one moment.

    `key` is permanent and the same on every node: case, step, owner, the act it follows from, date of its own recurrence.
    `since` is the act it follows from (the one to answer), if any. `period` is the date it is about. `due` is in UTC and
    itself in time. `done_by` is the act that fulfilled it, with its `choice` (a nil return and 'nothing new since' are
    choices) and its time `done_at`; `deemed` if only silence did. `released_by` made it needless. `ends` is when the case
    ended or closes by itself. `silence_from` is the last moment before silence may be said, and `silence` the word for it,
    where it has a meaning.
    """

    key: str
    case: str
    step: str
    owner: str
    to: frozenset[str] = field(default=frozenset())
    since: str | None = None
    period: date | None = None
    due: datetime
    done_by: str | None = None
    done_at: datetime | None = None
    choice: str | None = None
    deemed: bool = False
    released_by: str | None = None
    ends: datetime | None = None
    silence_from: datetime | None = None
    silence: str | None = None

    @property
    def fulfilled(self) -> bool:
        return self.done_by is not None

    @property
    def late(self) -> bool:
        """Done after the moment. Late, and still good."""
        return self.done_at is not None and self.done_at > self.due and not self.deemed

    def state(self, now: datetime) -> DutyState:
        """The word for it at `now`. `missing` only once the case has ended with its moment past; else it is released."""
        if self.deemed:
            return "deemed"
        if self.done_by is not None:
            return "late-done" if self.late else "done"
        if self.released_by is not None:
            return "released"
        if self.ends is not None and now > self.ends:
            return "missing" if self.due <= self.ends else "released"
        return "open-past" if now > self.due else "expected"


class Duties:
    """The duties of one case, kept beside its fold and computed anew only where something moved."""

    def __init__(self, case: str, tables: Tables, fold: Fold) -> None:
        self.case, self.tables, self.fold = case, tables, fold
        self.known: dict[DutyKey, Duty] = {}
        self.watched: dict[str, set[DutyKey]] = {}
        self.in_thread: dict[str, set[DutyKey]] = {}
        self.horizon: dict[str, date] = {}
        self._dates: dict[str, list[date]] = {}
        self.weighed = 0
        """Duties ever computed: the measure of work in tests."""

    def settle(self, touched: Iterable[Taking], *, everything: bool) -> dict[DutyKey, Duty | None]:
        """The duties that differ from before, None where one exists no longer."""
        keys = {key for taking in dict.fromkeys(touched) for key in self._moved_by(taking)}
        if everything:
            keys |= {key for watched in self.watched.values() for key in watched} | set(self._from_the_start())
        return self._weigh(keys)

    def look_ahead(self, now: datetime) -> dict[DutyKey, Duty | None]:
        """Brings in every date of a recurrence up to `now` and the next one, of each party."""
        keys: set[DutyKey] = set()
        for step in self.tables.rules.steps.values():
            if step.every is not None:
                keys |= set(self._dated(step, now.date()))
        return self._weigh(keys)

    def name(self, key: DutyKey) -> str:
        """The key as one text, with the case."""
        period = key.period.isoformat() if key.period else ""
        return "/".join((self.case, key.step, key.owner, key.thread or "", period))

    def moment_of_silence(self, key: DutyKey) -> datetime | None:
        step = self.tables.rules.steps[key.step]
        if step.silence is None or self.tables.rules.meaning(step, key.owner) is None:
            return None
        found = self.fold.silence_from(self._taking(key))
        return found.at if found else None

    # which

    def _from_the_start(self) -> Iterator[DutyKey]:
        """Duties that nothing said calls for: they are there when the case opens."""
        for step in self.tables.rules.steps.values():
            if step.due and not step.answering and step.every is None and not step.opens and not rolling(step):
                yield from (DutyKey(step.name, holder, None, None) for holder in self._holders(step, None, None))

    def _moved_by(self, taking: Taking) -> Iterator[DutyKey]:
        rules = self.tables.rules
        own = rules.steps.get(taking.step)
        if own is None:
            return
        if own.due and not rolling(own):
            yield DutyKey(*once_key(taking))
        for name in (*rules.answering.get(taking.step, ()), *rules.answering_any):
            if rules.steps[name].due:
                holders = self._holders(rules.steps[name], taking.act, None)
                yield from (DutyKey(name, holder, taking.act, None) for holder in holders)
        yield from self.in_thread.get(taking.act, ())
        if taking.thread is not None:
            yield from self.in_thread.get(taking.thread, ())
        for name in rules.readers.get(taking.step, ()):
            yield from self._read_by(rules.steps[name], taking)
        for step in rules.steps.values():
            if any(word.step == taking.step for word in rolling(step)):
                holders = self._holders(step, None, None)
                yield from (DutyKey(step.name, holder, taking.act, None) for holder in holders)

    def _read_by(self, step: Step, taking: Taking) -> Iterator[DutyKey]:
        """The duties of a step that looks at the one just taken; in the same thread only, where it looks only there."""
        watched = self.watched.get(step.name, set())
        own = self.tables.takings.get(taking.thread or "")
        if step.answering and taking.thread is not None and self.tables.is_answer(step, own):
            yield from (key for key in self.in_thread.get(taking.thread, ()) if key.step == step.name)
            return
        yield from watched
        if not step.answering and step.every is None and not rolling(step):
            yield from (DutyKey(step.name, holder, None, None) for holder in self._holders(step, None, None))

    def _dated(self, step: Step, today: date) -> Iterator[DutyKey]:
        rules, opens = self.tables.rules, self.tables.opens
        rule = rules.recurrence(step.every)
        if rule is None or opens is None:
            return
        last = self.horizon.get(step.name)
        coming = rule.next(max(today, opens.date()), start=rules.start) or today
        if last is not None and coming <= last:
            return
        self.horizon[step.name] = coming
        first = max(opens.date(), rules.start)
        for day in rule.dates(start=rules.start, after=last, until=coming):
            if day >= first:
                self._dates.setdefault(step.name, []).append(day)
            if day >= first and step.due:
                yield from (DutyKey(step.name, holder, None, day) for holder in self._all_holders(step, day))

    def dates_of(self, step: Step) -> tuple[date, ...]:
        """The dates of a step that were brought in so far."""
        return tuple(self._dates.get(step.name, ()))

    def _all_holders(self, step: Step, day: date) -> frozenset[str]:
        """Whoever holds the role on that day; of roles that change with the case, every participant is watched."""
        kinds = [self.tables.rules.procedure.roles[name].kind(self.tables.way) for name in step.by if name != "anyone"]
        if any(kind is None or kind.kind == "takers" for kind in kinds):
            return self.tables.participants
        return self._holders(step, None, day)

    def _holders(self, step: Step, thread: str | None, period: date | None) -> frozenset[str]:
        return self.tables.holders(step.by, thread, period)

    # what

    def _weigh(self, keys: Iterable[DutyKey]) -> dict[DutyKey, Duty | None]:
        changed: dict[DutyKey, Duty | None] = {}
        for key in sorted(keys, key=str):
            before, now = self.known.get(key), self._duty(key)
            self._watch(key, now)
            if now is not None:
                self.known[key] = now
            else:
                self.known.pop(key, None)
            if now != before:
                changed[key] = now
        return changed

    def _watch(self, key: DutyKey, duty: Duty | None) -> None:
        """Keeps an eye on what is not done; what is done is found again by its own acts."""
        if duty is not None and duty.fulfilled:
            self.watched.get(key.step, set()).discard(key)
        else:
            self.watched.setdefault(key.step, set()).add(key)
        if key.thread is not None:
            self.in_thread.setdefault(key.thread, set()).add(key)

    def _duty(self, key: DutyKey) -> Duty | None:
        self.weighed += 1
        step, taking = self.tables.rules.steps[key.step], self._taking(key)
        done = self._done(step, key)
        due = self._due(taking, done)
        if due is None or not (done or self._exists(key, step, taking)):
            return None
        silence = None if done else self.moment_of_silence(key)
        meaning = self.tables.rules.meaning(step, key.owner) if silence else None
        return Duty(
            key=self.name(key),
            case=self.case,
            step=key.step,
            owner=key.owner,
            to=self.tables.addressees(step, taking) or self.tables.participants - {key.owner},
            since=key.thread,
            period=key.period or self.tables.period,
            due=due,
            done_by=done.act if done else None,
            done_at=done.at if done else None,
            choice=done.choice if done else None,
            deemed=done.deemed if done else False,
            released_by=None if done else self._released(taking),
            ends=None if done or step.part else self._ends(),
            silence_from=silence,
            silence=(meaning[1] or meaning[0]) if meaning else None,
        )

    def _taking(self, key: DutyKey) -> Taking:
        thread = key.thread if self.tables.rules.steps[key.step].answering else None
        at = self.tables.opens or EVER
        return Taking(act="", step=key.step, choice=None, holder=key.owner, thread=thread, period=key.period, at=at)

    def _done(self, step: Step, key: DutyKey) -> Taking | None:
        once = self.tables.once.get((key.step, key.owner, key.thread, key.period))
        act = self.tables.rolled.get(key.thread or "") if rolling(step) else once
        return self.tables.takings[act] if act is not None and self.tables.stands(act) else None

    def _due(self, taking: Taking, done: Taking | None) -> datetime | None:
        """For what is done, the moment it was judged by; a moment moved later changes nothing about it."""
        if done is not None:
            return next((timing.moment for timing in self.tables.timings.get(done.act, ()) if timing.kind == "due"), None)
        found = self.tables.reached(self.tables.rules.steps[taking.step].due, Edge.DEADLINE, taking, None)
        return found.at if found else None

    def _exists(self, key: DutyKey, step: Step, taking: Taking) -> bool:
        """Whether it is owed: by a holder, in an open case, in a thread that stands, once what comes first stands."""
        tables = self.tables
        if tables.opens is None or taking.holder not in tables.holders(step.by, taking.thread, taking.period):
            return False
        if step.answering and (taking.thread is None or not self._answerable(step, taking.thread)):
            return False
        if rolling(step) and (key.thread is None or tables.renewed_by(rolling(step), key.owner) != key.thread):
            return False
        if tables.addressees(step, taking) not in (None, tables.participants - {taking.holder}):
            return False
        return tables.met(step.after, taking)

    def _answerable(self, step: Step, thread: str) -> bool:
        return self.tables.stands(thread) and self.tables.is_answer(step, self.tables.takings[thread])

    def _released(self, taking: Taking) -> str | None:
        if taking.thread is not None and taking.thread in self.tables.settled:
            return self.tables.settled[taking.thread][1]
        return self.tables.released(taking)

    def _ends(self) -> datetime | None:
        ended = self.tables.ended.get("case")
        return ended.at if ended else self.tables.closing
