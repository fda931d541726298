"""Starting an attempt, deciding its cases and handing it in. Every deed may be repeated without effect."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.core.errors import Conflict, NotFound
from lms.core.text import _
from lms.core.work import Work
from lms.publishing.queries import Published, published
from quizzes.cases.model import Case
from quizzes.events import AttemptStarting
from quizzes.grading.answers import CaseAnswer, answer_to_json, missing_fields
from quizzes.models import Attempt, AttemptCase
from quizzes.pinned import pinned_case
from quizzes.quiz_document import Quiz
from quizzes.rules import (
    FIRST_VISIT,
    AttemptState,
    Mode,
    deadline_for,
    next_position,
    require_attempt_left,
    require_open,
)
from quizzes.service.answers import Place, SentAnswer, acknowledged, no_such_case, save_answer
from quizzes.service.closing import (
    close_attempt,
    close_overdue,
    close_overdue_attempts,
    grade_answer,
    standing_of,
)

__all__ = [
    "Committed",
    "Started",
    "close_overdue_attempts",
    "commit_case",
    "start_attempt",
    "submit_attempt",
]


@dataclass(frozen=True, slots=True)
class Started:
    """The attempt to go to, and whether it was open already."""

    attempt_uuid: UUID
    resumed: bool


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of a decision: whether it stands, what it still lacks, and where to go next."""

    is_committed: bool
    missing: tuple[str, ...]
    attempt_closed: bool
    next_position: int | None


def published_quiz(work: Work, *, academy_id: int, course_key: str, quiz_key: str) -> tuple[Published, Quiz]:
    """Return the newest revision of a quiz of a course; raises `NotFound` for any other pair of keys."""
    found = published(work, academy_id=academy_id, kind="quiz", key=quiz_key)
    if not isinstance(found.document, Quiz) or found.document.course != course_key:
        raise NotFound(_("There is no such quiz in this course. Open the course to see its quizzes."))
    return found, found.document


def start_attempt(work: Work, *, academy_id: int, learner_id: int, course_key: str, quiz_key: str) -> Started:
    """Open a new attempt, or return the one that is open.

    Raises `NotFound` for an unknown quiz, `Conflict` when every allowed attempt was used, and whatever a
    handler of `AttemptStarting` raises. Of two starts at the same moment one opens the attempt and the
    other resumes it: the database's unique index decides, not a check.
    """
    revision, quiz = published_quiz(work, academy_id=academy_id, course_key=course_key, quiz_key=quiz_key)
    mine = (
        Attempt.academy_id == academy_id,
        Attempt.learner_id == learner_id,
        Attempt.quiz_key == quiz_key,
    )
    is_open = sa.select(Attempt).where(*mine, Attempt.state == AttemptState.OPEN).with_for_update()
    current = work.session.scalar(is_open)
    if current is not None and not close_overdue(work, current):
        return Started(current.uuid, resumed=True)
    used = work.session.scalar(sa.select(sa.func.max(Attempt.number)).where(*mine)) or 0
    require_attempt_left(quiz.attempts_allowed, used)
    work.publish(AttemptStarting(academy_id, learner_id, course_key, quiz_key))
    attempt = _new_attempt(
        work, revision, quiz, academy_id=academy_id, learner_id=learner_id, number=used + 1
    )
    try:
        with work.session.begin_nested():
            work.session.add(attempt)
    except IntegrityError:
        other = work.session.scalar(is_open)
        if other is None:
            raise Conflict(
                _("This attempt was started and finished elsewhere just now. Try again.")
            ) from None
        return Started(other.uuid, resumed=True)
    _pin_cases(work, attempt, quiz)
    return Started(attempt.uuid, resumed=False)


def _new_attempt(
    work: Work, revision: Published, quiz: Quiz, *, academy_id: int, learner_id: int, number: int
) -> Attempt:
    return Attempt(
        academy_id=academy_id,
        learner_id=learner_id,
        course_key=quiz.course,
        quiz_key=quiz.key,
        quiz_revision_id=revision.revision_id,
        quiz_digest=revision.digest,
        number=number,
        mode=quiz.mode.value,
        state=AttemptState.OPEN.value,
        total_cases=len(quiz.cases),
        started_at=work.now,
        deadline_at=deadline_for(work.now, quiz.minutes),
    )


