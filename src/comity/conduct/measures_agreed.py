"""What one version says of each measure, put together with the procedures it stands on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from comity.catalogue.procedures import Procedure
from comity.conduct.measure_terms import MeasureTerms
from comity.conduct.versions import AgreedMeasure, Version
from comity.protocol.refusals import Refused


def measure_terms(
    version: Version,
    procedures_by_hash: Mapping[str, Procedure],
    forms_by_hash: Collection[str],
    in_force_from: datetime,
    *,
    chain: str | None = None,
    parties: Collection[str] | None = None,
) -> tuple[MeasureTerms, ...]:
    """The terms of each measure, in the order of the version.

    `chain` is the id of the first version; it may be left out for a first version itself. `parties` narrows to those
    still bound, when somebody has left. Refuses (`terms.texts`) while a procedure or form is not at hand, naming the hashes.
    """
    missing = sorted(digest for digest in version.texts() if digest not in procedures_by_hash and digest not in forms_by_hash)
    missing += [one.procedure_hash for one in version.measures if one.procedure_hash not in procedures_by_hash]
    if missing:
        sentence = f"{len(set(missing))} procedures or forms of these terms are not here yet. They are asked for."
        raise Refused("terms.texts", {"missing": sorted(set(missing))}, sentence)
    assert chain or version.base is None, "the chain of a later version is the id of the first"
    bound = [party.party for party in version.parties if parties is None or party.party in parties]
    return tuple(
        _measure(agreed, version, procedures_by_hash[agreed.procedure_hash], chain or version.id, bound, in_force_from)
        for agreed in version.measures
    )


def _measure(
    agreed: AgreedMeasure, version: Version, procedure: Procedure, chain: str, parties: list[str], since: datetime
) -> MeasureTerms:
    return MeasureTerms(
        measure=agreed.measure,
        procedure=procedure,
        chain=chain,
        version=version.id,
        parties=tuple(parties),
        in_force_from=since,
        forms=agreed.forms,
        parameters=agreed.parameters,
        by_party=agreed.by_party,
        roles=agreed.roles,
        days_off=version.days_off,
        limits=tuple(limit for limit in version.limits if limit.get("measure") in (None, agreed.measure)),
    )
