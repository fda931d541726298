"""When each contraindication was last confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

import sqlalchemy as sa

from courses.queries.shelf import Shelf, shelf_of
from courses.queries.standing import standings_of
from courses.review.decks import lesson_citing, protocol_on
from courses.review.models import Confirmation
from courses.review.spotted import contraindications_of
from lms.academies.queries import LearnerRow, learners
from lms.core.errors import NotFound
from lms.core.text import _
from lms.core.work import Reading
from lms.publishing.queries import published_many

CONFIRMATIONS = cast("sa.Table", Confirmation.__table__)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """When a finding was last decided rightly; `in_case` says whether in a case, else on a card."""

    at: datetime
    in_case: bool


@dataclass(frozen=True, slots=True)
class ContraindicationRow:
    """A contraindication with its last confirmation, and the lesson that teaches it, where there is one."""

    finding: str
    label: str
    last: Confirmed | None
    lesson_key: str | None
    lesson_title: str


@dataclass(frozen=True, slots=True)
class CourseContraindications:
    """The contraindications of one course, in the protocol's order."""

    course_key: str
    title: str
    rows: tuple[ContraindicationRow, ...]

    @property
    def confirmed(self) -> int:
        """Return how many were confirmed at least once."""
        return sum(row.last is not None for row in self.rows)


@dataclass(frozen=True, slots=True)
class LearnerContraindications:
    """The same for a learner, as instructors see it."""

    learner: LearnerRow
    courses: tuple[CourseContraindications, ...]


_NEWEST = (
    sa.select(
        CONFIRMATIONS.c.course_key,
        CONFIRMATIONS.c.finding,
        CONFIRMATIONS.c.confirmed_at,
        CONFIRMATIONS.c.is_case,
    )
    .where(
        CONFIRMATIONS.c.academy_id == sa.bindparam("academy_id"),
        CONFIRMATIONS.c.learner_id == sa.bindparam("learner_id"),
    )
    .order_by(CONFIRMATIONS.c.confirmed_at, CONFIRMATIONS.c.id)
)


def last_confirmed(
    reading: Reading, *, academy_id: int, learner_id: int, course_key: str
) -> Mapping[str, Confirmed]:
    """Return the last confirmation of each finding that was ever confirmed, by one statement."""
    return _confirmed(reading, academy_id, learner_id).get(course_key, {})


def contraindications(
    reading: Reading, *, academy_id: int, learner_id: int
) -> tuple[CourseContraindications, ...]:
    """Return the contraindications of every course that a learner has joined."""
    confirmed = _confirmed(reading, academy_id, learner_id)
    standing = {one.course_key for one in standings_of(reading, academy_id=academy_id, learner_id=learner_id)}
    keys = [one.key for one in published_many(reading, academy_id=academy_id, kind="course")]
    return tuple(
        _of_course(shelf_of(reading, academy_id=academy_id, course_key=key), confirmed.get(key, {}))
        for key in keys
        if key in standing
    )


def learner_contraindications(
    reading: Reading, *, academy_id: int, learner_uuid: UUID
) -> LearnerContraindications:
    """Return what a learner of the academy has confirmed. Raises `NotFound`."""
    for learner in learners(reading, academy_id=academy_id):
        if learner.uuid == learner_uuid:
            courses = contraindications(reading, academy_id=academy_id, learner_id=learner.learner_id)
            return LearnerContraindications(learner, courses)
    raise NotFound(_("There is no such learner in your academy. Open the list of learners."))


def _confirmed(reading: Reading, academy_id: int, learner_id: int) -> Mapping[str, Mapping[str, Confirmed]]:
    found: dict[str, dict[str, Confirmed]] = {}
    rows = reading.connection.execute(_NEWEST, {"academy_id": academy_id, "learner_id": learner_id})
    for row in rows:  # oldest first, so that the newest stays
        found.setdefault(row.course_key, {})[row.finding] = Confirmed(row.confirmed_at, row.is_case)
    return found


def _of_course(shelf: Shelf, confirmed: Mapping[str, Confirmed]) -> CourseContraindications:
    protocol = protocol_on(shelf)
    rows = []
    for finding in contraindications_of(protocol):
        lesson_key = lesson_citing(shelf, finding)
        title = shelf.lesson(lesson_key).title if lesson_key is not None else ""
        label = protocol.findings[finding].label
        rows.append(ContraindicationRow(finding, label, confirmed.get(finding), lesson_key, title))
    return CourseContraindications(shelf.course.key, shelf.course.title, tuple(rows))
