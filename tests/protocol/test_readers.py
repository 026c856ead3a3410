"""Whatever stands where something else should, every reader refuses by Refused, never by a traceback."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.protocol import evidence, receipt, transport
from comity.protocol.act import read_content, read_head, read_slip
from comity.protocol.bundle import pack, unpack
from comity.protocol.canonical import decode, encode
from comity.protocol.checkpoint import origin_of, read_checkpoint, sign_checkpoint
from comity.protocol.keyset import read_card, read_keyset
from comity.protocol.refusals import Refused
from tests.protocol.test_canonical import values
from tests.protocol.test_evidence import evidence as evidence_file
from tests.protocol.test_evidence import receipt as receipt_for
from tests.protocol.three_states import AT, ONDORIA, TARSENIA, AllKeys, Chance, content, say, state

LIMIT = 1 << 23
ACT = say()
LOG = state("tarsenia").keys.log
OPENING = transport.open_session(
    node="tarsenia",
    keyset=1,
    private=state("tarsenia").keys.transport,
    audience="ondoria",
    to=state("ondoria").keys.seal.public,
    at=AT,
    random=Chance("session"),
)


def accept(wire: bytes) -> Any:
    keys = state("tarsenia"), state("ondoria")
    public = keys[0].keyset.keyset.transport
    return transport.accept_session(wire, audience="ondoria", public=public, keys=(keys[1].keys.seal,), now=AT, used=lambda _: False)


READERS: dict[str, tuple[bytes, Callable[[bytes], Any]]] = {
    "head": (ACT.head, read_head),
    "slip": (ACT.slips[0], read_slip),
    "content": (encode(content().record()), lambda data: read_content(decode(data, limit=LIMIT))),
    "keyset": (state("tarsenia").keyset.wire(), read_keyset),
    "keyset record": (state("tarsenia").keyset.record, lambda data: read_keyset(encode({"record": data.decode(), "sigs": {}}))),
    "card": (state("tarsenia").card.bytes(), read_card),
    "receipt": (receipt_for(ACT), lambda data: receipt.read_receipt(data, keys=AllKeys())),
    "receipt's act": (receipt_for(ACT), receipt.claimed_act),
    "evidence": (evidence_file(ACT), evidence.check),
    "session": (OPENING.wire, accept),
    "session's node": (OPENING.wire, transport.claimed_node),
}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, one in inner for place in places(one, (*path, name)))]


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], by)
    return copy


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=120, deadline=None)
@given(data=st.data(), by=values)
def test_anything_in_the_place_of_something_is_read_or_refused(name: str, data: st.DataObject, by: Any) -> None:
    given_bytes, read = READERS[name]
    value = decode(given_bytes, limit=LIMIT)
    path = data.draw(st.sampled_from(places(value)))
    with contextlib.suppress(Refused):
        read(encode(replaced(value, path, by)))


@pytest.mark.parametrize("name", READERS)
def test_a_member_left_out_or_added_is_refused_at_the_top(name: str) -> None:
    given_bytes, read = READERS[name]
    value = decode(given_bytes, limit=LIMIT)
    for changed in ({"strange": 1, **value}, *({k: v for k, v in value.items() if k != gone} for gone in value)):
        if name != "receipt's act":
            with pytest.raises(Refused):
                read(encode(changed))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 3000), st.integers(1, 255))
def test_a_checkpoint_with_any_byte_changed_is_refused(at: int, change: int) -> None:
    note = sign_checkpoint(origin=origin_of("tarsenia", 1), size=256, root=bytes(32), at=AT, signer=LOG)
    at %= len(note)
    with pytest.raises(Refused):
        read_checkpoint(note[:at] + bytes([note[at] ^ change]) + note[at + 1 :], key=LOG.public)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 20_000), st.integers(1, 255))
def test_a_bundle_with_any_byte_changed_gives_no_wrong_record(at: int, change: int) -> None:
    ondoria = state("ondoria")
    records = [("envelope", b"one" * 9_000), ("receipt", b"two")]
    packed = pack(
        records,
        sender=TARSENIA,
        keyset=1,
        to=ONDORIA,
        at=AT,
        signer=state("tarsenia").keys.act,
        recipient=ondoria.keys.seal.public,
        random=Chance("bundle"),
    )
    at %= len(packed)
    with contextlib.suppress(Refused):
        found = unpack(
            packed[:at] + bytes([packed[at] ^ change]) + packed[at + 1 :], keys=AllKeys(), seals=(ondoria.keys.seal,), to=ONDORIA
        )
        assert all((one.kind, one.data) in records for one in found.records if one.whole)
