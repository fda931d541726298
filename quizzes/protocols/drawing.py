"""Line drawings that places are marked on: outlines as SVG path data, in units of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

PATH = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9,. eE+-]{1,4000}", re.ASCII)
NO_PATH = "This is no path. Write SVG path data, such as M10 10h20v30z."
LARGEST = 2000.0
MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class Drawing:
    """Outlines within a frame; `about` says in words what is drawn."""

    about: str
    width: float
    height: float
    lines: tuple[str, ...]


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
            yield f"lines[{index}]", NO_PATH
