"""Keeping when each contraindication was decided rightly: in attempts at cases and on cards."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Protocol as Shape
from uuid import UUID

import sqlalchemy as sa

from courses.review.models import Confirmation
from courses.review.spotted import confirmed_by
from lms.core.errors import NotFound
from lms.core.work import Work
from quizzes.events import AttemptGraded, AttemptRegraded
from quizzes.queries.attempts import attempt_overview


class Whose(Shape):
    """Whose course a confirmation belongs to."""

    @property
    def academy_id(self) -> int:
        """Return the academy."""
        ...

    @property
    def learner_id(self) -> int:
        """Return the learner."""
        ...

    @property
    def course_key(self) -> str:
        """Return the course."""
        ...


def on_attempt_graded(work: Work, event: AttemptGraded) -> None:
    """Keep what an attempt that has just closed confirms."""
    _confirm_attempt(work, event, event.attempt_uuid, event.closed_at)


def on_attempt_regraded(work: Work, event: AttemptRegraded) -> None:
    """Put what an attempt confirms by its corrected grades in the place of what it confirmed before."""
    work.session.execute(
        sa.delete(Confirmation).where(
            Confirmation.source_uuid == event.attempt_uuid, Confirmation.academy_id == event.academy_id
        )
    )
    _confirm_attempt(work, event, event.attempt_uuid, event.closed_at)


def confirm(
    work: Work, whose: Whose, findings: Collection[str], *, source_uuid: UUID, is_case: bool, at: datetime
) -> None:
    """Keep that findings were decided rightly; each at most once for one attempt or answer."""
    work.session.add_all(
        Confirmation(
            academy_id=whose.academy_id,
            learner_id=whose.learner_id,
            course_key=whose.course_key,
            finding=finding,
            source_uuid=source_uuid,
            is_case=is_case,
            confirmed_at=at,
        )
        for finding in sorted(set(findings))
    )
    work.session.flush()


def _confirm_attempt(work: Work, whose: Whose, attempt_uuid: UUID, closed_at: datetime) -> None:
    with suppress(NotFound):  # an attempt that was closed before it had any case
        overview = attempt_overview(
            work, attempt_uuid=attempt_uuid, academy_id=whose.academy_id, learner_id=whose.learner_id
        )
        at: dict[str, datetime] = {}
        for case in overview.cases:
            for visit in case.visits:
                if visit.grade is not None and visit.committed_at is not None:
                    for finding in confirmed_by(visit.visit, visit.grade):
                        at[finding] = max(visit.committed_at, at.get(finding, visit.committed_at))
        for finding, decided_at in at.items():
            moment = min(decided_at, closed_at)
            confirm(work, whose, (finding,), source_uuid=attempt_uuid, is_case=True, at=moment)
