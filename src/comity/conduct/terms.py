"""One instrument: the chain of its versions, what is concluded, what is in force, who is bound (protocol, Terms).

A chain is the set of statements held about one instrument. Every reading is computed from the set, so the order in which
they came changes nothing. Initialled, concluded and in force are three different facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise

from comity.conduct.ballots import Awaited, Ballots, Certificate, Proof
from comity.conduct.time import Edge, at_edge, distance
from comity.conduct.versions import Version
from comity.conduct.words import BallotWord, NumberedWord, Statement, Word, read_word
from comity.protocol.refusals import Refused

NEVER = datetime.max.replace(tzinfo=UTC)
"""The moment of what the calendar cannot reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a fold makes of one act: `in-turn`, `irregular` (kept, counts as nothing) or `waiting` for what it refers to."""

    state: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Concluded:
    """A version that stands, and its place in the chain, from 1.

    `since` and `until` bound its being in force, in UTC; `until` is the moment from which it is so no longer, by its own
    duration; None where it has none. That a later version replaces it earlier is read from the chain.
    """

    number: int
    certificate: Certificate
    since: datetime
    until: datetime | None

    @property
    def version(self) -> Version:
        return self.certificate.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A party's leave and the moment from which it is bound no more (rule 9)."""

    party: str
    act: str
    since: datetime


