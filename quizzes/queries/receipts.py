"""The receipt of an attempt: every answer that was saved, and when, from the log that is never rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lms.accounts.queries import Contact, contact
from lms.core.errors import NotFound
from lms.core.text import _
from lms.core.work import Reading
from quizzes.cases.model import Visit
from quizzes.pinned import case_pin_of, drawn_from, one, pinned_region
from quizzes.protocols.model import Protocol
from quizzes.queries.statements import (
    ATTEMPT,
    LOG,
    MINE_WHOLE,
    WHOLE,
    AttemptSummary,
    documents_of,
    refuse_overdue,
    summary_of,
)
from quizzes.regions.document import RegionProfile
from quizzes.rules import AttemptState, Progress

LOG_OF_ATTEMPT = (
    sa.select(LOG.c.position, LOG.c.visit, LOG.c.sequence, LOG.c.saved_at, LOG.c.answer)
    .join_from(LOG, ATTEMPT, ATTEMPT.c.id == LOG.c.attempt_id)
    .where(ATTEMPT.c.uuid == sa.bindparam("attempt_uuid"), ATTEMPT.c.academy_id == sa.bindparam("academy_id"))
    .order_by(LOG.c.position, LOG.c.visit, LOG.c.sequence)
)


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """One saved answer: its number within its visit, when the server stored it, and its fields."""

    position: int
    visit: int
    sequence: int
    saved_at: datetime
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReceiptVisit:
    """A visit with its saved answers, oldest first, and when it was decided; case titles stay out of it."""

    position: int
    visit_number: int
    visit: Visit
    protocol: Protocol
    committed_at: datetime | None
    answers: tuple[SavedAnswer, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the server holds of an attempt at the moment `made_at`: whose it is, and all saved answers."""

    attempt: AttemptSummary
    quiz_title: str
    learner: Contact
    visits: tuple[ReceiptVisit, ...]
    made_at: datetime
    region: RegionProfile | None = None
    """The region that the attempt was started in, or None."""

    @property
    def answers(self) -> tuple[SavedAnswer, ...]:
        """Return all saved answers in the order of cases, visits and saves."""
        return tuple(answer for visit in self.visits for answer in visit.answers)


def own_receipt(reading: Reading, *, attempt_uuid: UUID, academy_id: int, learner_id: int) -> Receipt:
    """Return the receipt of a learner's own attempt. Raises `NotFound` or `AttemptOverdue`."""
    named = {"attempt_uuid": attempt_uuid, "academy_id": academy_id, "learner_id": learner_id}
    receipt = _receipt(reading, reading.connection.execute(MINE_WHOLE, named).all(), academy_id)
    refuse_overdue(receipt.attempt, reading.now)
    return receipt


def receipt_of(reading: Reading, *, attempt_uuid: UUID, academy_id: int) -> Receipt:
    """Return the receipt of anybody's attempt in the academy, for those who may see it. Raises `NotFound`."""
    named = {"attempt_uuid": attempt_uuid, "academy_id": academy_id}
    return _receipt(reading, reading.connection.execute(WHOLE, named).all(), academy_id)


def _receipt(reading: Reading, rows: Any, academy_id: int) -> Receipt:
    if not rows:
        raise NotFound(_("There is no such attempt. Open your course to see the attempts you have."))
    first = rows[0]
    quiz, documents = documents_of(reading, first, rows)
    progress = Progress.of((row.position, row.visit, row.committed_at is not None) for row in rows)
    saved: dict[tuple[int, int], list[SavedAnswer]] = {}
    for entry in reading.connection.execute(
        LOG_OF_ATTEMPT, {"attempt_uuid": first.uuid, "academy_id": academy_id}
    ):
        saved.setdefault((entry.position, entry.visit), []).append(SavedAnswer(*entry))
    return Receipt(
        attempt=summary_of(first, sum(progress.decided)),
        quiz_title=quiz.title,
        learner=contact(reading, learner_id=first.learner_id),
        visits=tuple(
            ReceiptVisit(
                position=row.position,
                visit_number=row.visit,
                visit=drawn_from(reading, documents, case_pin_of(first, row)).visits[row.visit - 1],
                protocol=one(documents, row.protocol_digest, Protocol),
                committed_at=row.committed_at,
                answers=tuple(saved.get((row.position, row.visit), ())),
            )
            for row in rows
            if first.state != AttemptState.OPEN or progress.reveals(row.position, row.visit)
        ),
        made_at=reading.now,
        region=pinned_region(reading, first),
    )
