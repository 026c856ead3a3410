"""The table of commands: quick to list, plain in what it refuses."""

import json
import subprocess
import sys

import pytest

from comity.cli import main as program
from comity.cli.language import terminal_language

HEAVY = ("django", "yaml", "openpyxl", "icalendar", "httpx2", "uvicorn")


def ends_with(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        program.main(arguments)
    return int(ended.value.code or 0)


def test_help_lists_every_command_of_the_table(capsys):
    assert ends_with("--help") == 0

    told = capsys.readouterr().out
    for name in program.commands():
        assert f"\n  {name} " in told


def test_help_imports_no_framework():
    code = f"import sys\nfrom comity.cli.main import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    print([one for one in {HEAVY} if one in sys.modules])"

    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert told.endswith("[]\n")


def test_every_command_stands_where_the_table_says(capsys):
    for name in program.commands():
        assert ends_with(name, "--help") == 0
        assert f"comity {name}" in capsys.readouterr().out


def test_an_unknown_command_is_not_understood(capsys):
    assert ends_with("nothing-of-the-kind") == 2
    assert "nothing-of-the-kind" in capsys.readouterr().err


def test_a_refusal_is_one_sentence_without_a_trace(capsys):
    assert ends_with("catalogue", "show", "un:IX.9") == 1

    told = capsys.readouterr().err
    assert "un:IX.9" in told
    assert "Traceback" not in told
    assert told.count("\n") == 1


def test_where_only_the_core_is_installed_the_missing_packages_are_named():
    code = "import sys\nsys.modules['typer'] = None\nfrom comity.cli.main import main\nmain(['catalogue', 'list'])"

    told = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)

    assert told.returncode == 1
    assert "comity[node]" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(("asked", "language"), [("ru_RU.UTF-8", "ru"), ("ar", "ar"), ("ar_EG.UTF-8", "ar"), ("C.UTF-8", "en"), ("de_DE", "en")])
def test_the_terminal_chooses_the_language(asked, language, monkeypatch):
    for name in ("LANGUAGE", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", asked)

    assert terminal_language() == language


def test_the_catalogue_is_listed_whole(capsys):
    assert ends_with("catalogue", "list", "--json") == 0
    records = json.loads(capsys.readouterr().out)

    assert len(records) == 120
    assert ends_with("catalogue", "list") == 0
    assert capsys.readouterr().out.count("\n") == 120


def test_the_list_can_be_narrowed(capsys):
    ends_with("catalogue", "list", "--json", "--procedure", "consultation", "--dimension", "military")

    records = json.loads(capsys.readouterr().out)

    assert 0 < len(records) < 120
    assert all("consultation" in record["procedures"] for record in records)
    assert all(any(one["id"].startswith("military") for one in record["dimensions"]) for record in records)


@pytest.mark.parametrize(("language", "title"), [("en", "Annual report on armed forces"), ("ru", None), ("ar", None)])
def test_a_measure_is_shown_in_the_language_asked_for(language, title, capsys):
    ends_with("catalogue", "show", "un:I.1.1", "--json", "--language", language)

    record = json.loads(capsys.readouterr().out)

    assert record["language"] == language
    assert (record["title"] == title) is (language == "en")


@pytest.mark.parametrize("identifier", ["un:intro.1", "cica:1.8", "notification", "forces"])
def test_provisions_procedures_and_forms_are_shown_too(identifier, capsys):
    assert ends_with("catalogue", "show", identifier, "--json") == 0
    assert json.loads(capsys.readouterr().out)["id"] == identifier

    assert ends_with("catalogue", "show", identifier) == 0
    assert f"id: {identifier}" in capsys.readouterr().out
