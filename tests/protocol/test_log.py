"""The log: salted leaves, sizes that say little, checkpoints signed twice, cosigned by others."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from comity.protocol import log
from comity.protocol.checkpoint import claimed, cosign, origin_of, read_checkpoint, read_cosignature, sign_checkpoint
from comity.protocol.refusals import Refused
from comity.protocol.tree import Tree, verify_inclusion
from tests.protocol.three_states import AT, Chance, state

TARSENIA, ONDORIA = state("tarsenia").keys.log, state("ondoria").keys.log
ORIGIN, WITNESS = origin_of("tarsenia", 1), origin_of("ondoria", 1)
NOTE = sign_checkpoint(origin=ORIGIN, size=256, root=b"r" * 32, at=AT, signer=TARSENIA)


def refused_as(note: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read_checkpoint(note, key=TARSENIA.public)
    return refused.value.code


def test_a_leaf_says_nothing_without_its_salt() -> None:
    leaves = {log.commitment(log.ACT_OUT, "1" * 64, Chance(f"salt {n}")(16)) for n in range(10)}
    assert len(leaves) == 10


def test_a_leaf_of_one_kind_is_none_of_another() -> None:
    assert log.commitment(log.ACT_OUT, "1" * 64, bytes(16)) != log.commitment(log.ACT_IN, "1" * 64, bytes(16))


@pytest.mark.parametrize(("size", "added"), [(0, 0), (1, 255), (255, 1), (256, 0), (257, 255)])
def test_a_checkpoint_says_of_the_size_only_its_step_of_256(size: int, added: int) -> None:
    filled = log.filling(size, Chance("filling"))
    assert len(filled) == added
    assert len({leaf for _, _, _, leaf in filled}) == added


def test_an_act_is_proved_to_stand_in_the_log() -> None:
    salt = Chance("salt")(16)
    tree = Tree([log.commitment(log.ACT_OUT, "1" * 64, salt)])
    for _, _, _, leaf in log.filling(1, Chance("filling")):
        tree.append(leaf)
    found = read_checkpoint(sign_checkpoint(origin=ORIGIN, size=256, root=tree.root(), at=AT, signer=TARSENIA), key=TARSENIA.public)
    leaf = log.commitment(log.ACT_OUT, "1" * 64, salt)
    assert verify_inclusion(leaf=leaf, index=0, size=found.size, path=tree.inclusion(0), root=found.root)


def test_a_checkpoint_is_a_note_of_three_lines_and_two_signatures() -> None:
    lines = NOTE.decode().split("\n")
    assert lines[:4] == [ORIGIN, "256", base64.b64encode(b"r" * 32).decode(), ""]
    assert [line.split(" ")[:2] for line in lines[4:6]] == [["\u2014", ORIGIN]] * 2
    assert lines[6:] == [""]


def test_a_checkpoint_comes_back_with_the_time_its_log_claims() -> None:
    found = read_checkpoint(NOTE, key=TARSENIA.public)
    assert (found.origin, found.size, found.root, found.at) == (ORIGIN, 256, b"r" * 32, AT)
    assert claimed(NOTE) == (ORIGIN, 256, b"r" * 32)


def test_one_of_the_two_signatures_alone_is_none() -> None:
    lines = NOTE.decode().split("\n")
    for left in (4, 5):
        assert refused_as("\n".join([*lines[:4], lines[left], ""]).encode()) == "checkpoint.signature"


def test_a_checkpoint_by_another_log_is_refused() -> None:
    assert refused_as(sign_checkpoint(origin=ORIGIN, size=256, root=b"r" * 32, at=AT, signer=ONDORIA)) == "checkpoint.signature"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\n256\n", b"\n0256\n"),
        (b"\n256\n", b"\n-256\n"),
        (b"\n256\n", b"\n256\nextension\n"),
        (b"comity/", b"other/"),
        (b"\n\n", b"\n"),
        ("\u2014".encode(), b"-"),
        (b"cnJy", b"cnJ="),
    ],
)
def test_a_note_laid_out_otherwise_is_refused(old: bytes, new: bytes) -> None:
    assert refused_as(NOTE.replace(old, new, 1)) == "checkpoint.form"


def test_a_note_with_more_signatures_than_anyone_needs_is_refused() -> None:
    line = b"\xe2\x80\x94 x AAAAAAAA\n"
    assert read_checkpoint(NOTE + line * 14, key=TARSENIA.public).size == 256
    assert refused_as(NOTE + line * 15) == "checkpoint.form"
    assert refused_as(NOTE + b"x" * 70_000) == "checkpoint.form"


def test_lines_of_unknown_keys_are_kept_and_count_for_nothing() -> None:
    found = read_checkpoint(cosign(NOTE, name=WITNESS, at=AT, signer=ONDORIA), key=TARSENIA.public)
    assert WITNESS.encode() in found.note
    assert read_cosignature(NOTE, name=WITNESS, key=ONDORIA.public) is None


def test_a_cosigner_says_when_it_saw_the_checkpoint() -> None:
    later = AT + timedelta(hours=1)
    note = cosign(NOTE, name=WITNESS, at=later, signer=ONDORIA)
    assert read_cosignature(note, name=WITNESS, key=ONDORIA.public) == later
    assert read_cosignature(note, name=WITNESS, key=TARSENIA.public) is None
    assert len(note.decode().split("\n")) == len(NOTE.decode().split("\n")) + 2


def test_a_cosignature_moved_to_another_checkpoint_refuses_the_note() -> None:
    other = sign_checkpoint(origin=ORIGIN, size=512, root=b"r" * 32, at=AT, signer=TARSENIA)
    lines = cosign(NOTE, name=WITNESS, at=AT, signer=ONDORIA)[len(NOTE) :]
    with pytest.raises(Refused) as refused:
        read_cosignature(other + lines, name=WITNESS, key=ONDORIA.public)
    assert refused.value.code == "checkpoint.signature"


def test_the_key_identifier_of_c2sp_is_reproduced() -> None:
    """The example of the signed-note specification: its key's name and identifier."""
    from comity.protocol.logkey import ED25519_NOTE, LogKey

    whole = base64.b64decode("AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    key = LogKey(ed25519=whole[1:], mldsa44=bytes(1312))
    assert key.identifier("example.com/foo", ED25519_NOTE).hex() == "530d903a"
    signature = base64.b64decode("Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=")
    assert key.verifies_ed25519(signature[4:], b"This is an example message.\n")
