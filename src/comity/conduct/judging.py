"""Whether an act is in turn: every reason against it, as codes with the words and acts they rest on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from comity.catalogue.program import Choice, Ending, Step
from comity.conduct.exchange import objections as exchange_objections
from comity.conduct.statements import Reason, Statement, Taking
from comity.conduct.tables import DEEPEST_THREAD, Tables, matches
from comity.conduct.time import Edge


def objections(tables: Tables, taking: Taking, statement: Statement | None = None) -> list[Reason]:
    """What speaks against this step being taken so, other acts that compete with it left aside.

    Without a statement it answers 'may this be said now?' and looks at nothing that only an act can show.
    """
    step = tables.rules.steps.get(taking.step)
    if step is None:
        known = taking.step in tables.rules.procedure.steps
        return [Reason(code="not-chosen" if known else "unknown-step", words=(taking.step,))]
    found = [*_case(tables, step, taking), *_who(tables, step, taking), *_thread(tables, step, taking)]
    if taking.thread is None or taking.thread in tables.takings:
        found += [*_first(tables, step, taking), *_windows(tables, step, taking, statement)]
    if statement is not None:
        found += [*_said(tables, step, taking, statement), *_addressed(tables, step, taking, statement)]
        found += exchange_objections(tables, step, taking, statement)
    return found


def blockers(tables: Tables, taking: Taking) -> Iterator[tuple[str, str]]:
    """What stands in the way, each with the act that put it there."""
    step = tables.rules.steps[taking.step]
    before = tables.once.get(once_key(taking))
    if before is not None and tables.stands(before):
        if tables.takings[before].deemed:
            yield "silence-counted", before
        elif not step.repeat or taking.deemed:
            yield ("has-spoken" if taking.deemed else "already"), before
    released = tables.released(taking)
    if released is not None:
        yield "not-needed", released
    if taking.thread in tables.settled and taking.thread is not None:
        yield "settled", tables.settled[taking.thread][1]
    ended = tables.ended.get("case")
    if ended is not None and ended.act is not None and step.part is None:
        yield "ended", ended.act


def stops(tables: Tables, first: Taking, second: Taking) -> bool:
    """Whether `second` would be out of turn had `first` come before it and been known."""
    step = tables.rules.steps[second.step]
    same = once_key(first) == once_key(second)
    if same and (not step.repeat or first.deemed or second.deemed):
        return True
    if any(matches(word, first) and tables.scope(word, second) in (None, first.thread, first.period) for word in step.unless):
        return True
    if second.thread is not None and first.thread == second.thread and would(tables, first, settles_of(tables, first)):
        return True
    return step.part is None and would(tables, first, ends_of(tables, first))


def would(tables: Tables, taking: Taking, ending: Ending | None) -> bool:
    """Whether this act brings that ending about: at once, or as the last holder to say so to the same act."""
    if ending is None or not ending.every:
        return ending is not None
    step = tables.rules.steps[taking.step]
    holders = tables.holders(step.by, taking.thread, taking.period)
    return all(holder == taking.holder or _has_said(tables, taking, holder) for holder in holders)


def _has_said(tables: Tables, taking: Taking, holder: str) -> bool:
    act = tables.once.get((taking.step, holder, taking.thread, taking.period))
    if act is None or not tables.stands(act):
        return False
    choice = tables.rules.steps[taking.step].choices.get(taking.choice or "")
    own = choice is not None and bool(choice.ends or choice.settles)
    return not own or tables.takings[act].choice == taking.choice


def ends_of(tables: Tables, taking: Taking) -> Ending | None:
    step = tables.rules.steps[taking.step]
    choice = step.choices.get(taking.choice or "")
    return (choice.ends if choice else None) or step.ends


def settles_of(tables: Tables, taking: Taking) -> Ending | None:
    step = tables.rules.steps[taking.step]
    choice = step.choices.get(taking.choice or "")
    return (choice.settles if choice else None) or step.settles


def once_key(taking: Taking) -> tuple[str, str, str | None, date | None]:
    return taking.step, taking.holder, taking.thread, taking.period


def _case(tables: Tables, step: Step, taking: Taking) -> Iterator[Reason]:
    opening = tables.opening
    if (step.opens and tables.fixed) or (step.opens and opening is not None and opening.id != taking.act):
        yield Reason(code="already-open", words=(opening.id,) if opening else ())
    if tables.opens is None:
        yield Reason(code="not-open")
    elif taking.at < tables.opens:
        yield Reason(code="before-opening", words=(_stamp(tables.opens),))
    closing = tables.closing
    if closing is not None and taking.at > closing and step.part is None:
        yield Reason(code="closed", words=(_stamp(closing),))


def _who(tables: Tables, step: Step, taking: Taking) -> Iterator[Reason]:
    if taking.holder not in tables.holders(step.by, taking.thread, taking.period):
        yield Reason(code="not-its-role", words=(taking.holder, *step.by))
    day = taking.period
    if step.every is not None:
        rule = tables.rules.recurrence(step.every)
        if day is None or rule is None or not rule.occurs(day, start=tables.rules.start):
            yield Reason(code="not-a-date-of-it", words=(str(day),))
    elif day is not None and day != tables.period:
        yield Reason(code="not-a-date-of-it", words=(str(day),))


def _thread(tables: Tables, step: Step, taking: Taking) -> Iterator[Reason]:
    if not step.answering:
        return
    target = tables.takings.get(taking.thread) if taking.thread else None
    if target is None:
        yield Reason(code="answers-nothing")
    elif not tables.is_answer(step, target):
        yield Reason(code="not-an-answer-to-it", words=(target.step,))
    elif not tables.stands(target.act):
        yield Reason(code="answered-does-not-stand", words=(target.act,))
    elif tables.depth.get(target.act, 0) >= DEEPEST_THREAD:
        yield Reason(code="too-deep")


def _first(tables: Tables, step: Step, taking: Taking) -> Iterator[Reason]:
    aside = tables.asks_aside and tables.opened.get("by") == taking.act
    if not aside and not tables.met(step.after, taking):
        named = [str(atom.word) for group in step.after for atom in group]
        yield Reason(code="not-yet", words=tuple(dict.fromkeys(named)))
    own = target_of(tables, step, taking)
    if (step.amends or step.voids) and (own is None or not tables.stands(own) or tables.takings[own].holder != taking.holder):
        yield Reason(code="nothing-of-its-own", words=(step.amends or step.voids or "",))
    elif step.voids and own is not None and tables.opened.get("by") == own:
        yield Reason(code="opening-stands", words=(own,))


def _windows(tables: Tables, step: Step, taking: Taking, statement: Statement | None) -> Iterator[Reason]:
    data = statement.data if statement is not None else None
    begins = tables.reached((step.begins,) if step.begins else (), Edge.BEGINNING, taking, data)
    if begins is not None and taking.at < begins.at:
        yield Reason(code="too-early", words=(_stamp(begins.at),))
    until = tables.reached((step.until,) if step.until else (), Edge.DEADLINE, taking, data)
    if until is not None and taking.at > until.at and not taking.deemed:
        yield Reason(code="too-late", words=(_stamp(until.at),))


def _said(tables: Tables, step: Step, taking: Taking, statement: Statement) -> Iterator[Reason]:
    choice = step.choices.get(taking.choice or "")
    if (step.choices and choice is None) or (not step.choices and taking.choice is not None):
        yield Reason(code="no-such-choice", words=(str(taking.choice),))
    if not taking.deemed and (step.deemed or (choice is not None and choice.deemed)):
        yield Reason(code="only-silence-says-so", words=(taking.choice or step.name,))
    if step.cites and not any(cited.rel == "cites" for cited in statement.refs):
        yield Reason(code="cites-nothing")
    yield from _reason(tables, step, choice, taking, statement)


def _reason(tables: Tables, step: Step, choice: Choice | None, taking: Taking, statement: Statement) -> Iterator[Reason]:
    agreed = tables.rules.reasons(step, choice, taking.holder)
    said = statement.data.get("reason")
    if agreed and not taking.deemed and said not in agreed:
        yield Reason(code="not-an-agreed-reason", words=(str(said)[:80],))


def _addressed(tables: Tables, step: Step, taking: Taking, statement: Statement) -> Iterator[Reason]:
    others = tables.participants - {statement.author}
    to = statement.to - {statement.author}
    if to != others:
        missing, extra = sorted(others - to), sorted(to - others)
        yield Reason(code="not-to-all" if missing else "to-others-too", words=tuple(missing or extra))
    if tables.opened.get("by") == taking.act:
        yield from _opened_to(tables, step, statement)
    elif not taking.deemed and tables.addressees(step, taking) not in (None, tables.participants - {taking.holder}):
        yield Reason(code="belongs-aside", words=tuple(step.to))


def _opened_to(tables: Tables, step: Step, statement: Statement) -> Iterator[Reason]:
    """An opening step that names nobody is said to every party; one that the sender addresses, to somebody."""
    everyone = not step.to and not tables.asks_aside
    missing = frozenset(tables.rules.terms.parties) - statement.to - {statement.author} if everyone else frozenset()
    if missing or not statement.to - {statement.author}:
        yield Reason(code="not-to-all", words=tuple(sorted(missing)))


def target_of(tables: Tables, step: Step, taking: Taking) -> str | None:
    """The own act that a step amends or voids: the answered, the one cited, else the latest of that step."""
    named = step.amends or step.voids
    if named is None:
        return None
    if named == "answered":
        return taking.thread
    statement = tables.statements.get(taking.act)
    cited = statement.cited("amends", "voids") if statement is not None else None
    if cited is not None:
        return cited if cited in tables.takings and tables.takings[cited].step == named else None
    rows = tables.lines.get((named, None, None, taking.holder), [])
    return next((act for act in reversed(rows) if tables.stands(act)), None)


def _stamp(moment: object) -> str:
    return str(moment).replace(" ", "T").replace("+00:00", "Z")
