"""What flagging, deciding and planning say and show, word by word, and where their marks change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from quizzes.cases.model import Case, Role
from quizzes.grading.answers import missing_fields, read_answer
from quizzes.grading.grade import grade_visit, pose
from quizzes.grading.result import VisitGrade
from quizzes.interactions.contract import Posed, Task
from quizzes.interactions.plan.interaction import PlanView, ZoneFields
from quizzes.interactions.scoring import METHODS
from quizzes.interactions.spot.interaction import SpotView
from quizzes.protocols.actions import Action
from quizzes.protocols.model import Protocol
from quizzes.protocols.record import Region

C01_SECTIONS = ["History", "Medicines", "Allergies", "Examination", "Lifestyle", "Goals"]
PLANNED = {
    "depth_from_mm__crown": 0.5,
    "depth_to_mm__crown": 0.9,
    "interval_weeks": 2.0,
    "sessions": 4,
    "maintenance_months": 3.0,
}


def task_of(case: Case, kind: str) -> Task:
    tasks: tuple[Task, ...] = case.visits[0].tasks
    return next(task for task in tasks if task.kind == kind)


def graded(
    protocol: Protocol, case: Case, fields: Mapping[str, object], region: Region | None = None
) -> VisitGrade:
    return grade_visit(protocol, case, 0, read_answer(case.visits[0], fields), region=region)


def credit(grade: VisitGrade, name: str) -> float:
    decision = grade.decision(name)
    assert decision is not None
    return decision.credit


def text_of(protocol: Protocol, case: Case, kind: str) -> list[str]:
    task = task_of(case, kind)
    text: str = task.interaction.text(task, case.visits[0], protocol)
    return text.splitlines()


def words_of(protocol: Protocol, case: Case, kind: str, name: str, value: object) -> str:
    task = task_of(case, kind)
    return task.interaction.words(task, protocol, name, value)


# Flagging


def shown_flags(protocol: Protocol, case: Case, given: Mapping[str, object]) -> set[str]:
    task = task_of(case, "spot")
    view = task.interaction.show(task, case.visits[0], protocol, given)
    assert isinstance(view, SpotView)
    assert [title for title, _lines in view.sections] == C01_SECTIONS
    lines = [line for _title, lines in view.sections for line in lines]
    assert {line.id: line.text for line in lines} == {one.id: one.text for one in case.visits[0].statements}
    return {line.id for line in lines if line.flagged}


@pytest.mark.parametrize(
    ("flags", "shown"),
    [("i02", {"i02"}), (["i02", "i03"], {"i02", "i03"}), (("i04",), {"i04"}), (None, set()), (7, set())],
)
def test_flags_are_shown_as_far_as_they_can_be(
    protocol: Protocol, cases: Mapping[str, Case], flags: object, shown: set[str]
) -> None:
    assert shown_flags(protocol, cases["C01"], {"flag": flags}) == shown


def test_the_record_as_text_has_a_heading_for_each_section(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    lines = text_of(protocol, cases["C01"], "spot")
    assert lines[0] == "Flag what should stop, delay or limit treatment today."
    assert [line for line in lines[1:] if not line.startswith("- ")] == C01_SECTIONS
    assert "- No known allergies" in lines
    assert len(lines) == 1 + len(C01_SECTIONS) + len(cases["C01"].visits[0].statements)


def test_flags_are_counted_in_words(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    case = cases["C01"]
    said = [words_of(protocol, case, "spot", "spotting", value) for value in ([], ["i01"], ("a", "b"), None)]
    assert said == ["0 lines", "1 line", "2 lines", "0 lines"]
    task = task_of(case, "spot")
    assert task.interaction.label(task, protocol, "spotting") == "Flags"


def test_a_record_with_nothing_to_count_is_read_rightly(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    case = cases["C01"]
    notes = tuple(replace(one, role=Role.MODIFIER, supports=()) for one in case.visits[0].statements)
    bare = replace(case, visits=(replace(case.visits[0], statements=notes),))
    grade = graded(protocol, bare, {"flag": ["i02"]})
    assert credit(grade, "spotting") == 1.0
    assert {one.outcome for one in grade.statements} == {"worth_noting"}


def test_a_line_that_tells_of_a_dangerous_sign_counts_for_safety(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    critical = {key for key, sign in protocol.signs.items() if sign.rule.safety_critical}
    tried = 0
    for case in cases.values():
        for index, visit in enumerate(case.visits):
            telling = {
                one.id for one in visit.statements if critical & {*one.supports} & {*visit.record.signs}
            }
            grade = grade_visit(protocol, case, index, read_answer(visit, {}))
            signals = {one.id for one in visit.statements if one.counts_as == "signal"}
            assert telling & signals <= {one.id for one in grade.statements if one.safety}
            tried += len(telling & signals)
    assert tried


# Deciding


def test_both_questions_are_asked_with_every_choice(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    assert text_of(protocol, cases["C01"], "decide") == [
        "Decision for today",
        "- Proceed",
        "- Proceed with caution",
        "- Medical clearance first",
        "- Postpone",
        "- Do not treat",
        "Referral",
        "- No referral",
        "- Routine referral",
        "- Urgent, same day",
        "- Emergency",
    ]


def test_decision_and_referral_have_their_own_words(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    case = cases["C01"]
    task = task_of(case, "decide")
    labels = [task.interaction.label(task, protocol, name) for name in ("action", "escalation")]
    assert labels == ["Decision", "Referral"]
    assert words_of(protocol, case, "decide", "action", "postpone") == "Postpone"
    assert words_of(protocol, case, "decide", "escalation", "emergency") == "Emergency"
    assert words_of(protocol, case, "decide", "escalation", None) == "Not answered"


def test_what_was_chosen_is_shown_and_nothing_else(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    task = task_of(cases["C01"], "decide")
    visit = cases["C01"].visits[0]
    view = task.interaction.show(task, visit, protocol, {"action": "postpone", "escalation": ["none"]})
    assert (view.action, view.escalation) == ("postpone", None)
    view = task.interaction.show(task, visit, protocol, {"escalation": "none"})
    assert (view.action, view.escalation) == (None, "none")


@pytest.mark.parametrize(
    ("given", "earned"),
    [("none", 1.0), ("routine_referral", 0.5), ("urgent_same_day", 0.0), ("emergency", 0.0), (None, 0.0)],
)
def test_one_step_more_urgent_earns_half(
    protocol: Protocol, cases: Mapping[str, Case], given: str | None, earned: float
) -> None:
    fields = {} if given is None else {"escalation": given}
    assert credit(graded(protocol, cases["C01"], fields), "escalation") == earned


@pytest.mark.parametrize(("granted", "earned"), [(0.4, 0.4), (3.0, 1.0), (-1.0, 0.0)])
def test_what_a_case_grants_stays_between_nothing_and_all(
    protocol: Protocol, cases: Mapping[str, Case], granted: float, earned: float
) -> None:
    case = cases["C01"]
    visit = replace(case.visits[0], partial_credit=MappingProxyType({Action.POSTPONE: granted}))
    assert (
        credit(graded(protocol, replace(case, visits=(visit,)), {"action": "postpone"}), "action") == earned
    )


def test_a_danger_names_what_was_chosen_and_what_was_needed(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    (error,) = graded(protocol, cases["C09"], {"action": "proceed", "escalation": "none"}).safety_errors
    assert (error.harm, error.decision) == ("less_strict", "action")
    assert (error.given, error.required) == ("proceed", "medical_clearance")
    assert (error.finding, error.finding_key is None) == ("CI-BLEED", False)
    (reason,) = (one for one in pose(protocol, cases["C09"], 0).key.reasons if one.safety_critical)
    assert (error.rule, error.text) == (reason.rule, reason.why)


# Planning


def test_a_plan_is_asked_for_only_by_who_treats_and_in_page_order(cases: Mapping[str, Case]) -> None:
    visit = cases["C01"].visits[0]
    treating = {"action": "proceed", "escalation": "none"}
    names = tuple(PLANNED)
    asked = missing_fields(visit, read_answer(visit, treating), asks_certainty=False)
    assert asked[: len(names)] == names
    half = read_answer(visit, {**treating, **PLANNED, "depth_to_mm__crown": "", "sessions": ""})
    left = missing_fields(visit, half, asks_certainty=False)
    assert [name for name in left if name in names] == ["depth_to_mm__crown", "sessions"]
    waiting = read_answer(visit, {"action": "postpone", "escalation": "none"})
    assert not {*missing_fields(visit, waiting, asks_certainty=False)} & {*names}


def test_a_plan_is_stored_zone_by_zone_without_what_is_not_set(cases: Mapping[str, Case]) -> None:
    case = cases["C01"]
    task = task_of(case, "plan")
    given = {"depth_to_mm__crown": "0,9", "sessions": "4"}
    answer = task.interaction.read(task, case.visits[0], given)
    assert task.interaction.to_json(task, answer) == {"depth_to_mm__crown": 0.9, "sessions": 4}


def posed_plan(protocol: Protocol, case: Case) -> tuple[Task, Posed]:
    return task_of(case, "plan"), pose(protocol, case, 0)


def test_the_perfect_plan_is_the_least_of_each_range(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    task, posed = posed_plan(protocol, cases["C01"])
    assert task.interaction.perfect(task, posed) == PLANNED
    assert task.interaction.careless(task, posed) == PLANNED


def test_the_careless_plan_of_who_should_wait_is_the_protocols_own(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    task, posed = posed_plan(protocol, cases["C09"])
    parameters = protocol.parameters
    assert parameters.depth_mm is not None
    least = parameters.depth_mm.parameter.range.minimum
    assert task.interaction.perfect(task, posed) == {}
    planned = task.interaction.careless(task, posed)
    zones = [zone.zone for zone in posed.visit.zones]
    assert planned == {
        **{f"depth_{end}_mm__{zone}": least for zone in zones for end in ("from", "to")},
        "interval_weeks": parameters.interval_weeks.range.minimum,
        "sessions": parameters.initial_sessions.range.minimum,
        "maintenance_months": parameters.maintenance_months.range.minimum,
    }


def test_a_plan_is_shown_as_typed_and_a_number_without_idle_zeros(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    task = task_of(cases["C01"], "plan")
    visit = cases["C01"].visits[0]
    given = {"depth_from_mm__crown": "0,5", "depth_to_mm__crown": 1.0, "sessions": 4, "interval_weeks": ["x"]}
    view = task.interaction.show(task, visit, protocol, given)
    assert view == PlanView(
        visit.plan_prompt,
        (ZoneFields("crown", view.zones[0].label, "0,5", "1"),),
        interval_weeks=None,
        sessions="4",
        maintenance_months=None,
    )
    assert view.zones[0].label.lower() == "crown"


@pytest.mark.parametrize(
    ("start", "end", "drawn"),
    [
        ("0.5", "0.9", True),
        ("0.5", "0.5", True),
        ("0.5", "3.0", True),
        ("0.5", "3.1", False),
        ("0.9", "0.5", False),
        ("0.5", None, False),
        (None, "0.5", False),
        ("0.5", "deep", False),
    ],
)
def test_a_band_is_drawn_between_two_numbers_on_the_ruler(
    start: str | None, end: str | None, *, drawn: bool
) -> None:
    assert ZoneFields("crown", "Crown", start, end).has_band is drawn


def test_a_depth_beyond_the_cap_names_the_zone_and_the_cap(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    depth = protocol.parameters.depth_mm
    assert depth is not None
    treating = {"action": "proceed", "escalation": "none", **PLANNED}
    (error,) = graded(protocol, cases["C01"], {**treating, "depth_to_mm__crown": 2.0}).safety_errors
    assert (error.harm, error.decision) == ("too_deep", "plan")
    assert (error.given, error.required) == ("crown: 2", f"{depth.parameter.range.maximum:g}")
    assert (error.finding, error.finding_key) == (None, None)
    assert (error.rule, error.text) == (depth.parameter.fact.id, depth.parameter.fact.text)
    shallowest_too_deep = graded(protocol, cases["C01"], {**treating, "depth_from_mm__crown": 2.0})
    assert [one.given for one in shallowest_too_deep.safety_errors] == ["crown: 2"]


def test_a_licence_has_its_own_rule_and_its_edge_is_allowed(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    depth = protocol.parameters.depth_mm
    assert depth is not None
    licence = Region("here", "Here", licence_maximum_mm=0.7)
    treating = {"action": "proceed", "escalation": "none", **PLANNED}
    (error,) = graded(protocol, cases["C01"], treating, licence).safety_errors
    assert (error.rule, error.required) == (depth.cap.id, "0.7")
    at_the_edge = {**treating, "depth_to_mm__crown": 0.7}
    assert graded(protocol, cases["C01"], at_the_edge, licence).safety_errors == ()


def test_who_waits_plans_nothing_and_harms_nobody(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    deep = {**PLANNED, "depth_to_mm__crown": 2.0, "action": "postpone", "escalation": "none"}
    grade = graded(protocol, cases["C01"], deep)
    assert grade.safety_errors == ()
    plan = grade.decision("plan")
    assert plan is not None
    assert {(part.given, part.credit) for part in plan.parts} == {(None, 0.0)}


def test_parts_are_kept_with_what_was_given_and_what_is_accepted(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    fields = {**PLANNED, "interval_weeks": 9, "action": "proceed", "escalation": "none"}
    plan = graded(protocol, cases["C01"], fields).decision("plan")
    assert plan is not None
    assert (plan.given, plan.accepted, plan.credit) == (None, None, 0.75)
    assert [(part.name, part.given, part.credit) for part in plan.parts] == [
        ("depth_mm__crown", [0.5, 0.9], 1.0),
        ("interval_weeks", 9.0, 0.0),
        ("sessions", 4, 1.0),
        ("maintenance_months", 3.0, 1.0),
    ]
    assert plan.parts[1].accepted == {"minimum": 2, "maximum": 4}


def test_the_plan_as_text_asks_for_each_setting(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    lines = text_of(protocol, cases["C01"], "plan")
    assert lines[:2] == ["Plan", cases["C01"].visits[0].plan_prompt]
    assert len(lines) == 6
    assert all(line.startswith("- ") for line in lines[2:])
    assert "crown" in lines[2].lower()


# Scoring


@pytest.mark.parametrize("method", sorted(METHODS))
def test_with_nothing_keyed_picking_nothing_is_right(method: str) -> None:
    assert METHODS[method](frozenset(), frozenset(), 0) == 1.0
    assert METHODS[method](frozenset(), frozenset(), 3) == 1.0
