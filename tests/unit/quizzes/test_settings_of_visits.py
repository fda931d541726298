"""Settings by name: which part of a range is right for a record, what a plan asks for, what is too much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.errors import ContentError
from quizzes.cases.model import Case
from quizzes.cases.parse import check_case, parse_case
from quizzes.grading.answers import read_answer
from quizzes.grading.grade import grade_visit, pose
from quizzes.protocols.bands import band_trace, right_range
from quizzes.protocols.decide import decide
from quizzes.protocols.model import Protocol, Range
from quizzes.protocols.parse import parse_protocol
from quizzes.protocols.record import Finding, Phase, Planned, Record, Status
from quizzes.protocols.serialisation import decision_from_json, decision_to_json
from quizzes.selftest import self_test
from quizzes.showing_keys import key_view

FOLDER = Path(__file__).parents[3] / "courses" / "library" / "superficial-chemical-peels"
TEXT = (FOLDER / "protocol.yaml").read_text(encoding="utf-8")
PROTOCOL = parse_protocol(TEXT.encode(), "protocol.yaml")
ACIDS = ("salicylic_acid", "glycolic_acid", "lactic_acid")
PHASES: tuple[Phase, ...] = ("first", "series", "maintenance", "restart")

STRENGTH = PROTOCOL.parameters.settings["strength_percent"]
CONTACT = PROTOCOL.parameters.settings["contact_minutes"]


def cases() -> Mapping[str, Case]:
    files = sorted((FOLDER / "cases").glob("*.yaml"))
    return {case.key: case for case in (parse_case(file.read_bytes(), file.name) for file in files)}


CASES = cases()


def record(
    acid: str,
    phase: Phase,
    *findings: str,
    status: Status = Status.PRESENT,
    planned: Planned = Planned.REQUIRED,
) -> Record:
    found = tuple(Finding(f"f{place}", kind, status) for place, kind in enumerate(findings))
    return Record(1, 0, 0, phase, plan={acid: planned}, findings=found)


@pytest.mark.parametrize(
    ("acid", "phase", "findings", "strength", "contact"),
    [
        ("salicylic_acid", "first", (), (20, 20), (3, 5)),
        ("salicylic_acid", "series", ("PC-DARK",), (20, 25), (3, 5)),
        ("glycolic_acid", "first", (), (20, 20), (1, 2)),
        ("lactic_acid", "restart", ("PC-DARK",), (20, 20), (1, 2)),
        ("glycolic_acid", "series", ("PC-DARK",), (20, 25), (1, 3)),
        ("glycolic_acid", "series", ("PC-PIH",), (20, 25), (1, 3)),
        ("glycolic_acid", "maintenance", (), (20, 30), (1, 5)),
    ],
)
def test_acid_visit_and_skin_set_strength_and_time(
    acid: str, phase: Phase, findings: tuple[str, ...], strength: tuple[int, int], contact: tuple[int, int]
) -> None:
    visit = record(acid, phase, *findings)
    assert right_range(STRENGTH, visit) == Range(*strength)
    assert right_range(CONTACT, visit) == Range(*contact)


def test_what_is_gone_or_not_planned_sets_nothing() -> None:
    gone = record("glycolic_acid", "series", "PC-PIH", status=Status.RESOLVED)
    assert right_range(CONTACT, gone) == Range(1, 5)
    optional = record("salicylic_acid", "series", planned=Planned.OPTIONAL)
    assert right_range(CONTACT, optional) == Range(1, 5)


def test_a_setting_without_rules_is_right_as_a_whole() -> None:
    spacing = PROTOCOL.parameters.settings["interval_weeks"]
    assert band_trace("interval_weeks", spacing, record("lactic_acid", "series")) is None
    assert right_range(spacing, record("lactic_acid", "series")) == Range(2, 4)


@given(st.sampled_from(ACIDS), st.sampled_from(PHASES), st.sets(st.sampled_from(["PC-DARK", "PC-PIH"])))
def test_no_finding_allows_more_and_nothing_leaves_the_protocols_range(
    acid: str, phase: Phase, findings: set[str]
) -> None:
    visit = record(acid, phase, *sorted(findings))
    for setting in (STRENGTH, CONTACT):
        right = right_range(setting, visit)
        assert right.within(setting.range) == right
        assert right.maximum <= right_range(setting, record(acid, phase)).maximum


def test_a_decision_keeps_how_its_settings_came_about() -> None:
    key = decide(PROTOCOL, record("glycolic_acid", "series", "PC-DARK"))
    assert key.ranges is not None
    assert [trace.band for trace in key.ranges.bands] == ["PL-STR-B", "PL-CON-B"]
    assert decision_from_json(decision_to_json(key)) == key


def test_decisions_of_the_first_release_are_read_with_their_settings() -> None:
    old = decision_to_json(decide(PROTOCOL, record("lactic_acid", "first")))
    settings = old["ranges"].pop("settings")
    del old["ranges"]["bands"]
    revived = decision_from_json(old | {"ranges": old["ranges"] | settings})
    assert revived.ranges is not None
    assert revived.ranges.settings["contact_minutes"] == Range(1, 2)


@pytest.mark.parametrize("key", sorted(CASES))
def test_the_cases_of_the_second_course_hold_together(key: str) -> None:
    siblings = {("protocol", PROTOCOL.key): PROTOCOL}
    assert list(check_case(CASES[key], siblings, f"{key}.yaml")) == []
    report = self_test(PROTOCOL, CASES[key], file=f"{key}.yaml", count=100)
    assert report.contradictions == ()


def test_darker_skin_and_several_visits_are_among_the_cases() -> None:
    dark = [case for case in CASES.values() if case.patient.fitzpatrick in {"IV", "V", "VI"}]
    assert len(CASES) == 6
    assert len(dark) >= 3
    assert any(len(case.visits) > 1 for case in CASES.values())


def test_a_plan_is_graded_on_what_the_visit_names_and_shown_in_words() -> None:
    case = CASES["p01-oily-skin-before-the-heat"]
    posed = pose(PROTOCOL, case, 0)
    plan = next(task for task in posed.visit.tasks if task.kind == "plan")
    fields = plan.interaction.fields(plan, posed.visit)
    assert fields == ("strength_percent", "contact_minutes", "interval_weeks", "sessions")
    shown = dict(key_view(posed.key, posed.visit, PROTOCOL).ranges)
    assert shown["Contact time"] == "3 to 5 minutes"
    assert shown["Strength of the acid"] == "20 per cent"
    text = plan.interaction.text(plan, posed.visit, PROTOCOL)
    assert "- Strength of the acid" in text


@pytest.mark.parametrize(
    ("given_settings", "credit", "harms"),
    [
        ({"strength_percent": 20, "contact_minutes": 4, "interval_weeks": 3, "sessions": 4}, 1.0, []),
        ({"strength_percent": 25, "contact_minutes": 4, "interval_weeks": 3, "sessions": 4}, 0.75, []),
        ({"strength_percent": 35, "contact_minutes": 4, "interval_weeks": 3, "sessions": 4}, 0.75, ["35"]),
        ({"strength_percent": 35, "contact_minutes": 9}, 0.0, ["35", "9"]),
    ],
)
def test_more_than_the_protocol_allows_anybody_is_an_error_of_safety(
    given_settings: dict[str, float], credit: float, harms: list[str]
) -> None:
    case = CASES["p01-oily-skin-before-the-heat"]
    answer = {"action": "proceed", "escalation": "none", **given_settings}
    grade = grade_visit(PROTOCOL, case, 0, read_answer(case.visits[0], answer))
    plan = next(one for one in grade.decisions if one.name == "plan")
    assert plan.credit == credit
    assert [error.given.split(": ")[1] for error in grade.safety_errors] == harms
    assert {error.harm for error in grade.safety_errors} <= {"beyond_limit"}


def test_a_contested_case_knows_no_error_of_safety() -> None:
    case = replace(CASES["p01-oily-skin-before-the-heat"], contested=True)
    answer = read_answer(case.visits[0], {"action": "proceed", "escalation": "none", "strength_percent": 90})
    assert grade_visit(PROTOCOL, case, 0, answer).safety_errors == ()


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ("    label: Strength of the acid\n", "", "parameters.strength_percent", "add “label” and “unit”"),
        (
            "    unit: percent\n    step: 5\n",
            "    unit: percent\n    step: 0\n",
            "parameters.strength_percent.step",
            "above zero",
        ),
        ("  strength_percent:\n", "  strength:\n", "parameters.strength", "in which unit"),
        (
            "when: {PC-DARK: present}\n        why: Skin of type IV to VI stays",
            "when: {PC-DARC: present}\n        why: Skin of type IV to VI stays",
            "parameters.strength_percent.band_rules[1].when.PC-DARC",
            "PC-DARK",
        ),
        (
            "when: {salicylic_acid: required}",
            "when: {salicylic_acid: planned}",
            "parameters.contact_minutes.band_rules[0].when.salicylic_acid",
            "absent, optional, required",
        ),
        (
            "      - band: PL-CON-S\n",
            "      - band: PL-CON-Z\n",
            "parameters.contact_minutes.band_rules[0].band",
            "no band",
        ),
        (
            "        name: Salicylic acid\n        minimum: 3\n        maximum: 5\n",
            "        name: Salicylic acid\n        minimum: 3\n        maximum: 6\n",
            "parameters.contact_minutes.bands[0]",
            "1 to 5 minutes",
        ),
    ],
)
def test_a_setting_that_cannot_be_asked_for_is_refused(old: str, new: str, field: str, message: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(ContentError) as caught:
        parse_protocol(TEXT.replace(old, new).encode(), "protocol.yaml")
    assert [
        problem.message
        for problem in caught.value.problems
        if problem.field == field and message in problem.message
    ]


@pytest.mark.parametrize(
    ("settings", "field", "message"),
    [
        ("[strength_percent, contact_hours]", "visits[0].settings[1]", "no setting “contact_hours”"),
        ("[interval_weeks, interval_weeks]", "visits[0].settings[1]", "twice"),
        ("[]", "visits[0].settings", "asks for nothing"),
    ],
)
def test_a_visit_asks_only_for_settings_of_its_protocol(settings: str, field: str, message: str) -> None:
    file = FOLDER / "cases" / "p04-tingling-at-the-lip.yaml"
    written = "[strength_percent, contact_minutes, interval_weeks, initial_sessions]"
    text = file.read_text(encoding="utf-8").replace(written, settings)
    problems = list(
        check_case(parse_case(text.encode(), file.name), {("protocol", PROTOCOL.key): PROTOCOL}, file.name)
    )
    assert [problem.field for problem in problems if message in problem.message] == [field]


def test_a_visit_that_names_none_asks_for_the_usual_three() -> None:
    file = FOLDER / "cases" / "p04-tingling-at-the-lip.yaml"
    text = "".join(
        line for line in file.read_text(encoding="utf-8").splitlines(keepends=True) if "settings:" not in line
    )
    problems = list(
        check_case(parse_case(text.encode(), file.name), {("protocol", PROTOCOL.key): PROTOCOL}, file.name)
    )
    assert [problem.message.split(". ")[0] for problem in problems] == [
        "The protocol has no setting “maintenance_months”"
    ]


def test_a_protocol_with_another_kind_of_setting_needs_no_code() -> None:
    text = TEXT.replace("    unit: minutes\n    step: 0.5\n", "    unit: seconds\n    step: 0.5\n")
    seconds: Protocol = parse_protocol(text.encode(), "protocol.yaml")
    case = CASES["p01-oily-skin-before-the-heat"]
    posed = pose(seconds, case, 0)
    assert dict(key_view(posed.key, posed.visit, seconds).ranges)["Contact time"] == "3 to 5 seconds"


HAIR = (FOLDER.parent / "microneedling-hair-loss" / "protocol.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ("    part_line: M54 22v56\n", "    parting: M54 22v56\n", "map.zones.parting", "no zone"),
        ("    part_line: M54 22v56\n", "    part_line: url(x)\n", "map.zones.part_line", "no path"),
        ("    width: 108\n", "    width: 0\n", "map.drawing.width", "above 0"),
    ],
)
def test_a_map_shows_zones_of_its_protocol_as_paths(old: str, new: str, field: str, message: str) -> None:
    assert HAIR.count(old) == 1
    with pytest.raises(ContentError) as caught:
        parse_protocol(HAIR.replace(old, new).encode(), "protocol.yaml")
    assert [message in problem.message for problem in caught.value.problems if problem.field == field] == [
        True
    ]


def test_a_publication_without_identifier_links_its_page_and_no_other_address() -> None:
    assert (
        PROTOCOL.literature["aad_peels"].url
        == "https://www.aad.org/public/cosmetic/younger-looking/chemical-peels-faqs"
    )
    assert PROTOCOL.literature["vemula2018"].url == "https://doi.org/10.1016/j.jaad.2018.02.064"
    broken = TEXT.replace("address: https://www.aad.org", "address: javascript:alert")
    with pytest.raises(ContentError, match="starts with https"):
        parse_protocol(broken.encode(), "protocol.yaml")
