"""A learner's answer to one visit of a case, task by task, and how it travels as JSON.

Each task reads and writes its own fields (`quizzes.interactions`); `certainty` belongs to the whole visit
and is asked in practice only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.core.errors import InvalidInput
from lms.core.text import _
from quizzes.cases.model import Visit
from quizzes.interactions.field_names import CERTAINTY
from quizzes.interactions.reading import Given, whole
from quizzes.protocols.actions import Action

MOST_CERTAIN = 3
LONGEST_FIELD_SHOWN = 80


@dataclass(frozen=True, slots=True)
class VisitAnswer:
    """What a learner has answered so far, by the key of each task; `certainty` runs from 1 to 3 (certain)."""

    tasks: Mapping[str, Any] = field(default_factory=dict)
    certainty: int | None = None

    @property
    def action(self) -> Action | None:
        """The chosen action, or None."""
        found: Action | None = getattr(self.tasks.get("decide"), "action", None)
        return found

    @property
    def flags(self) -> frozenset[str]:
        """The flagged statements."""
        found: frozenset[str] = self.tasks.get("spot", frozenset())
        return found


def fields_of(visit: Visit) -> tuple[str, ...]:
    """Return the names of all fields of a visit's tasks, in page order."""
    return tuple(name for task in visit.tasks for name in task.interaction.fields(task, visit))


def read_answer(visit: Visit, raw: Given) -> VisitAnswer:
    """Return the answer that JSON values or form values spell; absent and empty fields are not answered.

    Raises `InvalidInput` with the field on anything malformed, unknown, too long or too large.
    """
    known = {*fields_of(visit), CERTAINTY}
    for name in raw:
        if name not in known:
            shown = str(name)[:LONGEST_FIELD_SHOWN]
            raise InvalidInput(_("This visit does not ask for “%(field)s”.", field=shown), field=shown)
    tasks = {task.key: task.interaction.read(task, visit, raw) for task in visit.tasks}
    return VisitAnswer(tasks, whole(raw, CERTAINTY, smallest=1, largest=MOST_CERTAIN))


def salvage_answer(visit: Visit, raw: Mapping[str, Any]) -> VisitAnswer:
    """Return the answer that stored values spell; what cannot be read is left out, so this never raises."""
    left = dict(raw)
    for name in left.keys() - {*fields_of(visit), CERTAINTY}:
        del left[name]
    while True:
        try:
            return read_answer(visit, left)
        except InvalidInput as error:
            if error.field not in left:
                return VisitAnswer({task.key: task.interaction.read(task, visit, {}) for task in visit.tasks})
            del left[error.field]


def answer_to_json(visit: Visit, answer: VisitAnswer) -> dict[str, Any]:
    """Return the answer as JSON values that `read_answer` reads back; what is not answered is left out."""
    raw: dict[str, Any] = {}
    for task in visit.tasks:
        raw |= task.interaction.to_json(task, answer.tasks[task.key])
    if answer.certainty is not None:
        raw[CERTAINTY] = answer.certainty
    return raw


def missing_fields(visit: Visit, answer: VisitAnswer, *, asks_certainty: bool) -> tuple[str, ...]:
    """Return the fields still to be answered before the visit can be committed, in page order."""
    missing = [
        name
        for task in visit.tasks
        for name in task.interaction.missing(task, visit, answer.tasks[task.key], answer.tasks)
    ]
    if asks_certainty and answer.certainty is None:
        missing.append(CERTAINTY)
    return tuple(missing)