def _pin_cases(work: Work, attempt: Attempt, quiz: Quiz) -> None:
    """Fix the revisions this attempt shows and is graded by; later editions change nothing for it."""
    protocols: dict[str, Published] = {}
    for position, key in enumerate(quiz.cases, start=1):
        case = published(work, academy_id=attempt.academy_id, kind="case", key=key)
        if not isinstance(case.document, Case):
            raise TypeError(f"The document of case {key} is not a Case.")
        protocol_key = case.document.protocol
        if protocol_key not in protocols:
            protocols[protocol_key] = published(
                work, academy_id=attempt.academy_id, kind="protocol", key=protocol_key
            )
        protocol = protocols[protocol_key]
        work.session.add(
            AttemptCase(
                academy_id=attempt.academy_id,
                attempt_id=attempt.id,
                position=position,
                case_key=key,
                case_revision_id=case.revision_id,
                case_digest=case.digest,
                protocol_revision_id=protocol.revision_id,
                protocol_digest=protocol.digest,
                answer={},
                answer_revision=0,
            )
        )
    work.session.flush()


def locked_attempt(work: Work, *, attempt_uuid: UUID, academy_id: int, learner_id: int) -> Attempt:
    """Return a learner's attempt, locked until the unit of work ends; raises `NotFound` for foreign ones."""
    attempt = work.session.scalar(
        sa.select(Attempt)
        .where(
            Attempt.uuid == attempt_uuid,
            Attempt.academy_id == academy_id,
            Attempt.learner_id == learner_id,
        )
        .with_for_update()
    )
    if attempt is None:
        raise no_such_case()
    return attempt


def commit_case(
    work: Work, *, place: Place, answer: CaseAnswer, sent_by: tuple[str, int], malformed: Collection[str] = ()
) -> Committed:
    """Save the answer and, when nothing is missing, make it the decision on the case and grade it.

    A decision already made stands: repeating the request returns the same outcome. An incomplete answer is
    saved but not committed, and `missing` names its fields; `malformed` ones are the caller's to report.
    In practice the last decision closes the attempt. Raises `NotFound`, `AttemptOverdue`, or `Conflict`
    when the attempt closed without this decision.
    """
    attempt = locked_attempt(
        work, attempt_uuid=place.attempt_uuid, academy_id=place.academy_id, learner_id=place.learner_id
    )
    cases = cases_of(work, attempt)
    if not 1 <= place.position <= len(cases):
        raise no_such_case()
    row = cases[place.position - 1]
    if row.committed_at is not None:
        return _outcome(attempt, cases, place.position)
    require_open(standing_of(attempt), work.now)
    tab, client_revision = sent_by
    sent = SentAnswer(answer_to_json(answer), tab, client_revision)
    acknowledged(save_answer(work.connection, work.now, place=place, sent=sent))
    _protocol, case = pinned_case(work, row)
    missing = tuple(
        name for name in missing_fields(answer, case.visits[FIRST_VISIT]) if name not in malformed
    )
    if missing or malformed:
        return Committed(
            is_committed=False, missing=missing, attempt_closed=False, next_position=place.position
        )
    work.session.refresh(row)
    row.committed_at = work.now
    row.grade = grade_answer(work, row).to_json()
    work.session.flush()
    if attempt.mode == Mode.PRACTICE and all(one.committed_at is not None for one in cases):
        close_attempt(work, attempt, AttemptState.SUBMITTED)
    return _outcome(attempt, cases, place.position)


def _outcome(attempt: Attempt, cases: tuple[AttemptCase, ...], position: int) -> Committed:
    committed = tuple(one.committed_at is not None for one in cases)
    closed = attempt.state != AttemptState.OPEN
    return Committed(
        is_committed=True,
        missing=(),
        attempt_closed=closed,
        next_position=None if closed else next_position(committed, after=position),
    )


def cases_of(work: Work, attempt: Attempt) -> tuple[AttemptCase, ...]:
    """Return the attempt's cases in their order."""
    rows = work.session.scalars(
        sa.select(AttemptCase).where(AttemptCase.attempt_id == attempt.id).order_by(AttemptCase.position)
    )
    return tuple(rows)


def submit_attempt(work: Work, *, attempt_uuid: UUID, academy_id: int, learner_id: int) -> None:
    """Close an attempt and grade what stands; for one already closed, change nothing.

    Cases without a decision are graded by their saved answers. Raises `NotFound` for foreign attempts and
    `AttemptOverdue` when the deadline came first, so that the attempt is closed as such.
    """
    attempt = locked_attempt(work, attempt_uuid=attempt_uuid, academy_id=academy_id, learner_id=learner_id)
    if attempt.state != AttemptState.OPEN:
        return
    require_open(standing_of(attempt), work.now)
    close_attempt(work, attempt, AttemptState.SUBMITTED)
