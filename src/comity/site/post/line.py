"""Our line to one peer: a session opened when needed, requests in it, answers read only as far as they may be long."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

import httpx2

from comity.protocol import transport
from comity.protocol.keyset import read_card
from comity.protocol.refusals import Refused
from comity.site.config import peers, wiring
from comity.site.post import card, limits

OK, STRANGER = 200, 403


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, whole."""

    status: int
    mac: str
    body: bytes


class Line:
    """Our session with one peer: opened when needed, renewed when the peer no longer knows it."""

    def __init__(self, node: str) -> None:
        self.node = node
        self.client = httpx2.Client(timeout=limits.TIMEOUT, follow_redirects=False, trust_env=False)
        self.door = ""
        self.name = ""
        self.key = b""
        self.counter = 0
        self._renewed = -float(limits.RENEW_SECONDS)

    def post(self, path: str, body: bytes) -> bytes:
        """One request in the session; opened anew once if the peer does not know it. Raises Refused (`line.…`)."""
        for _attempt in (1, 2):
            if not self.name:
                self._open()
            answer = self._send(path, body)
            if answer is not None:
                return answer
            self.name = ""
        raise Refused("line.refused", {"node": self.node}, "The peer's node does not take our session. Compare keysets.")

    def renew(self) -> bool:
        """Ask the peer for newer keysets and show it ours, at most once a minute; True where there are new ones."""
        if time.monotonic() - self._renewed < limits.RENEW_SECONDS:
            return False
        self._renewed = time.monotonic()
        found = False
        ours = json.dumps(card.bundle(), ensure_ascii=False).encode()
        for door in self._doors():
            try:
                self._ask("POST", f"{door}/post/card", ours)
                found = peers.renew(self._ask("GET", f"{door}/post/card").body) or found
            except Refused:
                continue
        return found

    def _doors(self) -> tuple[str, ...]:
        with wiring.reading() as office:
            peer = office.peer(self.node)
            return peer.doors or read_card(peer.card).doors

    def _open(self) -> None:
        """Knock at each door in turn; where one knows us no longer, show our keysets and knock again."""
        if self._knock() == STRANGER:
            self.renew()
            self._knock()
        if not self.name:
            raise self._down()

    def _knock(self) -> int:
        """The status of the last door that answered; 0 when none did."""
        with wiring.reading() as office:
            opening = transport.open_session(
                node=office.party, keyset=office.keyset, private=office.keys.transport, audience=self.node,
                to=office.ring(self.node).newest.seal, at=office.now(), random=office.chance,
            )  # fmt: skip
        status = 0
        for door in self._doors():
            try:
                heard = self._ask("POST", f"{door}/post/session", opening.wire)
            except Refused:
                continue
            status = heard.status
            mac = transport.answer_mac(opening.key, status=status, path="/post/session", counter=0, body=heard.body)
            if status == OK and transport.same_mac(mac, heard.mac):
                self.door, self.name, self.key, self.counter = door, heard.body.decode("ascii", "replace"), opening.key, 0
                break
        return status

    def _send(self, path: str, body: bytes) -> bytes | None:
        self.counter += 1
        mac = transport.request_mac(self.key, method="POST", path=path, counter=self.counter, body=body)
        headers = {"Comity-Session": self.name, "Comity-Counter": str(self.counter), "Comity-Mac": mac}
        try:
            heard = self._ask("POST", f"{self.door}{path}", body, headers)
        except Refused:
            self.name = ""
            raise
        said = transport.answer_mac(self.key, status=heard.status, path=path, counter=self.counter, body=heard.body)
        if not transport.same_mac(said, heard.mac):
            return None
        if heard.status != OK:
            raise Refused("line.slow", {"node": self.node}, "The peer's node asks us to wait.")
        return heard.body

    def _ask(self, method: str, address: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Heard:
        """One request. Raises Refused (`line.down`) where there is no answer, or one without end."""
        begun, read = time.monotonic(), bytearray()
        try:
            with self.client.stream(method, address, content=body, headers=headers) as answer:
                for part in answer.iter_raw():
                    read += part
                    if len(read) > limits.ANSWER_BYTES or time.monotonic() - begun > limits.ANSWER_SECONDS:
                        raise self._down()
                return Heard(answer.status_code, answer.headers.get("Comity-Mac", ""), bytes(read))
        except (httpx2.HTTPError, httpx2.InvalidURL) as fault:
            raise self._down() from fault

    def _down(self) -> Refused:
        return Refused("line.down", {"node": self.node}, "The peer's node does not answer. It is tried again later.")
