"""From the grades of its visits to the score of a case, and from its cases to the outcome of an attempt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quizzes.grading.grade import score_of
from quizzes.grading.result import VisitGrade
from quizzes.protocols.model import Harm

TIMES_TO_CONFIRM = 2
"""In how many different cases of a form the same rule must be broken before it fails the form.

With six dangerous decisions and a slip in one of fifty, one slip would fail 11 in 100 safe people, two
only 6 in 1000 (`quizzes.grading.slips`).
"""


@dataclass(frozen=True, slots=True)
class AttemptOutcome:
    """The outcome of an attempt; `score` runs 0 to 100. A confirmed safety failure is never a pass.

    Nothing is passed while a person still has to mark part of it.
    """

    score: float
    passed: bool
    safety_failed: bool
    confirmed: tuple[Harm, ...] = ()
    awaits_marking: bool = False


def case_score(visits: Iterable[VisitGrade]) -> float:
    """Return the mean of the decisions of all visits of a case, in percent."""
    return score_of(tuple(decision for visit in visits for decision in visit.decisions))


def outcome(cases: Sequence[Sequence[VisitGrade]], pass_mark_percent: float) -> AttemptOutcome:
    """Return the mean score of the cases, and whether it reaches the mark without a confirmed safety error.

    `cases` holds the grades of each case's visits. A harm is confirmed when the same rule was broken in two
    different cases; no score buys that back. A case whose decisions are all disregarded does not count;
    an attempt without cases that count scores 0 and fails.
    """
    counted = [visits for visits in cases if any(visit.decisions for visit in visits)]
    score = sum(case_score(visits) for visits in counted) / len(counted) if counted else 0.0
    confirmed = confirmed_harms(cases)
    awaits_marking = any(visit.awaits_marking for visits in cases for visit in visits)
    # The mean of equal scores may fall short by rounding; nobody fails for the last bit of a float.
    reached = bool(counted) and score + 1e-9 >= pass_mark_percent
    return AttemptOutcome(
        score=min(100.0, score),
        passed=reached and not confirmed and not awaits_marking,
        safety_failed=bool(confirmed),
        confirmed=confirmed,
        awaits_marking=awaits_marking,
    )


def confirmed_harms(cases: Sequence[Sequence[VisitGrade]]) -> tuple[Harm, ...]:
    """Return each harm done in two different cases at least, sorted by name."""
    counts: dict[Harm, int] = {}
    for visits in cases:
        for harm in {error.harm for visit in visits for error in visit.safety_errors}:
            counts[harm] = counts.get(harm, 0) + 1
    return tuple(sorted(harm for harm, count in counts.items() if count >= TIMES_TO_CONFIRM))
