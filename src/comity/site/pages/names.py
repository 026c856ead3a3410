"""The names States chose for themselves, in the reader's language. Cards of peers are registered as a source by the wiring."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings

from comity.site.pages.frame import in_language

Source = Callable[[str], Mapping[str, str] | None]
_sources: list[Source] = []


def register(source: Source) -> None:
    """A source gives the names of one node by language, or None if it does not know the node."""
    _sources.append(source)


def name_of(node: str) -> str:
    """The State's own name; the node's slug where no card gave one."""
    if node == settings.NODE.node:
        return in_language(settings.NODE.participant)
    for source in _sources:
        if names := source(node):
            return in_language(names)
    return node
