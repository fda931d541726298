"""Closing and grading attempts: by the learner, by a read or save after the deadline, or by the worker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lms.core.work import Reading, Work
from quizzes.events import AttemptGraded
from quizzes.grading.answers import salvage_answer
from quizzes.grading.grade import NO_POINTS, Points, grade_visit
from quizzes.grading.outcome import AttemptOutcome, outcome
from quizzes.grading.result import GradedBy, VisitGrade
from quizzes.models import Attempt, AttemptCase
from quizzes.pinned import drawn_case, pinned_limits, pinned_quiz
from quizzes.queries.marks import points_of
from quizzes.rules import AttemptStanding, AttemptState, Purpose, is_overdue
from quizzes.service.markers import Markers, markers_in_force, of_visit

WORKER_BATCH = 100


def standing_of(attempt: Attempt) -> AttemptStanding:
    """Return what the rules need to know of an attempt."""
    return AttemptStanding(attempt.uuid, AttemptState(attempt.state), attempt.deadline_at)


def grade_row(
    reading: Reading,
    attempt: Attempt,
    row: AttemptCase,
    markers: Markers | None = None,
    *,
    by: GradedBy | None = None,
) -> VisitGrade:
    """Return the grade of a visit's current answer, as drawn for the attempt, with the markers in force.

    What people have marked is kept, and so is the region that the attempt was started in. `by` names other
    revisions than the pinned ones; the visit must be there. Markers not given are read; marks only where the
    answer needs some.
    """
    if markers is None:
        markers = markers_in_force(reading, academy_id=row.academy_id, case_keys=(row.case_key,))
    protocol, case = drawn_case(reading, attempt, by or row)
    index = row.visit - 1
    answer = salvage_answer(case.visits[index], row.answer)
    in_force = of_visit(markers, row.case_key, row.visit)
    partial_credit = pinned_quiz(reading, attempt).partial_credit
    region = pinned_limits(reading, attempt, protocol)

    def graded(points: Points = NO_POINTS) -> VisitGrade:
        return grade_visit(
            protocol,
            case,
            index,
            answer,
            partial_credit=partial_credit,
            region=region,
            markers=in_force,
            points=points,
        )

    grade = graded()
    if grade.awaits_marking:
        points = points_of(reading, attempt_case_id=row.id)
        grade = graded(points) if points else grade
    return grade if by is None else replace(grade, graded_by=by)


def outcome_of(reading: Reading, attempt: Attempt, rows: Iterable[Any]) -> AttemptOutcome:
    """Return the outcome of the grades that stand on an attempt's rows, in the order of cases and visits.

    Of a row only `position` and `grade` are asked.
    """
    cases = [
        [VisitGrade.from_json(row.grade) for row in visits if row.grade is not None]
        for _position, visits in groupby(rows, key=attrgetter("position"))
    ]
    return outcome(cases, pinned_quiz(reading, attempt).pass_mark_percent)


def is_passed(attempt: Attempt, result: AttemptOutcome) -> bool:
    """Return whether an attempt with this outcome counts as passed: one that only teaches never does."""
    return result.passed and not Purpose(attempt.purpose).only_teaches


def close_attempt(work: Work, attempt: Attempt, state: AttemptState) -> None:
    """Grade what is not graded yet, fix score and outcome, and announce `AttemptGraded`.

    The attempt must be locked and open. A grade that exists is kept as it is.
    """
    rows = work.session.scalars(
        sa.select(AttemptCase)
        .where(AttemptCase.attempt_id == attempt.id)
        .order_by(AttemptCase.position, AttemptCase.visit)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    waiting = [row for row in rows if row.grade is None]
    if waiting:
        keys = {row.case_key for row in waiting}
        markers = markers_in_force(work, academy_id=attempt.academy_id, case_keys=keys)
        for row in waiting:
            row.grade = grade_row(work, attempt, row, markers).to_json()
    result = outcome_of(work, attempt, rows)
    attempt.state = state.value
    attempt.closed_at = _closing_time(attempt, state, work.now)
    attempt.graded_at = work.now
    attempt.score = result.score
    attempt.passed = is_passed(attempt, result)
    attempt.safety_failed = result.safety_failed
    attempt.confirmed_harms = list(result.confirmed)
    work.session.flush()
    work.publish(
        _announcement(
            attempt,
            result,
            score=_score_that_counts(work, attempt),
            closed_at=attempt.closed_at,
            graded_at=work.now,
        )
    )


def _score_that_counts(work: Work, attempt: Attempt) -> float:
    """Return the score of the attempt; of a safety form that passed, that of the exam it answers."""
    answered = None
    if attempt.purpose == Purpose.SAFETY and attempt.passed and attempt.follows_id is not None:
        answered = work.session.get_one(Attempt, attempt.follows_id).score
    return (attempt.score if answered is None else answered) or 0.0


def _announcement(
    attempt: Attempt, result: AttemptOutcome, *, score: float, closed_at: datetime, graded_at: datetime
) -> AttemptGraded:
    return AttemptGraded(
        attempt_uuid=attempt.uuid,
        academy_id=attempt.academy_id,
        learner_id=attempt.learner_id,
        course_key=attempt.course_key,
        quiz_key=attempt.quiz_key,
        quiz_revision_id=attempt.quiz_revision_id,
        mode=attempt.mode,
        passed=is_passed(attempt, result),
        score=score,
        safety_failed=result.safety_failed,
        started_at=attempt.started_at,
        closed_at=closed_at,
        graded_at=graded_at,
        purpose=attempt.purpose,
        confirmed_harms=result.confirmed,
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
