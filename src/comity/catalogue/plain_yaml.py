"""YAML as data of JSON kinds only: a date stays the text it is, `no` is a word, and there are no fractions."""

import re
from typing import Any

import yaml

# The C parser, eight times as fast, where PyYAML was built with it; both resolve alike.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Plain(_Safe):  # type: ignore[misc]  # chosen at run time
    """Reads text, whole numbers, true, false and null; everything else stays text."""


_Plain.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("tag:yaml.org,2002:merge", r"^(?:<<)$", "<"),
):
    _Plain.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


def read_yaml(text: str) -> Any:
    """The document as dicts, lists, text, whole numbers, booleans and None. For texts of this package only."""
    return yaml.load(text, Loader=_Plain)  # noqa: S506  a SafeLoader that resolves fewer kinds, not more
