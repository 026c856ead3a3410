"""Whose keys count: cards, keysets that promise the next root, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from comity.protocol.keys import SoftwareSigner
from comity.protocol.keyset import Distrust, Keyring, NodeKeys, SignedKeyset, read_card, read_keyset, sign_keyset
from comity.protocol.refusals import Refused
from tests.protocol.three_states import AT, TARSENIA, Chance, state


def rotated(**changed: object) -> list[SignedKeyset]:
    """Tarsenia's first keyset, and a second with a new act key, signed by the root the first promised."""
    keys, first = state("tarsenia").keys, state("tarsenia").keyset
    following = replace(
        first.keyset,
        number=2,
        prev=first.id,
        start=AT + timedelta(days=90),
        root=keys.next_root.public,
        act=SoftwareSigner.generate(Chance("second")).public,
        next_root=SoftwareSigner.generate(Chance("third root")).public.digest().hex(),
    )
    return [first, sign_keyset(replace(following, **changed), keys.next_root)]  # type: ignore[arg-type]


def ring_of(*keysets: SignedKeyset) -> Keyring:
    ring = Keyring(state("tarsenia").keys.root.public.digest())
    for keyset in keysets:
        ring.accept(read_keyset(keyset.wire()))
    return ring


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_a_keyset_signed_by_the_promised_root_follows() -> None:
    ring = ring_of(*rotated())
    assert ring.newest.number == 2
    assert ring.act_key(TARSENIA, 1) != ring.act_key(TARSENIA, 2)


def test_a_keyset_already_held_is_taken_again_without_a_change() -> None:
    first, second = rotated()
    ring = ring_of(first, second)
    assert ring.accept(first) is False
    assert len(ring) == 2


def test_another_keyset_with_a_number_already_held_is_refused() -> None:
    first, second = rotated()
    _, other = rotated(epoch=2)
    ring = ring_of(first, second)
    with pytest.raises(Refused) as refused:
        ring.accept(other)
    assert code_of(refused) == "keyset.forked"


def test_a_keyset_that_skips_one_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        ring_of(rotated()[1])
    assert code_of(refused) == "keyset.gap"


def test_a_stolen_root_cannot_name_its_own_successor() -> None:
    first, second = rotated()
    thief = sign_keyset(replace(second.keyset, root=state("tarsenia").keys.root.public), state("tarsenia").keys.root)
    with pytest.raises(Refused) as refused:
        ring_of(first, thief)
    assert code_of(refused) == "keyset.root"


def test_a_keyset_that_names_another_predecessor_is_refused() -> None:
    first, _ = rotated()
    with pytest.raises(Refused) as refused:
        ring_of(*rotated(prev="0" * 64))
    assert code_of(refused) == "keyset.root"
    assert ring_of(first).newest.number == 1


def test_a_keyset_of_another_node_does_not_follow() -> None:
    with pytest.raises(Refused) as refused:
        ring_of(*rotated(node="velmora"))
    assert code_of(refused) == "keyset.root"


def test_the_first_keyset_must_be_by_the_root_that_was_compared() -> None:
    with pytest.raises(Refused) as refused:
        ring_of(state("ondoria").keyset)
    assert code_of(refused) == "keyset.root"


def test_a_key_its_participant_distrusts_signs_nothing_more() -> None:
    first = state("tarsenia").keyset
    ring = ring_of(*rotated(distrust=(Distrust(key=first.keyset.act.digest().hex(), after=41),)))
    with pytest.raises(Refused) as refused:
        ring.act_key(TARSENIA, 1)
    assert code_of(refused) == "key.distrusted"
    assert refused.value.data["after"] == 41
    assert ring.act_key(TARSENIA, 2) == ring.newest.act


def test_a_keyset_altered_anywhere_is_refused() -> None:
    wire = state("tarsenia").keyset.wire()
    for at in range(0, len(wire), 613):
        with pytest.raises(Refused):
            read_keyset(wire[:at] + bytes([wire[at] ^ 1]) + wire[at + 1 :])


def test_an_unknown_keyset_is_asked_for() -> None:
    with pytest.raises(Refused) as refused:
        state("tarsenia").ring.act_key(TARSENIA, 2)
    assert code_of(refused) == "keyset.unknown"


def test_a_card_comes_back_as_it_was_and_is_read_aloud_by_its_fingerprint() -> None:
    card = state("tarsenia").card
    again = read_card(card.bytes())
    assert again == card
    assert len(card.fingerprint().split()) == 8
    assert card.fingerprint() == again.fingerprint() != state("ondoria").card.fingerprint()


def test_a_fingerprint_in_words_says_the_same_digits() -> None:
    card = state("tarsenia").card
    assert len(card.words().split()) == 8
    assert card.words() != state("ondoria").card.words()


def test_a_card_for_another_nodes_office_or_with_a_strange_door_is_refused() -> None:
    card = state("tarsenia").card
    for changed in ({"office": "ondoria/vc"}, {"doors": ("ftp://node.example",)}, {"names": {}}):
        with pytest.raises(Refused):
            read_card(replace(card, **changed).bytes())  # type: ignore[arg-type]


def test_private_keys_come_back_from_their_record() -> None:
    keys = state("tarsenia").keys
    again = NodeKeys.from_record(keys.record())
    assert (again.act.public, again.root.public, again.log.public) == (keys.act.public, keys.root.public, keys.log.public)
    assert again.seal.public.raw == keys.seal.public.raw
    assert again.transport == keys.transport
