"""Each static check has a canary: a small procedure that only it refuses, and a neighbour that it lets pass."""

import pytest

from comity.catalogue.procedures import read_procedure, warnings
from comity.protocol.refusals import Refused

HEAD = """
id: small
title: A small procedure
roles: {asking: opener, asked: named}
parameters: {time: {format: duration, default: P1D}, word: {enum: [yielded, none], default: none}}
closes: {after: opening, by: P1Y, as: closed}
"""
STEPS = """
steps:
  ask:   {by: asking, to: asked, opens: true, form: question}
  reply: {by: asked, answers: ask, form: answer, due: {after: ask, by: time}, ends: replied}
"""
SOUND = HEAD + STEPS


def codes(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(Refused) as refusal:
        read_procedure(text)
    return [(fault["code"], fault["line"]) for fault in refusal.value.data["faults"]]


def changed(old: str, new: str, text: str = SOUND) -> str:
    assert old in text
    return text.replace(old, new)


def test_the_neighbour_of_every_canary_is_sound():
    assert warnings(read_procedure(SOUND)) == []


CANARIES = {
    "unknown-key of a procedure": (SOUND + "colour: blue\n", "unknown-key", 11),
    "unknown-key of a step": (changed("form: answer", "form: answer, votes: 3"), "unknown-key", 10),
    "unknown-word for a step": (changed("answers: ask", "answers: asks"), "unknown-word", 10),
    "unknown-word for a role": (changed("by: asked, answers", "by: stranger, answers"), "unknown-word", 10),
    "unknown-word for a parameter": (changed("by: time}", "by: tim}"), "unknown-word", 10),
    "unknown-word for an option": (
        changed("form: answer", "when: {word: unlikely}, form: answer"), "unknown-word", 10
    ),
    "unknown-word for a meaning of silence": (
        changed("form: answer", "silence: nothing, form: answer"), "unknown-word", 10
    ),
    "ambiguous-word, a step like a role": (
        changed("  reply:", "  asked:"), "ambiguous-word", 10
    ),
    "ambiguous-word, a parameter like a step": (
        changed("{time: {", "{ask: {format: duration, default: P1D}, time: {"), "ambiguous-word", 9
    ),
    "ambiguous-word, a built-in word": (changed("asked: named", "asked: named, other: other"), "ambiguous-word", 4),
    "ambiguous-role, silent on a way of opening": (
        changed("asked: named}", "asked: {ask: named}}") + "  tell: {by: asking, opens: true, form: note}\n", "ambiguous-role", 4
    ),
    "ambiguous-role, opened by who is not the opener": (
        changed("ask:   {by: asking", "ask:   {by: asked"), "ambiguous-role", 9
    ),
    "nobody, a step without a taker": (changed("reply: {by: asked, ", "reply: {"), "nobody", 10),
    "nobody, author of nothing": (SOUND + "  note: {by: author, form: note}\n", "nobody", 11),
    "nobody, deemed but no silence leads to it": (SOUND + "  lapse: {by: asked, deemed: true}\n", "nobody", 11),
    "nobody, a deemed choice nobody can say": (
        changed("form: answer", "choices: {given: {form: answer}, not_given: {deemed: true}}"), "nobody", 10
    ),
    "never-opened": (changed("opens: true, ", ""), "never-opened", 8),
    "unreachable, waits for itself": (
        SOUND + "  first: {by: asked, after: second, form: note}\n  second: {by: asked, after: first, form: note}\n",
        "unreachable", 11,
    ),
    "unreachable, waits for an outcome nothing settles": (
        SOUND + "  thank: {by: asking, after: ask is praised, form: note}\n", "unreachable", 11
    ),
    "due-without-anchor, a period where there is none": (
        changed("due: {after: ask, by: time}", "due: {after: period, by: time}"), "due-without-anchor", 10
    ),
    "due-without-anchor, counted from itself": (
        changed("due: {after: ask, by: time}", "due: {after: reply, by: time}"), "due-without-anchor", 10
    ),
    "due-without-anchor, closing after a step that cannot be": (
        changed("after: opening", "after: period"), "due-without-anchor", 6
    ),
    "silence-without-due": (
        changed("due: {after: ask, by: time}", "silence: not_given, choices: {given: {form: answer}, not_given: {deemed: true}}"),
        "silence-without-due", 10,
    ),
    "silence-feeds-itself": (
        SOUND + """
  wait: {by: asked, answers: ask or slip, due: {after: ask or slip, by: time}, silence: slip, form: note}
  slip: {by: asked, deemed: true}
""",
        "silence-feeds-itself", 12,
    ),
    "no-exit": (
        changed("closes: {after: opening, by: P1Y, as: closed}\n", "").replace(", ends: replied", ""), "no-exit", 7
    ),
    "two-endings": (
        changed(
            "due: {after: ask, by: time}, ends: replied",
            "due: {after: opening, by: P1Y}, silence: lost, choices: {given: {form: answer}, lost: {deemed: true, ends: lapsed}}",
        ),
        "two-endings", 10,
    ),
    "exchange-incomplete": (
        SOUND + "  show: {by: asking, after: all reply, reveals: ask, form: note}\n", "exchange-incomplete", 11
    ),
    "wrong-parameter": (changed("by: time}", "by: word}"), "wrong-parameter", 10),
    "not-a-duration": (changed("default: P1D", "default: 1 day"), "not-a-duration", 5),
    "not-a-recurrence": (
        changed("form: answer", "every: FREQ=HOURLY, form: answer"), "not-a-recurrence", 10
    ),
    "missing-key": (changed("title: A small procedure\n", ""), "missing-key", None),
    "wrong-kind": (changed("opens: true", "opens: perhaps"), "wrong-kind", 9),
    "bad-name": (changed("  reply:", "  Reply:"), "bad-name", 10),
}  # fmt: skip


@pytest.mark.parametrize("canary", CANARIES)
def test_a_fault_is_refused_by_code_and_line(canary):
    text, code, line = CANARIES[canary]
    assert (code, line) in codes(text) or (line is None and code in dict(codes(text)))


def test_a_combination_of_options_is_enough_to_refuse():
    text = changed("form: answer", "when: {word: yielded}, form: answer").replace(
        "closes: {after: opening, by: P1Y, as: closed}\n", ""
    )
    assert "no-exit" in dict(codes(text))


def test_a_duty_that_others_cannot_see_is_a_warning_and_may_be_agreed():
    text = SOUND + "  inform: {by: asked, to: asking, form: note, due: {after: ask, by: time}}\n"
    assert [(fault.code, fault.warning) for fault in warnings(read_procedure(text))] == [("owed-aside", True)]


def test_an_exit_that_one_side_can_withhold_is_a_warning():
    text = changed("closes: {after: opening, by: P1Y, as: closed}\n", "")
    assert [(fault.code, fault.warning) for fault in warnings(read_procedure(text))] == [("exit-can-be-withheld", True)]


def test_all_faults_are_told_together():
    text = changed("answers: ask", "answers: asks").replace("by: asking, to", "by: nobody_known, to")
    assert len(codes(text)) >= 2


def test_the_refusal_says_line_reason_and_what_to_do():
    with pytest.raises(Refused, match=r"^Line 10, steps\.reply\.answers: this word is not known here \(asks\)\. Mend it"):
        read_procedure(changed("answers: ask", "answers: asks"))


def test_a_record_that_was_never_text_is_refused_by_place():
    record = dict(read_procedure(SOUND).record)
    del record["title"]
    with pytest.raises(Refused, match=r"^title: something that must be said is missing") as refusal:
        read_procedure(record)
    assert refusal.value.data["faults"][0]["line"] is None
