"""What must hold for any answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.errors import InvalidInput
from quizzes.cases.model import Case, Visit
from quizzes.grading.answers import (
    VisitAnswer,
    answer_to_json,
    fields_of,
    missing_fields,
    read_answer,
    salvage_answer,
)
from quizzes.grading.grade import grade_visit, pose
from quizzes.grading.outcome import case_score, outcome
from quizzes.grading.result import VisitGrade
from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.model import Protocol

JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.lists(st.text(max_size=5))
)
NUMBERS = st.one_of(st.floats(0, 4), st.integers(0, 30), st.floats(0, 5).map(lambda each: f"{each:.1f}"))


def values_of(visit: Visit, field: str) -> st.SearchStrategy[Any]:
    """Return plausible values of a field, and some that are not."""
    choices: dict[str, st.SearchStrategy[Any]] = {
        "flag": st.lists(st.sampled_from([one.id for one in visit.statements]), max_size=6),
        "action": st.sampled_from([one.value for one in Action]),
        "escalation": st.sampled_from([one.value for one in Escalation]),
    }
    return choices.get(field, NUMBERS)


@st.composite
def plausible(draw: st.DrawFn, visit: Visit) -> dict[str, Any]:
    """Return an answer with some fields left out; what cannot be read is dropped."""
    raw = {name: draw(values_of(visit, name)) for name in fields_of(visit) if draw(st.booleans())}
    while True:
        try:
            read_answer(visit, raw)
        except InvalidInput as error:
            del raw[str(error.field)]
        else:
            return raw


@st.composite
def a_visit(draw: st.DrawFn, cases: Mapping[str, Case]) -> tuple[Case, int]:
    case = cases[draw(st.sampled_from(sorted(cases)))]
    return case, draw(st.integers(0, len(case.visits) - 1))


@given(st.data())
def test_grading_is_total_and_keeps_to_its_bounds(
    protocol: Protocol, cases: Mapping[str, Case], data: st.DataObject
) -> None:
    case, index = data.draw(a_visit(cases))
    visit = case.visits[index]
    answer = read_answer(visit, data.draw(plausible(visit)))
    grade = grade_visit(protocol, case, index, answer, partial_credit=data.draw(st.booleans()))
    assert 0 <= grade.score <= 100
    earned = [one.credit for decision in grade.decisions for one in decision.parts]
    assert all(0 <= credit <= 1 for credit in [*earned, *(one.credit for one in grade.decisions)])
    counted = grade.hits + grade.misses + grade.false_alarms + grade.correct_rejections
    assert counted == sum(one.counts_as is not None for one in visit.statements)
    assert VisitGrade.from_json(json.loads(json.dumps(grade.to_json()))) == grade
    assert 0 <= case_score([grade, grade]) <= 100
    assert set(missing_fields(visit, answer, asks_certainty=True)) <= {*fields_of(visit), "certainty"}


@given(st.data())
def test_any_fields_are_read_or_refused_by_name_and_never_spoil_the_attempt(
    protocol: Protocol, cases: Mapping[str, Case], data: st.DataObject
) -> None:
    case, index = data.draw(a_visit(cases))
    visit = case.visits[index]
    names = st.one_of(st.sampled_from([*fields_of(visit), "certainty"]), st.text(max_size=12))
    raw = data.draw(st.dictionaries(names, JUNK, max_size=6))
    refused = None
    try:
        answer = read_answer(visit, raw)
    except InvalidInput as error:
        refused = error.field
        answer = salvage_answer(visit, raw)
    assert refused is None or refused in {name[:80] for name in raw}
    assert salvage_answer(visit, answer_to_json(visit, answer)) == answer
    assert 0 <= grade_visit(protocol, case, index, answer).score <= 100


@given(st.data())
def test_an_answer_survives_storage(cases: Mapping[str, Case], data: st.DataObject) -> None:
    case, index = data.draw(a_visit(cases))
    visit = case.visits[index]
    answer = read_answer(visit, data.draw(plausible(visit)))
    assert read_answer(visit, json.loads(json.dumps(answer_to_json(visit, answer)))) == answer


@given(st.data())
def test_an_under_call_earns_nothing_for_the_action_nor_for_its_plan(
    protocol: Protocol, cases: Mapping[str, Case], data: st.DataObject
) -> None:
    case, index = data.draw(a_visit(cases))
    visit = case.visits[index]
    answer = read_answer(visit, data.draw(plausible(visit)))
    grade = grade_visit(protocol, case, index, answer)
    if answer.action is not None and answer.action.strictness < grade.key.action.strictness:
        earned = {one.name: one.credit for one in grade.decisions}
        assert earned["action"] == 0
        assert earned.get("plan", 0) == 0


def careless(protocol: Protocol, case: Case) -> list[VisitGrade]:
    """Return the grades of somebody who flags nothing, goes ahead and tells nobody."""
    grades = []
    for index, visit in enumerate(case.visits):
        posed = pose(protocol, case, index)
        fields: dict[str, Any] = {}
        for task in visit.tasks:
            fields |= task.interaction.careless(task, posed)
        grades.append(grade_visit(protocol, case, index, read_answer(visit, fields)))
    return grades


def test_flagging_nothing_and_going_ahead_never_passes_a_case_with_a_finding(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    dangerous = []
    for case in cases.values():
        grades = careless(protocol, case)
        for grade in grades:
            if grade.key.action is not Action.PROCEED:
                assert grade.score < 70, (case.key, grade.visit)
        if any(grade.safety_errors for grade in grades):
            dangerous.append(grades)
    assert len(dangerous) >= 7
    assert outcome(dangerous, pass_mark_percent=1).confirmed


@pytest.mark.parametrize("wasted", [{}, {"certainty": 3}])
def test_an_empty_answer_is_an_answer(
    protocol: Protocol, cases: Mapping[str, Case], wasted: dict[str, Any]
) -> None:
    for case in cases.values():
        answer = read_answer(case.visits[0], wasted)
        assert isinstance(answer, VisitAnswer)
        assert grade_visit(protocol, case, 0, answer).decision("action") is not None
