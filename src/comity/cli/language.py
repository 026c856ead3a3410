"""The words of the commands in the language of the terminal, from the same catalogues as the pages."""

from __future__ import annotations

import gettext as catalogues
import locale
import os
from functools import lru_cache
from importlib import resources

from comity.catalogue.measures import nearest_language


def gettext(sentence: str) -> str:
    """`sentence` in the language the terminal asks for (LANGUAGE, LC_ALL, LC_MESSAGES, LANG), or in English."""
    return _catalogue().gettext(sentence)


def terminal_language() -> str:
    """The complete language nearest to what the terminal asks for: `en`, `ru`, `ar`."""
    asked = next((os.environ[name] for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "en")
    return nearest_language(locale.normalize(asked.split(":")[0]).split(".")[0])


@lru_cache(maxsize=1)
def _catalogue() -> catalogues.NullTranslations:
    with resources.as_file(resources.files("comity.site") / "locale") as folder:
        return catalogues.translation("django", localedir=folder, languages=[terminal_language()], fallback=True)
