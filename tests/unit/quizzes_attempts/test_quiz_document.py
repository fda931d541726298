"""The quiz document: what may be written, and what is refused with line and field."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from lms.core.errors import ContentError, Problem
from quizzes.cases.model import Case
from quizzes.quiz_document import check_quiz, parse_quiz
from quizzes.rules import Feedback, Mode
from tests.support.people import COURSE_FOLDER

GOOD: dict[str, Any] = {
    "key": "small-exam",
    "title": "Small exam",
    "course": "a-course",
    "mode": "exam",
    "cases": ["c01-one", "c02-two"],
    "pass_mark_percent": 70,
    "feedback": "after_submit",
}
FILE = "quizzes/small-exam.yaml"


def source(**changes: Any) -> bytes:
    return yaml.safe_dump({**GOOD, **changes}, sort_keys=False).encode()


def problems_of(**changes: Any) -> tuple[Problem, ...]:
    with pytest.raises(ContentError) as caught:
        parse_quiz(source(**changes), FILE)
    return caught.value.problems


def a_case(key: str, *, contested: bool = False) -> Case:
    case: Any = object.__new__(Case)
    object.__setattr__(case, "key", key)
    object.__setattr__(case, "contested", contested)
    return cast("Case", case)


def test_a_quiz_is_read_as_written() -> None:
    quiz = parse_quiz(source(minutes=60, attempts_allowed=3, about="Two patients."), FILE)
    assert (quiz.key, quiz.title, quiz.course) == ("small-exam", "Small exam", "a-course")
    assert (quiz.mode, quiz.feedback) == (Mode.EXAM, Feedback.AFTER_SUBMIT)
    assert quiz.cases == ("c01-one", "c02-two")
    assert (quiz.minutes, quiz.attempts_allowed, quiz.pass_mark_percent) == (60, 3, 70)


def test_limits_may_be_left_out() -> None:
    quiz = parse_quiz(source(), FILE)
    assert (quiz.minutes, quiz.attempts_allowed, quiz.about) == (None, None, "")


@pytest.mark.parametrize("name", ["practice-set", "final-assessment"])
def test_the_quizzes_of_the_course_are_sound(name: str) -> None:
    path = COURSE_FOLDER / "quizzes" / f"{name}.yaml"
    assert parse_quiz(path.read_bytes(), path.name).key == name


@pytest.mark.parametrize(
    ("changes", "field", "line"),
    [
        ({"key": "Small Exam"}, "key", 1),
        ({"title": " "}, "title", 2),
        ({"course": "A course"}, "course", 3),
        ({"mode": "homework"}, "mode", 4),
        ({"cases": []}, "cases", 5),
        ({"cases": ["c01-one", "C02"]}, "cases[1]", 7),
        ({"cases": ["c01-one", "c01-one"]}, "cases[1]", 7),
        ({"cases": [f"c-{n}" for n in range(61)]}, "cases", 5),
        ({"pass_mark_percent": 0}, "pass_mark_percent", 8),
        ({"pass_mark_percent": 101}, "pass_mark_percent", 8),
        ({"pass_mark_percent": "70"}, "pass_mark_percent", 8),
        ({"feedback": "after_case"}, "feedback", 9),
        ({"feedback": "never"}, "feedback", 9),
        ({"minutes": 0}, "minutes", 10),
        ({"minutes": -5}, "minutes", 10),
        ({"minutes": 2.5}, "minutes", 10),
        ({"attempts_allowed": 0}, "attempts_allowed", 10),
        ({"shuffle": True}, "shuffle", 10),
    ],
)
def test_a_wrong_field_is_named_with_its_line(changes: dict[str, Any], field: str, line: int) -> None:
    (problem,) = problems_of(**changes)
    assert (problem.file, problem.field, problem.line) == (FILE, field, line)
    assert problem.message


def test_all_problems_come_at_once() -> None:
    found = problems_of(title="", pass_mark_percent=0, minutes=0, attempts_allowed=0)
    assert [problem.field for problem in found] == [
        "title",
        "pass_mark_percent",
        "minutes",
        "attempts_allowed",
    ]


def test_cases_and_course_must_stand_in_the_folder() -> None:
    quiz = parse_quiz(source(), FILE)
    siblings: dict[tuple[str, str], object] = {("case", "c01-one"): a_case("c01-one")}
    found = sorted(check_quiz(quiz, siblings, FILE))
    assert [(problem.field, problem.line) for problem in found] == [("course", 3), ("cases[1]", 7)]
    siblings |= {("case", "c02-two"): a_case("c02-two"), ("course", "a-course"): SimpleNamespace()}
    assert list(check_quiz(quiz, siblings, FILE)) == []


@pytest.mark.parametrize(("mode", "count"), [("exam", 1), ("practice", 0)])
def test_an_exam_may_hold_no_contested_case(mode: str, count: int) -> None:
    quiz = parse_quiz(source(mode=mode), FILE)
    siblings: dict[tuple[str, str], object] = {
        ("case", "c01-one"): a_case("c01-one"),
        ("case", "c02-two"): a_case("c02-two", contested=True),
        ("course", "a-course"): SimpleNamespace(),
    }
    found = list(check_quiz(quiz, siblings, FILE))
    assert len(found) == count
    assert all("contested" in problem.message and problem.field == "cases[1]" for problem in found)
