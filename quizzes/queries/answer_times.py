"""When somebody saved answers, from the log that is never rewritten; what was answered stays out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.core.work import Reading
from quizzes.queries.statements import ATTEMPT, LOG
from quizzes.rules import Mode


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """The moment of one saved answer, the course it belongs to, and whether it was given in an exam."""

    course_key: str
    is_exam: bool
    saved_at: datetime


_OF_LEARNER = (
    sa.select(ATTEMPT.c.course_key, ATTEMPT.c.mode, LOG.c.saved_at)
    .join_from(ATTEMPT, LOG, LOG.c.attempt_id == ATTEMPT.c.id)
    .where(
        ATTEMPT.c.academy_id == sa.bindparam("academy_id"),
        ATTEMPT.c.learner_id == sa.bindparam("learner_id"),
    )
    .order_by(LOG.c.saved_at, LOG.c.id)
)


def answer_times(reading: Reading, *, academy_id: int, learner_id: int) -> tuple[AnswerTime, ...]:
    """Return the moments of all answers that a learner saved in an academy, the earliest first."""
    rows = reading.connection.execute(_OF_LEARNER, {"academy_id": academy_id, "learner_id": learner_id})
    return tuple(AnswerTime(row.course_key, row.mode == Mode.EXAM, row.saved_at) for row in rows)
