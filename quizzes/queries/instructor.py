"""What instructors see: cases with their derived keys, learners with their attempts, one attempt in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lms.academies.queries import LearnerRow, learners
from lms.core.errors import NotFound
from lms.core.text import _
from lms.core.work import Reading
from lms.publishing.queries import published, published_many
from quizzes.cases.model import Case, Visit
from quizzes.cases.variants import realise
from quizzes.pinned import one
from quizzes.protocols.decide import decide
from quizzes.protocols.decision import Decision
from quizzes.protocols.model import Protocol
from quizzes.queries.attempts import AttemptOverview, overview_of
from quizzes.queries.case_pages import CasePage, no_such_case, page_of
from quizzes.queries.statements import ATTEMPT, CASE, LOG, SUMMARIES, WHOLE, AttemptSummary, summary_of
from quizzes.quiz_document import Quiz
from quizzes.rules import AttemptState, Mode, Progress, Purpose


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in the list, with the key of its first visit and where it is used."""

    case: Case
    key: Decision
    quizzes: tuple[Quiz, ...]
    finding_count: int


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """A case as written with protocol, revision and, for each visit, the derived key."""

    case: Case
    protocol: Protocol
    revision_number: int
    protocol_revision_number: int
    visits: tuple[tuple[Visit, Decision], ...]
    quizzes: tuple[Quiz, ...]


@dataclass(frozen=True, slots=True)
class LearnerAttempts:
    """A learner in the list: how many attempts, the newest, and what stands out."""

    learner: LearnerRow
    attempts: int
    open_attempts: int
    safety_failures: int
    best_exam_score: float | None
    has_passed_exam: bool
    newest_at: datetime | None


@dataclass(frozen=True, slots=True)
class LearnerDetail:
    """A learner with all attempts, newest first, and the titles of the quizzes by key."""

    learner: LearnerRow
    attempts: tuple[AttemptSummary, ...]
    quiz_titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AttemptDetail:
    """One attempt as an instructor sees it, whatever an exam keeps from the learner."""

    learner: LearnerRow
    overview: AttemptOverview


@dataclass(frozen=True, slots=True)
class LoggedAnswer:
    """One saved answer: its number within the visit, when it was saved, and what it held."""

    sequence: int
    saved_at: datetime
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AnswerDetail:
    """One visit of an attempt as an instructor sees it, with the log of its answers."""

    learner: LearnerRow
    page: CasePage
    log: tuple[LoggedAnswer, ...]


def case_list(reading: Reading, *, academy_id: int) -> tuple[CaseRow, ...]:
    """Return every published case with the key that its protocol derives, sorted by key."""
    protocols = _documents(reading, academy_id, "protocol")
    quizzes = _documents(reading, academy_id, "quiz").values()
    rows = []
    for document in _documents(reading, academy_id, "case").values():
        if isinstance(document, Case):
            case = realise(document, None, contrasts=False)
            visit, protocol = case.visits[0], one(protocols, case.protocol, Protocol)
            key = decide(protocol, visit.record)
            rows.append(CaseRow(case, key, _uses(case, quizzes), len(visit.findings)))
    return tuple(rows)


def case_detail(reading: Reading, *, academy_id: int, case_key: str) -> CaseDetail:
    """Return a case with its derived keys and their reasons. Raises `NotFound`."""
    found = published(reading, academy_id=academy_id, kind="case", key=case_key)
    if not isinstance(found.document, Case):
        raise NotFound(_("There is no such case. Open the list of cases."))
    case = realise(found.document, None, contrasts=False)
    protocol_revision = published(reading, academy_id=academy_id, kind="protocol", key=case.protocol)
    protocol = protocol_revision.document
    if not isinstance(protocol, Protocol):
        raise NotFound(_("The protocol of this case is not published."))
    return CaseDetail(
        case=case,
        protocol=protocol,
        revision_number=found.number,
        protocol_revision_number=protocol_revision.number,
        visits=tuple((visit, decide(protocol, visit.record)) for visit in case.visits),
        quizzes=_uses(case, _documents(reading, academy_id, "quiz").values()),
    )


def _documents(reading: Reading, academy_id: int, kind: str) -> dict[str, object]:
    return {each.key: each.document for each in published_many(reading, academy_id=academy_id, kind=kind)}


def _uses(case: Case, quizzes: Any) -> tuple[Quiz, ...]:
    return tuple(quiz for quiz in quizzes if isinstance(quiz, Quiz) and case.key in quiz.cases)


