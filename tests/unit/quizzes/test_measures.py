"""Certainty marks, signal detection and the chance of slips, on their published and computed figures."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.grading.certainty import (
    MARKS_IF_RIGHT,
    MARKS_IF_WRONG,
    THRESHOLDS,
    Calibration,
    best_level,
    calibration,
    certainty_mark,
    expected_mark,
)
from quizzes.grading.signal_detection import Detection, criterion_interval, lean, log_linear, raw
from quizzes.grading.slips import chance_of_failing

LOG_LINEAR = [
    (40, 10, 5, 45, 2.0589, 0.2086),
    (20, 0, 0, 20, 3.9615, 0.0),
    (18, 2, 9, 71, 2.3684, 0.0045),
    (20, 0, 40, 40, 1.9808, -0.9904),
    (0, 20, 0, 20, 0.0, 1.9808),
    (3, 0, 0, 7, 2.6845, 0.1919),
]
RAW = [(40, 10, 5, 45, 2.1232, 0.22), (18, 2, 9, 71, 2.4949, -0.0341)]


def test_the_marks_for_certainty_and_where_they_cross() -> None:
    assert tuple(MARKS_IF_RIGHT.values()) == (1, 2, 3)
    assert tuple(MARKS_IF_WRONG.values()) == (0, -2, -6)
    assert pytest.approx((0.6666666666666666, 0.8)) == THRESHOLDS
    assert [certainty_mark(3, right=right) for right in (True, False)] == [3, -6]


@pytest.mark.parametrize(
    ("probability", "marks"),
    [(0.5, (0.5, 0, -1.5)), (2 / 3, (2 / 3, 2 / 3, 0)), (0.8, (0.8, 1.2, 1.2)), (0.9, (0.9, 1.6, 2.1))],
)
def test_the_mark_to_expect(probability: float, marks: tuple[float, ...]) -> None:
    assert [expected_mark(level, probability) for level in (1, 2, 3)] == pytest.approx(marks)


@given(st.floats(0, 1))
def test_the_best_level_is_the_one_with_the_highest_expected_mark(probability: float) -> None:
    best = expected_mark(best_level(probability), probability)
    assert best >= max(expected_mark(level, probability) for level in (1, 2, 3)) - 1e-9


def test_calibration_counts_each_level_that_was_used() -> None:
    answers = [(3, True), (3, False), (3, True), (1, False)]
    assert calibration(answers) == (Calibration(1, 0, 1), Calibration(3, 2, 3))
    assert calibration(answers)[1].accuracy == pytest.approx(2 / 3)
    assert calibration([]) == ()


@pytest.mark.parametrize(("hits", "misses", "alarms", "rejections", "d_prime", "criterion"), LOG_LINEAR)
def test_log_linear_signal_detection(  # noqa: PLR0917 - a row of the table
    hits: int, misses: int, alarms: int, rejections: int, d_prime: float, criterion: float
) -> None:
    found = log_linear(Detection(hits, misses, alarms, rejections))
    assert (found.d_prime, found.criterion) == pytest.approx((d_prime, criterion), abs=1e-3)
    assert found.ln_beta == pytest.approx(found.d_prime * found.criterion)


@pytest.mark.parametrize(("hits", "misses", "alarms", "rejections", "d_prime", "criterion"), RAW)
def test_raw_signal_detection(  # noqa: PLR0917 - a row of the table
    hits: int, misses: int, alarms: int, rejections: int, d_prime: float, criterion: float
) -> None:
    found = raw(Detection(hits, misses, alarms, rejections))
    assert found is not None
    assert (found.d_prime, found.criterion) == pytest.approx((d_prime, criterion), abs=1e-3)


def test_raw_rates_of_nothing_or_everything_have_no_sensitivity() -> None:
    assert raw(Detection(20, 0, 0, 20)) is None
    assert raw(Detection(0, 0, 0, 0)) is None


@given(*[st.integers(0, 200)] * 4)
def test_log_linear_is_total(hits: int, misses: int, alarms: int, rejections: int) -> None:
    seen = Detection(hits, misses, alarms, rejections)
    low, high = criterion_interval(seen)
    assert math.isfinite(log_linear(seen).d_prime)
    assert low <= log_linear(seen).criterion <= high


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (Detection(3, 0, 0, 7), None),
        (Detection(20, 0, 2, 37), None),
        (Detection(14, 0, 10, 40), None),
        (Detection(20, 0, 40, 40), "cautious"),
        (Detection(4, 16, 1, 79), "reluctant"),
        (Detection(18, 2, 9, 71), "balanced"),
    ],
)
def test_a_lean_is_told_only_when_enough_was_seen(seen: Detection, expected: str | None) -> None:
    assert lean(seen) == expected


def test_two_slips_are_far_rarer_than_one() -> None:
    assert chance_of_failing(6, 0.02, needed=1) == pytest.approx(0.1142, abs=1e-4)
    assert chance_of_failing(6, 0.02, needed=2) == pytest.approx(0.0057, abs=1e-4)
    assert chance_of_failing(6, 0.02, needed=0) == 1.0
