"""What a place of an attempt asks for: all that saving an answer needs to know, remembered per process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.core.work import Reading
from quizzes.cases.model import Case, Visit
from quizzes.pinned import Pin, case_pin_of, drawn_from, pinned, remember_place, remembered_place
from quizzes.queries.case_pages import no_such_case
from quizzes.queries.statements import ATTEMPT, CASE, EARLIER_WAITS
from quizzes.rules import AttemptState, Mode, Place

REVEALED = (
    sa.select(ATTEMPT.c.seed, ATTEMPT.c.mode, CASE.c.case_revision_id, CASE.c.case_digest)
    .join_from(ATTEMPT, CASE, CASE.c.attempt_id == ATTEMPT.c.id)
    .where(
        ATTEMPT.c.uuid == sa.bindparam("attempt_uuid"),
        ATTEMPT.c.academy_id == sa.bindparam("academy_id"),
        ATTEMPT.c.learner_id == sa.bindparam("learner_id"),
        CASE.c.position == sa.bindparam("position"),
        CASE.c.visit == sa.bindparam("visit"),
        sa.or_(ATTEMPT.c.state != AttemptState.OPEN.value, ~EARLIER_WAITS),
    )
)
"""A place that the learner may see: once seen, it may always be."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The visit that is asked at a place, as drawn for the attempt, and the mode of the attempt."""

    visit: Visit
    mode: Mode


def asked_again(library: Any, place: Place) -> Asked | None:
    """Return what a place asks for if this process has shown or saved it before; asks no database."""
    found = remembered_place(library, place)
    return None if found is None else _asked(*found, place)


def asked_at(reading: Reading, place: Place) -> Asked:
    """Return what a place asks for, by one statement. Raises `NotFound`, also before it is revealed."""
    row = reading.connection.execute(
        REVEALED,
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
    pin = case_pin_of(row, row)
    documents = pinned(reading, (Pin(row.case_revision_id, row.case_digest),))
    remember_place(reading, place, pin)
    return _asked(drawn_from(reading, documents, pin), pin.mode, place)


def _asked(case: Case, mode: Mode, place: Place) -> Asked:
    return Asked(case.visits[place.visit - 1], mode)
