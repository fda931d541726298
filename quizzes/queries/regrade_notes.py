"""What regradings did to one attempt: for its learner, and for those who may see attempts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lms.core.work import Reading
from quizzes.queries.regrading import HISTORY, REGRADE, RegradeRow, names_of, regrade_row
from quizzes.queries.statements import ATTEMPT, CASE
from quizzes.regrading import Standing

OF_ATTEMPT = (
    sa.select(
        REGRADE,
        HISTORY.c.before,
        HISTORY.c.after,
        HISTORY.c.attempt_case_id,
        CASE.c.position,
        CASE.c.visit,
    )
    .join_from(HISTORY, REGRADE, REGRADE.c.id == HISTORY.c.regrade_id)
    .join(ATTEMPT, ATTEMPT.c.id == HISTORY.c.attempt_id)
    .outerjoin(CASE, CASE.c.id == HISTORY.c.attempt_case_id)
    .where(ATTEMPT.c.uuid == sa.bindparam("attempt_uuid"), ATTEMPT.c.academy_id == sa.bindparam("academy_id"))
    .order_by(HISTORY.c.id)
)
"""What regradings replaced in one attempt, by one statement."""


@dataclass(frozen=True, slots=True)
class RegradeNote:
    """What one regrading did to one attempt: `outcome` before and after, and each grade it replaced."""

    regrade: RegradeRow
    outcome: tuple[Standing, Standing] | None
    visits: tuple[tuple[int, int, Mapping[str, Any], Mapping[str, Any]], ...]
    """Position of the case, number of the visit, and the grade before and after as JSON values."""


def regrade_notes(
    reading: Reading, *, academy_id: int, attempt_uuid: UUID, names_people: bool = False
) -> tuple[RegradeNote, ...]:
    """Return what regradings did to an attempt, newest first, by one statement.

    `names_people` tells who regraded, by another statement where there is a note; learners are not told.
    """
    by_regrade: dict[int, list[Any]] = {}
    for row in reading.connection.execute(
        OF_ATTEMPT, {"academy_id": academy_id, "attempt_uuid": attempt_uuid}
    ):
        by_regrade.setdefault(row.id, []).append(row)
    names = names_of(reading, academy_id) if by_regrade and names_people else {}
    return tuple(_note(rows, names) for rows in reversed(by_regrade.values()))


def _note(rows: list[Any], names: Mapping[int, str]) -> RegradeNote:
    whole = [row for row in rows if row.attempt_case_id is None]
    return RegradeNote(
        regrade=regrade_row(rows[0], names),
        outcome=(Standing.from_json(whole[0].before), Standing.from_json(whole[0].after)) if whole else None,
        visits=tuple(
            (row.position, row.visit, row.before, row.after)
            for row in rows
            if row.attempt_case_id is not None
        ),
    )
