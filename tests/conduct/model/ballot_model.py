"""Every course that ballots on one base can take, tried by brute force: the rules as a small machine of their own.

It shares no code with `comity.conduct`, so that one can be wrong without the other. A state is what each party has said
in each ballot. A party may act on any part of what the others have said, however late the rest comes: so only words that
must be held are asked for, and a decline that forbids something may always be still on its way. The model may forget
what a node may not, which errs on the safe side. A liar has said everything to everyone, whenever that serves him.

A party's word in one ballot: `` silent, `x` or `y` initialled, `xs` signed, `d` declined, `xd` both, and, only where a
canary breaks the rules, `xsd`: signed and declined. `xs!` has signed and gone on, holding the liar's decline and no other:
the least it can hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Words = tuple[str, ...]
"""What one party has said, ballot by ballot."""

State = tuple[Words, ...]


@dataclass(frozen=True)
class Rules:
    """The setting, and the switches by which a canary breaks one rule."""

    ballots: int = 2
    parties: int = 3
    needs: dict[str, frozenset[int]] = field(default_factory=lambda: {text: frozenset({0, 1, 2}) for text in "xy"})
    liar: int | None = None
    declines_after_signing: bool = False
    signs_after_declining: bool = False
    signing_does_not_bind: bool = False
    any_decline_frees: bool = False

    @property
    def honest(self) -> list[int]:
        return [party for party in range(self.parties) if party != self.liar]

    def start(self) -> State:
        return tuple(("",) * self.ballots for _ in range(self.parties))


def highest(words: Words) -> int:
    """The index of the last ballot in which the party has spoken; 0 while it is silent."""
    return max((index for index, word in enumerate(words) if word), default=0)


def moves(rules: Rules, state: State, party: int, *, seen_all: bool = False) -> Iterator[tuple[int, str]]:
    """The ballot and the word that a party keeping the rules can put there next.

    With `seen_all` everything said has arrived: then a decline also forbids.
    """
    ballot = highest(state[party])
    word = state[party][ballot]
    if not word:
        yield from _begin(rules, party, ballot)
    elif "s" not in word:
        yield from _go_on_unsigned(rules, state, party, ballot, word, seen_all)
    elif rules.declines_after_signing and "d" not in word:
        yield ballot, word + "d"
    if ballot + 1 < rules.ballots and _freed(rules, state, party, ballot):
        yield from _begin(rules, party, ballot + 1)
    if ballot + 1 < rules.ballots and _freed_by_liar(rules, word):
        yield ballot, word + "!"


def _begin(rules: Rules, party: int, ballot: int) -> Iterator[tuple[int, str]]:
    for text in "xy":
        if party in rules.needs[text]:
            yield ballot, text
    yield ballot, "d"


def _freed_by_liar(rules: Rules, word: str) -> bool:
    counts = rules.liar is not None and word.endswith("s")
    return counts and (rules.any_decline_frees or rules.liar in rules.needs[word[0]])


def _go_on_unsigned(rules: Rules, state: State, party: int, ballot: int, word: str, seen_all: bool) -> Iterator[tuple[int, str]]:
    if "d" not in word:
        yield ballot, word + "d"
    own = word[0] if word[0] in "xy" else None
    if own and ("d" not in word or rules.signs_after_declining) and _signable(rules, state, own, ballot, seen_all):
        yield ballot, own + "s" + ("d" if "d" in word else "")


def _signable(rules: Rules, state: State, text: str, ballot: int, seen_all: bool) -> bool:
    needed = [party for party in rules.needs[text] if party != rules.liar]
    initialled = all(state[party][ballot].startswith(text) for party in needed)
    return initialled and not (seen_all and any("d" in state[party][ballot] for party in needed))


def _freed(rules: Rules, state: State, party: int, ballot: int) -> bool:
    word = state[party][ballot]
    if "s" not in word:
        return "d" in word
    if rules.signing_does_not_bind or "d" in word or "!" in word:
        return True
    counted = range(rules.parties) if rules.any_decline_frees else rules.needs[word[0]]
    return any("d" in state[other][ballot] for other in counted if other != party)


def say(state: State, party: int, ballot: int, word: str) -> State:
    words = (*state[party][:ballot], word, *state[party][ballot + 1 :])
    return (*state[:party], words, *state[party + 1 :])


def reachable(rules: Rules) -> set[State]:
    """Every state, by trying every next word of everybody who keeps the rules."""
    found, edge = {rules.start()}, [rules.start()]
    while edge:
        state = edge.pop()
        for party in rules.honest:
            for ballot, word in moves(rules, state, party):
                after = say(state, party, ballot, word)
                if after not in found:
                    found.add(after)
                    edge.append(after)
    return found


def certificates(rules: Rules, state: State) -> list[tuple[int, str]]:
    """Ballot and text of every certificate that exists, or that the liar can complete by his own word."""
    return [
        (ballot, text)
        for ballot in range(rules.ballots)
        for text in "xy"
        if all(party == rules.liar or state[party][ballot].startswith(text + "s") for party in rules.needs[text])
    ]


def conflicts(rules: Rules, state: State) -> list[tuple[int, int]]:
    """Party and ballot wherever one who keeps the rules has both signed and declined. (Two texts cannot be written.)"""
    return [
        (party, ballot)
        for party in rules.honest
        for ballot in range(rules.ballots)
        if "s" in state[party][ballot] and "d" in state[party][ballot]
    ]


def without_proof(rules: Rules, state: State) -> list[int]:
    """Rule-keepers who signed two texts that the liar can complete, and hold nothing that proves it.

    The proof is the liar's decline, which let them go on, beside his signature in the certificate of that same ballot;
    so they must hold that decline, and the text must be one that needs him.
    """
    held = dict(certificates(rules, state))
    if len(set(held.values())) < 2:
        return []
    signed = [(p, [b for b in held if state[p][b].startswith(held[b] + "s")]) for p in rules.honest]
    return [party for party, ballots in signed if len(ballots) > 1 and not _proves(rules, state[party], ballots, held)]


def _proves(rules: Rules, words: Words, ballots: list[int], held: dict[int, str]) -> bool:
    return any("!" in words[ballot] and rules.liar in rules.needs[held[ballot]] for ballot in ballots)


def can_conclude(rules: Rules, state: State, text: str | None = None, known: dict[State, bool] | None = None) -> bool:
    """Whether the parties, all words having arrived, can still bring a text (or this one) to its certificate."""
    known = {} if known is None else known
    if state not in known:
        known[state] = False
        known[state] = any(found == (text or found) for _, found in certificates(rules, state)) or any(
            can_conclude(rules, say(state, party, ballot, word), text, known) for party, ballot, word in _agreed_moves(rules, state, text)
        )
    return known[state]


def _agreed_moves(rules: Rules, state: State, text: str | None) -> Iterator[tuple[int, int, str]]:
    """Signatures first, then initials of the text agreed on, then declines: the shortest way comes first."""
    found = [
        (party, ballot, word)
        for party in rules.honest
        for ballot, word in moves(rules, state, party, seen_all=True)
        if text is None or "s" in word or "d" in word or word == text
    ]
    return iter(sorted(found, key=lambda move: ("s" not in move[2], "d" in move[2])))
