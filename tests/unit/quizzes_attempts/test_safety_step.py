"""What follows an exam that failed on safety alone: which failures count, and which step is next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rules import (
    AttemptState,
    Follower,
    Mode,
    Purpose,
    SafetyStep,
    failed_on_safety_alone,
    safety_step,
)

OPEN, CLOSED = AttemptState.OPEN, AttemptState.SUBMITTED
DONE = Follower(Purpose.REMEDIATION, CLOSED, is_complete=True)
GAPS = Follower(Purpose.REMEDIATION, CLOSED, is_complete=False)
RUNNING = Follower(Purpose.REMEDIATION, OPEN, is_complete=False)
FORM_OPEN = Follower(Purpose.SAFETY, OPEN, is_complete=False)
FORM_OVER = Follower(Purpose.SAFETY, AttemptState.CLOSED_BY_DEADLINE, is_complete=False)

followers = st.lists(st.sampled_from([DONE, GAPS, RUNNING, FORM_OPEN, FORM_OVER]), max_size=5)


@pytest.mark.parametrize(
    ("found", "step"),
    [
        ([], SafetyStep.REMEDIATION),
        ([RUNNING], SafetyStep.REMEDIATION),
        ([GAPS], SafetyStep.REMEDIATION),
        ([GAPS, RUNNING], SafetyStep.REMEDIATION),
        ([GAPS, DONE], SafetyStep.FORM),
        ([DONE], SafetyStep.FORM),
        ([DONE, FORM_OPEN], SafetyStep.FORM),
        ([DONE, FORM_OVER], SafetyStep.OVER),
    ],
)
def test_practice_comes_before_the_form_and_the_form_comes_once(
    found: list[Follower], step: SafetyStep
) -> None:
    assert safety_step(found, resit_started=False) is step


@given(followers)
def test_no_form_opens_before_a_complete_round(found: list[Follower]) -> None:
    step = safety_step(found, resit_started=False)
    if step is SafetyStep.FORM:
        assert DONE in found or FORM_OPEN in found


@given(followers)
def test_a_resit_ends_the_way_unless_a_form_was_taken(found: list[Follower]) -> None:
    step = safety_step(found, resit_started=True)
    taken = any(one.purpose is Purpose.SAFETY for one in found)
    assert (step is SafetyStep.REPLACED) is not taken


SAFETY_ALONE = {
    "purpose": Purpose.FULL,
    "mode": Mode.EXAM,
    "score": 70.0,
    "passed": False,
    "confirmed": True,
    "mark": 70,
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"score": 69.99999999999999}, True),
        ({"score": 69.9}, False),
        ({"score": None, "passed": None}, False),
        ({"confirmed": False}, False),
        ({"passed": True}, False),
        ({"mode": Mode.PRACTICE}, False),
        ({"purpose": Purpose.SAFETY}, False),
    ],
)
def test_only_an_exam_at_its_mark_with_a_confirmed_error_failed_on_safety_alone(
    changes: dict[str, object], expected: object
) -> None:
    assert failed_on_safety_alone(**{**SAFETY_ALONE, **changes}) is expected  # type: ignore[arg-type]
