"""A chain: when a version is in force, who is bound, how a party leaves or comes, in any order of arrival."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.conduct import guard
from comity.conduct.clauses import clauses, provision
from comity.conduct.instruments import Instruments
from comity.conduct.measures_agreed import measure_terms
from comity.conduct.terms import Chain
from comity.conduct.words import carried_texts, decline_body, initial_body, leave_body, sign_body
from comity.protocol.refusals import Refused
from tests.conduct.drafts import NEW_YEAR, PARTIES, draft, said, titled
from tests.conduct.test_terms_versions import MEASURE, SARN, ZONE

TARSENIA, ONDORIA, VELMORA = PARTIES
DAY = timedelta(days=1)


def agreed(version, ballot=1, *, hours=0, base=None, parties=None):
    """All words that conclude a text; the last signature comes so many hours after new year."""
    needed = sorted(version.needed(base))
    to = needed if parties is None else parties
    words = [said(name, "initial", initial_body(version, ballot), to=to) for name in needed]
    return words + [said(name, "sign", sign_body(version, ballot), hours=hours, to=to) for name in needed]


def chain_of(*acts):
    chain = Chain(acts[0].data["base"])
    for act in acts:
        chain.advance(act)
    return chain


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# In force


def test_concluded_is_not_yet_in_force():
    chain = chain_of(*agreed(draft(effective={"date": "2026-03-01"})))
    assert chain.line()
    assert chain.in_force(at("2026-02-28T23:59:59")) is None
    assert chain.in_force(at("2026-03-01")).version == chain.line()[0].version


def test_never_in_force_before_the_last_signature_whatever_the_date_says():
    chain = chain_of(*agreed(draft(effective={"date": "2025-01-01"}), hours=30))
    assert chain.line()[0].since == at("2026-01-02T06:00:00")


def test_a_delay_in_days_runs_to_the_start_of_its_day_and_in_hours_from_the_instant():
    assert chain_of(*agreed(draft(effective={"delay": "P30D"}), hours=5)).line()[0].since == at("2026-01-31")
    assert chain_of(*agreed(draft(effective={"delay": "PT48H"}), hours=5)).line()[0].since == at("2026-01-03T05:00:00")


def test_no_delay_is_in_force_with_the_last_signature():
    assert chain_of(*agreed(draft(), hours=5)).line()[0].since == at("2026-01-01T05:00:00")


def test_a_text_runs_out_and_brings_no_older_one_back():
    first = titled("One")
    second = draft(base=first.id, lasts="P1Y")
    chain = chain_of(*agreed(first), *agreed(second, base=first))
    assert chain.in_force(at("2026-12-31T23:59:59")).version == second
    assert chain.in_force(at("2027-01-01")) is None


def test_the_older_version_binds_until_the_day_of_the_newer():
    first = titled("One")
    second = draft(base=first.id, effective={"date": "2026-06-01"})
    chain = chain_of(*agreed(first), *agreed(second, base=first))
    assert chain.in_force(at("2026-05-31")).number == 1
    assert chain.in_force(at("2026-06-01")).number == 2
    assert chain.id == first.id


def test_the_chain_has_no_id_before_a_first_text_is_concluded():
    assert chain_of(*agreed(draft())[:5]).id is None


def test_a_silent_party_keeps_the_base_in_force_and_is_named():
    first = titled("One")
    second = draft(base=first.id)
    words = [act for act in agreed(second, base=first) if act.author != VELMORA]
    chain = chain_of(*agreed(first), *words)
    assert chain.in_force(NEW_YEAR + DAY).version == first
    assert {(one.party, one.kind) for one in chain.awaited()} == {(VELMORA, "initial")}


def test_a_declaration_by_one_party_alone_is_in_force_with_its_own_signature():
    alone = draft([TARSENIA])
    assert chain_of(*agreed(alone)).parties(NEW_YEAR) == (TARSENIA,)


# Leaving and coming


def left_by_velmora(day="2026-05-01", hours=0):
    version = draft()
    leave = said(VELMORA, "leave", leave_body(version.id, 1, date.fromisoformat(day)), hours=hours)
    return version, leave


def test_who_leaves_is_bound_until_the_day_named():
    version, leave = left_by_velmora()
    chain = chain_of(*agreed(version), leave)
    assert chain.parties(at("2026-04-30T23:59:59")) == PARTIES
    assert chain.parties(at("2026-05-01")) == (TARSENIA, ONDORIA)


def test_a_day_named_too_soon_waits_for_the_notice():
    version, leave = left_by_velmora("2026-01-02")
    chain = chain_of(*agreed(version), leave)
    assert chain.leavings(chain.line()[0])[0].since == at("2026-04-01")


def test_naming_an_old_text_does_not_shorten_the_notice():
    first = titled("One", leave_notice="P1D")
    second = draft(base=first.id, leave_notice="P1Y")
    leave = said(VELMORA, "leave", leave_body(first.id, 1, date(2026, 1, 5)), hours=48)
    chain = chain_of(*agreed(first), *agreed(second, base=first), leave)
    assert chain.leavings(chain.line()[-1])[0].since == at("2027-01-03")


def test_when_one_of_two_leaves_nobody_is_bound_any_more():
    version = draft(PARTIES[:2])
    leave = said(ONDORIA, "leave", leave_body(version.id, 1, date(2026, 5, 1)), to=PARTIES[:2])
    chain = chain_of(*agreed(version), leave)
    assert chain.in_force(at("2026-04-30")) is not None
    assert chain.in_force(at("2026-05-01")) is None


def test_leaving_is_the_way_out_for_one_who_signed_and_waits():
    version = draft()
    words = [act for act in agreed(version) if (act.author, act.kind) != (ONDORIA, "sign")]
    chain = chain_of(*words)
    assert [one.kind for one in guard.may(chain, VELMORA)] == ["leave"]
    leave = said(VELMORA, "leave", leave_body(version.id, 1, date(2026, 5, 1)))
    guard.check(chain, VELMORA, "leave", leave.data, to=frozenset(PARTIES), now=NEW_YEAR)
    chain.advance(leave)
    for act in agreed(version):
        chain.advance(act)
    assert chain.parties(at("2026-04-30")) == PARTIES
    assert chain.parties(at("2026-05-01")) == (TARSENIA, ONDORIA)


def test_who_has_left_says_nothing_more():
    version, leave = left_by_velmora()
    chain = chain_of(*agreed(version), leave)
    assert guard.may(chain, VELMORA) == ()
    with pytest.raises(Refused) as refusal:
        guard.check(chain, VELMORA, "decline", decline_body(version.id, 1), to=frozenset(PARTIES), now=NEW_YEAR)
    assert refusal.value.data["reason"] == "left"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (lambda v: leave_body(v.id, 1, date(2026, 3, 31)), "notice"),
        (lambda v: leave_body(v.id, 2, date(2026, 5, 1)), "number"),
        (lambda v: leave_body("f" * 64, 1, date(2026, 5, 1)), "unknown-text"),
    ],
)
def test_a_leave_out_of_order_is_refused_before_it_is_sent(body, reason):
    version = draft()
    with pytest.raises(Refused) as refusal:
        guard.check(chain_of(*agreed(version)), VELMORA, "leave", body(version), to=frozenset(PARTIES), now=NEW_YEAR)
    assert refusal.value.data["reason"] == reason


def test_the_others_go_on_without_who_left_but_not_before_its_day():
    version, leave = left_by_velmora()
    without = draft(PARTIES[:2], base=version.id, left={VELMORA: leave.id})
    chain = chain_of(*agreed(version), *agreed(without, base=version), leave)
    assert [one.number for one in chain.line()] == [1, 2]
    assert chain.parties(at("2026-04-30")) == PARTIES
    assert chain.parties(at("2026-05-01")) == (TARSENIA, ONDORIA)


def test_a_text_that_cites_a_leave_nobody_holds_waits_for_it():
    version, leave = left_by_velmora()
    without = draft(PARTIES[:2], base=version.id, left={VELMORA: leave.id})
    chain = chain_of(*agreed(version), *agreed(without, base=version))
    assert len(chain.line()) == 1
    chain.advance(leave)
    assert len(chain.line()) == 2


def test_nobody_can_be_dropped_by_the_leave_of_another():
    version = draft()
    other = said(ONDORIA, "leave", leave_body(version.id, 1, date(2026, 5, 1)))
    without = draft(PARTIES[:2], base=version.id, left={VELMORA: other.id})
    assert len(chain_of(*agreed(version), other, *agreed(without, base=version)).line()) == 1


def test_who_left_comes_back_by_accession_and_may_leave_again():
    version, leave = left_by_velmora()
    without = draft(PARTIES[:2], base=version.id, left={VELMORA: leave.id})
    again = draft(base=without.id, draw="2" * 32)
    acts = [*agreed(version), leave, *agreed(without, base=version), *agreed(again, base=without, hours=24 * 200)]
    chain = chain_of(*acts)
    assert chain.parties(at("2026-08-01")) == PARTIES
    second = said(VELMORA, "leave", leave_body(again.id, 2, date(2027, 1, 1)), hours=24 * 210)
    chain.advance(second)
    assert chain.parties(at("2027-01-01")) == (TARSENIA, ONDORIA)


def test_an_accession_needs_the_newcomer_and_every_party():
    version = draft()
    wider = draft((*PARTIES, "kestria"), base=version.id)
    words = agreed(wider, base=version)
    short = [act for act in words if (act.author, act.kind) != ("kestria", "sign")]
    assert len(chain_of(*agreed(version), *short).line()) == 1
    assert chain_of(*agreed(version), *words).parties(NEW_YEAR) == (*PARTIES, "kestria")


# The party's own series


def test_the_own_series_is_kept_by_number_and_two_of_one_number_are_a_proof():
    version = draft()
    pause = said(VELMORA, "suspend", {"version": version.id, "number": 1, "day": "2026-02-01", "measures": ["un:I.3.1"]})
    resume = said(VELMORA, "resume", {"version": version.id, "number": 2, "day": "2026-03-01"})
    chain = chain_of(*agreed(version), resume, pause)
    assert [(word.kind, word.number) for _, word in chain.numbered(VELMORA)] == [("suspend", 1), ("resume", 2)]
    assert chain.next_number(VELMORA) == 3
    twin = said(VELMORA, "declare", {"version": version.id, "number": 2, "day": "2026-03-01", "words": {"en": "x"}})
    chain.advance(twin)
    assert [(proof.rule, proof.against) for proof in chain.proofs()] == [("number", VELMORA)]


# Any order


def story():
    version, leave = left_by_velmora()
    without = draft(PARTIES[:2], base=version.id, left={VELMORA: leave.id})
    rival = draft(PARTIES[:2], base=version.id, left={VELMORA: leave.id}, draw="8" * 32)
    wider = draft((*PARTIES[:2], "kestria"), base=without.id, effective={"date": "2026-07-01"})
    two = PARTIES[:2]
    lost = [said(TARSENIA, "initial", initial_body(rival, 1), to=two), said(TARSENIA, "decline", decline_body(version.id, 1))]
    lost.append(said(ONDORIA, "decline", decline_body(version.id, 1)))
    return [*agreed(version), leave, *lost, *agreed(without, 2, base=version), *agreed(wider, base=without)]


MOMENTS = [at(f"2026-{month:02}-15") for month in range(1, 13)]


def facts(instruments):
    (chain,) = instruments.chains()
    forces = [(found.version.id, chain.parties(now)) if (found := chain.in_force(now)) else None for now in MOMENTS]
    return forces, chain.line(), chain.proofs(), chain.awaited(), instruments.waiting()


@settings(max_examples=80, deadline=None)
@given(st.permutations(story()))
def test_any_order_of_arrival_gives_the_same_terms_in_force(acts):
    scrambled, ordered = Instruments(), Instruments()
    for act in acts:
        scrambled.advance(act)
    for act in story():
        ordered.advance(act)
    assert facts(scrambled) == facts(ordered)
    assert {act.id: scrambled.standing(act.id) for act in acts} == {act.id: ordered.standing(act.id) for act in acts}


@settings(max_examples=80, deadline=None)
@given(st.sets(st.sampled_from(range(len(story())))), st.sampled_from(MOMENTS))
def test_nobody_is_ever_bound_by_what_it_did_not_sign(kept, now):
    acts = story()
    instruments = Instruments()
    for index in sorted(kept):
        instruments.advance(acts[index])
    signed = {(act.author, act.data["version"]) for index, act in enumerate(acts) if index in kept and act.kind == "sign"}
    for chain, concluded in instruments.in_force(now):
        for party in chain.parties(now):
            assert (party, concluded.version.id) in signed


# Instruments


def test_words_on_a_base_nobody_has_shown_wait_and_are_named():
    first = titled("One")
    second = draft(base=first.id)
    instruments = Instruments()
    for act in agreed(second, base=first):
        assert instruments.advance(act).state == "waiting"
    assert instruments.waiting() == (first.id,)
    for act in agreed(first):
        instruments.advance(act)
    assert instruments.waiting() == ()
    assert instruments.concluded(second.id).number == 2
    assert instruments.chain(second.id) is instruments.chain(first.id)


def test_two_instruments_never_meet():
    one, other = draft(), draft(draw="5" * 32)
    instruments = Instruments()
    for act in [*agreed(one), *agreed(other)]:
        instruments.advance(act)
    assert {found.version for _, found in instruments.in_force(NEW_YEAR)} == {one, other}


def test_a_first_text_may_be_initialled_where_nothing_is_held_and_a_later_one_not():
    instruments = Instruments()
    to = frozenset(PARTIES)
    instruments.check(TARSENIA, "initial", initial_body(draft(), 1), to=to, now=NEW_YEAR)
    with pytest.raises(Refused) as refusal:
        instruments.check(TARSENIA, "initial", initial_body(draft(base="a" * 64), 1), to=to, now=NEW_YEAR)
    assert refusal.value.data["reason"] == "unknown-base"


def test_an_unreadable_act_is_irregular_and_hurts_nothing():
    instruments = Instruments()
    broken = said(TARSENIA, "initial", {"base": 1})
    assert instruments.advance(broken).state == "irregular"
    assert instruments.standing(broken.id).reasons == ("unreadable",)
    assert instruments.chains() == ()


# What travels beside, and what is read from it


def test_a_text_carried_beside_must_have_its_hash():
    version = draft(measures=[MEASURE], others=[SARN])
    with pytest.raises(Refused):
        carried_texts({"texts": {"a" * 64: {"id": "other"}}}, version)
    with pytest.raises(Refused):
        carried_texts({"texts": {"d" * 64: {}}}, version)
    assert carried_texts({}, version) == {}


def test_measure_terms_wait_for_their_texts_and_name_them():
    version = draft(measures=[MEASURE], others=[SARN])
    with pytest.raises(Refused) as refusal:
        measure_terms(version, {}, {"b" * 64}, NEW_YEAR)
    assert refusal.value.data["missing"] == ["a" * 64]


def test_measure_terms_say_what_the_version_says():
    limits = [{"id": "all", "limit": "count", "of": "activity"}]
    limits.append({"id": "other", "limit": "count", "of": "activity", "measure": "un:I.9.9"})
    days = {"velmora": {"weekend": ["FR", "SA"], "holidays": ["2026-05-04"]}}
    version = draft(measures=[MEASURE], others=[SARN], days_off=days, limits=limits)
    (terms,) = measure_terms(version, {"a" * 64: object()}, {"b" * 64}, NEW_YEAR)
    assert (terms.measure, terms.chain, terms.version) == ("un:I.3.1", version.id, version.id)
    assert (terms.parties, terms.in_force_from) == (PARTIES, NEW_YEAR)
    assert (terms.value("notice"), terms.value("notice", "velmora")) == ("P42D", "P30D")
    assert terms.off("velmora").weekend == {5, 6}
    assert terms.roles["third"] == ("sarn",)
    assert [limit["id"] for limit in terms.limits] == ["all"]


def test_every_measure_and_parameter_has_a_paragraph_of_its_own():
    version = draft(measures=[MEASURE], others=[SARN], zones=[ZONE])
    numbers = [paragraph.number for clause in clauses(version) for paragraph in clause.paragraphs]
    assert len(numbers) == len(set(numbers))
    assert provision(version, "un:I.3.1") == "3"
    assert provision(version, "un:I.3.1", "notice") == "3.2"
    assert provision(version, "un:I.1.1") is None
    (notice,) = [one for clause in clauses(version) for one in clause.paragraphs if one.number == "3.2"]
    assert notice.data == {"parameter": "notice", "value": "P42D", "by_party": {"velmora": "P30D"}}


def test_free_clauses_keep_the_words_of_the_parties():
    free = {"heading": {"en": "Good faith"}, "words": {"en": "The parties act in good faith."}}
    (clause,) = [one for one in clauses(draft(text=[free])) if one.key == "clause"]
    assert clause.heading == free["heading"]
    assert clause.paragraphs[0].words == free["words"]
