"""The learning record: active minutes by course and lesson, and the credit they come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast
from uuid import UUID

import sqlalchemy as sa

from courses.content.credit import Counted
from courses.learning_time.models import ActiveMinuteRow
from courses.learning_time.rules import ActiveMinute, Credit, Tally, credit_of, each_once, minute_of, tally
from courses.queries.outline import outline_of
from courses.queries.shelf import Shelf, shelf_of
from courses.queries.standing import Standing, standings_of
from lms.academies.queries import LearnerRow, learners
from lms.core.errors import NotFound
from lms.core.text import _
from lms.core.work import Reading
from lms.publishing.kinds import COURSE
from lms.publishing.queries import published_many
from quizzes.queries.answer_times import answer_times

MINUTES = cast("sa.Table", ActiveMinuteRow.__table__)


@dataclass(frozen=True, slots=True)
class LessonTime:
    """A lesson of a course with its planned minutes and those in which the learner was active."""

    key: str
    number: str
    title: str
    planned_minutes: int
    active: Tally


@dataclass(frozen=True, slots=True)
class CourseTime:
    """The learning time of one course. `earlier` are lessons that the course no longer has."""

    course_key: str
    title: str
    planned_minutes: int
    lessons: tuple[LessonTime, ...]
    earlier: Tally
    cases: Tally
    assessment: Tally
    total: Tally
    credits: tuple[Credit, ...]


@dataclass(frozen=True, slots=True)
class LearnerRecord:
    """The learning record of somebody, as instructors see it."""

    learner: LearnerRow
    courses: tuple[CourseTime, ...]


_OF_LEARNER = (
    sa.select(MINUTES.c.minute, MINUTES.c.course_key, MINUTES.c.lesson_key)
    .where(
        MINUTES.c.academy_id == sa.bindparam("academy_id"), MINUTES.c.learner_id == sa.bindparam("learner_id")
    )
    .order_by(MINUTES.c.minute)
)


def learning_record(reading: Reading, *, academy_id: int, learner_id: int) -> tuple[CourseTime, ...]:
    """Return the learning time of a learner in every course they have joined, in the order of joining."""
    minutes = each_once(_minutes(reading, academy_id, learner_id))
    published = {one.key for one in published_many(reading, academy_id=academy_id, kind=COURSE)}
    return tuple(
        _course_time(
            shelf_of(reading, academy_id=academy_id, course_key=standing.course_key),
            standing,
            tuple(one for one in minutes if one.course_key == standing.course_key),
        )
        for standing in standings_of(reading, academy_id=academy_id, learner_id=learner_id)
        if standing.course_key in published
    )


def learner_record(reading: Reading, *, academy_id: int, learner_uuid: UUID) -> LearnerRecord:
    """Return the learning record of a learner of the academy. Raises `NotFound`."""
    for learner in learners(reading, academy_id=academy_id):
        if learner.uuid == learner_uuid:
            courses = learning_record(reading, academy_id=academy_id, learner_id=learner.learner_id)
            return LearnerRecord(learner, courses)
    raise NotFound(_("There is no such learner in your academy. Open the list of learners."))


def _minutes(reading: Reading, academy_id: int, learner_id: int) -> Iterator[ActiveMinute]:
    """Yield what is logged: first the minutes in lessons, then those of saved answers."""
    mine = {"academy_id": academy_id, "learner_id": learner_id}
    for row in reading.connection.execute(_OF_LEARNER, mine):
        yield ActiveMinute(row.minute, row.course_key, Counted.LESSONS, row.lesson_key)
    for one in answer_times(reading, **mine):
        counted = Counted.ASSESSMENT if one.is_exam else Counted.CASES
        yield ActiveMinute(minute_of(one.saved_at), one.course_key, counted)


def _course_time(shelf: Shelf, standing: Standing, minutes: tuple[ActiveMinute, ...]) -> CourseTime:
    """Return the time of one course; `minutes` are those of the course."""
    of_kind = {kind: tally(one for one in minutes if one.counted is kind) for kind in Counted}
    numbers = {kind: found.minutes for kind, found in of_kind.items()}
    course, planned = shelf.course, shelf.minutes
    in_lessons = [one for one in minutes if one.counted is Counted.LESSONS]
    return CourseTime(
        course_key=course.key,
        title=course.title,
        planned_minutes=planned,
        lessons=tuple(
            LessonTime(
                key=unit.key,
                number=unit.number,
                title=unit.title,
                planned_minutes=unit.minutes,
                active=tally(one for one in in_lessons if one.lesson_key == unit.key),
            )
            for unit in outline_of(shelf, standing).lessons
        ),
        earlier=tally(one for one in in_lessons if one.lesson_key not in course.lesson_keys),
        cases=of_kind[Counted.CASES],
        assessment=of_kind[Counted.ASSESSMENT],
        total=tally(minutes),
        credits=tuple(credit_of(numbers, one, planned_minutes=planned) for one in course.credit_schemes),
    )