class Chain:
    """All that is held about one instrument; `ground` is what the drafts of its first text share."""

    def __init__(self, ground: str) -> None:
        self.ground = ground
        self._acts: dict[str, Statement] = {}
        self._words: dict[str, Word | Refused] = {}
        self._ballots: dict[str, Ballots] = {}
        self._leaves: dict[str, str] = {}
        self._numbered: dict[str, list[Statement]] = defaultdict(list)
        self._line: tuple[Concluded, ...] | None = None

    def advance(self, statement: Statement) -> Standing:
        """Take in one act about these terms. Never raises; the same act again changes nothing."""
        if statement.id not in self._acts:
            self._acts[statement.id] = statement
            self._words[statement.id] = word = _read(statement)
            if isinstance(word, BallotWord):
                self._on(word.base).add(statement, word)
            elif isinstance(word, NumberedWord):
                self._numbered[statement.author].append(statement)
            self._settle()
        return self.standing(statement.id)

    def _on(self, ground: str) -> Ballots:
        if ground not in self._ballots:
            self._ballots[ground] = Ballots(ground, None, self._leaves)
        return self._ballots[ground]

    def _settle(self) -> None:
        """Let what has become known reach what waited for it: bases of ballots, and leaves."""
        self._line = None
        for ground, ballots in self._ballots.items():
            ballots.base = None if ground == self.ground else self.version(ground)
        for statements in self._numbered.values():
            for statement in statements:
                if statement.kind == "leave" and self.standing(statement.id).state == "in-turn":
                    self._leaves[statement.id] = statement.author

    # What is held

    def version(self, digest: str) -> Version | None:
        """A text of this instrument, initialled or more."""
        return next((held.versions[digest] for held in self._ballots.values() if digest in held.versions), None)

    def versions(self) -> tuple[Version, ...]:
        """Every text held, in the order of their ids."""
        found = {version.id: version for held in self._ballots.values() for version in held.versions.values()}
        return tuple(found[digest] for digest in sorted(found))

    def statement(self, act: str) -> tuple[Statement, Word | Refused]:
        return self._acts[act], self._words[act]

    def standing(self, act: str) -> Standing:
        """What is made of an act held."""
        statement, word = self._acts[act], self._words[act]
        if isinstance(word, Refused):
            return Standing(state="irregular", reasons=("unreadable",))
        if isinstance(word, NumberedWord):
            return self._numbered_standing(statement, word)
        ballots = self._ballots[word.base]
        if ballots.base is None and word.base != self.ground:
            return Standing(state="waiting", reasons=("unknown-base",))
        return _judged(ballots.flaws(ballots.said(act)))

    def _numbered_standing(self, statement: Statement, word: NumberedWord) -> Standing:
        version = self.version(word.version)
        if version is None:
            return Standing(state="waiting", reasons=("unknown-text",))
        if statement.author not in version.names:
            return Standing(state="irregular", reasons=("not-a-party",))
        heard = version.names - {statement.author} <= statement.to
        return Standing(state="in-turn") if heard else Standing(state="irregular", reasons=("addressees",))

    # What is concluded and in force

    def line(self) -> tuple[Concluded, ...]:
        """The versions that stand, oldest first: each concluded on the one before it."""
        if self._line is None:
            self._line = tuple(self._walk())
        return self._line

    def _walk(self) -> Iterator[Concluded]:
        ground, number = self.ground, 1
        while certificate := self._concluded_on(ground):
            gone = [self._leaves_since(act) for act in certificate.version.left.values()]
            yield _concluded(certificate, number, gone)
            ground, number = certificate.version.id, number + 1

    @property
    def id(self) -> str | None:
        """The id of the chain is that of its first version; None before one is concluded."""
        return self.line()[0].version.id if self.line() else None

    def concluded(self, version: str) -> Concluded | None:
        """The version's place among those that stand; None where its certificate is missing or does not stand."""
        return next((one for one in self.line() if one.version.id == version), None)

    def overtaken(self) -> tuple[Certificate, ...]:
        """Texts concluded that do not stand, because a certificate of a higher ballot does (rule 7)."""
        standing = {one.version.id for one in self.line()}
        held = (one for ballots in self._ballots.values() for one in ballots.certificates())
        return tuple(one for one in held if one.version.id not in standing)

    def in_force(self, now: datetime) -> Concluded | None:
        """The newest version whose day has come, unless it has run out or too few are left to be bound by it.

        A version that ran out does not bring an older one back. One party alone keeps what it declared alone (rule 11).
        """
        begun = [one for one in self.line() if one.since <= now]
        if not begun or (begun[-1].until is not None and begun[-1].until <= now):
            return None
        found = begun[-1]
        bound = self._bound(found, now)
        return found if len(bound) >= min(2, len(found.version.parties)) else None

    def parties(self, now: datetime) -> tuple[str, ...]:
        """Who is bound now, in the order of the terms; nobody while nothing is in force."""
        found = self.in_force(now)
        return self._bound(found, now) if found else ()

    def _bound(self, concluded: Concluded, now: datetime) -> tuple[str, ...]:
        gone = {leaving.party for leaving in self.leavings(concluded) if leaving.since <= now}
        return tuple(party.party for party in concluded.version.parties if party.party not in gone)

    # Who leaves

    def leavings(self, concluded: Concluded) -> tuple[Leaving, ...]:
        """The leaves given by parties of a version that stands. One already cited has done its work (rule 10)."""
        cited = {act for one in self.line()[: concluded.number] for act in one.version.left.values()}
        given: dict[str, Leaving] = {}
        for act, party in self._leaves.items():
            if act not in cited and party in concluded.version.names:
                leaving = Leaving(party=party, act=act, since=self._leaves_since(act))
                given[party] = min(leaving, given.get(party, leaving), key=lambda one: (one.since, one.act))
        return tuple(given[party] for party in sorted(given))

    def _leaves_since(self, act: str) -> datetime:
        """The day named, not before the notice of the version last signed has run from the time of the act."""
        statement, word = self._acts[act], self._words[act]
        assert isinstance(word, NumberedWord)
        named = self.version(word.version)
        assert named is not None, "a leave that counts names a text that is held"
        notice = self._last_signed_before(named, statement).leave_notice
        return max(at_edge(word.day, Edge.BEGINNING), distance(statement.at, notice, edge=Edge.BEGINNING) or NEVER)

    def _last_signed_before(self, version: Version, leave: Statement) -> Version:
        """The version named, or a later one that its author had signed by then: naming an old text shortens no notice."""
        while later := self._concluded_on(version.id):
            act = later.signatures.get(leave.author)
            if act is None or self._acts[act].at > leave.at:
                break
            version = later.version
        return version

    def _concluded_on(self, ground: str) -> Certificate | None:
        return self._ballots[ground].standing() if ground in self._ballots else None

    def has_left(self, party: str) -> bool:
        """True when a party of the version last concluded (or of drafts of a first text) has given its leave."""
        if not self.line():
            return party in self._leaves.values()
        return any(leaving.party == party for leaving in self.leavings(self.line()[-1]))

    def numbered(self, party: str) -> tuple[tuple[Statement, NumberedWord], ...]:
        """A party's own series, by number and then act: leave, suspensions, declarations that count (rule 11)."""
        held = [(one, self._words[one.id]) for one in self._numbered.get(party, ())]
        kept = [(one, word) for one, word in held if isinstance(word, NumberedWord) and self._counts(one)]
        return tuple(sorted(kept, key=lambda pair: (pair[1].number, pair[0].id)))

    def _counts(self, statement: Statement) -> bool:
        return self.standing(statement.id).state == "in-turn"

    def next_number(self, party: str) -> int:
        """The number of the party's next word in its own series, counting every word held."""
        words = [self._words[one.id] for one in self._numbered.get(party, ())]
        return max((word.number for word in words if isinstance(word, NumberedWord)), default=0) + 1

    # What people are shown

    def ballots(self, ground: str) -> Ballots | None:
        """The ballots on one base; on `ground` itself those on a first text."""
        return self._ballots.get(ground)

    def open_ground(self) -> str:
        """What the next text stands on: the version last concluded, or the ground of a first text."""
        return self.line()[-1].version.id if self.line() else self.ground

    def open_ballots(self) -> Ballots:
        """The ballots in which the next text is being agreed; empty where nobody has begun."""
        return self._on_open(self.open_ground())

    def _on_open(self, ground: str) -> Ballots:
        if ground in self._ballots:
            return self._ballots[ground]
        return Ballots(ground, self.version(ground), self._leaves)

    def awaited(self) -> tuple[Awaited, ...]:
        """Whose word the next text waits for."""
        return self.open_ballots().awaited()

    def proofs(self) -> tuple[Proof, ...]:
        """Every pair of acts here that no one who keeps the rules can have issued."""
        found = {proof for ballots in self._ballots.values() for proof in ballots.proofs()}
        return tuple(sorted(found | set(self._number_proofs())))

    def _number_proofs(self) -> Iterator[Proof]:
        for party in self._numbered:
            own = self.numbered(party)
            for (one, word), (other, another) in pairwise(own):
                if word.number == another.number:
                    yield Proof(rule="number", against=party, acts=(one.id, other.id))

    def last_signed(self, party: str) -> str | None:
        """The version this party signed last, concluded or still waited for: what its leave names (rule 9)."""
        signed = list(self.open_ballots().words("sign", party=party))
        if signed:
            return max(signed, key=lambda said: said.ballot).version
        held = [one.version for one in self.line() if party in one.version.names]
        return held[-1].id if held else None


def _read(statement: Statement) -> Word | Refused:
    try:
        return read_word(statement.kind, statement.data)
    except Refused as refusal:
        return refusal


def _judged(flaws: tuple[str, ...]) -> Standing:
    if not flaws:
        return Standing(state="in-turn")
    return Standing(state="waiting" if flaws == ("unknown-text",) else "irregular", reasons=flaws)


def _concluded(certificate: Certificate, number: int, gone: list[datetime]) -> Concluded:
    """Who leaves is bound, and has the others bound, until its day: a text without it is not in force before (rule 9)."""
    since = max([effective_from(certificate.version, certificate.at), *gone])
    lasts = certificate.version.lasts
    until = distance(since, lasts, edge=Edge.BEGINNING) if lasts else None
    return Concluded(number=number, certificate=certificate, since=since, until=until)


def effective_from(version: Version, concluded: datetime) -> datetime:
    """When a version concluded at that moment comes into force: at its date or after its delay, never before (rule 8)."""
    if isinstance(version.effective, date):
        return max(concluded, at_edge(version.effective, Edge.BEGINNING))
    begins = distance(concluded, version.effective, edge=Edge.BEGINNING)
    return max(concluded, begins or NEVER)
