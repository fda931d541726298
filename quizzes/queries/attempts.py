"""What learners see of quizzes and attempts: one function for each page, one statement for each attempt.

Every function looks at one learner in one academy; what belongs to somebody else is `NotFound`. A page of
an open attempt whose deadline has passed raises `AttemptOverdue`: the view closes it and reads again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.errors import NotFound
from lms.core.text import _
from lms.core.work import Reading
from lms.publishing.queries import published
from quizzes.cases.model import Case
from quizzes.grading.answers import parse_answer
from quizzes.grading.grade import CaseGrade
from quizzes.pinned import one
from quizzes.queries.statements import (
    MINE_WHOLE,
    OF_COURSE,
    OF_QUIZ,
    AttemptSummary,
    documents_of,
    refuse_overdue,
    summary_of,
    visible_grade,
)
from quizzes.quiz_document import Quiz
from quizzes.rules import attempts_left, is_confident_error, next_position

__all__ = [
    "AttemptOverview",
    "AttemptSummary",
    "CaseInAttempt",
    "QuizStart",
    "attempt_overview",
    "attempts_of",
    "overview_of",
    "quiz_start",
]


@dataclass(frozen=True, slots=True)
class QuizStart:
    """The page before an attempt: conditions, what was tried, and what is left."""

    quiz: Quiz
    attempts: tuple[AttemptSummary, ...]
    attempts_left: int | None

    @property
    def open_attempt(self) -> AttemptSummary | None:
        """Return the attempt that can be resumed, or None."""
        return next((attempt for attempt in self.attempts if attempt.is_open), None)


@dataclass(frozen=True, slots=True)
class CaseInAttempt:
    """A case as the overview lists it; `grade` only where results are shown."""

    position: int
    case: Case
    committed_at: datetime | None
    saved_at: datetime | None
    certainty: int | None
    grade: CaseGrade | None

    @property
    def is_confident_error(self) -> bool:
        """Return whether a safety error was made with full certainty, as far as it may be shown."""
        unsafe = self.grade is not None and bool(self.grade.safety_errors)
        return is_confident_error(certainty=self.certainty, has_safety_error=unsafe)

    @property
    def is_committed(self) -> bool:
        """Return whether the learner decided this case."""
        return self.committed_at is not None


@dataclass(frozen=True, slots=True)
class AttemptOverview:
    """An attempt with all its cases: what is decided, what waits, and the outcome once it is closed."""

    attempt: AttemptSummary
    quiz: Quiz
    cases: tuple[CaseInAttempt, ...]
    attempts_left: int | None

    @property
    def remaining(self) -> int:
        """Return how many cases wait for a decision."""
        return sum(not case.is_committed for case in self.cases)

    @property
    def next_position(self) -> int | None:
        """Return the first case that waits for a decision."""
        return next_position(tuple(case.is_committed for case in self.cases))

    @property
    def confident_and_unsafe(self) -> tuple[CaseInAttempt, ...]:
        """Return the cases with a safety error made with full certainty: the first thing to look at."""
        return tuple(case for case in self.cases if case.is_confident_error)


def attempts_of(
    reading: Reading, *, academy_id: int, learner_id: int, course_key: str
) -> tuple[AttemptSummary, ...]:
    """Return a learner's attempts in a course, oldest first, by one statement."""
    rows = reading.connection.execute(
        OF_COURSE, {"academy_id": academy_id, "learner_id": learner_id, "course_key": course_key}
    )
    return tuple(summary_of(row, row.committed) for row in rows)


def quiz_start(
    reading: Reading, *, academy_id: int, learner_id: int, course_key: str, quiz_key: str
) -> QuizStart:
    """Return the page before an attempt. Raises `NotFound`, or `AttemptOverdue` with an open overdue one."""
    found = published(reading, academy_id=academy_id, kind="quiz", key=quiz_key)
    quiz = found.document
    if not isinstance(quiz, Quiz) or quiz.course != course_key:
        raise NotFound(_("There is no such quiz in this course. Open the course to see its quizzes."))
    rows = reading.connection.execute(
        OF_QUIZ, {"academy_id": academy_id, "learner_id": learner_id, "quiz_key": quiz_key}
    )
    attempts = tuple(summary_of(row, row.committed) for row in rows)
    for attempt in attempts:
        refuse_overdue(attempt, reading.now)
    used = max((attempt.number for attempt in attempts), default=0)
    return QuizStart(quiz, attempts, attempts_left(quiz.attempts_allowed, used))


def attempt_overview(
    reading: Reading, *, attempt_uuid: UUID, academy_id: int, learner_id: int
) -> AttemptOverview:
    """Return an attempt with its cases. Raises `NotFound` or `AttemptOverdue`."""
    rows = reading.connection.execute(
        MINE_WHOLE, {"attempt_uuid": attempt_uuid, "academy_id": academy_id, "learner_id": learner_id}
    ).all()
    overview = overview_of(reading, rows)
    refuse_overdue(overview.attempt, reading.now)
    return overview


def overview_of(reading: Reading, rows: Any, *, keeps_back: bool = True) -> AttemptOverview:
    """Return the overview that rows of `WHOLE` hold; results only where they may be shown."""
    if not rows:
        raise NotFound(_("There is no such attempt. Open your course to see the attempts you have."))
    first = rows[0]
    quiz, documents = documents_of(reading, first, rows)
    summary = summary_of(first, sum(row.committed_at is not None for row in rows))
    return AttemptOverview(
        attempt=summary,
        quiz=quiz,
        cases=tuple(
            CaseInAttempt(
                position=row.position,
                case=one(documents, row.case_digest, Case),
                committed_at=row.committed_at,
                saved_at=row.saved_at,
                certainty=parse_answer(row.answer).certainty,
                grade=visible_grade(summary, quiz, row, keeps_back=keeps_back),
            )
            for row in rows
        ),
        attempts_left=attempts_left(quiz.attempts_allowed, first.used),
    )
