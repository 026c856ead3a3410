"""`comity demo`: four nodes of a fictional region, alive on this computer, each in its own folder and process."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from comity.cli.language import gettext as _
from comity.conduct.versions import Version
from comity.exercise.life import Said, play
from comity.exercise.region_terms import NAMES, OFFICES, region_terms
from comity.protocol.refusals import Refused

LANGUAGES = {"tarsenia": "en", "ondoria": "ru", "velmora": "ar", "sarn": "en"}
DESKS = {
    "tarsenia": {"en": "Verification Centre", "ru": "Центр проверки", "ar": "مركز التحقق"},
    "sarn": {"en": "Desk", "ru": "Бюро", "ar": "المكتب"},
}
OFFICERS = {
    "tarsenia": (("amaro", "Lt Cdr I. Amaro"), ("osk", "Cdr M. Osk"), ("ilven", "Capt. R. Ilven")),
    "ondoria": (("osen", "Майор Н. Осень"), ("velin", "К. Велин"), ("darin", "Капитан П. Дарин")),
    "velmora": (("houri", "الرائد سليم هوري"), ("murad", "ن. مراد"), ("sabri", "النقيب ل. صبري")),
    "sarn": (("lund", "A. Lund"), ("perez", "C. Perez"), ("okoye", "D. Okoye")),
}
ALIVE = "alive"
"""Written when the region's life has been played: without it the demo begins anew."""
START_WITHIN = 60.0
CONSOLE = Console()


@dataclass(slots=True)
class Running:
    """One node of the demo: where it lives, where it is reached, who works there."""

    party: str
    folder: Path
    port: int
    users: list[dict[str, str]]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def token(self, role: str) -> str:
        return next(user["api_token"] for user in self.users if user["role"] == role)

    def record(self) -> dict[str, Any]:
        return {"name": NAMES[self.party]["en"], "participant": self.party, "url": self.url, "users": self.users}


def demo(
    *,
    data: Annotated[Path, typer.Option(help=_("The folder of the demo."))] = Path("comity-demo"),
    port: Annotated[int, typer.Option(help=_("The port of the first node; the others follow."))] = 8801,
    fresh: Annotated[bool, typer.Option(help=_("Begin anew, dropping what the demo's folder holds."))] = False,
) -> None:
    data = data.resolve()
    if fresh or not (data / ALIVE).exists():
        _clear(data)
    (data / "demo.json").unlink(missing_ok=True)  # it says that all nodes answer
    nodes = _nodes(data, port)
    signal.signal(signal.SIGTERM, _interrupted)
    with _served(nodes):
        if not (data / ALIVE).exists():
            _live(nodes)
            (data / ALIVE).write_text("", "ascii")
        _tell(data, nodes)
        _until_stopped(nodes)


def _interrupted(_signal: int, _frame: Any) -> None:
    raise KeyboardInterrupt


def _clear(data: Path) -> None:
    """Drop an old demo, and nothing but a demo."""
    if data.exists() and any(data.iterdir()):
        if not (data / "demo").exists():
            sentence = _("This folder holds something else than a demo. Name another one with --data.")
            raise Refused("demo.folder", {"folder": str(data)}, sentence)
        shutil.rmtree(data)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (data / "demo").write_text("", "ascii")


def _nodes(data: Path, port: int) -> list[Running]:
    """The nodes, made if they are new and with cards compared."""
    kept = data / "nodes.json"
    if kept.exists():
        users = json.loads(kept.read_text("utf-8"))
        nodes = [Running(party, data / party, port + place, users[party]) for place, party in enumerate(OFFICES)]
        for node in nodes:
            _move(node)
        return nodes
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    begins = int((_begins() - datetime.now(UTC)).total_seconds())
    plans = [_plan(party, port + place, password, begins) for place, party in enumerate(OFFICES)]
    with Progress(console=CONSOLE, transient=True) as progress:
        task = progress.add_task(_("Making four nodes"), total=2 * len(plans))
        made = _in_processes(data, plans, lambda: progress.advance(task))
        cards = {plan["node"]: {"bundle": one["bundle"], "fingerprint": one["fingerprint"]} for plan, one in zip(plans, made, strict=True)}
        others = [{"node": name, "cards": [card for other, card in cards.items() if other != name]} for name in cards]
        _in_processes(data, others, lambda: progress.advance(task))
    users = {plan["node"]: one["users"] for plan, one in zip(plans, made, strict=True)}
    handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        json.dump(users, opened, ensure_ascii=False)
    return [Running(party, data / party, port + place, users[party]) for place, party in enumerate(OFFICES)]


