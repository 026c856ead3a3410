"""The kernel rooms are checked by mypy strict, with every extra check really on."""

import pytest

from tests.architecture.planting import plant, run

FAULTS = {
    "no-untyped-def": "def owed(days):\n    return days\n",
    "arg-type": 'def owed(days: int) -> int:\n    return days\n\n\nowed("9")\n',
    "type-arg": "def owed(days: dict) -> int:\n    return len(days)\n",
    "exhaustive-match": (
        "def owed(days: int | str) -> None:\n    match days:\n        case int():\n            pass\n"
    ),
    "possibly-undefined": (
        "def owed(days: int) -> int:\n    if days:\n        left = days\n    return left\n"
    ),
    "ignore-without-code": 'owed: int = "9"  # type: ignore\n',
}  # fmt: skip


def test_the_kernel_rooms_are_sound():
    told = run("mypy", "--no-error-summary")

    assert told.returncode == 0, told.stdout


def test_every_planted_fault_is_found(tmp_path):
    """In a kernel room: an override that forgot the extra codes would be seen here."""
    plant(tmp_path, {f"conduct/planted_{number}.py": text for number, text in enumerate(FAULTS.values())})

    told = run("mypy", "--cache-dir", str(tmp_path / "cache"), cwd=tmp_path)

    assert told.returncode == 1
    missed = [code for number, code in enumerate(FAULTS) if f"planted_{number}.py" not in told.stdout or f"[{code}]" not in told.stdout]
    assert missed == [], told.stdout


@pytest.mark.parametrize("room", ["protocol", "catalogue", "conduct", "node"])
def test_each_kernel_room_is_looked_at(room, tmp_path):
    plant(tmp_path, {f"{room}/planted.py": FAULTS["no-untyped-def"]})

    assert f"{room}/planted.py" in run("mypy", "--cache-dir", "/dev/null", cwd=tmp_path).stdout
