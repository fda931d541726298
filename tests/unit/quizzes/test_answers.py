"""Answers as they come from forms and from storage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

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
from quizzes.interactions.decide.interaction import Decided
from quizzes.interactions.plan.limits import Settings
from quizzes.interactions.verification import example_documents
from quizzes.protocols.actions import Action, Escalation

FORM = {
    "flag": ["a1", "a3"],
    "action": "proceed",
    "escalation": "none",
    "depth_from_mm__front": "0.5",
    "depth_to_mm__front": " 0,9 ",
    "interval_weeks": "3",
    "sessions": "5",
    "maintenance_months": "4.5",
    "certainty": "2",
}


@pytest.fixture(scope="module")
def visit() -> Visit:
    return example_documents()[1].visits[0]


def test_a_form_is_read_and_stored_as_numbers(visit: Visit) -> None:
    answer = read_answer(visit, FORM)
    assert answer == VisitAnswer(
        {
            "spot": frozenset({"a1", "a3"}),
            "decide": Decided(Action.PROCEED, Escalation.NONE),
            "plan": Settings(
                {"front": (0.5, 0.9)}, {"interval_weeks": 3.0, "sessions": 5, "maintenance_months": 4.5}
            ),
        },
        certainty=2,
    )
    assert answer_to_json(visit, answer) == {
        "flag": ["a1", "a3"],
        "action": "proceed",
        "escalation": "none",
        "depth_from_mm__front": 0.5,
        "depth_to_mm__front": 0.9,
        "interval_weeks": 3,
        "sessions": 5,
        "maintenance_months": 4.5,
        "certainty": 2,
    }
    assert (answer.action, answer.flags) == (Action.PROCEED, frozenset({"a1", "a3"}))


@pytest.mark.parametrize("raw", [{}, dict.fromkeys(FORM, ""), dict.fromkeys(FORM), {"sessions": "  "}])
def test_what_is_empty_is_not_answered(visit: Visit, raw: Mapping[str, Any]) -> None:
    answer = read_answer(visit, raw)
    assert answer == VisitAnswer({"spot": frozenset(), "decide": Decided(), "plan": Settings()})
    assert answer_to_json(visit, answer) == {}


MALFORMED: tuple[tuple[str, object], ...] = (
    ("action", "treat"),
    ("action", ["proceed", "postpone"]),
    ("escalation", 3),
    ("flag", 7),
    ("flag", {"a1": True}),
    ("flag", [""]),
    ("flag", ["b1"]),
    ("flag", ["x" * 81]),
    ("flag", [1]),
    ("flag", ["a1"] * 201),
    ("depth_from_mm__front", "deep"),
    ("depth_from_mm__front", "-1"),
    ("depth_to_mm__front", "nan"),
    ("depth_to_mm__front", float("nan")),
    ("depth_to_mm__front", float("inf")),
    ("depth_to_mm__front", 10**400),
    ("depth_to_mm__front", "1e9"),
    ("depth_to_mm__crown", "1"),
    ("depth_to_mm__", "1"),
    ("interval_weeks", True),
    ("interval_weeks", [2, 3]),
    ("interval_weeks", {"a": 1}),
    ("interval_weeks", 1001),
    ("sessions", "4.5"),
    ("sessions", "9" * 30),
    ("maintenance_months", "1_0"),
    ("certainty", "4"),
    ("certainty", 0),
    ("cheat", "1"),
    ("x" * 500, "1"),
)


@pytest.mark.parametrize(("field", "value"), MALFORMED)
def test_what_is_malformed_names_its_field(visit: Visit, field: str, value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_answer(visit, {field: value})
    assert caught.value.field == field[:80]


@pytest.mark.parametrize(("field", "value"), MALFORMED)
def test_what_is_malformed_in_storage_does_not_spoil_the_rest(
    visit: Visit, field: str, value: object
) -> None:
    kept = {name: each for name, each in FORM.items() if name != field}
    assert salvage_answer(visit, {**FORM, field: value}) == read_answer(visit, kept)


def test_the_fields_stand_in_the_order_of_the_page(visit: Visit) -> None:
    assert fields_of(visit) == (
        "flag",
        "action",
        "escalation",
        "depth_from_mm__front",
        "depth_to_mm__front",
        "depth_from_mm__back",
        "depth_to_mm__back",
        "interval_weeks",
        "sessions",
        "maintenance_months",
    )


def missing(visit: Visit, raw: Mapping[str, Any], *, asks_certainty: bool = True) -> tuple[str, ...]:
    return missing_fields(visit, read_answer(visit, raw), asks_certainty=asks_certainty)


def test_what_is_missing_depends_on_the_action(visit: Visit) -> None:
    assert missing(visit, {}) == ("action", "escalation", "certainty")
    assert missing(visit, {}, asks_certainty=False) == ("action", "escalation")
    postponed = {"action": "postpone", "escalation": "none"}
    assert missing(visit, postponed) == ("certainty",)
    assert missing(visit, postponed, asks_certainty=False) == ()
    treated = {"action": "proceed_with_caution", "escalation": "none", "certainty": 1}
    assert missing(visit, treated) == fields_of(visit)[3:]
    assert missing(visit, {**FORM, "depth_from_mm__back": "0.5"}) == ("depth_to_mm__back",)


def test_whoever_stops_a_case_is_asked_for_no_plan(cases: Mapping[str, Case]) -> None:
    complete = {"action": "do_not_treat", "escalation": "routine_referral", "certainty": 3}
    assert missing(cases["C08"].visits[0], complete) == ()
