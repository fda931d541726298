"""The rules of an attempt: when it may start, be answered, be committed, be closed, and show results.

Time is the server's alone. A deadline is fixed when the attempt starts and holds to the instant: an
answer that arrives at the deadline or later is refused, however early it left the browser. There is no
grace period, because every answer is saved as it is given and a grace would be a second, hidden deadline.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from lms.core.errors import Conflict
from lms.core.text import _

FULLY_CERTAIN = 3
"""The highest of the three levels of certainty."""


class AttemptState(StrEnum):
    """Where an attempt stands; an attempt that has left `open` never returns to it."""

    OPEN = "open"
    SUBMITTED = "submitted"
    CLOSED_BY_DEADLINE = "closed_by_deadline"


class Mode(StrEnum):
    """Practice teaches after each case; an exam is silent until it is submitted."""

    PRACTICE = "practice"
    EXAM = "exam"


class Purpose(StrEnum):
    """Why an attempt is taken: in full, in answer to a confirmed safety error, or to try one case alone."""

    FULL = "full"
    SAFETY = "safety"
    REMEDIATION = "remediation"
    SINGLE = "single"

    @property
    def only_teaches(self) -> bool:
        """Return whether an attempt is for learning alone: it never passes, and its score says nothing."""
        return self in {Purpose.REMEDIATION, Purpose.SINGLE}


class Feedback(StrEnum):
    """When results are shown."""

    AFTER_CASE = "after_case"
    AFTER_SUBMIT = "after_submit"


@dataclass(frozen=True, slots=True)
class AttemptStanding:
    """What the rules need to know of an attempt."""

    uuid: UUID
    state: AttemptState
    deadline_at: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """One visit of one case of one learner's attempt: what the address names, and who asks for it."""

    attempt_uuid: UUID
    position: int
    academy_id: int
    learner_id: int
    visit: int = 1


