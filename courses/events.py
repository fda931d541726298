"""What the courses slice announces to the slices above it, within the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CourseCompleted:
    """Somebody has done every lesson of a course and passed its assessment; once for each enrolment.

    `attempt_uuid` and `score` (0 to 100) are those of the passed assessment, `minutes` the learning time of
    all lessons together, `course_revision_id` the edition that was in force at that moment.
    """

    course_key: str
    course_revision_id: int
    academy_id: int
    learner_id: int
    enrolment_uuid: UUID
    attempt_uuid: UUID
    score: float
    completed_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class LessonDone:
    """A learner did a lesson for the first time; once for each enrolment and lesson.

    `done` holds every lesson of the course that they have done by now, this one among them.
    """

    course_key: str
    lesson_key: str
    academy_id: int
    learner_id: int
    done: frozenset[str]
    done_at: datetime
