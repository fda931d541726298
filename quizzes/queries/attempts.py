"""What learners see of quizzes and attempts: one function for each page, one statement for each attempt.

Every function looks at one learner in one academy; what belongs to somebody else is `NotFound`. A page of
an open attempt whose deadline has passed raises `AttemptOverdue`: the view closes it and reads again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from lms.core.errors import NotFound
from lms.core.text import _
from lms.core.work import Reading
from lms.publishing.queries import published
from quizzes.cases.model import Case, Visit
from quizzes.grading.outcome import case_score
from quizzes.grading.result import VisitGrade
from quizzes.interactions.field_names import CERTAINTY
from quizzes.pinned import case_pin_of, drawn_from, pinned_region
from quizzes.queries.statements import (
    MINE_WHOLE,
    OF_COURSE,
    OF_QUIZ,
    AttemptSummary,
    documents_of,
    refuse_overdue,
    safety_due,
    summary_of,
    visible_grade,
)
from quizzes.quiz_document import Quiz
from quizzes.regions.document import RegionProfile
from quizzes.rules import Progress, Purpose, VisitPlace, attempts_left, is_confident_error

__all__ = [
    "AttemptOverview",
    "AttemptSummary",
    "CaseInAttempt",
    "QuizStart",
    "VisitInAttempt",
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
        """Return the attempt that can be resumed, or None; a case tried alone is none."""
        return next((one for one in self.attempts if one.is_open and not one.is_single), None)

    @property
    def safety_due(self) -> UUID | None:
        """Return the exam that practice and a safety form can still put right, or None."""
        return safety_due(self.quiz, self.attempts)


@dataclass(frozen=True, slots=True)
class VisitInAttempt:
    """One visit of a case as the overview lists it; `grade` only where results are shown."""

    number: int
    visit: Visit
    is_revealed: bool
    """Whether it may be opened: every earlier visit is decided, or the attempt is closed."""
    committed_at: datetime | None
    saved_at: datetime | None
    certainty: int | None
    grade: VisitGrade | None

    @property
    def is_committed(self) -> bool:
        """Return whether the learner decided this visit."""
        return self.committed_at is not None

    @property
    def has_safety_error(self) -> bool:
        """Return whether the decision was unsafe, as far as it may be shown."""
        return self.grade is not None and bool(self.grade.safety_errors)

    @property
    def is_confident_error(self) -> bool:
        """Return whether a safety error was made with full certainty, as far as it may be shown."""
        return is_confident_error(certainty=self.certainty, has_safety_error=self.has_safety_error)


@dataclass(frozen=True, slots=True)
class CaseInAttempt:
    """A case as the overview lists it, with its visits in order. `case` is as drawn for the attempt."""

    position: int
    case: Case
    visits: tuple[VisitInAttempt, ...]

    @property
    def is_committed(self) -> bool:
        """Return whether every visit of the case is decided."""
        return all(visit.is_committed for visit in self.visits)

    @property
    def committed_at(self) -> datetime | None:
        """Return when the last visit was decided, or None while one waits."""
        return self.visits[-1].committed_at if self.is_committed else None

    @property
    def saved_at(self) -> datetime | None:
        """Return when an answer to the case was last saved, or None."""
        return max((visit.saved_at for visit in self.visits if visit.saved_at is not None), default=None)

    @property
    def waiting_visit(self) -> int | None:
        """Return the number of the first visit that waits for a decision, or None."""
        return next((visit.number for visit in self.visits if not visit.is_committed), None)

    @property
    def score(self) -> float | None:
        """Return the score of the case, 0 to 100, over all its visits; None until all may be shown.

        None too when every decision of the case is disregarded: then it has no score.
        """
        grades = [visit.grade for visit in self.visits if visit.grade is not None]
        counts = len(grades) == len(self.visits) and any(grade.decisions for grade in grades)
        return case_score(grades) if counts else None

    @property
    def awaits_marking(self) -> bool:
        """Return whether a person has to mark part of it before its score is final."""
        return any(visit.grade is not None and visit.grade.awaits_marking for visit in self.visits)

    @property
    def has_safety_error(self) -> bool:
        """Return whether one of the decisions was unsafe, as far as it may be shown."""
        return any(visit.has_safety_error for visit in self.visits)

    @property
    def is_confident_error(self) -> bool:
        """Return whether one of the decisions was unsafe and made with full certainty."""
        return any(visit.is_confident_error for visit in self.visits)


@dataclass(frozen=True, slots=True)
class AttemptOverview:
    """An attempt with all its cases: what is decided, what waits, and the outcome once it is closed."""

    attempt: AttemptSummary
    quiz: Quiz
    cases: tuple[CaseInAttempt, ...]
    progress: Progress
    attempts_left: int | None
    region: RegionProfile | None = None
    """The region that the attempt was started in, or None."""

    @property
    def remaining(self) -> int:
        """Return how many cases wait for a decision."""
        return sum(not decided for decided in self.progress.decided)

    @property
    def next_place(self) -> VisitPlace | None:
        """Return the first visit of the first case that waits for a decision."""
        return self.progress.next_place()

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
    used = sum(attempt.purpose is Purpose.FULL for attempt in attempts)
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
    progress = Progress.of((row.position, row.visit, row.committed_at is not None) for row in rows)
    summary = replace(
        summary_of(first, sum(progress.decided)),
        awaits_marking=any(row.grade is not None and row.grade.get("awaits_marking") for row in rows),
    )

    def listed(position: int, visits: tuple[Any, ...]) -> CaseInAttempt:
        case = drawn_from(reading, documents, case_pin_of(first, visits[0]))
        grades = [visible_grade(summary, quiz, row, keeps_back=keeps_back) for row in visits]
        return CaseInAttempt(
            position,
            case,
            tuple(
                _listed_visit(
                    row,
                    case.visits[row.visit - 1],
                    grade,
                    is_revealed=not summary.is_open or progress.reveals(position, row.visit),
                )
                for row, grade in zip(visits, grades, strict=True)
            ),
        )

    by_position = groupby(rows, key=attrgetter("position"))
    return AttemptOverview(
        attempt=summary,
        quiz=quiz,
        cases=tuple(listed(position, tuple(of_case)) for position, of_case in by_position),
        progress=progress,
        attempts_left=attempts_left(quiz.attempts_allowed, first.used),
        region=pinned_region(reading, first),
    )


def _listed_visit(row: Any, visit: Visit, grade: VisitGrade | None, *, is_revealed: bool) -> VisitInAttempt:
    return VisitInAttempt(
        number=row.visit,
        visit=visit,
        is_revealed=is_revealed,
        committed_at=row.committed_at,
        saved_at=row.saved_at,
        certainty=row.answer.get(CERTAINTY),
        grade=grade,
    )
