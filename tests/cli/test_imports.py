"""`comity import`: what becomes of a table is told, what is wrong in a sheet is told by row and column, and nodes are met as officers meet them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from comity.catalogue.forms import example, forms
from comity.cli import import_nodes, imports
from comity.cli import main as program
from comity.exercise.import_words import WORDS
from comity.formats.sheets import tables, write_csv, write_xlsx
from comity.node.issue import Draft
from comity.protocol.refusals import Refused
from tests.exercise.exercise_tables import ended, written


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)


def ends_with(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended_with:
        program.main(arguments)
    return int(ended_with.value.code or 0)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "table.csv"
    file.write_bytes(written({}, {"MMEID": "mme2", "StateA": "Denmark"}, {"StateA": "-9", "StateB": ""}, ended("1/1/80", "1980", "1", "1")))
    return file


# Exercises -----------------------------------------------------------------------------------------------------------------


def test_the_commands_have_a_sentence_for_every_reason():
    assert dict(imports.reasons()) == dict(WORDS)


def test_a_table_is_imported_and_told_in_numbers(table: Path, capsys: pytest.CaptureFixture[str]):
    assert ends_with("import", "exercises", str(table), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["sent"], told["receipts"], set(told["standings"])) == (4, {"tarsenia": 1, "ondoria": 1}, 4, {"in-turn"})
    assert [(one["row"], one["code"]) for one in told["rejected"]] == [(4, "no-participant"), (5, "order")]
    assert told["rejected_file"] == "table-rejected.csv"
    assert Path("table-rejected.csv").read_text("utf-8-sig").startswith("row,code,reason,MMEID,")


def test_people_see_a_table_with_the_reasons(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert ends_with("import", "exercises", str(table), "--rejected", str(tmp_path / "not.csv")) == 0
    told = capsys.readouterr().out
    assert "Notified by Ondoria" in told and "Not taken: The row names no State" in told
    assert (tmp_path / "not.csv").exists() and not (tmp_path / "table-rejected.csv").exists()


def test_where_every_row_is_taken_no_list_of_others_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "whole.csv").write_bytes(written({}, {"MMEID": "mme2"}))
    assert ends_with("import", "exercises", "whole.csv", "--json", "--most", "1") == 0
    assert json.loads(capsys.readouterr().out)["sent"] == {"tarsenia": 1}
    assert not (tmp_path / "whole-rejected.csv").exists()


@pytest.mark.parametrize(
    ("name", "content"), [("absent.csv", None), ("note.txt", b"x"), ("other.csv", b"a,b\n1,2\n"), ("broken.xlsx", b"PK")]
)
def test_another_file_is_refused_in_one_sentence(name: str, content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert ends_with("import", "exercises", name) == program.REFUSED
    told = capsys.readouterr()
    assert told.out == "" and len(told.err.strip().splitlines()) == 1


# An officer's sheet ----------------------------------------------------------------------------------------------------------


def test_a_workbook_without_faults_gives_the_data_of_the_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "report.xlsx").write_bytes(write_xlsx(forms()["budget"], example("budget"), "ru"))
    assert ends_with("import", "form", "report.xlsx", "--form", "budget") == 0
    assert json.loads(capsys.readouterr().out) == example("budget")


def test_the_tables_of_one_form_come_as_csv_files_one_after_the_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    form, data = forms()["forces"], example("forces")
    names = [one.name for one in tables(form) if one.name in data or not one.name]
    assert len(names) > 1
    for part in names:
        (tmp_path / f"{part or 'fields'}.csv").write_bytes(write_csv(form, data, "en", part))
    files = [f"{part or 'fields'}.csv" for part in names]
    assert ends_with("import", "form", *files, "--form", "forces", "--out", "data.json") == 0
    assert json.loads((tmp_path / "data.json").read_text("utf-8")) == data
    assert "data.json" in capsys.readouterr().out


def test_every_fault_is_told_by_row_and_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "fields.csv").write_text("Field,Value\nas_of,2027-02-30\n", "utf-8")
    (tmp_path / "units.csv").write_text("record,name,level,readiness,personnel\nA,First,brigado,active,many\n", "utf-8")
    assert ends_with("import", "form", "fields.csv", "units.csv", "--form", "forces") == 1
    told = capsys.readouterr().out.splitlines()
    assert any(line.startswith("row 2, As of (B2): ") for line in told)
    assert any(line.startswith("row 2, ") and "(C2): Choose an entry of the list." in line for line in told)
    assert any(line.startswith("row 2, ") and "(E2): " in line for line in told)
    assert any(line.endswith("This is needed.") for line in told)


def test_faults_are_told_in_the_language_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "units.csv").write_text("record,name,level,readiness,personnel\nA,First,brigado,active,1\n", "utf-8")
    assert ends_with("import", "form", "units.csv", "--form", "forces", "--language", "ru") == 1
    assert "Выберите" in capsys.readouterr().out


def test_an_unknown_form_is_refused(capsys: pytest.CaptureFixture[str]):
    assert ends_with("import", "form", "x.csv", "--form", "fleet") == program.REFUSED
    assert "There is no form “fleet”" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--token", "t"], "--measure"),
        (["--measure", "un:I.1.1"], "COMITY_TOKEN"),
        (["--measure", "un:I.1.1", "--token", "t", "--period", "soon"], "--period"),
        (["--measure", "un:I.1.1", "--token", "t", "--draft", "http://node.example"], "not an https address"),
    ],
)
def test_a_draft_that_cannot_be_put_on_a_node_is_refused_with_what_to_do(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "report.xlsx").write_bytes(write_xlsx(forms()["forces"], example("forces"), "en"))
    assert ends_with("import", "form", "report.xlsx", "--form", "forces", "--draft", "http://127.0.0.1:1", *options) == program.REFUSED
    assert words in capsys.readouterr().err


# Nodes -----------------------------------------------------------------------------------------------------------------------


class Node:
    """A node's API as far as an import meets it, answering what it is told to answer."""

    def __init__(self, *answers: httpx2.Response) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, Any]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append((request.url.path, request.headers["Authorization"], json.loads(request.content)))
        return self.answers.pop(0) if self.answers else httpx2.Response(201, json={"id": 7})

    def client(self) -> httpx2.Client:
        return httpx2.Client(transport=httpx2.MockTransport(self))


