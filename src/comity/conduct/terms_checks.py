"""What people should mend in a draft of terms before they sign it: looked for with the texts it stands on at hand.

Nothing here refuses: a version read is a version, and what was signed is kept. The faults are shown to who drafts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from comity.catalogue.procedures import warnings
from comity.catalogue.program import Kind, Parameter, Procedure, Value
from comity.catalogue.spans import NotASpan, read_duration, read_recurrence
from comity.conduct import places
from comity.conduct.versions import AgreedMeasure, Version


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DraftFault:
    """One thing to mend: a permanent code, where in the record it is, and the words it is about."""

    path: str
    code: str
    words: tuple[str, ...] = ()


def draft_faults(version: Version, procedures: Mapping[str, Procedure], forms: Collection[str]) -> tuple[DraftFault, ...]:
    """Every fault, by place. `procedures` are by hash; `forms` are the hashes of the forms at hand.

    Codes: `no-procedure`, `no-form`, `form-missing`, `parameter-unknown`, `parameter-missing`, `parameter-option`,
    `parameter-format`, `parameter-not-by-party`, `role-missing`, `role-unknown`, `zone-…` (see `places.faults`),
    and those of the procedure itself with the values chosen.
    """
    found = [fault for index, agreed in enumerate(version.measures) for fault in _measure(index, agreed, procedures, forms)]
    found += [
        DraftFault(path=f"/zones/{index}/area", code=f"zone-{code}", words=(zone.zone,))
        for index, zone in enumerate(version.zones)
        for code in places.faults(zone.area)
    ]
    return tuple(sorted(set(found)))


def _measure(index: int, agreed: AgreedMeasure, procedures: Mapping[str, Procedure], forms: Collection[str]) -> Iterator[DraftFault]:
    path = f"/measures/{index}"
    for name, digest in agreed.forms.items():
        if digest not in forms:
            yield DraftFault(path=f"{path}/forms/{name}", code="no-form", words=(agreed.measure, name))
    procedure = procedures.get(agreed.procedure_hash)
    if procedure is None or procedure.id != agreed.procedure:
        yield DraftFault(path=f"{path}/procedure", code="no-procedure", words=(agreed.measure, agreed.procedure))
        return
    missing = sorted(form_names(procedure) - set(agreed.forms))
    yield from (DraftFault(path=f"{path}/forms", code="form-missing", words=(agreed.measure, name)) for name in missing)
    yield from _parameters(path, agreed, procedure)
    yield from _roles(path, agreed, procedure)
    for fault in warnings(procedure, agreed.parameters):
        yield DraftFault(path=path, code=fault.code, words=(agreed.measure, *fault.words))


def form_names(procedure: Procedure) -> set[str]:
    """The names of forms that its steps and choices use."""
    steps = procedure.steps.values()
    said = {choice.form for step in steps for choice in step.choices.values()} | {step.form for step in steps}
    return {name for name in said if name}


def _parameters(path: str, agreed: AgreedMeasure, procedure: Procedure) -> Iterator[DraftFault]:
    known = procedure.parameters
    options = {name for step in procedure.steps.values() for name in step.when}
    for name in sorted(known):
        everyone = name in agreed.parameters or not known[name].required
        if not everyone:
            yield DraftFault(path=f"{path}/parameters", code="parameter-missing", words=(agreed.measure, name))
    own = {f"{path}/by_party/{party}": values for party, values in agreed.by_party.items()}
    for place, values in {f"{path}/parameters": agreed.parameters, **own}.items():
        for name, value in values.items():
            code = _parameter_fault(known.get(name), value)
            if code is None and name in options and place in own:
                code = "parameter-not-by-party"
            if code:
                yield DraftFault(path=f"{place}/{name}", code=code, words=(agreed.measure, name))


def _parameter_fault(known: Parameter | None, value: Value) -> str | None:
    if known is None:
        return "parameter-unknown"
    if known.options and value not in known.options:
        return "parameter-option"
    readers = {"duration": read_duration, "recurrence": read_recurrence}
    reader = readers.get(known.format or "")
    try:
        if reader:
            reader(value if isinstance(value, str) else "")
    except NotASpan:
        return "parameter-format"
    return "parameter-format" if known.schema.get("type") == "object" and not isinstance(value, dict) else None


def _roles(path: str, agreed: AgreedMeasure, procedure: Procedure) -> Iterator[DraftFault]:
    by_terms = {role.name for role in procedure.roles.values() if any(_named_by_terms(kind) for kind in role.ways.values())}
    used = {role for step in procedure.steps.values() if _chosen(step.when, agreed) for role in (*step.by, *step.to)}
    yield from (
        DraftFault(path=f"{path}/roles", code="role-missing", words=(agreed.measure, role))
        for role in sorted((by_terms & used) - set(agreed.roles))
    )
    yield from (
        DraftFault(path=f"{path}/roles/{role}", code="role-unknown", words=(agreed.measure, role))
        for role in sorted(set(agreed.roles) - by_terms)
    )


def _named_by_terms(kind: Kind) -> bool:
    return kind.kind == "terms" and kind.otherwise is None


def _chosen(when: Mapping[str, tuple[Value, ...]], agreed: AgreedMeasure) -> bool:
    """Whether a step exists with the options chosen. An option left to its default may bring it, so it counts."""
    return all(agreed.parameters.get(name, wanted[0]) in wanted for name, wanted in when.items())
