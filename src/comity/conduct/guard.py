"""What one party may say about terms now, so that its node never issues a word that breaks a rule.

The node asks `check` in its writer's turn, with everything it holds, and writes the word down before it leaves. It reads
only what is held here, so a word allowed stays allowed in any order of arrival elsewhere (protocol, Terms, 2 to 6 and 9).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from comity.conduct.ballots import May
from comity.conduct.terms import Chain
from comity.conduct.time import Edge, at_edge, distance
from comity.conduct.versions import Version
from comity.conduct.words import NUMBERED_KINDS, BallotWord, NumberedWord, read_word
from comity.protocol.refusals import Refused

CODE = "terms.turn"


def may(chain: Chain, party: str) -> tuple[May, ...]:
    """Every word this party may say now. Initials and declines without a version are open as to the text.

    A `leave` has the version it must name and, as its ballot, the number it takes in the party's own series.
    """
    if chain.has_left(party):
        return ()
    found = set(chain.open_ballots().may(party)) if _concerned(chain, party) else set[May]()
    signed = chain.last_signed(party)
    if signed is not None:
        base = chain.open_ground()
        found.add(May(kind="leave", base=base, ballot=chain.next_number(party), version=signed))
    return tuple(sorted(found, key=lambda word: (word.kind, word.ballot, word.version or "")))


def _concerned(chain: Chain, party: str) -> bool:
    """A party of the version that stands, or one whom a text on the table names."""
    ballots = chain.open_ballots()
    named = {name for version in ballots.versions.values() for name in version.needed(ballots.base)}
    return party in named or (ballots.base is not None and party in ballots.base.names)


def check(chain: Chain, party: str, kind: str, body: Mapping[str, Any], *, to: frozenset[str], now: datetime) -> None:
    """Refuse (`terms.turn`) a word that this party may not say now; refuse (`terms.statement`) one that says nothing.

    `to` are the parties it would be addressed to. An `initial` on a chain that holds nothing begins a first text.
    """
    word = read_word(kind, body)
    _need(not chain.has_left(party), "left", "This party has left. Coming back is accession, in a new version.")
    if isinstance(word, BallotWord):
        _check_ballot(chain, party, word, to)
    else:
        _check_numbered(chain, party, word, to=to, now=now)


def _check_ballot(chain: Chain, party: str, word: BallotWord, to: frozenset[str]) -> None:
    ballots = chain.open_ballots()
    _need(word.base == ballots.ground, "base", "A later version already stands. Propose the text on that one.")
    _need(not ballots.certificates(), "concluded", "A text on this base is concluded; nothing more is said on it.")
    version = word.text or (ballots.versions.get(word.version) if word.version else None)
    if word.version is not None:
        _need(version is not None, "unknown-text", "This text is not here yet.")
    if version is not None:
        _check_text(ballots.base, version, party, to)
    else:
        _need(ballots.base is None or party in ballots.base.names, "not-a-party", "Only a party may decline this ballot.")
    allowed = ballots.may(party)
    open_word = May(kind=word.kind, base=word.base, ballot=word.ballot)
    exact = May(kind=word.kind, base=word.base, ballot=word.ballot, version=word.version)
    _need(exact in allowed if word.kind == "sign" else open_word in allowed, "order", _why_not(word))


def _check_text(base: Version | None, version: Version, party: str, to: frozenset[str]) -> None:
    needed = version.needed(base)
    _need(party in needed, "not-a-party", "This text does not need this party's word.")
    dropped = (base.names if base else frozenset[str]()) - version.names - set(version.left)
    _need(not dropped, "drops-a-party", f"The text leaves out {', '.join(sorted(dropped))} without citing its leave.")
    missing = (needed | version.names) - {party} - to
    _need(not missing, "addressees", f"A word about terms goes to every party. Missing: {', '.join(sorted(missing))}.")


def _why_not(word: BallotWord) -> str:
    return {
        "initial": "One text is initialled in a ballot, and the next ballot is for those who declined this one, or signed in"
        " it and hold the decline of another party whose signature that text needs.",
        "sign": "A text is signed after one's own initial in one's latest ballot, holding the initials of all whom it needs"
        " and no decline by any of them.",
        "decline": "A ballot is declined until one has signed in it, and only one's latest ballot or the next one open.",
    }[word.kind]


def _check_numbered(chain: Chain, party: str, word: NumberedWord, *, to: frozenset[str], now: datetime) -> None:
    version = chain.version(word.version)
    if version is None:
        raise _refused("unknown-text", "This text is not here yet.")
    _need(party in version.names, "not-a-party", "Only a party to this text may say so.")
    missing = version.names - {party} - to
    _need(not missing, "addressees", f"A word about terms goes to every party. Missing: {', '.join(sorted(missing))}.")
    number = chain.next_number(party)
    _need(word.number == number, "number", f"The next number in this party's own series is {number}.")
    if word.kind == NUMBERED_KINDS[0]:
        _check_leave(chain, party, word, now=now)


def _check_leave(chain: Chain, party: str, word: NumberedWord, *, now: datetime) -> None:
    _need(word.version == chain.last_signed(party), "version", "A leave names the version this party signed last.")
    version = chain.version(word.version)
    assert version is not None, "the text was found before"
    earliest = distance(now, version.leave_notice, edge=Edge.BEGINNING)
    soon = earliest is None or at_edge(word.day, Edge.BEGINNING) < at_edge(earliest.date(), Edge.BEGINNING)
    _need(not soon, "notice", f"The notice agreed is {version.leave_notice.text}. Name {earliest and earliest.date()} or later.")


def _need(fits: object, reason: str, sentence: str) -> None:
    if not fits:
        raise _refused(reason, sentence)


def _refused(reason: str, sentence: str) -> Refused:
    return Refused(CODE, {"reason": reason}, sentence)
