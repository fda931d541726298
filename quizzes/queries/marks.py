"""The marks that people gave, as grading and the pages of results read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID

import sqlalchemy as sa

from lms.core.errors import NotFound
from lms.core.text import _
from lms.core.work import Reading
from quizzes.grading.grade import Points
from quizzes.models import Mark
from quizzes.queries.statements import ATTEMPT, CASE

MARK = cast("sa.Table", Mark.__table__)
OF_ROW = sa.select(MARK.c.task_key, MARK.c.points).where(
    MARK.c.attempt_case_id == sa.bindparam("attempt_case_id")
)
AT_VISIT = (
    sa.select(MARK.c.task_key, MARK.c.points, MARK.c.comment, MARK.c.learner_id, MARK.c.marked_at)
    .join_from(MARK, CASE, CASE.c.id == MARK.c.attempt_case_id)
    .join(ATTEMPT, ATTEMPT.c.id == CASE.c.attempt_id)
    .where(
        ATTEMPT.c.uuid == sa.bindparam("attempt_uuid"),
        ATTEMPT.c.academy_id == sa.bindparam("academy_id"),
        CASE.c.position == sa.bindparam("position"),
        CASE.c.visit == sa.bindparam("visit"),
    )
)


class MarkPlace(NamedTuple):
    """An answer to mark: the attempt, the case and the visit, both counted from 1, and the task."""

    attempt_uuid: UUID
    position: int
    visit: int
    task_key: str


@dataclass(frozen=True, slots=True)
class StandingMark:
    """A mark as it stands: points by key of the criterion, a comment for the learner, by whom and when."""

    points: Mapping[str, float]
    comment: str
    by_learner_id: int
    marked_at: datetime


def nothing_to_mark() -> NotFound:
    """Return the error for a place where no answer waits for a person or was marked by one."""
    return NotFound(_("There is nothing to mark here. Open the list of answers to mark."))


def points_of(reading: Reading, *, attempt_case_id: int) -> Points:
    """Return the points that people gave for the answers of one visit, by task and criterion."""
    found = reading.connection.execute(OF_ROW, {"attempt_case_id": attempt_case_id})
    return {row.task_key: row.points for row in found}


def marks_at(
    reading: Reading, *, academy_id: int, attempt_uuid: UUID, position: int, visit: int
) -> Mapping[str, StandingMark]:
    """Return the marks of one visit of an attempt by the key of the task."""
    named = {"academy_id": academy_id, "attempt_uuid": attempt_uuid, "position": position, "visit": visit}
    return {
        row.task_key: StandingMark(row.points, row.comment, row.learner_id, row.marked_at)
        for row in reading.connection.execute(AT_VISIT, named)
    }
