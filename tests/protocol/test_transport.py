"""Sessions between two nodes: opened once, by whom they say, for two minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from comity.protocol.canonical import decode, encode
from comity.protocol.refusals import Refused
from comity.protocol.transport import Token, accept_session, answer_mac, claimed_node, open_session, request_mac, same_mac
from tests.protocol.three_states import AT, Chance, state

TARSENIA, ONDORIA, VELMORA = state("tarsenia"), state("ondoria"), state("velmora")
OPENING = open_session(
    node="tarsenia", keyset=1, private=TARSENIA.keys.transport, audience="ondoria", to=ONDORIA.keys.seal.public, at=AT, random=Chance("session"),
)  # fmt: skip


def accepted(wire: bytes = OPENING.wire, *, audience: str = "ondoria", now: datetime = AT, used: bool = False) -> tuple[Token, bytes]:
    public, seals = TARSENIA.keyset.keyset.transport, (ONDORIA.keys.seal,)
    return accept_session(wire, audience=audience, public=public, keys=seals, now=now, used=lambda _: used)


def test_both_sides_come_to_one_key() -> None:
    token, key = accepted()
    assert key == OPENING.key
    assert (token.node, token.audience, token.at) == ("tarsenia", "ondoria", AT)
    assert claimed_node(OPENING.wire) == ("tarsenia", 1)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"audience": "velmora"}, "session.audience"),
        ({"now": AT + timedelta(seconds=121)}, "session.expired"),
        ({"now": AT - timedelta(seconds=121)}, "session.expired"),
        ({"used": True}, "session.used"),
    ],
)
def test_a_token_for_another_node_too_old_or_used_is_refused(options: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        accepted(**options)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_token_by_another_key_is_refused() -> None:
    record = decode(OPENING.wire, limit=1 << 16)
    forged = open_session(
        node="tarsenia", keyset=1, private=VELMORA.keys.transport, audience="ondoria", to=ONDORIA.keys.seal.public, at=AT, random=Chance("forged"),
    )  # fmt: skip
    for wire in (forged.wire, encode(record | {"sig": "0" * 128})):
        with pytest.raises(Refused) as refused:
            accepted(wire)
        assert refused.value.code == "session.signature"


def test_another_session_key_beside_a_true_token_is_refused() -> None:
    other = open_session(
        node="tarsenia", keyset=1, private=TARSENIA.keys.transport, audience="ondoria", to=ONDORIA.keys.seal.public, at=AT, random=Chance("other"),
    )  # fmt: skip
    mixed = decode(OPENING.wire, limit=1 << 16) | {"key": decode(other.wire, limit=1 << 16)["key"]}
    with pytest.raises(Refused) as refused:
        accepted(encode(mixed))
    assert refused.value.code == "session.form"


def test_a_request_is_bound_to_everything_it_says() -> None:
    given = {"method": "POST", "path": "/post/v1/envelopes", "counter": 1, "body": b"sealed"}
    mac = request_mac(OPENING.key, **given)  # type: ignore[arg-type]
    assert same_mac(mac, request_mac(OPENING.key, **given))  # type: ignore[arg-type]
    for changed in ({"method": "PUT"}, {"path": "/post/v1/receipts"}, {"counter": 2}, {"body": b"sealed!"}):
        assert not same_mac(mac, request_mac(OPENING.key, **(given | changed)))  # type: ignore[arg-type]
    assert not same_mac(mac, request_mac(bytes(32), **given))  # type: ignore[arg-type]


def test_an_answer_cannot_be_given_for_a_request() -> None:
    assert request_mac(OPENING.key, method="200", path="/", counter=1, body=b"") != answer_mac(
        OPENING.key, status=200, path="/", counter=1, body=b""
    )
