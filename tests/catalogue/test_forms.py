"""Forms are self-contained, spoken in three languages, and find every mistake at once."""

import copy
import dataclasses
import json
from typing import Any

import pytest

from comity.catalogue import form_limits, form_source, form_texts
from comity.catalogue.forms import Form, example, forms, read_form, validate
from comity.protocol.refusals import Refused

NAMED_BY_PROCEDURES = {
    "forces",
    "budget",
    "arms",
    "activity-calendar",
    "land-activity",
    "naval-activity",
    "air-activity",
    "incident",
    "contact",
    "foreign-contingents",
    "question",
    "answer",
    "nil-return",
    "unchanged",
    "correction",
    "cancellation",
    "completion",
    "concern",
    "explanation",
    "conclusion",
    "receipt",
    "confirmation",
    "test-message",
    "withdrawal",
    "minutes",
    "call",
    "referral",
    "advice",
    "agreement",
    "offer",
    "commitment",
    "all-in",
    "open",
}


def form(form_id: str) -> Form:
    return forms()[form_id]


def told(form_id: str, data: Any) -> list[tuple[str, str]]:
    return [(fault.path, fault.code) for fault in validate(form(form_id), data)]


def changed(form_id: str, **members: Any) -> dict[str, Any]:
    return {**copy.deepcopy(example(form_id)), **members}


def test_every_form_the_first_procedures_name_is_there() -> None:
    assert set(forms()) >= NAMED_BY_PROCEDURES


@pytest.mark.parametrize("form_id", sorted(forms()))
def test_the_example_of_every_form_is_complete_and_without_fault(form_id: str) -> None:
    assert validate(form(form_id), example(form_id)) == ()


@pytest.mark.parametrize("form_id", sorted(forms()))
def test_a_form_survives_the_journey_as_a_record(form_id: str) -> None:
    travelled = read_form(json.loads(json.dumps(form(form_id).record)))
    assert travelled == form(form_id)
    assert travelled.fields(travelled.schema) == form(form_id).fields(form(form_id).schema)


def test_another_word_in_a_schema_is_another_hash() -> None:
    record = copy.deepcopy(form("question").record)
    record["schema"]["required"] = []
    assert read_form(record).hash != form("question").hash


@pytest.mark.parametrize("language", form_texts.LANGUAGES)
def test_every_field_and_code_has_a_word_in_every_language(language: str) -> None:
    own = form_source.texts(language)
    missing = [form_id for form_id in forms() if form_id not in own["forms"]]
    for shipped in forms().values():
        for path, node in shipped.walk():
            name = path.rsplit("/", 1)[-1]
            if name not in ("", "*") and str(node.get("x-title", name)) not in own["fields"]:
                missing.append(f"{shipped.id} {path}")
    for code_list, codes in form_source.code_lists().items():
        missing += [f"{code_list} {code}" for code in codes or [] if code not in own["codes"][code_list]]
    assert missing == []


def test_the_languages_hold_the_same_keys() -> None:
    def keys(value: Any) -> Any:
        return {key: keys(inner) for key, inner in value.items()} if isinstance(value, dict) else None

    english, *others = [keys(form_source.texts(language)) for language in form_texts.LANGUAGES]
    assert all(other == english for other in others)


def test_a_label_is_the_field_in_the_readers_language() -> None:
    assert form("forces").label("/units/3/personnel", "en") == "Personnel"
    assert form("forces").label("/units/3/holdings/tanks", "ru") == "Боевые танки"
    assert form("forces").title("ar") == "التقرير السنوي عن القوات"
    assert form("forces").title("fr") == "Annual report of forces"


def test_all_mistakes_are_told_at_once() -> None:
    data = changed("forces", as_of="2027-02-30")
    data["units"][1]["personnel"] = "l 240"
    del data["units"][2]["name"]
    data["units"][3]["location"] = {"lat": -910000000, "lon": 0}
    data["units"][4]["level"] = "horde"
    data["units"][5]["colour"] = "green"
    assert set(told("forces", data)) == {
        ("/as_of", "format"),
        ("/units/1/personnel", "wrong-kind"),
        ("/units/2/name", "missing"),
        ("/units/3/location/lat", "too-small"),
        ("/units/4/level", "not-in-list"),
        ("/units/5/colour", "unknown"),
    }


def test_rows_told_twice_are_found_by_line_and_by_record() -> None:
    data = example("forces")
    data["units"][1]["line"] = 1
    data["units"][3]["record"] = data["units"][2]["record"]
    assert told("forces", data) == [("/units/1/line", "double-line"), ("/units/3/record", "double-row")]


def test_a_total_is_the_sum_of_its_parts_across_and_down() -> None:
    data = example("budget")
    data["matrix"]["conscripts"]["land"] = "31.3"
    assert ("/matrix/conscripts/total", "total") in told("budget", data)
    assert ("/matrix/personnel_costs/land", "total") in told("budget", data)
    [fault] = [f for f in validate(form("budget"), data) if f.path == "/matrix/conscripts/total"]
    assert fault.args == {"total": "46.6", "sum": "46.7"}


