"""An act: signed once, opened by each addressee, refused as soon as one step fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.protocol import act as acts
from comity.protocol import limits, seal, signed
from comity.protocol.act import Content, LanePoint, Reference, act_id, compose, party_of, read_content, read_head, read_moment
from comity.protocol.canonical import decode, encode
from comity.protocol.keys import Signatures, SoftwareSigner
from comity.protocol.refusals import Refused
from tests.protocol.three_states import AT, ONDORIA, SARN, TARSENIA, VELMORA, AllKeys, Chance, content, envelope, say, state

KEYS = AllKeys()
ACT = say()
PLAIN = signed.plaintext(ACT, 0)
SEALED = envelope(ACT, ONDORIA)


def opened(sealed: bytes, office: str = ONDORIA) -> signed.VerifiedAct:
    return signed.verify(seal.unseal(sealed, (state(party_of(office)).keys.seal,)), keys=KEYS, to=office)


def refused_as(data: bytes, to: str = ONDORIA) -> str:
    with pytest.raises(Refused) as refused:
        signed.verify(data, keys=KEYS, to=to)
    return refused.value.code


def frames(**changed: bytes) -> bytes:
    """Ondoria's plaintext with some frames replaced."""
    given = {"head": ACT.head, "signatures": ACT.signatures, "content": ACT.content, "salt": ACT.salt}
    return signed.framed(**(given | {"slip": ACT.slips[0], "path": ACT.paths[0]} | changed))


def test_every_addressee_reads_the_same_act_and_its_own_slip() -> None:
    found = {office: opened(envelope(ACT, office), office) for office in (ONDORIA, VELMORA, SARN)}
    assert {one.id for one in found.values()} == {ACT.id}
    assert {one.said for one in found.values()} == {ACT.content}
    for office, one in found.items():
        assert one.slip is not None
        assert (one.slip.to, one.slip.sender, one.sender) == (office, TARSENIA, TARSENIA)


def test_an_act_is_signed_once_however_many_receive_it() -> None:
    class Counting:
        def __init__(self) -> None:
            self.public, self.signed = state("tarsenia").keys.act.public, 0

        def sign(self, kind: str, payload: bytes) -> Signatures:
            self.signed += 1
            return state("tarsenia").keys.act.sign(kind, payload)

    signer, to = Counting(), tuple(f"state-{n}/vc" for n in range(56))
    lanes = [LanePoint(epoch=1, seq=1, prev=None)] * 56
    made = compose(sender=TARSENIA, keyset=1, at=AT, content=content(*to), lanes=lanes, signer=signer, random=Chance("many"))
    assert signer.signed == 1
    for place, office in enumerate(to):
        assert signed.verify(signed.plaintext(made, place), keys=KEYS, to=office).id == made.id


def test_the_act_id_does_not_hang_on_signatures() -> None:
    again = say()
    assert again.id == ACT.id == act_id(ACT.head)
    assert again.signatures != ACT.signatures


def test_a_slip_tells_nothing_of_the_other_lanes() -> None:
    plain = signed.plaintext(ACT, 0)
    for other in (1, 2):
        assert decode(ACT.slips[other], limit=1024)["salt"].encode() not in plain
        assert ACT.slips[other] not in plain


def test_what_is_sealed_says_little_by_its_length() -> None:
    short, longer = say(said=content(ONDORIA)), say(said=content(ONDORIA, header={"precedence": "flash", "subject": "x" * 500}))
    assert len(signed.plaintext(short, 0)) == len(signed.plaintext(longer, 0))
    assert len(PLAIN) % limits.SEAL_PADDING == 0


def test_an_altered_head_is_refused() -> None:
    head = decode(ACT.head, limit=limits.HEAD_BYTES)
    assert refused_as(frames(head=encode(head | {"at": "2026-11-22T21:09:09Z"}))) == "signature.invalid"


def test_a_signature_of_another_kind_of_record_is_refused() -> None:
    signatures = encode(state("tarsenia").keys.act.sign("application/vnd.comity.receipts+json;v=1", ACT.head).record())
    assert refused_as(frames(signatures=signatures)) == "signature.invalid"


