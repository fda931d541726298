"""Grading one visit of a case against its computed key.

The score is the mean of the credits of its decisions, times 100. Each task of the visit grades its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from lms.core.errors import InvalidInput
from quizzes.cases.model import Case
from quizzes.grading.answers import VisitAnswer
from quizzes.grading.result import VisitGrade
from quizzes.interactions.contract import Posed, Task
from quizzes.interactions.marks import DecisionGrade, Marks, SafetyError, StatementGrade
from quizzes.protocols.decide import decide
from quizzes.protocols.model import Protocol
from quizzes.protocols.record import Region

Marker = Literal["disregard", "always_correct"]
"""How a flawed decision is repaired for everybody: it does not count, or every answer to it is right."""

STATEMENT = "statement:"
NO_MARKERS: Mapping[str, Marker] = {}

Points = Mapping[str, Mapping[str, float]]
"""What a person gave: by key of the task, the points by key of the criterion."""
NO_POINTS: Points = {}


def pose(
    protocol: Protocol,
    case: Case,
    visit_index: int,
    *,
    partial_credit: bool = True,
    region: Region | None = None,
) -> Posed:
    """Return a visit with its computed key, which is remembered with the visit.

    Raises `IndexError` for a visit the case does not have, `ContentError` when it has no key.
    """
    visit = case.visits[visit_index]
    place = (region, partial_credit)
    posed: Posed | None = visit.memory.get(place)
    if posed is None or posed.case is not case or posed.protocol is not protocol:
        key = decide(protocol, visit.record, region)
        posed = visit.memory[place] = Posed(protocol, case, visit, key, region, partial_credit)
    return posed


def grade_visit(
    protocol: Protocol,
    case: Case,
    visit_index: int,
    answer: VisitAnswer,
    *,
    partial_credit: bool = True,
    region: Region | None = None,
    markers: Mapping[str, Marker] = NO_MARKERS,
    points: Points = NO_POINTS,
) -> VisitGrade:
    """Return the grade of an answer; never raises on an answer that was read for this visit.

    `partial_credit` lets the case's partly accepted actions earn their share; a less strict action than
    the key earns nothing either way. Without a region no licence limit is graded or gated. `markers` name
    a decision (`spotting`, `action`, `escalation`, `plan`, a task's key) or `statement:<id>`. `points` that
    do not fit the rubric as it is written now are left aside: the answer waits for a person again.
    Raises `IndexError` for a visit the case does not have, `ContentError` when it has no key.
    """
    posed = pose(protocol, case, visit_index, partial_credit=partial_credit, region=region)
    given = answer.tasks
    marked = [task.interaction.grade(task, posed, given[task.key], given) for task in posed.visit.tasks]
    if points:
        tasks = posed.visit.tasks
        marked = [
            _by_a_person(task, marks, points.get(task.key)) for task, marks in zip(tasks, marked, strict=True)
        ]
    if markers:
        marked = [_repaired(marks, markers) for marks in marked]
    return _grade(posed, marked)


def _by_a_person(task: Task, marks: Marks, points: Mapping[str, float] | None) -> Marks:
    """Return marks with what a person gave for an answer that waits for one."""
    if points is None or not marks.awaits_marking:
        return marks
    try:
        decisions = tuple(task.interaction.marked(task, one, points) for one in marks.decisions)
    except InvalidInput:  # the rubric was written anew since
        return marks
    return marks._replace(decisions=decisions, awaits_marking=False)


def _grade(posed: Posed, marked: list[Marks]) -> VisitGrade:
    decisions: tuple[DecisionGrade, ...] = ()
    statements: tuple[StatementGrade, ...] = ()
    harms: tuple[SafetyError, ...] = ()
    awaits_marking = False
    for earned, lines, done, awaits in marked:
        decisions += earned
        statements += lines
        harms += done
        awaits_marking = awaits_marking or awaits
    counts = {"found": 0, "missed": 0, "not_needed": 0, "clear": 0, "worth_noting": 0}
    for statement in statements:
        counts[statement.outcome] += 1
    return VisitGrade(
        case_key=posed.case.key,
        visit=posed.visit.number,
        contested=posed.case.contested,
        score=score_of(decisions),
        decisions=decisions,
        statements=statements,
        safety_errors=harms,
        hits=counts["found"],
        misses=counts["missed"],
        false_alarms=counts["not_needed"],
        correct_rejections=counts["clear"],
        key=posed.key,
        awaits_marking=awaits_marking,
    )


def score_of(decisions: tuple[DecisionGrade, ...]) -> float:
    """Return the mean credit in percent, 0 without decisions; rounding may not carry it beyond its bounds."""
    if not decisions:
        return 0.0
    mean = sum([decision.credit for decision in decisions]) / len(decisions)
    return min(100.0, max(0.0, 100 * mean))


def _repaired(marks: Marks, markers: Mapping[str, Marker]) -> Marks:
    """Return marks with the marked decisions and statements taken out or made right, and their harms gone."""
    marks = _with_statements(marks, markers)
    decisions = tuple(
        one._replace(credit=1.0, parts=tuple(part._replace(credit=1.0) for part in one.parts))
        if markers.get(one.name) == "always_correct"
        else one
        for one in marks.decisions
        if markers.get(one.name) != "disregard"
    )
    harms = tuple(one for one in marks.harms if one.decision not in markers)
    awaits_marking = marks.awaits_marking and any(one.name not in markers for one in marks.decisions)
    return marks._replace(decisions=decisions, harms=harms, awaits_marking=awaits_marking)


def _with_statements(marks: Marks, markers: Mapping[str, Marker]) -> Marks:
    if not marks.statements or not any(name.startswith(STATEMENT) for name in markers):
        return marks
    kept, right, counted = [], 0, 0
    for one in marks.statements:
        marker = markers.get(STATEMENT + one.id)
        if marker == "disregard" and one.outcome != "worth_noting":
            kept.append(replace(one, outcome="worth_noting", safety=False))
            continue
        if marker == "always_correct" and one.outcome in {"missed", "not_needed"}:
            kept.append(replace(one, outcome="found" if one.outcome == "missed" else "clear"))
        else:
            kept.append(one)
        outcome = kept[-1].outcome
        counted += outcome != "worth_noting"
        right += outcome in {"found", "clear"}
    credit = right / counted if counted else 1.0
    decisions = tuple(
        one._replace(credit=credit) if one.name == "spotting" else one for one in marks.decisions
    )
    return marks._replace(statements=tuple(kept), decisions=decisions)
