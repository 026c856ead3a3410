"""Links lead somewhere, commands exist, and a fault in either is noticed."""

import sys

import pytest

from tests.architecture.planting import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import docs

sys.path.remove(str(ROOT / "tools"))


def test_every_link_and_command_in_the_documents_is_good():
    assert len(docs.documents()) > 5
    assert [fault for page in docs.documents() for fault in docs.faults(page)] == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[a](there.md)", 0),
        ("[a](there.md#two-words)", 0),
        ("[a](https://example.org/)", 0),
        ("`comity catalogue list`", 0),
        ("[a](gone.md)", 1),
        ("[a](there.md#three)", 1),
        ("![a](gone.png)", 1),
        ("`comity conjure`", 1),
        ("    .venv/bin/comity conjure", 1),
    ],
)
def test_a_planted_fault_is_noticed(text, wrong, tmp_path):
    (tmp_path / "there.md").write_text("# A page\n\n## Two words\n", "utf-8")
    (tmp_path / "page.md").write_text(text, "utf-8")

    assert len(docs.faults(tmp_path / "page.md", tmp_path)) == wrong
