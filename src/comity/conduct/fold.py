"""One act more: judged against what came before it in the order of the case, then applied, crossed, or kept as irregular.

The order is by reference, then by claimed time, then by id; it decides nothing between acts that do not know of each
other and compete: those cross (protocol.md, 'Folds with partial sight').
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from comity.catalogue.program import Step
from comity.conduct.effects import Effects
from comity.conduct.judging import blockers, objections, once_key, stops
from comity.conduct.statements import Reason, Statement, Taking


class Fold(Effects):
    """Takes statements one by one, in order."""

    def take(self, statement: Statement) -> None:
        """Gives the statement its standing and does what it does. Never raises."""
        if statement.kind == "settle":
            self._settle(statement)
        elif statement.kind in ("step", "taken-as"):
            self._step(statement)
        else:
            self.stand(statement.id, "irregular", Reason(code="not-of-a-case", words=(statement.kind,)))

    # a step

    def _step(self, statement: Statement) -> None:
        tables = self.tables
        taking = self.taking(statement)
        step = tables.rules.steps.get(statement.step)
        if step is not None and tables.opening is None and not taking.deemed and self._may_open(step):
            self.book.put(tables.opened, "by", statement.id)
        found = [*self._silence(statement, taking), *objections(tables, taking, statement)]
        if not found and statement.piece:
            self.stand(statement.id, "in-turn")
            self.book.put(self.tables.takings, statement.id, taking)
        elif not found:
            self._meet(statement, taking)
        else:
            self.stand(statement.id, "irregular", *found)
            self.book.put(tables.takings, statement.id, taking)

    def _may_open(self, step: Step) -> bool:
        """A case aside begins with whatever was said to fewer; any other with a step that opens."""
        if self.tables.asks_aside:
            return bool(step.to) and not step.answering
        return step.opens and not self.tables.fixed

    def taking(self, statement: Statement) -> Taking:
        """The step as this statement takes it."""
        silent = statement.kind == "taken-as"
        holder = statement.data.get("holder") if silent else statement.author
        return Taking(
            act=statement.id,
            step=statement.step,
            choice=statement.choice,
            holder=holder if isinstance(holder, str) else "",
            thread=self._thread(statement),
            period=self._period(statement),
            at=statement.at,
            deemed=silent,
        )

    def _thread(self, statement: Statement) -> str | None:
        step = self.tables.rules.steps.get(statement.step)
        if statement.kind == "taken-as":
            return statement.cited("answers")
        return statement.cited("answers", "amends", "voids") if step is not None and step.answering else None

    def _period(self, statement: Statement) -> date | None:
        """Only a step with dates of its own has a period; the case's own is not repeated."""
        step = self.tables.rules.steps.get(statement.step)
        same = statement.period == self.tables.period or (step is not None and step.opens)
        alone = step is not None and step.every is None and same
        return None if alone else statement.period

    def _silence(self, statement: Statement, taking: Taking) -> list[Reason]:
        """Whether silence may be said of that holder: it has this meaning, its moment has passed, it is another's."""
        if not taking.deemed:
            return []
        silent = self.silent(taking)
        if silent is None:
            return [Reason(code="silence-means-nothing", words=(taking.step, taking.choice or ""))]
        moment = self.silence_from(silent)
        if moment is None or statement.at <= moment.at:
            return [Reason(code="silence-not-yet", words=(moment.at.isoformat(),) if moment else ())]
        if statement.author == taking.holder or statement.author not in self.tables.participants:
            return [Reason(code="not-its-role", words=(statement.author,))]
        step = self.tables.rules.steps[silent.step]
        if step.answering and not self._answerable(step, silent.thread):
            return [Reason(code="answers-nothing")]
        owed = self.tables.holders(step.by, silent.thread, silent.period)
        return [] if taking.holder in owed else [Reason(code="not-its-role", words=(taking.holder,))]

    def _answerable(self, step: Step, thread: str | None) -> bool:
        target = self.tables.takings.get(thread or "")
        return target is not None and self.tables.stands(target.act) and self.tables.is_answer(step, target)

    # competing

    def _meet(self, statement: Statement, taking: Taking) -> None:
        """Against each act in the way: known makes it irregular, unknown and competing makes both cross."""
        known: list[Reason] = []
        rivals: list[str] = []
        replaced: list[str] = []
        self.book.put(self.tables.takings, statement.id, taking)
        in_the_way: dict[str, str] = {}
        for code, act in self._blockers(taking):
            in_the_way.setdefault(act, code)
        for act, code in in_the_way.items():
            match self._verdict(statement, taking, act):
                case "said-already":
                    self.stand(statement.id, "in-turn", Reason(code=code, words=(act,)))
                    return
                case "known" | "too-late":
                    known.append(Reason(code=code, words=(act,)))
                case "replaced":
                    replaced.append(act)
                case "rival":
                    rivals.append(act)
                case _:
                    continue
        rivals += [act for act in self._crossed_rivals(statement, taking) if act not in rivals]
        if known:
            self.stand(statement.id, "irregular", *known)
        elif rivals:
            self._cross(taking, rivals)
        else:
            for act in replaced:
                self.retract(act, "irregular", Reason(code="silence-counted", words=(statement.id,)))
            self.apply(taking)

    def _verdict(self, statement: Statement, taking: Taking, act: str) -> str:
        """What an act in the way means for this one; `commutes` where the other order is in turn."""
        other = self.tables.takings[act]
        if taking.deemed and other.deemed and once_key(taking) == once_key(other):
            return "said-already"
        if self._knows(statement, act):
            return "known"
        in_time = self._in_time(taking, other)
        if in_time is not None:
            return "rival" if in_time else "replaced" if taking.deemed else "too-late"
        return "rival" if stops(self.tables, taking, other) else "commutes"

    def _in_time(self, taking: Taking, other: Taking) -> bool | None:
        """Of silence and a real act of the same duty, whether the real one was in time; None for any other two."""
        real, deemed = (other, taking) if taking.deemed else (taking, other)
        silent = self.silent(deemed) if deemed.deemed and not real.deemed else None
        if silent is None or once_key(silent) != once_key(real):
            return None
        moment = self.silence_from(silent)
        return moment is None or real.at <= moment.at

    def _blockers(self, taking: Taking) -> Iterable[tuple[str, str]]:
        yield from blockers(self.tables, taking)
        silent = self.silent(taking) if taking.deemed else None
        if silent is not None and (silent.step, silent.choice) != (taking.step, taking.choice):
            yield from blockers(self.tables, silent)

    def _crossed_rivals(self, statement: Statement, taking: Taking) -> list[str]:
        """Acts that crossed already and with which this one competes as well."""
        found = []
        for act in self.tables.crossed.get(taking.thread, ()):
            other = self.tables.takings[act]
            apart = self.tables.standings[act].state == "crossed" and not self._knows(statement, act)
            if apart and stops(self.tables, taking, other) and stops(self.tables, other, taking):
                found.append(act)
        return found

    def _knows(self, statement: Statement, act: str) -> bool:
        """Whether the author held that act when writing: it is his own, or his references lead to it."""
        tables = self.tables
        if tables.statements[act].author == statement.author:
            return True
        floor, seen, left = tables.keys[act], {statement.id}, list(statement.needs)
        while left:
            current = left.pop()
            if current == act:
                return True
            if current not in seen and current in tables.keys and tables.keys[current] > floor:
                seen.add(current)
                left += tables.statements[current].needs
        return False

    def _cross(self, taking: Taking, rivals: list[str]) -> None:
        tables = self.tables
        members = {taking.act, *rivals, *(member for act in rivals for member in tables.groups.get(act, ()))}
        group = tuple(sorted(members))
        for act in group:
            self.book.put(tables.groups, act, group)
        counting = self._counting(group)
        for act in group:
            if act not in (counting, taking.act):
                if tables.standings[act].state != "crossed":
                    self.book.push(tables.crossed, tables.takings[act].thread, act)
                self.retract(act, "crossed", Reason(code="crossed", words=group))
        if counting == taking.act:
            self.apply(taking)
        else:
            self.stand(taking.act, "crossed", Reason(code="crossed", words=group))
            self.book.push(tables.crossed, taking.thread, taking.act)
        self.touched.append(taking)

    def _counting(self, group: tuple[str, ...]) -> str | None:
        """The one act of a crossing that counts all the same, where the step's `crossed` names its choice."""
        steps = self.tables.rules.steps
        named = {steps[self.tables.takings[act].step].crossed for act in group if act in self.tables.takings}
        named.discard("neither")
        for act in group:
            if self.tables.takings[act].choice in named:
                return act
        return None

    # settling

    def _settle(self, statement: Statement) -> None:
        tables = self.tables
        cited = [ref.act for ref in statement.refs if ref.rel == "settles"]
        group = tables.groups.get(cited[0], ()) if cited else ()
        authors = {tables.statements[act].author for act in group}
        stands = statement.data.get("stands")
        if not group or set(cited) != set(group) or group in tables.agreed or stands not in (None, *group):
            self.stand(statement.id, "irregular", Reason(code="nothing-to-settle"))
        elif statement.author not in authors:
            self.stand(statement.id, "irregular", Reason(code="not-its-role", words=(statement.author,)))
        elif statement.to | {statement.author} != tables.participants:
            self.stand(statement.id, "irregular", Reason(code="not-to-all"))
        else:
            self.stand(statement.id, "in-turn")
            self.book.put(tables.says, (group, statement.author), stands)
            self._settle_if_agreed(group, authors)

    def _settle_if_agreed(self, group: tuple[str, ...], authors: set[str]) -> None:
        tables = self.tables
        said = {tables.says.get((group, author), "") for author in authors}
        if len(said) != 1 or "" in said:
            return
        stands = said.pop()
        self.book.put(tables.agreed, group, stands)
        for act in group:
            if act != stands:
                self.retract(act, "set-aside", Reason(code="set-aside", words=group))
            elif not tables.stands(act):
                self.apply(tables.takings[act])
