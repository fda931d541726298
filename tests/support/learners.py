"""Three trainees who take an exam over HTTP: a perfect one, a careless one, and one who stops everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lms.core.runtime import Runtime
from quizzes.grading.grade import pose
from quizzes.interactions.contract import Posed, Task
from tests.support.journeys import Fields, answer_exam, case_address, seats_of, shown_at, typed
from tests.support.visitor import Visitor

SEE_OTHER = 303
STANDARD = frozenset({"spot", "decide", "plan"})
Answering = Callable[[Task, Posed], dict[str, Any]]


def perfect(task: Task, posed: Posed) -> dict[str, Any]:
    """Answer everything rightly."""
    return task.interaction.perfect(task, posed)


def careless(task: Task, posed: Posed) -> dict[str, Any]:
    """Flag nothing, go ahead, call nobody, and take the first answer that a further question offers."""
    if task.key in STANDARD:
        return task.interaction.careless(task, posed)
    return first_on_offer(task, posed)


def cautious(task: Task, posed: Posed) -> dict[str, Any]:
    """Flag every line, stop everybody, send everybody to the emergency services; know the rest."""
    if task.key == "spot":
        return {"flag": [statement.id for statement in posed.visit.statements]}
    if task.key == "decide":
        return {"action": "do_not_treat", "escalation": "emergency"}
    return {} if task.key == "plan" else task.interaction.perfect(task, posed)


def first_on_offer(task: Task, posed: Posed) -> dict[str, Any]:
    """Return what somebody gives who reads nothing: the first option, the order shown, the number one."""
    fields = task.interaction.fields(task, posed.visit)
    if task.kind == "choice":
        return {task.key: task.body.options[0].key}
    if task.kind == "ordering":
        return {name: place for place, name in enumerate(fields, start=1)}
    return dict.fromkeys(fields, 1)


def fields_by(runtime: Runtime, attempt: str, position: int, visit: int, answering: Answering) -> Fields:
    """Return the fields that one of them sends for a place of an attempt."""
    _mode, protocol, case = shown_at(runtime, attempt, position, visit)
    posed = pose(protocol, case, visit - 1)
    given: Fields = {}
    for task in posed.visit.tasks:
        given |= {name: typed(value) for name, value in answering(task, posed).items()}
    return given


def take_exam(runtime: Runtime, visitor: Visitor, attempt: str, answering: Answering) -> None:
    """Answer every visit of an exam, each through its review page, and hand it in."""
    for seat in seats_of(runtime, attempt):
        address = case_address(attempt, seat.position, seat.visit)
        answer_exam(visitor, address, fields_by(runtime, attempt, seat.position, seat.visit, answering))
    assert visitor.submit(visitor.get(attempt), to="/submit").status_code == SEE_OTHER