def _move(node: Running) -> None:
    """The ports of this run, where the demo is started again on others."""
    file = node.folder / "node.toml"
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join(f"port = {node.port}" if line.startswith("port = ") else line for line in lines) + "\n", "utf-8")


def _begins() -> datetime:
    """Three weeks before the arrangement comes into force."""
    effective = region_terms(datetime.now(UTC).date()).effective
    assert isinstance(effective, date), "the arrangement names its day"
    return datetime.combine(effective - timedelta(days=21), datetime.min.time(), UTC)


def _plan(party: str, port: int, password: str, clock: int) -> dict[str, Any]:
    people = OFFICERS[party]
    officers = [
        {"username": people[0][0], "name": people[0][1], "role": "drafter", "roles": ["drafter"], "post": "Desk officer"},
        {"username": people[1][0], "name": people[1][1], "role": "releaser", "roles": ["releaser"], "post": "Head of desk"},
        {"username": people[2][0], "name": people[2][1], "role": "duty", "roles": ["duty"], "post": "Duty officer"},
        {"username": "admin", "name": "Administrator", "role": "administrator", "roles": ["administrator"], "post": "Administrator"},
        {"username": "audit", "name": "Auditor", "role": "auditor", "roles": ["auditor"], "post": "Auditor"},
        {"username": "reader", "name": "Reader", "role": "reader", "roles": ["reader"], "post": "Reader"},
    ]
    desk = DESKS.get(party, DESKS["tarsenia"])
    lines = "\n[desk]\n" + "\n".join(f"{code} = {json.dumps(text, ensure_ascii=False)}" for code, text in desk.items()) + "\n"
    return {
        "node": party, "office": OFFICES[party].partition("/")[2], "names": dict(NAMES[party]), "language": LANGUAGES[party], "port": port,
        "settings": lines, "officers": officers, "password": password, "clock": clock,
    }  # fmt: skip


def _in_processes(data: Path, plans: Sequence[dict[str, Any]], done: Any) -> list[dict[str, Any]]:
    """Each plan carried out in a process of its own, two at a time; the answers in order."""
    answers: list[dict[str, Any]] = []
    for start in range(0, len(plans), 2):
        started = [(plan, _process(data / plan["node"])) for plan in plans[start : start + 2]]
        for plan, process in started:
            said, complaint = process.communicate(json.dumps(plan).encode())
            if process.returncode:
                raise Refused("demo.node", {"node": plan["node"]}, complaint.decode("utf-8", "replace").strip().splitlines()[-1])
            answers.append(json.loads(said))
            done()
    return answers


