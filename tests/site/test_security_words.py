"""Russian and Arabic say everything English says; vendored files are what their manifest lists."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("language", ["ru", "ar"])
def test_every_sentence_is_translated_surely_and_with_its_places(language: str) -> None:
    wrong = tool("messages").faults(language)
    assert wrong == [], f"{len(wrong)} of them: run tools/messages.py extract, translate, compile"


def test_the_check_of_translations_bites() -> None:
    import polib

    messages = tool("messages")
    faults = [
        messages.faults_of(entry)[0]
        for entry in (
            polib.POEntry(msgid="Saved.", msgstr=""),
            polib.POEntry(msgid="Saved.", msgstr="Сохранено.", flags=["fuzzy"]),
            polib.POEntry(msgid="Wait %(n)s", msgstr="Ждите"),
            polib.POEntry(msgid="Wait", msgstr="Ждите %(n)s"),
            polib.POEntry(msgid="%(n)s day", msgid_plural="%(n)s days", msgstr_plural={0: "%(n)s день", 1: "", 2: "%(n)s дней"}),
        )
    ]
    assert faults == ["not translated", "uncertain", "its places differ", "its places differ", "not translated"]
    assert messages.faults_of(polib.POEntry(msgid="%(n)s day", msgid_plural="%(n)s days", msgstr_plural={0: "день", 1: "%(n)s дня"})) == []


def test_sentences_are_found_in_templates_and_modules() -> None:
    found = {text for _context, text, _plural in tool("messages").sentences()}
    assert {"Operator log", "Wait %(seconds)s second, then try again.", "%(count)s day", "ROUTINE"} <= found


def test_vendored_files_are_what_the_manifest_lists() -> None:
    vendor = tool("vendor")
    assert [fault for folder in vendor.FOLDERS for fault in vendor.faults(folder)] == []


def test_an_altered_missing_or_unlisted_vendored_file_is_found(tmp_path: Path) -> None:
    vendor = tool("vendor")
    copy = tmp_path / "vendor"
    shutil.copytree(vendor.FOLDERS[1], copy)
    (copy / "axe.min.js").write_text("altered")
    (copy / "extra.js").write_text("unlisted")
    (copy / "LICENSE-axe-core.txt").unlink()
    assert [fault.split(": ")[1].split(",")[0] for fault in vendor.faults(copy)] == ["not in the manifest", "missing", "altered"]


def test_every_vendored_package_names_its_licence() -> None:
    for folder in tool("vendor").FOLDERS:
        packages = json.loads((folder / "manifest.json").read_text("utf-8"))["packages"].values()
        assert all(package["licence"] and package["version"] for package in packages)
