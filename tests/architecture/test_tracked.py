"""Nothing of one machine, no registry's address and no secret is in what we keep."""

import re

import pytest

from tests.architecture.planting import ROOT, tracked

# Written in two parts, so that this file does not hold what it looks for.
FORBIDDEN = {
    "a path of one machine": r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me/\w+|Us" + r"ers/\w+)/",
    "a registry's address": r"(?:py" + r"pi\.org|python" + r"hosted\.org|registry\.npm" + r"js\.org|registry\.yarn" + r"pkg|deb\.debian" + r"\.org)",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE" + r" KEY-----",
    "a token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|AK" + r"IA[0-9A-Z]{16}|xox[bap]-[0-9A-Za-z-]{20,})",
}
BINARY = {".woff2", ".png", ".xlsx", ".mo", ".pdf"}


def found_in(text: str) -> list[str]:
    return [f"{what}: {match.group()}" for what, pattern in FORBIDDEN.items() for match in re.finditer(pattern, text)]


def test_no_tracked_file_holds_any_of_it():
    found = {
        str(path.relative_to(ROOT)): wrong
        for path in tracked()
        if path.suffix not in BINARY and (wrong := found_in(path.read_bytes().decode("utf-8", "replace")))
    }

    assert found == {}


@pytest.mark.parametrize("planted", [
    "DATA = '/wo" + "rk/shared'", "sys.path.append('/ro" + "ot/x')", "--index-url https://py" + "pi.org/simple",
    "resolved: https://registry.npm" + "js.org/d3", "-----BEGIN PRIVATE" + " KEY-----", "gh" + "p_" + "a" * 36,
])  # fmt: skip
def test_each_of_them_is_found_when_planted(planted):
    assert len(found_in(planted)) == 1


def test_an_ordinary_address_is_let_through():
    assert found_in("see docs/work/plan.md and https://example.org/home/page") == []


def test_requirements_hold_a_hash_for_every_package():
    for name in ("node.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text("utf-8")
        blocks = re.split(r"\n(?=\S)", text.strip())
        assert len(blocks) > 40
        assert [block for block in blocks if "==" not in block or "--hash=sha256:" not in block] == []


def test_a_node_gets_the_versions_that_were_tested():
    node, everything = (set(re.findall(r"^\S+==\S+", (ROOT / "requirements" / name).read_text("utf-8"), re.MULTILINE)) for name in ("node.txt", "dev.txt"))

    assert node <= everything
