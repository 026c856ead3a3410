"""A draft is looked through before anybody signs it; what is missing, unknown or impossible is named by its place."""

import copy
from datetime import date

import pytest

from comity.catalogue.forms import forms
from comity.catalogue.procedures import procedures
from comity.conduct.terms_checks import draft_faults
from comity.conduct.version_reader import read_version
from comity.exercise.region_terms import region_terms

PROCEDURES = {one.hash: one for one in procedures().values()}
FORMS = {one.hash for one in forms().values()}
RECORD = region_terms(date(2026, 11, 22)).record
EXCHANGE, CONSULTATION = 0, 6


def faults(change):
    record = copy.deepcopy(dict(RECORD))
    change(record)
    return [(fault.path, fault.code) for fault in draft_faults(read_version(record), PROCEDURES, FORMS)]


def test_the_arrangement_of_the_region_has_no_fault():
    assert faults(lambda record: None) == []


def parameters(record, measure=EXCHANGE):
    return record["measures"][measure]["parameters"]


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (lambda r: parameters(r).pop("answer_time"), "/measures/0/parameters", "parameter-missing"),
        (lambda r: parameters(r).update(surprise=1), "/measures/0/parameters/surprise", "parameter-unknown"),
        (lambda r: parameters(r).update(mode="yearly"), "/measures/0/parameters/mode", "parameter-option"),
        (lambda r: parameters(r).update(lead="soon"), "/measures/0/parameters/lead", "parameter-format"),
        (lambda r: parameters(r).update(schedule="P1Y"), "/measures/0/parameters/schedule", "parameter-format"),
        (lambda r: parameters(r).update(change_rule=[]), "/measures/0/parameters/change_rule", "parameter-format"),
        (
            lambda r: r["measures"][0]["by_party"].update(velmora={"mode": "ad-hoc"}),
            "/measures/0/by_party/velmora/mode",
            "parameter-not-by-party",
        ),
        (lambda r: r["measures"][0]["forms"].pop("report"), "/measures/0/forms", "form-missing"),
        (lambda r: r["measures"][0]["forms"].update(report="0" * 64), "/measures/0/forms/report", "no-form"),
        (lambda r: r["measures"][0]["procedure"].update(hash="0" * 64), "/measures/0/procedure", "no-procedure"),
        (lambda r: r["measures"][CONSULTATION]["roles"].clear(), "/measures/6/roles", "role-missing"),
        (lambda r: r["measures"][0]["roles"].update(judge=["sarn"]), "/measures/0/roles/judge", "role-unknown"),
        (lambda r: r["zones"][0]["area"]["points"].insert(1, r["zones"][0]["area"]["points"][2]), "/zones/0/area", "zone-crosses"),
    ],
)
def test_each_fault_is_named_by_its_place(change, path, code):
    assert (path, code) in faults(change)


def test_a_role_is_not_missing_where_no_step_with_the_options_chosen_has_it():
    def change(record):
        parameters(record, CONSULTATION)["next_step"] = "none"
        record["measures"][CONSULTATION]["roles"].clear()

    assert faults(change) == []
