"""Accessibility as axe-core sees it, at WCAG 2.2 AA."""

from __future__ import annotations

from pathlib import Path
from typing import Any

AXE = Path(__file__).parent / "vendor/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def assert_no_axe_violations(page: Any, *, within: str = "html") -> None:
    """Fail with one line for each violation in `page`: the rule, what it asks, and where it is broken.

    axe is evaluated by the browser's own debugger and not loaded by the page, so the page keeps its strict Content-Security-Policy.
    """
    violations = violations_of(page, within=within)
    assert not violations, "\n".join([page.url, *violations])


def violations_of(page: Any, *, within: str = "html") -> list[str]:
    page.evaluate(AXE.read_text("utf-8") + "\n; null")
    found = page.evaluate(
        "([within, tags]) => axe.run(within, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
        [within, RULES],
    )
    assert found["passes"] or found["violations"], "axe looked at nothing"
    return [
        f"{violation['id']}: {violation['help']}: {node['target']} {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
