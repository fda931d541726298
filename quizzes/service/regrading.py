"""Carrying a regrading out, on an explicit choice, exactly as the dry run showed it.

Everything is recomputed under lock and goes through only if it comes to what the person has read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from lms.core.database import JsonValue
from lms.core.errors import Conflict, InvalidInput
from lms.core.text import _
from lms.core.work import Work
from quizzes.events import AttemptRegraded
from quizzes.models import GradeHistory, Regrade
from quizzes.queries.statements import ATTEMPT, CASE
from quizzes.regrading import AttemptChange, Basis, Choice, Found
from quizzes.service.dry_runs import AT_ONCE, dry_run, newest_revisions
from quizzes.service.markers import markers_in_force

HISTORY = cast("sa.Table", GradeHistory.__table__)

_ATTEMPTS = (
    sa.select(ATTEMPT)
    .where(ATTEMPT.c.id.in_(sa.bindparam("attempt_ids", expanding=True)))
    .order_by(ATTEMPT.c.id)
)
_STORE_GRADE = (
    sa.update(CASE)
    .where(CASE.c.id == sa.bindparam("row_id"))
    .values(grade=sa.bindparam("new_grade", type_=JsonValue))
)
_STORE_OUTCOME = (
    sa.update(ATTEMPT)
    .where(ATTEMPT.c.id == sa.bindparam("attempt_id"))
    .values(
        score=sa.bindparam("new_score"),
        passed=sa.bindparam("new_passed"),
        safety_failed=sa.bindparam("new_safety_failed"),
        confirmed_harms=sa.bindparam("new_confirmed_harms", type_=JsonValue),
    )
)


class StaleDryRun(Conflict):
    """What would change is no longer what the person has read; `found` is what it comes to now."""

    def __init__(self, found: Found) -> None:
        super().__init__(
            _("Something changed since this list was made, so nothing was applied. Read the new list.")
        )
        self.found = found


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody decided after reading a dry run, recognised by its digest.

    `uuid` names the regrading to come, so that a second click is known for what it is.
    """

    uuid: UUID
    digest: str
    choice: Choice
    reason: str
    by_learner_id: int


def apply_regrade(work: Work, *, academy_id: int, case_key: str, basis: Basis, order: Order) -> None:
    """Carry a regrading out as chosen, keep what it replaces, and announce each outcome that changed.

    The same order a second time changes nothing. Raises `StaleDryRun` when it would not come to what was
    read, `InvalidInput` when the choice would change nothing.
    """
    found = dry_run(work, academy_id=academy_id, case_key=case_key, basis=basis, locks=True)
    if _is_done(work, academy_id, case_key, order):
        return
    if found.digest != order.digest:
        raise StaleDryRun(found)
    applied = found.applied(order.choice)
    if not applied:
        raise InvalidInput(
            _("With this choice nothing would change, so nothing was applied."), field="choice"
        )
    regrade = Regrade(
        uuid=order.uuid,
        academy_id=academy_id,
        case_key=case_key,
        by_learner_id=order.by_learner_id,
        created_at=work.now,
        reason=order.reason,
        allows_lower=order.choice is Choice.APPLY_ALL,
        summary=_summary(work, found, order.choice, academy_id, case_key),
    )
    work.session.add(regrade)
    work.session.flush()
    _store(work, applied, regrade)
    _announce(work, [change for change in applied if change.changes_outcome])


def _is_done(work: Work, academy_id: int, case_key: str, order: Order) -> bool:
    known = work.session.scalar(sa.select(Regrade).where(Regrade.uuid == order.uuid))
    if known is None:
        return False
    if (known.academy_id, known.case_key, known.by_learner_id) != (academy_id, case_key, order.by_learner_id):
        raise Conflict(_("This form was used before. Open the case and start again."))
    return True


def _summary(work: Work, found: Found, choice: Choice, academy_id: int, case_key: str) -> dict[str, Any]:
    """Return what is kept of the regrading, with the markers and newest revisions it went by."""
    summary = found.summary(choice)
    markers = markers_in_force(work, academy_id=academy_id, case_keys=(case_key,))
    summary["markers"] = [
        {"visit": visit, "target": target, "effect": effect}
        for (_case_key, visit), marked in sorted(markers.items())
        for target, effect in sorted(marked.items())
    ]
    if found.basis is Basis.NEWEST:
        newest = newest_revisions(work, academy_id=academy_id, case_key=case_key)
        summary["graded_by"] = newest._asdict()
    return summary


def _store(work: Work, applied: Iterable[AttemptChange], regrade: Regrade) -> None:
    """Put the new grades and outcomes in place, and what they replace into the history."""
    grades: list[dict[str, Any]] = []
    outcomes: list[dict[str, Any]] = []
    history: list[dict[str, Any]] = []
    for change in applied:
        entry = {
            "academy_id": regrade.academy_id,
            "attempt_id": change.attempt_id,
            "regrade_id": regrade.id,
            "created_at": work.now,
        }
        for visit in change.visits:
            grades.append({"row_id": visit.row_id, "new_grade": visit.after})
            replaced = {"before": visit.before, "after": visit.after}
            history.append({**entry, "attempt_case_id": visit.row_id, **replaced})
        if change.changes_outcome:
            before, after = change.before.to_json(), change.after.to_json()
            new = {f"new_{name}": value for name, value in after.items()}
            outcomes.append({"attempt_id": change.attempt_id, **new})
            history.append({**entry, "attempt_case_id": None, "before": before, "after": after})
    for statement, values in (
        (_STORE_GRADE, grades),
        (_STORE_OUTCOME, outcomes),
        (sa.insert(HISTORY), history),
    ):
        if values:
            work.connection.execute(statement, values)


def _announce(work: Work, changes: list[AttemptChange]) -> None:
    for start in range(0, len(changes), AT_ONCE):
        part = {change.attempt_id: change for change in changes[start : start + AT_ONCE]}
        for row in work.connection.execute(_ATTEMPTS, {"attempt_ids": list(part)}).all():
            work.publish(_announcement(work, row, part[row.id]))


def _announcement(work: Work, row: Any, change: AttemptChange) -> AttemptRegraded:
    return AttemptRegraded(
        attempt_uuid=row.uuid,
        academy_id=row.academy_id,
        learner_id=row.learner_id,
        course_key=row.course_key,
        quiz_key=row.quiz_key,
        quiz_revision_id=row.quiz_revision_id,
        mode=row.mode,
        purpose=row.purpose,
        passed_before=change.before.passed,
        passed=change.after.passed,
        score_before=change.before.score,
        score=change.after.score,
        started_at=row.started_at,
        closed_at=row.closed_at,
        regraded_at=work.now,
    )