@pytest.mark.parametrize("kept", ["ed25519", "mldsa65"])
def test_one_true_signature_of_two_is_none(kept: str) -> None:
    true = decode(ACT.signatures, limit=limits.SIGNATURES_BYTES)
    false = decode(encode(SoftwareSigner.generate(Chance("thief")).sign(acts.TYPE, ACT.head).record()), limit=limits.SIGNATURES_BYTES)
    assert refused_as(frames(signatures=encode(false | {kept: true[kept]}))) == "signature.invalid"
    assert refused_as(frames(signatures=encode({kept: true[kept]}))) == "signature.form"


def test_an_unknown_sender_is_refused() -> None:
    class Nobody:
        def act_key(self, office: str, keyset: int) -> Any:
            raise Refused("peer.unknown")

    with pytest.raises(Refused) as refused:
        signed.verify(PLAIN, keys=Nobody(), to=ONDORIA)
    assert refused.value.code == "peer.unknown"


def test_another_content_under_a_true_head_is_refused() -> None:
    other = say(said=content(body={"measure": "un:I.1.1", "step": "report"}), chance=Chance("other"))
    assert refused_as(frames(content=other.content, salt=other.salt)) == "act.content-hash"
    assert refused_as(frames(salt=bytes(16))) == "act.content-hash"
    assert refused_as(frames(salt=ACT.salt + ACT.content[:1], content=ACT.content[1:])) == "act.content-hash"


def test_an_envelope_for_another_office_is_refused() -> None:
    assert refused_as(signed.plaintext(ACT, 1)) == "act.addressee"
    assert refused_as(PLAIN, to="ondoria/embassy") == "act.addressee"


def test_a_slip_of_another_act_or_at_another_place_is_refused() -> None:
    other = say(chance=Chance("other"))
    assert refused_as(frames(slip=other.slips[0])) == "act.slip-path"
    assert refused_as(frames(path=ACT.paths[1])) == "act.slip-path"
    assert refused_as(frames(path=b"")) == "act.slip-path"
    assert refused_as(frames(path=ACT.paths[0] + bytes(32))) == "act.slip-path"
    assert refused_as(frames(path=bytes(33))) == "act.slip-path"


def test_a_slip_at_a_place_that_is_not_its_addressees_is_refused() -> None:
    """Leaf i belongs to to[i]: an issuer cannot give two offices one another's places."""
    said = content(ONDORIA, VELMORA)
    lanes = [LanePoint(epoch=1, seq=1, prev=None)] * 2
    made = compose(sender=TARSENIA, keyset=1, at=AT, content=said, lanes=lanes, signer=state("tarsenia").keys.act, random=Chance("swap"))
    swapped = replace(made, slips=made.slips[::-1], paths=made.paths[::-1])
    data = signed.framed(made.head, made.signatures, made.content, made.salt, swapped.slips[0], swapped.paths[0])
    assert refused_as(data, to=ONDORIA) == "act.addressee"
    assert signed.verify(
        signed.framed(made.head, made.signatures, made.content, made.salt, made.slips[1], made.paths[1]), keys=KEYS, to=VELMORA
    )


def test_an_act_that_came_without_its_slip_is_verified_all_the_same() -> None:
    found = signed.verify_without_slip(head=ACT.head, signatures=ACT.signatures, content=ACT.content, salt=ACT.salt, keys=KEYS)
    assert (found.id, found.slip) == (ACT.id, None)


def test_only_the_verifier_makes_a_verified_act() -> None:
    found = opened(SEALED)
    with pytest.raises(AssertionError):
        signed.VerifiedAct(
            found.id,
            found.sender,
            found.keyset,
            found.at,
            found.content,
            found.head,
            found.signatures,
            found.said,
            found.salt,
            None,
            None,
            None,
        )


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_any_single_byte_changed_in_an_envelope_is_refused(at: int, change: int) -> None:
    with pytest.raises(Refused):
        opened(SEALED[:at] + bytes([SEALED[at] ^ change]) + SEALED[at + 1 :])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SEALED) - 1))
def test_an_envelope_cut_anywhere_is_refused(length: int) -> None:
    with pytest.raises(Refused):
        opened(SEALED[:length])


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(PLAIN) - 1), st.integers(1, 255))
def test_any_single_byte_changed_inside_is_refused_too(at: int, change: int) -> None:
    """As a peer that seals whatever it likes could send it."""
    with pytest.raises(Refused):
        signed.verify(PLAIN[:at] + bytes([PLAIN[at] ^ change]) + PLAIN[at + 1 :], keys=KEYS, to=ONDORIA)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(PLAIN) - 1))
