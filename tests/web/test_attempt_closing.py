"""How an attempt ends: the last decision, submitting, the deadline; starts and submits at the same moment."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from lms.core.runtime import Runtime
from quizzes.events import AttemptGraded
from quizzes.models import Attempt, AttemptCase
from quizzes.service.attempts import close_overdue_attempts, submit_attempt
from quizzes.service.starting import start_attempt
from tests.support import attempts
from tests.support.attempts import (
    CAREFUL,
    EXAM,
    PRACTICE,
    at_once,
    autosave,
    case,
    commit,
    decide_all,
    decide_all_in_exam,
    decide_in_exam,
    rows,
    started,
    treating,
)
from tests.support.clock import FrozenClock
from tests.support.content import replace_in
from tests.support.journeys import right_answer_at, seats_of
from tests.support.people import COURSE_KEY, Factories, Person
from tests.support.small_quizzes import POSTPONED, PRACTISED
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

leila = attempts.leila
visitor = attempts.visitor
graded = attempts.graded
small = attempts.small
practice = attempts.practice
exam = attempts.exam


# --- submitting -------------------------------------------------------------------------------------


def test_the_last_practice_decision_closes_the_attempt(
    visitor: Visitor, practice: str, graded: list[AttemptGraded], runtime: Runtime
) -> None:
    decide_all(visitor, practice)
    assert [event.quiz_key for event in graded] == ["practice-set"]
    attempt = rows(runtime, Attempt)[0]
    assert (attempt.state, attempt.score) == ("submitted", graded[0].score)
    assert "You scored" in visible_text(visitor.get(practice))


def test_submitting_asks_again_while_cases_remain(
    visitor: Visitor, exam: str, graded: list[AttemptGraded]
) -> None:
    decide_in_exam(visitor, exam)
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
    decide_all_in_exam(visitor, exam)
    visitor.submit(visitor.get(exam))
    before = rows(runtime, Attempt)[0].closed_at
    clock.advance(minutes=1)
    assert visitor.send(f"{exam}/submit").status_code == 303
    assert len(graded) == 1
    assert rows(runtime, Attempt)[0].closed_at == before


def test_an_announcement_names_purpose_and_confirmed_harms(
    visitor: Visitor, practice: str, graded: list[AttemptGraded], runtime: Runtime
) -> None:
    for position, visit, _key in seats_of(runtime, practice):
        fields = treating(visitor, practice, position, visit)
        assert commit(visitor, practice, position, visit, **fields).status_code == 303
    assert [(event.purpose, event.safety_failed, event.passed) for event in graded] == [("full", True, False)]
    assert graded[0].confirmed_harms == ("less_strict",)
    assert rows(runtime, Attempt)[0].confirmed_harms == ["less_strict"]


@pytest.mark.parametrize(("purpose", "passes"), [("full", True), ("safety", True), ("remediation", False)])
def test_a_remediation_teaches_and_is_never_a_pass(
    visitor: Visitor,
    practice: str,
    graded: list[AttemptGraded],
    runtime: Runtime,
    purpose: str,
    *,
    passes: bool,
) -> None:
    with runtime.work() as work:
        work.connection.execute(sa.update(Attempt).values(purpose=purpose))
    for position, visit, _key in seats_of(runtime, practice):
        visitor.send(case(practice, position, visit), right_answer_at(runtime, practice, position, visit))
    attempt = rows(runtime, Attempt)[0]
    assert (attempt.score, attempt.passed) == (100, passes)
    assert [(event.purpose, event.passed) for event in graded] == [(purpose, passes)]


def test_what_answers_a_safety_failure_uses_up_no_attempt(
    visitor: Visitor, exam: str, runtime: Runtime
) -> None:
    visitor.send(f"{exam}/submit", {"confirm": "y"})
    assert "2 attempts left" in visible_text(visitor.get(EXAM))
    with runtime.work() as work:
        work.connection.execute(sa.update(Attempt).values(purpose="safety"))
    assert "3 attempts left" in visible_text(visitor.get(EXAM))
    assert "3 attempts left" in visible_text(visitor.get(exam))


# --- the deadline -----------------------------------------------------------------------------------


def test_a_save_after_the_deadline_closes_the_attempt(
    visitor: Visitor, exam: str, clock: FrozenClock, graded: list[AttemptGraded], runtime: Runtime
) -> None:
    autosave(visitor, exam, 1, **CAREFUL)
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
    late = visitor.send(case(exam), CAREFUL)
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


@pytest.mark.usefixtures("any_database", "small")
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
    assert len(rows(runtime, AttemptCase)) == len(PRACTISED) + 1


@pytest.mark.usefixtures("any_database", "small")
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


def test_whether_partly_accepted_actions_count_is_the_quizs_policy(
    factories: Factories, runtime: Runtime, small: Path, visitor: Visitor
) -> None:
    path = small / "cases" / f"{POSTPONED}.yaml"
    replace_in(path, "  phase: first\n", "  phase: first\n  partial_credit: {do_not_treat: 0.5}\n")
    quiz = small / "quizzes" / "practice-set.yaml"
    written = quiz.read_text(encoding="utf-8")
    credits_given = []
    for policy in ("true", "false"):
        quiz.write_text(f"{written}partial_credit: {policy}\n", encoding="utf-8")
        factories.publish(small)
        attempt = started(visitor, PRACTICE)
        for seat in seats_of(runtime, attempt):
            commit(visitor, attempt, seat.position, seat.visit, action="do_not_treat")
            if seat.case_key == POSTPONED:
                row = next(one for one in reversed(rows(runtime, AttemptCase)) if one.case_key == POSTPONED)
                grades = {one["name"]: one["credit"] for one in row.grade["decisions"]}
                credits_given.append(grades["action"])
    assert credits_given == [0.5, 0.0]
