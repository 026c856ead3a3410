"""`comity …`: one table of commands, each imported only when it is called.

To add a command, add its line to `COMMANDS`: where it stands, and what it does in one line. What stands there is a function, which
becomes a command, or a `typer.Typer`, which becomes a group. Only `verify` works where nothing but the core is installed.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from comity.cli.language import gettext as _
from comity.protocol.refusals import Refused

REFUSED = 1
"""What a command ends with when it was refused; 2 is for a command that was not understood."""


def commands() -> Mapping[str, tuple[str, str]]:
    """Every command: its name, where it stands (`module:name`), what it does."""
    return {
        "demo": ("comity.cli.demo:demo", _("Run four nodes of a fictional region on this computer.")),
        "init": ("comity.cli.node:init", _("Make a node in a data folder: its settings, keys and tables.")),
        "serve": ("comity.cli.node:serve", _("Run the node of a data folder.")),
        "card": ("comity.cli.node:card", _("Show or check the card that two participants compare in person.")),
        "peer": ("comity.cli.node:peer", _("Add, list and remove peers.")),
        "verify": ("comity.cli.proof:verify", _("Verify an exported act with its receipts and proofs, offline.")),
        "export": ("comity.cli.keeping:export", _("Write the proof of one act, or an archive of all of them, to a file.")),
        "fsck": ("comity.cli.keeping:fsck", _("Check everything a node holds from its bytes.")),
        "backup": ("comity.cli.keeping:backup", _("Write the whole node to one file, while it runs.")),
        "restore": ("comity.cli.keeping:restore", _("Make a node from a backup, in a new folder and a new epoch.")),
        "restored": ("comity.cli.keeping:restored", _("Say that peers were asked what a restored node lacks.")),
        "import": ("comity.cli.imports:app", _("Bring in published tables and officers' sheets.")),
        "catalogue": ("comity.cli.catalogue:app", _("List and show what can be agreed: measures, procedures and forms.")),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command. A refusal is one sentence on the error stream, and exit code 1."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _run(given)
    except Refused as refused:
        print(refused, file=sys.stderr)
        sys.exit(REFUSED)


def _run(arguments: list[str]) -> None:
    try:
        from comity.cli.table import program
    except ModuleNotFoundError as missing:
        _run_core_alone(arguments, missing)
    else:
        program(commands())(args=arguments, prog_name="comity")


def _run_core_alone(arguments: list[str], missing: ModuleNotFoundError) -> Any:
    """Where the extra `node` is not installed, an act can still be verified."""
    if arguments[:1] != ["verify"]:
        raise Refused(
            "not-installed",
            {"package": str(missing.name)},
            _("Only `comity verify FILE` works without the packages of a node. Install them: pip install 'comity[node]'."),
        )
    from comity.protocol import evidence

    sys.exit(evidence.main(arguments[1:]))


if __name__ == "__main__":
    main()
