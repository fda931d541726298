"""What regrading a case would change in every closed attempt that holds it; nothing is stored here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.core.errors import NotFound
from lms.core.text import _
from lms.core.work import Reading
from lms.publishing.queries import published
from quizzes.cases.model import Case
from quizzes.cases.variants import drawing_of
from quizzes.grading.result import GradedBy, VisitGrade
from quizzes.models import Attempt, AttemptCase
from quizzes.pinned import Pin, drawn_case, one, pinned
from quizzes.queries.statements import CASE
from quizzes.regrading import (
    AttemptChange,
    Basis,
    Found,
    Standing,
    VisitChange,
    marks_differ,
    plain,
    score_of_case,
)
from quizzes.rules import AttemptState, Mode
from quizzes.service.closing import grade_row, is_passed, outcome_of
from quizzes.service.markers import Markers, markers_in_force

AT_ONCE = 500
"""How many attempts one statement asks for; databases limit the values of a list."""

_GRADES = (
    sa.select(CASE.c.id, CASE.c.attempt_id, CASE.c.position, CASE.c.grade)
    .where(CASE.c.attempt_id.in_(sa.bindparam("attempt_ids", expanding=True)))
    .order_by(CASE.c.attempt_id, CASE.c.position, CASE.c.visit)
)


class _Graded(NamedTuple):
    position: int
    grade: Mapping[str, Any] | None


class _Recomputed(NamedTuple):
    """An attempt with the visits of the case, their grades before and after, and those that keep theirs."""

    attempt: Attempt
    before: tuple[VisitGrade, ...]
    after: tuple[VisitGrade, ...]
    visits: tuple[VisitChange, ...]
    kept: tuple[int, ...]


def newest_revisions(reading: Reading, *, academy_id: int, case_key: str) -> GradedBy:
    """Return the newest published revisions of a case and its protocol. Raises `NotFound`."""
    case = published(reading, academy_id=academy_id, kind="case", key=case_key)
    if not isinstance(case.document, Case):
        raise NotFound(_("There is no such case. Open the list of cases."))
    protocol = published(reading, academy_id=academy_id, kind="protocol", key=case.document.protocol)
    return GradedBy(case.revision_id, case.digest, protocol.revision_id, protocol.digest)


def dry_run(reading: Reading, *, academy_id: int, case_key: str, basis: Basis, locks: bool = False) -> Found:
    """Return what regrading a case would change in each closed attempt that holds it; stores nothing.

    `locks` keeps the attempts as they are until the unit of work ends. Raises `NotFound` when the newest
    revisions are asked for and the case is not published.
    """
    newest = None
    if basis is Basis.NEWEST:
        newest = newest_revisions(reading, academy_id=academy_id, case_key=case_key)
    markers = markers_in_force(reading, academy_id=academy_id, case_keys=(case_key,))
    recomputed = [
        _recomputed(reading, attempt, rows, markers, newest)
        for attempt, rows in _closed_attempts(reading, academy_id, case_key, locks=locks)
    ]
    changed = [one.attempt.id for one in recomputed if one.visits]
    grades = _grades_of(reading, changed)
    return Found(basis, tuple(_change(reading, one, grades.get(one.attempt.id, ())) for one in recomputed))


def _closed_attempts(
    reading: Reading, academy_id: int, case_key: str, *, locks: bool
) -> Iterator[tuple[Attempt, tuple[AttemptCase, ...]]]:
    statement = (
        sa.select(Attempt, AttemptCase)
        .join(AttemptCase, AttemptCase.attempt_id == Attempt.id)
        .where(
            Attempt.academy_id == academy_id,
            Attempt.state != AttemptState.OPEN.value,
            AttemptCase.case_key == case_key,
            AttemptCase.grade.is_not(None),
        )
        .order_by(Attempt.id, AttemptCase.position, AttemptCase.visit)
        .execution_options(populate_existing=True)
    )
    found = reading.session.execute(statement.with_for_update() if locks else statement).all()
    for _attempt_id, pairs in groupby(found, key=lambda pair: pair[0].id):
        of_attempt = tuple(pairs)
        yield of_attempt[0][0], tuple(row for _attempt, row in of_attempt)


def _recomputed(
    reading: Reading,
    attempt: Attempt,
    rows: tuple[AttemptCase, ...],
    markers: Markers,
    newest: GradedBy | None,
) -> _Recomputed:
    before, after, visits, kept = [], [], [], []
    for row in rows:
        stands = VisitGrade.from_json(row.grade or {})
        by = stands.graded_by if newest is None else _unless_pinned(row, newest)
        if by is not None and not _can_be_graded_by(reading, attempt, row, by):
            grade = stands
            kept.append(row.visit)
        else:
            grade = grade_row(reading, attempt, row, markers, by=by)
        if marks_differ(stands, grade):
            visits.append(VisitChange(row.id, row.visit, row.grade or {}, plain(grade)))
        before.append(stands)
        after.append(grade)
    return _Recomputed(attempt, tuple(before), tuple(after), tuple(visits), tuple(kept))


def _unless_pinned(row: AttemptCase, newest: GradedBy) -> GradedBy | None:
    """Return the newest revisions, or None where the attempt is pinned to what means the same."""
    means_the_same = (row.case_digest, row.protocol_digest) == (newest.case_digest, newest.protocol_digest)
    return None if means_the_same else newest


def _can_be_graded_by(reading: Reading, attempt: Attempt, row: AttemptCase, by: GradedBy) -> bool:
    """Return whether other revisions still have the visit, and show the same half of a minimal pair."""
    _protocol, case = drawn_case(reading, attempt, by)
    if row.visit > len(case.visits):
        return False
    return _contrast(reading, attempt, row) == _contrast(reading, attempt, by)


def _contrast(reading: Reading, attempt: Attempt, pins: Any) -> str | None:
    documents = pinned(reading, (Pin(pins.case_revision_id, pins.case_digest),))
    written = one(documents, pins.case_digest, Case)
    contrasts = Mode(attempt.mode) is Mode.PRACTICE
    return drawing_of(written, attempt.seed or None, contrasts=contrasts).contrast


def _grades_of(reading: Reading, attempt_ids: list[int]) -> Mapping[int, tuple[Any, ...]]:
    """Return, by attempt, every visit of every case with its grade."""
    found: dict[int, list[Any]] = {}
    for start in range(0, len(attempt_ids), AT_ONCE):
        asked = {"attempt_ids": attempt_ids[start : start + AT_ONCE]}
        for row in reading.connection.execute(_GRADES, asked):
            found.setdefault(row.attempt_id, []).append(row)
    return {attempt_id: tuple(rows) for attempt_id, rows in found.items()}


def _change(reading: Reading, found: _Recomputed, rows: Iterable[Any]) -> AttemptChange:
    attempt = found.attempt
    before = Standing(
        attempt.score or 0.0,
        bool(attempt.passed),
        bool(attempt.safety_failed),
        tuple(attempt.confirmed_harms or ()),
    )
    return AttemptChange(
        attempt_id=attempt.id,
        attempt_uuid=attempt.uuid,
        learner_id=attempt.learner_id,
        number=attempt.number,
        quiz_key=attempt.quiz_key,
        case_before=score_of_case(found.before),
        case_after=score_of_case(found.after if found.visits else found.before),
        before=before,
        after=_outcome_after(reading, found, rows) if found.visits else before,
        visits=found.visits,
        kept_visits=found.kept,
    )


def _outcome_after(reading: Reading, found: _Recomputed, rows: Iterable[Any]) -> Standing:
    anew = {one.row_id: one.after for one in found.visits}
    graded = [_Graded(row.position, anew.get(row.id, row.grade)) for row in rows]
    result = outcome_of(reading, found.attempt, graded)
    return Standing(
        result.score, is_passed(found.attempt, result), result.safety_failed, tuple(result.confirmed)
    )