def _process(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "comity.cli.demo_node", str(folder)]
    return subprocess.Popen(  # noqa: S603 - our own module, by a fixed command line
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@contextmanager
def _served(nodes: Sequence[Running]) -> Iterator[None]:
    """All nodes in processes of their own; ended together, whatever happens."""
    try:
        for node in nodes:
            log = (node.folder / "serve.log").open("ab")
            command = [sys.executable, "-m", "comity.cli.main", "serve", "--data", str(node.folder)]
            node.process = subprocess.Popen(  # noqa: S603 - our own command
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        for node in nodes:
            _wait_for(node)
        yield
    finally:
        for node in nodes:
            if node.process is not None:
                node.process.terminate()
        for node in nodes:
            if node.process is not None:
                node.process.wait(10)


def _wait_for(node: Running) -> None:
    end = time.monotonic() + START_WITHIN
    while time.monotonic() < end:
        try:
            if httpx2.get(f"{node.url}/health", timeout=2, trust_env=False).status_code == 200:
                return
        except httpx2.HTTPError:
            pass
        if node.process is not None and node.process.poll() is not None:
            break
        time.sleep(0.1)
    sentence = _("The node %(node)s does not start. Its folder has serve.log, which says why; another --port may be free.")
    sentence %= {"node": node.party}
    raise Refused("demo.start", {"node": node.party}, sentence)


def _live(nodes: Sequence[Running]) -> None:
    """The region's life so far, through the front door of each node."""
    voice = ApiVoice(nodes)
    with Progress(console=CONSOLE, transient=True) as progress:
        task = progress.add_task(_("The region lives fourteen months"), total=None)
        now = datetime.now(UTC).replace(microsecond=0)
        play(voice, now, lambda over, total, _name: progress.update(task, completed=over, total=total))
    voice.end()


class ApiVoice:
    """The region speaks through the REST interface, with officers' tokens: life.Voice."""

    def __init__(self, nodes: Sequence[Running]) -> None:
        self.nodes = {node.party: node for node in nodes}
        self.client = httpx2.Client(timeout=60, trust_env=False)

    def _call(self, party: str, role: str, method: str, path: str, body: Any = None) -> Any:
        node = self.nodes[party]
        answer = self.client.request(method, f"{node.url}/api/v1{path}", json=body, headers={"Authorization": f"Bearer {node.token(role)}"})
        if answer.status_code >= 400:
            raise Refused("demo.life", {"party": party, "path": path, "answer": answer.text[:500]}, f"{party} {path}: {answer.text[:300]}")
        return answer.json() if answer.content else None

    def at(self, moment: datetime) -> None:
        apart = int((moment - datetime.now(UTC)).total_seconds())
        for party in self.nodes:
            self._call(party, "administrator", "POST", "/exercise/clock", {"seconds": apart})

    def end(self) -> None:
        for party in self.nodes:
            self._call(party, "administrator", "DELETE", "/exercise/clock")

    def propose(self, party: str, version: Version) -> None:
        self._release(party, self._call(party, "drafter", "POST", "/terms/propose", {"record": dict(version.record)}))

    def word(self, party: str, kind: str, version: Version) -> None:
        self._release(party, self._call(party, "drafter", "POST", f"/terms/{version.id}/{kind}", {}))

    def say(self, party: str, **draft: Any) -> Said:
        made = self._release(party, self._draft(party, draft))
        act = self._call(party, "releaser", "GET", f"/acts/{made['act']}")
        return Said(made["act"], act["case"])

    def prepare(self, party: str, **draft: Any) -> None:
        made = self._draft(party, draft)
        self._call(party, "drafter", "POST", f"/drafts/{made['id']}/submit")

    def _draft(self, party: str, draft: dict[str, Any]) -> Any:
        body = {**draft, "refs": [{"rel": rel, "act": act} for rel, act in draft.get("refs", ())], "to": list(draft.get("to", ()))}
        if "period" in body:
            body["period"] = body["period"].isoformat()
        return self._call(party, "drafter", "POST", "/drafts", body)

    def _release(self, party: str, draft: Any) -> Any:
        self._call(party, "drafter", "POST", f"/drafts/{draft['id']}/submit")
        return self._call(party, "releaser", "POST", f"/drafts/{draft['id']}/release")

    def settle(self) -> None:
        """Until every act that was sent has its receipts."""
        end = time.monotonic() + START_WITHIN
        while time.monotonic() < end:
            if not any(queue["waiting"] for party in self.nodes for queue in self._call(party, "duty", "GET", "/node/outbox")):
                return
            time.sleep(0.02)
        raise Refused("demo.life", {}, _("The nodes do not reach each other. Their folders have serve.log, which says why."))


def _tell(data: Path, nodes: Sequence[Running]) -> None:
    """Addresses and logins, on the screen and in demo.json."""
    handle = os.open(data / "demo.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        json.dump({"nodes": [node.record() for node in nodes]}, opened, ensure_ascii=False, indent=2)
    table = Table(title=_("Four nodes of a fictional region"), title_justify="left", show_lines=False)
    for heading in (_("Participant"), _("Address"), _("Officers"), _("Password")):
        table.add_column(heading, overflow="fold")
    for node in nodes:
        people = "\n".join(f"{user['username']} ({user['role']})" for user in node.users)
        table.add_row(NAMES[node.party]["en"], node.url, people, node.users[0]["password"])
    CONSOLE.print(table)
    CONSOLE.print(_("Also in %(file)s, with tokens for programs. Stop with Ctrl-C; start again to go on.") % {"file": data / "demo.json"})


def _until_stopped(nodes: Sequence[Running]) -> None:
    try:
        while all(node.process is not None and node.process.poll() is None for node in nodes):
            time.sleep(0.5)
        CONSOLE.print(_("A node has stopped. Its folder has serve.log, which says why."))
    except KeyboardInterrupt:
        CONSOLE.print(_("The nodes stop. Nothing is lost."))
