"""Where a learner stands in their courses: enrolment, lessons done and lessons opened, by one statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from courses.models import Enrolment, LessonProgress
from lms.core.work import Reading

ENROLMENTS = cast("sa.Table", Enrolment.__table__)
PROGRESS = cast("sa.Table", LessonProgress.__table__)


@dataclass(frozen=True, slots=True)
class Standing:
    """A learner in one course: which lessons are done, and which were opened, in the order of opening."""

    enrolment_id: int
    enrolment_uuid: UUID
    course_key: str
    enrolled_at: datetime
    completed_at: datetime | None
    done: frozenset[str]
    opened: tuple[str, ...]
    latest: int
    """Grows with each lesson opened in any course; 0 before the first."""


_OF_LEARNER = (
    sa.select(
        ENROLMENTS.c.id,
        ENROLMENTS.c.uuid,
        ENROLMENTS.c.course_key,
        ENROLMENTS.c.enrolled_at,
        ENROLMENTS.c.completed_at,
        PROGRESS.c.lesson_key,
        PROGRESS.c.done_at.is_not(None).label("is_done"),
        PROGRESS.c.id.label("progress_id"),
    )
    .join_from(ENROLMENTS, PROGRESS, PROGRESS.c.enrolment_id == ENROLMENTS.c.id, isouter=True)
    .where(
        ENROLMENTS.c.academy_id == sa.bindparam("academy_id"),
        ENROLMENTS.c.learner_id == sa.bindparam("learner_id"),
    )
    .order_by(ENROLMENTS.c.id, PROGRESS.c.opened_at, PROGRESS.c.id)
)
_IN_COURSE = _OF_LEARNER.where(ENROLMENTS.c.course_key == sa.bindparam("course_key"))


def standing_in(reading: Reading, *, academy_id: int, learner_id: int, course_key: str) -> Standing | None:
    """Return where a learner stands in a course, or None when they have not joined it."""
    values = {"academy_id": academy_id, "learner_id": learner_id, "course_key": course_key}
    return next(iter(_standings(reading.connection.execute(_IN_COURSE, values))), None)


def standings_of(reading: Reading, *, academy_id: int, learner_id: int) -> tuple[Standing, ...]:
    """Return where a learner stands in each course they have joined, the course joined first at the front."""
    return _standings(
        reading.connection.execute(_OF_LEARNER, {"academy_id": academy_id, "learner_id": learner_id})
    )


_OPENED_AT = (
    sa.select(PROGRESS.c.opened_at)
    .join_from(ENROLMENTS, PROGRESS, PROGRESS.c.enrolment_id == ENROLMENTS.c.id)
    .where(
        ENROLMENTS.c.academy_id == sa.bindparam("academy_id"),
        ENROLMENTS.c.learner_id == sa.bindparam("learner_id"),
        ENROLMENTS.c.course_key == sa.bindparam("course_key"),
        PROGRESS.c.lesson_key == sa.bindparam("lesson_key"),
    )
)


def opened_at(
    reading: Reading, *, academy_id: int, learner_id: int, course_key: str, lesson_key: str
) -> datetime | None:
    """Return when a learner first opened a lesson, or None when they have not."""
    values = {"academy_id": academy_id, "learner_id": learner_id, "course_key": course_key}
    return reading.connection.execute(_OPENED_AT, {**values, "lesson_key": lesson_key}).scalar_one_or_none()


def _standings(rows: Iterable[Any]) -> tuple[Standing, ...]:
    by_enrolment: dict[int, list[Any]] = {}
    for row in rows:
        by_enrolment.setdefault(row.id, []).append(row)
    return tuple(_standing(group) for group in by_enrolment.values())


def _standing(rows: list[Any]) -> Standing:
    first = rows[0]
    return Standing(
        enrolment_id=first.id,
        enrolment_uuid=first.uuid,
        course_key=first.course_key,
        enrolled_at=first.enrolled_at,
        completed_at=first.completed_at,
        done=frozenset(row.lesson_key for row in rows if row.is_done),
        opened=tuple(row.lesson_key for row in rows if row.lesson_key is not None),
        latest=max(row.progress_id or 0 for row in rows),
    )
