"""The kernel rooms need no framework, and the protocol nothing but cryptography: tried in a Python where the rest cannot be imported."""

import sys

import pytest

from tests.architecture.planting import ROOT, run

# Imports every module of the rooms given, in a Python that refuses each package not named.
ALONE = """
import importlib, pkgutil, sys
rooms, allowed = sys.argv[1].split(","), set(sys.argv[2].split(","))

class Blocker:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top not in allowed:
            raise ModuleNotFoundError(f"blocked: {name}", name=name)

sys.meta_path.insert(0, Blocker())
for room in rooms:
    package = importlib.import_module(room)
    for found in pkgutil.walk_packages(package.__path__, room + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
print("imported", len([name for name in sys.modules if name.startswith("comity.")]))
"""
CRYPTOGRAPHY = {"comity", "cryptography", "cffi", "_cffi_backend", "_openssl"}
KERNEL = CRYPTOGRAPHY | {"orjson", "yaml", "_yaml", "jsonschema_rs", "geographiclib", "snowballstemmer"}


def imported(rooms: list[str], allowed: set[str]):
    return run(sys.executable, "-c", ALONE, ",".join(f"comity.{room}" for room in rooms), ",".join(sorted(allowed)), cwd=ROOT)


def test_the_protocol_needs_cryptography_alone():
    told = imported(["protocol"], CRYPTOGRAPHY)

    assert told.returncode == 0, told.stdout
    assert "imported" in told.stdout


def test_the_kernel_rooms_need_no_framework():
    told = imported(["protocol", "catalogue", "conduct", "node"], KERNEL)

    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize(("rooms", "allowed"), [(["protocol"], CRYPTOGRAPHY - {"cryptography"}), (["site.people"], KERNEL)])
def test_a_package_that_is_not_allowed_is_refused(rooms, allowed):
    told = imported(rooms, allowed)

    assert told.returncode != 0
    assert "blocked" in told.stdout


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_the_kernel_rooms_pass_their_tests_without_django():
    rooms = [f"tests/{room}" for room in ("protocol", "catalogue", "conduct", "node") if (ROOT / "tests" / room).is_dir()]

    told = run(
        sys.executable, "-c", "import sys, pytest; sys.modules['django'] = None; sys.exit(pytest.main(sys.argv[1:]))",
        "-q", "-p", "no:django", "-m", "not soak", "-n", "2", *rooms, limit=1100,
    )  # fmt: skip

    assert told.returncode == 0, told.stdout[-3000:]
