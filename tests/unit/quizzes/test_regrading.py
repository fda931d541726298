"""Which way a regrading takes an attempt, what of it is applied, and how a dry run is recognised."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.cases.model import Case
from quizzes.cases.variants import realise
from quizzes.grading.answers import salvage_answer
from quizzes.grading.grade import grade_visit
from quizzes.grading.outcome import outcome
from quizzes.grading.result import GradedBy, VisitGrade
from quizzes.protocols.actions import Escalation
from quizzes.protocols.model import Protocol
from quizzes.regrading import (
    AttemptChange,
    Basis,
    Choice,
    Direction,
    Found,
    Standing,
    VisitChange,
    marks_differ,
    plain,
    score_of_case,
)

STANDINGS = st.builds(
    Standing,
    st.floats(min_value=0, max_value=100),
    st.booleans(),
    st.booleans(),
    st.lists(st.sampled_from(["less_strict", "too_deep"]), unique=True).map(tuple),
)
SCORES = st.none() | st.floats(min_value=0, max_value=100)


def change(
    before: Standing,
    after: Standing,
    *,
    case: tuple[float | None, float | None] = (50.0, 50.0),
    number: int = 1,
) -> AttemptChange:
    visit = VisitChange(number, 1, {"score": before.score}, {"score": after.score})
    return AttemptChange(number, UUID(int=number), 1, 1, "exam", *case, before, after, (visit,))


@pytest.mark.parametrize(
    ("after", "direction"),
    [
        (Standing(80, passed=True, safety_failed=False), Direction.RAISED),
        (Standing(60 + 1e-12, passed=False, safety_failed=False), Direction.UNCHANGED),
        (Standing(60, passed=True, safety_failed=False), Direction.RAISED),
        (Standing(59, passed=False, safety_failed=False), Direction.LOWERED),
        (Standing(59, passed=True, safety_failed=False), Direction.LOWERED),
        (Standing(80, passed=False, safety_failed=True), Direction.LOWERED),
    ],
)
def test_whoever_falls_in_any_respect_is_lowered(after: Standing, direction: Direction) -> None:
    before = Standing(60, passed=False, safety_failed=False)
    assert change(before, after).direction is direction


def test_the_score_of_the_case_counts_too_unless_there_is_none() -> None:
    same = Standing(60, passed=False, safety_failed=False)
    assert change(same, same, case=(50.0, 40.0)).direction is Direction.LOWERED
    assert change(same, same, case=(40.0, 50.0)).direction is Direction.RAISED
    assert change(same, same, case=(40.0, None)).direction is Direction.UNCHANGED


@given(STANDINGS, STANDINGS, SCORES, SCORES)
def test_raising_never_takes_anything_from_anybody(
    before: Standing, after: Standing, case_before: float | None, case_after: float | None
) -> None:
    one = change(before, after, case=(case_before, case_after))
    if one.is_applied(Choice.RAISE_ONLY):
        assert after.score >= before.score - 1e-9
        assert after.passed or not before.passed
        assert before.safety_failed or not after.safety_failed
        assert not one.loses_pass
    back = change(after, before, case=(case_after, case_before))
    if one.direction is Direction.RAISED:
        assert back.direction is Direction.LOWERED


@given(STANDINGS, STANDINGS)
def test_an_outcome_survives_being_stored(before: Standing, after: Standing) -> None:
    assert Standing.from_json(before.to_json()) == before
    if before == after:
        assert not change(before, after).changes_outcome


def test_a_rounding_difference_changes_no_outcome() -> None:
    before = Standing(60, passed=False, safety_failed=False)
    assert not change(before, replace(before, score=60 + 1e-12)).changes_outcome
    assert change(before, replace(before, score=61)).changes_outcome
    assert change(before, replace(before, confirmed=("too_deep",))).changes_outcome


def test_a_dry_run_is_recognised_by_what_it_would_change() -> None:
    low, high = (Standing(score, passed=False, safety_failed=False) for score in (50, 60))
    raised, lowered = change(low, high, number=1), change(high, low, number=2)
    still = replace(change(low, low, number=3), visits=())
    found = Found(Basis.GRADED, (raised, lowered))
    assert found.digest == Found(Basis.GRADED, (raised, lowered, still)).digest
    others = [
        Found(Basis.NEWEST, (raised, lowered)),
        Found(Basis.GRADED, (raised,)),
        Found(Basis.GRADED, (raised, change(high, replace(low, score=51), number=2))),
    ]
    assert found.digest not in {one.digest for one in others}


def test_the_summary_counts_and_names_the_choice() -> None:
    fail, succeed = (Standing(score, passed=score > 70, safety_failed=False) for score in (60, 80))
    up, down = change(fail, succeed, number=1), change(succeed, fail, number=2)
    still = replace(change(fail, fail, number=3), visits=())
    found = Found(Basis.GRADED, (up, down, still))
    raised, everything = found.summary(Choice.RAISE_ONLY), found.summary(Choice.APPLY_ALL)
    assert (raised["raised"], raised["lowered"], raised["unchanged"]) == (1, 1, 1)
    assert (raised["choice"], raised["applied"], raised["left_as_they_are"]) == ("raise_only", 1, 1)
    assert (raised["now_passed"], raised["no_longer_passed"]) == ([str(UUID(int=1))], [])
    assert (everything["choice"], everything["applied"]) == ("apply_all", 2)
    assert everything["no_longer_passed"] == [str(UUID(int=2))]


@pytest.fixture
def grade(protocol: Protocol, cases: dict[str, Case]) -> VisitGrade:
    case = realise(cases["C07"], None, contrasts=False)
    return grade_visit(protocol, case, 0, salvage_answer(case.visits[0], {"action": "postpone"}))


def test_marks_differ_by_what_is_given_and_not_by_what_graded(grade: VisitGrade) -> None:
    pins = GradedBy(7, "a" * 64, 8, "b" * 64)
    corrected = replace(grade, graded_by=pins)
    assert VisitGrade.from_json(plain(corrected)) == VisitGrade.from_json(plain(corrected))
    assert VisitGrade.from_json(plain(corrected)).graded_by == pins
    assert "graded_by" not in plain(grade)
    assert not marks_differ(grade, corrected)
    assert not marks_differ(VisitGrade.from_json(plain(grade)), grade)
    assert marks_differ(grade, replace(grade, decisions=grade.decisions[1:]))
    assert marks_differ(grade, replace(grade, key=replace(grade.key, escalation=Escalation.EMERGENCY)))


def test_a_case_without_decisions_has_no_score_and_does_not_count(grade: VisitGrade) -> None:
    empty = replace(grade, decisions=())
    assert score_of_case((empty,)) is None
    assert score_of_case((grade,)) == grade.score
    assert outcome([[grade], [empty]], 1).score == pytest.approx(grade.score)
    assert outcome([[empty]], 1) == outcome([], 1)
