"""Reading and judging the tasks of lessons, by the examples that every kind of task brings along."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import quizzes.interactions
from courses.checks.rules import CheckResult, PartState, judge, read_check
from courses.checks.showing import Answered, check_views
from courses.content.checks import LESSON_VISIT, TaskCheck, posed
from quizzes.cases.tasks import bind_task
from quizzes.interactions.contract import ExampleAnswer, Task
from quizzes.interactions.registry import standard_registry
from quizzes.protocols.model import Protocol
from quizzes.protocols.parse import parse_protocol
from tests.support.checked_course import KINDS

JUDGED = tuple(kind for kind in KINDS if kind != "short_text")


@cache
def protocol() -> Protocol:
    path = Path(quizzes.interactions.__file__).parent / "example" / "protocol.yaml"
    return parse_protocol(path.read_bytes(), path.name)


@cache
def tasks(kind: str) -> tuple[tuple[Task, tuple[ExampleAnswer, ...]], ...]:
    """Return the examples of a kind that a lesson can ask: those that need no patient."""
    found = []
    for example in standard_registry()[kind].examples:
        written = {"key": "example", "kind": kind, **example.task}
        task = bind_task(written, standard_registry(), file="lessons/example.md")
        if not list(task.interaction.problems(task, LESSON_VISIT, protocol())) and not _asks_depth(task):
            found.append((task, example.answers))
    assert found, kind
    return tuple(found)


def _asks_depth(task: Task) -> bool:
    return getattr(getattr(task.body, "accepts", None), "parameter", "") == "depth_mm"


def answered(task: Task, **typed: Any) -> CheckResult:
    read = read_check(task, typed)
    assert not read.problems
    return judge(task, protocol(), read.answer)


def first(kind: str) -> Task:
    return tasks(kind)[0][0]


def states(result: CheckResult) -> dict[str, str]:
    return {part.text: part.state.value for part in result.parts}


@pytest.mark.parametrize("kind", JUDGED)
def test_a_perfect_answer_of_every_kind_is_right_in_all_its_parts(kind: str) -> None:
    for task, _answers in tasks(kind):
        result = answered(task, **task.interaction.perfect(task, posed(protocol())))
        assert result.is_right
        assert result.parts
        assert {part.state for part in result.parts} <= {PartState.RIGHT, PartState.LEFT}
        assert result.why == task.why
        assert result.sources


@pytest.mark.parametrize("kind", KINDS)
def test_examples_are_refused_where_their_kind_refuses_them(kind: str) -> None:
    for task, answers in tasks(kind):
        for one in answers:
            read = read_check(task, one.given)
            if one.graded == "invalid":
                assert read.problems
                assert one.field is None or one.field in read.problems
                assert read.answer is None
                assert read.typed == one.given


@pytest.mark.parametrize("kind", JUDGED)
def test_a_result_is_right_exactly_when_its_kind_says_so(kind: str) -> None:
    for task, answers in tasks(kind):
        for one in answers:
            read = read_check(task, one.given)
            if read.problems:
                continue
            result = judge(task, protocol(), read.answer)
            assert result.is_right == (one.graded == "correct")
            if kind != "choice":  # some of its examples are dangerous for one patient, and here is none
                assert result.credit == pytest.approx(one.credit)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_form_is_told_every_field_it_lacks(kind: str) -> None:
    task = first(kind)
    read = read_check(task, {})
    assert tuple(read.problems) == task.interaction.fields(task, LESSON_VISIT)


def test_fields_of_other_checks_are_passed_over() -> None:
    task = first("ordering")
    typed = {"example__look": "1", "example__ask": "2", "example__act": "3", "another": "x"}
    assert read_check(task, typed).typed == {name: typed[name] for name in typed if name != "another"}
    assert answered(task, **typed).is_right


def test_picks_are_told_apart_one_by_one() -> None:
    result = answered(first("chart_error"), example=["depth", "lamp"])
    assert states(result) == {
        "Depth: 2 mm": "right",
        "Next session: In one week": "missed",
        "Lamp: Used": "wrong",
        "Skin: Clear": "left",
    }
    assert not result.is_right
    assert all(part.why for part in result.parts)


def test_a_dangerous_pick_is_never_right_and_says_so() -> None:
    result = answered(first("choice"), example="stop")
    assert states(result)["Stop your tablets."] == "harmful"
    assert result.is_harmful
    assert result.credit == 0


def test_an_order_says_of_every_line_where_it_belongs() -> None:
    result = answered(first("ordering"), example__look="1", example__ask="3", example__act="2")
    found = [(part.text, part.state.value, part.given, part.accepted) for part in result.parts]
    assert found == [
        ("Look", "right", "place 1", "place 1"),
        ("Ask", "wrong", "place 3", "place 2"),
        ("Act", "wrong", "place 2", "place 3"),
    ]


def test_words_of_ones_own_are_held_against_a_model_and_not_judged() -> None:
    task = first("short_text")
    result = answered(task, example="  My own words. ")
    assert result.comparison is not None
    assert result.comparison.written == "My own words."
    assert result.comparison.model == task.body.model
    assert result.comparison.criteria == tuple(one.text for one in task.body.rubric)
    assert result.credit is None
    assert not result.is_right


@given(data=st.data(), kind=st.sampled_from(KINDS))
def test_whatever_is_sent_is_either_judged_or_told_what_is_wrong(data: st.DataObject, kind: str) -> None:
    task = first(kind)
    fields = task.interaction.fields(task, LESSON_VISIT)
    texts = st.one_of(
        st.text(max_size=8), st.sampled_from(["1", "2", "wait", "depth", "2027-03-22", "front"])
    )
    typed = data.draw(st.dictionaries(st.sampled_from(fields), st.one_of(texts, st.lists(texts, max_size=3))))
    read = read_check(task, typed)
    assert set(read.problems) <= set(fields)
    assert all(read.problems.values())
    if not read.problems:
        result = judge(task, protocol(), read.answer)
        assert result.credit is None or 0 <= result.credit <= 1
        assert result.parts or result.comparison
    view = check_views([TaskCheck(task=task)], protocol(), Answered(task.key, read.typed, read.problems))
    assert dict(view[0].problems) == dict(read.problems)
    assert len(view[0].summary) == len(read.problems)
