"""A correction carried out: the report as it reads once single fields are replaced, added or taken out.

A correction (form `correction`) names fields by JSON pointer into the report as it was first sent, so that each pointer
means the same whatever else the correction does. A text is written as it is; every other value as canonical JSON (`24`,
`{"lat":…}`). Without a value the field or row is taken out; a pointer that ends in `-` adds a row.
"""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from comity.catalogue import form_limits
from comity.catalogue.form import Form, Schema, steps
from comity.catalogue.form_checks import Fault, validate
from comity.protocol.canonical import decode
from comity.protocol.refusals import Refused

_GONE = object()


def corrected(form: Form, data: Mapping[str, Any], changes: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The corrected data, and every fault: `no-such-field` at the pointer where a change finds no place, else those of the result.

    `changes` are the rows of a valid correction. The data given is not changed.
    """
    now = copy.deepcopy(dict(data))
    lost = [Fault(path=change["path"], code="no-such-field") for change in changes if not _change(form, now, change)]
    result = _without_gone(now)
    return result, (*lost, *validate(form, result))


def value_in(node: Schema, text: str) -> Any:
    """The value that a correction writes for a field. Refuses (`canonical.…`) what is neither its text nor canonical JSON."""
    return text if node.get("type") == "string" else decode(text.encode(), limit=form_limits.TEXT * 4)


def _change(form: Form, data: Any, change: Mapping[str, Any]) -> bool:
    *way, last = steps(change["path"])
    node = form.node(change["path"].removesuffix("-") + "0" if last == "-" else change["path"])
    holder = data
    for step in way:
        holder = _step(holder, step)
    if node is None or holder is None:
        return False
    try:
        return _put(holder, last, value_in(node, change["value"]) if "value" in change else _GONE)
    except Refused:
        return False


def _step(holder: Any, step: str) -> Any:
    if isinstance(holder, list):
        return holder[int(step)] if step.isdigit() and int(step) < len(holder) else None
    return holder.setdefault(step, {}) if isinstance(holder, dict) else None


def _put(holder: Any, last: str, value: Any) -> bool:
    if isinstance(holder, list):
        if last == "-" and value is not _GONE:
            holder.append(value)
        elif last.isdigit() and int(last) < len(holder):
            holder[int(last)] = value
        else:
            return False
    elif isinstance(holder, dict) and (value is not _GONE or last in holder):
        holder[last] = value
    else:
        return False
    return True


def _without_gone(value: Any) -> Any:
    """What was taken out leaves only now, so that every pointer met the report as it was sent."""
    if isinstance(value, dict):
        return {name: _without_gone(inner) for name, inner in value.items() if inner is not _GONE}
    return [_without_gone(inner) for inner in value if inner is not _GONE] if isinstance(value, list) else value
