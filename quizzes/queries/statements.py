"""The statements that read attempts, each built once, and what their rows have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from lms.core.work import Reading
from quizzes.grading.result import VisitGrade
from quizzes.models import AnswerLogEntry, Attempt, AttemptCase, AwaitsMarking
from quizzes.pinned import Pin, one, pinned, region_pin
from quizzes.quiz_document import Quiz
from quizzes.rules import (
    AttemptOverdue,
    AttemptStanding,
    AttemptState,
    Mode,
    Progress,
    Purpose,
    failed_on_safety_alone,
    is_overdue,
    results_visible,
)

ATTEMPT = cast("sa.Table", Attempt.__table__)
CASE = cast("sa.Table", AttemptCase.__table__)
LOG = cast("sa.Table", AnswerLogEntry.__table__)

_before = CASE.alias("before")
EARLIER_WAITS = sa.exists().where(
    _before.c.attempt_id == CASE.c.attempt_id,
    _before.c.position == CASE.c.position,
    _before.c.visit < CASE.c.visit,
    _before.c.committed_at.is_(None),
)
"""Whether, before the visit of a row of cases, another visit of the same case waits for its decision."""

_WAITING = (
    sa.select(sa.func.count(CASE.c.position.distinct()))
    .where(CASE.c.attempt_id == ATTEMPT.c.id, CASE.c.committed_at.is_(None))
    .scalar_subquery()
)
_original = ATTEMPT.alias("original")
_FOLLOWED = tuple(
    sa.select(column).where(_original.c.id == ATTEMPT.c.follows_id).scalar_subquery().label(name)
    for name, column in (("followed_score", _original.c.score), ("followed_uuid", _original.c.uuid))
)
_unmarked = CASE.alias("unmarked")
_AWAITS_MARKING = sa.exists().where(
    _unmarked.c.academy_id == ATTEMPT.c.academy_id,
    _unmarked.c.attempt_id == ATTEMPT.c.id,
    AwaitsMarking(_unmarked.c.grade),
)
SUMMARIES = sa.select(
    ATTEMPT,
    (ATTEMPT.c.total_cases - _WAITING).label("committed"),
    _AWAITS_MARKING.label("awaits_marking"),
    *_FOLLOWED,
)
"""Attempts, each with how many of its cases are decided (those in which no visit waits), whether a person has
to mark part of it, and the score of the exam that a safety form answers."""
_MINE = (
    ATTEMPT.c.academy_id == sa.bindparam("academy_id"),
    ATTEMPT.c.learner_id == sa.bindparam("learner_id"),
)
OF_COURSE = SUMMARIES.where(*_MINE, ATTEMPT.c.course_key == sa.bindparam("course_key")).order_by(ATTEMPT.c.id)
OF_QUIZ = SUMMARIES.where(*_MINE, ATTEMPT.c.quiz_key == sa.bindparam("quiz_key")).order_by(ATTEMPT.c.id)

_others = ATTEMPT.alias("others")
_USED = (
    sa.select(sa.func.count())
    .where(
        _others.c.academy_id == ATTEMPT.c.academy_id,
        _others.c.learner_id == ATTEMPT.c.learner_id,
        _others.c.quiz_key == ATTEMPT.c.quiz_key,
        _others.c.purpose == Purpose.FULL.value,
    )
    .scalar_subquery()
)
_ATTEMPT_WITH_CASES = (
    sa.select(
        ATTEMPT,
        _USED.label("used"),
        CASE.c.position,
        CASE.c.visit,
        CASE.c.case_revision_id,
        CASE.c.case_digest,
        CASE.c.protocol_revision_id,
        CASE.c.protocol_digest,
        CASE.c.answer_revision,
        CASE.c.saved_at,
        CASE.c.committed_at,
    )
    .join_from(ATTEMPT, CASE, CASE.c.attempt_id == ATTEMPT.c.id)
    .where(ATTEMPT.c.uuid == sa.bindparam("attempt_uuid"), ATTEMPT.c.academy_id == sa.bindparam("academy_id"))
    .order_by(CASE.c.position, CASE.c.visit)
)
WHOLE = _ATTEMPT_WITH_CASES.add_columns(CASE.c.answer, CASE.c.grade)
"""An attempt of the academy with all its cases, answers and grades: one row for each visit of each case."""
MINE_WHOLE = WHOLE.where(_MINE[1]).add_columns(*_FOLLOWED)
_each = CASE.alias("each")
_PROGRESS = (
    sa.select(
        sa.func.aggregate_strings(
            sa.cast(_each.c.position, sa.String)
            + "."
            + sa.cast(_each.c.visit, sa.String)
            + sa.case((_each.c.committed_at.is_(None), "-"), else_="+"),
            ",",
        )
    )
    .where(_each.c.attempt_id == ATTEMPT.c.id)
    .scalar_subquery()
)
MINE_AT_VISIT = WHOLE.where(
    _MINE[1],
    CASE.c.position == sa.bindparam("position", type_=sa.Integer),
    CASE.c.visit == sa.bindparam("visit", type_=sa.Integer),
).add_columns(_PROGRESS.label("progress"))
"""The same for one page: one row, with the progress of the attempt as text, such as "1.1+,1.2-,2.1-"."""


@dataclass(frozen=True, slots=True)
class AttemptSummary:
    """One attempt in a list. `score` runs 0 to 100 and is None, like `passed`, while the attempt is open.

    `committed` of `total` cases are decided, each in all of its visits. `confirmed_harms` are those done in
    two cases or more.
    """

    uuid: UUID
    course_key: str
    quiz_key: str
    number: int
    mode: Mode
    state: AttemptState
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None
    score: float | None
    passed: bool | None
    safety_failed: bool | None
    committed: int
    total: int
    purpose: Purpose = Purpose.FULL
    confirmed_harms: tuple[str, ...] = ()
    seed: str = ""
    """What its cases were drawn from; empty for cases as they are written."""
    followed_score: float | None = None
    """The score of the exam that a safety form answers."""
    followed_uuid: UUID | None = None
    """The failed exam that a practice round or a safety form answers."""
    awaits_marking: bool = False
    """Whether a person still has to mark part of it."""
    lesson_key: str | None = None
    """The lesson that a single case was opened from."""

    @property
    def is_single(self) -> bool:
        """Return whether it is one case tried alone, beside the attempts that come one after the other."""
        return self.purpose is Purpose.SINGLE

    @property
    def exam_score(self) -> float | None:
        """Return the score that counts: of a safety form, that of the exam it answers."""
        return self.followed_score if self.purpose is Purpose.SAFETY else self.score

    def failed_on_safety_alone(self, mark: float) -> bool:
        """Return whether it reached the pass mark in percent and failed by a confirmed safety error only."""
        return failed_on_safety_alone(
            purpose=self.purpose,
            mode=self.mode,
            score=self.score,
            passed=self.passed,
            confirmed=bool(self.confirmed_harms),
            mark=mark,
        )

    @property
    def is_open(self) -> bool:
        """Return whether answers are still taken, as far as is known without asking the clock."""
        return self.state is AttemptState.OPEN


def safety_due(quiz: Quiz, attempts: Sequence[AttemptSummary]) -> UUID | None:
    """Return the exam, of a learner's attempts at it, that practice and a safety form can still put right.

    It is the newest full attempt, failed on safety alone, as long as its safety form was not handed in.
    """
    exams = [one for one in attempts if one.purpose is Purpose.FULL]
    if quiz.safety_form is None or not exams or any(one.passed for one in attempts):
        return None
    newest = exams[-1]
    after = attempts[list(attempts).index(newest) :]
    is_used = any(one.purpose is Purpose.SAFETY and not one.is_open for one in after)
    if is_used or not newest.failed_on_safety_alone(quiz.pass_mark_percent):
        return None
    return newest.uuid


def documents_of(reading: Reading, row: Any, cases: Any) -> tuple[Quiz, Mapping[str, object]]:
    """Return the quiz of an attempt's row and, by digest, all documents that it and its cases need."""
    pins = [Pin(row.quiz_revision_id, row.quiz_digest), *region_pin(row)]
    for case in cases:
        pins.append(Pin(case.case_revision_id, case.case_digest))
        pins.append(Pin(case.protocol_revision_id, case.protocol_digest))
    documents = pinned(reading, pins)
    return one(documents, row.quiz_digest, Quiz), documents


