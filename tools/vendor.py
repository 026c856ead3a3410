"""Browser files we carry with us: brought in by name and version, held by their SHA-256.

    python tools/vendor.py check              every file is the one its manifest names, and no file is unnamed
    python tools/vendor.py fetch FOLDER       bring the files of FOLDER's manifest again, with npm

A manifest is `manifest.json` beside the files: `{"packages": [{"name", "version", "licence", "files": [{"from", "to", "sha256"}]}]}`.
`fetch` refuses a file whose sum differs from the manifest; `--accept` writes the sums it found, for a new version.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (
    ROOT / "src/comity/site/pages/static/vendor",
    ROOT / "tests/browser/vendor",
)
MANIFEST = "manifest.json"


def main() -> int:
    """Run one of the two commands; exit 1 if a file is not what its manifest says."""
    arguments = _arguments()
    if arguments.command == "fetch":
        return _told(fetch(arguments.folder, accept=arguments.accept))
    return _told(fault for folder in FOLDERS for fault in faults(folder))


def faults(folder: Path) -> list[str]:
    """Every way in which `folder` differs from its manifest; none if it is as it should be."""
    manifest = _manifest(folder)
    named = {folder / file["to"]: file["sha256"] for _, file in _files(manifest)}
    found = {path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST}
    return [
        *(f"{path.name}: is in {folder.name}, but the manifest does not name it" for path in sorted(found - set(named))),
        *(f"{path.name}: is named by the manifest, but is not there" for path in sorted(set(named) - found)),
        *(f"{path.name}: its SHA-256 is not the manifest's" for path in sorted(found & set(named)) if _sum(path.read_bytes()) != named[path]),
    ]


def fetch(folder: Path, *, accept: bool) -> list[str]:
    """Bring every file of the manifest in `folder`; say which sums differ (and take them over if `accept`)."""
    manifest = _manifest(folder)
    differing = []
    for package, file in _files(manifest):
        data = _from_package(package["name"], package["version"], file["from"])
        if _sum(data) != file.get("sha256"):
            differing.append(f"{file['to']}: its SHA-256 is not the manifest's")
            if not accept:
                continue
            file["sha256"] = _sum(data)
        (folder / file["to"]).write_bytes(data)
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return [] if accept else differing


def _from_package(name: str, version: str, member: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603, S607  names come from our manifest
        archive = next(Path(folder).glob("*.tgz"))
        with tarfile.open(archive) as package:
            stored = package.extractfile(f"package/{member}")
            assert stored is not None, f"{member} is not a file"
            return stored.read()


def _manifest(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return manifest


def _files(manifest: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(package, file) for package in manifest["packages"] for file in package["files"]]


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _told(found: Any) -> int:
    lines = list(found)
    for line in lines:
        print(line, file=sys.stderr)
    return 1 if lines else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check")
    bring = commands.add_parser("fetch")
    bring.add_argument("folder", type=Path)
    bring.add_argument("--accept", action="store_true", help="write the sums that were found into the manifest")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
