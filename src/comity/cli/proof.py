"""`comity verify FILE`: what a file of evidence proves, offline. Needs the core alone, as `python -m comity.protocol.evidence` does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from comity.cli.language import gettext as _
from comity.protocol import evidence
from comity.protocol.evidence import Report


def check(path: Path) -> Report:
    """What the file proves. Refuses (`evidence.form`, `canonical.…`) what is no evidence; OSError where it cannot be read."""
    return evidence.check(evidence.read_file(str(path)))


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The file of evidence: `comity export act` writes one."))],
    *,
    as_json: Annotated[bool, typer.Option("--json", help=_("Write JSON, for programs."))] = False,
) -> None:
    """Exit 0: proved, 1: not proved, 2: unreadable."""
    raise typer.Exit(evidence.main(["--json", str(file)] if as_json else [str(file)]))