DRAFT = Draft(
    measure="un:I.3.1", step="notify", choice="planned", header={"precedence": "routine", "subject": "Calm Sea"}, data={"begins": "1980"}
)


def demo(folder: Path, **roles: str) -> Path:
    users = [{"username": name, "password": "-", "role": role, "api_token": f"token of {name}"} for name, role in roles.items()]
    nodes = [{"name": "t", "participant": "tarsenia", "url": "http://127.0.0.1:8471", "users": users}]
    (folder / "demo.json").write_text(json.dumps({"nodes": nodes}), "utf-8")
    return folder / "demo.json"


def test_one_officer_drafts_and_another_releases(tmp_path: Path):
    node = Node()
    found = import_nodes.pairs(demo(tmp_path, ada="drafter", ben="releaser"), node.client())
    found["tarsenia"].send(DRAFT)
    assert [(path, token) for path, token, _ in node.asked] == [
        ("/api/v1/drafts", "Bearer token of ada"),
        ("/api/v1/drafts/7/release", "Bearer token of ben"),
    ]
    assert node.asked[0][2]["data"] == {"begins": "1980"} and node.asked[0][2]["title"] == "Calm Sea"


def test_a_demo_without_two_officers_sends_nothing(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = demo(tmp_path, ada="drafter")
    assert ends_with("import", "exercises", str(table), "--demo", str(file)) == program.REFUSED
    assert "no drafter and releaser for: ondoria, tarsenia" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"[]", b"{", b'{"nodes": [{}]}', b'{"nodes": 1}'])
def test_a_file_that_lists_no_nodes_is_refused(content: bytes, tmp_path: Path):
    (tmp_path / "demo.json").write_bytes(content)
    with pytest.raises(Refused) as refusal:
        import_nodes.pairs(tmp_path / "demo.json")
    assert refusal.value.code == "demo.form"


def test_a_refusal_of_the_node_is_told_in_its_own_words():
    node = Node(httpx2.Response(409, json={"code": "draft.out-of-turn", "detail": "Not now."}))
    with pytest.raises(Refused, match=r"^Not now\.$") as refusal:
        import_nodes.door("https://node.example", "t", node.client()).draft(DRAFT)
    assert refusal.value.code == "draft.out-of-turn"


@pytest.mark.parametrize("answer", [httpx2.Response(500, text="<html>"), httpx2.Response(201, json=[]), httpx2.Response(201, text="ok")])
def test_an_answer_that_cannot_be_read_is_a_refusal(answer: httpx2.Response):
    with pytest.raises(Refused) as refusal:
        import_nodes.door("https://node.example", "t", Node(answer).client()).draft(DRAFT)
    assert refusal.value.code == "node.answer"


def test_a_node_that_asks_to_wait_is_asked_again_after_that_time():
    busy = httpx2.Response(429, headers={"Retry-After": "3"}, json={"code": "rate", "detail": "Wait."})
    waits: list[float] = []
    node = Node(busy, httpx2.Response(429))
    door = import_nodes.Door(client=node.client(), url="https://node.example", token="t", wait=waits.append)
    assert door.draft(DRAFT) == 7
    assert waits == [3, 1] and len(node.asked) == 3


def test_a_node_that_is_away_is_told(tmp_path: Path):
    def fail(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("away")

    client = httpx2.Client(transport=httpx2.MockTransport(fail))
    with pytest.raises(Refused, match="does not answer") as refusal:
        import_nodes.door("http://[::1]:8471", "t", client).draft(DRAFT)
    assert refusal.value.code == "node.away"


@pytest.mark.parametrize("url", ["http://node.example", "ftp://127.0.0.1", "node.example", "http://127.0.0.1.node.example"])
def test_a_token_is_never_shown_over_plain_http_to_another_machine(url: str):
    with pytest.raises(Refused) as refusal:
        import_nodes.door(url, "t")
    assert refusal.value.code == "node.url"