def test_a_single_figure_needs_no_parts() -> None:
    assert told("budget", changed("budget", reporting="single", matrix={"total": {"total": "512.75"}})) == []


def test_decimal_sums_are_exact() -> None:
    line = {"land": "0.1", "naval": "0.2", "total": "0.3"}
    assert told("budget", changed("budget", matrix={"total": line})) == []


def test_a_vague_date_is_taken_as_it_is_and_judged_by_what_is_certain() -> None:
    assert told("land-activity", changed("land-activity", begins="1980-01", ends="1980-01")) == []
    assert told("land-activity", changed("land-activity", begins="1980-05-03", ends="1980")) == []
    assert told("land-activity", changed("land-activity", begins="1981", ends="1980-12")) == [("/ends", "order")]
    assert told("land-activity", changed("land-activity", begins="1980-01-xx")) == [("/begins", "format")]
    assert told("land-activity", changed("land-activity", begins="1981-02-29")) == [("/begins", "format")]


def test_a_time_without_utc_or_with_a_fraction_is_no_moment() -> None:
    for wrong in ("2026-11-22T02:40:00", "2026-11-22T02:40:00+03:00", "2026-11-22T02:40:00-00:00", "2026-11-22T25:40:00Z"):
        assert told("incident", changed("incident", happened=wrong)) == [("/happened", "format")]


@pytest.mark.parametrize(
    ("area", "code"),
    [
        ({"shape": "circle", "radius": 500}, "area-incomplete"),
        ({"shape": "polygon", "centre": {"lat": 0, "lon": 0}, "radius": 5}, "area-incomplete"),
        ({"shape": "polygon", "points": [{"lat": n, "lon": n} for n in (0, 10, 20)]}, "area-flat"),
    ],
)
def test_an_area_that_is_none_is_told(area: dict[str, Any], code: str) -> None:
    assert told("land-activity", changed("land-activity", area=area)) == [("/area", code)]


def ring(*corners: tuple[int, int]) -> dict[str, Any]:
    return {"shape": "polygon", "points": [{"lat": lat * 10**7, "lon": lon * 10**7} for lat, lon in corners]}


def test_a_ring_may_run_either_way_and_over_the_antimeridian_but_not_cross_itself() -> None:
    square = [(0, 0), (0, 2), (2, 2), (2, 0)]
    over = [(0, 179), (0, -179), (2, -179), (2, 179)]
    for good in (square, square[::-1], over, [*square, square[0]]):
        assert told("land-activity", changed("land-activity", area=ring(*good))) == []
    bow_tie = ring((0, 0), (2, 2), (0, 2), (2, 0))
    assert told("land-activity", changed("land-activity", area=bow_tie)) == [("/area", "area-crosses")]


def test_fractions_control_characters_and_huge_numbers_are_told_before_the_schema_looks() -> None:
    assert told("question", {"text": "a\x00b"}) == [("/text", "control-character")]
    assert told("question", {"text": "a\ud800b"}) == [("/text", "control-character")]
    assert told("forces", changed("forces", units=[{"personnel": 1.0}])) == [("/units/0/personnel", "fraction")]
    assert told("forces", changed("forces", units=[{"personnel": 2**60}])) == [("/units/0/personnel", "wrong-kind")]
    assert told("question", {"text": None}) == [("/text", "wrong-kind")]
    assert told("question", [1]) == [("", "wrong-kind")]


def test_no_more_faults_are_told_than_a_person_can_read() -> None:
    rows = [{"line": 1} for _ in range(1500)]
    assert len(validate(form("forces"), changed("forces", units=rows))) == form_limits.FAULTS


def test_facts_of_a_form_are_known_before_it_is_filled_in() -> None:
    assert form("forces").facts == ("unit", "holding")
    assert form("land-activity").facts == ("activity",)
    assert form("question").facts == ()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"type": "number"}, "whole number"),
        ({"type": "string"}, "maxLength"),
        ({"type": "string", "maxLength": 10, "if": {}}, "if"),
        ({"$ref": "https://example.org/schema"}, "reference"),
        ({"$ref": "#/$defs/nowhere"}, "reference"),
        ({"type": "object", "properties": {"a": {"type": "boolean"}}}, "closed"),
        ({"type": "array", "items": {"type": "boolean"}}, "maxItems"),
        ({"type": "boolean", "x-widget": "video"}, "widget"),
    ],
)
def test_a_form_that_says_what_the_language_does_not_know_is_refused(change: dict[str, Any], word: str) -> None:
    record = copy.deepcopy(form("question").record)
    record["schema"]["properties"]["text"] = change
    with pytest.raises(Refused) as refusal:
        read_form(record)
    assert refusal.value.code == "form.language"
    assert word in str(refusal.value)


def test_a_definition_that_contains_itself_is_refused() -> None:
    record = copy.deepcopy(form("question").record)
    record["schema"]["$defs"]["act"] = {"$ref": "#/$defs/act"}
    record["schema"]["properties"]["text"] = {"$ref": "#/$defs/act"}
    with pytest.raises(Refused):
        read_form(record)


def test_forms_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        form("question").version = 2  # type: ignore[misc]
