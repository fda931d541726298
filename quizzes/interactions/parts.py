"""The parts of a task: the keys of its options, items or stems, and the names of their fields.

Checks that several kinds share yield complaints: a path inside the task and what is wrong there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lms.publishing.documents import item_path
from quizzes.interactions.contract import Complaint, Task

KEY = re.compile(r"[a-z][a-z0-9_]{0,30}")
BETWEEN = "__"
"""What stands between the key of a task and that of a part in the name of a field."""


def field_of(task: Task, part: str) -> str:
    """Return the name of the form's field for one part of a task."""
    return f"{task.key}{BETWEEN}{part}"


def part_of(task: Task, name: str) -> str | None:
    """Return the part that a field or a part of a decision is for, or None when it is none."""
    own = f"{task.key}{BETWEEN}"
    return name.removeprefix(own) if name.startswith(own) else None


def key_problems(path: str, keys: Sequence[str]) -> Iterator[Complaint]:
    """Yield the keys of the parts at `path` that stand there twice or cannot name a field."""
    for index, key in enumerate(keys):
        here = f"{item_path(path, index)}.key"
        if not KEY.fullmatch(key) or BETWEEN in key:
            yield here, f"“{key}” cannot be a key. Use a short word in small letters, such as balm."
        elif keys.index(key) != index:
            yield here, f"“{key}” stands there twice. Give each its own key."


def text_problems(path: str, name: str, texts: Sequence[str], *, unique: bool = True) -> Iterator[Complaint]:
    """Yield the texts at `path` that are empty or, where that matters, repeated.

    They are the field `name` of the parts there; an empty name stands for the parts themselves.
    """
    for index, text in enumerate(texts):
        here = f"{item_path(path, index)}.{name}".removesuffix(".")
        if not text.strip():
            yield here, "This is empty. Write a sentence or a few words."
        elif unique and texts.index(text) != index:
            yield here, f"“{text}” stands there twice. Keep one."
