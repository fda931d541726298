"""Which errors of safety a case permits: exactly those that some answer to it would be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from quizzes.case_traits import possible_harms, traits_of
from quizzes.cases.model import Case
from quizzes.cases.parse import parse_case
from quizzes.cases.variants import contrast_of, realise
from quizzes.grading.answers import fields_of, read_answer
from quizzes.grading.grade import grade_visit
from quizzes.interactions.field_names import DEPTH_FROM, DEPTH_TO
from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.model import Protocol
from quizzes.protocols.parse import parse_protocol
from tests.support.people import COURSE_FOLDER

PEELS = COURSE_FOLDER.parent / "superficial-chemical-peels"
BEYOND_EVERY_LIMIT = 900


def read(course: Any) -> list[tuple[Protocol, Case]]:
    protocol = parse_protocol((course / "protocol.yaml").read_bytes(), "protocol.yaml")
    return [
        (protocol, parse_case(path.read_bytes(), path.name))
        for path in sorted((course / "cases").glob("*.yaml"))
    ]


HAIR, SKIN = read(COURSE_FOLDER), read(PEELS)
SHIPPED = HAIR + SKIN


def answers_to(case: Case, index: int) -> Iterator[dict[str, Any]]:
    """Yield every decision, alone and with everything set too high, and every option of every choice."""
    visit = case.visits[index]
    for action, escalation in product(Action, Escalation):
        yield {"action": action.value, "escalation": escalation.value}
    beyond: dict[str, Any] = {
        name: BEYOND_EVERY_LIMIT
        for task in visit.tasks
        if task.kind in {"plan", "number"}
        for name in task.interaction.fields(task, visit)
    }
    yield {"action": "proceed", "escalation": "none", **beyond}
    for task in visit.tasks:
        if task.kind == "choice":
            for option in task.body.options:
                yield {task.key: [option.key] if task.body.select == "many" else option.key}


def harms_met(protocol: Protocol, case: Case) -> set[str]:
    return {
        error.harm
        for index, visit in enumerate(case.visits)
        for answer in answers_to(case, index)
        for error in grade_visit(protocol, case, index, read_answer(visit, answer)).safety_errors
    }


@pytest.mark.parametrize(("protocol", "case"), SHIPPED, ids=[case.key for _protocol, case in SHIPPED])
def test_a_case_permits_exactly_the_errors_that_answers_to_it_make(protocol: Protocol, case: Case) -> None:
    assert possible_harms(protocol, case) == harms_met(protocol, case)
    for contrast in case.contrasts:
        other = contrast_of(case, contrast.key)
        assert possible_harms(protocol, other) == harms_met(protocol, other)


@pytest.mark.parametrize(("protocol", "case"), SHIPPED, ids=[case.key for _protocol, case in SHIPPED])
def test_no_drawing_of_an_exam_changes_what_a_case_permits(protocol: Protocol, case: Case) -> None:
    written = traits_of(protocol, case)
    for seed in ("one", "two", "three", "four"):
        assert traits_of(protocol, realise(case, seed, contrasts=False)).harms == written.harms


def test_a_contested_case_permits_no_error() -> None:
    contested = [(protocol, case) for protocol, case in SHIPPED if case.contested]
    assert contested
    assert all(possible_harms(protocol, case) == frozenset() for protocol, case in contested)
    protocol, case = next((one, case) for one, case in contested if case.source_id == "C24")
    assert "ignored_sign" in possible_harms(protocol, replace(case, contested=False))


def test_each_error_comes_from_what_can_be_answered() -> None:
    by_id = {case.source_id: (protocol, case) for protocol, case in HAIR}
    expected = {
        "C02": {"too_deep"},
        "C03": {"too_deep", "stops_medicine"},
        "C16": {"too_deep"},
        "C25": {"too_deep", "less_strict"},
        "C38": {"too_deep", "forbidden_product"},
        "C40": {"too_deep", "less_strict", "ignored_sign"},
        "C47": {"too_deep", "less_strict", "forbidden_product", "stops_medicine"},
    }
    assert {key: set(possible_harms(*by_id[key])) for key in expected} == expected


def test_a_forbidden_product_needs_the_finding_that_forbids_it() -> None:
    protocol, case = next((one, case) for one, case in HAIR if case.source_id == "C38")
    (visit,) = case.visits
    harmless = replace(case, visits=(replace(visit, findings=()),))
    assert "forbidden_product" in possible_harms(protocol, case)
    assert "forbidden_product" not in possible_harms(protocol, harmless)


def test_without_a_plan_no_depth_can_be_wrong() -> None:
    protocol, case = next((one, case) for one, case in HAIR if case.source_id == "C16")
    (visit,) = case.visits
    tasks = tuple(task for task in visit.tasks if task.kind != "plan")
    without = replace(case, visits=(replace(visit, asks=("spot", "decide"), tasks=tasks),))
    assert not [name for name in fields_of(without.visits[0]) if name.startswith((DEPTH_FROM, DEPTH_TO))]
    assert possible_harms(protocol, without) == frozenset()
