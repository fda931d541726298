"""Plain values read from an authored file, with the line of every field.

A field path reads like `findings[2].action`. A key that is not a plain word is quoted, as in
`labels["wound healing"].text`, so that two fields never share a path.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lms.core.errors import Problem

_WORD = re.compile(r"[A-Za-z0-9_-]+")

LONGEST_KEY_SHOWN = 80
"""Characters of a key that a field path or a message quotes."""


def key_path(parent: str, key: str) -> str:
    """Return the path of a field of the mapping at `parent` (the empty text is the whole document)."""
    if _WORD.fullmatch(key):
        return f"{parent}.{key}" if parent else key
    return f"{parent}[{json.dumps(key, ensure_ascii=False)}]"


def item_path(parent: str, index: int) -> str:
    """Return the path of an item of the list at `parent`; the first item has the index 0."""
    return f"{parent}[{index}]"


def joined_path(parent: str, field: str) -> str:
    """Return the path of a field that is itself a path below `parent`, either of which may be empty."""
    if not parent or not field:
        return parent or field
    return f"{parent}{field}" if field.startswith("[") else f"{parent}.{field}"


def lines_below(lines: Mapping[str, int], path: str) -> Mapping[str, int]:
    """Return the lines of the fields below a path, by their paths from there."""
    if not path:
        return lines
    below = {"": lines[path]} if path in lines else {}
    return below | {
        key[len(path) :].removeprefix("."): line
        for key, line in lines.items()
        if key.startswith((f"{path}.", f"{path}["))
    }


@dataclass(frozen=True, slots=True)
class Marked:
    """A document as plain values (mappings, lists, texts, numbers, booleans, nothing) with its lines.

    `value` is what the file says, `lines` the line of every field path, counted from 1 at the top of
    the file, and `first_line` the line on which the document itself starts.
    """

    file: str
    value: object
    lines: Mapping[str, int] = field(default_factory=dict)
    first_line: int = 1

    def line(self, path: str) -> int:
        """Return the line of a field; for a field that is not there, that of the nearest one around it."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get("", self.first_line)

    def problem(self, path: str, message: str) -> Problem:
        """Return a problem with one field of this document, on the line of that field."""
        return Problem(file=self.file, line=self.line(path), field=path, message=message)
