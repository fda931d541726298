"""After an exam that failed on safety alone: a round of practice, then a safety form, not a full resit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from lms.core.errors import Conflict, NotFound
from lms.core.text import _
from lms.core.work import Work
from quizzes.blueprint import choose_remediation
from quizzes.events import AttemptStarting
from quizzes.grading.result import VisitGrade
from quizzes.models import Attempt, AttemptCase
from quizzes.pinned import pinned_quiz
from quizzes.protocols.model import Harm
from quizzes.queries.remediation import FollowUp, follow_up
from quizzes.quiz_document import Quiz, SafetyForm
from quizzes.rules import AttemptState, Mode, Purpose, SafetyStep, failed_on_safety_alone
from quizzes.service.attempts import locked_attempt
from quizzes.service.closing import close_attempt, close_overdue
from quizzes.service.drawing import PinnedPair, bank_of, drawn_form, forms_seen
from quizzes.service.starting import (
    Started,
    Starter,
    Terms,
    create_attempt,
    new_seed,
    open_attempt,
    published_quiz,
)

SEEDS_TRIED = 200
"""A minimal pair has two halves or three, so one seed in 16 or in 81 draws four cases as they are written."""


class _Concern(NamedTuple):
    """What was confirmed: the errors of safety, and the findings and signs they were about."""

    names: frozenset[str]
    harms: frozenset[Harm]


def start_remediation(work: Work, *, attempt_uuid: UUID, academy_id: int, learner_id: int) -> Started:
    """Open the round of practice that answers a failed exam, or return the one that runs or is finished.

    Its cases are about what was answered dangerously. An ordinary practice attempt that is open is handed
    in as it stands. A round that was handed in with undecided cases is taken anew. Raises `NotFound` where
    nothing follows the attempt, `Conflict` once a full resit was started.
    """
    failed, form, _pinned = _failed_exam(work, attempt_uuid, academy_id, learner_id)
    following = _following(work, failed)
    if following.remediation is not None:
        return Started(following.remediation.uuid, resumed=True)
    _require(following, SafetyStep.REMEDIATION)
    revision, quiz = published_quiz(
        work, academy_id=academy_id, course_key=failed.course_key, quiz_key=form.practice
    )
    starter = Starter(academy_id, learner_id, revision, quiz)
    work.publish(AttemptStarting(academy_id, learner_id, quiz.course, quiz.key))
    current = open_attempt(work, starter)
    if current is not None:
        close_attempt(work, current, AttemptState.SUBMITTED)
    bank, concern = bank_of(work, quiz, academy_id=academy_id), _concern(work, failed)
    seen = forms_seen(work, academy_id=academy_id, learner_id=learner_id, quiz_key=quiz.key)
    seed, cases = _round(bank, concern, size=form.remediation_cases, seen=seen)
    terms = Terms(seed, cases, None, Purpose.REMEDIATION, failed.id)
    return create_attempt(work, starter, bank, terms)


def start_safety_form(work: Work, *, attempt_uuid: UUID, academy_id: int, learner_id: int) -> Started:
    """Open the safety form that answers a failed exam, or return the one that is there.

    Raises `NotFound` where nothing follows the attempt, `Conflict` before the practice is finished or once
    a full resit was started.
    """
    failed, form, pinned = _failed_exam(work, attempt_uuid, academy_id, learner_id)
    following = _following(work, failed)
    if following.safety_form is not None:
        return Started(following.safety_form.uuid, resumed=True)
    _require(following, SafetyStep.FORM)
    revision, quiz = published_quiz(
        work, academy_id=academy_id, course_key=failed.course_key, quiz_key=failed.quiz_key
    )
    starter = Starter(academy_id, learner_id, revision, quiz)
    work.publish(AttemptStarting(academy_id, learner_id, quiz.course, quiz.key))
    bank, seed = bank_of(work, quiz, academy_id=academy_id), new_seed()
    seen = forms_seen(work, academy_id=academy_id, learner_id=learner_id, quiz_key=quiz.key)
    cases = drawn_form(bank, form, seed=seed, seen=seen)
    terms = Terms(seed, cases, pinned.safety_minutes, Purpose.SAFETY, failed.id)
    return create_attempt(work, starter, bank, terms)


def _failed_exam(
    work: Work, attempt_uuid: UUID, academy_id: int, learner_id: int
) -> tuple[Attempt, SafetyForm, Quiz]:
    """Return the attempt, locked, and what follows it by the edition of the quiz it was taken under."""
    attempt = locked_attempt(work, attempt_uuid=attempt_uuid, academy_id=academy_id, learner_id=learner_id)
    close_overdue(work, attempt)
    quiz = pinned_quiz(work, attempt)
    failed = failed_on_safety_alone(
        purpose=Purpose(attempt.purpose),
        mode=Mode(attempt.mode),
        score=attempt.score,
        passed=attempt.passed,
        confirmed=bool(attempt.confirmed_harms),
        mark=quiz.pass_mark_percent,
    )
    if quiz.safety_form is None or not failed:
        raise NotFound(_("No safety form follows this attempt. Open the attempt to see how it ended."))
    return attempt, quiz.safety_form, quiz


def _following(work: Work, failed: Attempt) -> FollowUp:
    """Return what has followed a failed exam; a safety form past its deadline is closed first."""
    still_open = sa.select(Attempt).where(Attempt.follows_id == failed.id, Attempt.state == AttemptState.OPEN)
    for attempt in work.session.scalars(still_open.with_for_update()).all():
        close_overdue(work, attempt)
    return follow_up(work, attempt_id=failed.id)


def _require(following: FollowUp, step: SafetyStep) -> None:
    """Raise `Conflict`, with what to do instead, unless this step is the next one."""
    if following.step is SafetyStep.REPLACED:
        raise Conflict(
            _("A full attempt was started after this one and takes its place. Go on with that one.")
        )
    if following.step is not step:
        raise Conflict(_("Finish the round of practice first; the safety form opens after it."))


def _round(
    bank: Mapping[str, PinnedPair], concern: _Concern, *, size: int, seen: tuple[frozenset[str], ...]
) -> tuple[str, tuple[str, ...]]:
    """Return the seed and the cases of a round of practice.

    A seed may draw the other half of a minimal pair, which no longer permits the error: of some seeds the one
    counts by which the fewest cases lose it.
    """
    traits = [pair.traits for pair in bank.values()]
    rounds: list[tuple[int, str, tuple[str, ...]]] = []
    for _try in range(SEEDS_TRIED):
        seed = new_seed()
        cases = choose_remediation(
            traits, concern.names, size=size, seed=seed, seen=seen, harms=concern.harms
        )
        lost = sum(_loses(bank[key], seed, concern.harms) for key in cases)
        rounds.append((lost, seed, cases))
        if not lost:
            break
    return min(rounds)[1:]


def _loses(pair: PinnedPair, seed: str, harms: frozenset[Harm]) -> bool:
    """Return whether a case as drawn no longer permits an error that it permits as written."""
    asked = pair.traits.harms & harms
    return bool(asked) and not asked <= pair.traits_in_practice(seed).harms


def _concern(work: Work, failed: Attempt) -> _Concern:
    """Return what the confirmed errors of a failed exam were about."""
    grades = work.session.scalars(sa.select(AttemptCase.grade).where(AttemptCase.attempt_id == failed.id))
    names: set[str] = set()
    harms: set[Harm] = set()
    for grade in (VisitGrade.from_json(raw) for raw in grades if raw is not None):
        for error in grade.safety_errors:
            if error.harm not in (failed.confirmed_harms or ()):
                continue
            harms.add(error.harm)
            about = (one for one in grade.key.reasons if one.subject == error.finding_key)
            names.update(name for one in about if (name := one.finding or one.sign) is not None)
            names.update((error.finding,) if error.finding is not None else ())
    return _Concern(frozenset(names), frozenset(harms))
