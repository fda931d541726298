"""Marking by people, the pure part: what waits, what points make of a grade, and that both ways agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.errors import InvalidInput
from quizzes.cases.model import Case, Visit
from quizzes.cases.tasks import bind_task
from quizzes.grading.answers import read_answer
from quizzes.grading.grade import Points, grade_visit
from quizzes.grading.marking import markable, waiting, with_points
from quizzes.grading.outcome import outcome
from quizzes.grading.result import VisitGrade
from quizzes.interactions.contract import Task
from quizzes.interactions.registry import standard_registry
from quizzes.interactions.verification import example_documents

REGISTRY = standard_registry()
PROTOCOL, WRITTEN = example_documents()
FULL = {"seen": 1.0, "asked": 2.0}


def essay(key: str, **changes: Any) -> Task:
    task = {**REGISTRY["short_text"].examples[0].task, "key": key, "kind": "short_text", **changes}
    return bind_task(task, REGISTRY, file="case.yaml")


def asking(*tasks: Task) -> Case:
    """The example case, whose first visit asks these tasks and nothing else."""
    first, *later = WRITTEN.visits
    return replace(WRITTEN, visits=(replace(first, tasks=tasks), *later))


LETTER, NOTE = essay("letter"), essay("note")
CASE = asking(LETTER, NOTE)
VISIT: Visit = CASE.visits[0]
ANSWERED = {"letter": "A rash. May we go on?", "note": "She will ring us."}


def grade(
    given_answer: Mapping[str, str] = ANSWERED, points: Points | None = None, **more: Any
) -> VisitGrade:
    case = more.pop("case", CASE)
    answer = read_answer(case.visits[0], given_answer)
    return grade_visit(PROTOCOL, case, 0, answer, points=points or {}, **more)


def test_what_is_written_waits_and_what_is_not_does_not() -> None:
    assert [one.task.key for one in waiting(VISIT, grade())] == ["letter", "note"]
    half = grade({"letter": "A rash."})
    assert half.awaits_marking
    assert [one.task.key for one in markable(VISIT, half)] == ["letter"]
    empty = grade({})
    assert not empty.awaits_marking
    assert markable(VISIT, empty) == ()


def test_a_kind_that_marks_itself_is_not_for_people() -> None:
    answer = read_answer(WRITTEN.visits[0], {})
    plain = grade_visit(PROTOCOL, WRITTEN, 0, answer)
    assert markable(WRITTEN.visits[0], plain) == ()
    assert all(not task.interaction.rubric(task) for task in WRITTEN.visits[0].tasks)


def test_the_last_mark_ends_the_waiting_and_nothing_else_changes() -> None:
    before = grade()
    letter, note = waiting(VISIT, before)
    first = with_points(VISIT, before, letter, {"seen": 1.0, "asked": 0.5})
    assert first.awaits_marking
    assert first.score == pytest.approx(25)
    assert [one.task.key for one in waiting(VISIT, first)] == ["note"]
    second = with_points(VISIT, first, note, FULL)
    assert not second.awaits_marking
    assert second.score == pytest.approx(75)
    assert [one.waits for one in markable(VISIT, second)] == [False, False]
    assert replace(second, decisions=(), score=0.0) == replace(
        before, decisions=(), score=0.0, awaits_marking=False
    )


def test_a_mark_of_no_points_is_a_mark() -> None:
    before = grade({"letter": "A rash."})
    done = with_points(VISIT, before, waiting(VISIT, before)[0], {"seen": 0.0, "asked": 0.0})
    assert not done.awaits_marking
    assert waiting(VISIT, done) == ()


def test_an_answer_can_be_marked_again() -> None:
    before = grade({"letter": "A rash."})
    done = with_points(VISIT, before, waiting(VISIT, before)[0], FULL)
    again = with_points(VISIT, done, markable(VISIT, done)[0], {"seen": 0.0, "asked": 2.0})
    decision = again.decision("letter")
    assert decision is not None
    assert decision.credit == pytest.approx(2 / 3)
    assert not again.awaits_marking


def test_nobody_passes_while_an_answer_waits() -> None:
    before = grade()
    assert not outcome([[before]], 0).passed
    assert outcome([[grade(points={"letter": FULL, "note": FULL})]], 100).passed


@pytest.mark.parametrize("points", [{"seen": 1.0}, {"seen": 2.0, "asked": 0.0}, {**FULL, "style": 1.0}])
def test_points_that_do_not_fit_are_refused_by_a_mark_and_left_aside_by_a_regrade(
    points: dict[str, float],
) -> None:
    before = grade({"letter": "A rash."})
    with pytest.raises(InvalidInput) as caught:
        with_points(VISIT, before, waiting(VISIT, before)[0], points)
    assert str(caught.value.field).startswith("letter__")
    assert grade({"letter": "A rash."}, {"letter": points}) == before


def test_a_rubric_written_anew_lets_the_answer_wait_again() -> None:
    stricter = asking(essay("letter", rubric=[{"key": "tone", "text": "Is friendly", "points": 1}]), NOTE)
    assert not grade({"letter": "A rash."}, {"letter": FULL}).awaits_marking
    assert grade({"letter": "A rash."}, {"letter": FULL}, case=stricter).awaits_marking


def test_a_marker_settles_what_no_person_has_marked() -> None:
    settled = grade({"letter": "A rash."}, markers={"letter": "always_correct"})
    assert not settled.awaits_marking
    assert waiting(VISIT, settled) == ()
    disregarded = grade({"letter": "A rash."}, {"letter": FULL}, markers={"letter": "disregard"})
    assert markable(VISIT, disregarded) == ()


@given(st.floats(0, 1), st.floats(0, 2), st.floats(0, 1), st.floats(0, 2))
def test_marking_one_by_one_and_grading_with_all_points_agree(a: float, b: float, c: float, d: float) -> None:
    points = {"letter": {"seen": a, "asked": b}, "note": {"seen": c, "asked": d}}
    marked = grade()
    for one in waiting(VISIT, marked):
        marked = with_points(VISIT, marked, one, points[one.task.key])
    assert marked == grade(points=points)
    assert 0 <= marked.score <= 100
    assert VisitGrade.from_json(marked.to_json()) == marked
