"""Where Chromium is, and how the tests start it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


class BrowserMissing(Exception):
    """No Chromium is installed, and LMS_TEST_CHROMIUM names none."""


def chromium_path() -> str:
    """Return the path of Chromium: LMS_TEST_CHROMIUM, else the first one installed; raises BrowserMissing."""
    named = os.environ.get("LMS_TEST_CHROMIUM")
    if named:
        if not Path(named).is_file():
            message = f"LMS_TEST_CHROMIUM is {named}, and there is no such file"
            raise BrowserMissing(message)
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    message = "Chromium is not installed and LMS_TEST_CHROMIUM is not set"
    raise BrowserMissing(message)
