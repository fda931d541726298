"""How an attempt ends: the last decision, submitting, the deadline; starts and submits at the same moment."""

from __future__ import annotations

from uuid import UUID

import pytest

from lms.core.runtime import Runtime
from quizzes.events import AttemptGraded
from quizzes.models import Attempt, AttemptCase
from quizzes.service.attempts import close_overdue_attempts, start_attempt, submit_attempt
from tests.support import attempts
from tests.support.attempts import EXAM, at_once, autosave, case, commit, decide_all, rows, started
from tests.support.clock import FrozenClock
from tests.support.people import COURSE_KEY, Factories, Person
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

leila = attempts.leila
visitor = attempts.visitor
graded = attempts.graded
practice = attempts.practice
exam = attempts.exam


# --- submitting -------------------------------------------------------------------------------------


def test_the_last_practice_decision_closes_the_attempt(
    visitor: Visitor, practice: str, graded: list[AttemptGraded], runtime: Runtime
) -> None:
    decide_all(visitor, practice, 10)
    assert [event.quiz_key for event in graded] == ["practice-set"]
    attempt = rows(runtime, Attempt)[0]
    assert (attempt.state, attempt.score) == ("submitted", graded[0].score)
    assert "You scored" in visible_text(visitor.get(practice))


def test_submitting_asks_again_while_cases_remain(
    visitor: Visitor, exam: str, graded: list[AttemptGraded]
) -> None:
    commit(visitor, exam)
    page = visitor.submit(visitor.get(exam))
    assert page.status_code == 422
    assert "Some cases have no decision yet." in visible_text(page)
    assert graded == []
    answer = visitor.submit(page, confirm="y")
    assert (answer.status_code, answer.location) == (303, exam)
    assert len(graded) == 1
    assert visitor.get(f"{case(exam)}/result").status_code == 200
    assert "No decision was made" in visible_text(visitor.get(f"{case(exam, 2)}/result"))


def test_a_repeated_submit_changes_nothing(
    visitor: Visitor, exam: str, graded: list[AttemptGraded], clock: FrozenClock, runtime: Runtime
) -> None:
    decide_all(visitor, exam, 8)
    visitor.submit(visitor.get(exam))
    before = rows(runtime, Attempt)[0].closed_at
    clock.advance(minutes=1)
    assert visitor.send(f"{exam}/submit").status_code == 303
    assert len(graded) == 1
    assert rows(runtime, Attempt)[0].closed_at == before


# --- the deadline -----------------------------------------------------------------------------------


def test_a_save_after_the_deadline_closes_the_attempt(
    visitor: Visitor, exam: str, clock: FrozenClock, graded: list[AttemptGraded], runtime: Runtime
) -> None:
    autosave(visitor, exam, 1, action="postpone", escalation="none", certainty="3")
    clock.advance(minutes=60)
    late = autosave(visitor, exam, 2, action="proceed")
    assert late.status_code == 409
    assert late.json is not None
    assert "time for this attempt is over" in late.json["detail"]
    attempt = rows(runtime, Attempt)[0]
    assert attempt.state == "closed_by_deadline"
    assert attempt.closed_at == attempt.deadline_at
    assert rows(runtime, AttemptCase)[0].grade["decisions"][1]["given"] == "postpone"
    assert len(graded) == 1


def test_one_second_before_the_deadline_still_counts(visitor: Visitor, exam: str, clock: FrozenClock) -> None:
    clock.advance(minutes=59, seconds=59)
    assert autosave(visitor, exam, 1, action="postpone").status_code == 200


@pytest.mark.parametrize("page", ["", "/cases/1", "/cases/1/result"])
def test_reading_after_the_deadline_closes_the_attempt(
    visitor: Visitor, exam: str, clock: FrozenClock, graded: list[AttemptGraded], page: str
) -> None:
    clock.advance(minutes=61)
    answer = visitor.get(f"{exam}{page}", follow_redirects=True)
    assert answer.status_code == 200
    assert len(graded) == 1
    assert "The time was over" in visible_text(visitor.get(exam))


def test_the_start_page_after_the_deadline_offers_the_next_attempt(
    visitor: Visitor, exam: str, clock: FrozenClock
) -> None:
    clock.advance(minutes=61)
    text = visible_text(visitor.get(EXAM))
    assert "Start attempt" in text
    assert "2 attempts left" in text
    assert started(visitor, EXAM) != exam


def test_deciding_and_submitting_after_the_deadline_are_conflicts(
    visitor: Visitor, exam: str, clock: FrozenClock, graded: list[AttemptGraded]
) -> None:
    clock.advance(minutes=61)
    late = commit(visitor, exam)
    assert late.status_code == 409
    assert "The time for this attempt is over." in visible_text(late)
    assert visitor.send(f"{exam}/submit").status_code == 303
    assert len(graded) == 1


def test_the_worker_closes_what_nobody_looks_at(
    exam: str, clock: FrozenClock, graded: list[AttemptGraded], runtime: Runtime
) -> None:
    with runtime.work() as work:
        assert close_overdue_attempts(work) == 0
    clock.advance(minutes=60)
    with runtime.work() as work:
        assert close_overdue_attempts(work) == 1
    with runtime.work() as work:
        assert close_overdue_attempts(work) == 0
    assert [str(event.attempt_uuid) for event in graded] == [exam.rsplit("/", 1)[1]]


# --- races ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("any_database")
def test_many_starts_at_once_open_one_attempt(runtime: Runtime, leila: Person) -> None:
    def start() -> UUID:
        with runtime.work() as work:
            return start_attempt(
                work,
                academy_id=leila.academy_id,
                learner_id=leila.learner_id,
                course_key=COURSE_KEY,
                quiz_key="practice-set",
            ).attempt_uuid

    uuids = at_once(*[start] * 6)
    assert len(set(uuids)) == 1
    assert len(rows(runtime, Attempt)) == 1
    assert len(rows(runtime, AttemptCase)) == 10


@pytest.mark.usefixtures("any_database")
def test_submits_at_once_grade_once(
    runtime: Runtime, leila: Person, factories: Factories, graded: list[AttemptGraded]
) -> None:
    attempt = started(factories.signed_in(leila), EXAM)
    uuid = UUID(attempt.rsplit("/", 1)[1])

    def submit() -> None:
        with runtime.work() as work:
            submit_attempt(work, attempt_uuid=uuid, academy_id=leila.academy_id, learner_id=leila.learner_id)

    assert at_once(*[submit] * 6) == [None] * 6
    assert len(graded) == 1