def test_what_is_cut_inside_is_refused_too(length: int) -> None:
    with pytest.raises(Refused):
        signed.verify(PLAIN[:length], keys=KEYS, to=ONDORIA)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_noise_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        signed.verify(data, keys=KEYS, to=ONDORIA)


def test_frames_with_lengths_that_lie_are_refused() -> None:
    for data in (b"\xff" * 28, bytes(28), bytes(32), b"\0\0\0\x01" * 7, frames()[:-1] + b"\x01"):
        assert refused_as(data) in {"envelope.frames", "canonical.bytes"}


# Contents -----------------------------------------------------------------------------------------------------------------


def record(**changed: Any) -> dict[str, Any]:
    return content().record() | changed


def content_refused_as(value: Mapping[str, Any]) -> str:
    with pytest.raises(Refused) as refused:
        read_content(dict(value))
    return refused.value.code


@pytest.mark.parametrize(
    "changed",
    [
        {"v": 2},
        {"kind": "order"},
        {"to": []},
        {"to": [ONDORIA, ONDORIA]},
        {"to": ["Ondoria/vc"]},
        {"to": ["ondoria"]},
        {"to": [7]},
        {"to": ONDORIA},
        {"to": [f"state-{n}/vc" for n in range(257)]},
        {"terms": "1" * 63},
        {"case": "G" * 64},
        {"refs": [{"rel": "answers"}]},
        {"refs": [{"rel": "likes", "act": "1" * 64}]},
        {"refs": [{"rel": "answers", "act": "1" * 64}] * 33},
        {"header": {}},
        {"header": {"precedence": "urgent"}},
        {"header": {"precedence": "routine", "colour": "red"}},
        {"header": {"precedence": "routine", "subject": "x" * 2001}},
        {"body": []},
        {"strange": 1},
    ],
)
def test_a_content_outside_the_specification_is_refused(changed: dict[str, Any]) -> None:
    assert content_refused_as(record(**changed)) in {"act.content", "act.kind"}


def test_what_may_be_ignored_stands_under_ext() -> None:
    assert read_content(record(ext={"strange": 1})) == read_content(record())


def test_our_own_content_is_held_to_the_same() -> None:
    for changed in (
        {"kind": "order"},
        {"body": {"data": 1.5}},
        {"body": {"text": "x" * 60_000, **{f"t{n}": "x" * 60_000 for n in range(4)}}},
    ):
        with pytest.raises(Refused):
            say(said=content(**changed))


def test_an_act_as_long_as_may_be_written_can_be_passed_on_whole() -> None:
    long = say(said=content(ONDORIA, body={f"t{n}": "x" * 60_000 for n in range(3)}))
    carried = {
        "head": decode(long.head, limit=1 << 20),
        "sigs": decode(long.signatures, limit=1 << 20),
        "content": decode(long.content, limit=1 << 20),
        "salt": long.salt.hex(),
    }
    assert say(said=content(SARN, kind="transmit", body={"record": carried, "consent": carried | {"content": {}}})).id


def test_references_come_back_in_order() -> None:
    refs = (Reference(rel="answers", act="1" * 64), Reference(rel="cites", act="2" * 64))
    assert read_content(content(refs=refs).record()).refs == refs


@pytest.mark.parametrize(
    "changed",
    [
        {"v": True},
        {"keyset": 0},
        {"keyset": True},
        {"count": 0},
        {"count": 257},
        {"draw": "0" * 31},
        {"content": "x" * 64},
        {"at": "2026-11-22T21:09:08+00:00"},
        {"at": "2026-02-30T00:00:00Z"},
        {"at": "2026-11-22T21:09:60Z"},
        {"at": "9999-01-01T00:00:00Z"},
        {"at": "1969-01-01T00:00:00Z"},
        {"at": "2026-11-22T21:09:08.5Z"},
        {"from": "tarsenia"},
        {"ext": {}, "from": "../x"},
    ],
)
def test_a_head_outside_the_specification_is_refused(changed: dict[str, Any]) -> None:
    head = decode(ACT.head, limit=limits.HEAD_BYTES)
    with pytest.raises(Refused):
        read_head(encode(head | changed))


def test_a_time_is_read_as_aware_utc() -> None:
    assert read_moment("2026-11-22T21:09:08Z", "x") == AT


def test_content_is_what_it_was() -> None:
    assert isinstance(opened(SEALED).content, Content)
    assert opened(SEALED).content == content()
