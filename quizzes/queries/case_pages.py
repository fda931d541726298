"""One case of an attempt: the player while it is open, the result once it may be shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.errors import NotAllowed, NotFound
from lms.core.text import _
from lms.core.work import Reading
from quizzes.cases.model import Case, Visit
from quizzes.grading.answers import CaseAnswer, answer_to_json, parse_answer
from quizzes.grading.grade import CaseGrade
from quizzes.pinned import one
from quizzes.protocols.model import Protocol
from quizzes.queries.statements import (
    MINE_AT_POSITION,
    AttemptSummary,
    documents_of,
    refuse_overdue,
    summary_of,
    visible_grade,
)
from quizzes.quiz_document import Quiz
from quizzes.rules import FIRST_VISIT, attempts_left, is_confident_error, next_position


@dataclass(frozen=True, slots=True)
class CasePage:
    """The case player, or the result of one case when `grade` is there."""

    attempt: AttemptSummary
    quiz: Quiz
    position: int
    case: Case
    visit: Visit
    protocol: Protocol
    answer: CaseAnswer
    answer_revision: int
    saved_at: datetime | None
    committed_at: datetime | None
    committed: tuple[bool, ...]
    grade: CaseGrade | None
    attempts_left: int | None
    digests: tuple[str, str]
    """Of the case and of its protocol: with the answer they decide what the player shows."""

    @property
    def next_position(self) -> int | None:
        """Return the next case that waits for a decision, after this one first."""
        return next_position(self.committed, after=self.position) if self.attempt.is_open else None

    @property
    def is_confident_error(self) -> bool:
        """Return whether a safety error was made with full certainty."""
        unsafe = self.grade is not None and bool(self.grade.safety_errors)
        return is_confident_error(certainty=self.answer.certainty, has_safety_error=unsafe)

    @property
    def made_of(self) -> tuple[str, ...]:
        """Return what tells apart the player's record and decision from those of others."""
        return (*self.digests, json.dumps(answer_to_json(self.answer), sort_keys=True))

    @property
    def takes_answers(self) -> bool:
        """Return whether the case still waits for a decision."""
        return self.attempt.is_open and self.committed_at is None


def case_page(
    reading: Reading, *, attempt_uuid: UUID, position: int, academy_id: int, learner_id: int
) -> CasePage:
    """Return the case player's page, by one statement. Raises `NotFound` or `AttemptOverdue`."""
    row = reading.connection.execute(
        MINE_AT_POSITION,
        {
            "attempt_uuid": attempt_uuid,
            "academy_id": academy_id,
            "learner_id": learner_id,
            "position": position,
        },
    ).one_or_none()
    if row is None:
        raise no_such_case()
    decided = frozenset(map(int, row.decided.split(","))) if row.decided else frozenset()
    committed = tuple(place in decided for place in range(1, row.total_cases + 1))
    page = page_of(reading, row, committed)
    refuse_overdue(page.attempt, reading.now)
    return page


def no_such_case() -> NotFound:
    """Return the error for a place that is not there, or an attempt of somebody else."""
    return NotFound(_("There is no such case in this attempt. Open the attempt to see its cases."))


def page_of(reading: Reading, row: Any, committed: tuple[bool, ...], *, keeps_back: bool = True) -> CasePage:
    """Return one case of an attempt from its row; `committed` tells of every case whether it is decided."""
    quiz, documents = documents_of(reading, row, (row,))
    case = one(documents, row.case_digest, Case)
    summary = summary_of(row, sum(committed))
    return CasePage(
        attempt=summary,
        quiz=quiz,
        position=row.position,
        case=case,
        visit=case.visits[FIRST_VISIT],
        protocol=one(documents, row.protocol_digest, Protocol),
        answer=parse_answer(row.answer or {}),
        answer_revision=row.answer_revision,
        saved_at=row.saved_at,
        committed_at=row.committed_at,
        committed=committed,
        grade=visible_grade(summary, quiz, row, keeps_back=keeps_back),
        attempts_left=attempts_left(quiz.attempts_allowed, row.used),
        digests=(row.case_digest, row.protocol_digest),
    )


def require_result(page: CasePage) -> CaseGrade:
    """Return the grade of a page, or raise `NotAllowed` while an exam keeps it back."""
    if page.grade is None:
        raise NotAllowed(_("The results of this exam are shown after you have submitted it."))
    return page.grade
