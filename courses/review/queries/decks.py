"""A learner's cards and mini-cases as they stand: one statement each, whatever page asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from courses.review.models import MiniCase, ReviewCard
from courses.review.rules import InDeck, Queue, queue_of
from lms.core.work import Reading

CARDS = cast("sa.Table", ReviewCard.__table__)
MINI_CASES = cast("sa.Table", MiniCase.__table__)

_CARDS = (
    sa.select(CARDS)
    .where(CARDS.c.academy_id == sa.bindparam("academy_id"), CARDS.c.learner_id == sa.bindparam("learner_id"))
    .order_by(CARDS.c.id)
)
_WAITING = (
    sa.select(MINI_CASES.c.course_key, MINI_CASES.c.due_at, MINI_CASES.c.attempt_uuid)
    .where(
        MINI_CASES.c.academy_id == sa.bindparam("academy_id"),
        MINI_CASES.c.learner_id == sa.bindparam("learner_id"),
        MINI_CASES.c.done_at.is_(None),
    )
    .order_by(MINI_CASES.c.due_at, MINI_CASES.c.id)
)


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """A mini-case that is to come; with `attempt_uuid` it was opened already."""

    course_key: str
    due_at: datetime
    attempt_uuid: UUID | None


@dataclass(frozen=True, slots=True)
class HomeReview:
    """What the home page says of review: cards due now, when the next one is, mini-cases due and to come."""

    cards_due: int
    next_at: datetime | None
    cases_due: tuple[WaitingCase, ...]
    next_case_at: datetime | None

    @property
    def due(self) -> int:
        """Return how much waits today, cards and cases together."""
        return self.cards_due + len(self.cases_due)

    @property
    def is_begun(self) -> bool:
        """Return whether there is anything to review, today or later."""
        return bool(self.due or self.next_at or self.next_case_at)


def cards_of(reading: Reading, *, academy_id: int, learner_id: int) -> tuple[Any, ...]:
    """Return the rows of a learner's cards in all courses, by one statement."""
    return tuple(
        reading.connection.execute(_CARDS, {"academy_id": academy_id, "learner_id": learner_id}).all()
    )


def cases_of(reading: Reading, *, academy_id: int, learner_id: int) -> tuple[WaitingCase, ...]:
    """Return the mini-cases that are due or to come, the first one at the front."""
    rows = reading.connection.execute(_WAITING, {"academy_id": academy_id, "learner_id": learner_id})
    return tuple(WaitingCase(row.course_key, row.due_at, row.attempt_uuid) for row in rows)


def in_deck(row: Any) -> InDeck:
    """Return what the queue needs to know of a card."""
    return InDeck(row.id, row.due_at, row.turn, row.first_answered_at)


def queue_from(rows: tuple[Any, ...], now: datetime, time_zone: ZoneInfo) -> Queue:
    """Return what is due of a learner's cards."""
    return queue_of([in_deck(row) for row in rows], now=now, time_zone=time_zone)


def home_review(reading: Reading, *, academy_id: int, learner_id: int, time_zone: ZoneInfo) -> HomeReview:
    """Return what the home page shows, by two statements."""
    rows = cards_of(reading, academy_id=academy_id, learner_id=learner_id)
    queue = queue_from(rows, reading.now, time_zone)
    cases = cases_of(reading, academy_id=academy_id, learner_id=learner_id)
    later = [case.due_at for case in cases if case.due_at > reading.now]
    return HomeReview(
        cards_due=len(queue.due),
        next_at=queue.next_at,
        cases_due=tuple(case for case in cases if case.due_at <= reading.now),
        next_case_at=min(later, default=None),
    )
