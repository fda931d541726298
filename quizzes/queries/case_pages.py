"""One visit of a case of an attempt: the player while it is open, the result once it may be shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.core.errors import NotAllowed, NotFound
from lms.core.text import _
from lms.core.work import Reading
from quizzes.cases.model import Case, Visit
from quizzes.grading.answers import VisitAnswer, answer_to_json, missing_fields, salvage_answer
from quizzes.grading.grade import pose
from quizzes.grading.result import VisitGrade
from quizzes.pinned import (
    case_pin_of,
    drawn_case,
    drawn_from,
    one,
    pinned_region,
    remember_place,
    seed_that_matters,
)
from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.model import Protocol
from quizzes.protocols.record import Region
from quizzes.queries.statements import (
    MINE_AT_VISIT,
    AttemptSummary,
    documents_of,
    progress_of,
    refuse_overdue,
    summary_of,
    visible_grade,
)
from quizzes.quiz_document import Quiz
from quizzes.regions.document import RegionProfile
from quizzes.rules import (
    Place,
    Progress,
    VisitPlace,
    asks_certainty,
    attempts_left,
    is_confident_error,
    reviews_decisions,
)


@dataclass(frozen=True, slots=True)
class EarlierVisit:
    """A visit that is decided, as the next one finds it: what was seen, and what was rightly done.

    It tells the computed answer, whatever the learner said, so that nobody pays for one mistake twice.
    """

    number: int
    when: str
    presentation: str
    outcome: str
    action: Action
    escalation: Escalation


@dataclass(frozen=True, slots=True)
class CasePage:
    """The player of one visit, or its result when `grade` is there. `case` is as drawn for the attempt."""

    attempt: AttemptSummary
    quiz: Quiz
    position: int
    visit_number: int
    case: Case
    document: Case
    """The case as it is written, with what may be drawn from it."""
    visit: Visit
    protocol: Protocol
    earlier: tuple[EarlierVisit, ...]
    answer: VisitAnswer
    answer_revision: int
    saved_at: datetime | None
    committed_at: datetime | None
    progress: Progress
    grade: VisitGrade | None
    attempts_left: int | None
    origin: tuple[str, ...]
    """Digests of case, protocol and region, and what the case is drawn from: nothing else shows."""
    region: RegionProfile | None = None
    """The region that the attempt was started in, or None."""

    @property
    def limits(self) -> Region | None:
        """Return the limits of the region that the visit is graded by, or None."""
        return None if self.region is None else self.region.limits_for(self.protocol.key)

    @property
    def visit_count(self) -> int:
        """Return how many visits the case has."""
        return self.progress.visit_count(self.position)

    @property
    def next_place(self) -> VisitPlace | None:
        """Return where to go on: the next visit of this case, else the next case; None if none waits."""
        return self.progress.next_place(after=self.position) if self.attempt.is_open else None

    @property
    def is_confident_error(self) -> bool:
        """Return whether a safety error was made with full certainty."""
        unsafe = self.grade is not None and bool(self.grade.safety_errors)
        return is_confident_error(certainty=self.answer.certainty, has_safety_error=unsafe)

    @property
    def given(self) -> dict[str, Any]:
        """Return the fields of the saved answer as JSON values, by name."""
        return answer_to_json(self.visit, self.answer)

    @property
    def made_of(self) -> tuple[str, ...]:
        """Return what tells apart the player's record and decision from those of others."""
        return (*self.origin, json.dumps(self.given, sort_keys=True))

    @property
    def takes_answers(self) -> bool:
        """Return whether the visit still waits for a decision."""
        return self.attempt.is_open and self.committed_at is None

    @property
    def asks_certainty(self) -> bool:
        """Return whether the learner says how sure they are: in practice only."""
        return asks_certainty(self.attempt.mode)

    @property
    def reviews_decision(self) -> bool:
        """Return whether the decision passes the review page before it is final: in an exam, always."""
        return reviews_decisions(self.attempt.mode)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the fields that the saved answer lacks before it can be a decision."""
        return missing_fields(self.visit, self.answer, asks_certainty=self.asks_certainty)


def case_page(reading: Reading, *, place: Place) -> CasePage:
    """Return the page of one visit, by one statement. Raises `NotFound` or `AttemptOverdue`.

    A visit before which another waits for its decision is not found either, while the attempt is open.
    """
    row = reading.connection.execute(
        MINE_AT_VISIT,
        {
            "attempt_uuid": place.attempt_uuid,
            "academy_id": place.academy_id,
            "learner_id": place.learner_id,
            "position": place.position,
            "visit": place.visit,
        },
    ).one_or_none()
    if row is None:
        raise no_such_case()
    page = page_of(reading, row, progress_of(row.progress))
    refuse_overdue(page.attempt, reading.now)
    if page.attempt.is_open and not page.progress.reveals(place.position, place.visit):
        raise no_such_case()
    remember_place(reading, place, case_pin_of(row, row))
    return page


def no_such_case() -> NotFound:
    """Return the error for a place that is not there, not yet there, or in an attempt of somebody else."""
    return NotFound(_("There is no such case in this attempt. Open the attempt to see its cases."))


def page_of(reading: Reading, row: Any, progress: Progress, *, keeps_back: bool = True) -> CasePage:
    """Return one visit of an attempt from its row; a grade by a corrected key brings the case it is for."""
    quiz, documents = documents_of(reading, row, (row,))
    pin = case_pin_of(row, row)
    summary = summary_of(row, sum(progress.decided))
    grade = visible_grade(summary, quiz, row, keeps_back=keeps_back)
    if grade is not None and grade.graded_by is not None:
        protocol, case = drawn_case(reading, row, grade.graded_by)
    else:
        case = drawn_from(reading, documents, pin)
        protocol = one(documents, row.protocol_digest, Protocol)
    visit = case.visits[row.visit - 1]
    document = one(documents, row.case_digest, Case)
    seed = seed_that_matters(document, row.seed)
    region = pinned_region(reading, row)
    return CasePage(
        attempt=summary,
        quiz=quiz,
        position=row.position,
        visit_number=row.visit,
        case=case,
        document=document,
        visit=visit,
        protocol=protocol,
        earlier=tuple(_earlier(protocol, case, row.visit, region)),
        answer=salvage_answer(visit, row.answer or {}),
        answer_revision=row.answer_revision,
        saved_at=row.saved_at,
        committed_at=row.committed_at,
        progress=progress,
        grade=grade,
        attempts_left=attempts_left(quiz.attempts_allowed, row.used),
        origin=(*_digests(row), seed, row.mode, str(row.visit)),
        region=region,
    )


def _digests(row: Any) -> tuple[str, str, str]:
    return row.case_digest, row.protocol_digest, row.region_digest or ""


def _earlier(
    protocol: Protocol, case: Case, number: int, region: RegionProfile | None
) -> Iterator[EarlierVisit]:
    limits = None if region is None else region.limits_for(protocol.key)
    for index, visit in enumerate(case.visits[: number - 1]):
        key = pose(protocol, case, index, region=limits).key
        yield EarlierVisit(
            number=visit.number,
            when=visit.when,
            presentation=visit.presentation,
            outcome=visit.outcome,
            action=key.action,
            escalation=key.escalation,
        )


def require_result(page: CasePage) -> VisitGrade:
    """Return the grade of a page, or raise `NotAllowed` while an exam keeps it back."""
    if page.grade is None:
        raise NotAllowed(_("The results of this exam are shown after you have submitted it."))
    return page.grade
