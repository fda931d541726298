"""What planning says and shows, word by word, and where its marks change; and two edges of scoring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from quizzes.cases.model import Case
from quizzes.grading.answers import missing_fields, read_answer
from quizzes.grading.grade import pose
from quizzes.interactions.contract import Posed, Task
from quizzes.interactions.plan.interaction import PlanView, SettingField, ZoneFields
from quizzes.interactions.scoring import METHODS
from quizzes.protocols.model import Protocol
from quizzes.protocols.record import Region, Zone
from tests.unit.quizzes.standard_tasks import graded, task_of, text_of, words_of

PLANNED = {
    "depth_from_mm__crown": 0.5,
    "depth_to_mm__crown": 0.9,
    "interval_weeks": 2.0,
    "sessions": 4,
    "maintenance_months": 3.0,
}


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
        "interval_weeks": parameters.settings["interval_weeks"].range.minimum,
        "sessions": parameters.settings["initial_sessions"].range.minimum,
        "maintenance_months": parameters.settings["maintenance_months"].range.minimum,
    }


def test_a_plan_is_shown_as_typed_and_a_number_without_idle_zeros(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    task = task_of(cases["C01"], "plan")
    visit = cases["C01"].visits[0]
    given = {
        "depth_from_mm__crown": "0,5",
        "depth_to_mm__crown": 1.0,
        "interval_weeks": 2.5,
        "sessions": ["x"],
        "maintenance_months": "often",
    }
    view = task.interaction.show(task, visit, protocol, given)
    assert view == PlanView(
        visit.plan_prompt,
        (ZoneFields("crown", "Crown", "0,5", "1"),),
        (
            SettingField("interval_weeks", "Weeks between", "2.5", 1.0, "wk", "weeks"),
            SettingField("sessions", "Sessions", None, 1.0, None, None),
            SettingField("maintenance_months", "Upkeep every", "often", 1.0, "mo", "months"),
        ),
    )


def test_a_number_of_sessions_and_a_zone_unknown_to_the_protocol_are_shown_too(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    task = task_of(cases["C01"], "plan")
    visit = replace(cases["C01"].visits[0], zones=(Zone("ear", "mild"),))
    view = task.interaction.show(task, visit, protocol, {"sessions": 4})
    assert (view.settings[1].value, view.zones) == ("4", (ZoneFields("ear", "ear", None, None),))


def test_without_depths_in_the_protocol_the_careless_plan_stays_on_the_skin(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    task, posed = posed_plan(protocol, cases["C09"])
    shallow = replace(protocol, parameters=replace(protocol.parameters, depth_mm=None))
    planned = task.interaction.careless(task, Posed(shallow, posed.case, posed.visit, posed.key))
    assert {value for name, value in planned.items() if name.startswith("depth_")} == {0.0}


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
    assert (plan.row, plan.task) == (task_of(cases["C01"], "plan").row, "plan")
    assert [(part.name, part.given, part.credit) for part in plan.parts] == [
        ("depth_mm__crown", [0.5, 0.9], 1.0),
        ("interval_weeks", 9.0, 0.0),
        ("sessions", 4, 1.0),
        ("maintenance_months", 3.0, 1.0),
    ]
    assert plan.parts[0].accepted == {"minimum": 0.5, "maximum": 0.9}
    assert plan.parts[1].accepted == {"minimum": 2, "maximum": 4}


@pytest.mark.parametrize(("end", "kept"), [("from", [0.5, None]), ("to", [None, 0.5])])
def test_half_a_depth_is_kept_earns_nothing_and_endangers_nobody(
    protocol: Protocol, cases: Mapping[str, Case], end: str, kept: list[float | None]
) -> None:
    fields = {f"depth_{end}_mm__crown": 0.5, "action": "proceed", "escalation": "none"}
    grade = graded(protocol, cases["C01"], fields, Region("here", "Here", licence_maximum_mm=0.7))
    plan = grade.decision("plan")
    assert plan is not None
    assert (plan.parts[0].given, plan.parts[0].credit) == (kept, 0.0)
    assert grade.safety_errors == ()


@pytest.mark.parametrize(
    ("given", "earned"),
    [({}, 1.0), ({"depth_from_mm__crown": 0.1}, 0.0), ({"depth_to_mm__crown": 0.1}, 0.0)],
)
def test_where_no_depth_is_permitted_only_a_blank_is_right(
    protocol: Protocol, cases: Mapping[str, Case], given: Mapping[str, float], earned: float
) -> None:
    nothing_left = Region("here", "Here", licence_maximum_mm=0.1)
    fields = {"action": "proceed", "escalation": "none", **given}
    plan = graded(protocol, cases["C01"], fields, nothing_left).decision("plan")
    assert plan is not None
    assert (plan.parts[0].accepted, plan.parts[0].credit) == (None, earned)


def test_a_protocol_without_depths_asks_for_the_course_alone(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    shallow = replace(protocol, parameters=replace(protocol.parameters, depth_mm=None))
    case = replace(cases["C01"], visits=(replace(cases["C01"].visits[0], zones=()),))
    fields = {"action": "proceed", "escalation": "none", "interval_weeks": 3, "sessions": 4}
    grade = graded(shallow, case, fields)
    plan = grade.decision("plan")
    assert plan is not None
    assert [part.name for part in plan.parts] == ["interval_weeks", "sessions", "maintenance_months"]
    assert (round(plan.credit, 4), grade.safety_errors) == (0.6667, ())


def test_the_plan_as_text_asks_for_each_setting(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    assert text_of(protocol, cases["C01"], "plan") == [
        "Plan",
        cases["C01"].visits[0].plan_prompt,
        "- Depth, Crown",
        "- Weeks between sessions",
        "- Sessions",
        "- Upkeep every (months)",
    ]


def test_settings_and_their_ranges_have_words_and_units(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    case = cases["C01"]
    task = task_of(case, "plan")
    accepted = {"minimum": 2.0, "maximum": 4.0}
    assert task.interaction.label(task, protocol, "depth_mm__crown") == "Depth, Crown"
    assert words_of(protocol, case, "plan", "interval_weeks", accepted) == "2 to 4 weeks"
    assert words_of(protocol, case, "plan", "depth_mm__crown", accepted) == "2 to 4 mm"
    assert words_of(protocol, case, "plan", "depth_mm__crown", None) == "Not set"


@pytest.mark.parametrize("method", sorted(METHODS))
def test_with_nothing_keyed_picking_nothing_is_right(method: str) -> None:
    assert METHODS[method](frozenset(), frozenset(), 0) == 1.0
    assert METHODS[method](frozenset(), frozenset(), 3) == 1.0


def test_exactly_half_of_the_keyed_options_earn_half_by_pick_n() -> None:
    keyed = frozenset("ABCD")
    assert METHODS["ps50_pick_n"](frozenset("AB"), keyed, 6) == 0.5
    assert METHODS["ps50_pick_n"](frozenset("A"), keyed, 6) == 0.0
