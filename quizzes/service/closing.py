"""Closing and grading attempts: by the learner, by a read or save after the deadline, or by the worker."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from lms.core.work import Work
from quizzes.events import AttemptGraded
from quizzes.grading.answers import parse_answer
from quizzes.grading.grade import CaseGrade, grade_case
from quizzes.grading.outcome import outcome
from quizzes.models import Attempt, AttemptCase
from quizzes.pinned import pinned_case, pinned_quiz
from quizzes.rules import FIRST_VISIT, AttemptStanding, AttemptState, is_overdue

WORKER_BATCH = 100


def standing_of(attempt: Attempt) -> AttemptStanding:
    """Return what the rules need to know of an attempt."""
    return AttemptStanding(attempt.uuid, AttemptState(attempt.state), attempt.deadline_at)


def grade_answer(work: Work, row: AttemptCase) -> CaseGrade:
    """Return the grade of a case's current answer by the pinned revisions of case and protocol."""
    protocol, case = pinned_case(work, row)
    return grade_case(protocol, case, FIRST_VISIT, parse_answer(row.answer))


def close_attempt(work: Work, attempt: Attempt, state: AttemptState) -> None:
    """Grade what is not graded yet, fix score and outcome, and announce `AttemptGraded`.

    The attempt must be locked and open. A grade that exists is kept as it is.
    """
    rows = work.session.scalars(
        sa.select(AttemptCase)
        .where(AttemptCase.attempt_id == attempt.id)
        .order_by(AttemptCase.position)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    grades: list[CaseGrade] = []
    for row in rows:
        if row.grade is None:
            row.grade = grade_answer(work, row).to_json()
        grades.append(CaseGrade.from_json(row.grade))
    result = outcome(grades, pinned_quiz(work, attempt).pass_mark_percent)
    attempt.state = state.value
    attempt.closed_at = _closing_time(attempt, state, work.now)
    attempt.graded_at = work.now
    attempt.score = result.score
    attempt.passed = result.passed
    attempt.safety_failed = result.safety_failed
    work.session.flush()
    work.publish(
        AttemptGraded(
            attempt_uuid=attempt.uuid,
            academy_id=attempt.academy_id,
            learner_id=attempt.learner_id,
            course_key=attempt.course_key,
            quiz_key=attempt.quiz_key,
            quiz_revision_id=attempt.quiz_revision_id,
            mode=attempt.mode,
            passed=result.passed,
            score=result.score,
            safety_failed=result.safety_failed,
            started_at=attempt.started_at,
            closed_at=attempt.closed_at,
            graded_at=work.now,
        )
    )


def _closing_time(attempt: Attempt, state: AttemptState, now: datetime) -> datetime:
    """Return when the attempt ended: at its deadline, even if that was noticed later."""
    if state is AttemptState.CLOSED_BY_DEADLINE and attempt.deadline_at is not None:
        return attempt.deadline_at
    return now


def close_overdue(work: Work, attempt: Attempt) -> bool:
    """Close a locked attempt if its deadline has passed; returns whether it did."""
    if not is_overdue(standing_of(attempt), work.now):
        return False
    close_attempt(work, attempt, AttemptState.CLOSED_BY_DEADLINE)
    return True


def close_attempt_if_overdue(work: Work, *, attempt_uuid: UUID) -> bool:
    """Close the attempt if its deadline has passed; returns whether it did. Unknown ones are left alone."""
    attempt = work.session.scalar(sa.select(Attempt).where(Attempt.uuid == attempt_uuid).with_for_update())
    return attempt is not None and close_overdue(work, attempt)


def close_overdue_attempts(work: Work) -> int:
    """Close attempts whose deadline has passed and return how many; the worker calls it every minute.

    At most a hundred at once: the rest follows with the next call. What another process is closing at
    this moment is skipped.
    """
    overdue = work.session.scalars(
        sa.select(Attempt)
        .where(Attempt.state == AttemptState.OPEN, Attempt.deadline_at <= work.now)
        .order_by(Attempt.deadline_at)
        .limit(WORKER_BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    return sum(close_overdue(work, attempt) for attempt in overdue)
