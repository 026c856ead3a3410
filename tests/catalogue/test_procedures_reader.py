"""A text that is agreed must read one way: whatever YAML readers could understand differently is refused by line."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.catalogue.reader import DEEPEST, LARGEST_TEXT, read_document
from comity.protocol.refusals import Refused


def refused(text: str) -> tuple[str, int]:
    with pytest.raises(Refused) as refusal:
        read_document(text)
    return refusal.value.code, refusal.value.data["line"]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\na: 2", "yaml-doubled-key", 2),
        ("a: &x {b: 1}\nc: *x", "yaml-not-plain", 1),
        ("a: 1\nb: !!python/object:os.system {}", "yaml-not-plain", 2),
        ("a: {b: 1}\n<<: {c: 2}", "yaml-not-a-key", 2),
        ("a: 1\n---\nb: 2", "yaml-not-one-document", 2),
        ("a: 1.5", "yaml-fraction", 1),
        ("a: 90071992547409931", "yaml-too-large", 1),
        ("a: [1, 2\nb: 3", "yaml-not-yaml", 2),
        ("a: 1\n\tb: 2", "yaml-not-yaml", 2),
        ("? [a, b]\n: 1", "yaml-not-a-key", 1),
        ("é: 1", "yaml-not-a-key", 1),
        ("", "yaml-empty", 1),
        ("a: \x07", "yaml-not-yaml", 1),
    ],
)
def test_what_two_readers_could_read_differently_is_refused_by_line(text, code, line):
    assert refused(text) == (code, line)


def test_words_that_other_readers_take_for_booleans_and_dates_stay_words():
    read = read_document("a: no\nb: on\nc: 2026-01-01\nd: 12:30\ne: 0x10\nf: 010\ng: ~\nh: '7'\ni: 7").value
    assert read == {"a": "no", "b": "on", "c": "2026-01-01", "d": "12:30", "e": "0x10", "f": "010", "g": "~", "h": "7", "i": 7}


def test_depth_and_size_are_bounded_before_anything_is_built():
    assert refused("a: " + "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)) == ("yaml-too-deep", 1)
    assert refused("a: " + "[" * 60_000)[0] == "yaml-too-deep"
    assert refused("a: " + "x" * LARGEST_TEXT) == ("yaml-too-large", 1)


def test_every_entry_knows_its_line():
    document = read_document("a:\n  b: 1\n  c:\n    - x\n    - y\n")
    assert [document.line(path) for path in (("a", "b"), ("a", "c", 1), ("a", "c", 9))] == [2, 5, 3]


@given(st.text(max_size=200))
def test_no_text_does_anything_but_read_or_refuse(text):
    with suppress(Refused):
        assert read_document(text).lines[()] >= 1
