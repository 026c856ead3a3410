"""One value, one byte string: RFC 8785 under the restrictions of spec/act.md."""

from __future__ import annotations

import json
import math
import struct
import unicodedata
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from comity.protocol.canonical import decode, encode
from comity.protocol.refusals import Refused
from tests.sources import sources

LIMIT = 1 << 20
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(lambda text: unicodedata.normalize("NFC", text))
names = st.text(st.characters(max_codepoint=127))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(names, inner, max_size=5),
    max_leaves=20,
)


def refused_as(data: bytes, **options: Any) -> str:
    with pytest.raises(Refused) as refused:
        decode(data, **({"limit": LIMIT} | options))
    return refused.value.code


@given(values)
def test_the_bytes_are_those_of_the_oracle_and_come_back(value: Any) -> None:
    assert encode(value) == rfc8785.dumps(value)
    assert decode(encode(value), limit=LIMIT) == value


@given(values)
def test_the_bytes_are_the_same_without_orjson(value: Any) -> None:
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    assert encode(value) == plain


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":2}',
        b'{ "a":1}',
        b'{"a":1}\n',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":0.5}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":9007199254740992}',
        b'{"a":-9007199254740992}',
        b'{"a":123456789012345678901234}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u000A"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\xff"}',
        b'{"a":"e\xcc\x81"}',
        b'{"a":"\\u0000"}',
        b'{"\xc3\xa9":1}',
        b"",
        b"{",
        b"[" * 33 + b"]" * 33,
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_another_reader_might_read_otherwise_is_refused(data: bytes) -> None:
    assert refused_as(data) == "canonical.bytes"


def test_what_is_too_long_is_refused_before_it_is_read() -> None:
    assert refused_as(b"[" * 11, limit=10) == "canonical.size"


@pytest.mark.parametrize(
    "value", [1.5, math.nan, 2**53, -(2**53), "e\u0301", "\ud800", "\0", b"x", {1: 2}, {"é": 1}, {"a": {1, 2}}, object()]
)
def test_our_own_value_that_the_profile_cannot_say_is_refused(value: Any) -> None:
    with pytest.raises(Refused) as refused:
        encode(value)
    assert refused.value.code == "canonical.value"


def test_more_than_a_report_holds_is_refused() -> None:
    for value in ([0] * 4097, "x" * (64 * 1024 + 1), {f"{n}": 0 for n in range(4097)}):
        with pytest.raises(Refused):
            encode(value)
    assert encode([0] * 4096)


def sayable(value: Any) -> bool:
    """Whether the profile can say it: no floats, names in ASCII, text in NFC."""
    if isinstance(value, dict):
        return all(name.isascii() and sayable(inner) for name, inner in value.items())
    if isinstance(value, list):
        return all(sayable(inner) for inner in value)
    return not isinstance(value, float) and (not isinstance(value, str) or unicodedata.is_normalized("NFC", value))


def test_the_test_data_of_rfc_8785_is_encoded_as_it_says() -> None:
    folder, kept = sources("vectors/jcs/testdata"), 0
    for file in sorted((folder / "input").glob("*.json")):
        expected = bytes.fromhex("".join((folder / "outhex" / file.with_suffix(".txt").name).read_text("utf-8").split()))
        value = json.loads(file.read_bytes())
        assert rfc8785.dumps(value) == expected
        value = json.loads(expected)
        if sayable(value):
            assert encode(value) == expected
            assert decode(expected, limit=LIMIT) == value
            kept += 1
        else:
            assert refused_as(expected) == "canonical.bytes"
    assert kept


def test_the_numbers_of_rfc_8785_are_taken_only_where_they_are_integers() -> None:
    taken = 0
    for line in (sources("vectors/jcs") / "es6_numbers_10k.txt").read_text("utf-8").split()[::10]:
        bits, said = line.split(",")
        number = struct.unpack(">d", bytes.fromhex(bits.zfill(16)))[0]
        if number.is_integer() and abs(number) < 2**53:
            assert decode(said.encode(), limit=LIMIT) == int(number)
            taken += 1
        else:
            assert refused_as(said.encode()) == "canonical.bytes"
    assert taken


def test_the_json_test_suite_is_read_strictly() -> None:
    """What must not be JSON is refused; what must be is refused or comes back as the bytes it was."""
    read = 0
    for file in sorted(sources("vectors/json/test_parsing").glob("*.json")):
        data = file.read_bytes()
        try:
            value = decode(data, limit=LIMIT)
        except Refused:
            continue
        assert not file.name.startswith("n_"), file.name
        assert encode(value) == data
        read += 1
    assert read > 20


def test_transformations_that_readers_disagree_on_are_refused() -> None:
    for file in sorted(sources("vectors/json/test_transform").glob("*.json")):
        if file.name != "number_1000000000000000.json":
            assert refused_as(file.read_bytes()) == "canonical.bytes", file.name
