"""Files of other projects that the browser needs, kept in the repository with their checksums.

`python tools/vendor.py check` compares every vendored file with its manifest: nothing altered, nothing unlisted, every licence there.
`python tools/vendor.py fetch` brings them again with the ordinary npm client and writes the checksums of what is new.

A folder with a `manifest.json` holds: `packages` (name → version, licence, licence file) and `files` (path → package, path in the package,
SHA-256). To add a file, add its entry without `sha256`, then fetch.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = [ROOT / "src/comity/site/pages/static/vendor", ROOT / "tests/browser/vendor"]


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def manifest(folder: Path) -> dict[str, Any]:
    entries: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return entries


def faults(folder: Path) -> list[str]:
    """What is wrong in one folder, one sentence each; empty when all is as listed."""
    listed = manifest(folder)
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {"manifest.json"}
    licences = {package["licence_file"] for package in listed["packages"].values()}
    wrong = [f"{folder.name}/{path}: not in the manifest" for path in sorted(found - set(listed["files"]) - licences)]
    wrong += [f"{folder.name}/{path}: missing" for path in sorted((set(listed["files"]) | licences) - found)]
    wrong += [
        f"{folder.name}/{path}: altered, {digest(folder / path)}"
        for path, entry in listed["files"].items()
        if path in found and digest(folder / path) != entry.get("sha256")
    ]
    return wrong + [
        f"{path}: its package is not listed" for path, entry in listed["files"].items() if entry["package"] not in listed["packages"]
    ]


def fetch(folder: Path) -> None:
    """Every package once; a file whose checksum differs from the manifest stops the work."""
    listed = manifest(folder)
    for name, package in listed["packages"].items():
        with tempfile.TemporaryDirectory() as place:
            unpacked = unpack(name, package["version"], Path(place))
            shutil.copyfile(unpacked / package.get("licence_from", "LICENSE"), folder / package["licence_file"])
            for path, entry in listed["files"].items():
                if entry["package"] == name:
                    take(unpacked / entry["from"], folder / path, entry)
    (folder / "manifest.json").write_text(json.dumps(listed, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")


def unpack(name: str, version: str, place: Path) -> Path:
    done = subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=place, check=True, capture_output=True, text=True)
    with tarfile.open(place / done.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(place, filter="data")
    return place / "package"


def take(source: Path, target: Path, entry: dict[str, str]) -> None:
    if entry.setdefault("sha256", digest(source)) != digest(source):
        raise SystemExit(f"{target.name} is not what the manifest lists. Nothing was replaced.")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def main(command: str) -> int:
    folders = [folder for folder in FOLDERS if (folder / "manifest.json").exists()]
    if command == "fetch":
        for folder in folders:
            fetch(folder)
    wrong = [fault for folder in folders for fault in faults(folder)]
    print("\n".join(wrong) or "All vendored files are as listed.")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:] not in (["check"], ["fetch"]):
        raise SystemExit(__doc__)
    raise SystemExit(main(sys.argv[1]))