def progress_of(text: str) -> Progress:
    """Return the progress that the text of `MINE_AT_VISIT` tells."""
    places = ((*place[:-1].partition("."), place[-1] == "+") for place in text.split(","))
    return Progress.of((int(position), int(visit), decided) for position, _dot, visit, decided in places)


def visible_grade(
    attempt: AttemptSummary, quiz: Quiz, row: Any, *, keeps_back: bool = True
) -> VisitGrade | None:
    """Return the grade of a visit's row, or None if there is none or, with `keeps_back`, an exam hides it."""
    if row.grade is None:
        return None
    shown = results_visible(state=attempt.state, feedback=quiz.feedback, committed_at=row.committed_at)
    if keeps_back and not shown:
        return None
    return VisitGrade.from_json(row.grade)


def refuse_overdue(attempt: AttemptSummary, now: datetime) -> None:
    """Raise `AttemptOverdue` for an open attempt at or after its deadline."""
    if is_overdue(AttemptStanding(attempt.uuid, attempt.state, attempt.deadline_at), now):
        raise AttemptOverdue(attempt.uuid)


def summary_of(row: Any, committed: int) -> AttemptSummary:
    """Return the summary of an attempt's row."""
    return AttemptSummary(
        uuid=row.uuid,
        course_key=row.course_key,
        quiz_key=row.quiz_key,
        number=row.number,
        mode=Mode(row.mode),
        state=AttemptState(row.state),
        started_at=row.started_at,
        deadline_at=row.deadline_at,
        submitted_at=row.closed_at,
        score=row.score,
        passed=row.passed,
        safety_failed=row.safety_failed,
        committed=committed,
        total=row.total_cases,
        purpose=Purpose(row.purpose),
        confirmed_harms=tuple(row.confirmed_harms or ()),
        seed=row.seed,
        followed_score=getattr(row, "followed_score", None),
        followed_uuid=getattr(row, "followed_uuid", None),
        awaits_marking=getattr(row, "awaits_marking", False),
        lesson_key=row.lesson_key,
    )
