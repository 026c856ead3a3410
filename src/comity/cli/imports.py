"""`comity import …`: published tables become acts, and an officer's sheet becomes the data of a form."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as Shown

from comity.catalogue.form import Form
from comity.catalogue.forms import forms
from comity.cli.language import gettext as _
from comity.cli.language import terminal_language
from comity.exercise.import_region import Region
from comity.exercise.import_states import states
from comity.exercise.import_tables import read_file
from comity.exercise.imports import ImportReport, Table, import_exercises, import_into_region, read_exercises, rejected_csv
from comity.formats.sheets import CellFault, Sheet, read_sheet
from comity.node.issue import Draft
from comity.protocol.refusals import Refused

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Told = Callable[[int, int], None]
Language = Annotated[str, typer.Option(help=_("The language of the texts: en, ru or ar. Yours by default."))]


def reasons() -> Mapping[str, str]:
    """Why a row did not become an act, in the language of the terminal."""
    return {
        "formula": _("A cell holds a formula. Put in the value itself."),
        "cells": _("The row has more cells than the table has columns. Check the commas and quotation marks in it."),
        "no-participant": _("The row names no State that took part, so there is nobody whose notification it could be."),
        "unknown-participant": _("“%(name)s” is not in the table that says which fictional State stands for whom."),
        "no-beginning": _("The row does not say when the activity began."),
        "no-end": _("The row does not say when the activity ended."),
        "date": _("“%(text)s” is not a day, month or year that exists."),
        "two-dates": _("The row gives two dates for one event: “%(one)s” and “%(other)s”."),
        "order": _("The activity ends (%(ends)s) before it begins (%(begins)s)."),
        "coordinates": _("“%(text)s” is not a latitude and a longitude in degrees."),
        "kind": _("Under “%(column)s” stands “%(text)s” instead of 0 or 1."),
        "figure": _("Under “%(column)s” stands no figure (“%(text)s”)."),
        "currency": _("The table gives the expenditure of %(year)s in another currency than later years."),
        "form": _("The form does not take it: %(field)s (%(fault)s)."),
        "refused": _("The node did not take it: %(reason)s"),
    }


@app.command("exercises", help=_("Make each row of the published table of exercises a notification between fictional States."))
def import_table(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The table as CSV or XLSX."))],
    *,
    demo: Annotated[Path | None, typer.Option(help=_("The demo.json of a running demo: its nodes send the acts."))] = None,
    most: Annotated[int | None, typer.Option(min=1, help=_("At most so many notifications, the first of the table."))] = None,
    rejected: Annotated[
        Path | None, typer.Option(help=_("Where the rows that could not be taken are written, with their reasons."))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Write JSON, for programs."))] = False,
) -> None:
    """The acts are made, sent and receipted among the offices of a region in memory, whose clock stands before each activity.

    With `demo` they go through officers of running nodes, today: the notice is then shown as shorter than agreed.
    """
    table = read_exercises(file)
    table = replace(table, notices=table.notices[:most])
    with _progress(_("Notifying")) as told:
        report = _through_demo(table, demo, told) if demo else _through_region(table, told)
    kept = (rejected or Path(f"{file.stem}-rejected.csv")) if report.rejected else None
    if kept is not None:
        _write(kept, rejected_csv(report, reasons()))
    _as_json(report, kept) if as_json else _as_table(report, kept)


def _through_region(table: Table, told: Told) -> ImportReport:
    return import_into_region(table, Region(seed=secrets.randbits(64)), progress=told)


def _through_demo(table: Table, demo: Path, told: Told) -> ImportReport:
    from comity.cli.import_nodes import pairs

    nodes = pairs(demo)
    missing = sorted({notice.author for notice in table.notices} - set(nodes))
    if missing:
        words = _("The demo has no drafter and releaser for: %(parties)s.") % {"parties": ", ".join(missing)}
        raise Refused("demo.parties", {"missing": missing}, words)
    return import_exercises(table, lambda party, draft, _at: nodes[party].send(draft), terms=None, progress=told)


@contextmanager
def _progress(words: str) -> Iterator[Told]:
    """A bar on the error stream, shown where a person looks at it."""
    bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True))
    with bar:
        task = bar.add_task(words, total=None)
        yield lambda done, every: bar.update(task, completed=done, total=every)


def _as_json(report: ImportReport, kept: Path | None) -> None:
    told = {
        "rows": len(report.rows),
        "sent": dict(report.sent),
        "receipts": report.receipts,
        "standings": dict(report.standings),
        "rejected": [{"row": one.line, "code": one.code, "reason": reasons()[one.code] % one.data} for one in report.rejected],
        "rejected_file": str(kept) if kept else None,
    }
    print(json.dumps(told, ensure_ascii=False, indent=2))


def _as_table(report: ImportReport, kept: Path | None) -> None:
    shown = Shown(show_edge=False, box=None, pad_edge=False)
    shown.add_column(_("Rows"))
    shown.add_column("", justify="right")
    for party, count in sorted(report.sent.items()):
        shown.add_row(_("Notified by %(party)s") % {"party": states().names[party]}, str(count))
    shown.add_row(_("Notified in all"), str(sum(report.sent.values())))
    if report.receipts:
        shown.add_row(_("Receipts"), str(report.receipts))
    for code, count in report.reasons.most_common():
        shown.add_row(_("Not taken: %(reason)s") % {"reason": _general(code)}, str(count))
    shown.add_row(_("Rows in all"), str(len(report.rows)))
    Console().print(shown)
    if kept is not None:
        print(_("The rows that were not taken are in %(file)s, each with its reason.") % {"file": kept})


def _general(code: str) -> str:
    """A reason for a heading: the sentence with a dot in place of each figure."""
    return reasons()[code] % _Dots()


class _Dots(dict[str, str]):
    def __missing__(self, _key: str) -> str:
        return "…"


# An officer's sheet --------------------------------------------------------------------------------------------------------


@app.command("form", help=_("Read a sheet as an officer's import does: its faults by row and column, or the data of the form."))
def import_form(  # noqa: PLR0913 - each is one thing the officer may say about the draft
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=_("A workbook, or the tables of one form as CSV files."))],
    *,
    form: Annotated[str, typer.Option(help=_("The id of the form, such as forces. See `comity catalogue show ID`."))],
    out: Annotated[Path | None, typer.Option(help=_("A file for the data, instead of the screen."))] = None,
    draft: Annotated[str, typer.Option(metavar="URL", help=_("Put the data into a new draft on this node."))] = "",
    token: Annotated[str, typer.Option(envvar="COMITY_TOKEN", help=_("The token of the officer who drafts; better in COMITY_TOKEN."))] = "",
    measure: Annotated[str, typer.Option(help=_("The measure of the draft, such as un:I.1.1."))] = "",
    step: Annotated[str, typer.Option(help=_("The step of its procedure."))] = "report",
    choice: Annotated[str, typer.Option(help=_("The choice in that step."))] = "submitted",
    period: Annotated[str, typer.Option(help=_("The day on which the report is due, as 2026-12-15."))] = "",
    language: Language = "",
) -> None:
    asked = _form(form)
    language = language or terminal_language()
    with _sentences(language):
        sheet = _read(asked, files, language)
        if sheet.faults:
            _tell(asked, sheet.faults)
            raise typer.Exit(1)
    if draft:
        _put_draft(draft, token, _draft(asked, sheet.data, measure, step, choice, period))
        return
    content = json.dumps(sheet.data, ensure_ascii=False, indent=2)
    if out is None:
        print(content)
        return
    _write(out, content.encode() + b"\n")
    print(_("The data of the form is in %(file)s.") % {"file": out})


def _draft(form: Form, data: Mapping[str, Any], measure: str, step: str, choice: str, period: str) -> Draft:
    if not measure:
        raise Refused("draft.measure", {}, _("Say which measure the draft is for: --measure ID."))
    try:
        day = date.fromisoformat(period) if period else None
    except ValueError as fault:
        raise Refused("draft.period", {"period": period}, _("Write the day as 2026-12-15: --period DAY.")) from fault
    header = {"precedence": "routine", "subject": form.title(terminal_language()), "language": terminal_language()}
    return Draft(measure=measure, step=step, choice=choice or None, period=day, header=header, data=data)


def _put_draft(url: str, token: str, draft: Draft) -> None:
    from comity.cli.import_nodes import door

    if not token:
        raise Refused("draft.token", {}, _("Give the token of the officer who drafts in COMITY_TOKEN."))
    number = door(url, token).draft(draft)
    print(_("Draft %(number)s stands on the node at %(url)s. A second officer releases it.") % {"number": number, "url": url})


def _form(identifier: str) -> Form:
    found = forms().get(identifier)
    if found is None:
        raise Refused("unknown-form", {"id": identifier}, _("There is no form “%(id)s”. See `comity catalogue list`.") % {"id": identifier})
    return found


def _read(form: Form, files: list[Path], language: str) -> Sheet:
    """The files one after the other into one draft. What is missing is told at the end, what is wrong in a cell where it stands."""
    data: Mapping[str, Any] = {}
    faults: list[CellFault] = []
    for place, file in enumerate(files, 1):
        sheet = read_sheet(form, read_file(file), file.name, language, base=data)
        told = {(fault.fault.path, fault.fault.code) for fault in faults}
        faults += [
            fault
            for fault in sheet.faults
            if (place == len(files) or fault.row is not None) and (fault.fault.path, fault.fault.code) not in told
        ]
        data = sheet.data
    return Sheet(data=data, faults=tuple(faults), typed={})


def _tell(form: Form, faults: tuple[CellFault, ...]) -> None:
    from comity.site.pages.form_sentences import sentence, sheet_place

    for fault in faults:
        place = sheet_place(fault)
        print(f"{place}: {sentence(fault.fault, form)}" if place else sentence(fault.fault, form))


@contextmanager
def _sentences(language: str) -> Iterator[None]:
    """The pages' sentences about faults in that language, for a command that needs no node."""
    import django
    from django.apps import apps
    from django.conf import settings
    from django.utils import translation

    if not settings.configured and not os.environ.get("DJANGO_SETTINGS_MODULE"):
        settings.configure(USE_I18N=True, INSTALLED_APPS=[], LOCALE_PATHS=[resources.files("comity.site") / "locale"])
    if not apps.ready:
        django.setup()
    from comity.site.pages.form_sentences import refusal

    with translation.override(language):
        try:
            yield
        except Refused as refused:
            raise Refused(refused.code, dict(refused.data), refusal(refused)) from refused


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as fault:
        raise Refused(
            "import.out", {"file": str(path)}, _("“%(file)s” cannot be written. Choose another place.") % {"file": path}
        ) from fault
