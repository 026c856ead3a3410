"""A table of commands as one program that imports a command only when it is called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from comity.cli.language import gettext as _


def program(commands: Mapping[str, tuple[str, str]]) -> Any:
    """The program that runs `commands`: name → (`module:name`, what it does)."""
    return _Commands(
        commands,
        name="comity",
        help=_("Confidence-building measures between States: agree them, carry them out, prove what was said."),
        no_args_is_help=True,
        rich_markup_mode=None,
    )


class _Commands(TyperGroup):
    """A group whose help comes from its table, so that listing the commands imports none of them."""

    def __init__(self, table: Mapping[str, tuple[str, str]], **attributes: Any) -> None:
        super().__init__(**attributes)
        self.table = table

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  typer's signature
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  typer's signature
        if cmd_name not in self.table:
            return None
        place, does = self.table[cmd_name]
        return _command(cmd_name, place, does)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  typer's signature
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, does) for name, (_place, does) in self.table.items()])


def _command(name: str, place: str, does: str) -> Any:
    module, attribute = place.split(":")
    # The table is ours: what is imported never depends on what is typed.
    found = getattr(import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(name, help=does)(found)
        found = app
    command = typer.main.get_command(found)
    command.name = name
    command.help = command.help or does
    return command