class VisitPlace(NamedTuple):
    """A case of an attempt and one of its visits, both counted from 1."""

    position: int
    visit: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Which visits of an attempt are decided: a tuple for each case, in it a truth for each visit."""

    cases: tuple[tuple[bool, ...], ...]

    @classmethod
    def of(cls, visits: Iterable[tuple[int, int, bool]]) -> Progress:
        """Return the progress that (position, visit, is decided) tell, in whatever order they come."""
        by_position: dict[int, list[bool]] = {}
        for position, _visit, is_decided in sorted(visits):
            by_position.setdefault(position, []).append(is_decided)
        return cls(tuple(tuple(decided) for decided in by_position.values()))

    @property
    def decided(self) -> tuple[bool, ...]:
        """Return of every case whether all of its visits are decided."""
        return tuple(all(visits) for visits in self.cases)

    @property
    def decided_places(self) -> tuple[VisitPlace, ...]:
        """Return every visit that takes no more answers."""
        return tuple(
            VisitPlace(position, visit)
            for position, visits in enumerate(self.cases, start=1)
            for visit, is_decided in enumerate(visits, start=1)
            if is_decided
        )

    def visit_count(self, position: int) -> int:
        """Return how many visits the case at a position has; the position must be there."""
        return len(self.cases[position - 1])

    def reveals(self, position: int, visit: int) -> bool:
        """Return whether a visit may be seen: it is there, and every earlier one is decided."""
        if not 1 <= position <= len(self.cases) or not 1 <= visit <= self.visit_count(position):
            return False
        return all(self.cases[position - 1][: visit - 1])

    def waiting_visit(self, position: int) -> int | None:
        """Return the first visit of a case that waits for a decision, or None."""
        visits = self.cases[position - 1]
        return visits.index(False) + 1 if False in visits else None

    def next_place(self, *, after: int = 0) -> VisitPlace | None:
        """Return where to go on after the case at `after`: its own next visit, else the next case that waits.

        Cases behind it come first, then those that were left out before it; None when all are decided.
        """
        start = max(after, 1)
        positions = range(1, len(self.cases) + 1)
        for position in (*positions[start - 1 :], *positions[: start - 1]):
            visit = self.waiting_visit(position)
            if visit is not None:
                return VisitPlace(position, visit)
        return None


class AttemptOverdue(Conflict):
    """The deadline has passed and the attempt is still open: whoever meets this closes it."""

    def __init__(self, attempt_uuid: UUID) -> None:
        super().__init__(closed_reason(AttemptState.CLOSED_BY_DEADLINE))
        self.attempt_uuid = attempt_uuid


class SafetyStep(StrEnum):
    """What comes next after an exam that failed on safety alone; `replaced` means by a full resit."""

    REMEDIATION = "remediation"
    FORM = "form"
    OVER = "over"
    REPLACED = "replaced"


class Follower(NamedTuple):
    """An attempt that answers a failed exam; `is_complete` once every case of it is decided."""

    purpose: Purpose
    state: AttemptState
    is_complete: bool


def failed_on_safety_alone(
    *, purpose: Purpose, mode: Mode, score: float | None, passed: bool | None, confirmed: bool, mark: float
) -> bool:
    """Return whether an exam reached its pass mark and failed by a confirmed safety error only."""
    is_exam = mode is Mode.EXAM and purpose is Purpose.FULL
    return is_exam and passed is False and confirmed and score is not None and score + 1e-9 >= mark


def safety_step(followers: Iterable[Follower], *, resit_started: bool) -> SafetyStep:
    """Return the next step, given the attempts that followed the failed one.

    First a round of practice in which every case was decided: one handed in with gaps is taken anew. Then
    one safety form, whatever comes of it: a failed one leaves the resit. A full resit, once started, takes
    the place of the failed exam, so that nobody chooses between two results.
    """
    found = tuple(followers)
    forms = [one.state for one in found if one.purpose is Purpose.SAFETY]
    if forms:
        return SafetyStep.FORM if forms[-1] is AttemptState.OPEN else SafetyStep.OVER
    if resit_started:
        return SafetyStep.REPLACED
    rounds = [one for one in found if one.purpose is Purpose.REMEDIATION]
    done = any(one.is_complete and one.state is not AttemptState.OPEN for one in rounds)
    return SafetyStep.FORM if done else SafetyStep.REMEDIATION


def deadline_for(started_at: datetime, minutes: int | None) -> datetime | None:
    """Return the instant at which an attempt ends, or None when the quiz is untimed."""
    return None if minutes is None else started_at + timedelta(minutes=minutes)


def is_overdue(standing: AttemptStanding, now: datetime) -> bool:
    """Return whether the attempt is open although its deadline is reached."""
    return (
        standing.state is AttemptState.OPEN
        and standing.deadline_at is not None
        and now >= standing.deadline_at
    )


def attempts_left(allowed: int | None, used: int) -> int | None:
    """Return how many attempts may still be started; None means as many as one likes.

    Open and closed attempts count alike, so that leaving one open wins nothing.
    """
    return None if allowed is None else max(0, allowed - used)


def require_attempt_left(allowed: int | None, used: int) -> None:
    """Raise `Conflict` when every allowed attempt was used."""
    if attempts_left(allowed, used) == 0:
        raise Conflict(
            _("You have used every attempt this quiz allows. Ask your instructor if you need another.")
        )


def require_open(standing: AttemptStanding, now: datetime) -> None:
    """Raise `AttemptOverdue` at or after the deadline, `Conflict` when the attempt is closed."""
    if is_overdue(standing, now):
        raise AttemptOverdue(standing.uuid)
    if standing.state is not AttemptState.OPEN:
        raise Conflict(closed_reason(standing.state))


def closed_reason(state: AttemptState) -> str:
    """Return the sentence that says why nothing more can be answered."""
    if state is AttemptState.CLOSED_BY_DEADLINE:
        return _("The time for this attempt is over. What was saved before the end was marked.")
    return _("This attempt was already submitted, so its answers can no longer change.")


def require_uncommitted(committed_at: datetime | None) -> None:
    """Raise `Conflict` when the case was decided already."""
    if committed_at is not None:
        raise Conflict(
            _("You have already submitted your decision on this case, so it can no longer change.")
        )


def results_visible(*, state: AttemptState, feedback: Feedback, committed_at: datetime | None) -> bool:
    """Return whether the result of a case may be shown: after its commit, or after the whole attempt."""
    if state is not AttemptState.OPEN:
        return True
    return feedback is Feedback.AFTER_CASE and committed_at is not None


def asks_certainty(mode: Mode) -> bool:
    """Return whether learners say how sure they are: where it teaches, never where it could count."""
    return mode is Mode.PRACTICE


def reviews_decisions(mode: Mode) -> bool:
    """Return whether a decision is read once more before it is final: each one of an exam, whatever it is."""
    return mode is Mode.EXAM


def is_confident_error(*, certainty: int | None, has_safety_error: bool) -> bool:
    """Return whether somebody was certain of an unsafe decision: the first thing to look at together."""
    return has_safety_error and certainty == FULLY_CERTAIN
