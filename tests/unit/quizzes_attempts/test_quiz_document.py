"""The quiz document: what may be written, and what is refused with line and field."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from lms.core.errors import ContentError, Problem
from quizzes.cases.model import Case
from quizzes.cases.parse import parse_case
from quizzes.protocols.parse import parse_protocol
from quizzes.quiz_checks import check_quiz
from quizzes.quiz_document import Quiz, parse_quiz
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
    assert (quiz.draw, quiz.safety_form, quiz.form_size, quiz.safety_minutes) == (None, None, 2, None)


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


# --- drawn forms ------------------------------------------------------------------------------------

DRAWN = {"cases": ["c-1", "c-2", "c-3", "c-4"], "draw": {"cases": 2}}
AFTER = {"cases": 2, "practice": "practice-set", "remediation_cases": 2}


def test_a_drawing_and_a_safety_form_are_read_as_written() -> None:
    blueprint = {
        "findings": ["CI-INF", "CI-PREG"],
        "without_finding_percent": 25,
        "multi_visit": 1,
        "decided_by_medicines": 2,
        "skin_types": {"light": 1, "dark": 1},
        "harms": {"stops_medicine": 2, "ignored_sign": 1},
    }
    quiz = parse_quiz(
        source(**{**DRAWN, "draw": {"cases": 2, "blueprint": blueprint}}, safety_form=AFTER, minutes=35), FILE
    )
    assert quiz.draw is not None
    assert quiz.draw.blueprint.findings == ("CI-INF", "CI-PREG")
    assert (quiz.draw.blueprint.multi_visit, quiz.draw.blueprint.skin_types.dark) == (1, 1)
    assert quiz.draw.blueprint.harms == {"stops_medicine": 2, "ignored_sign": 1}
    assert quiz.safety_form is not None
    assert (quiz.safety_form.practice, quiz.safety_form.remediation_cases) == ("practice-set", 2)
    assert quiz.form_size == 2


@pytest.mark.parametrize(
    ("minutes", "form", "safety_cases", "expected"),
    [(90, 3, 2, 60), (60, 4, 2, 30), (50, 3, 2, 35), (1, 4, 2, 5)],
)
def test_a_safety_form_has_time_in_proportion_rounded_up_to_five(
    minutes: int, form: int, safety_cases: int, expected: int
) -> None:
    quiz = parse_quiz(
        source(
            **{**DRAWN, "draw": {"cases": form}},
            minutes=minutes,
            safety_form={**AFTER, "cases": safety_cases},
        ),
        FILE,
    )
    assert quiz.safety_minutes == expected


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"draw": {"cases": 0}}, "draw.cases"),
        ({"draw": {"cases": 5}}, "draw.cases"),
        ({"draw": {"cases": 2, "blueprint": {"findings": ["CI-A", "CI-A"]}}}, "draw.blueprint.findings[1]"),
        ({"draw": {"cases": 2, "blueprint": {"multi_visit": 3}}}, "draw.blueprint.multi_visit"),
        (
            {"draw": {"cases": 2, "blueprint": {"decided_by_medicines": -1}}},
            "draw.blueprint.decided_by_medicines",
        ),
        (
            {"draw": {"cases": 2, "blueprint": {"without_finding_percent": 101}}},
            "draw.blueprint.without_finding_percent",
        ),
        (
            {"draw": {"cases": 2, "blueprint": {"skin_types": {"light": 2, "dark": 1}}}},
            "draw.blueprint.skin_types",
        ),
        (
            {"draw": {"cases": 2, "blueprint": {"harms": {"ignored_sign": 3}}}},
            "draw.blueprint.harms.ignored_sign",
        ),
        (
            {"safety_form": {**AFTER, "blueprint": {"harms": {"too_deep": -1}}}},
            "safety_form.blueprint.harms.too_deep",
        ),
        ({"draw": {"cases": 2, "weights": {}}}, "draw.weights"),
        ({"safety_form": {**AFTER, "cases": 1}}, "safety_form.cases"),
        ({"safety_form": {**AFTER, "practice": "Practice Set"}}, "safety_form.practice"),
        ({"safety_form": {**AFTER, "remediation_cases": 0}}, "safety_form.remediation_cases"),
        (
            {"safety_form": {**AFTER, "blueprint": {"multi_visit": 3}}},
            "safety_form.blueprint.multi_visit",
        ),
        ({"mode": "practice", "safety_form": AFTER}, "safety_form"),
    ],
)
def test_a_wrong_drawing_is_named_with_its_field(changes: dict[str, Any], field: str) -> None:
    (problem,) = problems_of(**{**DRAWN, **changes})
    assert problem.field == field
    assert problem.line >= 5


# --- among the documents of the folder --------------------------------------------------------------


def shipped() -> dict[tuple[str, str], object]:
    """Return the protocol and the cases of the shipped course, with a course to belong to."""
    protocol = parse_protocol((COURSE_FOLDER / "protocol.yaml").read_bytes(), "protocol.yaml")
    cases = [parse_case(path.read_bytes(), path.name) for path in (COURSE_FOLDER / "cases").glob("*.yaml")]
    return {
        ("course", "a-course"): SimpleNamespace(),
        ("protocol", protocol.key): protocol,
        **{("case", case.key): case for case in cases},
    }


SHIPPED = shipped()
INFECTED = ["c25-before-the-choir-tour", "c26-a-new-helmet"]
CLEAR = ["c02-after-minoxidil-alone", "c03-shedding-after-birth", "c38-form-with-many-ticks"]


def found_in(quiz: Quiz, *others: Quiz) -> list[tuple[str, str]]:
    siblings = SHIPPED | {("quiz", one.key): one for one in (quiz, *others)}
    return [(problem.field, problem.message) for problem in check_quiz(quiz, siblings, FILE)]


def an_exam(cases: list[str], **changes: Any) -> Quiz:
    return parse_quiz(source(cases=cases, **changes), FILE)


def a_practice(*cases: str, **changes: Any) -> Quiz:
    fields = {"key": "practice-set", "mode": "practice", "feedback": "after_case", "cases": list(cases)}
    return parse_quiz(source(**{**fields, **changes}), "quizzes/practice-set.yaml")


def test_an_exam_needs_two_forms_without_a_common_case() -> None:
    draw = {"cases": 2, "blueprint": {"findings": ["CI-INF"], "without_finding_percent": 50}}
    assert found_in(an_exam([*INFECTED, *CLEAR], draw=draw)) == []
    ((field, message),) = found_in(an_exam([INFECTED[0], *CLEAR], draw=draw))
    assert field == "draw.blueprint.findings[0]"
    assert message.startswith("Only one case for CI-INF; 2 different forms need 2.")
    assert found_in(a_practice(INFECTED[0], *CLEAR, draw=draw)) == []


def test_a_safety_form_that_cannot_be_drawn_is_named() -> None:
    after = {**AFTER, "blueprint": {"findings": ["CI-PREG", "CI-NONE"]}}
    practice = a_practice("c01-crown-thinning", "c04-after-prp")
    found = found_in(an_exam(CLEAR, safety_form=after), practice)
    assert [field for field, _message in found] == ["safety_form.blueprint.findings[1]"]
    assert "no finding “CI-NONE”" in found[0][1]
    after = {**AFTER, "blueprint": {"findings": ["CI-PREG"]}}
    ((field, message),) = found_in(an_exam(CLEAR, safety_form=after), practice)
    assert (field, message[:20]) == ("safety_form.blueprint.findings[0]", "No case for CI-PREG;")


@pytest.mark.parametrize(
    ("practice", "field"),
    [
        ({"key": "another-set"}, "safety_form.practice"),
        ({"mode": "exam", "feedback": "after_submit"}, "safety_form.practice"),
        ({"course": "another-course"}, "safety_form.practice"),
        ({"cases": ["c01-crown-thinning"]}, "safety_form.remediation_cases"),
    ],
)
def test_the_practice_after_an_exam_must_be_there(practice: dict[str, Any], field: str) -> None:
    other = a_practice("c01-crown-thinning", "c04-after-prp", **practice)
    found = found_in(an_exam(CLEAR, safety_form=AFTER), other)
    assert [one for one, _message in found] == [field]


def test_practice_and_exam_share_no_case() -> None:
    practice = a_practice("c01-crown-thinning", CLEAR[1])
    exam = an_exam(CLEAR)
    ((field, message),) = found_in(exam, practice)
    assert field == "cases[1]"
    for named in (CLEAR[1], "small-exam", "practice-set"):
        assert f"“{named}”" in message
    assert found_in(practice, exam) == [], "the problem is told once"
    assert found_in(exam, a_practice(CLEAR[1], course="another-course")) == []
