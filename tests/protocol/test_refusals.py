"""Every code of a refusal stands in spec/refusals.md, once, and none stands there that is not used."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from comity.protocol.refusals import Refused

ROOT = Path(__file__).resolve().parents[2]
ROOM = ROOT / "src" / "comity" / "protocol"
CODE = re.compile(
    r"(?:act|attachment|bundle|canonical|card|checkpoint|envelope|evidence|key|keyset|log|peer|receipt|seal|session|signature)\.[a-z-]+"
)


def used() -> set[str]:
    """Every text in the room that has the shape of a code."""
    trees = [ast.parse(file.read_text("utf-8")) for file in ROOM.glob("*.py")]
    texts = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return {text for text in texts if CODE.fullmatch(text)}


def listed() -> list[str]:
    return re.findall(r"^\| `([a-z.-]+)` \|", (ROOT / "spec" / "refusals.md").read_text("utf-8"), re.MULTILINE)


def test_the_page_lists_every_code_and_no_other() -> None:
    assert set(listed()) == used()
    assert len(listed()) == len(set(listed()))
    assert listed() == sorted(listed())


def test_a_refusal_has_a_code_for_programs_and_a_sentence_for_people() -> None:
    refused = Refused("act.kind", {"kind": "order"}, "This kind of act is not known.")
    assert (refused.code, dict(refused.data), str(refused)) == ("act.kind", {"kind": "order"}, "This kind of act is not known.")
    assert str(Refused("act.kind")) == "act.kind"
