"""Every vendored file is the one its manifest names, and an altered one is noticed."""

import shutil
import sys

import pytest

from tests.architecture.planting import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import vendor

sys.path.remove(str(ROOT / "tools"))


@pytest.mark.parametrize("folder", vendor.FOLDERS, ids=lambda folder: folder.parent.name)
def test_vendored_files_are_as_listed(folder):
    assert len(vendor.manifest(folder)["files"]) >= 1
    assert vendor.faults(folder) == []


@pytest.fixture
def copied(tmp_path):
    folder = tmp_path / "vendor"
    shutil.copytree(vendor.FOLDERS[1], folder)
    assert vendor.faults(folder) == []
    return folder


def test_an_altered_byte_is_noticed(copied):
    with (copied / "axe.min.js").open("ab") as file:
        file.write(b" ")

    assert len(vendor.faults(copied)) == 1
    assert "altered" in vendor.faults(copied)[0]


def test_a_file_nobody_listed_is_noticed(copied):
    (copied / "extra.js").write_text("", "utf-8")

    assert vendor.faults(copied) == ["vendor/extra.js: not in the manifest"]


def test_a_missing_licence_is_noticed(copied):
    (copied / "LICENSE-axe-core.txt").unlink()

    assert vendor.faults(copied) == ["vendor/LICENSE-axe-core.txt: missing"]


def test_pages_ask_no_other_host_for_anything():
    """Templates, styles and scripts of ours name no address that a browser would fetch."""
    fetched = ('src="http', "src='http", "url(http", 'url("http', "@import", 'fetch("http', 'import("http', 'href="//', 'src="//')
    pages = [path for path in (ROOT / "src/comity/site").rglob("*") if path.suffix in (".html", ".css", ".js") and "vendor" not in path.parts]
    assert len(pages) > 10

    assert [path.name for path in pages if any(start in path.read_text("utf-8") for start in fetched)] == []
