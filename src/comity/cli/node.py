"""`comity init`, `serve`, `card`, `peer`: how a real node is set up and kept."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from comity.cli.language import gettext as _
from comity.protocol.refusals import Refused

Data = Annotated[Path, typer.Option("--data", envvar="COMITY_DATA", help=_("The node's data folder."))]
card = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
peer = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

NODE_TOML = """\
# What this participant decides about its node. Every entry is explained in docs/how-to/node.md.
node = {node}
language = {language}
port = {port}

[participant]
{names}
"""


def init(
    node: Annotated[str, typer.Argument(help=_("The participant's name in the exchange: small letters, digits, hyphens."))],
    data: Data,
    *,
    name: Annotated[list[str], typer.Option(help=_("The participant's name by language, as en=Tarsenia. May be given several times."))],
    office: Annotated[str, typer.Option(help=_("The office that signs and receives, such as vc for a verification centre."))] = "vc",
    language: Annotated[str, typer.Option(help=_("The language of the node."))] = "en",
    port: Annotated[int, typer.Option(help=_("The port on which it is served."))] = 8800,
    administrator: Annotated[str, typer.Option(help=_("The officer name of the first administrator. The password is asked for."))] = "",
) -> None:
    names = dict(entry.partition("=")[::2] for entry in name)
    make_node(data, node=node, office=office, names=names, language=language, port=port)
    if administrator:
        _first_administrator(administrator, language)
    print(_("The node is ready. Start it with: comity serve --data %(data)s") % {"data": data})


def make_node(data: Path, *, node: str, office: str, names: dict[str, str], language: str, port: int, extra: str = "") -> None:
    """The data folder with settings, keys and tables. Refuses a folder that holds a node already."""
    from comity.site.config import clock, folder, keyfile, serve

    folder.checked({"node": node, "language": language, "port": port, "participant": names})
    folder.open_folder(data)
    lines = "\n".join(f"{_quoted(code)} = {_quoted(text)}" for code, text in names.items())
    text = NODE_TOML.format(node=_quoted(node), language=_quoted(language), port=port, names=lines) + extra
    if not (data / "node.toml").exists():
        (data / "node.toml").write_text(text, "utf-8")
    keyfile.make(data, office=f"{node}/{office}", at=clock.now(), random=clock.chance)
    serve.prepare(data)
    serve.migrate()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _first_administrator(username: str, language: str) -> None:
    from comity.site.people.service import create_officer

    password = typer.prompt(_("Password"), hide_input=True, confirmation_prompt=True)
    create_officer(username, username, ["administrator"], password, language)


def serve(
    data: Data,
    *,
    port: Annotated[int | None, typer.Option(help=_("Another port than the one in node.toml."))] = None,
    host: Annotated[str | None, typer.Option(help=_("Another address than the one in node.toml."))] = None,
) -> None:
    from comity.site.config import background, serve

    serve.prepare(data)
    serve.serve(data, port, host, background=background.threads(), latest=background.latest)


@card.command("show", help=_("Show this node's card: its fingerprint to read out, or the file to hand over."))
def card_show(
    data: Data,
    *,
    as_json: Annotated[bool, typer.Option("--json", help=_("Write the card with its keysets, for the peer."))] = False,
) -> None:
    _prepare(data)
    from comity.site.config import wiring
    from comity.site.post.card import bundle

    if as_json:
        print(json.dumps(bundle(), ensure_ascii=False))
        return
    _print_card(wiring.our_card())


@card.command("check", help=_("Read a participant's card file and show its fingerprint. Nothing is kept."))
def card_check(file: Path) -> None:
    from comity.site.config.peers import read_bundle

    _print_card(read_bundle(_text(file)).card)


def _print_card(shown: object) -> None:
    from comity.protocol.keyset import Card

    assert isinstance(shown, Card)
    print(f"{shown.node}  {', '.join(f'{code}: {name}' for code, name in sorted(shown.names.items()))}")
    print(f"{_('fingerprint')}  {shown.fingerprint()}")
    print(f"{_('doors')}  {' '.join(shown.doors) or '-'}")


@peer.command("add", help=_("Keep a participant's card. With its fingerprint, as read out in person, it is confirmed at once."))
def peer_add(
    file: Path, data: Data, *, fingerprint: Annotated[str, typer.Option(help=_("What the other side read out."))] = "",
    by: Annotated[str, typer.Option(help=_("Who compared it."))] = "",
) -> None:  # fmt: skip
    _prepare(data)
    from comity.site.config import peers

    kept = peers.add(peers.read_bundle(_text(file)))
    if fingerprint:
        if not by:
            raise Refused("peer.by", {}, _("Say who compared the fingerprint: --by NAME."))
        peers.confirm(kept.node, fingerprint=fingerprint, by=by)
    print(_("%(node)s is kept.") % {"node": kept.node})


@peer.command("list", help=_("List the peers and whether their cards were compared."))
def peer_list(data: Data) -> None:
    _prepare(data)
    from comity.protocol.keyset import read_card
    from comity.site.config import peers

    for one in peers.known():
        state = _("compared by %(name)s") % {"name": one.confirmed_by} if one.confirmed_by else _("not compared yet")
        print(f"{one.node:<24} {read_card(one.card).fingerprint()}  {state}")


@peer.command("remove", help=_("Take nothing more from a peer and send it nothing. What is held stays."))
def peer_remove(node: str, data: Data) -> None:
    _prepare(data)
    from comity.site.config import peers

    peers.remove(node)


def _prepare(data: Path) -> None:
    from comity.site.config import serve

    serve.prepare(data)
    serve.migrate()


def _text(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise Refused("file", {"file": str(file)}, _("The file cannot be read: %(file)s.") % {"file": file}) from fault
