"""Simultaneous exchange: every party commits, all say that they hold all commitments, then all open.

protocol.md, 'Simultaneous exchange'. Copying fails because the party is in the sum, replay because the exchange is, a
changed report because its bytes are out. Who does not open is visible as committed and not opened. The steps are found
from the procedure: the one that `reveals` opens, the one it waits for with `all` says all-in.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.catalogue.program import Step, Value
from comity.conduct.statements import Reason, Statement, Taking
from comity.protocol.canonical import decode, encode
from comity.protocol.refusals import Refused

if TYPE_CHECKING:
    from comity.conduct.tables import Tables

LARGEST_REPORT = 1024 * 1024
"""Bytes of a sealed report: what one act may carry."""
_NONCE = bytes(12)
"""A key seals one report and nothing else, so one nonce is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What a party makes once: `commitment` goes out now, `opening` when all have said all-in."""

    commitment: Mapping[str, Value]
    opening: Mapping[str, Value]


def exchange_id(version: str, period: date | None, roster: Iterable[str]) -> str:
    """SHA-256 of the canonical list of the version of the terms, the period and the sorted roster."""
    return hashlib.sha256(encode([version, period.isoformat() if period else None, sorted(roster)])).hexdigest()


def commitment_sum(party: str, exchange: str, salt: str, report: bytes) -> str:
    """Binds a report to its party and its exchange: SHA-256 over a tag, both, the salt and the hash of the report."""
    digest = hashlib.sha256(report).hexdigest()
    return hashlib.sha256(b"comity-commit-v1\n" + encode([party, exchange, salt, digest])).hexdigest()


def set_id(commits: Iterable[str]) -> str:
    """SHA-256 of the canonical list of the sorted ids of all commitments."""
    return hashlib.sha256(encode(sorted(commits))).hexdigest()


def seal(report: Mapping[str, Value], *, party: str, exchange: str, random: Callable[[int], bytes]) -> Sealed:
    """Seals a report, which is `{choice, form, data}` as its step would have said it; a nil report is sealed too."""
    key, salt, plain = random(32), random(16).hex(), encode(dict(report))
    box = base64.b64encode(ChaCha20Poly1305(key).encrypt(_NONCE, plain, None)).decode()
    sum_ = commitment_sum(party, exchange, salt, plain)
    return Sealed(
        commitment={"exchange": exchange, "sum": sum_, "sealed": box},
        opening={"exchange": exchange, "key": key.hex(), "salt": salt},
    )


def unseal(commitment: Mapping[str, Value], opening: Mapping[str, Value], *, party: str) -> Mapping[str, Value] | None:
    """The report, or None where key, salt, party or exchange do not give what was committed to."""
    try:
        key, box = bytes.fromhex(str(opening["key"])), base64.b64decode(str(commitment["sealed"]), validate=True)
        plain = ChaCha20Poly1305(key).decrypt(_NONCE, box, None)
        report = decode(plain, limit=LARGEST_REPORT)
        exchange, salt = str(commitment["exchange"]), str(opening["salt"])
        kept = commitment["sum"] == commitment_sum(party, exchange, salt, plain) and opening["exchange"] == exchange
    except (KeyError, ValueError, binascii.Error, InvalidTag, Refused):
        return None
    return report if kept and isinstance(report, dict) else None


Stage = Literal["nothing", "committed", "all-in", "opened"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How far one party is. `report` is what it opened; `faults` are acts of this exchange that did not hold."""

    party: str
    stage: Stage
    commit: str | None = None
    report: Mapping[str, Value] | None = None
    faults: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The three steps of an exchange in one procedure."""

    commit: Step
    all_in: Step | None
    opens: Step


def stages(steps: Mapping[str, Step]) -> Stages | None:
    """Found by `reveals`, and by the `all` its step waits for."""
    for step in steps.values():
        if step.reveals is not None and step.reveals.step in steps:
            waits = [atom.word.step for group in step.after for atom in group if atom.whose == "all"]
            all_in = next((steps[name] for name in waits if name in steps and name != step.reveals.step), None)
            return Stages(commit=steps[step.reveals.step], all_in=all_in, opens=step)
    return None


def objections(tables: Tables, step: Step, taking: Taking, statement: Statement) -> Iterator[Reason]:
    """A commitment to another exchange, another set than the one held, a key that does not open.

    A copied sum is no reason: whichever came first by claimed time would win. The copier cannot open it; `shares` shows both.
    """
    found = stages(tables.rules.steps)
    if found is None or taking.deemed or step not in (found.commit, found.all_in, found.opens):
        return
    if statement.data.get("exchange") != this_exchange(tables):
        yield Reason(code="another-exchange", words=(str(statement.data.get("exchange"))[:64],))
    if step is found.all_in:
        if statement.data.get("set") != set_id(_commits(tables, found)):
            yield Reason(code="another-set", words=(str(statement.data.get("set"))[:64],))
    elif step is found.opens and _report(tables, found, taking.holder, statement.data) is None:
        yield Reason(code="does-not-open")


def this_exchange(tables: Tables) -> str:
    """The id of the exchange this case is."""
    return exchange_id(tables.rules.terms.version, tables.period, roster(tables))


def roster(tables: Tables) -> tuple[str, ...]:
    """Those who exchange, in the order of the terms: the parties that take part in this case."""
    return tuple(party for party in tables.rules.terms.parties if party in tables.participants)


def shares(tables: Tables) -> tuple[Share, ...]:
    """One a party, in the order of the terms: never more than a fact beside a name."""
    found = stages(tables.rules.steps)
    if found is None:
        return ()
    return tuple(_share(tables, found, party) for party in roster(tables))


def _share(tables: Tables, found: Stages, party: str) -> Share:
    commit, opened = _of(tables, found.commit, party), _of(tables, found.opens, party)
    said = found.all_in is not None and _of(tables, found.all_in, party) is not None
    stage: Stage = "opened" if opened else "all-in" if said else "committed" if commit else "nothing"
    report = _report(tables, found, party, tables.statements[opened].data) if opened else None
    faults = _faults(tables, found, party)
    if commit and not opened:
        faults += tuple(("same-sum", act) for act in _same_sum(tables, found, commit))
    return Share(party=party, stage=stage, commit=commit, report=report, faults=faults)


def _same_sum(tables: Tables, found: Stages, commit: str) -> list[str]:
    """Other parties' commitments with this very sum: one of them was copied, and only its author can open it."""
    own = tables.statements[commit].data.get("sum")
    return [act for act in _commits(tables, found) if act != commit and tables.statements[act].data.get("sum") == own]


def _faults(tables: Tables, found: Stages, party: str) -> tuple[tuple[str, str], ...]:
    names = {step.name for step in (found.commit, found.all_in, found.opens) if step is not None}
    codes = {"another-exchange", "another-set", "does-not-open"}
    listed = (
        (reason.code, act)
        for act, standing in tables.standings.items()
        if tables.statements[act].author == party and tables.statements[act].step in names
        for reason in standing.reasons
        if reason.code in codes
    )
    return tuple(sorted(listed))


def _of(tables: Tables, step: Step, party: str) -> str | None:
    rows = tables.lines.get((step.name, None, None, party), [])
    return next((act for act in rows if tables.stands(act) and not tables.takings[act].deemed), None)


def _commits(tables: Tables, found: Stages) -> list[str]:
    held = (_of(tables, found.commit, party) for party in roster(tables))
    return [act for act in held if act is not None]


def _report(tables: Tables, found: Stages, party: str, opening: Mapping[str, Value]) -> Mapping[str, Value] | None:
    commit = _of(tables, found.commit, party)
    return unseal(tables.statements[commit].data, opening, party=party) if commit else None
