"""Deeds of the courses slice: joining a course, doing lessons, completing. Each may be repeated."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from courses.events import CourseCompleted, LessonDone
from courses.models import Enrolment, LessonProgress
from courses.queries.shelf import Shelf, shelf_of
from courses.rules import assessment_lock, is_completed, lesson_lock, module_lock, next_lesson
from lms.core.errors import Conflict, NotFound
from lms.core.text import _
from lms.core.work import Work
from quizzes.events import AttemptGraded, AttemptRegraded, AttemptStarting
from quizzes.queries.attempts import attempts_of


@dataclass(frozen=True, slots=True)
class Onward:
    """Where to go after a lesson: the next one, or none when all are done; and whether this completed it."""

    lesson_key: str | None
    course_completed: bool


def enrol(work: Work, *, academy_id: int, learner_id: int, course_key: str) -> None:
    """Let a learner join a course; whoever has joined already stays as they are. Raises `NotFound`."""
    shelf = shelf_of(work, academy_id=academy_id, course_key=course_key)
    if _enrolment(work, academy_id, learner_id, course_key) is not None:
        return
    enrolment = Enrolment(
        academy_id=academy_id,
        learner_id=learner_id,
        course_key=course_key,
        course_revision_id=shelf.course_revision_id,
        enrolled_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(enrolment)
    except IntegrityError:
        return  # a second click won the race; they have joined, which is what was asked for


def open_lesson(work: Work, *, academy_id: int, learner_id: int, course_key: str, lesson_key: str) -> None:
    """Note that a learner opened a lesson, so that they can continue there.

    Raises `NotFound` for an unknown lesson, `Conflict` when they have not joined the course or it is locked.
    """
    shelf = shelf_of(work, academy_id=academy_id, course_key=course_key)
    enrolment = _joined(work, academy_id, learner_id, course_key)
    _progress_in(work, shelf, enrolment, lesson_key)


def mark_lesson_done(
    work: Work, *, academy_id: int, learner_id: int, course_key: str, lesson_key: str
) -> Onward:
    """Note that a learner did a lesson; with a passed assessment the last one completes the course.

    Raises `NotFound` for an unknown lesson, `Conflict` when they have not joined the course or it is locked.
    """
    shelf = shelf_of(work, academy_id=academy_id, course_key=course_key)
    enrolment = _joined(work, academy_id, learner_id, course_key)
    progress = _progress_in(work, shelf, enrolment, lesson_key)
    is_first = progress.done_at is None
    if is_first:
        progress.done_at = work.now
        progress.lesson_revision_id = shelf.lessons[lesson_key].revision_id
        work.session.flush()
    done = _done(work, enrolment)
    if is_first:
        work.publish(LessonDone(course_key, lesson_key, academy_id, learner_id, done, work.now))
    modules = shelf.course.modules
    if assessment_lock(modules, done) is None:
        _complete_with_best_attempt(work, shelf, enrolment, done)
    return Onward(
        lesson_key=_after(shelf, lesson_key, done) or next_lesson(modules, done),
        course_completed=enrolment.completed_at is not None,
    )


def on_attempt_starting(work: Work, event: AttemptStarting) -> None:
    """Refuse an attempt by somebody who has not joined the course, or at a quiz that is still locked.

    Raises `NotFound` for a quiz that the course does not use, else `Conflict` with the reason.
    """
    shelf = shelf_of(work, academy_id=event.academy_id, course_key=event.course_key)
    course = shelf.course
    if event.quiz_key not in course.quiz_keys:
        raise NotFound(_("There is no such quiz in this course. Open the course to see its quizzes."))
    enrolment = _joined(work, event.academy_id, event.learner_id, event.course_key)
    done = _done(work, enrolment)
    if event.quiz_key == course.assessment:
        lock = assessment_lock(course.modules, done)
    elif event.quiz_key == course.practice:
        lock = None
    else:
        module = next(module for module in course.modules if event.quiz_key in module.quizzes)
        lock = module_lock(course.modules, module.key, done)
    if lock is not None:
        raise Conflict(lock.reason)


def on_attempt_graded(work: Work, event: AttemptGraded) -> None:
    """Complete the course when its assessment was passed and every lesson is done.

    The enrolment is locked first: of a last lesson and an assessment that end at the same moment, the one
    that comes second sees what the first did.
    """
    if event.passed:
        _complete_if_assessed(work, event)


def on_attempt_regraded(work: Work, event: AttemptRegraded) -> None:
    """Complete the course when a correction made its assessment a pass and every lesson is done.

    A completed course stays completed when the pass is lost: people decide about the certificate.
    """
    if event.passed and not event.passed_before:
        _complete_if_assessed(work, event)


def _complete_if_assessed(work: Work, event: AttemptGraded | AttemptRegraded) -> None:
    enrolment = _enrolment(work, event.academy_id, event.learner_id, event.course_key)
    if enrolment is None:
        return
    shelf = shelf_of(work, academy_id=event.academy_id, course_key=event.course_key)
    if event.quiz_key == shelf.course.assessment:
        _complete_with_best_attempt(work, shelf, enrolment, _done(work, enrolment))


def _enrolment(work: Work, academy_id: int, learner_id: int, course_key: str) -> Enrolment | None:
    """Return the enrolment, locked until the unit of work ends, or None."""
    return work.session.scalar(
        sa.select(Enrolment)
        .where(
            Enrolment.learner_id == learner_id,
            Enrolment.course_key == course_key,
            Enrolment.academy_id == academy_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _joined(work: Work, academy_id: int, learner_id: int, course_key: str) -> Enrolment:
    enrolment = _enrolment(work, academy_id, learner_id, course_key)
    if enrolment is None:
        raise Conflict(_("You have not joined this course yet. Open the course and join it first."))
    return enrolment


def _done(work: Work, enrolment: Enrolment) -> frozenset[str]:
    keys = sa.select(LessonProgress.lesson_key).where(
        LessonProgress.enrolment_id == enrolment.id, LessonProgress.done_at.is_not(None)
    )
    return frozenset(work.session.scalars(keys))


def _progress_in(work: Work, shelf: Shelf, enrolment: Enrolment, lesson_key: str) -> LessonProgress:
    """Return a learner's progress in a lesson that is open to them, begun now if it was not."""
    shelf.lesson(lesson_key)
    lock = lesson_lock(shelf.course.modules, lesson_key, _done(work, enrolment))
    if lock is not None:
        raise Conflict(lock.reason)
    mine = sa.select(LessonProgress).where(
        LessonProgress.enrolment_id == enrolment.id, LessonProgress.lesson_key == lesson_key
    )
    progress = work.session.scalar(mine)
    if progress is None:
        progress = LessonProgress(
            academy_id=enrolment.academy_id,
            enrolment_id=enrolment.id,
            lesson_key=lesson_key,
            lesson_revision_id=shelf.lessons[lesson_key].revision_id,
            opened_at=work.now,
        )
        work.session.add(progress)
        work.session.flush()
    return progress


