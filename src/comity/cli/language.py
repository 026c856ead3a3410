"""The words of the commands in the language of the terminal, from the same catalogues as the pages."""

from __future__ import annotations

import gettext as catalogues
import locale
import os
from functools import lru_cache
from importlib import resources

COMPLETE = ("en", "ru", "ar")
"""The languages in which everything is said; the catalogue of measures, which the core alone does not read, has the same."""


def gettext(sentence: str) -> str:
    """`sentence` in the language the terminal asks for (LANGUAGE, LC_ALL, LC_MESSAGES, LANG), or in English."""
    return _catalogue().gettext(sentence)


def terminal_language() -> str:
    """The complete language nearest to what the terminal asks for, English if there is none."""
    asked = next((os.environ[name] for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "en")
    base = locale.normalize(asked.split(":")[0])[:2]
    return base if base in COMPLETE else "en"


@lru_cache(maxsize=1)
def _catalogue() -> catalogues.NullTranslations:
    with resources.as_file(resources.files("comity.site") / "locale") as folder:
        return catalogues.translation("django", localedir=folder, languages=[terminal_language()], fallback=True)
