"""What instructors see: cases with derived keys and their trace, learners, attempts, logged answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.core.runtime import Runtime
from tests.support import attempts
from tests.support.attempts import case, commit, treating
from tests.support.journeys import answer_exam, right_answer_at, seats_of, start_quiz, take_assessment
from tests.support.people import Factories, Person
from tests.support.small_quizzes import POSTPONED
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

PAGES = ("/instructor/cases", "/instructor/cases/c07-itchy-ring", "/instructor/learners")

leila = attempts.leila
trainee = attempts.visitor
small = attempts.small


@pytest.fixture
def instructor(factories: Factories) -> Visitor:
    return factories.signed_in(None, "instructor")


@pytest.mark.parametrize("path", PAGES)
def test_learners_may_not_see_instructor_pages(trainee: Visitor, path: str) -> None:
    assert trainee.get(path).status_code == 403


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", ["instructor", "administrator"])
def test_instructors_and_administrators_may(factories: Factories, role: str, path: str) -> None:
    assert factories.signed_in(None, role).get(path).status_code == 200


def test_cases_are_listed_with_their_derived_keys(instructor: Visitor) -> None:
    text = visible_text(instructor.get("/instructor/cases"))
    assert text.count("Contested") == 4
    assert "C01 Crown thinning in a healthy man Proceed" in text
    assert "Final assessment" in text
    assert "Practice cases" in text
    assert "Not reviewed by a clinician." in text


def test_a_case_shows_the_trace_from_fact_through_rule_to_source(instructor: Visitor) -> None:
    text = visible_text(instructor.get("/instructor/cases/c21-salmon-allergy-and-itchy-belts"))
    assert "Contested: reasonable experts may key this case differently." in text
    assert "Salmon and cod: throat swelling at 22, carries an adrenaline pen" in text
    assert "Reasons: from the record through the rule to the source" in text
    assert "rule CI-ALLERGY" in text
    assert "Article, section" in text
    assert "Decisive" in text
    assert "Distractor" in text
    assert "Itchy rash from jeans studs and watch backs" in text


def test_a_treating_case_shows_its_ranges(instructor: Visitor) -> None:
    text = visible_text(instructor.get("/instructor/cases/c01-crown-thinning"))
    assert "Depth, Crown" in text
    assert " mm" in text
    assert "Weeks between sessions 2 to 4 weeks" in text
    assert "Nothing in this record stops, delays or limits treatment." in text


@pytest.mark.parametrize(
    "path",
    [
        "/instructor/cases/no-such-case",
        "/instructor/learners/019a0000-0000-7000-8000-000000000000",
        "/instructor/attempts/019a0000-0000-7000-8000-000000000000",
        "/instructor/attempts/019a0000-0000-7000-8000-000000000000/cases/1",
        "/instructor/learners/nobody",
    ],
)
def test_what_is_not_there_is_not_found(instructor: Visitor, path: str) -> None:
    assert instructor.get(path).status_code == 404


def test_learners_are_listed_with_their_attempts(
    instructor: Visitor, trainee: Visitor, leila: Person, runtime: Runtime
) -> None:
    assert "No attempt yet" in visible_text(instructor.get("/instructor/learners"))
    attempt = take_assessment(runtime, trainee)
    text = visible_text(instructor.get("/instructor/learners"))
    assert "Leila Haddad" in text
    assert "100 of 100 Passed" in text
    page = instructor.get(f"/instructor/learners/{leila.uuid}")
    assert "Final assessment" in visible_text(page)
    assert f"/instructor{attempt}" in page.get_data(as_text=True)


def test_an_attempt_names_the_confident_and_unsafe_case_first(
    instructor: Visitor, trainee: Visitor, small: Path, runtime: Runtime
) -> None:
    attempt = start_quiz(trainee, "practice-set")
    seats = seats_of(runtime, attempt)
    for position, visit, _key in seats:
        fields = treating(trainee, attempt, position, visit)
        assert commit(trainee, attempt, position, visit, **fields).status_code == 303
    unsafe = next(seat for seat in seats if seat.case_key == POSTPONED)
    text = visible_text(instructor.get(f"/instructor{attempt}"))
    assert "Not yet: safety error" in text
    assert "Confident and unsafe" in text
    assert text.index(f"Case {unsafe.position}:") < text.index("Case 1:")
    answer = visible_text(instructor.get(f"/instructor{attempt}/cases/{unsafe.position}"))
    assert answer.index("Confident and unsafe") < answer.index("Answer and grade")
    assert "Proceed" in answer
    assert "Certain" in answer
    assert "The key it was graded against" in answer


def test_logged_answers_stand_with_their_times(
    instructor: Visitor, trainee: Visitor, small: Path, runtime: Runtime
) -> None:
    attempt = start_quiz(trainee, "practice-set")
    for revision, action in enumerate(("proceed", "postpone"), start=1):
        trainee.send(
            f"{attempt}/cases/1/answer",
            {"tab": "t", "revision": str(revision), "action": action},
            headers={"Accept": "application/json"},
        )
    text = visible_text(instructor.get(f"/instructor{attempt}/cases/1"))
    assert "This case is not marked yet." in text
    assert "1 March 2027, 09:00:00" in text
    assert text.index("Decision: Postpone") < text.index("Decision: Proceed")
    trainee.send(f"{attempt}/cases/1", right_answer_at(runtime, attempt, 1))
    assert "100 of 100" in visible_text(instructor.get(f"/instructor{attempt}/cases/1"))


def test_an_exam_hides_nothing_from_instructors(
    instructor: Visitor, trainee: Visitor, runtime: Runtime
) -> None:
    attempt = start_quiz(trainee, "final-assessment")
    answer_exam(trainee, f"{attempt}/cases/1", right_answer_at(runtime, attempt, 1))
    assert trainee.get(f"{attempt}/cases/1/result").status_code == 403
    assert "100 of 100" in visible_text(instructor.get(f"/instructor{attempt}/cases/1"))


def test_each_visit_has_its_own_page_and_log(
    instructor: Visitor, trainee: Visitor, small: Path, runtime: Runtime
) -> None:
    attempt = start_quiz(trainee, "practice-set")
    position = next(seat.position for seat in seats_of(runtime, attempt) if seat.visit == 2)
    commit(trainee, attempt, position)
    trainee.send(case(attempt, position, 2), right_answer_at(runtime, attempt, position, 2))
    first = visible_text(instructor.get(f"/instructor{case(attempt, position)}"))
    second = visible_text(instructor.get(f"/instructor{case(attempt, position, 2)}"))
    assert "Decision: Postpone" in first
    assert "Decision: Proceed" in second
    assert "100 of 100" in second
    assert "100 of 100" not in first
    assert instructor.get(f"/instructor{case(attempt, position, 3)}").status_code == 404
