"""The documents: every link leads somewhere, every command exists, and all of it can be read as pages.

    python tools/docs.py check     what is wrong, one line each
    python tools/docs.py build     pages under build/docs
"""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

from markdown_it import MarkdownIt

from comity.cli.main import commands

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "build/docs"
STYLE = """\
:root { color-scheme: light dark }
body { max-inline-size: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.55 system-ui, sans-serif }
pre, code { font-family: ui-monospace, monospace; font-size: .9em } pre { overflow-x: auto; padding: .75rem; border: 1px solid #8886 }
table { border-collapse: collapse }
th, td { text-align: start; vertical-align: top; padding: .35rem .75rem; border-block-end: 1px solid #8886 }
"""
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:^ {4,}|[/`])comity ([a-z]+)", re.MULTILINE)


def documents(root: Path = ROOT) -> list[Path]:
    """The pages at the top, and all of docs/ and spec/."""
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md"), *(root / "spec").rglob("*.md")])


def faults(page: Path, root: Path = ROOT) -> list[str]:
    text = page.read_text("utf-8")
    name = page.relative_to(root)
    unknown = sorted(set(COMMAND.findall(text)) - set(commands()))
    return [
        *(f"{name}: the link to {link} leads nowhere" for link in _links(text) if not _leads(page, link)),
        *(f"{name}: there is no command “comity {command}”" for command in unknown),
    ]


def _links(text: str) -> list[str]:
    return [one or other for one, other in LINK.findall(text)]


def _leads(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    if re.match(r"[a-z]+:", link):
        return True
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return False
    return not anchor or target.suffix != ".md" or anchor in _anchors(target.read_text("utf-8"))


def _anchors(text: str) -> set[str]:
    """Headings as a reader's link names them: small letters, hyphens for spaces, no other signs."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def build() -> None:
    reader = MarkdownIt("commonmark").enable("table")
    for page in documents():
        text = page.read_text("utf-8")
        target = TARGET / page.relative_to(ROOT).with_suffix(".html")
        target.parent.mkdir(parents=True, exist_ok=True)
        body = re.sub(r'href="(?![a-z]+:)([^"#]+)\.md', r'href="\1.html', reader.render(text))
        title = html.escape(next(iter(re.findall(r"^# (.+)$", text, re.MULTILINE)), page.stem))
        target.write_text(
            f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>{title}</title><style>{STYLE}</style><main>{body}</main></html>\n",
            "utf-8",
        )
    print(f"{len(documents())} pages under {TARGET.relative_to(ROOT)}; begin with README.html")


def check() -> int:
    wrong = [fault for page in documents() for fault in faults(page)]
    print("\n".join(wrong) or "Every link leads somewhere, and every command exists.")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["build"]:
        build()
    elif sys.argv[1:] == ["check"]:
        raise SystemExit(check())
    else:
        raise SystemExit(__doc__)
