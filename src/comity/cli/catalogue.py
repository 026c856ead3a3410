"""`comity catalogue …`: what can be agreed, for people and for programs."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from comity.catalogue import measures
from comity.catalogue.forms import forms
from comity.catalogue.procedures import procedures
from comity.cli.language import gettext as _
from comity.cli.language import terminal_language
from comity.protocol.refusals import Refused

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help=_("Write JSON, for programs."))]
Language = Annotated[str, typer.Option(help=_("The language of the texts: en, ru or ar. Yours by default."))]


@app.command("list", help=_("List the measures, each with its title."))
def list_measures(
    *,
    as_json: AsJson = False,
    language: Language = "",
    procedure: Annotated[str, typer.Option(help=_("Only those that this procedure runs."))] = "",
    dimension: Annotated[str, typer.Option(help=_("Only those of this dimension, such as military or economic."))] = "",
) -> None:
    chosen = [found for found in measures.measures().values() if _chosen(found, procedure, dimension)]
    language = language or terminal_language()
    if as_json:
        _write([measures.record(found, language) for found in chosen])
        return
    for found in chosen:
        print(f"{found.id:<14} {found.text(language).title}")


@app.command("show", help=_("Show a measure, a general provision, a procedure or a form by its id."))
def show(identifier: Annotated[str, typer.Argument(metavar="ID")], *, as_json: AsJson = False, language: Language = "") -> None:
    record = _record(identifier, language or terminal_language())
    if as_json:
        _write(record)
        return
    for name, value in record.items():
        for line in _lines(name, value, 0):
            print(line)


def _chosen(found: measures.Measure, procedure: str, dimension: str) -> bool:
    of_dimension = not dimension or any(one == dimension or one.startswith(f"{dimension}/") for one in found.dimensions)
    return of_dimension and (not procedure or procedure in found.procedures)


def _record(identifier: str, language: str) -> dict[str, Any]:
    if identifier in measures.measures():
        return measures.record(measures.measure(identifier), language)
    if identifier in measures.provisions():
        return _provision(measures.provision(identifier), language)
    if identifier in procedures():
        return dict(procedures()[identifier].record)
    if identifier in forms():
        return dict(forms()[identifier].record)
    raise Refused(
        "unknown-entry",
        {"id": identifier},
        _("The catalogue has no “%(id)s”. See `comity catalogue list` for the measures.") % {"id": identifier},
    )


def _provision(found: measures.Provision, language: str) -> dict[str, Any]:
    words = {"text": found.text(language), "kept_by": found.kept_by(language)}
    return {"id": found.id, "source": found.source, "rooms": list(found.rooms), **words}


def _lines(name: str, value: Any, depth: int) -> list[str]:
    """A record as indented lines that a person can read."""
    start = "  " * depth + f"{name}:"
    if isinstance(value, dict):
        return [start, *(line for key, inner in value.items() for line in _lines(key, inner, depth + 1))]
    if isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        return [start, *(line for number, one in enumerate(value, 1) for line in _lines(str(number), one, depth + 1))]
    return [f"{start} {', '.join(map(str, value)) if isinstance(value, list) else value}"]


def _write(record: Any) -> None:
    print(json.dumps(record, ensure_ascii=False, indent=2))
