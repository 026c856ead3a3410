"""Where the tests of the site find their node: a data folder of their own, made before Django reads its settings.

Nothing here imports Django: the kernel's tests pass without it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

NODE = """\
node = "tarsenia"
language = "en"
time_zone = "Pacific/Pitcairn"

[participant]
en = "Tarsenia"
ru = "Тарсения"
ar = "تارسينيا"

[desk]
en = "Verification Centre"
ru = "Центр проверки"
ar = "مركز التحقق"
"""


def _data_folder() -> str:
    folder = Path(tempfile.mkdtemp(prefix="comity-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "node.toml").write_text(NODE, "utf-8")
    return str(folder)


os.environ["COMITY_DATA"] = _data_folder()
os.environ["DJANGO_SETTINGS_MODULE"] = "comity.site.config.settings"
