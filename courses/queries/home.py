"""The home page of somebody who is signed in: what to continue with, their courses, what else there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from courses.content.course import Course
from courses.queries.course import QuizCard, is_running, quiz_cards
from courses.queries.outline import Outline, Unit, outline_of
from courses.queries.shelf import Shelf, shelf_of
from courses.queries.standing import Standing, standings_of
from lms.core.work import Reading
from lms.publishing.queries import published_many
from quizzes.queries.attempts import AttemptSummary, attempts_of
from quizzes.quiz_document import Quiz


@dataclass(frozen=True, slots=True)
class RunningAttempt:
    """An attempt that waits to be finished, with the title of its quiz."""

    attempt: AttemptSummary
    title: str


@dataclass(frozen=True, slots=True)
class CourseCard:
    """One of the learner's courses: progress, and the next thing in it (a lesson, else the assessment)."""

    course: Course
    outline: Outline
    completed_at: datetime | None
    next_lesson: Unit | None
    next_quiz: Quiz | None
    safety_due: UUID | None
    """The exam whose safety form is the next thing to do, instead of a full attempt."""
    running: tuple[RunningAttempt, ...]
    latest: int
    """Grows with each lesson opened in any course: the highest is where the learner was last."""


@dataclass(frozen=True, slots=True)
class AvailableCourse:
    """A course that can be joined."""

    course: Course
    minutes: int


@dataclass(frozen=True, slots=True)
class HomePage:
    """What the home page shows; `next` is the course to continue with, or None."""

    courses: tuple[CourseCard, ...]
    available: tuple[AvailableCourse, ...]
    next: CourseCard | None

    @property
    def running(self) -> tuple[RunningAttempt, ...]:
        """Return all attempts that wait to be finished."""
        return tuple(one for card in self.courses for one in card.running)


def home_page(reading: Reading, *, academy_id: int, learner_id: int) -> HomePage:
    """Return the home page of a learner; a course that is no longer published is left out."""
    published = published_many(reading, academy_id=academy_id, kind="course")
    shelves = {one.key: shelf_of(reading, academy_id=academy_id, course_key=one.key) for one in published}
    cards: list[CourseCard] = []
    standings = standings_of(reading, academy_id=academy_id, learner_id=learner_id)
    for standing in standings:
        shelf = shelves.get(standing.course_key)
        if shelf is not None:
            attempts = attempts_of(
                reading, academy_id=academy_id, learner_id=learner_id, course_key=standing.course_key
            )
            cards.append(_card(shelf, standing, attempts, reading.now))
    joined = {standing.course_key for standing in standings}
    return HomePage(
        courses=tuple(cards),
        available=tuple(
            AvailableCourse(shelf.course, shelf.minutes)
            for key, shelf in shelves.items()
            if key not in joined
        ),
        next=_to_continue(cards),
    )


def _card(
    shelf: Shelf, standing: Standing, attempts: tuple[AttemptSummary, ...], now: datetime
) -> CourseCard:
    outline = outline_of(shelf, standing)
    assessment = quiz_cards(shelf, standing, attempts, now).get(shelf.course.assessment)
    return CourseCard(
        course=shelf.course,
        outline=outline,
        completed_at=standing.completed_at,
        next_lesson=outline.current,
        next_quiz=assessment.quiz if assessment is not None and _can_start(assessment) else None,
        safety_due=assessment.safety_due if assessment is not None else None,
        running=tuple(
            RunningAttempt(one, shelf.quizzes[one.quiz_key].title)
            for one in attempts
            if is_running(one, now) and one.quiz_key in shelf.quizzes
        ),
        latest=standing.latest,
    )


def _can_start(card: QuizCard) -> bool:
    """Return whether a quiz is the next thing to do: open, not passed, an attempt or a safety form left."""
    may_try = card.attempts_left != 0 or card.safety_due is not None
    return card.lock is None and not card.is_passed and may_try


def _to_continue(cards: list[CourseCard]) -> CourseCard | None:
    """Return the course with an attempt that is running, else the one the learner was in last."""
    waiting = [card for card in cards if card.running or card.next_lesson or card.next_quiz]
    return max(waiting, key=lambda card: (bool(card.running), card.latest), default=None)
