"""The page of a course: what it is, its outline, its practice set and its assessment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from courses.content.course import Course
from courses.queries.outline import Outline, outline_of
from courses.queries.shelf import Shelf, shelf_of
from courses.queries.standing import Standing, standing_in
from courses.rules import Lock, assessment_lock, module_lock
from lms.core.work import Reading
from quizzes.protocols.model import Protocol
from quizzes.queries.attempts import AttemptSummary, attempts_of
from quizzes.queries.statements import safety_due
from quizzes.quiz_document import Quiz
from quizzes.regions.queries import region_choice
from quizzes.regions.rules import RegionChoice
from quizzes.regions.showing import RegionalView, regional_view
from quizzes.rules import Purpose, attempts_left


@dataclass(frozen=True, slots=True)
class QuizCard:
    """A quiz as a course shows it: its conditions, the learner's attempts, and why it is locked, if it is."""

    quiz: Quiz
    lock: Lock | None
    attempts: tuple[AttemptSummary, ...]
    open_attempt: UUID | None

    @property
    def best(self) -> AttemptSummary | None:
        """Return the best closed attempt: a passed one before any other, then the highest score.

        A practice round after a safety error and a case tried alone have no say, and a safety form counts by
        the exam it answers.
        """
        closed = [one for one in self.attempts if one.score is not None and not one.purpose.only_teaches]
        return max(closed, key=lambda one: (bool(one.passed), one.exam_score or 0.0), default=None)

    @property
    def is_passed(self) -> bool:
        """Return whether one of the attempts passed."""
        return any(one.passed for one in self.attempts)

    @property
    def attempts_left(self) -> int | None:
        """Return how many attempts may still be started; None means as many as one likes."""
        used = sum(one.purpose is Purpose.FULL for one in self.attempts)
        return attempts_left(self.quiz.attempts_allowed, used)

    @property
    def safety_due(self) -> UUID | None:
        """Return the exam that practice and a safety form can still put right, or None."""
        return safety_due(self.quiz, self.attempts)


@dataclass(frozen=True, slots=True)
class CoursePage:
    """What the page of a course shows. The quizzes of modules stand in `module_quizzes`, by key."""

    course: Course
    minutes: int
    outline: Outline
    is_enrolled: bool
    completed_at: datetime | None
    practice: QuizCard | None
    assessment: QuizCard | None
    module_quizzes: Mapping[str, QuizCard]
    protocol: Protocol
    region: RegionChoice

    @property
    def regional(self) -> RegionalView | None:
        """Return where the learner works and what differs there, or None where nothing does anywhere."""
        return regional_view(self.region, self.protocol)


def course_page(reading: Reading, *, academy_id: int, learner_id: int, course_key: str) -> CoursePage:
    """Return the page of a course. Raises `NotFound` when no such course is published."""
    shelf = shelf_of(reading, academy_id=academy_id, course_key=course_key)
    standing = standing_in(reading, academy_id=academy_id, learner_id=learner_id, course_key=course_key)
    attempts = attempts_of(reading, academy_id=academy_id, learner_id=learner_id, course_key=course_key)
    cards = quiz_cards(shelf, standing, attempts, reading.now)
    course = shelf.course
    return CoursePage(
        course=course,
        minutes=shelf.minutes,
        outline=outline_of(shelf, standing),
        is_enrolled=standing is not None,
        completed_at=standing.completed_at if standing else None,
        practice=cards.get(course.practice or ""),
        assessment=cards.get(course.assessment),
        module_quizzes=cards,
        protocol=cast("Protocol", shelf.protocol.document),
        region=region_choice(
            reading,
            academy_id=academy_id,
            learner_id=learner_id,
            protocol_key=course.protocol,
            profiles=shelf.regions,
        ),
    )


def quiz_cards(
    shelf: Shelf, standing: Standing | None, attempts: tuple[AttemptSummary, ...], now: datetime
) -> Mapping[str, QuizCard]:
    """Return a card for every quiz of a course, by key."""
    done = standing.done if standing else frozenset[str]()
    modules = shelf.course.modules
    locks: dict[str, Lock | None] = {
        key: module_lock(modules, module.key, done) for module in modules for key in module.quizzes
    }
    if shelf.course.practice:
        locks[shelf.course.practice] = None
    locks[shelf.course.assessment] = assessment_lock(modules, done)
    cards: dict[str, QuizCard] = {}
    for key, quiz in shelf.quizzes.items():
        mine = tuple(one for one in attempts if one.quiz_key == key)
        running = (one.uuid for one in mine if is_running(one, now) and not one.is_single)
        cards[key] = QuizCard(quiz=quiz, lock=locks[key], attempts=mine, open_attempt=next(running, None))
    return cards


def is_running(attempt: AttemptSummary, now: datetime) -> bool:
    """Return whether an attempt still takes answers at this instant."""
    return attempt.is_open and (attempt.deadline_at is None or now < attempt.deadline_at)
