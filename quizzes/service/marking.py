"""Marking by people: storing what somebody gave for an answer, and what that makes of grade and attempt.

Only the decision that was marked changes; the rest of the grade stays as it is, whatever markers were set or
keys corrected since, for those wait for a regrading that somebody chooses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.core.errors import Conflict, InvalidInput
from lms.core.text import _
from lms.core.work import Reading, Work
from quizzes.cases.model import Visit
from quizzes.events import AttemptRegraded
from quizzes.grading.marking import Markable, markable, with_points
from quizzes.grading.result import VisitGrade
from quizzes.models import Attempt, AttemptCase, GradeHistory, Mark, Regrade
from quizzes.pinned import drawn_case
from quizzes.queries.marks import MarkPlace, nothing_to_mark
from quizzes.regrading import (
    AttemptChange,
    Basis,
    Choice,
    Direction,
    Found,
    Standing,
    VisitChange,
    plain,
    score_of_case,
)
from quizzes.rules import AttemptState
from quizzes.service.closing import is_passed, outcome_of
from quizzes.service.markers import markers_in_force, of_visit


@dataclass(frozen=True, slots=True)
class NewMark:
    """What somebody gave: points by key of the criterion, a comment for the learner, a reason for a change.

    `seen` is when the mark was given that stood on the page they read, or None if none did.
    """

    points: Mapping[str, float]
    comment: str
    reason: str
    seen: datetime | None
    by_learner_id: int


def mark_answer(work: Work, *, academy_id: int, place: MarkPlace, mark: NewMark) -> None:
    """Store a mark, put it into the grade of its visit, and settle the attempt if that is closed.

    The same mark again changes nothing. One that replaces another keeps that in the history of grades.
    Raises `NotFound`, `InvalidInput` with the field for points that do not fit the rubric or a lower mark
    without a reason, `Conflict` when somebody else marked meanwhile or a marker settles the question.
    """
    attempt, rows, row = _locked(work, academy_id, place)
    stands = VisitGrade.from_json(row.grade or {})
    visit = _visit_of(work, attempt, row, stands)
    found = next((one for one in markable(visit, stands) if one.task.key == place.task_key), None)
    if found is None:
        raise nothing_to_mark()
    _refuse_settled(work, row, place.task_key)
    grade = with_points(visit, stands, found, mark.points)
    standing = _standing(work, row, place.task_key)
    if standing is not None and not found.waits and _is_the_same(standing, mark):
        return
    if (None if standing is None else standing.marked_at) != mark.seen:
        raise Conflict(
            _("Somebody marked this answer meanwhile, so nothing was stored. Read their mark, then decide.")
        )
    if standing is not None and _is_lower(found, grade) and not mark.reason:
        raise InvalidInput(_("Say why the answer gets fewer points than before."), field="reason")
    change = _put_in_place(work, attempt, rows, row, grade)
    if standing is not None:
        _keep(work, change, row, standing, mark)
    _store(work, row, place.task_key, standing, mark)
    if change.changes_outcome:
        _announce(work, attempt, change)


def _locked(
    work: Work, academy_id: int, place: MarkPlace
) -> tuple[Attempt, tuple[AttemptCase, ...], AttemptCase]:
    """Return the attempt, all its visits and the one of the place, which must be graded; all locked."""
    attempt = work.session.scalar(
        sa.select(Attempt)
        .where(Attempt.uuid == place.attempt_uuid, Attempt.academy_id == academy_id)
        .with_for_update()
    )
    if attempt is None:
        raise nothing_to_mark()
    rows = tuple(
        work.session.scalars(
            sa.select(AttemptCase)
            .where(AttemptCase.attempt_id == attempt.id)
            .order_by(AttemptCase.position, AttemptCase.visit)
            .with_for_update()
        )
    )
    row = next((one for one in rows if (one.position, one.visit) == (place.position, place.visit)), None)
    if row is None or row.grade is None:
        raise nothing_to_mark()
    return attempt, rows, row


def _visit_of(reading: Reading, attempt: Attempt, row: AttemptCase, grade: VisitGrade) -> Visit:
    """Return the visit as the grade knows it: by a corrected key, where a regrading brought one."""
    _protocol, case = drawn_case(reading, attempt, grade.graded_by or row)
    return case.visits[row.visit - 1]


def _refuse_settled(work: Work, row: AttemptCase, task_key: str) -> None:
    """Raise `Conflict` when a marker already says how every answer to the question counts."""
    markers = markers_in_force(work, academy_id=row.academy_id, case_keys=(row.case_key,))
    if task_key in of_visit(markers, row.case_key, row.visit):
        raise Conflict(
            _("A marker settles this question for everybody. Regrade the case, or withdraw the marker first.")
        )


def _standing(work: Work, row: AttemptCase, task_key: str) -> Mark | None:
    return work.session.scalar(
        sa.select(Mark).where(Mark.attempt_case_id == row.id, Mark.task_key == task_key)
    )


def _is_the_same(standing: Mark, mark: NewMark) -> bool:
    return (standing.points, standing.comment) == (dict(mark.points), mark.comment)


def _is_lower(found: Markable, grade: VisitGrade) -> bool:
    """Return whether an answer that counted with its old mark earns less with the new one."""
    anew = grade.decision(found.decision.name)
    return not found.waits and anew is not None and anew.credit < found.decision.credit


def _put_in_place(
    work: Work, attempt: Attempt, rows: tuple[AttemptCase, ...], row: AttemptCase, grade: VisitGrade
) -> AttemptChange:
    """Put a new grade on its row and a new outcome on a closed attempt; return what that changed."""
    of_case = [one for one in rows if one.position == row.position]
    case_before, was = _score(of_case), row.grade or {}
    row.grade = plain(grade)
    before = Standing(
        attempt.score or 0.0,
        bool(attempt.passed),
        bool(attempt.safety_failed),
        tuple(attempt.confirmed_harms or ()),
    )
    after = before if attempt.state == AttemptState.OPEN else _settled(work, attempt, rows)
    work.session.flush()
    return AttemptChange(
        attempt_id=attempt.id,
        attempt_uuid=attempt.uuid,
        learner_id=attempt.learner_id,
        number=attempt.number,
        quiz_key=attempt.quiz_key,
        case_before=case_before,
        case_after=_score(of_case),
        before=before,
        after=after,
        visits=(VisitChange(row.id, row.visit, was, row.grade),),
    )


def _score(rows: Iterable[AttemptCase]) -> float | None:
    return score_of_case(VisitGrade.from_json(row.grade) for row in rows if row.grade is not None)


def _settled(work: Work, attempt: Attempt, rows: tuple[AttemptCase, ...]) -> Standing:
    """Put the outcome of the grades that now stand on the attempt."""
    result = outcome_of(work, attempt, rows)
    attempt.score = result.score
    attempt.passed = is_passed(attempt, result)
    attempt.safety_failed = result.safety_failed
    attempt.confirmed_harms = list(result.confirmed)
    return Standing(result.score, attempt.passed, result.safety_failed, tuple(result.confirmed))


def _keep(work: Work, change: AttemptChange, row: AttemptCase, old: Mark, mark: NewMark) -> None:
    """Keep what a new mark replaces: as a regrading of one attempt, with the old mark in its summary."""
    lowers = change.direction is Direction.LOWERED
    choice = Choice.APPLY_ALL if lowers else Choice.RAISE_ONLY
    summary: dict[str, Any] = {
        **Found(Basis.GRADED, (change,)).summary(choice),
        "applied": 1,
        "left_as_they_are": 0,
        "replaced_mark": {
            "task": old.task_key,
            "points": old.points,
            "comment": old.comment,
            "by_learner_id": old.learner_id,
            "marked_at": old.marked_at.isoformat(),
        },
    }
    regrade = Regrade(
        academy_id=row.academy_id,
        case_key=row.case_key,
        by_learner_id=mark.by_learner_id,
        created_at=work.now,
        reason=mark.reason or _("An answer was marked again."),
        allows_lower=lowers,
        summary=summary,
    )
    work.session.add(regrade)
    work.session.flush()
    (visit,) = change.visits
    _write_history(work, change, regrade, row.id, (visit.before, visit.after))
    if change.changes_outcome:
        _write_history(work, change, regrade, None, (change.before.to_json(), change.after.to_json()))


def _write_history(
    work: Work,
    change: AttemptChange,
    regrade: Regrade,
    attempt_case_id: int | None,
    replaced: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> None:
    """Write what was before and after: of a visit, or without one of the whole attempt."""
    before, after = replaced
    work.session.add(
        GradeHistory(
            academy_id=regrade.academy_id,
            attempt_id=change.attempt_id,
            attempt_case_id=attempt_case_id,
            regrade_id=regrade.id,
            before=before,
            after=after,
            created_at=work.now,
        )
    )


def _store(work: Work, row: AttemptCase, task_key: str, standing: Mark | None, mark: NewMark) -> None:
    if standing is None:
        standing = Mark(academy_id=row.academy_id, attempt_case_id=row.id, task_key=task_key)
        work.session.add(standing)
    standing.points = dict(mark.points)
    standing.comment = mark.comment
    standing.learner_id = mark.by_learner_id
    standing.marked_at = work.now
    work.session.flush()


def _announce(work: Work, attempt: Attempt, change: AttemptChange) -> None:
    """Tell of the new outcome; that the attempt was graded was told once, when it closed."""
    if attempt.closed_at is None:
        return
    work.publish(
        AttemptRegraded(
            attempt_uuid=attempt.uuid,
            academy_id=attempt.academy_id,
            learner_id=attempt.learner_id,
            course_key=attempt.course_key,
            quiz_key=attempt.quiz_key,
            quiz_revision_id=attempt.quiz_revision_id,
            mode=attempt.mode,
            purpose=attempt.purpose,
            passed_before=change.before.passed,
            passed=change.after.passed,
            score_before=change.before.score,
            score=change.after.score,
            started_at=attempt.started_at,
            closed_at=attempt.closed_at,
            regraded_at=work.now,
        )
    )
