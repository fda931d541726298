"""Deciding the cases of an attempt and handing it in. Every deed may be repeated without effect."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from lms.core.work import Work
from quizzes.cases.model import Visit
from quizzes.grading.answers import VisitAnswer, answer_to_json, missing_fields, salvage_answer
from quizzes.models import Attempt, AttemptCase
from quizzes.pinned import drawn_case
from quizzes.rules import (
    AttemptState,
    Mode,
    Place,
    Progress,
    VisitPlace,
    asks_certainty,
    require_open,
    reviews_decisions,
)
from quizzes.service.answers import SentAnswer, acknowledged, no_such_case, save_answer
from quizzes.service.closing import close_attempt, close_overdue_attempts, grade_row, standing_of

__all__ = [
    "Decided",
    "close_overdue_attempts",
    "commit_reviewed",
    "decide_visit",
    "submit_attempt",
]


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a decision: whether it stands, else what it lacks, or that it waits for its review."""

    is_committed: bool
    missing: tuple[str, ...] = ()
    needs_review: bool = False
    next_place: VisitPlace | None = None
    """Where to go on once it stands; None when nothing waits, or the attempt is closed."""


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


def decide_visit(
    work: Work,
    *,
    place: Place,
    answer: VisitAnswer,
    sent_by: tuple[str, int],
    malformed: Collection[str] = (),
) -> Decided:
    """Save the answer and, in practice and when nothing is missing, make it the decision and grade it.

    In an exam a complete answer waits for its review instead. A decision already made stands: repeating the
    request returns the same outcome. An incomplete answer is saved but not committed, and `missing` names
    its fields; `malformed` ones are the caller's to report. In practice the last decision closes the
    attempt. Raises `NotFound`, also for a visit before which another waits, `AttemptOverdue`, or `Conflict`
    when the attempt closed without this decision.
    """
    attempt, rows, row = _locked_place(work, place)
    if row.committed_at is not None:
        return _standing(attempt, rows, row)
    visit, (tab, client_revision) = _visit_of(work, attempt, row), sent_by
    sent = SentAnswer(answer_to_json(visit, answer), tab, client_revision)
    acknowledged(save_answer(work.connection, work.now, place=place, sent=sent))
    missing = _missing(attempt, visit, answer)
    if missing or malformed:
        return Decided(is_committed=False, missing=tuple(name for name in missing if name not in malformed))
    if reviews_decisions(Mode(attempt.mode)):
        return Decided(is_committed=False, needs_review=True)
    work.session.refresh(row)
    return _commit(work, attempt, rows, row)


def commit_reviewed(work: Work, *, place: Place, revision: int) -> Decided:
    """Make the saved answer the decision, if it is the one that was read on the review page.

    `revision` is the number of the answer that was read; when another tab has saved a newer one meanwhile,
    the decision needs a new review. Raises what `decide_visit` raises.
    """
    attempt, rows, row = _locked_place(work, place)
    if row.committed_at is not None:
        return _standing(attempt, rows, row)
    visit = _visit_of(work, attempt, row)
    missing = _missing(attempt, visit, salvage_answer(visit, row.answer))
    if missing:
        return Decided(is_committed=False, missing=missing)
    if row.answer_revision != revision:
        return Decided(is_committed=False, needs_review=True)
    return _commit(work, attempt, rows, row)


def _locked_place(work: Work, place: Place) -> tuple[Attempt, tuple[AttemptCase, ...], AttemptCase]:
    """Return the attempt, locked, all its visits, and the one of the place, which must be decided or open."""
    attempt = locked_attempt(
        work, attempt_uuid=place.attempt_uuid, academy_id=place.academy_id, learner_id=place.learner_id
    )
    rows = cases_of(work, attempt)
    here = (place.position, place.visit)
    row = next((one for one in rows if (one.position, one.visit) == here), None)
    if row is None:
        raise no_such_case()
    if row.committed_at is None:
        require_open(standing_of(attempt), work.now)
        if not _progress(rows).reveals(*here):
            raise no_such_case()
    return attempt, rows, row


def _visit_of(work: Work, attempt: Attempt, row: AttemptCase) -> Visit:
    _protocol, case = drawn_case(work, attempt, row)
    return case.visits[row.visit - 1]


def _missing(attempt: Attempt, visit: Visit, answer: VisitAnswer) -> tuple[str, ...]:
    return missing_fields(visit, answer, asks_certainty=asks_certainty(Mode(attempt.mode)))


def _progress(rows: tuple[AttemptCase, ...]) -> Progress:
    return Progress.of((one.position, one.visit, one.committed_at is not None) for one in rows)


def _commit(work: Work, attempt: Attempt, rows: tuple[AttemptCase, ...], row: AttemptCase) -> Decided:
    row.committed_at = work.now
    row.grade = grade_row(work, attempt, row).to_json()
    work.session.flush()
    if attempt.mode == Mode.PRACTICE and all(one.committed_at is not None for one in rows):
        close_attempt(work, attempt, AttemptState.SUBMITTED)
    return _standing(attempt, rows, row)


def _standing(attempt: Attempt, rows: tuple[AttemptCase, ...], row: AttemptCase) -> Decided:
    closed = attempt.state != AttemptState.OPEN
    return Decided(
        is_committed=True, next_place=None if closed else _progress(rows).next_place(after=row.position)
    )


def cases_of(work: Work, attempt: Attempt) -> tuple[AttemptCase, ...]:
    """Return the visits of the attempt's cases in their order."""
    rows = work.session.scalars(
        sa.select(AttemptCase)
        .where(AttemptCase.attempt_id == attempt.id)
        .order_by(AttemptCase.position, AttemptCase.visit)
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
