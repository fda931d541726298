"""What an answer to a case confirms: seen in the record, taken seriously, and nothing dangerous done."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from courses.review.spotted import confirmed_by, contraindications_of
from quizzes.cases.model import Case
from quizzes.cases.parse import parse_case
from quizzes.grading.answers import read_answer
from quizzes.grading.grade import grade_visit, pose
from quizzes.protocols.actions import Action
from quizzes.protocols.model import Protocol
from quizzes.protocols.parse import parse_protocol

LIBRARY = Path(__file__).resolve().parents[3] / "courses" / "library" / "microneedling-hair-loss"


@cache
def hair() -> Protocol:
    return parse_protocol((LIBRARY / "protocol.yaml").read_bytes(), "protocol.yaml")


@cache
def shipped() -> Mapping[str, Case]:
    files = sorted((LIBRARY / "cases").glob("*.yaml"))
    cases = [parse_case(file.read_bytes(), f"cases/{file.name}") for file in files]
    return {case.key: case for case in cases}


def perfect(case: Case) -> dict[str, Any]:
    posed = pose(hair(), case, 0)
    fields: dict[str, Any] = {}
    for task in posed.visit.tasks:
        fields |= task.interaction.perfect(task, posed)
    return fields


def confirmed(case: Case, **changes: Any) -> frozenset[str]:
    answer = read_answer(case.visits[0], {**perfect(case), **changes})
    return confirmed_by(case.visits[0], grade_visit(hair(), case, 0, answer))


def stopped_by(case: Case) -> set[str]:
    key = pose(hair(), case, 0).key
    reasons = [one for one in key.reasons if one.action is not Action.PROCEED]
    return {one.finding for one in reasons if one.finding is not None}


DECIDED = [
    case.key
    for case in shipped().values()
    if not case.contested and stopped_by(case) and {"spot", "decide"} <= set(case.visits[0].asks)
]


@pytest.mark.parametrize("key", DECIDED)
def test_a_perfect_answer_confirms_what_stops_the_patient_and_nothing_else(key: str) -> None:
    case = shipped()[key]
    assert confirmed(case)
    assert confirmed(case) <= stopped_by(case)


@pytest.mark.parametrize("key", DECIDED)
def test_what_nobody_flagged_was_not_seen(key: str) -> None:
    assert confirmed(shipped()[key], flag=[]) == frozenset()


@pytest.mark.parametrize("key", DECIDED)
def test_going_ahead_confirms_nothing_and_being_stricter_loses_nothing(key: str) -> None:
    case = shipped()[key]
    assert confirmed(case, action="proceed") == frozenset()
    assert confirmed(case, action="do_not_treat") >= confirmed(case)


def test_a_contested_key_and_no_decision_confirm_nothing() -> None:
    contested = next(case for case in shipped().values() if case.contested and stopped_by(case))
    assert confirmed(contested) == frozenset()
    case = shipped()[DECIDED[0]]
    answer = read_answer(case.visits[0], {"flag": perfect(case)["flag"]})
    assert confirmed_by(case.visits[0], grade_visit(hair(), case, 0, answer)) == frozenset()


def test_the_eight_contraindications_of_the_article_are_kept() -> None:
    eight = {kind.id for kind in hair().findings.values() if kind.article_item is not None}
    assert len(eight) == 8
    assert set(contraindications_of(hair())) == eight
