"""`comity export`, `fsck`, `backup`, `restore`, `restored`: so that nothing is lost, and that it can be shown that nothing was."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from comity.cli.language import gettext as _
from comity.protocol.refusals import Refused

Data = Annotated[Path, typer.Option("--data", envvar="COMITY_DATA", help=_("The node's data folder."))]
Out = Annotated[Path, typer.Option("--out", help=_("The file to write. One that is there already is not overwritten."))]
FAULTS = 1
export = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@export.command("act", help=_("Write the file that proves one act to anybody, offline: comity verify FILE."))
def export_act(
    act: Annotated[str, typer.Argument(help=_("The id of the act, or its first 8 digits or more."))], data: Data, out: Out
) -> None:  # fmt: skip
    _prepare(data)
    from comity.site.desk.evidence import evidence_of

    found = _act(act)
    _write(out, [evidence_of(found)])
    _record(f"act:{found.id}")
    print(_("Written: %(file)s. Whoever has it can check it with: comity verify %(file)s") % {"file": out})


def _act(named: str):  # noqa: ANN202 - HeldAct, imported late
    from comity.site.journal.models import Act
    from comity.site.journal.store import SqlStore

    ids = list(Act.objects.filter(act__startswith=named.lower()).values_list("act", flat=True)[:2]) if len(named) >= 8 else []
    held = SqlStore().act(ids[0]) if len(ids) == 1 else None
    if held is None:
        raise Refused("act.unknown", {"act": named[:64]}, _("No one act held here begins so. Copy its id from its page."))
    return held


@export.command("archive", help=_("Write everything this node can prove to one file: acts, receipts, texts, the log."))
def export_archive(
    data: Data,
    out: Out,
    *,
    reader: Annotated[str, typer.Option("--for", help=_("An office, or public: only what they may be shown."))] = "",
) -> None:
    _prepare(data)
    from comity.node import archive
    from comity.site.config import clock, wiring
    from comity.site.journal.models import Text

    texts = ((text.kind, text.digest, json.loads(text.record)) for text in Text.objects.order_by("digest").iterator())
    with wiring.reading() as office, _progress(_("Writing acts")) as told:
        card = wiring.our_card().bytes()
        _write(out, archive.lines(office, card=card, texts=texts, reader=reader, now=clock.now(), progress=told))
    _record(f"archive:{reader or 'own'}")
    print(_("Written: %(file)s.") % {"file": out})
    if not reader:
        print(_("It is for this participant alone: what others said is shown to nobody else without their consent."))


@export.command("check", help=_("Check an archive: every signature, hash and place in the log. Needs no node."))
def export_check(file: Path) -> None:
    from comity.node.archive import LINE_BYTES, check

    try:
        with file.open("rb") as opened:
            found = check(iter(lambda: opened.readline(LINE_BYTES + 1), b""))
    except OSError as fault:
        raise Refused("file", {"file": str(file)}, _("The file cannot be read: %(file)s.") % {"file": file}) from fault
    for node, fingerprint in found.fingerprints.items():
        print(_("fingerprint of %(node)s: %(fingerprint)s") % {"node": node, "fingerprint": fingerprint})
    _tell(found.faults, ", ".join(f"{count} {kind}" for kind, count in sorted(found.counts.items())))


def fsck(data: Data) -> None:
    _prepare(data)
    from comity.node.fsck import check
    from comity.site.config import wiring

    with wiring.reading() as office, _progress(_("Checking acts")) as told:
        report = check(office, progress=told)
    counted = _("%(acts)d acts, %(receipts)d receipts, %(leaves)d leaves of the log")
    told_all = counted % {"acts": report.acts, "receipts": report.receipts, "leaves": report.leaves}
    _tell([f"{fault.code} {fault.record[:16]}: {fault.sentence}" for fault in report.faults], told_all)


def _tell(faults: list[str], counted: str) -> None:
    """Clean: exit 0. Else one sentence for each fault, and exit 1."""
    for fault in faults:
        print(fault)
    said = _("Faults: %(many)d, in %(counted)s.") if faults else _("Clean: %(counted)s.")
    print(said % {"many": len(faults), "counted": counted})
    raise typer.Exit(FAULTS if faults else 0)


def backup(file: Annotated[Path, typer.Argument(help=_("The file to write. It is as secret as the data folder."))], data: Data) -> None:
    _prepare(data)
    from comity.site.config import backup, clock

    acts = backup.write(file, now=clock.now())
    _record(f"backup:{file.name}")
    print(_("Written and read again: %(file)s, with %(acts)d acts, the settings and the keys.") % {"file": file, "acts": acts})


def restore(
    file: Annotated[Path, typer.Argument(help=_("The file that backup wrote."))],
    data: Annotated[Path, typer.Option("--data", help=_("A new folder."))],
    *,
    database: Annotated[str, typer.Option(help=_("For a node on PostgreSQL: the address of a new, empty database."))] = "",
) -> None:
    from comity.site.config import backup

    at = backup.unpack(file, data)
    try:
        epoch = _restored(data, database, at)
    except BaseException:
        shutil.rmtree(data)
        raise
    _record(f"restore:{epoch}")
    told = {"at": at.isoformat(), "epoch": epoch}
    print(_("Restored as of %(at)s, in epoch %(epoch)d. Never run the node that was backed up again.") % told)
    print(_("What was said and received since is missing here, and nothing is said about terms. Ask every peer what it holds, then:"))
    print(f"    comity restored --data {data} --by NAME")


def _restored(data: Path, database: str, at: datetime) -> int:
    """The tables where they belong, and a new epoch before anything else."""
    from comity.site.config import backup, folder

    if database:
        folder.write(data, replace(folder.read(data), database=database))
    _prepare(data)
    from comity.site.config import restored

    backup.settle_tables(data)
    return restored.begin_epoch(at)


def restored(
    data: Data, *, by: Annotated[str, typer.Option(help=_("Who compared what every party holds with what is held here."))]
) -> None:  # fmt: skip
    _prepare(data)
    from comity.site.config import restored

    if not restored.is_awaiting():
        raise Refused("restored.none", {}, _("This node does not await anything after a restore."))
    restored.settle(by)
    _record("restored:settled")
    print(_("This node may speak about terms again."))


def _prepare(data: Path) -> None:
    from comity.site.config import serve
    from comity.site.config.folder import FolderRefused

    if not (data / "keys.json").exists():
        raise FolderRefused(_("There is no node in %(folder)s.") % {"folder": data})
    serve.prepare(data)
    serve.migrate()


def _record(ref: str) -> None:
    """The log of who read and exported; whoever has the command line is the operator."""
    from comity.site.people.models import What
    from comity.site.people.record import record

    record(None, What.EXPORT, ref)


def _write(out: Path, parts: Iterable[bytes]) -> None:
    """A new file, 0600, whole or not at all."""
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        sentence = _("The file cannot be written: %(file)s. It may be there already.") % {"file": out}
        raise Refused("file", {"file": str(out)}, sentence) from fault
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.writelines(parts)
            opened.flush()
            os.fsync(opened.fileno())
    except BaseException:
        out.unlink(missing_ok=True)
        raise


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal; nothing where the output is read by a program."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
