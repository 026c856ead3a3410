"""The forms of this release, and what callers need of forms: `Form`, `read_form`, `validate`, `Fault`."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from comity.catalogue import form_source
from comity.catalogue.form import Form, read_form, record_hash, steps
from comity.catalogue.form_checks import Fault, validate
from comity.catalogue.form_texts import code_title, codes

__all__ = [
    "Fault",
    "Form",
    "code_title",
    "codes",
    "example",
    "forms",
    "read_form",
    "record_hash",
    "steps",
    "validate",
]


@lru_cache(maxsize=1)
def forms() -> Mapping[str, Form]:
    """The forms that come with this release, by id. Terms keep their own, by hash, whatever a later release says."""
    read = (read_form(record) for record in form_source.records())
    return {form.id: form for form in read}


def example(form_id: str) -> dict[str, Any]:
    """A fictional report on a shipped form, complete and without fault."""
    return form_source.example(form_id)
