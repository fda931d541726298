"""Going through a course in tests: joining, doing lessons, and an assessment that was passed elsewhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from courses.content.course import Course
from courses.queries.shelf import shelf_of
from courses.service import enrol, mark_lesson_done
from lms.core.runtime import Runtime
from lms.publishing.queries import published
from quizzes.events import AttemptGraded
from quizzes.models import Attempt
from tests.support.people import COURSE_KEY, Person


def course_of(runtime: Runtime, person: Person) -> Course:
    """Return the course that Papilla ships, as it is published."""
    with runtime.reading() as reading:
        return shelf_of(reading, academy_id=person.academy_id, course_key=COURSE_KEY).course


def minutes_of(runtime: Runtime, person: Person) -> int:
    """Return the minutes of all lessons of the course together."""
    with runtime.reading() as reading:
        return shelf_of(reading, academy_id=person.academy_id, course_key=COURSE_KEY).minutes


def join(runtime: Runtime, person: Person) -> None:
    """Let somebody join the course."""
    with runtime.work() as work:
        enrol(work, academy_id=person.academy_id, learner_id=person.learner_id, course_key=COURSE_KEY)


def do_lessons(runtime: Runtime, person: Person, *keys: str) -> None:
    """Let somebody who has joined do lessons; all lessons of the course unless some are named."""
    for key in keys or course_of(runtime, person).lesson_keys:
        with runtime.work() as work:
            mark_lesson_done(
                work,
                academy_id=person.academy_id,
                learner_id=person.learner_id,
                course_key=COURSE_KEY,
                lesson_key=key,
            )


def grade_attempt(
    runtime: Runtime, person: Person, *, quiz_key: str, score: float = 90.0, passed: bool = True
) -> UUID:
    """Store a closed attempt with its outcome and announce it, as marking does."""
    with runtime.work() as work:
        quiz = published(work, academy_id=person.academy_id, kind="quiz", key=quiz_key)
        document: Any = quiz.document
        attempt = Attempt(
            academy_id=person.academy_id,
            learner_id=person.learner_id,
            course_key=COURSE_KEY,
            quiz_key=quiz_key,
            quiz_revision_id=quiz.revision_id,
            quiz_digest=quiz.digest,
            number=1 + work.session.query(Attempt).filter_by(learner_id=person.learner_id).count(),
            mode=document.mode.value,
            state="submitted",
            total_cases=len(document.cases),
            started_at=work.now,
            closed_at=work.now,
            graded_at=work.now,
            score=score,
            passed=passed,
            safety_failed=False,
        )
        work.session.add(attempt)
        work.session.flush()
        work.publish(
            AttemptGraded(
                attempt_uuid=attempt.uuid,
                academy_id=person.academy_id,
                learner_id=person.learner_id,
                course_key=COURSE_KEY,
                quiz_key=quiz_key,
                quiz_revision_id=quiz.revision_id,
                mode=attempt.mode,
                passed=passed,
                score=score,
                safety_failed=False,
                started_at=work.now,
                closed_at=work.now,
                graded_at=work.now,
            )
        )
        return attempt.uuid
