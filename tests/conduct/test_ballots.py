"""Ballots: who may say what, what is concluded, what is proved; in any order of arrival."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.conduct import guard
from comity.conduct.ballots import Awaited
from comity.conduct.terms import Chain
from comity.conduct.words import decline_body, initial_body, leave_body, sign_body
from comity.protocol.refusals import Refused
from tests.conduct.drafts import NEW_YEAR, PARTIES, Said, draft, said, titled
from tests.conduct.model.ballot_model import Rules, highest, moves, say

TARSENIA, ONDORIA, VELMORA = PARTIES
ONE, TWO = titled("One"), titled("Two")


def initials(version, ballot=1, parties=PARTIES, **more):
    return [said(name, "initial", initial_body(version, ballot), **more) for name in parties]


def signatures(version, ballot=1, parties=PARTIES, **more):
    return [said(name, "sign", sign_body(version, ballot), **more) for name in parties]


def decline(party, ballot=1, version=None, ground=ONE.ground):
    return said(party, "decline", decline_body(ground, ballot, version))


def chain_of(acts):
    chain = Chain(ONE.ground)
    for act in acts:
        chain.advance(act)
    return chain


def refused(chain, party, kind, body, to=PARTIES):
    with pytest.raises(Refused) as refusal:
        guard.check(chain, party, kind, body, to=frozenset(to) - {party}, now=NEW_YEAR)
    return refusal.value.data["reason"]


def allowed(chain, party, kind, body):
    guard.check(chain, party, kind, body, to=frozenset(PARTIES) - {party}, now=NEW_YEAR)
    return True


def test_an_initial_binds_to_nothing():
    chain = chain_of(initials(ONE))
    assert chain.line() == ()
    assert set(chain.ballots(ONE.ground).initialled(ONE.id, 1)) == set(PARTIES)
    assert allowed(chain, TARSENIA, "decline", decline_body(ONE.ground, 1))


def test_all_signatures_in_one_ballot_are_the_certificate():
    chain = chain_of([*initials(ONE), *signatures(ONE)])
    certificate = chain.line()[0].certificate
    assert (certificate.version, certificate.ballot) == (ONE, 1)
    assert set(certificate.signatures) == set(PARTIES)


def test_signatures_spread_over_two_ballots_conclude_nothing():
    chain = chain_of([*initials(ONE), *signatures(ONE, 1, PARTIES[:2]), *initials(ONE, 2), *signatures(ONE, 2, PARTIES[2:])])
    assert chain.line() == ()


@pytest.mark.parametrize("missing", PARTIES)
def test_one_signature_short_concludes_nothing_and_names_who_is_awaited(missing):
    chain = chain_of([*initials(ONE), *signatures(ONE, parties=set(PARTIES) - {missing})])
    assert chain.line() == ()
    assert chain.awaited() == (Awaited(party=missing, kind="sign", ballot=1, version=ONE.id),)


def test_initials_are_awaited_before_signatures():
    chain = chain_of(initials(ONE, parties=PARTIES[:1]))
    assert {(one.party, one.kind) for one in chain.awaited()} == {(ONDORIA, "initial"), (VELMORA, "initial")}


def test_two_texts_at_once_wait_for_everybody_to_decline():
    chain = chain_of([*initials(ONE, parties=[TARSENIA]), *initials(TWO, parties=[ONDORIA]), decline(TARSENIA)])
    assert {(one.party, one.kind) for one in chain.awaited()} == {(ONDORIA, "decline"), (VELMORA, "decline")}


def test_one_text_is_initialled_in_a_ballot():
    chain = chain_of(initials(ONE, parties=[TARSENIA]))
    assert refused(chain, TARSENIA, "initial", initial_body(TWO, 1)) == "order"


def test_the_next_ballot_is_not_for_one_who_has_only_initialled():
    chain = chain_of(initials(ONE))
    assert refused(chain, TARSENIA, "initial", initial_body(TWO, 2)) == "order"


def test_who_declined_goes_on_and_never_back():
    chain = chain_of([*initials(ONE), decline(TARSENIA)])
    assert allowed(chain, TARSENIA, "initial", initial_body(TWO, 2))
    assert refused(chain, TARSENIA, "sign", sign_body(ONE, 1)) == "order"
    later = chain_of([*initials(ONE), decline(TARSENIA), *initials(TWO, 2, [TARSENIA])])
    assert refused(later, TARSENIA, "decline", decline_body(ONE.ground, 1)) == "order"


def test_nobody_skips_a_ballot():
    chain = chain_of([*initials(ONE), decline(TARSENIA)])
    assert refused(chain, TARSENIA, "initial", initial_body(TWO, 3)) == "order"


def test_signing_needs_ones_own_initial_and_everybodys():
    assert refused(chain_of(initials(ONE, parties=PARTIES[1:])), TARSENIA, "sign", sign_body(ONE, 1)) == "order"
    assert refused(chain_of(initials(ONE, parties=PARTIES[:2])), TARSENIA, "sign", sign_body(ONE, 1)) == "order"
    assert allowed(chain_of(initials(ONE)), TARSENIA, "sign", sign_body(ONE, 1))


def test_a_decline_held_forbids_signing():
    assert refused(chain_of([*initials(ONE), decline(VELMORA)]), TARSENIA, "sign", sign_body(ONE, 1)) == "order"


def test_signing_is_final_for_the_ballot():
    chain = chain_of([*initials(ONE), *signatures(ONE, parties=[TARSENIA])])
    assert refused(chain, TARSENIA, "decline", decline_body(ONE.ground, 1)) == "order"
    assert refused(chain, TARSENIA, "initial", initial_body(TWO, 2)) == "order"


def test_who_signed_goes_on_once_another_whom_the_text_needs_has_declined():
    chain = chain_of([*initials(ONE), *signatures(ONE, parties=[TARSENIA]), decline(ONDORIA)])
    assert allowed(chain, TARSENIA, "initial", initial_body(TWO, 2))


def test_the_decline_of_one_whom_the_text_does_not_need_frees_nobody():
    """The fault of the first draft: a party that left declines, and those who signed without it would be free."""
    base = titled("Base")
    leaves = said(VELMORA, "leave", leave_body(base.id, 1, NEW_YEAR.date()))
    text = draft(PARTIES[:2], base=base.id, left={VELMORA: leaves.id})
    two = PARTIES[:2]
    acts = [*initials(base), *signatures(base), leaves, *initials(text, parties=two), *signatures(text, parties=[TARSENIA])]
    stray = said(VELMORA, "decline", decline_body(base.id, 1))
    chain = Chain(base.ground)
    for act in [*acts, stray]:
        chain.advance(act)
    assert refused(chain, TARSENIA, "initial", initial_body(draft(two, base=base.id, left=dict(text.left), draw="9" * 32), 2)) == "order"


def test_nothing_more_is_said_where_a_certificate_is_held():
    chain = chain_of([*initials(ONE), *signatures(ONE)])
    assert refused(chain, TARSENIA, "initial", initial_body(TWO, 2)) == "base"
    ballots = chain.ballots(ONE.ground)
    assert ballots.may(TARSENIA) == frozenset()


def test_a_word_that_leaves_a_party_out_of_its_addressees_is_refused_and_counts_for_nobody():
    assert refused(Chain(ONE.ground), TARSENIA, "initial", initial_body(ONE, 1), to=[ONDORIA]) == "addressees"
    partly = said(VELMORA, "sign", sign_body(ONE, 1), to=[TARSENIA])
    chain = chain_of([*initials(ONE), *signatures(ONE, parties=PARTIES[:2]), partly])
    assert chain.standing(partly.id).reasons == ("addressees",)
    assert chain.line() == ()


def test_a_word_by_a_stranger_counts_as_nothing():
    stranger = said("kestria", "sign", sign_body(ONE, 1))
    chain = chain_of([*initials(ONE), stranger])
    assert chain.standing(stranger.id).reasons == ("not-a-party",)


def test_a_text_nobody_has_shown_makes_a_signature_wait_and_not_vanish():
    early = signatures(ONE)
    chain = chain_of(early)
    assert {chain.standing(act.id).state for act in early} == {"waiting"}
    for act in initials(ONE):
        chain.advance(act)
    assert {chain.standing(act.id).state for act in early} == {"in-turn"}
    assert chain.line()


def test_a_text_that_drops_a_party_without_its_leave_is_never_concluded():
    base = titled("Base")
    text = draft(PARTIES[:2], base=base.id)
    acts = [*initials(base), *signatures(base), *initials(text), *signatures(text)]
    chain = Chain(base.ground)
    for act in acts:
        chain.advance(act)
    assert [one.version for one in chain.line()] == [base]
    assert refused(chain, TARSENIA, "initial", initial_body(text, 2)) == "drops-a-party"


def test_a_body_that_cannot_be_read_counts_as_nothing():
    broken = said(TARSENIA, "sign", {"base": ONE.ground, "ballot": 0, "version": ONE.id})
    chain = chain_of([*initials(ONE), broken])
    assert chain.standing(broken.id).reasons == ("unreadable",)


def test_a_record_under_another_name_is_unreadable():
    lie = said(TARSENIA, "initial", {**initial_body(ONE, 1), "version": TWO.id})
    assert chain_of([lie]).standing(lie.id).reasons == ("unreadable",)


# What a liar leaves behind


def test_two_texts_initialled_in_one_ballot_are_a_proof():
    chain = chain_of([*initials(ONE, parties=[VELMORA]), *initials(TWO, parties=[VELMORA])])
    (proof,) = chain.proofs()
    assert (proof.rule, proof.against) == ("ballot", VELMORA)


def test_initialling_one_text_and_signing_another_is_a_proof():
    chain = chain_of([*initials(ONE, parties=[VELMORA]), *initials(TWO, parties=[ONDORIA]), *signatures(TWO, parties=[VELMORA])])
    assert [(proof.rule, proof.against) for proof in chain.proofs()] == [("ballot", VELMORA)]


def test_a_decline_beside_a_signature_is_a_proof_and_the_certificate_stands():
    chain = chain_of([*initials(ONE), *signatures(ONE), decline(VELMORA)])
    assert [(proof.rule, proof.against) for proof in chain.proofs()] == [("decline-and-sign", VELMORA)]
    assert [one.version for one in chain.line()] == [ONE]


def test_a_decline_after_an_initial_is_no_proof():
    assert chain_of([*initials(ONE), *(decline(name) for name in PARTIES)]).proofs() == ()


TWO_CERTIFICATES = [
    *initials(ONE),
    *signatures(ONE),
    decline(VELMORA),
    *initials(TWO, 2),
    *signatures(TWO, 2),
]


def test_of_two_certificates_the_higher_ballot_stands_and_the_proof_is_named():
    chain = chain_of(TWO_CERTIFICATES)
    assert [one.version for one in chain.line()] == [TWO]
    assert [one.version for one in chain.overtaken()] == [ONE]
    assert [(proof.rule, proof.against) for proof in chain.proofs()] == [("decline-and-sign", VELMORA)]


def test_two_certificates_in_one_ballot_leave_the_base_in_force():
    chain = chain_of([*initials(ONE), *signatures(ONE), *initials(TWO), *signatures(TWO)])
    assert chain.line() == ()
    assert {proof.against for proof in chain.proofs()} == set(PARTIES)


# Any order of arrival


def reading(chain: Chain) -> object:
    return (
        chain.line(),
        chain.overtaken(),
        chain.proofs(),
        chain.awaited(),
        {act: chain.standing(act) for act in chain._acts},
        [guard.may(chain, party) for party in PARTIES],
    )


SCRAMBLED = [*TWO_CERTIFICATES, *initials(titled("Three", base=TWO.id)), said("kestria", "sign", sign_body(ONE, 1))]


@settings(max_examples=60, deadline=None)
@given(st.permutations(SCRAMBLED))
def test_any_order_of_arrival_reads_the_same(acts):
    assert reading(chain_of(acts)) == reading(chain_of(SCRAMBLED))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(SCRAMBLED), max_size=40))
def test_what_arrives_twice_changes_nothing(acts):
    once = list(dict.fromkeys(acts))
    assert reading(chain_of(acts)) == reading(chain_of(once))


def test_of_several_acts_that_say_the_same_the_earliest_counts_in_any_order():
    early, late = signatures(ONE, parties=[VELMORA], hours=1)[0], signatures(ONE, parties=[VELMORA], hours=9)[0]
    rest = [*initials(ONE), *signatures(ONE, parties=PARTIES[:2])]
    lines = {chain_of(order).line()[0].certificate.at for order in ([*rest, early, late], [late, early, *rest])}
    assert lines == {early.at}


# The guard and the model agree

TEXTS = {"x": ONE, "y": TWO}
RULES = Rules()


def as_acts(state) -> list[Said]:
    """What a state of the model is, in acts."""
    found = []
    for party, words in zip(PARTIES, state, strict=True):
        for ballot, word in enumerate(words, 1):
            if word[:1] in TEXTS:
                found += initials(TEXTS[word[0]], ballot, [party])
            if "s" in word:
                found += signatures(TEXTS[word[0]], ballot, [party])
            if "d" in word:
                found.append(decline(party, ballot))
    return found


def guarded(chain: Chain, party: str) -> set[tuple[int, str]]:
    """What the guard lets a party say, in the words of the model."""
    found = set()
    for ballot in (1, 2):
        for text, version in TEXTS.items():
            for kind, body in (("initial", initial_body(version, ballot)), ("sign", sign_body(version, ballot))):
                if says(chain, party, kind, body):
                    found.add((ballot, text if kind == "initial" else f"{text}s"))
        if says(chain, party, "decline", decline_body(ONE.ground, ballot)):
            found.add((ballot, "d"))
    return found


def says(chain, party, kind, body) -> bool:
    try:
        return allowed(chain, party, kind, body)
    except Refused:
        return False


def modelled(state, party: int) -> set[tuple[int, str]]:
    found = set()
    for ballot, word in moves(RULES, state, party, seen_all=True):
        found.add((ballot + 1, "d" if "d" in word else word))
    return found


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_guard_allows_exactly_what_the_model_tried(data):
    """Walk the model at random; at every step, with all words held, both say the same, unless a text is concluded."""
    state = RULES.start()
    for _ in range(data.draw(st.integers(0, 14))):
        steps = [(p, b, w) for p in RULES.honest for b, w in moves(RULES, state, p)]
        if not steps:
            break
        party, ballot, word = data.draw(st.sampled_from(steps))
        state = say(state, party, ballot, word)
    chain = chain_of(as_acts(state))
    for index, party in enumerate(PARTIES):
        expected = set() if chain.line() else modelled(state, index)
        assert guarded(chain, party) == expected, (state, highest(state[index]))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_nodes_that_ask_the_guard_never_conclude_two_texts_whatever_the_delay(data):
    """Three nodes, each with what has reached it; any allowed word, any delivery."""
    nodes = {name: Chain(ONE.ground) for name in PARTIES}
    everything: list[Said] = []
    for _ in range(data.draw(st.integers(5, 40))):
        if everything and data.draw(st.booleans()):
            nodes[data.draw(st.sampled_from(PARTIES))].advance(data.draw(st.sampled_from(everything)))
            continue
        party = data.draw(st.sampled_from(PARTIES))
        words = sorted(guarded(nodes[party], party))
        if words:
            ballot, word = data.draw(st.sampled_from(words))
            act = as_acts([("",) * (ballot - 1) + (word,) if name == party else () for name in PARTIES])[-1]
            everything.append(act)
            nodes[party].advance(act)
    whole = chain_of(everything)
    assert whole.proofs() == ()
    assert sum(len(held.certificates()) for held in [whole.ballots(ONE.ground)] if held) <= 1


def test_every_order_of_a_short_case_reads_the_same():
    acts = [*initials(ONE, parties=PARTIES[:2]), *signatures(ONE, parties=PARTIES[:1]), decline(VELMORA)]
    assert len({repr(reading(chain_of(order))[:4]) for order in permutations(acts)}) == 1
