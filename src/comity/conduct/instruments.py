"""Every instrument one participant takes part in, found by whatever a statement names.

A statement about a base nobody has shown yet waits, visibly; it is taken in when the text arrives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from comity.conduct import guard
from comity.conduct.terms import Chain, Concluded, Standing
from comity.conduct.versions import Version
from comity.conduct.words import BallotWord, Statement, read_word
from comity.protocol.refusals import Refused


class Instruments:
    """The chains of one node. Whatever the order in which statements come, the chains are the same."""

    def __init__(self) -> None:
        self._by_key: dict[str, Chain] = {}
        self._chain_of: dict[str, Chain] = {}
        self._waiting: dict[str, list[Statement]] = defaultdict(list)
        self._unplaced: dict[str, Standing] = {}

    def advance(self, statement: Statement) -> Standing:
        """Take in one act about terms. Never raises."""
        try:
            word = read_word(statement.kind, statement.data)
        except Refused:
            self._unplaced[statement.id] = Standing(state="irregular", reasons=("unreadable",))
            return self._unplaced[statement.id]
        key = word.base if isinstance(word, BallotWord) else word.version
        if isinstance(word, BallotWord) and word.text is not None and word.text.base is None:
            self._by_key.setdefault(key, Chain(key))
        if key not in self._by_key:
            self._waiting[key].append(statement)
            self._unplaced[statement.id] = Standing(state="waiting", reasons=("unknown-base",))
            return self._unplaced[statement.id]
        return self._take_in(self._by_key[key], statement, word.text if isinstance(word, BallotWord) else None)

    def _take_in(self, chain: Chain, statement: Statement, text: Version | None) -> Standing:
        standing = chain.advance(statement)
        self._chain_of[statement.id] = chain
        self._unplaced.pop(statement.id, None)
        new = [key for key in (chain.ground, text.id if text else None) if key and self._by_key.get(key) is not chain]
        for key in new:
            self._by_key[key] = chain
        for key in (chain.ground, *([text.id] if text else [])):
            for waited in self._waiting.pop(key, []):
                self.advance(waited)
        return standing

    def standing(self, act: str) -> Standing:
        """What is made of an act held."""
        chain = self._chain_of.get(act)
        return chain.standing(act) if chain else self._unplaced[act]

    def chain(self, key: str) -> Chain | None:
        """The instrument of a version (by its id, so also by the chain's), or of a ground."""
        return self._by_key.get(key)

    def chains(self) -> tuple[Chain, ...]:
        """Every instrument, by its ground."""
        found = {chain.ground: chain for chain in self._by_key.values()}
        return tuple(found[ground] for ground in sorted(found))

    def version(self, digest: str) -> Version | None:
        """A text held, initialled or more."""
        chain = self._by_key.get(digest)
        return chain.version(digest) if chain else None

    def concluded(self, version: str) -> Concluded | None:
        """The version's place in its chain; None while its certificate is missing: acts under it wait, and it is asked for."""
        chain = self._by_key.get(version)
        return chain.concluded(version) if chain else None

    def in_force(self, now: datetime) -> Iterator[tuple[Chain, Concluded]]:
        """Every instrument in force now, with its version."""
        for chain in self.chains():
            if found := chain.in_force(now):
                yield chain, found

    def waiting(self) -> tuple[str, ...]:
        """The bases and texts that statements here name and nobody has shown yet."""
        return tuple(sorted(key for key, held in self._waiting.items() if held))

    def check(self, party: str, kind: str, body: Mapping[str, Any], *, to: frozenset[str], now: datetime) -> None:
        """Refuse a word about terms that this party may not say now (see `guard.check`)."""
        word = read_word(kind, body)
        key = word.base if isinstance(word, BallotWord) else word.version
        first = isinstance(word, BallotWord) and word.text is not None and word.text.base is None
        chain = self._by_key.get(key) or (Chain(key) if first else None)
        if chain is None:
            raise Refused(guard.CODE, {"reason": "unknown-base"}, "The terms this word is about are not here yet.")
        guard.check(chain, party, kind, body, to=to, now=now)
