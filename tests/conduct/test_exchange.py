"""Simultaneous exchange: nobody reads before it has committed, and who copies, replays or does not open is seen."""

from datetime import date, datetime, timedelta
from hashlib import sha256

import pytest

from comity.conduct.case import Case
from comity.conduct.exchange import Sealed, exchange_id, seal, set_id, unseal
from comity.conduct.openings import participants
from comity.conduct.statements import Cited, Statement
from tests.conduct.stories import PARTIES, at, codes, others, said, terms

TAR, OND, VEL = PARTIES
PERIOD = date(2026, 12, 15)
AGREED = terms("information-exchange", mode="simultaneous", absence="absent")
THIS = exchange_id(AGREED.version, PERIOD, PARTIES)


def chance(seed: str):
    state = [sha256(seed.encode()).digest()]

    def some(length: int) -> bytes:
        state[0] = sha256(state[0]).digest()
        return state[0][:length]

    return some


def sealed(party: str, choice: str = "submitted", exchange: str = THIS) -> Sealed:
    return seal({"choice": choice, "form": "forces", "data": {"by": party}}, party=party, exchange=exchange, random=chance(party + exchange))


def commit(party: str, when: str = "2026-12-10", what: Sealed | None = None) -> Statement:
    return said(party, others(party), when, "commit", choice="committed", data=dict((what or sealed(party)).commitment))


def all_in(party: str, commits: list[Statement], when: str = "2026-12-16") -> Statement:
    refs = tuple(Cited("after", act.id) for act in commits)
    return said(party, others(party), when, "all_in", refs=refs, data={"exchange": THIS, "set": set_id(act.id for act in commits)})


def opening(party: str, own: Statement, after: list[Statement], what: Sealed | None = None) -> Statement:
    refs = (Cited("reveals", own.id), *(Cited("after", act.id) for act in after))
    return said(party, others(party), "2026-12-17", "reveal", refs=refs, data=dict((what or sealed(party)).opening))


def case(*acts: Statement) -> Case:
    opens = datetime(2026, 10, 16, tzinfo=AGREED.in_force_from.tzinfo)
    return Case.of(acts, case="case", terms=AGREED, participants=participants(AGREED), period=PERIOD, opens=opens)


COMMITS = [commit(party) for party in PARTIES]
ALL_IN = [all_in(party, COMMITS) for party in PARTIES]


def states(made: Case, *acts: Statement) -> list[str]:
    return [made.standing(act.id).state for act in acts]


def test_all_open_when_all_have_said_that_they_hold_all_commitments():
    openings = [opening(party, own, ALL_IN) for party, own in zip(PARTIES, COMMITS, strict=True)]
    made = case(*COMMITS, *ALL_IN, *openings)
    assert states(made, *COMMITS, *ALL_IN, *openings) == ["in-turn"] * 9
    assert [(share.party, share.stage) for share in made.shares] == [(party, "opened") for party in PARTIES]
    assert [share.report["data"] for share in made.shares] == [{"by": party} for party in PARTIES]


def test_nobody_may_open_before_all_have_said_so():
    early = opening(TAR, COMMITS[0], ALL_IN[:2])
    made = case(*COMMITS, *ALL_IN[:2], early)
    assert codes(made, early) == ["not-yet"]
    assert {share.stage for share in made.shares} == {"all-in", "committed"}


def test_nobody_says_all_in_before_all_have_committed():
    early = all_in(TAR, COMMITS[:2])
    assert "not-yet" in codes(case(*COMMITS[:2], early), early)


def test_a_nil_report_commits_too():
    nil = sealed(TAR, "nil")
    commits = [commit(TAR, what=nil), *COMMITS[1:]]
    said_all = [all_in(party, commits) for party in PARTIES]
    made = case(*commits, *said_all, opening(TAR, commits[0], said_all, nil))
    assert made.shares[0].report["choice"] == "nil"


def test_a_copied_commitment_cannot_be_opened_by_who_copied_it():
    copied = said(OND, others(OND), "2026-12-09", "commit", choice="committed", data=dict(sealed(TAR).commitment))
    commits = [COMMITS[0], copied, COMMITS[2]]
    said_all = [all_in(party, commits) for party in PARTIES]
    theirs = said(OND, others(OND), "2026-12-18", "reveal", refs=(Cited("reveals", copied.id),), data=dict(sealed(TAR).opening))
    made = case(*commits, *said_all, opening(TAR, COMMITS[0], said_all), theirs)
    assert codes(made, theirs) == ["does-not-open"]
    share = made.shares[1]
    assert (share.stage, share.faults) == ("all-in", (("does-not-open", theirs.id), ("same-sum", COMMITS[0].id)))
    assert made.shares[0].stage == "opened", "though the copy claims an earlier time"


