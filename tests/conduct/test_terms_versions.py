"""A version is a strict record whose hash is its name."""

import json

import pytest

from comity.conduct.version_reader import read_version
from comity.conduct.versions import only_accedes
from comity.protocol.refusals import Refused
from tests.conduct.drafts import PARTIES, draft, party, record, titled

MEASURE = {
    "measure": "un:I.3.1",
    "procedure": {"id": "notification", "hash": "a" * 64},
    "forms": {"activity": "b" * 64},
    "parameters": {"notice": "P42D"},
    "by_party": {"velmora": {"notice": "P30D"}},
    "roles": {"third": ["sarn"]},
}
SARN = {"office": "sarn/desk", "name": {"en": "Sarn Secretariat"}, "roles": ["secretariat", "third"]}


def test_the_same_record_has_the_same_id_whatever_the_order_of_its_members():
    backwards = dict(reversed(record().items()))
    assert read_version(backwards).id == draft().id


def test_one_altered_word_is_another_version():
    assert titled("Arrangement of Sarn").id != titled("Arrangement of Sarm").id


def test_drafts_of_one_first_text_share_a_ground_and_another_circle_of_parties_does_not():
    assert titled("One").ground == titled("Two").ground
    assert titled("One").ground != draft(PARTIES[:2]).ground
    assert titled("One").ground != draft(draw="1" * 32).ground


def test_an_amendment_stands_on_its_base():
    first = draft()
    assert draft(base=first.id).ground == first.id


def test_everybody_of_the_base_and_of_the_version_signs_except_who_left():
    base = draft()
    assert draft(PARTIES[:2], base=base.id).needed(base) == set(PARTIES)
    assert draft(PARTIES[:2], base=base.id, left={"velmora": "c" * 64}).needed(base) == set(PARTIES[:2])
    assert draft((*PARTIES, "kestria"), base=base.id).needed(base) == {*PARTIES, "kestria"}


def test_a_measure_carries_its_parameters_by_party():
    version = draft(measures=[MEASURE], others=[SARN])
    agreed = version.measure("un:I.3.1")
    assert agreed is not None
    assert agreed.by_party["velmora"]["notice"] == "P30D"
    assert version.texts() == {"a" * 64, "b" * 64}
    assert version.offices() == ("tarsenia/vc", "ondoria/vc", "velmora/vc", "sarn/desk")


AREA = {"shape": "circle", "centre": {"lat": 0, "lon": 0}, "radius": 1000}
ZONE = {"zone": "north", "name": {"en": "North"}, "area": AREA}


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"extra": 1}, ""),
        ({"v": 2}, "/v"),
        ({"amendment": "majority"}, "/amendment"),
        ({"parties": []}, "/parties"),
        ({"parties": [party("tarsenia"), party("tarsenia")]}, ""),
        ({"parties": [{**party("tarsenia"), "office": "ondoria/vc"}]}, "/parties/0/office"),
        ({"base": "short"}, "/base"),
        ({"leave_notice": "soon"}, "/leave_notice"),
        ({"review": "every year"}, "/review"),
        ({"effective": {}}, "/effective"),
        ({"effective": {"date": "2026-02-30"}}, "/effective/date"),
        ({"effective": {"date": "2026-01-01", "delay": "P1D"}}, "/effective"),
        ({"title": {}}, "/title"),
        ({"title": {"english": "x"}}, "/title"),
        ({"left": {"velmora": "c" * 64}}, ""),
        ({"others": [{**SARN, "office": "tarsenia/second"}]}, ""),
        ({"measures": [MEASURE]}, ""),
        ({"measures": [MEASURE, MEASURE], "others": [SARN]}, ""),
        ({"measures": [{**MEASURE, "by_party": {"kestria": {}}}], "others": [SARN]}, ""),
        ({"zones": [ZONE, ZONE]}, ""),
        ({"zones": [{**ZONE, "floor": 100, "ceiling": 100}]}, "/zones/0"),
        ({"zones": [{**ZONE, "area": {**AREA, "radius": 0}}]}, "/zones/0/area/radius"),
        ({"days_off": {"kestria": {"weekend": [], "holidays": []}}}, ""),
        ({"text": [{"heading": {"en": "x"}, "words": {"en": "y" * 20_001}}]}, "/text/0/words/en"),
        ({"standing": 1}, "/standing"),
    ],
)
def test_a_fault_is_refused_by_its_path(members, path):
    with pytest.raises(Refused) as refusal:
        read_version({**record(), **members})
    assert (refusal.value.code, refusal.value.data["path"]) == ("terms.version", path)


@pytest.mark.parametrize("missing", sorted(record()))
def test_a_missing_member_is_refused(missing):
    short = {key: value for key, value in record().items() if key != missing}
    with pytest.raises(Refused) as refusal:
        read_version(short)
    assert missing in str(refusal.value)


@pytest.mark.parametrize("junk", [None, [], "terms", 1, json.loads("[[[]]]")])
def test_what_is_no_record_is_refused(junk):
    with pytest.raises(Refused):
        read_version(junk)


def test_a_further_party_and_nothing_else_is_a_mere_accession():
    base = draft(standing=True)
    assert only_accedes(draft((*PARTIES, "kestria"), base=base.id, standing=True), base)
    assert not only_accedes(draft((*PARTIES, "kestria"), base=base.id, standing=True, leave_notice="P1D"), base)
    assert not only_accedes(draft(PARTIES, base=base.id, standing=True), base)
    assert not only_accedes(draft((*PARTIES[:2], "kestria"), base=base.id, standing=True), base)
