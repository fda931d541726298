"""Certainty-based marking, in practice only: it teaches when to be sure, and is no part of any score.

Right answers earn 1, 2 or 3 at certainty 1, 2 or 3; wrong ones cost 0, 2 or 6, so that the best choice
depends on the chance of being right: unsure below two thirds, certain above four fifths.
Source: Gardner-Medwin 2006, Proceedings of the Physiological Society 3, PC64.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LEVELS = (1, 2, 3)
MARKS_IF_RIGHT = {1: 1, 2: 2, 3: 3}
MARKS_IF_WRONG = {1: 0, 2: -2, 3: -6}
THRESHOLDS = (2 / 3, 4 / 5)
"""From which chance of being right level 2, and level 3, is the best choice."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How often somebody was right at one level of certainty."""

    level: int
    right: int
    answers: int

    @property
    def accuracy(self) -> float:
        """The share of right answers, 0 without any."""
        return self.right / self.answers if self.answers else 0.0


def certainty_mark(level: int, *, right: bool) -> int:
    """Return the mark of one answer, -6 to 3."""
    return (MARKS_IF_RIGHT if right else MARKS_IF_WRONG)[level]


def expected_mark(level: int, probability: float) -> float:
    """Return the mean mark at a level for somebody who is right with this probability."""
    return probability * MARKS_IF_RIGHT[level] + (1 - probability) * MARKS_IF_WRONG[level]


def best_level(probability: float) -> int:
    """Return the level that earns most on average; at a threshold both sides earn the same."""
    return 1 + sum(probability > threshold for threshold in THRESHOLDS)


def calibration(answers: Iterable[tuple[int, bool]]) -> tuple[Calibration, ...]:
    """Return how often the answers, pairs of level and right or wrong, were right at each level used."""
    counted: dict[int, list[bool]] = {level: [] for level in LEVELS}
    for level, right in answers:
        counted[level].append(right)
    return tuple(Calibration(level, sum(rights), len(rights)) for level, rights in counted.items() if rights)
