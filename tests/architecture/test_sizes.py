"""A function fits on a screen, a file has one subject. What is still larger is listed, and the list may only shrink."""

import ast
from pathlib import Path

from tests.architecture.planting import ROOT, sources

FILE = 400
"""Lines of a file: a longer one is asking to be two."""
FUNCTION = 40
"""Lines from `def` to the end, docstring included: in the codebases we learned from, nine in ten stay within 55."""

LARGER_FILES: dict[str, int] = {"tests/browser/test_officers_day.py": 510, "tests/vectors/recipes.py": 467}
"""Path → lines. Lower a number when the file shrinks, take it out when it fits; nothing is added."""
LARGER_FUNCTIONS: dict[str, int] = {
    "tests/vectors/recipes.py:_acts": 48,
    "tests/vectors/recipes.py:_canonical": 49,
    "tests/vectors/recipes.py:_envelopes": 47,
}
"""Path:name → lines, in the same way."""

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "handler", "handlers"}


def lines_of_files(paths: list[Path]) -> dict[str, int]:
    return {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in paths}


def lines_of_functions(paths: list[Path]) -> dict[str, int]:
    found: dict[str, int] = {}
    for path in paths:
        for name, lines in functions(path.read_text("utf-8")):
            key = f"{path.relative_to(ROOT)}:{name}"
            found[key] = max(lines, found.get(key, 0))
    return found


def functions(text: str) -> list[tuple[str, int]]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [(node.name, (node.end_lineno or 0) - node.lineno + 1) for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)]


def too_large(found: dict[str, int], ceiling: int, known: dict[str, int]) -> dict[str, int]:
    """What is over its ceiling: the general one, or its own in the list."""
    return {name: lines for name, lines in found.items() if lines > max(ceiling, known.get(name, 0))}


def outdated(found: dict[str, int], ceiling: int, known: dict[str, int]) -> list[str]:
    """Entries of a list that no longer say the truth: the thing fits now, has shrunk, or is gone."""
    return [name for name, lines in known.items() if found.get(name, 0) <= ceiling or found[name] < lines]


def test_no_file_is_too_long():
    assert too_large(lines_of_files(sources()), FILE, LARGER_FILES) == {}


def test_no_function_is_too_long():
    assert too_large(lines_of_functions(sources()), FUNCTION, LARGER_FUNCTIONS) == {}


def test_the_lists_of_larger_ones_only_shrink():
    assert outdated(lines_of_files(sources()), FILE, LARGER_FILES) == []
    assert outdated(lines_of_functions(sources()), FUNCTION, LARGER_FUNCTIONS) == []


def test_a_file_is_named_for_its_subject():
    assert [path for path in sources() if path.stem in EMPTY_NAMES] == []


def test_a_longer_function_is_found():
    body = "    value = 1\n" * 40

    [(name, lines)] = functions(f"def long():\n{body}")

    assert too_large({name: lines}, FUNCTION, {}) == {"long": 41}
    assert too_large({name: lines}, FUNCTION, {"long": 41}) == {}


def test_a_list_that_could_shrink_is_found():
    assert outdated({"a": 41, "b": 40, "c": 45}, 40, {"a": 41, "b": 44, "c": 46, "gone": 50}) == ["b", "c", "gone"]
