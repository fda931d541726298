"""From the grades of its cases to the outcome of an attempt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from quizzes.grading.result import CaseGrade


@dataclass(frozen=True, slots=True)
class AttemptOutcome:
    """The outcome of an attempt; `score` runs 0 to 100. A safety failure is never a pass."""

    score: float
    passed: bool
    safety_failed: bool


def outcome(grades: Iterable[CaseGrade], pass_mark_percent: float) -> AttemptOutcome:
    """Return the mean score, and whether it reaches the mark without one safety error.

    No overall score buys back a dangerous decision. An attempt without cases scores 0 and fails.
    """
    graded = tuple(grades)
    score = sum(grade.score for grade in graded) / len(graded) if graded else 0.0
    safety_failed = any(grade.safety_errors for grade in graded)
    # The mean of equal scores may fall short by rounding; nobody fails for the last bit of a float.
    passed = bool(graded) and score + 1e-9 >= pass_mark_percent and not safety_failed
    return AttemptOutcome(score=min(100.0, score), passed=passed, safety_failed=safety_failed)
