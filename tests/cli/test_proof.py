"""`comity verify FILE`: exit 0 proved, 1 not proved, 2 unreadable."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.cli.main import main
from comity.cli.proof import check
from comity.protocol.canonical import encode
from tests.protocol.test_evidence import altered, evidence
from tests.protocol.three_states import say


def exit_code(*arguments: str) -> object:
    with pytest.raises(SystemExit) as ended:
        main(["verify", *arguments])
    return ended.value.code


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "act.json"


def test_an_act_that_is_proved_ends_with_0_and_a_sentence(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_bytes(evidence(say()))
    assert exit_code(str(file)) == 0
    assert capsys.readouterr().out.startswith("Proved: tarsenia/vc signed this act")


def test_an_act_that_is_not_proved_ends_with_1(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_bytes(altered(evidence(say()), "act", "content", "case", to="4" * 64))
    assert exit_code(str(file), "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert said["proved"] is False
    assert said["sentence"].startswith("Not proved: ")


def test_what_cannot_be_read_ends_with_2(file: Path, tmp_path: Path) -> None:
    file.write_bytes(encode({"v": 1}))
    assert exit_code(str(file)) == 2
    assert exit_code(str(tmp_path / "missing.json")) == 2


def test_the_report_is_had_without_the_command(file: Path) -> None:
    file.write_bytes(evidence(say()))
    assert check(file).proved