def test_a_commitment_of_another_year_is_out_of_turn_and_seen():
    old = commit(OND, what=sealed(OND, exchange=exchange_id(AGREED.version, date(2025, 12, 15), PARTIES)))
    made = case(COMMITS[0], old)
    assert codes(made, old) == ["another-exchange"]
    assert made.shares[1].faults == (("another-exchange", old.id),)


def test_a_changed_report_does_not_open():
    other = seal({"choice": "submitted", "form": "forces", "data": {"by": "changed"}}, party=TAR, exchange=THIS, random=chance("other"))
    changed = opening(TAR, COMMITS[0], ALL_IN, other)
    assert codes(case(*COMMITS, *ALL_IN, changed), changed) == ["does-not-open"]


def test_a_differing_set_stops_the_exchange():
    twice = commit(OND, "2026-12-11", sealed(OND, "nil"))
    theirs = all_in(VEL, [COMMITS[0], twice, COMMITS[2]])
    made = case(*COMMITS, twice, *ALL_IN[:2], theirs, act := opening(TAR, COMMITS[0], [*ALL_IN[:2], theirs]))
    assert codes(made, theirs) == ["another-set"]
    assert codes(made, act) == ["not-yet"]


def test_who_does_not_open_is_shown_as_committed_and_not_opened():
    made = case(*COMMITS, *ALL_IN, *(opening(party, own, ALL_IN) for party, own in zip(PARTIES[:2], COMMITS[:2], strict=True)))
    assert [share.stage for share in made.shares] == ["opened", "opened", "all-in"]
    (withheld,) = [duty for duty in made.duties(at("2026-12-20")) if duty.step == "reveal" and not duty.fulfilled]
    assert (withheld.owner, withheld.state(at("2026-12-20"))) == (VEL, "open-past")


def test_who_stays_out_ends_the_exchange_and_it_may_begin_again_without():
    absent = said(TAR, others(TAR), "2026-12-16", "commit", kind="taken-as", choice="absent", data={"holder": VEL})
    made = case(*COMMITS[:2], absent)
    assert made.outcome(at("2026-12-17")).word == "not exchanged"
    begin = said(TAR, {OND}, "2026-12-17", "restart", period=PERIOD, refs=(Cited("cites", absent.id),))
    again = Case.of((begin,), case="again", terms=AGREED)
    this = exchange_id(AGREED.version, PERIOD, (TAR, OND))
    assert {duty.owner: duty.due.date() for duty in again.duties(at("2026-12-18")) if duty.step == "commit"} == {TAR: date(2026, 12, 22), OND: date(2026, 12, 22)}
    act = said(OND, {TAR}, "2026-12-18", "commit", choice="committed", data=dict(sealed(OND, exchange=this).commitment))
    assert again.advance(act).standings[act.id].state == "in-turn"


def test_a_latecomer_sends_an_ordinary_report_after_the_opening():
    openings = [opening(party, own, ALL_IN) for party, own in zip(PARTIES, COMMITS, strict=True)]
    late = said(VEL, others(VEL), "2026-12-20", "late_report", choice="submitted")
    assert states(case(*COMMITS, *ALL_IN, *openings, late), late) == ["in-turn"]
    assert codes(case(*COMMITS, late), late) == ["not-yet"]


def test_all_in_is_owed_when_the_last_commitment_is_here():
    made = case(*COMMITS)
    due = {duty.owner: duty.due.date() for duty in made.duties(at("2026-12-11")) if duty.step == "all_in"}
    assert due == dict.fromkeys(PARTIES, date(2026, 12, 12))
    assert not [duty for duty in case(*COMMITS[:2]).duties(at("2026-12-11")) if duty.step == "all_in"]


@pytest.mark.parametrize("missing", ["key", "salt", "exchange"])
def test_an_opening_that_lacks_a_part_opens_nothing(missing):
    what = sealed(TAR)
    assert unseal(what.commitment, what.opening, party=TAR) is not None
    assert unseal(what.commitment, {key: value for key, value in what.opening.items() if key != missing}, party=TAR) is None
    assert unseal(what.commitment, {**what.opening, missing: "00" * 16}, party=TAR) is None
    assert unseal(what.commitment, what.opening, party=OND) is None


def test_the_exchange_has_the_version_the_period_and_the_roster_in_any_order():
    assert exchange_id("v", PERIOD, ["b", "a"]) == exchange_id("v", PERIOD, ["a", "b"])
    assert len({exchange_id("v", PERIOD, ["a"]), exchange_id("w", PERIOD, ["a"]), exchange_id("v", PERIOD + timedelta(1), ["a"]), exchange_id("v", PERIOD, ["b"])}) == 4
