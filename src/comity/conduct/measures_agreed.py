"""What one version says of each measure, put together with the procedures it stands on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from comity.catalogue.procedures import Procedure
from comity.conduct.measure_terms import MeasureTerms
from comity.conduct.versions import Version
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
    _need_texts(version, procedures_by_hash, forms_by_hash)
    assert chain or version.base is None, "the chain of a later version is the id of the first"
    bound = tuple(party.party for party in version.parties if parties is None or party.party in parties)
    return tuple(
        MeasureTerms(
            measure=agreed.measure,
            procedure=procedures_by_hash[agreed.procedure_hash],
            chain=chain or version.id,
            version=version.id,
            parties=bound,
            in_force_from=in_force_from,
            forms=agreed.forms,
            parameters=agreed.parameters,
            by_party=agreed.by_party,
            roles=agreed.roles,
            days_off=version.days_off,
            limits=tuple(limit for limit in version.limits if limit.get("measure") in (None, agreed.measure)),
        )
        for agreed in version.measures
    )


def _need_texts(version: Version, procedures: Collection[str], forms: Collection[str]) -> None:
    needed_forms = {digest for agreed in version.measures for digest in agreed.forms.values()}
    missing = {agreed.procedure_hash for agreed in version.measures} - set(procedures) | needed_forms - set(forms)
    if missing:
        sentence = f"{len(missing)} procedures or forms of these terms are not here yet. They are asked for."
        raise Refused("terms.texts", {"missing": sorted(missing)}, sentence)
