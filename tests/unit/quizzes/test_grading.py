"""Grades of chosen answers to shipped cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from quizzes.cases.model import Case
from quizzes.grading.answers import read_answer
from quizzes.grading.grade import grade_visit, pose
from quizzes.grading.outcome import case_score, outcome
from quizzes.grading.result import VisitGrade
from quizzes.protocols.actions import Action
from quizzes.protocols.model import Protocol
from quizzes.protocols.record import Region

STANDARD = ("spotting", "action", "escalation", "plan")


def graded(
    protocol: Protocol, case: Case, raw: Mapping[str, Any], visit: int = 0, **policy: Any
) -> VisitGrade:
    return grade_visit(protocol, case, visit, read_answer(case.visits[visit], raw), **policy)


def perfect(protocol: Protocol, case: Case, visit: int = 0, region: Region | None = None) -> dict[str, Any]:
    posed = pose(protocol, case, visit, region=region)
    fields: dict[str, Any] = {}
    for task in posed.visit.tasks:
        fields |= task.interaction.perfect(task, posed)
    return fields


def without_further_tasks(case: Case) -> Case:
    visits = tuple(replace(one, tasks=one.tasks[: len(one.asks)]) for one in case.visits)
    return replace(case, visits=visits)


def credits_of(grade: VisitGrade) -> dict[str, float]:
    return {decision.name: round(decision.credit, 4) for decision in grade.decisions}


def parts_of(grade: VisitGrade) -> dict[str, float]:
    plan = grade.decision("plan")
    assert plan is not None
    return {part.name.removeprefix("depth_mm__"): part.credit for part in plan.parts}


def standard(cases: Mapping[str, Case], source_id: str) -> Case:
    return without_further_tasks(cases[source_id])


def test_a_perfect_answer_scores_a_hundred_at_every_visit(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    for case in cases.values():
        grades = [
            graded(protocol, case, perfect(protocol, case, visit), visit) for visit in range(len(case.visits))
        ]
        assert {grade.score for grade in grades} == {100.0}
        result = outcome([grades], pass_mark_percent=100)
        assert (result.score, result.passed, result.safety_failed) == (100.0, True, False)


def test_an_empty_answer_passes_no_case(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    for case in cases.values():
        for visit in range(len(case.visits)):
            grade = graded(protocol, case, {}, visit)
            assert not grade.safety_errors
            assert grade.score < 50


def test_flagging_nothing_on_a_case_with_one_signal(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    case = standard(cases, "C12")
    grade = graded(protocol, case, {"action": "postpone", "escalation": "none"})
    assert (grade.hits, grade.misses, grade.false_alarms, grade.correct_rejections) == (0, 1, 0, 5)
    assert credits_of(grade) == {"spotting": 0.8333, "action": 1, "escalation": 1}
    outcomes = {statement.id: statement.outcome for statement in grade.statements}
    assert (outcomes["i02"], outcomes["i03"], outcomes["i07"]) == ("missed", "clear", "worth_noting")
    assert [statement.id for statement in grade.statements if statement.safety] == ["i02"]


def test_flagging_everything_finds_all_and_counts_what_was_not_needed(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    case = standard(cases, "C12")
    everything = [statement.id for statement in case.visits[0].statements]
    grade = graded(protocol, case, {"flag": everything})
    assert (grade.hits, grade.misses, grade.false_alarms, grade.correct_rejections) == (1, 0, 5, 0)
    spotting = grade.decision("spotting")
    assert spotting is not None
    assert spotting.given == sorted(everything)
    assert spotting.accepted == ["i02"]


@pytest.mark.parametrize(
    ("source_id", "action", "credit", "safety"),
    [
        ("C09", "medical_clearance", 1, False),
        ("C09", "postpone", 0, False),
        ("C09", "proceed_with_caution", 0, True),
        ("C09", "proceed", 0, True),
        ("C10", "postpone", 0.5, False),
        ("C10", "do_not_treat", 0, False),
        ("C10", "proceed_with_caution", 0, True),
        ("C08", "postpone", 0, True),
        ("C19", "do_not_treat", 0.5, False),
        ("C19", "proceed", 0, False),
        ("C16", "proceed", 0, False),
        ("C23", "proceed_with_caution", 0, False),
        ("C24", "proceed", 0, False),
    ],
)
def test_credit_and_safety_of_an_action(
    protocol: Protocol,
    cases: Mapping[str, Case],
    *,
    source_id: str,
    action: str,
    credit: float,
    safety: bool,
) -> None:
    grade = graded(protocol, cases[source_id], {"action": action})
    assert credits_of(grade)["action"] == credit
    assert [error.harm for error in grade.safety_errors] == ["less_strict"] * safety


def test_partial_credit_is_the_quizs_choice_and_never_for_an_under_call(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    case = cases["C10"]
    postponed = {"action": "postpone"}
    assert credits_of(graded(protocol, case, postponed, partial_credit=False))["action"] == 0
    generous = replace(case.visits[0], partial_credit={Action.PROCEED: 0.9})
    under = graded(protocol, replace(case, visits=(generous,)), {"action": "proceed"})
    assert credits_of(under)["action"] == 0


@pytest.mark.parametrize(
    ("source_id", "escalation", "credit"),
    [
        ("C07", "routine_referral", 1),
        ("C07", "urgent_same_day", 0.5),
        ("C07", "emergency", 0),
        ("C07", "none", 0),
        ("C07", None, 0),
        ("C12", "routine_referral", 0.5),
    ],
)
def test_credit_of_an_escalation(
    protocol: Protocol, cases: Mapping[str, Case], source_id: str, escalation: str | None, credit: float
) -> None:
    grade = graded(protocol, cases[source_id], {"escalation": escalation})
    assert credits_of(grade)["escalation"] == credit


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, set()),
        ({"depth_from_mm__hairline": 0.6, "depth_to_mm__hairline": 0.6}, set()),
        ({"depth_to_mm__temples": 1.0, "depth_from_mm__hairline": 0.4}, {"temples", "hairline"}),
        ({"depth_from_mm__temples": 0.9, "depth_to_mm__temples": 0.5}, {"temples"}),
        ({"depth_to_mm__hairline": None}, {"hairline"}),
        ({"interval_weeks": 1.9, "sessions": 7}, {"interval_weeks", "sessions"}),
        ({"maintenance_months": None}, {"maintenance_months"}),
        ({"interval_weeks": 4, "sessions": 4, "maintenance_months": 6}, set()),
    ],
)
def test_the_plan_is_graded_setting_by_setting_and_counts_as_one_decision(
    protocol: Protocol, cases: Mapping[str, Case], changed: dict[str, Any], wrong: set[str]
) -> None:
    case = standard(cases, "C06")
    grade = graded(protocol, case, {**perfect(protocol, case), **changed})
    marks = parts_of(grade)
    assert {name for name, credit in marks.items() if credit == 0} == wrong
    assert credits_of(grade)["plan"] == pytest.approx(1 - len(wrong) / 5)
    assert tuple(one.name for one in grade.decisions) == STANDARD
    assert grade.score == pytest.approx(100 * (4 - len(wrong) / 5) / 4)


def test_whoever_does_not_treat_has_set_nothing(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    case = standard(cases, "C06")
    grade = graded(protocol, case, {**perfect(protocol, case), "action": "postpone"})
    plan = grade.decision("plan")
    assert plan is not None
    assert len(plan.parts) == 5
    assert all(part.credit == 0 and part.given is None for part in plan.parts)


def test_the_plan_of_a_less_careful_decision_earns_nothing(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    case = standard(cases, "C21")
    answer = {**perfect(protocol, case), "action": "proceed"}
    assert credits_of(graded(protocol, case, answer)) == {
        "spotting": 1,
        "action": 0,
        "escalation": 1,
        "plan": 0,
    }
    clear = standard(cases, "C06")
    careful = {**perfect(protocol, clear), "action": "proceed_with_caution"}
    assert credits_of(graded(protocol, clear, careful))["plan"] == 1


def test_the_plan_is_not_asked_where_the_key_does_not_treat(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    grade = graded(protocol, standard(cases, "C12"), {"action": "proceed"})
    assert tuple(decision.name for decision in grade.decisions) == STANDARD[:3]


def test_a_depth_beyond_the_protocol_is_a_safety_error_without_a_region(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    case = cases["C06"]
    deep = {**perfect(protocol, case), "depth_to_mm__temples": 2.5}
    errors = graded(protocol, case, deep).safety_errors
    assert [(one.rule, one.harm, one.decision, one.given, one.required) for one in errors] == [
        ("DEP", "too_deep", "plan", "temples: 2.5", "1.5")
    ]
    assert not graded(protocol, case, {**deep, "action": "postpone"}).safety_errors
    at_the_limit = {**perfect(protocol, case), "depth_to_mm__temples": 1.5}
    assert not graded(protocol, case, at_the_limit).safety_errors


def test_a_licence_limit_counts_only_in_a_known_region(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    case = cases["C06"]
    region = Region("strict", "Strict", licence_maximum_mm=0.6)
    right = perfect(protocol, case)
    assert not graded(protocol, case, right).safety_errors
    errors = graded(protocol, case, right, region=region).safety_errors
    assert {(one.rule, one.required) for one in errors} == {("DEP-CAP", "0.6")}
    assert graded(protocol, case, perfect(protocol, case, region=region), region=region).score == 100


def test_a_zone_where_nothing_is_permitted_is_left_blank(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    region = Region("strict", "Strict", licence_maximum_mm=0.3)
    case = cases["C06"]
    blank = perfect(protocol, case, region=region)
    assert not any(name.startswith("depth") for name in blank)
    assert graded(protocol, case, blank, region=region).score == 100
    needled = {**blank, "depth_from_mm__temples": 0.2, "depth_to_mm__temples": 0.2}
    assert parts_of(graded(protocol, case, needled, region=region))["temples"] == 0


def test_contested_cases_never_enter_the_safety_gate(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    answer = {"action": "proceed", "depth_to_mm__midscalp": 3}
    assert graded(protocol, cases["C19"], answer).safety_errors == ()
    uncontested = graded(protocol, replace(cases["C19"], contested=False), answer)
    assert [one.harm for one in uncontested.safety_errors] == ["less_strict", "less_strict", "too_deep"]


def test_ignoring_an_emergency_sign_is_a_safety_error_whatever_the_action(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    case = replace(cases["C24"], contested=False)
    for action in Action:
        errors = graded(protocol, case, {"action": action.value, "escalation": "none"}, visit=1).safety_errors
        assert [(one.harm, one.required) for one in errors] == [("ignored_sign", "emergency")]
    called = {"action": "postpone", "escalation": "emergency"}
    assert graded(protocol, case, called, visit=1).safety_errors == ()


def safety_form(protocol: Protocol, cases: Mapping[str, Case], *careless: str) -> list[list[VisitGrade]]:
    """Return a form of perfect answers in which the decision of the named cases was to go ahead."""
    form = []
    for source_id in ("C01", "C02", "C03", "C07", "C08", "C09", "C10", "C14"):
        case = cases[source_id]
        answer = perfect(protocol, case)
        form.append(
            [graded(protocol, case, {**answer, "action": "proceed"} if source_id in careless else answer)]
        )
    return form


def test_one_dangerous_decision_is_reported_and_not_yet_a_safety_fail(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    form = safety_form(protocol, cases, "C09")
    assert [one.harm for one in form[5][0].safety_errors] == ["less_strict"]
    result = outcome(form, pass_mark_percent=70)
    assert (result.passed, result.safety_failed, result.confirmed) == (True, False, ())


def test_the_same_rule_broken_in_two_cases_fails_whatever_the_score(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    result = outcome(safety_form(protocol, cases, "C08", "C09"), pass_mark_percent=70)
    assert result.score > 85
    assert (result.passed, result.safety_failed, result.confirmed) == (False, True, ("less_strict",))


def test_two_errors_in_one_case_or_two_different_rules_confirm_nothing(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    form = safety_form(protocol, cases, "C09")
    (twice,) = form[5]
    form[5] = [twice, twice]
    case = cases["C06"]
    deep = graded(protocol, case, {**perfect(protocol, case), "depth_to_mm__temples": 2.5})
    result = outcome([*form, [deep]], pass_mark_percent=70)
    assert (result.passed, result.confirmed) == (True, ())


def test_the_pass_mark_is_reached_or_not(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    grade = graded(protocol, cases["C01"], {})
    seventy = replace(grade, decisions=tuple(one._replace(credit=0.7) for one in grade.decisions))
    less = replace(grade, decisions=tuple(one._replace(credit=0.69) for one in grade.decisions))
    assert outcome([[seventy]] * 3, pass_mark_percent=70).passed
    assert not outcome([[seventy], [less]], pass_mark_percent=70).passed
    nothing = outcome([], pass_mark_percent=0)
    assert (nothing.score, nothing.passed, nothing.safety_failed) == (0.0, False, False)


def test_the_score_of_a_case_is_the_mean_of_the_decisions_of_all_its_visits(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    case = cases["C23"]
    grades = [graded(protocol, case, perfect(protocol, case, n), n) for n in range(3)]
    grades.append(graded(protocol, case, {}, 3))
    decisions = [decision.credit for grade in grades for decision in grade.decisions]
    assert case_score(grades) == pytest.approx(100 * sum(decisions) / len(decisions))
    assert case_score([]) == 0


def test_markers_take_a_flawed_decision_out_or_make_it_right(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    case = standard(cases, "C09")
    careless = {"action": "proceed", "escalation": "none", "flag": ["i05"]}
    assert graded(protocol, case, careless).safety_errors
    without = graded(protocol, case, careless, markers={"action": "disregard"})
    assert without.decision("action") is None
    assert without.safety_errors == ()
    right = graded(protocol, case, careless, markers={"action": "always_correct"})
    assert credits_of(right)["action"] == 1
    assert right.safety_errors == ()


def test_markers_on_a_statement_change_the_spotting_alone(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    case = standard(cases, "C09")
    raw = {"flag": ["i05"], "action": "medical_clearance", "escalation": "none"}
    before = graded(protocol, case, raw)
    assert (before.misses, before.false_alarms) == (1, 1)
    disregarded = graded(protocol, case, raw, markers={"statement:i05": "disregard"})
    assert (disregarded.misses, disregarded.false_alarms) == (1, 0)
    assert before.score < disregarded.score < 100
    excused = graded(
        protocol, case, raw, markers={"statement:i05": "always_correct", "statement:i02": "always_correct"}
    )
    assert (excused.hits, excused.false_alarms, excused.score) == (1, 0, 100.0)


def test_a_grade_of_the_first_release_can_still_be_read(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    now = graded(protocol, standard(cases, "C09"), {"action": "proceed"})
    raw = now.to_json()
    del raw["awaits_marking"]
    for decision in raw["decisions"]:
        for name in ("row", "task", "parts"):
            del decision[name]
    for error in raw["safety_errors"]:
        del error["harm"], error["decision"]
    then = VisitGrade.from_json(raw)
    assert (then.score, credits_of(then)) == (now.score, credits_of(now))
    assert [one.harm for one in then.safety_errors] == ["less_strict"]


@pytest.mark.parametrize(("source_id", "visit"), [("C22", 1), ("C40", 1)])
def test_treating_over_a_sign_that_needs_help_is_a_safety_error_even_when_help_is_called(
    protocol: Protocol, cases: Mapping[str, Case], source_id: str, visit: int
) -> None:
    case = cases[source_id]
    right = perfect(protocol, case, visit)
    errors = graded(protocol, case, {**right, "action": "proceed"}, visit).safety_errors
    assert {one.harm for one in errors} == {"less_strict"}
    assert {one.finding_key for one in errors} >= set(case.visits[visit].signs)
    late = graded(protocol, case, {**right, "escalation": "none"}, visit).safety_errors
    assert {(one.harm, one.decision) for one in late} == {("ignored_sign", "escalation")}