_IS_EXAM = sa.and_(ATTEMPT.c.mode == Mode.EXAM.value, ATTEMPT.c.purpose == Purpose.FULL.value)
_PASSES = sa.and_(ATTEMPT.c.mode == Mode.EXAM.value, ATTEMPT.c.passed.is_(True))
PER_LEARNER = (
    sa.select(
        ATTEMPT.c.learner_id,
        sa.func.count().label("attempts"),
        sa.func.sum(sa.case((ATTEMPT.c.state == AttemptState.OPEN, 1), else_=0)).label("open_attempts"),
        sa.func.sum(sa.case((ATTEMPT.c.safety_failed.is_(True), 1), else_=0)).label("safety_failures"),
        sa.func.max(sa.case((_IS_EXAM, ATTEMPT.c.score))).label("best_exam_score"),
        sa.func.max(sa.case((_PASSES, 1), else_=0)).label("passed"),
        sa.func.max(ATTEMPT.c.started_at).label("newest_at"),
    )
    .where(ATTEMPT.c.academy_id == sa.bindparam("academy_id"))
    .group_by(ATTEMPT.c.learner_id)
)
OF_LEARNER = SUMMARIES.where(
    ATTEMPT.c.academy_id == sa.bindparam("academy_id"), ATTEMPT.c.learner_id == sa.bindparam("learner_id")
).order_by(ATTEMPT.c.id.desc())
LOG_OF_VISIT = (
    sa.select(LOG.c.sequence, LOG.c.saved_at, LOG.c.answer)
    .join_from(LOG, CASE, LOG.c.attempt_case_id == CASE.c.id)
    .join(ATTEMPT, ATTEMPT.c.id == CASE.c.attempt_id)
    .where(
        ATTEMPT.c.uuid == sa.bindparam("attempt_uuid"),
        ATTEMPT.c.academy_id == sa.bindparam("academy_id"),
        CASE.c.position == sa.bindparam("position"),
        CASE.c.visit == sa.bindparam("visit"),
    )
    .order_by(LOG.c.sequence)
)


def learner_list(reading: Reading, *, academy_id: int) -> tuple[LearnerAttempts, ...]:
    """Return the people of an academy by name, each with the figures of their attempts."""
    figures = {
        row.learner_id: row for row in reading.connection.execute(PER_LEARNER, {"academy_id": academy_id})
    }
    return tuple(
        _learner_attempts(learner, figures.get(learner.learner_id))
        for learner in learners(reading, academy_id=academy_id)
    )


def _learner_attempts(learner: LearnerRow, figures: Any) -> LearnerAttempts:
    if figures is None:
        return LearnerAttempts(
            learner,
            attempts=0,
            open_attempts=0,
            safety_failures=0,
            best_exam_score=None,
            has_passed_exam=False,
            newest_at=None,
        )
    return LearnerAttempts(
        learner,
        attempts=figures.attempts,
        open_attempts=figures.open_attempts,
        safety_failures=figures.safety_failures,
        best_exam_score=figures.best_exam_score,
        has_passed_exam=bool(figures.passed),
        newest_at=figures.newest_at,
    )


def learner_detail(reading: Reading, *, academy_id: int, learner_uuid: UUID) -> LearnerDetail:
    """Return a learner of the academy with all attempts. Raises `NotFound`."""
    learner = _learner(reading, academy_id, lambda row: row.uuid == learner_uuid)
    rows = reading.connection.execute(
        OF_LEARNER, {"academy_id": academy_id, "learner_id": learner.learner_id}
    )
    quizzes = _documents(reading, academy_id, "quiz").values()
    return LearnerDetail(
        learner=learner,
        attempts=tuple(summary_of(row, row.committed) for row in rows),
        quiz_titles={quiz.key: quiz.title for quiz in quizzes if isinstance(quiz, Quiz)},
    )


def _learner(reading: Reading, academy_id: int, is_wanted: Any) -> LearnerRow:
    for row in learners(reading, academy_id=academy_id):
        if is_wanted(row):
            return row
    raise NotFound(_("There is no such learner in your academy. Open the list of learners."))


def attempt_detail(reading: Reading, *, academy_id: int, attempt_uuid: UUID) -> AttemptDetail:
    """Return one attempt of anybody in the academy. Raises `NotFound`."""
    rows = _rows(reading, academy_id, attempt_uuid)
    overview = overview_of(reading, rows, keeps_back=False)
    return AttemptDetail(_owner(reading, academy_id, rows), overview)


def answer_detail(
    reading: Reading, *, academy_id: int, attempt_uuid: UUID, position: int, visit: int = 1
) -> AnswerDetail:
    """Return one visit of an attempt with the log of its answers. Raises `NotFound`."""
    rows = _rows(reading, academy_id, attempt_uuid)
    row = next((one for one in rows if (one.position, one.visit) == (position, visit)), None)
    if row is None:
        raise no_such_case()
    progress = Progress.of((one.position, one.visit, one.committed_at is not None) for one in rows)
    page = page_of(reading, row, progress, keeps_back=False)
    log = reading.connection.execute(
        LOG_OF_VISIT,
        {"attempt_uuid": attempt_uuid, "academy_id": academy_id, "position": position, "visit": visit},
    ).all()
    return AnswerDetail(
        _owner(reading, academy_id, rows),
        page,
        tuple(LoggedAnswer(one.sequence, one.saved_at, one.answer) for one in log),
    )


def _rows(reading: Reading, academy_id: int, attempt_uuid: UUID) -> Any:
    rows = reading.connection.execute(WHOLE, {"attempt_uuid": attempt_uuid, "academy_id": academy_id}).all()
    if not rows:
        raise NotFound(_("There is no such attempt in your academy. Open the list of learners."))
    return rows


def _owner(reading: Reading, academy_id: int, rows: Any) -> LearnerRow:
    return _learner(reading, academy_id, lambda row: row.learner_id == rows[0].learner_id)
