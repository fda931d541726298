"""What follows an exam that failed on safety alone: what went wrong, and which step is next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lms.core.errors import NotFound
from lms.core.text import _
from lms.core.work import Reading
from quizzes.interactions.marks import SafetyError
from quizzes.pinned import one
from quizzes.protocols.model import Protocol, SafetyRule
from quizzes.queries.attempts import CaseInAttempt, VisitInAttempt, overview_of
from quizzes.queries.statements import (
    ATTEMPT,
    MINE_WHOLE,
    SUMMARIES,
    AttemptSummary,
    documents_of,
    refuse_overdue,
    summary_of,
)
from quizzes.quiz_document import Quiz, SafetyForm
from quizzes.rules import Follower, Purpose, SafetyStep, safety_step

_failed = ATTEMPT.alias("failed")
FOLLOWING = (
    SUMMARIES.join(
        _failed,
        sa.and_(_failed.c.academy_id == ATTEMPT.c.academy_id, _failed.c.learner_id == ATTEMPT.c.learner_id),
    )
    .where(
        _failed.c.id == sa.bindparam("attempt_id", type_=sa.Integer),
        sa.or_(
            ATTEMPT.c.follows_id == _failed.c.id,
            sa.and_(
                ATTEMPT.c.quiz_key == _failed.c.quiz_key,
                ATTEMPT.c.purpose == Purpose.FULL.value,
                ATTEMPT.c.id > _failed.c.id,
            ),
        ),
    )
    .order_by(ATTEMPT.c.id)
)
"""The attempts that answer a failed exam, and the full ones that came after it, oldest first."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Where somebody stands after a failed exam; `remediation` is the round that runs or was finished."""

    step: SafetyStep
    remediation: AttemptSummary | None
    safety_form: AttemptSummary | None


@dataclass(frozen=True, slots=True)
class BrokenIn:
    """One dangerous decision: in which case and visit, and what the grade says of it."""

    case: CaseInAttempt
    visit: VisitInAttempt
    error: SafetyError
    protocol: Protocol


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A confirmed rule of the safety gate with every case in which it was broken."""

    harm: str
    rule: SafetyRule | None
    broken: tuple[BrokenIn, ...]


@dataclass(frozen=True, slots=True)
class SafetyPage:
    """The way from a safety-only failure to the safety form."""

    attempt: AttemptSummary
    quiz: Quiz
    form: SafetyForm
    attempts_left: int | None
    rules: tuple[BrokenRule, ...]
    follow_up: FollowUp


def follow_up(reading: Reading, *, attempt_id: int) -> FollowUp:
    """Return what has followed a failed exam, by one statement."""
    rows = reading.connection.execute(FOLLOWING, {"attempt_id": attempt_id})
    found = [summary_of(row, row.committed) for row in rows]
    followers = [Follower(each.purpose, each.state, each.committed == each.total) for each in found]
    rounds = [each for each in found if each.purpose is Purpose.REMEDIATION]
    useful = [each for each in rounds if each.is_open or each.committed == each.total]
    forms = [each for each in found if each.purpose is Purpose.SAFETY]
    return FollowUp(
        step=safety_step(followers, resit_started=any(each.purpose is Purpose.FULL for each in found)),
        remediation=useful[-1] if useful else None,
        safety_form=forms[-1] if forms else None,
    )


def safety_page(reading: Reading, *, attempt_uuid: UUID, academy_id: int, learner_id: int) -> SafetyPage:
    """Return the page of a failed exam.

    Raises `NotFound` where nothing follows or it is somebody else's, `AttemptOverdue` with a safety form
    whose time is over.
    """
    rows = reading.connection.execute(
        MINE_WHOLE, {"attempt_uuid": attempt_uuid, "academy_id": academy_id, "learner_id": learner_id}
    ).all()
    overview = overview_of(reading, rows)
    attempt, quiz = overview.attempt, overview.quiz
    if quiz.safety_form is None or not attempt.failed_on_safety_alone(quiz.pass_mark_percent):
        raise NotFound(_("No safety form follows this attempt. Open the attempt to see how it ended."))
    following = follow_up(reading, attempt_id=rows[0].id)
    if following.safety_form is not None:
        refuse_overdue(following.safety_form, reading.now)
    return SafetyPage(
        attempt=attempt,
        quiz=quiz,
        form=quiz.safety_form,
        attempts_left=overview.attempts_left,
        rules=tuple(_broken_rules(attempt, overview.cases, _protocols(reading, rows))),
        follow_up=following,
    )


def _protocols(reading: Reading, rows: Any) -> Mapping[int, Protocol]:
    """Return the protocol of each case of an attempt by its position."""
    _quiz, documents = documents_of(reading, rows[0], rows)
    return {row.position: one(documents, row.protocol_digest, Protocol) for row in rows}


def _broken_rules(
    attempt: AttemptSummary, cases: tuple[CaseInAttempt, ...], protocols: Mapping[int, Protocol]
) -> Iterator[BrokenRule]:
    for harm in attempt.confirmed_harms:
        broken = tuple(
            BrokenIn(case, visit, error, protocols[case.position])
            for case in cases
            for visit in case.visits
            for error in (visit.grade.safety_errors if visit.grade is not None else ())
            if error.harm == harm
        )
        if broken:
            rule = broken[0].protocol.safety_rules.get(broken[0].error.harm)
            yield BrokenRule(harm, rule, broken)
