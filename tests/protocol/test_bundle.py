"""Bundles: what is carried by hand arrives whole, or says what is missing."""

from __future__ import annotations

import pytest

from comity.protocol import limits, seal
from comity.protocol.bundle import Bundle, pack, unpack
from comity.protocol.refusals import Refused
from tests.protocol.three_states import AT, ONDORIA, TARSENIA, VELMORA, AllKeys, Chance, envelope, say, state

RECORDS = [
    ("envelope", envelope(say(), ONDORIA)),
    ("keyset", state("tarsenia").keyset.wire()),
    ("receipt", b"x" * 70_000),
    ("envelope", b""),
]


def packed(records: list[tuple[str, bytes]] = RECORDS, signer: str = "tarsenia") -> bytes:
    keys, to = state(signer).keys.act, state("ondoria").keys.seal.public
    return pack(records, sender=TARSENIA, keyset=1, to=ONDORIA, at=AT, signer=keys, recipient=to, random=Chance("bundle"))


def unpacked(data: bytes, to: str = ONDORIA) -> Bundle:
    return unpack(data, keys=AllKeys(), seals=(state("ondoria").keys.seal,), to=to)


def refused_as(data: bytes, to: str = ONDORIA) -> str:
    with pytest.raises(Refused) as refused:
        unpacked(data, to)
    return refused.value.code


def test_what_was_packed_is_unpacked_in_order() -> None:
    found = unpacked(packed())
    assert [(one.kind, one.data) for one in found.records] == RECORDS
    assert found.complete
    assert (found.sender, found.to, found.at) == (TARSENIA, ONDORIA, AT)


def test_a_file_that_was_cut_gives_what_is_whole_and_names_the_rest() -> None:
    whole = packed()
    found = unpacked(whole[: len(whole) - 20_000])
    assert [one.whole for one in found.records] == [True, True, False, False]
    assert [one.sum for one in found.records] == [one.sum for one in unpacked(whole).records]
    assert not found.complete


def test_a_file_cut_before_its_manifest_ended_is_refused() -> None:
    for length in (0, 100, 1_600, 5_000):
        assert refused_as(packed()[:length]).startswith(("seal.", "bundle."))


def test_a_bundle_for_another_office_is_refused() -> None:
    assert refused_as(packed(), to="ondoria/embassy") == "bundle.other"
    with pytest.raises(Refused) as refused:
        unpack(packed(), keys=AllKeys(), seals=(state("velmora").keys.seal,), to=VELMORA)
    assert refused.value.code == "seal.closed"


def test_a_manifest_signed_by_another_is_refused() -> None:
    assert refused_as(packed(signer="velmora")) == "signature.invalid"


def test_lengths_that_lie_are_refused() -> None:
    to = state("ondoria").keys.seal.public
    for plaintext in (b"", b"\xff\xff\xff\xff", b"\0\0\0\0" * 4, b"\0\0\0\x02{}\0\0\0\x02{}"):
        assert refused_as(seal.seal(plaintext, to, Chance("x"))) in {"bundle.form", "canonical.bytes"}


def test_more_than_one_file_may_hold_is_refused_when_packing() -> None:
    with pytest.raises(Refused) as refused:
        packed([("receipt", b"")] * (limits.BUNDLE_RECORDS + 1))
    assert refused.value.code == "bundle.size"


def test_a_bundle_of_as_many_records_as_may_be_is_unpacked() -> None:
    assert len(unpacked(packed([("receipt", b"r")] * limits.BUNDLE_RECORDS)).records) == limits.BUNDLE_RECORDS
