"""What an act in turn does to its case, and how that is taken back."""

from __future__ import annotations

from collections.abc import Mapping

from comity.catalogue.program import Ending, Step, Value
from comity.conduct.judging import ends_of, once_key, settles_of, target_of, would
from comity.conduct.merging import merge
from comity.conduct.moments import Reached, given
from comity.conduct.rules import rolling
from comity.conduct.statements import IN_TURN, Outcome, Reason, Standing, State, Taking, Timing
from comity.conduct.tables import Scope, Tables
from comity.conduct.time import Edge


class Effects:
    """Writes the tables of one case. `touched` gathers what moved, for whoever computes duties from it."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.book = tables.book
        self.touched: list[Taking] = []

    def apply(self, taking: Taking) -> None:
        """What an act in turn does."""
        tables, book = self.tables, self.book
        step = tables.rules.steps[taking.step]
        self._time(taking)
        self.stand(taking.act, "in-turn")
        book.put(tables.takings, taking.act, taking)
        book.put(tables.depth, taking.act, 1 + tables.depth.get(taking.thread or "", -1))
        first = tables.once.get(once_key(taking))
        if first is None or not tables.stands(first):
            book.put(tables.once, once_key(taking), taking.act)
        self._roll(step, taking)
        self._line(taking)
        target = target_of(tables, step, taking)
        book.put(tables.targets, taking.act, target)
        if step.amends and target is not None:
            self._amend(target, taking.act)
        elif step.voids and target is not None:
            self.retract(target, "withdrawn", Reason(code="withdrawn", words=(taking.act,)))
        self._settle_thread(taking, settles_of(tables, taking))
        ends = ends_of(tables, taking)
        if ends is not None and "case" not in tables.ended and would(tables, taking, ends):
            book.put(tables.ended, "case", Outcome(word=ends.word, at=taking.at, act=taking.act))
        self.touched.append(taking)

    def retract(self, act: str, state: State, reason: Reason) -> None:
        """An act stands no longer: what it did is taken back, as far as nothing else rests on it."""
        tables, book = self.tables, self.book
        taking, stood = tables.takings[act], tables.stands(act)
        self.stand(act, state, reason)
        self.touched.append(taking)
        if not stood:
            return
        self._tidy(taking)
        if taking.thread is not None and tables.settled.get(taking.thread, ("", ""))[1] == act:
            book.drop(tables.settled, taking.thread)
        if "case" in tables.ended and tables.ended["case"].act == act:
            book.drop(tables.ended, "case")
        step = tables.rules.steps[taking.step]
        target = tables.targets.get(act)
        if step.amends and target is not None:
            self._amend(target, None)
        elif step.voids and target is not None and tables.standings[target].reasons[:1] == (Reason(code="withdrawn", words=(act,)),):
            self.apply(tables.takings[target])

    def _time(self, taking: Taking) -> None:
        """Judges lateness by the values that hold before the act: 'lateness already shown stays'."""
        tables = self.tables
        if taking.act in tables.timings:
            return
        silent = self.silent(taking) if taking.deemed else None
        step = tables.rules.steps[silent.step if silent else taking.step]
        data = None if taking.deemed else tables.statements[taking.act].data
        earlier = tables.once.get(once_key(taking))
        again = earlier is not None and tables.stands(earlier) and not rolling(step)
        due = tables.reached(() if again else tables.rules.due(step, taking.choice), Edge.DEADLINE, silent or taking, data)
        timely = None if taking.deemed else tables.reached(step.timely, Edge.DEADLINE, taking, data)
        found = [self._timing("due", due, taking)] if due else []
        found += [self._timing("timely", timely, taking)] if timely else []
        self.book.put(tables.timings, taking.act, tuple(found))

    def _timing(self, kind: str, reached: Reached, taking: Taking) -> Timing:
        return Timing(
            kind="due" if kind == "due" else "timely",
            moment=reached.at,
            late=taking.at > reached.at and not taking.deemed,
            at=taking.at,
            anchor=reached.anchor,
            agreed=reached.agreed,
            given=given(taking.at, reached, taking.holder, self.tables.rules),
            working=reached.moment.working,
        )

    def _roll(self, step: Step, taking: Taking) -> None:
        """A step that falls due anew after each of its acts: this one fulfils what the one before asked for."""
        before = self.tables.renewed_by(rolling(step), taking.holder)
        if before is not None:
            self.book.put(self.tables.rolled, before, taking.act)
            self.touched.append(self.tables.takings[before])

    def _line(self, taking: Taking) -> None:
        for key in _keys(taking):
            self.book.push(self.tables.lines, key, taking.act)

    def _tidy(self, taking: Taking) -> None:
        """Ends the lines with an act that stands, so that finding the latest stays one step."""
        for key in _keys(taking):
            row = self.tables.lines.get(key, [])
            while row and not self.tables.stands(row[-1]):
                self.book.pull(row)

    def _amend(self, target: str, act: str | None) -> None:
        """`target` now reads as amended by `act`; None when an amendment was taken back. What it amended itself follows."""
        tables = self.tables
        if act is not None:
            self.book.push(tables.amendments, target, act)
            self.book.put(tables.merged, target, merge(tables.data(target), tables.statements[act].data))
        else:
            self.book.put(tables.merged, target, self._remerged(target))
        taking = tables.takings[target]
        self.touched.append(taking)
        further = tables.targets.get(target) if tables.rules.steps[taking.step].amends else None
        if further is not None and tables.keys[further] < tables.keys[target]:
            self._amend(further, None)

    def _remerged(self, target: str) -> Mapping[str, Value]:
        data = self.tables.statements[target].data
        for act in self.tables.amendments.get(target, ()):
            if self.tables.stands(act):
                data = merge(data, self.tables.data(act))
        return data

    def _settle_thread(self, taking: Taking, settles: Ending | None) -> None:
        tables = self.tables
        if settles is None or taking.thread is None or taking.thread in tables.settled:
            return
        if would(tables, taking, settles):
            self.book.put(tables.settled, taking.thread, (settles.word, taking.act))
            step = tables.takings[taking.thread].step
            self.book.push(tables.outcomes, (step, settles.word), taking.thread)
            self.touched.append(tables.takings[taking.thread])

    def stand(self, act: str, state: State, *reasons: Reason) -> None:
        standing = IN_TURN if state == "in-turn" and not reasons else Standing(state=state, reasons=tuple(reasons))
        self.book.put(self.tables.standings, act, standing)

    # silence

    def silent(self, taking: Taking) -> Taking | None:
        """The step that was owed and not taken, where its silence has the meaning this taking gives it."""
        for step in self.tables.rules.steps.values():
            if step.silence is None or self.tables.rules.meaning(step, taking.holder) != _meant(taking):
                continue
            return Taking(
                act="", step=step.name, choice=None, holder=taking.holder, thread=taking.thread,
                period=taking.period, at=taking.at,
            )  # fmt: skip
        return None

    def silence_from(self, silent: Taking) -> Reached | None:
        """The last moment in time: silence may be said after it."""
        step = self.tables.rules.steps[silent.step]
        moments = (step.until,) if step.until else step.due
        return self.tables.reached(moments, Edge.DEADLINE, silent, None)


def _meant(taking: Taking) -> tuple[str, str | None]:
    return taking.step, taking.choice


def _keys(taking: Taking) -> list[tuple[str, str | None, Scope, str | None]]:
    choices = (None, taking.choice) if taking.choice else (None,)
    scopes: list[Scope] = [None, *(scope for scope in (taking.thread, taking.period) if scope is not None)]
    return [(taking.step, choice, scope, who) for choice in choices for scope in scopes for who in (None, taking.holder)]

