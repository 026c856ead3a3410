"""The words of pages and commands in other languages, without Debian's gettext.

`python tools/messages.py extract` reads every template and module and brings locale/*/LC_MESSAGES/django.po up to date: new
sentences come in empty, those no longer used go. `compile` writes the .mo files Django reads; `missing` prints what is not
translated and fails if anything is.

English is the source. Russian and Arabic are always compiled; another language is compiled, and thereby offered, once it is whole.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import polib
from babel.messages.extract import extract as babel_extract

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [ROOT / "src/comity/site", ROOT / "src/comity/cli"]
LOCALE = ROOT / "src/comity/site/locale"
ALWAYS = ("ru", "ar")
PREPARED = ("fr", "es", "zh_Hans")
PLURALS = {
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;",
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "zh_Hans": "nplurals=1; plural=0;",
}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
PLACES = re.compile(r"%(?:\((\w+)\))?[sd]|\{(\w*)\}")

Key = tuple[str | None, str, str | None]


def sentences() -> dict[Key, set[str]]:
    """Every sentence of the sources: (context, text, plural) and the files that use it."""
    found: dict[Key, set[str]] = {}
    for file in files():
        for key in in_file(file):
            found.setdefault(key, set()).add(str(file.relative_to(ROOT / "src")))
    return found


def files() -> list[Path]:
    return sorted(
        path for source in SOURCES for path in source.rglob("*") if path.suffix in (".py", ".html", ".txt") and "static" not in path.parts
    )


def in_file(file: Path) -> Iterator[Key]:
    for _line, text, _comments, context in babel_extract("python", BytesIO(as_python(file)), keywords=KEYWORDS):
        one, many = (text[0], text[1]) if isinstance(text, tuple) else (text, None)
        if one:
            yield context, one, many


def as_python(file: Path) -> bytes:
    """A template becomes calls of gettext in parentheses, so that its indentation means nothing."""
    source = file.read_text("utf-8")
    if file.suffix == ".py":
        return source.encode()
    from django.utils.translation.template import templatize

    return ("# -*- coding: utf-8 -*-\n(" + templatize(source, origin=str(file)) + "\n)").encode()


def catalogue(language: str) -> polib.POFile:
    path = LOCALE / language / "LC_MESSAGES/django.po"
    if path.exists():
        return polib.pofile(str(path), wrapwidth=140)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = polib.POFile(wrapwidth=140)
    fresh.fpath = str(path)
    fresh.metadata = {
        "Language": language, "MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }  # fmt: skip
    return fresh


def extract() -> None:
    found = sentences()
    for language in (*ALWAYS, *PREPARED):
        update(catalogue(language), found, language)


def update(po: polib.POFile, found: dict[Key, set[str]], language: str) -> None:
    """What is still used keeps its translation; order is by text, so that two people's work merges."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in po if not entry.obsolete}
    po.clear()
    for (context, one, many), used in sorted(found.items(), key=lambda item: (item[0][1], item[0][0] or "")):
        old = known.get((context, one))
        entry = old if old and bool(old.msgid_plural) == bool(many) else empty(context, one, many, language)
        entry.msgid_plural = many or ""
        entry.occurrences = [(file, "") for file in sorted(used)]
        entry.flags = ["python-format"] if re.search(r"%\(\w+\)", one) else []
        po.append(entry)
    po.save()


def empty(context: str | None, one: str, many: str | None, language: str) -> polib.POEntry:
    count = int(re.search(r"nplurals=(\d)", PLURALS[language]).group(1))  # type: ignore[union-attr]
    plural = {"msgid_plural": many, "msgstr_plural": dict.fromkeys(range(count), "")} if many else {}
    return polib.POEntry(msgctxt=context, msgid=one, **plural)


def faults(language: str) -> list[str]:
    """What is missing or wrong in one catalogue, one sentence each."""
    po = catalogue(language)
    there = {(entry.msgctxt, entry.msgid) for entry in po if not entry.obsolete}
    wrong = [f"{language}: not in the catalogue: {one}" for context, one, _many in sentences() if (context, one) not in there]
    return wrong + [f"{language}: {fault}: {entry.msgid}" for entry in po if not entry.obsolete for fault in faults_of(entry)]


def faults_of(entry: polib.POEntry) -> list[str]:
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not all(texts):
        return ["not translated"]
    if "fuzzy" in entry.flags:
        return ["uncertain"]
    wanted = places(entry.msgid) | places(entry.msgid_plural or "")
    # A form for one or two may leave the number out; nothing may come in that the source does not have.
    strict = not entry.msgid_plural
    return ["its places differ"] if any(places(text) - wanted or (strict and places(text) != wanted) for text in texts) else []


def places(text: str) -> set[str]:
    return {one or other for one, other in PLACES.findall(text)}


def compile_all() -> None:
    for language in (*ALWAYS, *PREPARED):
        po = catalogue(language)
        target = LOCALE / language / "LC_MESSAGES/django.mo"
        if language in ALWAYS or (len(po) and po.percent_translated() == 100):
            po.save_as_mofile(str(target))
        else:
            target.unlink(missing_ok=True)


def missing() -> int:
    wrong = [fault for language in ALWAYS for fault in faults(language)]
    print("\n".join(wrong) or "Russian and Arabic are complete.")
    return 1 if wrong else 0


if __name__ == "__main__":
    commands = {"extract": extract, "compile": compile_all, "missing": missing}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        raise SystemExit(__doc__)
    raise SystemExit(commands[sys.argv[1]]())
