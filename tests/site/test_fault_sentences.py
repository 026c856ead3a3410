"""Every fault that formats can tell is told in the reader's language."""

import ast
from pathlib import Path

from django.utils import translation

import comity.formats
from comity.formats import positions
from comity.site.pages import fault_sentences

SOURCES = [Path(comity.formats.__path__[0]) / f"{name}.py" for name in ("positions", "shape", "geojson", "icalendar")]


def sentences_in(source):
    """Texts of whole sentences that stand in code, not in a docstring or a refusal."""
    tree = ast.parse(source.read_text("utf-8"))
    refusals = {part for call in ast.walk(tree) if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("Refused", "ValueError", "TypeError") for part in ast.walk(call)}
    docstrings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in refusals | docstrings]
    return {text for text in texts if " " in text and text.endswith(".")}


def test_every_sentence_of_formats_is_offered_for_translation_and_none_besides():
    assert set().union(*map(sentences_in, SOURCES)) == set(fault_sentences.WORDS)


def test_a_fault_is_told_with_its_figures():
    fault = positions.read("hello")
    assert fault_sentences.sentence(fault) == "“hello” is not a position. Write it as 45°18′ S 120°28′ W."


def test_what_was_typed_cannot_break_the_sentence():
    with translation.override("ar"):
        assert "100%s" in fault_sentences.sentence(positions.read("100%s"))
