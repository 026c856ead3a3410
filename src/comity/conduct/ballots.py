"""The ballots on one base (protocol rules 1 to 7): who initialled, signed, declined what; what is concluded; what is proved.

What has been said is a set: it is added to in any order and read as a whole, so every node that holds the same acts reads
the same. What a party that keeps the rules may say next is read here too, from what it holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from comity.conduct.versions import Version
from comity.conduct.words import BallotWord, Statement


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Said:
    """One word in a ballot and the act that carries it; the earliest of several acts that say the same counts."""

    at: datetime
    act: str
    party: str
    kind: str
    ballot: int
    version: str | None
    to: frozenset[str] = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """All signatures of rule 1 in one ballot. `at` is the latest time claimed in them: when the text was concluded."""

    version: Version
    ballot: int
    signatures: Mapping[str, str]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Proof:
    """Two acts by one party that no one who keeps the rules can both have issued. `rule` as in the record `proof`."""

    rule: str
    against: str
    acts: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Awaited:
    """Whose word is missing for one text in the latest ballot. It names what is awaited and blames nobody (rule 12)."""

    party: str
    kind: str
    ballot: int
    version: str | None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class May:
    """A word a party may say now. Without a version: an initial may be for any text, a decline is of the whole ballot."""

    kind: str
    base: str
    ballot: int
    version: str | None = None


class Ballots:
    """All that was said on one base. `leaves` maps the act of each leave held to its author."""

    def __init__(self, ground: str, base: Version | None, leaves: Mapping[str, str]) -> None:
        self.ground = ground
        self.base = base
        self.versions: dict[str, Version] = {}
        self._leaves = leaves
        self._said: dict[tuple[int, str, str, str | None], set[Said]] = defaultdict(set)
        self._acts: dict[str, Said] = {}

    def add(self, statement: Statement, word: BallotWord) -> None:
        """Take in one word. Order does not matter."""
        if word.text is not None:
            self.versions[word.text.id] = word.text
        said = Said(
            at=statement.at,
            act=statement.id,
            party=statement.author,
            kind=word.kind,
            ballot=word.ballot,
            version=word.version,
            to=statement.to,
        )
        self._said[said.ballot, said.party, said.kind, said.version].add(said)
        self._acts[said.act] = said

    # What counts

    def flaws(self, said: Said) -> tuple[str, ...]:
        """Why a word counts as nothing; empty when it counts. `unknown-text` may pass when the text arrives."""
        if said.version is None:
            return self._address_flaws(said, self._everybody())
        version = self.versions.get(said.version)
        if version is None:
            return ("unknown-text",)
        if self.drops(version):
            return ("drops-a-party",)
        return self._address_flaws(said, version.needed(self.base), version.names)

    def _address_flaws(self, said: Said, needed: frozenset[str], also: frozenset[str] = frozenset()) -> tuple[str, ...]:
        if said.party not in needed:
            return ("not-a-party",)
        return () if (needed | also) - {said.party} <= said.to else ("addressees",)

    def _everybody(self) -> frozenset[str]:
        if self.base is not None:
            return self.base.names
        return next((version.names for version in self.versions.values()), frozenset())

    def drops(self, version: Version) -> bool:
        """True when a party is missing without its own leave being cited, or a leave is cited that is none (rule 1)."""
        base = self.base.names if self.base else frozenset[str]()
        return base - version.names != set(version.left)

    def leaves_held(self, version: Version) -> bool:
        """True when every leave the version cites is here and is its party's own."""
        return all(self._leaves.get(act) == party for party, act in version.left.items())

    def words(self, kind: str | None = None, *, ballot: int | None = None, party: str | None = None) -> Iterator[Said]:
        """The words that count, each once: of several acts that say the same, the earliest."""
        for (at, who, what, _), acts in self._said.items():
            if kind in (None, what) and ballot in (None, at) and party in (None, who):
                counting = [said for said in acts if not self.flaws(said)]
                if counting:
                    yield min(counting)

    def said(self, act: str) -> Said:
        """The word of an act held, whether or not it counts."""
        return self._acts[act]

    def all_words(self) -> tuple[Said, ...]:
        """Every word, whether or not it counts, by ballot."""
        return tuple(sorted(self._acts.values(), key=lambda said: (said.ballot, said)))

    # What follows

    def initialled(self, version: str, ballot: int) -> dict[str, Said]:
        return {said.party: said for said in self.words("initial", ballot=ballot) if said.version == version}

    def signed(self, version: str, ballot: int) -> dict[str, Said]:
        return {said.party: said for said in self.words("sign", ballot=ballot) if said.version == version}

    def declined(self, ballot: int) -> dict[str, Said]:
        """Who declined; of several acts by one party the earliest."""
        found: dict[str, Said] = {}
        for said in self.words("decline", ballot=ballot):
            found[said.party] = min(said, found.get(said.party, said))
        return found

    def certificates(self) -> tuple[Certificate, ...]:
        """Each text concluded on this base, highest ballot first. Two of them mean that somebody broke the rules."""
        pairs = {(said.ballot, said.version) for said in self.words("sign")}
        found = [self._certificate(self.versions[version], ballot) for ballot, version in pairs if version is not None]
        held = [certificate for certificate in found if certificate is not None]
        return tuple(sorted(held, key=lambda one: (-one.ballot, one.version.id)))

    def _certificate(self, version: Version, ballot: int) -> Certificate | None:
        signed = self.signed(version.id, ballot)
        if not version.needed(self.base) <= signed.keys() or not self.leaves_held(version):
            return None
        acts = {party: said.act for party, said in sorted(signed.items())}
        return Certificate(version=version, ballot=ballot, signatures=acts, at=max(said.at for said in signed.values()))

    def standing(self) -> Certificate | None:
        """The certificate that stands: the one of the highest ballot (rule 7).

        Two in one ballot cannot both be honest: a party they share signed both. Neither stands, the base stays.
        """
        held = self.certificates()
        tied = len(held) > 1 and held[0].ballot == held[1].ballot
        return None if not held or tied else held[0]

    def proofs(self) -> tuple[Proof, ...]:
        """Every pair of words by one party that nobody who keeps the rules says (rules 2, 3 and 5)."""
        spoken: dict[tuple[str, int], list[Said]] = defaultdict(list)
        for said in self.words():
            spoken[said.party, said.ballot].append(said)
        found = {proof for said in spoken.values() for proof in _conflicts(said)}
        return tuple(sorted(found))

    def top(self) -> int:
        """The highest ballot in which anybody has spoken; 0 when nobody has."""
        return max((said.ballot for said in self.words()), default=0)

    def awaited(self) -> tuple[Awaited, ...]:
        """Whose word is missing in the latest ballot; nobody's once a text is concluded."""
        top = self.top()
        if not top or self.certificates():
            return ()
        texts = sorted({said.version for said in self.words("initial", ballot=top) if said.version})
        declined = self.declined(top)
        if len(texts) > 1 or any(set(declined) & self.versions[text].needed(self.base) for text in texts):
            waiting = self._everybody_in(texts) - set(declined) - {said.party for said in self.words("sign", ballot=top)}
            return tuple(sorted(Awaited(party=party, kind="decline", ballot=top, version=None) for party in waiting))
        return tuple(sorted(found for text in texts for found in self._missing(text, top)))

    def _everybody_in(self, texts: list[str]) -> frozenset[str]:
        return frozenset(party for text in texts for party in self.versions[text].needed(self.base))

    def _missing(self, text: str, ballot: int) -> Iterator[Awaited]:
        needed = self.versions[text].needed(self.base)
        kind, done = "initial", set(self.initialled(text, ballot))
        if needed <= done:
            kind, done = "sign", set(self.signed(text, ballot))
        return (Awaited(party=party, kind=kind, ballot=ballot, version=text) for party in needed - done)

    # What a party that keeps the rules may say

    def may(self, party: str) -> frozenset[May]:
        """What this party may say now, from what is held here (rules 2 to 6)."""
        if self.certificates():
            return frozenset()
        own = max((ballot for ballot, who, *_ in self._said if who == party), default=0)
        here = self._may_in(party, own) if own else set[May]()
        if own and not self._freed(party, own):
            return frozenset(here)
        return frozenset(here | {self._word("initial", own + 1), self._word("decline", own + 1)})

    def _word(self, kind: str, ballot: int, version: str | None = None) -> May:
        return May(kind=kind, base=self.ground, ballot=ballot, version=version)

    def _own(self, party: str, ballot: int) -> list[tuple[str, str | None]]:
        """What this party has said there: kinds and versions, whether or not others count it."""
        return [(kind, version) for at, who, kind, version in self._said if (at, who) == (ballot, party)]

    def _may_in(self, party: str, ballot: int) -> set[May]:
        """In the highest ballot in which it has spoken; nothing once it has signed or declined there (rules 3, 5)."""
        own = self._own(party, ballot)
        if any(kind in ("sign", "decline") for kind, _ in own):
            return set()
        texts = [version for kind, version in own if kind == "initial" and version is not None]
        ready = len(texts) == 1 and self._signable(texts[0], ballot)
        return {self._word("decline", ballot)} | ({self._word("sign", ballot, texts[0])} if ready else set())

    def _signable(self, text: str, ballot: int) -> bool:
        """Rule 5: the initials of all whom the version needs, no decline by any of them."""
        version = self.versions.get(text)
        if version is None or self.drops(version) or not self.leaves_held(version):
            return False
        needed = version.needed(self.base)
        return needed <= self.initialled(text, ballot).keys() and not needed & self.declined(ballot).keys()

    def _freed(self, party: str, ballot: int) -> bool:
        """Rule 4: it has declined this ballot, or has signed and holds the decline of another whom that text needs."""
        own = self._own(party, ballot)
        if any(kind == "decline" for kind, _ in own):
            return True
        signed = [self.versions[version] for kind, version in own if kind == "sign" and version in self.versions]
        others = self.declined(ballot).keys() - {party}
        return any(others & version.needed(self.base) for version in signed)


def _conflicts(said: list[Said]) -> Iterator[Proof]:
    """Of the words of one party in one ballot."""
    for one in said:
        for other in said:
            if one.act < other.act and (rule := _rule(one, other)):
                yield Proof(rule=rule, against=one.party, acts=(one.act, other.act))


def _rule(one: Said, other: Said) -> str | None:
    kinds = {one.kind, other.kind}
    if kinds == {"decline", "sign"}:
        return "decline-and-sign"
    if "decline" not in kinds and one.version != other.version:
        return "ballot"
    return None
