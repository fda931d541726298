"""What the pages of regrading read: revisions and markers of a case, regradings, and what they replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from lms.academies.queries import learners
from lms.core.errors import NotFound
from lms.core.text import _
from lms.core.work import Reading
from lms.publishing.queries import Published, published, published_many, revisions
from quizzes.cases.model import Case
from quizzes.models import GradeHistory, Regrade
from quizzes.protocols.model import Protocol
from quizzes.queries.marker_targets import Target, targets_of
from quizzes.queries.statements import ATTEMPT, CASE
from quizzes.quiz_document import Quiz
from quizzes.regrading import Standing
from quizzes.rules import AttemptState
from quizzes.service.markers import MARKER

REGRADE = cast("sa.Table", Regrade.__table__)
HISTORY = cast("sa.Table", GradeHistory.__table__)


@dataclass(frozen=True, slots=True)
class UsedRevisions:
    """Revisions that grades of closed attempts rest on, and of how many attempts."""

    case: Published
    protocol: Published
    attempts: int


@dataclass(frozen=True, slots=True)
class MarkerRow:
    """A marker with who set it; `withdrawn_at` is None while it is in force."""

    id: int
    visit: int
    target: str
    effect: str
    reason: str
    by: str
    created_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class RegradeRow:
    """A regrading that was carried out: by whom, why, by what choice, and what it came to."""

    uuid: UUID
    case_key: str
    by: str
    created_at: datetime
    reason: str
    allows_lower: bool
    summary: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RegradePage:
    """A case with all that bears on its grades. `newest` is None for a case no longer published."""

    case: Case
    newest: tuple[Published, Published] | None
    used: tuple[UsedRevisions, ...]
    markers: tuple[MarkerRow, ...]
    targets: tuple[Target, ...]
    earlier: tuple[RegradeRow, ...]


@dataclass(frozen=True, slots=True)
class ChangedAttempt:
    """An attempt whose outcome a regrading changed."""

    attempt_uuid: UUID
    learner: str
    quiz_title: str
    number: int
    before: Standing
    after: Standing


@dataclass(frozen=True, slots=True)
class RegradeDone:
    """A regrading with the attempts whose outcome it changed."""

    regrade: RegradeRow
    case: Case
    attempts: tuple[ChangedAttempt, ...]


def _graded_by(column: str) -> sa.ColumnElement[int]:
    """Return the revision that a grade rests on: that of a corrected key, else the pinned one."""
    corrected = CASE.c.grade[("graded_by", column)].as_integer()
    return sa.func.coalesce(corrected, CASE.c[column])


_BY_CASE = _graded_by("case_revision_id").label("case_id")
_BY_PROTOCOL = _graded_by("protocol_revision_id").label("protocol_id")
USED = (
    sa.select(_BY_CASE, _BY_PROTOCOL, sa.func.count(CASE.c.attempt_id.distinct()).label("attempts"))
    .join_from(CASE, ATTEMPT, ATTEMPT.c.id == CASE.c.attempt_id)
    .where(
        ATTEMPT.c.academy_id == sa.bindparam("academy_id"),
        ATTEMPT.c.state != AttemptState.OPEN.value,
        CASE.c.case_key == sa.bindparam("case_key"),
    )
    .group_by(_BY_CASE, _BY_PROTOCOL)
)
"""The revisions that grades of closed attempts rest on."""
MARKERS = (
    sa.select(MARKER)
    .where(MARKER.c.academy_id == sa.bindparam("academy_id"), MARKER.c.case_key == sa.bindparam("case_key"))
    .order_by(MARKER.c.id)
)
_REGRADES = sa.select(REGRADE).where(REGRADE.c.academy_id == sa.bindparam("academy_id"))
OF_CASE = _REGRADES.where(REGRADE.c.case_key == sa.bindparam("case_key")).order_by(REGRADE.c.id.desc())
BY_UUID = _REGRADES.where(REGRADE.c.uuid == sa.bindparam("regrade_uuid", type_=sa.Uuid))
OUTCOMES = (
    sa.select(
        HISTORY.c.before,
        HISTORY.c.after,
        ATTEMPT.c.uuid,
        ATTEMPT.c.learner_id,
        ATTEMPT.c.quiz_key,
        ATTEMPT.c.number,
    )
    .join_from(HISTORY, ATTEMPT, ATTEMPT.c.id == HISTORY.c.attempt_id)
    .where(HISTORY.c.regrade_id == sa.bindparam("regrade_id"), HISTORY.c.attempt_case_id.is_(None))
    .order_by(HISTORY.c.id)
)


def regrade_page(reading: Reading, *, academy_id: int, case_key: str) -> RegradePage:
    """Return what bears on the grades of a case.

    Raises `NotFound` for a case that is neither published in the academy nor held by a closed attempt.
    """
    named = {"academy_id": academy_id, "case_key": case_key}
    newest = _newest(reading, academy_id, case_key)
    used = _used(reading, named)
    editions = [*([] if newest is None else [newest]), *((one.case, one.protocol) for one in used)]
    documents = [
        (protocol.document, case.document)
        for case, protocol in editions
        if isinstance(protocol.document, Protocol) and isinstance(case.document, Case)
    ]
    if not documents:
        raise NotFound(_("There is no such case. Open the list of cases."))
    names = names_of(reading, academy_id)
    return RegradePage(
        case=documents[0][1],
        newest=newest,
        used=used,
        markers=tuple(_marker(row, names) for row in reading.connection.execute(MARKERS, named)),
        targets=targets_of(documents),
        earlier=tuple(regrade_row(row, names) for row in reading.connection.execute(OF_CASE, named)),
    )


def _newest(reading: Reading, academy_id: int, case_key: str) -> tuple[Published, Published] | None:
    try:
        case = published(reading, academy_id=academy_id, kind="case", key=case_key)
        key = case.document.protocol if isinstance(case.document, Case) else ""
        return case, published(reading, academy_id=academy_id, kind="protocol", key=key)
    except NotFound:
        return None


def _used(reading: Reading, named: Mapping[str, Any]) -> tuple[UsedRevisions, ...]:
    rows = reading.connection.execute(USED, named).all()
    found = revisions(reading, revision_ids={pin for row in rows for pin in (row.case_id, row.protocol_id)})
    used = [UsedRevisions(found[row.case_id], found[row.protocol_id], row.attempts) for row in rows]
    return tuple(sorted(used, key=lambda one: (one.case.number, one.protocol.number), reverse=True))


def names_of(reading: Reading, academy_id: int) -> Mapping[int, str]:
    """Return the names of the people of an academy by their ids."""
    return {one.learner_id: one.name for one in learners(reading, academy_id=academy_id)}


def quiz_titles(reading: Reading, academy_id: int) -> Mapping[str, str]:
    """Return the titles of the published quizzes by key."""
    quizzes = published_many(reading, academy_id=academy_id, kind="quiz")
    return {one.key: one.document.title for one in quizzes if isinstance(one.document, Quiz)}


def _somebody() -> str:
    return _("Somebody who has left")


def _marker(row: Any, names: Mapping[int, str]) -> MarkerRow:
    return MarkerRow(
        id=row.id,
        visit=row.visit,
        target=row.target,
        effect=row.effect,
        reason=row.reason,
        by=names.get(row.learner_id, _somebody()),
        created_at=row.created_at,
        withdrawn_at=row.withdrawn_at,
    )


def regrade_row(row: Any, names: Mapping[int, str]) -> RegradeRow:
    """Return a regrading from its row; `names` tell who did it."""
    return RegradeRow(
        uuid=row.uuid,
        case_key=row.case_key,
        by=names.get(row.by_learner_id, _somebody()),
        created_at=row.created_at,
        reason=row.reason,
        allows_lower=row.allows_lower,
        summary=row.summary,
    )


def regrade_done(reading: Reading, *, academy_id: int, regrade_uuid: UUID) -> RegradeDone:
    """Return a regrading of the academy with what it changed. Raises `NotFound`."""
    row = reading.connection.execute(
        BY_UUID, {"academy_id": academy_id, "regrade_uuid": regrade_uuid}
    ).one_or_none()
    if row is None:
        raise NotFound(_("There is no such regrading. Open a case to see those of it."))
    names, titles = names_of(reading, academy_id), quiz_titles(reading, academy_id)
    attempts = tuple(
        ChangedAttempt(
            attempt_uuid=one.uuid,
            learner=names.get(one.learner_id, _somebody()),
            quiz_title=titles.get(one.quiz_key, one.quiz_key),
            number=one.number,
            before=Standing.from_json(one.before),
            after=Standing.from_json(one.after),
        )
        for one in reading.connection.execute(OUTCOMES, {"regrade_id": row.id})
    )
    page = regrade_page(reading, academy_id=academy_id, case_key=row.case_key)
    return RegradeDone(regrade_row(row, names), page.case, attempts)
