"""What a regrading would change, and which of it is applied: pure decisions on grades before and after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from quizzes.grading.outcome import case_score
from quizzes.grading.result import VisitGrade

TOLERANCE = 1e-9
"""How far two scores may differ by rounding and still be the same."""


class Basis(StrEnum):
    """What grades are recomputed by; the markers in force apply either way.

    `graded`: the revisions each grade rests on, which are those the attempt is pinned to until a corrected
    key replaced them. `newest`: the newest published revisions of case and protocol.
    """

    GRADED = "graded"
    NEWEST = "newest"


class Choice(StrEnum):
    """What of a dry run is applied; the default lowers nothing."""

    RAISE_ONLY = "raise_only"
    APPLY_ALL = "apply_all"


class Direction(StrEnum):
    """Which way an attempt would go. One that falls in any respect is lowered, whatever else rises."""

    RAISED = "raised"
    LOWERED = "lowered"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Standing:
    """The outcome of a closed attempt; `score` runs 0 to 100, `confirmed` are the confirmed harms."""

    score: float
    passed: bool
    safety_failed: bool
    confirmed: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as JSON values."""
        return {
            "score": self.score,
            "passed": self.passed,
            "safety_failed": self.safety_failed,
            "confirmed_harms": list(self.confirmed),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Standing:
        """Return the outcome that `to_json` wrote."""
        return cls(raw["score"], raw["passed"], raw["safety_failed"], tuple(raw["confirmed_harms"]))


@dataclass(frozen=True, slots=True)
class VisitChange:
    """One visit of the case whose marks would change; grades as JSON values."""

    row_id: int
    visit: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AttemptChange:
    """A closed attempt that holds the case, before and after. A case without counted decisions has no score.

    `visits` are those whose marks would change; `kept_visits` cannot be regraded and keep their grade.
    """

    attempt_id: int
    attempt_uuid: UUID
    learner_id: int
    number: int
    quiz_key: str
    case_before: float | None
    case_after: float | None
    before: Standing
    after: Standing
    visits: tuple[VisitChange, ...] = ()
    kept_visits: tuple[int, ...] = ()

    @property
    def direction(self) -> Direction:
        """Return which way the attempt would go."""
        if _falls(self.before, self.after) or _below(self.case_after, self.case_before):
            return Direction.LOWERED
        if _falls(self.after, self.before) or _below(self.case_before, self.case_after):
            return Direction.RAISED
        return Direction.UNCHANGED

    @property
    def loses_pass(self) -> bool:
        """Return whether what was passed would no longer be."""
        return self.before.passed and not self.after.passed

    @property
    def gains_pass(self) -> bool:
        """Return whether what was not passed now would be."""
        return self.after.passed and not self.before.passed

    @property
    def changes_outcome(self) -> bool:
        """Return whether score, pass or safety of the whole attempt would change."""
        same = abs(self.before.score - self.after.score) <= TOLERANCE
        return replace(self.before, score=0.0) != replace(self.after, score=0.0) or not same

    def is_applied(self, choice: Choice) -> bool:
        """Return whether the choice lets this change happen."""
        if choice is Choice.APPLY_ALL:
            return bool(self.visits)
        return self.direction is Direction.RAISED

    def to_json(self) -> dict[str, Any]:
        """Return what a dry run is recognised by."""
        return {
            "attempt": str(self.attempt_uuid),
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "visits": [[one.visit, one.before, one.after] for one in self.visits],
        }


def _below(score: float | None, other: float | None) -> bool:
    return score is not None and other is not None and score < other - TOLERANCE


def _falls(before: Standing, after: Standing) -> bool:
    return (
        _below(after.score, before.score)
        or (before.passed and not after.passed)
        or (after.safety_failed and not before.safety_failed)
    )


@dataclass(frozen=True, slots=True)
class Found:
    """What recomputing came to: every closed attempt that holds the case, changed or not."""

    basis: Basis
    changes: tuple[AttemptChange, ...]

    def going(self, direction: Direction) -> tuple[AttemptChange, ...]:
        """Return the attempts that would go one way."""
        return tuple(change for change in self.changes if change.direction is direction)

    def applied(self, choice: Choice) -> tuple[AttemptChange, ...]:
        """Return the attempts that the choice would change."""
        return tuple(change for change in self.changes if change.is_applied(choice))

    @property
    def counts(self) -> dict[str, int]:
        """Return how many attempts would go each way."""
        return {direction.value: len(self.going(direction)) for direction in Direction}

    @property
    def digest(self) -> str:
        """Return what tells this result from another: SHA-256 over everything that would change.

        Attempts that stay as they are do not enter, so that others may close meanwhile.
        """
        changed = [change.to_json() for change in self.changes if change.visits]
        text = json.dumps([self.basis.value, changed], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def summary(self, choice: Choice) -> dict[str, Any]:
        """Return what is kept of the regrading: the choice by its name, counts, passes won and lost."""
        applied = self.applied(choice)
        return {
            "basis": self.basis.value,
            "choice": choice.value,
            **self.counts,
            "applied": len(applied),
            "left_as_they_are": sum(bool(one.visits) for one in self.changes) - len(applied),
            "now_passed": [str(one.attempt_uuid) for one in applied if one.gains_pass],
            "no_longer_passed": [str(one.attempt_uuid) for one in applied if one.loses_pass],
            "digest": self.digest,
        }


def marks_differ(before: VisitGrade, after: VisitGrade) -> bool:
    """Return whether two grades of a visit differ in what they give, not only in how the key is worded."""
    one, other = (
        replace(VisitGrade.from_json(plain(grade)), key=after.key, graded_by=None)
        for grade in (before, after)
    )
    return one != other or (before.key.action, before.key.escalation) != (
        after.key.action,
        after.key.escalation,
    )


def plain(grade: VisitGrade) -> dict[str, Any]:
    """Return a grade as the database gives it back: lists and mappings, no tuples."""
    stored: dict[str, Any] = json.loads(json.dumps(grade.to_json()))
    return stored


def score_of_case(grades: Iterable[VisitGrade]) -> float | None:
    """Return the score of a case, 0 to 100, or None when no decision of it counts."""
    visits = tuple(grades)
    return case_score(visits) if any(visit.decisions for visit in visits) else None
