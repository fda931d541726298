"""The rules of attempts: time, limits, what a save means, when results are shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.errors import Conflict
from quizzes.rules import (
    AttemptOverdue,
    AttemptStanding,
    AttemptState,
    Feedback,
    Mode,
    Progress,
    VisitPlace,
    asks_certainty,
    attempts_left,
    deadline_for,
    is_confident_error,
    is_overdue,
    require_attempt_left,
    require_open,
    require_uncommitted,
    results_visible,
    reviews_decisions,
)

START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
UUID_OF_ATTEMPT = UUID(int=1)
CLOSED = (AttemptState.SUBMITTED, AttemptState.CLOSED_BY_DEADLINE)
minutes = st.integers(1, 24 * 60)
seconds = st.integers(-3600, 100_000)
visits = st.integers(1, 4).flatmap(
    lambda count: st.integers(0, count).map(lambda done: (True,) * done + (False,) * (count - done))
)
progresses = st.lists(visits, min_size=1, max_size=6).map(tuple)


def standing(state: AttemptState = AttemptState.OPEN, deadline_at: datetime | None = None) -> AttemptStanding:
    return AttemptStanding(UUID_OF_ATTEMPT, state, deadline_at)


def test_an_untimed_attempt_has_no_deadline() -> None:
    assert deadline_for(START, None) is None
    assert not is_overdue(standing(), START + timedelta(days=10_000))


@given(minutes, seconds)
def test_an_attempt_is_overdue_from_the_very_instant_of_its_deadline(length: int, elapsed: int) -> None:
    deadline = deadline_for(START, length)
    now = START + timedelta(seconds=elapsed)
    assert is_overdue(standing(deadline_at=deadline), now) == (elapsed >= length * 60)


@given(minutes, seconds, st.sampled_from(CLOSED))
def test_a_closed_attempt_is_never_overdue_and_takes_nothing(
    length: int, elapsed: int, state: AttemptState
) -> None:
    closed, now = standing(state, deadline_for(START, length)), START + timedelta(seconds=elapsed)
    assert not is_overdue(closed, now)
    with pytest.raises(Conflict) as caught:
        require_open(closed, now)
    assert not isinstance(caught.value, AttemptOverdue)


def test_an_overdue_attempt_names_itself() -> None:
    with pytest.raises(AttemptOverdue, match="time for this attempt is over") as caught:
        require_open(standing(deadline_at=START), START)
    assert caught.value.attempt_uuid == UUID_OF_ATTEMPT
    assert caught.value.status == 409


def test_an_open_attempt_takes_answers() -> None:
    require_open(standing(deadline_at=START + timedelta(microseconds=1)), START)
    require_uncommitted(None)


def test_a_decided_case_takes_nothing() -> None:
    with pytest.raises(Conflict, match="already submitted your decision"):
        require_uncommitted(START)


@given(st.integers(1, 50), st.integers(0, 100))
def test_attempts_left_never_fall_below_nothing(allowed: int, used: int) -> None:
    left = attempts_left(allowed, used)
    assert left == max(0, allowed - used)
    if left:
        require_attempt_left(allowed, used)
    else:
        with pytest.raises(Conflict, match="every attempt"):
            require_attempt_left(allowed, used)


@given(st.integers(0, 10_000))
def test_without_a_limit_there_is_always_another_attempt(used: int) -> None:
    assert attempts_left(None, used) is None
    require_attempt_left(None, used)


@given(st.sampled_from(AttemptState), st.sampled_from(Feedback), st.sampled_from((None, START)))
def test_an_exam_shows_nothing_while_it_is_open(
    state: AttemptState, feedback: Feedback, committed_at: datetime | None
) -> None:
    shown = results_visible(state=state, feedback=feedback, committed_at=committed_at)
    if state is not AttemptState.OPEN:
        assert shown
    else:
        assert shown == (feedback is Feedback.AFTER_CASE and committed_at is not None)


# --- visits -----------------------------------------------------------------------------------------


@given(progresses)
def test_the_rows_tell_the_progress_whatever_their_order(cases: tuple[tuple[bool, ...], ...]) -> None:
    rows = [
        (position, visit, decided)
        for position, visits in enumerate(cases, start=1)
        for visit, decided in enumerate(visits, start=1)
    ]
    assert Progress.of(reversed(rows)) == Progress(cases)


@given(progresses, st.integers(0, 6))
def test_what_comes_next_waits_and_is_revealed(cases: tuple[tuple[bool, ...], ...], after: int) -> None:
    progress = Progress(cases)
    after = min(after, len(cases))
    found = progress.next_place(after=after)
    assert (found is None) == all(progress.decided)
    if found is not None:
        assert found not in progress.decided_places
        assert progress.reveals(*found)
        assert found.visit == progress.waiting_visit(found.position)


@given(progresses, st.integers(1, 6))
def test_a_case_goes_on_to_its_own_next_visit_then_to_the_cases_behind_it(
    cases: tuple[tuple[bool, ...], ...], after: int
) -> None:
    progress = Progress(cases)
    after = min(after, len(cases))
    found = progress.next_place(after=after)
    if not progress.decided[after - 1]:
        assert found is not None
        assert found.position == after
    elif found is not None and not all(progress.decided[after:]):
        assert found.position > after


def test_a_later_visit_is_revealed_by_the_decision_before_it() -> None:
    progress = Progress(((True, False, False), (False, False)))
    assert [progress.reveals(1, visit) for visit in (0, 1, 2, 3, 4)] == [False, True, True, False, False]
    assert [progress.reveals(2, visit) for visit in (1, 2)] == [True, False]
    assert not progress.reveals(0, 1)
    assert not progress.reveals(3, 1)
    assert progress.decided == (False, False)
    assert progress.decided_places == (VisitPlace(1, 1),)


def test_an_attempt_without_cases_waits_for_nothing() -> None:
    assert Progress(()).next_place() is None


@pytest.mark.parametrize("mode", Mode)
def test_practice_asks_for_certainty_and_exams_for_a_review(mode: Mode) -> None:
    assert asks_certainty(mode) == (mode is Mode.PRACTICE)
    assert reviews_decisions(mode) == (mode is Mode.EXAM)


@pytest.mark.parametrize("certainty", [None, 1, 2, 3])
def test_only_full_certainty_makes_an_error_a_confident_one(certainty: int | None) -> None:
    assert is_confident_error(certainty=certainty, has_safety_error=True) == (certainty == 3)
    assert not is_confident_error(certainty=certainty, has_safety_error=False)
