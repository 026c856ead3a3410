"""One node of the demo, set up in a process of its own: `python -m comity.cli.demo_node FOLDER` with a plan on standard input.

Called twice: first to make the node and its officers, then to compare the others' cards. Answers in JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    folder, plan = Path(sys.argv[1]), json.load(sys.stdin)
    answer = _introduce(folder, plan["cards"]) if "cards" in plan else _make(folder, plan)
    json.dump(answer, sys.stdout, ensure_ascii=False)


def _make(folder: Path, plan: dict[str, Any]) -> dict[str, Any]:
    from comity.cli.node import make_node
    from comity.site.config.clock import CLOCK_FILE

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / CLOCK_FILE).write_text(str(plan["clock"]), "ascii")
    make_node(
        folder, node=plan["node"], office=plan["office"], names=plan["names"], language=plan["language"], port=plan["port"],
        extra=plan["settings"],
    )  # fmt: skip
    from comity.site.people.service import create_officer, issue_token
    from comity.site.post.card import bundle

    users = []
    for person in plan["officers"]:
        officer = create_officer(
            person["username"], person["name"], person["roles"], plan["password"], plan["language"], post=person["post"]
        )
        token = issue_token(officer, "demo")
        users.append({"username": officer.username, "password": plan["password"], "role": person["role"], "api_token": token})
    from comity.site.config import wiring

    return {"users": users, "bundle": bundle(), "fingerprint": wiring.our_card().fingerprint()}


def _introduce(folder: Path, cards: list[dict[str, Any]]) -> dict[str, Any]:
    from comity.site.config import serve

    serve.prepare(folder)
    from comity.site.config import peers

    for card in cards:
        kept = peers.add(peers.read_bundle(json.dumps(card["bundle"])))
        peers.confirm(kept.node, fingerprint=card["fingerprint"], by="demo")
    return {"peers": len(cards)}


if __name__ == "__main__":
    main()
