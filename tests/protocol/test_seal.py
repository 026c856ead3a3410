"""Seals: one age file, one hybrid stanza, one addressee; and what is refused."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator

import pytest

from comity.protocol import limits, seal
from comity.protocol.refusals import Refused
from comity.protocol.seal import UnsealKey, open_attachment, seal_attachment, stream_open, stream_seal
from tests.protocol.three_states import Chance, state
from tests.sources import sources

KEY = state("ondoria").keys.seal
OTHER = state("velmora").keys.seal


def sealed(plaintext: bytes = b"what was said") -> bytes:
    return seal.seal(plaintext, KEY.public, Chance("seal"))


def refused_as(data: bytes, key: UnsealKey = KEY) -> str:
    with pytest.raises(Refused) as refused:
        seal.unseal(data, (key,))
    return refused.value.code


@pytest.mark.parametrize("length", [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
def test_what_was_sealed_is_opened_by_its_addressee(length: int) -> None:
    plaintext = bytes(length)
    assert seal.unseal(sealed(plaintext), (KEY,)) == plaintext


def test_an_older_key_still_opens_what_was_sealed_to_it() -> None:
    assert seal.unseal(sealed(), (OTHER, KEY)) == b"what was said"


def test_nobody_else_opens_it_and_nobody_learns_why_not() -> None:
    broken = bytearray(sealed())
    broken[-1] ^= 1
    assert refused_as(sealed(), OTHER) == refused_as(bytes(broken)) == "seal.closed"


def test_any_altered_byte_is_refused() -> None:
    whole = sealed()
    for at in range(0, len(whole), 7):
        for change in (1, 0x20, 0x80):
            assert refused_as(whole[:at] + bytes([whole[at] ^ change]) + whole[at + 1 :]).startswith("seal.")


def test_anything_cut_off_or_added_is_refused() -> None:
    whole = sealed()
    for length in range(0, len(whole), 11):
        assert refused_as(whole[:length]).startswith("seal.")
    assert refused_as(whole + b"\0") == "seal.closed"


def test_an_envelope_that_is_too_large_is_refused_unread() -> None:
    assert refused_as(bytes(limits.ENVELOPE_BYTES + 1)) == "seal.size"


def test_a_second_stanza_is_refused() -> None:
    lines = sealed().split(b"\n", 3)
    twice = b"\n".join([lines[0], lines[1], lines[2], lines[1], lines[2], lines[3]])
    assert refused_as(twice) == "seal.form"


def test_a_chunk_moved_repeated_or_dropped_is_refused() -> None:
    key, size = bytes(32), 65_536 + 16
    whole = stream_seal(key, bytes(65_536) + b"\1" * 65_536 + b"\2")
    first, second, last = whole[:size], whole[size : 2 * size], whole[2 * size :]
    for other in (second + first + last, first + first + last, first + last, second + last, first + second, first + second + last + last):
        with pytest.raises(Refused):
            stream_open(key, other)


def test_an_attachment_is_opened_only_as_the_act_names_it() -> None:
    said, data = seal_attachment(b"map of the area", Chance("attachment"))
    assert open_attachment(said, data) == b"map of the area"
    other, other_data = seal_attachment(b"another map", Chance("attachment"))
    for wrong, bytes_ in ((said, other_data), (other, data)):
        with pytest.raises(Refused) as refused:
            open_attachment(wrong, bytes_)
        assert refused.value.code == "attachment.hash"


# CCTV, the age test kit ------------------------------------------------------------------------------------------------


def vectors(prefix: str) -> Iterator[tuple[str, dict[str, str], bytes]]:
    for file in sorted(sources("vectors/cctv/age/testdata").glob(f"{prefix}*")):
        head, _, body = file.read_bytes().partition(b"\n\n")
        said = dict(line.split(": ", 1) for line in head.decode().splitlines())
        yield file.name, said, zlib.decompress(body) if said.get("compressed") == "zlib" else body


def identity(text: str) -> UnsealKey:
    """The key of an `AGE-SECRET-KEY-PQ-1…`: X-Wing expands 32 bytes to both seeds by SHAKE-256."""
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    bits = "".join(f"{letters.index(one):05b}" for one in text.lower().split("1", 1)[1][:-6])
    seed = int(bits[:256], 2).to_bytes(32, "big")
    whole = hashlib.shake_256(seed).digest(96)
    return UnsealKey(whole[:64], whole[64:])


CLOSED_HERE = {"hybrid_grease", "hybrid_multiple_recipients", "hybrid_and_x25519"}
"""What age allows and this profile does not: any stanza beside the one."""


def test_hybrid_files_of_the_age_test_kit_are_opened_or_refused_as_it_says() -> None:
    opened = 0
    for name, said, body in vectors("hybrid"):
        key = identity(said["identity"]) if "identity" in said else KEY
        if said["expect"] == "success" and name not in CLOSED_HERE:
            assert hashlib.sha256(seal.unseal(body, (key,))).hexdigest() == said["payload"], name
            opened += 1
        else:
            assert refused_as(body, key).startswith("seal."), name
    assert opened


def test_every_other_recipient_type_and_armour_is_refused() -> None:
    seen = 0
    for kind in ("x25519", "scrypt", "armor", "stanza", "header", "hmac", "version", "empty"):
        for name, _, body in vectors(kind):
            assert refused_as(body).startswith("seal."), name
            seen += 1
    assert seen > 70


def test_payloads_of_the_age_test_kit_are_opened_or_refused_as_it_says() -> None:
    opened = 0
    for name, said, body in vectors("stream"):
        payload = body[body.index(b"\n", body.index(b"\n--- ") + 1) + 1 :]
        file_key = bytes.fromhex(said["file key"])
        if said["expect"] == "success":
            found = stream_open(seal._payload_key(file_key, payload[:16]), payload[16:])
            assert hashlib.sha256(found).hexdigest() == said["payload"], name
            opened += 1
        else:
            with pytest.raises(Refused):
                stream_open(seal._payload_key(file_key, payload[:16]), payload[16:])
    assert opened > 5


def test_our_header_is_laid_out_as_the_age_test_kit_lays_it_out() -> None:
    """The same lines, lengths and MAC, so that stock age opens a file carried by hand."""
    _, said, body = next(one for one in vectors("hybrid") if one[0] == "hybrid")
    theirs, ours = body.split(b"\n", 4)[:4], sealed().split(b"\n", 4)[:4]
    assert [len(line) for line in theirs] == [len(line) for line in ours]
    assert identity(said["identity"]).public.raw[:32] != KEY.public.raw[:32]
    header = b"\n".join(theirs[:3]) + b"\n---"
    mac = seal._mac(bytes.fromhex(said["file key"]), header)
    assert base64.b64encode(mac).rstrip(b"=") == theirs[3][4:]


def test_a_seal_key_that_is_none_is_refused() -> None:
    for public in (b"", bytes(1215), b"\xff" * 1216):
        with pytest.raises(Refused) as refused:
            seal.SealKey(public)
        assert refused.value.code == "seal.key"
