"""Marking by people: which answers wait for a person, and what the grade is once one has marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from quizzes.cases.model import Visit
from quizzes.grading.grade import score_of
from quizzes.grading.result import VisitGrade
from quizzes.interactions.contract import Task
from quizzes.interactions.marks import DecisionGrade


class Markable(NamedTuple):
    """An answer that a person marks, or has marked: its task, its decision, and whether it still waits."""

    task: Task
    decision: DecisionGrade
    waits: bool


def markable(visit: Visit, grade: VisitGrade) -> tuple[Markable, ...]:
    """Return the answers of a visit that a person judges; where nothing was written there is none."""
    by_task = {one.task: one for one in grade.decisions}
    found = []
    for task in visit.tasks:
        decision = by_task.get(task.key)
        if decision is not None and decision.given is not None and task.interaction.rubric(task):
            is_unmarked = decision.accepted is None and not decision.credit
            found.append(Markable(task, decision, grade.awaits_marking and is_unmarked))
    return tuple(found)


def waiting(visit: Visit, grade: VisitGrade) -> tuple[Markable, ...]:
    """Return the answers of a visit that still wait for a person."""
    return tuple(one for one in markable(visit, grade) if one.waits)


def with_points(visit: Visit, grade: VisitGrade, found: Markable, points: Mapping[str, float]) -> VisitGrade:
    """Return the grade with the points given for one answer; everything else stays exactly as it was.

    Raises `InvalidInput` with the field when the points do not fit the rubric.
    """
    marked = found.task.interaction.marked(found.task, found.decision, points)
    decisions = tuple(marked if one is found.decision else one for one in grade.decisions)
    anew = replace(grade, decisions=decisions, score=score_of(decisions))
    return replace(anew, awaits_marking=bool(waiting(visit, anew)))
