"""What follows an exam that failed on safety alone: what went wrong, and which step is next."""

from __future__ import annotations

from collections.abc import Iterator
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
from quizzes.queries.statements import ATTEMPT, MINE_WHOLE, AttemptSummary, documents_of
from quizzes.quiz_document import Quiz, SafetyForm
from quizzes.rules import AttemptState, Purpose, SafetyStep, safety_step

FOLLOWERS = (
    sa.select(ATTEMPT.c.uuid, ATTEMPT.c.purpose, ATTEMPT.c.state, ATTEMPT.c.passed)
    .where(
        ATTEMPT.c.follows_id == sa.bindparam("attempt_id", type_=sa.Integer),
        ATTEMPT.c.learner_id == sa.bindparam("learner_id", type_=sa.Integer),
    )
    .order_by(ATTEMPT.c.id)
)
"""The attempts that answer another one, oldest first."""


@dataclass(frozen=True, slots=True)
class BrokenIn:
    """One dangerous decision: in which case and visit, and what the grade says of it."""

    case: CaseInAttempt
    visit: VisitInAttempt
    error: SafetyError


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A confirmed rule of the safety gate with every case in which it was broken."""

    harm: str
    rule: SafetyRule | None
    protocol: Protocol
    broken: tuple[BrokenIn, ...]


@dataclass(frozen=True, slots=True)
class SafetyPage:
    """The way from a safety-only failure to the safety form."""

    attempt: AttemptSummary
    quiz: Quiz
    form: SafetyForm
    rules: tuple[BrokenRule, ...]
    step: SafetyStep
    remediation: UUID | None
    safety_form: UUID | None
    safety_form_passed: bool | None


def safety_page(reading: Reading, *, attempt_uuid: UUID, academy_id: int, learner_id: int) -> SafetyPage:
    """Return the page of a failed exam. Raises `NotFound` where nothing follows or it is somebody else's."""
    rows = reading.connection.execute(
        MINE_WHOLE, {"attempt_uuid": attempt_uuid, "academy_id": academy_id, "learner_id": learner_id}
    ).all()
    overview = overview_of(reading, rows)
    attempt, quiz = overview.attempt, overview.quiz
    if quiz.safety_form is None or not attempt.failed_on_safety_alone(quiz.pass_mark_percent):
        raise NotFound(_("No safety form follows this attempt. Open the attempt to see how it ended."))
    followers = reading.connection.execute(
        FOLLOWERS, {"attempt_id": rows[0].id, "learner_id": learner_id}
    ).all()
    by_purpose: dict[Purpose, Any] = {Purpose(row.purpose): row for row in followers}
    remediation, form = by_purpose.get(Purpose.REMEDIATION), by_purpose.get(Purpose.SAFETY)
    _quiz, documents = documents_of(reading, rows[0], rows)
    protocols = {row.position: one(documents, row.protocol_digest, Protocol) for row in rows}
    return SafetyPage(
        attempt=attempt,
        quiz=quiz,
        form=quiz.safety_form,
        rules=tuple(_broken_rules(attempt, overview.cases, protocols)),
        step=safety_step((Purpose(row.purpose), AttemptState(row.state)) for row in followers),
        remediation=None if remediation is None else remediation.uuid,
        safety_form=None if form is None else form.uuid,
        safety_form_passed=None if form is None else form.passed,
    )


def _broken_rules(
    attempt: AttemptSummary, cases: tuple[CaseInAttempt, ...], protocols: dict[int, Protocol]
) -> Iterator[BrokenRule]:
    for harm in attempt.confirmed_harms:
        broken = tuple(
            BrokenIn(case, visit, error)
            for case in cases
            for visit in case.visits
            for error in (visit.grade.safety_errors if visit.grade is not None else ())
            if error.harm == harm
        )
        if broken:
            protocol = protocols[broken[0].case.position]
            rules = {rule.harm: rule for rule in protocol.safety_rules.values()}
            yield BrokenRule(harm, rules.get(broken[0].error.harm), protocol, broken)
