"""What the terms say about one measure: the text every fold of that measure reads, and nothing else of the terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from comity.catalogue.procedures import Procedure, Value

_NONE: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysOff:
    """The days on which a party does not work: ISO weekdays (Monday 1 … Sunday 7) and dates."""

    weekend: frozenset[int] = frozenset({6, 7})
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasureTerms:
    """One measure as agreed in one version of the terms. Compared by identity: make one per version and measure, and keep it.

    `chain` is the id of the first version and `version` that of this one. `parties` keep the order of the terms.
    `roles` names third parties, secretariats and observers by the procedure's role. `forms` gives, for each form name
    of a step, the hash of the form agreed. `by_party` holds parameters that differ for one party. `in_force_from` is in
    UTC, and recurrences count from its day.
    """

    measure: str
    procedure: Procedure
    chain: str
    version: str
    parties: tuple[str, ...]
    in_force_from: datetime
    forms: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Value] = field(default_factory=dict)
    by_party: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    days_off: Mapping[str, DaysOff] = field(default_factory=dict)
    limits: tuple[Mapping[str, Value], ...] = ()

    def value(self, parameter: str, party: str | None = None) -> Value:
        """The parameter for that party: its own value, else the common one, else the procedure's default, else None."""
        if party is not None and parameter in self.by_party.get(party, _NONE):
            return self.by_party[party][parameter]
        if parameter in self.parameters:
            return self.parameters[parameter]
        known = self.procedure.parameters.get(parameter)
        return known.default if known else None

    def off(self, party: str) -> DaysOff:
        """Saturday and Sunday where the terms say nothing."""
        return self.days_off.get(party, DaysOff())
