"""From the tasks of a visit as written to tasks bound to their interactions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lms.core.errors import ContentError, Problem
from lms.publishing.documents import Marked, key_path, structure, suggestion
from lms.publishing.marks import joined_path, lines_below

if TYPE_CHECKING:
    from quizzes.interactions.contract import Interaction, Task
    from quizzes.interactions.marks import Row

TASK_KEY = re.compile(r"[a-z][a-z0-9_]{0,30}")
TAKEN_KEYS = frozenset(
    {"spot", "decide", "plan", "flag", "spotting", "action", "escalation", "sessions", "certainty"}
    | {"interval_weeks", "maintenance_months", "intent", "tab", "revision", "csrf_token"}
    | {"depth_mm", "depth_from_mm", "depth_to_mm"}
)
"""Names of the standard tasks, their fields and decisions, and of what the form carries besides."""
ROWS = ("spotting", "protocol", "add_ons", "aftercare", "scope")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFields:
    """What every further task says; the other fields are those of its kind."""

    key: str
    kind: str
    prompt: str
    row: str
    about: tuple[str, ...]
    why: str


def standard_tasks(
    asks: Sequence[str], registry: Mapping[str, Interaction[Any, Any]], *, row: Row = "spotting"
) -> tuple[Task, ...]:
    """Return the standard tasks a visit asks for; `row` is where its decision belongs in a blueprint."""
    from quizzes.interactions.contract import Task

    rows: dict[str, Row] = {"spot": row, "decide": row, "plan": "protocol"}
    return tuple(Task(kind, kind, registry[kind], row=rows[kind]) for kind in asks)


def bind_task(
    written: object,
    registry: Mapping[str, Interaction[Any, Any]],
    *,
    file: str,
    lines: Mapping[str, int] | None = None,
    path: str = "",
) -> Task:
    """Return a further task bound to its interaction.

    Raises `ContentError` with every problem; `path` is where it stands in the document of `lines`.
    """
    marked = Marked(file, written, lines_below(lines or {}, path))
    try:
        return _bound(marked, registry)
    except ContentError as error:
        raise ContentError(
            Problem(one.file, one.line, joined_path(path, one.field), one.message) for one in error.problems
        ) from error


def _bound(marked: Marked, registry: Mapping[str, Interaction[Any, Any]]) -> Task:
    from quizzes.interactions.contract import Task

    if not isinstance(marked.value, Mapping):
        raise ContentError(
            [marked.problem("", "A task is a mapping with key, kind, prompt, row, about and why.")]
        )
    kind = marked.value.get("kind")
    interaction = registry.get(kind) if isinstance(kind, str) else None
    if interaction is None or interaction.body_shape is None:
        known = [one for one, each in registry.items() if each.body_shape is not None]
        message = (
            f"There is no kind of task “{kind}”.{suggestion(str(kind), known)} Known: {', '.join(known)}."
        )
        raise ContentError([marked.problem("kind", message)])
    common = {name: value for name, value in marked.value.items() if name in TaskFields.__dataclass_fields__}
    own = {name: value for name, value in marked.value.items() if name not in common}
    problems: list[Problem] = []
    fields = _structured(marked, common, TaskFields, problems)
    body = _structured(marked, own, interaction.body_shape, problems)
    if fields is None or body is None:
        raise ContentError(problems)
    problems += [marked.problem(path, message) for path, message in _faults(fields)]
    row: Any = fields.row
    task = Task(fields.key, fields.kind, interaction, body, fields.prompt, row, fields.about, fields.why)
    if problems:
        raise ContentError(problems)
    return task


def _structured(marked: Marked, value: object, shape: type[Any], problems: list[Problem]) -> Any:
    try:
        return structure(Marked(marked.file, value, marked.lines, marked.first_line), shape)
    except ContentError as error:
        problems += error.problems
        return None


def _faults(fields: TaskFields) -> list[tuple[str, str]]:
    faults = []
    if not TASK_KEY.fullmatch(fields.key) or fields.key in TAKEN_KEYS or "__" in fields.key:
        message = f"“{fields.key}” cannot name a task. Use a short word of its own, such as products."
        faults.append(("key", message))
    if fields.row not in ROWS:
        faults.append(
            (key_path("", "row"), f"“{fields.row}” is no row of a blueprint. Use {', '.join(ROWS)}.")
        )
    faults += [
        (name, "This is empty. Write a sentence.")
        for name in ("prompt", "why")
        if not getattr(fields, name).strip()
    ]
    if not fields.about:
        faults.append(("about", "A graded task rests on facts of the protocol. Name one at least."))
    return faults
