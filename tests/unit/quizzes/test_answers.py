"""Answers as they come from forms and from storage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from lms.core.errors import InvalidInput
from quizzes.cases.model import Case
from quizzes.grading.answers import CaseAnswer, answer_to_json, missing_fields, parse_answer
from quizzes.protocols.actions import Action, Escalation

FORM = {
    "flag": ["i01", "i03"],
    "action": "proceed",
    "escalation": "none",
    "depth_from_mm__crown": "0.5",
    "depth_to_mm__crown": " 0,9 ",
    "interval_weeks": "3",
    "sessions": "5",
    "maintenance_months": "4.5",
    "certainty": "2",
}


def test_a_form_is_read_and_stored_as_numbers() -> None:
    answer = parse_answer(FORM)
    assert answer == CaseAnswer(
        flags=frozenset({"i01", "i03"}),
        action=Action.PROCEED,
        escalation=Escalation.NONE,
        depth_mm={"crown": (0.5, 0.9)},
        interval_weeks=3,
        sessions=5,
        maintenance_months=4.5,
        certainty=2,
    )
    assert answer_to_json(answer) == {
        "flag": ["i01", "i03"],
        "action": "proceed",
        "escalation": "none",
        "depth_from_mm__crown": 0.5,
        "depth_to_mm__crown": 0.9,
        "interval_weeks": 3,
        "sessions": 5,
        "maintenance_months": 4.5,
        "certainty": 2,
    }


@pytest.mark.parametrize("raw", [{}, dict.fromkeys(FORM, ""), dict.fromkeys(FORM), {"sessions": "  "}])
def test_what_is_empty_is_not_answered(raw: Mapping[str, Any]) -> None:
    assert parse_answer(raw) == CaseAnswer()
    assert answer_to_json(parse_answer(raw)) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("action", "treat"),
        ("action", ["proceed"]),
        ("escalation", 3),
        ("flag", 7),
        ("flag", {"i01": True}),
        ("flag", [""]),
        ("flag", ["x" * 81]),
        ("flag", [1]),
        ("flag", ["i01"] * 201),
        ("depth_from_mm__crown", "deep"),
        ("depth_from_mm__crown", "-1"),
        ("depth_to_mm__crown", "nan"),
        ("depth_to_mm__crown", float("nan")),
        ("depth_to_mm__crown", float("inf")),
        ("depth_to_mm__crown", 10**400),
        ("depth_to_mm__crown", "1e9"),
        ("depth_to_mm__Crown Top", "1"),
        ("depth_to_mm__", "1"),
        ("interval_weeks", True),
        ("interval_weeks", [2]),
        ("interval_weeks", 1001),
        ("sessions", "4.5"),
        ("sessions", "9" * 30),
        ("maintenance_months", "1_0"),
        ("certainty", "4"),
        ("certainty", 0),
        ("cheat", "1"),
    ],
)
def test_what_is_malformed_names_its_field(field: str, value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_answer({field: value})
    assert caught.value.field == field


def test_an_endless_list_of_zones_is_refused() -> None:
    with pytest.raises(InvalidInput):
        parse_answer({f"depth_from_mm__z{n}": 1 for n in range(41)})


def test_what_is_missing_depends_on_the_action(cases: Mapping[str, Case]) -> None:
    visit = cases["C06"].visits[0]
    plan = (
        "depth_from_mm__temples",
        "depth_to_mm__temples",
        "depth_from_mm__hairline",
        "depth_to_mm__hairline",
        "interval_weeks",
        "sessions",
        "maintenance_months",
    )
    assert missing_fields(CaseAnswer(), visit) == ("action", "escalation", "certainty")
    postponed = CaseAnswer(action=Action.POSTPONE, escalation=Escalation.NONE)
    assert missing_fields(postponed, visit) == ("certainty",)
    treated = CaseAnswer(action=Action.PROCEED_WITH_CAUTION, escalation=Escalation.NONE, certainty=1)
    assert missing_fields(treated, visit) == plan
    half = parse_answer({**FORM, "depth_from_mm__temples": "0.5"})
    assert "depth_to_mm__temples" in missing_fields(half, visit)
    assert "depth_from_mm__temples" not in missing_fields(half, visit)


def test_whoever_stops_a_case_is_asked_for_no_plan(cases: Mapping[str, Case]) -> None:
    complete = parse_answer({"action": "do_not_treat", "escalation": "routine_referral", "certainty": 3})
    assert missing_fields(complete, cases["C08"].visits[0]) == ()
