"""Grades of chosen answers to shipped cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from quizzes.cases.model import Case
from quizzes.grading.answers import CaseAnswer
from quizzes.grading.grade import CaseGrade, grade_case
from quizzes.grading.outcome import outcome
from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.decide import decide
from quizzes.protocols.model import Protocol
from quizzes.protocols.record import Region


def perfect(protocol: Protocol, case: Case) -> CaseAnswer:
    visit = case.visits[0]
    key = decide(protocol, visit.record)
    answer = CaseAnswer(
        flags=frozenset(s.id for s in visit.statements if s.counts_as == "signal"),
        action=key.action,
        escalation=key.escalation,
        certainty=3,
    )
    if key.ranges is None:
        return answer
    return replace(
        answer,
        depth_mm={z: (r.minimum, r.maximum) for z, r in key.ranges.depth_mm.items() if r is not None},
        interval_weeks=3,
        sessions=5,
        maintenance_months=4,
    )


def credits_of(grade: CaseGrade) -> dict[str, float]:
    return {decision.name: round(decision.credit, 4) for decision in grade.decisions}


def test_a_perfect_answer_scores_a_hundred_on_every_case(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    grades = [grade_case(protocol, case, 0, perfect(protocol, case)) for case in cases.values()]
    assert {grade.score for grade in grades} == {100.0}
    assert outcome(grades, pass_mark_percent=100) == replace(
        outcome(grades, pass_mark_percent=1), score=100.0, passed=True, safety_failed=False
    )


def test_an_empty_answer_passes_no_case_with_a_finding(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    for case in cases.values():
        grade = grade_case(protocol, case, 0, CaseAnswer())
        assert not grade.safety_errors
        assert grade.score < 50


def test_flagging_nothing_on_a_case_with_one_signal(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    grade = grade_case(
        protocol, cases["C12"], 0, CaseAnswer(action=Action.POSTPONE, escalation=Escalation.NONE)
    )
    assert (grade.hits, grade.misses, grade.false_alarms, grade.correct_rejections) == (0, 1, 0, 5)
    assert credits_of(grade) == {"spotting": 0.8333, "action": 1, "escalation": 1}
    outcomes = {statement.id: statement.outcome for statement in grade.statements}
    assert (outcomes["i02"], outcomes["i03"], outcomes["i07"]) == ("missed", "clear", "worth_noting")
    assert [statement.id for statement in grade.statements if statement.safety] == ["i02"]


def test_flagging_everything_finds_all_and_counts_what_was_not_needed(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    case = cases["C12"]
    everything = frozenset(statement.id for statement in case.visits[0].statements)
    grade = grade_case(protocol, case, 0, CaseAnswer(flags=everything | {"unheard-of"}))
    assert (grade.hits, grade.misses, grade.false_alarms, grade.correct_rejections) == (1, 0, 5, 0)
    spotting = grade.decision("spotting")
    assert spotting is not None
    assert spotting.given == sorted(everything)
    assert spotting.accepted == ["i02"]


@pytest.mark.parametrize(
    ("source_id", "action", "credit", "safety"),
    [
        ("C09", Action.MEDICAL_CLEARANCE, 1, False),
        ("C09", Action.POSTPONE, 0, False),
        ("C09", Action.PROCEED_WITH_CAUTION, 0, True),
        ("C09", Action.PROCEED, 0, True),
        ("C10", Action.POSTPONE, 0.5, False),
        ("C10", Action.DO_NOT_TREAT, 0, False),
        ("C10", Action.PROCEED_WITH_CAUTION, 0, True),
        ("C08", Action.POSTPONE, 0, True),
        ("C19", Action.DO_NOT_TREAT, 0.5, False),
        ("C19", Action.PROCEED, 0, False),
        ("C16", Action.PROCEED, 0, False),
        ("C23", Action.PROCEED_WITH_CAUTION, 0, False),
        ("C24", Action.PROCEED, 0, False),
    ],
)
def test_credit_and_safety_of_an_action(
    protocol: Protocol,
    cases: Mapping[str, Case],
    *,
    source_id: str,
    action: Action,
    credit: float,
    safety: bool,
) -> None:
    grade = grade_case(protocol, cases[source_id], 0, CaseAnswer(action=action))
    assert credits_of(grade)["action"] == credit
    assert bool(grade.safety_errors) is safety


def test_partial_credit_is_the_quizs_choice_and_never_for_an_under_call(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    case = cases["C10"]
    postponed = CaseAnswer(action=Action.POSTPONE)
    assert credits_of(grade_case(protocol, case, 0, postponed, partial_credit=False))["action"] == 0
    generous = replace(case.visits[0], partial_credit={Action.PROCEED: 0.9})
    under = grade_case(protocol, replace(case, visits=(generous,)), 0, CaseAnswer(action=Action.PROCEED))
    assert credits_of(under)["action"] == 0


@pytest.mark.parametrize(
    ("source_id", "escalation", "credit"),
    [
        ("C07", Escalation.ROUTINE_REFERRAL, 1),
        ("C07", Escalation.URGENT_SAME_DAY, 0.5),
        ("C07", Escalation.EMERGENCY, 0),
        ("C07", Escalation.NONE, 0),
        ("C07", None, 0),
        ("C12", Escalation.ROUTINE_REFERRAL, 0.5),
    ],
)
def test_credit_of_an_escalation(
    protocol: Protocol,
    cases: Mapping[str, Case],
    source_id: str,
    escalation: Escalation | None,
    credit: float,
) -> None:
    grade = grade_case(protocol, cases[source_id], 0, CaseAnswer(escalation=escalation))
    assert credits_of(grade)["escalation"] == credit


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, set()),
        ({"depth_mm": {"temples": (0.5, 0.9), "hairline": (0.6, 0.6)}}, set()),
        ({"depth_mm": {"temples": (0.5, 1.0), "hairline": (0.4, 0.9)}}, {"temples", "hairline"}),
        ({"depth_mm": {"temples": (0.9, 0.5), "hairline": (0.5, None)}}, {"temples", "hairline"}),
        ({"interval_weeks": 1.9, "sessions": 7}, {"interval_weeks", "sessions"}),
        ({"maintenance_months": None}, {"maintenance_months"}),
        ({"interval_weeks": 4, "sessions": 4, "maintenance_months": 6}, set()),
    ],
)
def test_the_plan_is_graded_setting_by_setting(
    protocol: Protocol, cases: Mapping[str, Case], changed: dict[str, Any], wrong: set[str]
) -> None:
    answer = replace(perfect(protocol, cases["C06"]), **changed)
    marks = credits_of(grade_case(protocol, cases["C06"], 0, answer))
    assert {name.removeprefix("depth_mm__") for name, credit in marks.items() if credit == 0} == wrong


def test_whoever_does_not_treat_has_set_nothing(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    answer = replace(perfect(protocol, cases["C06"]), action=Action.POSTPONE)
    grade = grade_case(protocol, cases["C06"], 0, answer)
    plan = [d for d in grade.decisions if d.name not in {"spotting", "action", "escalation"}]
    assert len(plan) == 5
    assert all(decision.credit == 0 and decision.given is None for decision in plan)


def test_the_plan_is_not_asked_where_the_key_does_not_treat(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    grade = grade_case(protocol, cases["C12"], 0, CaseAnswer(action=Action.PROCEED))
    assert [decision.name for decision in grade.decisions] == ["spotting", "action", "escalation"]


def test_a_depth_beyond_the_cap_is_a_safety_error(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    safe = perfect(protocol, cases["C06"])
    deep = replace(safe, depth_mm={**safe.depth_mm, "temples": (0.5, 2.5)})
    errors = grade_case(protocol, cases["C06"], 0, deep).safety_errors
    assert [(error.rule, error.given, error.required) for error in errors] == [
        ("DEP-CAP", "temples: 2.5", "1.5")
    ]
    assert not grade_case(protocol, cases["C06"], 0, replace(deep, action=Action.POSTPONE)).safety_errors
    at_the_cap = replace(safe, depth_mm={"temples": (1.5, 1.5)})
    assert not grade_case(protocol, cases["C06"], 0, at_the_cap).safety_errors


def test_a_zone_where_nothing_is_permitted_is_left_blank(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    region = Region("strict", "Strict", licence_maximum_mm=0.3)
    blank = replace(perfect(protocol, cases["C06"]), depth_mm={})
    right = grade_case(protocol, cases["C06"], 0, blank, region=region)
    assert right.score == 100
    needled = replace(blank, depth_mm={"temples": (0.2, 0.2)})
    wrong = grade_case(protocol, cases["C06"], 0, needled, region=region)
    assert credits_of(wrong)["depth_mm__temples"] == 0


def test_contested_cases_never_enter_the_safety_gate(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    answer = CaseAnswer(action=Action.PROCEED, depth_mm={"midscalp": (3, 3)})
    assert grade_case(protocol, cases["C19"], 0, answer).safety_errors == ()
    uncontested = replace(cases["C19"], contested=False)
    assert len(grade_case(protocol, uncontested, 0, answer).safety_errors) == 3


def test_no_score_buys_back_a_safety_error(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    good = [grade_case(protocol, cases["C01"], 0, perfect(protocol, cases["C01"]))] * 19
    bad = grade_case(protocol, cases["C09"], 0, CaseAnswer(action=Action.PROCEED))
    result = outcome([*good, bad], pass_mark_percent=70)
    assert result.score > 90
    assert result.safety_failed
    assert not result.passed


def test_the_pass_mark_is_reached_or_not(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    grade = replace(grade_case(protocol, cases["C01"], 0, CaseAnswer()), score=70.0)
    assert outcome([grade] * 3, pass_mark_percent=70).passed
    assert not outcome([grade, replace(grade, score=69.0)], pass_mark_percent=70).passed
    assert outcome([], pass_mark_percent=0) == replace(
        outcome([grade], pass_mark_percent=100), score=0.0, passed=False
    )
