"""The procedures that ship: sound, in three languages, without a number nobody read, and the same whoever reads them."""

import hashlib
from pathlib import Path

import pytest

from comity.catalogue.forms import forms
from comity.catalogue.procedures import LANGUAGES, Procedure, procedures, read_procedure, shipped_parts, text, texts, warnings
from comity.catalogue.program import Anchor, Moment, Setting
from comity.protocol.canonical import decode, encode
from comity.protocol.refusals import Refused

DRAFTS = Path(__file__).parent / "drafts"
SHIPPED = sorted(procedures())
READ = {
    ("information-exchange", "schedule"),
    ("information-exchange", "effective"),
    ("information-exchange", "change_time"),
}
"""Dates and durations with a default: those read in an agreement (Vienna Document 2011, 9; CFE Review Conference 1996, 10)."""
REFUSED = {
    "assistance": {("ambiguous-word", "withdraw")},
    "inspection": {("ambiguous-word", "other"), ("ambiguous-word", "plan"), ("ambiguous-word", "plan_reply")},
    "review": {("ambiguous-word", "none")},
}
"""Drafts of later issues that still hold a fault, each with the words it is about."""
FORMS = {"report": ("forces", "budget", "arms"), "activity": ("land-activity", "naval-activity", "air-activity")}
"""Form names that the terms fill, with shipped forms that fit."""


@pytest.fixture(params=SHIPPED)
def procedure(request) -> Procedure:
    return procedures()[request.param]


def test_the_four_of_the_first_exchange_ship():
    assert SHIPPED == ["consultation", "contacts", "information-exchange", "notification"]


def test_nothing_in_them_needs_a_warning(procedure):
    assert warnings(procedure) == []


def test_a_procedure_read_from_its_record_is_the_same_value(procedure):
    again = read_procedure(decode(encode(procedure.record), limit=100_000))
    assert again == procedure
    assert procedure.hash == hashlib.sha256(encode(procedure.record)).hexdigest()


def test_the_record_needs_nothing_beside_itself(procedure):
    assert read_procedure(procedure.record, parts={}) == procedure
    assert set(procedure.record["include"]) <= set(shipped_parts())


def test_a_change_of_one_word_changes_the_hash(procedure):
    record = {**procedure.record, "title": "Another title"}
    assert read_procedure(record).hash != procedure.hash


def test_no_duration_has_a_default_that_was_not_read(procedure):
    filled = {(procedure.id, name) for name, one in procedure.parameters.items() if one.format and not one.required}
    assert filled <= READ


def test_silence_means_nothing_unless_the_terms_say_so(procedure):
    for step in procedure.steps.values():
        if step.silence is not None:
            assert isinstance(step.silence, Setting)
            assert procedure.parameters[step.silence.name].default == "none"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_for_people_is_there_in_every_language(procedure, language):
    known = texts(language)
    for name, step in procedure.steps.items():
        owner = step.part or procedure.id
        assert known[f"{owner}.step.{name}"]
        assert all(known[f"{owner}.step.{name}.{choice}"] for choice in step.choices)
    for name, parameter in procedure.parameters.items():
        owner = procedure.id if name in procedure.record["parameters"] else "questions"
        assert known[f"{owner}.parameter.{name}"]
        assert all(known[f"{owner}.parameter.{name}.{option}"] for option in parameter.options)
    assert all(known[f"{procedure.id}.role.{name}"] for name in procedure.roles)
    assert all(known[f"{procedure.id}.outcome.{word}"] for word in outcomes(procedure))


def outcomes(procedure: Procedure) -> set[str]:
    steps = procedure.steps.values()
    endings = [ending for step in steps for ending in (step.ends, step.settles)]
    endings += [ending for step in steps for choice in step.choices.values() for ending in (choice.ends, choice.settles)]
    closes = {procedure.closes.word} if procedure.closes else set()
    return {ending.word for ending in endings if ending} | closes


def test_the_languages_say_the_same_things():
    assert set(texts("en")) == set(texts("ru")) == set(texts("ar"))


def test_a_language_we_lack_reads_in_english():
    exchange = procedures()["information-exchange"]
    assert text(exchange, "step", "report", "nil", language="fr") == "Nil return"
    assert text(exchange, "step", "ask", language="ru") == "Вопрос"
    assert text(exchange, "step", "not_there") == "not there"


def test_every_form_ships_and_has_the_dates_that_moments_read(procedure):
    for step in procedure.steps.values():
        names = {step.form, *(choice.form for choice in step.choices.values())} - {None}
        for name in names:
            for form in FORMS.get(name, (name,)):
                assert form in forms(), f"{procedure.id}.{step.name}: {form}"
    for name, field in read_fields(procedure):
        for form in FORMS[name]:
            assert field in forms()[form].schema["properties"]


def read_fields(procedure: Procedure) -> set[tuple[str, str]]:
    """The form and field of every moment that reads one."""
    found: set[tuple[str, str]] = set()
    for anchor in anchors(procedure):
        if anchor.field and anchor.word:
            step = procedure.steps[anchor.word.step]
            names = {step.form, *(choice.form for choice in step.choices.values())} - {None}
            found |= {(str(name), anchor.field) for name in names}
    return found


def anchors(procedure: Procedure) -> list[Anchor]:
    moments: list[Moment] = [procedure.closes.moment] if procedure.closes else []
    for step in procedure.steps.values():
        moments += [*step.due, *step.timely, *(moment for moment in (step.begins, step.until) if moment)]
        moments += [moment for choice in step.choices.values() for moment in choice.due]
    return [anchor for moment in moments for anchor in moment.anchors]


@pytest.mark.parametrize("name", sorted(path.stem for path in DRAFTS.glob("*.yaml")))
def test_every_draft_of_the_other_sixteen_loads_or_is_refused_by_line(name):
    source = (DRAFTS / f"{name}.yaml").read_text(encoding="utf-8")
    if name not in REFUSED:
        assert read_procedure(source).id == name
        return
    with pytest.raises(Refused) as refusal:
        read_procedure(source)
    faults = refusal.value.data["faults"]
    assert {(fault["code"], *fault["words"]) for fault in faults} == REFUSED[name]
    assert all(fault["line"] for fault in faults)


def test_a_part_that_is_not_known_is_refused():
    with pytest.raises(Refused, match="this word is not known here"):
        read_procedure("id: some-thing\ntitle: x\ninclude: [answers]\nsteps: {}\n")
