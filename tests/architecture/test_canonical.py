"""In the kernel rooms there is one way to make bytes of a value: comity.protocol.canonical."""

import ast

import pytest

from tests.architecture.planting import KERNEL, ROOT

OTHER_WAYS = {"json", "orjson", "pickle", "marshal"}
CANONICAL = ROOT / "src/comity/protocol/canonical.py"


def other_ways(text: str) -> list[str]:
    """Every writer of values that `text` calls or imports by name, other than the canonical one."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in OTHER_WAYS and node.attr.startswith("dump"):
            found.append(f"{node.value.id}.{node.attr}")
        if isinstance(node, ast.ImportFrom) and node.module in OTHER_WAYS:
            found += [f"{node.module}.{name.name}" for name in node.names if name.name.startswith("dump")]
    return found


def test_values_become_bytes_in_one_way():
    rooms = [path for room in KERNEL for path in (ROOT / "src/comity" / room).rglob("*.py") if path != CANONICAL]
    assert len(rooms) > 50

    assert {path.name: ways for path in rooms if (ways := other_ways(path.read_text("utf-8")))} == {}


def test_the_canonical_one_is_seen_to_use_another():
    """Else the test above would look at nothing."""
    assert other_ways(CANONICAL.read_text("utf-8")) != []


@pytest.mark.parametrize("planted", ["import json\njson.dumps({})", "from json import dumps", "import orjson\norjson.dumps({})"])
def test_each_other_way_is_found_when_planted(planted):
    assert len(other_ways(planted)) == 1


def test_reading_is_let_through():
    assert other_ways("import json\njson.loads('{}')\nfrom json import JSONDecodeError") == []
