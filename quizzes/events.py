"""What the quizzes slice announces to the slices above it, within the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AttemptStarting:
    """Somebody is about to start a new attempt; a handler that raises `Conflict` or `NotAllowed` stops it.

    Resuming an open attempt announces nothing: what was allowed to start may be finished.
    """

    academy_id: int
    learner_id: int
    course_key: str
    quiz_key: str


@dataclass(frozen=True, slots=True)
class AttemptGraded:
    """An attempt was closed and graded; announced exactly once for each attempt. `score` runs 0 to 100.

    `purpose` is `full`, `safety`, `remediation` or `single`; `confirmed_harms` are those done in two cases
    or more.
    """

    attempt_uuid: UUID
    academy_id: int
    learner_id: int
    course_key: str
    quiz_key: str
    quiz_revision_id: int
    mode: str
    passed: bool
    score: float
    safety_failed: bool
    started_at: datetime
    closed_at: datetime
    graded_at: datetime
    purpose: str = "full"
    confirmed_harms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AttemptRegraded:
    """The outcome of a closed attempt was corrected or marked; announced once for each attempt and deed.

    `score` runs 0 to 100 and `passed` says what counts from now on; the same with `_before` what counted.
    """

    attempt_uuid: UUID
    academy_id: int
    learner_id: int
    course_key: str
    quiz_key: str
    quiz_revision_id: int
    mode: str
    purpose: str
    passed_before: bool
    passed: bool
    score_before: float
    score: float
    started_at: datetime
    closed_at: datetime
    regraded_at: datetime
