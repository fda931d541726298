"""Edges of grading that tell apart almost equal programs: repairs, waiting for a marker, rates of 0 and 1."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from lms.core.errors import InvalidInput
from quizzes.cases.model import Case, Visit
from quizzes.grading.answers import read_answer, salvage_answer
from quizzes.grading.grade import Marker, grade_visit, score_of
from quizzes.grading.outcome import outcome
from quizzes.grading.result import GradedBy, VisitGrade
from quizzes.grading.signal_detection import Detection, criterion_interval, lean, raw
from quizzes.interactions.contract import Posed, Task
from quizzes.interactions.marks import DecisionGrade, Marks
from quizzes.interactions.reading import Given
from quizzes.interactions.spot.interaction import FLAG, Spot
from quizzes.protocols.model import Protocol


class Sulky(Spot):
    """A type by somebody else that blames a field nobody gave."""

    def read(self, task: Task, visit: Visit, given: Given) -> frozenset[str]:
        if given:
            raise InvalidInput("No.", field="elsewhere")
        return super().read(task, visit, given)


class Essay(Spot):
    """A text that a person has to read before it counts."""

    def grade(self, task: Task, _posed: Posed, _answer: frozenset[str], _answers: Mapping[str, Any]) -> Marks:
        return Marks((DecisionGrade("essay", None, None, 0.0, task.row, task.key),), awaits_marking=True)


def with_task(case: Case, task: Task) -> Case:
    """Return a case with one more task on its first visit."""
    first = case.visits[0]
    visit = replace(first, tasks=(*first.tasks, task))
    return replace(case, visits=(visit, *case.visits[1:]))


def graded(protocol: Protocol, case: Case, given: Given, markers: Mapping[str, Marker]) -> VisitGrade:
    return grade_visit(protocol, case, 0, read_answer(case.visits[0], given), markers=markers)


def counted_ids(case: Case) -> list[str]:
    return [one.id for one in case.visits[0].statements if one.counts_as is not None]


def test_an_answer_that_no_single_field_spoils_is_read_as_blank(cases: Mapping[str, Case]) -> None:
    visit = next(
        visit
        for case in cases.values()
        for visit in case.visits
        if any(task.kind == "choice" for task in visit.tasks)
    )
    tasks = (Task("sulky", "sulky", Sulky()), *visit.tasks)
    sulking = replace(visit, tasks=tasks)
    salvaged = salvage_answer(sulking, {FLAG: [visit.statements[0].id], "action": "proceed"})
    assert salvaged == read_answer(sulking, {})
    assert set(salvaged.tasks) == {task.key for task in tasks}


def test_a_plan_made_right_is_right_in_every_part(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    grade = graded(protocol, cases["C01"], {"action": "proceed"}, {"plan": "always_correct"})
    plan = grade.decision("plan")
    assert plan is not None
    assert {part.name for part in plan.parts} > {"interval_weeks", "sessions", "maintenance_months"}
    assert {part.credit for part in plan.parts} == {1.0}


def test_a_disregarded_statement_no_longer_counts_for_safety(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    before = graded(protocol, cases["C09"], {}, {})
    assert [one.id for one in before.statements if one.safety] == ["i02"]
    after = graded(protocol, cases["C09"], {}, {"statement:i02": "disregard"})
    assert {one.safety for one in after.statements} == {False}
    assert {one.id: one.outcome for one in after.statements}["i02"] == "worth_noting"


def test_an_excused_statement_keeps_its_side(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    excused: dict[str, Marker] = {"statement:i02": "always_correct", "statement:i05": "always_correct"}
    grade = graded(protocol, cases["C09"], {FLAG: ["i05"]}, excused)
    outcomes = {one.id: one.outcome for one in grade.statements}
    assert (outcomes["i02"], outcomes["i05"]) == ("found", "clear")


def test_where_every_statement_is_disregarded_spotting_is_right(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    case = cases["C09"]
    markers: dict[str, Marker] = {f"statement:{one}": "disregard" for one in counted_ids(case)}
    spotting = graded(protocol, case, {FLAG: counted_ids(case)}, markers).decision("spotting")
    assert spotting is not None
    assert spotting.credit == 1.0


@pytest.mark.parametrize(
    ("markers", "awaits"),
    [({}, True), ({"action": "disregard"}, True), ({"essay": "disregard"}, False)],
)
def test_an_essay_waits_until_it_is_marked_or_repaired(
    protocol: Protocol, cases: Mapping[str, Case], markers: Mapping[str, Marker], *, awaits: bool
) -> None:
    case = with_task(cases["C09"], Task("essay", "essay", Essay()))
    grade = graded(protocol, case, {}, markers)
    assert grade.awaits_marking is awaits
    assert outcome([[grade]], pass_mark_percent=0).awaits_marking is awaits
    assert outcome([[grade]], pass_mark_percent=0).passed is not awaits


def test_points_for_one_task_do_not_mark_another(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    case = with_task(cases["C09"], Task("essay", "essay", Essay()))
    answer = read_answer(case.visits[0], {})
    points = {"spot": {"clear": 1.0}}
    assert grade_visit(protocol, case, 0, answer, points=points).awaits_marking is True


def test_a_repair_makes_nobody_wait_who_did_not(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    grade = graded(protocol, cases["C09"], {}, {"action": "always_correct"})
    assert grade.awaits_marking is False


def test_a_regraded_visit_remembers_what_it_was_graded_by(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    plain = graded(protocol, cases["C09"], {}, {})
    assert "graded_by" not in plain.to_json()
    again = replace(plain, graded_by=GradedBy(7, "sha256:case", 9, "sha256:protocol"))
    stored = json.loads(json.dumps(again.to_json()))
    assert VisitGrade.from_json(stored).graded_by == (7, "sha256:case", 9, "sha256:protocol")


@pytest.mark.parametrize(
    "seen",
    [Detection(20, 0, 5, 45), Detection(0, 20, 5, 45), Detection(40, 10, 0, 50), Detection(40, 10, 50, 0)],
)
def test_one_rate_at_its_end_is_enough_for_no_plain_sensitivity(seen: Detection) -> None:
    assert raw(seen) is None


def test_one_of_ten_has_a_plain_sensitivity() -> None:
    found = raw(Detection(1, 9, 1, 9))
    assert found is not None
    assert (found.d_prime, found.criterion) == pytest.approx((0.0, 1.2815516))


def test_the_interval_at_even_rates_has_a_closed_form() -> None:
    # At a rate of one half z is 0 and its density squared 1 / (2 pi), so each variance is pi / 2 / (n + 1).
    low, high = criterion_interval(Detection(10, 10, 20, 20))
    half_width = 1.959964 / 2 * math.sqrt(math.pi / 2 * (1 / 21 + 1 / 41))
    assert (low, high) == pytest.approx((-half_width, half_width), rel=1e-9)


def test_a_lean_is_told_from_the_fifteenth_signal_and_the_fortieth_noise_on() -> None:
    assert lean(Detection(8, 7, 20, 20)) == "balanced"


def test_a_grade_says_which_visit_of_which_case_it_is_for(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    grade = graded(protocol, replace(cases["C09"], contested=True), {}, {})
    assert (grade.case_key, grade.visit, grade.contested) == ("c09-palpitations-sorted-out", 1, True)
    assert graded(protocol, cases["C09"], {}, {}).contested is False


@pytest.mark.parametrize(("credit", "score"), [(0.0, 0.0), (-1e-9, 0.0), (0.25, 25.0), (1 + 1e-9, 100.0)])
def test_a_score_never_leaves_its_bounds(credit: float, score: float) -> None:
    assert score_of((DecisionGrade("action", None, None, credit),)) == score


def test_a_field_that_is_not_asked_for_is_named(cases: Mapping[str, Case]) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_answer(cases["C09"].visits[0], {"shoe_size": "44"})
    assert str(refused.value) == "This visit does not ask for “shoe_size”."
    assert refused.value.field == "shoe_size"
