"""Content folders for tests: copies of the shipped course that a test may edit and publish again."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.people import COURSE_FOLDER


def copy_course(folder: Path) -> Path:
    """Copy the shipped course below a folder; returns the path of the copy, ready to be published."""
    return shutil.copytree(COURSE_FOLDER, folder / COURSE_FOLDER.name)


def replace_in(path: Path, old: str, new: str) -> None:
    """Replace a piece of text that stands in a file exactly once; anything else fails the test."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands in {path.name} {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8")
