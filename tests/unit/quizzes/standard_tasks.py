"""Grading the standard tasks of a shipped case by themselves, for the tests of what they say and mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from quizzes.cases.model import Case
from quizzes.grading.answers import read_answer
from quizzes.grading.grade import grade_visit
from quizzes.grading.result import VisitGrade
from quizzes.interactions.contract import Task
from quizzes.protocols.model import Protocol
from quizzes.protocols.record import Region


def task_of(case: Case, kind: str) -> Task:
    tasks: tuple[Task, ...] = case.visits[0].tasks
    return next(task for task in tasks if task.kind == kind)


def fresh(case: Case) -> Case:
    """Return a case whose visits remember nothing, so that everything is worked out in the test itself."""
    return replace(case, visits=tuple(replace(visit) for visit in case.visits))


def graded(
    protocol: Protocol, case: Case, fields: Mapping[str, object], region: Region | None = None
) -> VisitGrade:
    asked = fresh(case)
    return grade_visit(protocol, asked, 0, read_answer(asked.visits[0], fields), region=region)


def credit(grade: VisitGrade, name: str) -> float:
    decision = grade.decision(name)
    assert decision is not None
    return decision.credit


def text_of(protocol: Protocol, case: Case, kind: str) -> list[str]:
    task = task_of(case, kind)
    text: str = task.interaction.text(task, case.visits[0], protocol)
    return text.splitlines()


def words_of(protocol: Protocol, case: Case, kind: str, name: str, value: object) -> str:
    task = task_of(case, kind)
    return task.interaction.words(task, protocol, name, value)
