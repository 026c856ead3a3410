"""Points of contact out as vCard 4.0."""

from datetime import UTC, datetime

from comity.formats import vcard

THEN = datetime(2026, 11, 22, 21, 9, 8, tzinfo=UTC)


def lines(**changes):
    contact = vcard.Contact(**{"uid": "tarsenia-vc", "name": "Lt Cdr Amaro", "updated": THEN, **changes})
    data = vcard.write([contact])
    assert data.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    return data.decode().replace("\r\n ", "").split("\r\n")[:-1]


def test_a_card_has_what_the_standard_asks_in_its_order():
    found = lines()
    assert found[:2] == ["BEGIN:VCARD", "VERSION:4.0"]
    assert found[-1] == "END:VCARD"
    assert "FN:Lt Cdr Amaro" in found
    assert "REV:20261122T210908Z" in found


def test_units_phones_and_languages_stand_in_their_properties():
    found = lines(units=("Tarsenia", "Verification Centre; watch"), phones=("+999 21 55-01",), faxes=("+999 2",), emails=("vc@tarsenia.example",), languages=("en", "ar"))
    assert "ORG:Tarsenia;Verification Centre\\; watch" in found
    assert "TEL;TYPE=work,voice;VALUE=uri:tel:+999-21-55-01" in found
    assert "TEL;TYPE=work,fax;VALUE=uri:tel:+999-2" in found
    assert "EMAIL;TYPE=work:vc@tarsenia.example" in found
    assert found.index("LANG;PREF=1:en") < found.index("LANG;PREF=2:ar")


def test_an_office_without_a_person_is_named_by_its_lowest_unit():
    found = lines(name="", units=("تارسينيا", "مركز التحقق"))
    assert "FN:مركز التحقق" in found
    assert "KIND:org" in found


def test_text_cannot_smuggle_in_a_property():
    found = lines(name="A\r\nTEL:1", note="x\nEMAIL:a@b.example", uid="u\r\nNOTE:x")
    assert not any(line.startswith(("TEL", "EMAIL")) for line in found)
    assert "FN:A\\nTEL:1" in found
