from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.content.credit import Counted, CreditUnit
from courses.learning_time.queries import CourseTime, LessonTime
from courses.learning_time.rules import Tally, credit_of
from courses.learning_time.showing import calculation, credit_view
from courses.learning_time.spreadsheet import FORMULA_STARTS, as_csv, harmless
from tests.unit.learning_time.test_rules import PLANNED, scheme

NOTHING = Tally(0, None, None)


@pytest.mark.parametrize(
    ("minutes", "fields", "line"),
    [
        (
            412,
            {},
            "412 active minutes, capped at 411 planned, rounded down to quarter hours: 6.75 hours",
        ),
        (61, {}, "61 active minutes, rounded down to quarter hours: 1 hour"),
        (1, {}, "1 active minute, rounded down to quarter hours: 0 hours"),
        (
            500,
            {"most": 120, "step": 1.0},
            "500 active minutes, capped at 120, rounded down to whole hours: 2 hours",
        ),
        (
            100,
            {"unit": CreditUnit.POINTS, "minutes_per_unit": 45, "step": 1.0},
            "100 active minutes, 45 minutes a point, rounded down to whole points: 2 points",
        ),
        (30, {"least_minutes": 45}, "30 active minutes, credit begins at 45: 0 hours"),
        (
            100,
            {"minutes_per_unit": 50, "step": 0.2},
            "100 active minutes, 50 minutes an hour, rounded down to steps of 0.2 hours: 2 hours",
        ),
    ],
)
def test_the_rule_is_said_in_words(minutes: int, fields: dict[str, Any], line: str) -> None:
    credit = credit_of({Counted.LESSONS: minutes}, scheme(**fields), planned_minutes=PLANNED)
    assert calculation(credit) == line


def test_an_approval_is_named_only_where_there_is_one() -> None:
    def shown(**fields: Any) -> str:
        return credit_view(credit_of({}, scheme(**fields), planned_minutes=PLANNED)).body

    assert shown() == ""
    assert shown(body="The Example Board") == "The Example Board"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1"])
def test_a_formula_becomes_a_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@given(st.text())
def test_no_cell_starts_like_a_formula(text: str) -> None:
    assert not str(harmless(text)).startswith(FORMULA_STARTS)
    assert str(harmless(text)).endswith(text)


def test_the_file_has_a_row_for_each_lesson_and_scheme() -> None:
    late = datetime(2027, 3, 1, 23, 30, tzinfo=UTC)
    active = Tally(61, late, late)
    course = CourseTime(
        course_key="course",
        title="=A course",
        planned_minutes=PLANNED,
        lessons=(LessonTime("one", "1.1", "Skin, and hair", 15, active),),
        earlier=NOTHING,
        cases=NOTHING,
        assessment=NOTHING,
        total=active,
        credits=(credit_of({Counted.LESSONS: 61}, scheme(), planned_minutes=PLANNED),),
    )
    written = as_csv("Leila", [course], ZoneInfo("Europe/Berlin"))
    assert written.startswith("\ufefflearner,course,kind,number,title,planned_minutes,active_minutes,")
    assert written.splitlines()[1:] == [
        'Leila,\'=A course,lesson,1.1,"Skin, and hair",15,61,2027-03-02,2027-03-02,,',
        "Leila,'=A course,total,,,411,61,2027-03-02,2027-03-02,,",
        "Leila,'=A course,credit,,Own record,411,61,,,1,hours",
    ]