def _after(shelf: Shelf, lesson_key: str, done: frozenset[str]) -> str | None:
    """Return the next lesson in the order of the course if it is open and not done yet."""
    keys = shelf.course.lesson_keys
    following = keys[keys.index(lesson_key) + 1 :][:1]
    modules = shelf.course.modules
    return next((key for key in following if key not in done and not lesson_lock(modules, key, done)), None)


def _complete_with_best_attempt(work: Work, shelf: Shelf, enrolment: Enrolment, done: frozenset[str]) -> None:
    """Complete the course, once, if a passed attempt at its assessment and every lesson are there."""
    if enrolment.completed_at is not None:
        return
    attempts = attempts_of(
        work,
        academy_id=enrolment.academy_id,
        learner_id=enrolment.learner_id,
        course_key=enrolment.course_key,
    )
    passed = [one for one in attempts if one.passed and one.quiz_key == shelf.course.assessment]
    best = max(passed, key=lambda one: one.exam_score or 0.0, default=None)
    if best is None or not is_completed(shelf.course.modules, done, assessment_passed=True):
        return
    enrolment.completed_at = work.now
    work.session.flush()
    work.publish(
        CourseCompleted(
            course_key=enrolment.course_key,
            course_revision_id=shelf.course_revision_id,
            academy_id=enrolment.academy_id,
            learner_id=enrolment.learner_id,
            enrolment_uuid=enrolment.uuid,
            attempt_uuid=best.uuid,
            score=best.exam_score or 0.0,
            completed_at=work.now,
            minutes=shelf.minutes,
        )
    )
