"""Line drawings that places are marked on: outlines as SVG path data, in units of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lms.core.text import _

PATH = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9,. eE+-]{1,4000}", re.ASCII)
LARGEST = 2000.0
MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class Drawing:
    """Outlines within a frame; `about` says in words what is drawn."""

    about: str
    width: float
    height: float
    lines: tuple[str, ...]


SCALP_LINES = (
    "M54 8c25 0 40 24 40 58 0 35-16 58-40 58S14 101 14 66C14 32 29 8 54 8Z",
    "M48 9.5c2-5.5 10-5.5 12 0",
    "M14.5 60c-6-2-8 4-6.5 10s5 9 8 7.5",
    "M93.5 60c6-2 8 4 6.5 10s-5 9-8 7.5",
    "M54 98c3-3 7 0 5 4s-9 5-12 1-1-11 5-13 13 0 15 6",
)


def scalp() -> Drawing:
    """Return what is drawn where an author gives no drawing, described in the reader's language."""
    about = _("The scalp seen from above, forehead at the top.")
    return Drawing(about=about, width=108, height=132, lines=SCALP_LINES)


def drawing_problems(drawing: Drawing) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a drawing, as field and message."""
    if not drawing.about.strip():
        yield "about", "Say in words what the drawing shows."
    if not (0 < drawing.width <= LARGEST and 0 < drawing.height <= LARGEST):
        yield "width", f"Width and height lie above 0 and up to {LARGEST:g}."
    if not 1 <= len(drawing.lines) <= MOST_LINES:
        yield "lines", f"Draw 1 to {MOST_LINES} lines."
    for index, line in enumerate(drawing.lines):
        if not PATH.fullmatch(line):
            yield f"lines[{index}]", "This is no path. Write SVG path data, such as M10 10h20v30z."
