"""The self-test of cases: clean ones stay clean, and each contradiction is named with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from quizzes.cases.model import Case, Visit
from quizzes.cases.parse import parse_case
from quizzes.interactions.contract import Interaction, Posed, Task
from quizzes.interactions.marks import DecisionGrade, Marks, SafetyError
from quizzes.interactions.reading import Given, one_text
from quizzes.interactions.registry import Registry, standard_registry
from quizzes.protocols.model import Protocol
from quizzes.selftest import CaseReport, self_test
from tests.unit.quizzes.drawn_case import ACNE, FILE, TEXT, drawn_case, line_of


@dataclass(frozen=True, slots=True)
class GiftBody:
    """What an answer and a blank earn, and whether the right answer does harm."""

    answered: float
    blank: float
    harmful: bool = False
    fails: bool = False


class Gift(Interaction[GiftBody, str | None]):
    """A kind of task that pays what its author says, as a careless author of a kind might write it."""

    kind = "gift"
    body_shape = GiftBody

    def fields(self, task: Task, _visit: Visit) -> tuple[str, ...]:
        return (task.key,)

    def read(self, task: Task, _visit: Visit, given: Given) -> str | None:
        return one_text(given, task.key)

    def to_json(self, task: Task, answer: str | None) -> dict[str, Any]:
        return {task.key: answer} if answer else {}

    def missing(
        self, task: Task, _visit: Visit, answer: str | None, _answers: Mapping[str, Any]
    ) -> tuple[str, ...]:
        return () if answer else (task.key,)

    def grade(self, task: Task, _posed: Posed, answer: str | None, _answers: Mapping[str, Any]) -> Marks:
        if task.body.fails:
            raise ZeroDivisionError("no credit to share")
        credit = task.body.answered if answer else task.body.blank
        harm = SafetyError("CI-SUN", None, None, "harm", "yes", "no", "forbidden_product", task.key)
        harms = (harm,) if answer and task.body.harmful else ()
        return Marks((DecisionGrade(task.key, answer, "yes", credit, task.row, task.key),), harms=harms)

    def perfect(self, task: Task, _posed: Posed) -> dict[str, Any]:
        return {task.key: "yes"}

    def show(self, task: Task, _visit: Visit, _protocol: Protocol, _given: Given) -> str:
        return task.prompt

    def words(self, _task: Task, _protocol: Protocol, _name: str, value: object) -> str:
        return str(value)

    def text(self, task: Task, _visit: Visit, _protocol: Protocol) -> str:
        return task.prompt


def with_gift(text: str, **body: float) -> Case:
    """Return the case with a gift among the tasks of its first visit."""
    fields = ", ".join(f"{name}: {str(value).lower()}" for name, value in body.items())
    task = f"{{key: gift, kind: gift, prompt: Take it, row: scope, about: [CI-SUN], why: A gift., {fields}}}"
    registry = Registry((*standard_registry().values(), Gift()))
    written = text.replace("    rebook_when:", f"    tasks:\n      - {task}\n    rebook_when:", 1)
    assert written != text
    return parse_case(written.encode(), FILE, registry)


def report_of(protocol: Protocol, text: str, count: int = 30) -> CaseReport:
    return self_test(protocol, drawn_case(text), file=FILE, count=count)


def test_a_clean_case_has_no_contradiction_and_shows_its_spread(protocol: Protocol) -> None:
    report = report_of(protocol, TEXT, 200)
    assert report.contradictions == ()
    assert (report.case, report.visits, report.drawings, report.keys) == ("T01", 2, 200, 2)
    assert 80 < report.different <= 108
    assert report.milliseconds > 0
    assert set(report.spread) == {"contrast", "extra", "patient", "word anticoagulant", "word delay"}
    assert set(report.spread["patient"]) == {"0 Rhodri P.", "1 Dai M.", "2 Carys M."}
    assert sum(report.spread["contrast"].values()) == 200
    assert sum(report.spread["extra"].values()) == 400


def test_all_shipped_cases_are_clean(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    for case in cases.values():
        report = self_test(protocol, case, file=f"cases/{case.key}.yaml", count=20)
        assert [str(one) for one in report.contradictions] == []
        assert report.keys == 1 if not case.contrasts else report.keys >= 2


def test_a_slot_that_stays_open(protocol: Protocol) -> None:
    broken = TEXT.replace("Two old bruises", "Two {old} bruises")
    (found,) = report_of(protocol, broken).contradictions
    assert found.message == (
        "A slot stays open: “Two {old} bruises on the forearms”. Define its word in variants.words."
    )
    assert found.line == line_of(broken, "text: Two {old}")
    assert found.seeds[0] is None


def test_a_pair_with_one_key(protocol: Protocol) -> None:
    broken = TEXT.replace("        drop_findings: [thinner]\n", "")
    found = [one for one in report_of(protocol, broken).contradictions if "pair" in one.message]
    assert [one.message for one in found] == [
        "Both halves of the pair “without-anticoagulant” have the same key. Change what decides."
    ]
    assert found[0].line == line_of(broken, "- key: without-anticoagulant")
    assert None not in found[0].seeds


def test_a_contrast_without_a_key(protocol: Protocol) -> None:
    new = "        findings: [{key: new, finding: CI-NEW, status: present}]\n"
    broken = TEXT.replace("        drop_findings: [thinner]\n", new, 1)
    (found,) = report_of(protocol, broken).contradictions
    assert found.visit == 1
    assert (
        "No key can be derived: findings[1].finding: The protocol has no finding “CI-NEW”." in found.message
    )
    assert found.line == line_of(broken, "- number: 1\n        findings: [{key: new")


def test_a_careless_learner_who_passes_is_named_with_rule_statement_and_line(protocol: Protocol) -> None:
    (found,) = report_of(protocol, ACNE).contradictions
    assert (found.case, found.visit, found.rule, found.statement) == ("T02", 1, "BX-ISO", "i01")
    assert found.line == line_of(ACNE, "- {id: i01")
    assert len(found.seeds) == 31
    assert str(found) == (
        f"{FILE}:{found.line}: T02, as written and 30 more, visit 1: A careless learner passes with 81 "
        "where the rule asks for “medical clearance”. (rule BX-ISO, statement i01)"
    )


def test_a_perfect_answer_that_does_not_earn_everything(protocol: Protocol) -> None:
    case = with_gift(TEXT, answered=0.5, blank=0)
    found = self_test(protocol, case, file=FILE, count=5).contradictions
    assert [one.message for one in found] == ["The perfect answer earns 50 of 100 for “gift”."]
    assert found[0].line == case.lines["visits[0].tasks[0]"]
    assert found[0].visit == 1
    assert found[0].seeds[0] is None


def test_a_perfect_answer_that_does_harm(protocol: Protocol) -> None:
    case = with_gift(TEXT, answered=1, blank=0, harmful=True)
    (found,) = self_test(protocol, case, file=FILE, count=5).contradictions
    assert found.message == "The perfect answer does harm: “yes” where “no” is required."
    assert (found.rule, found.line) == ("CI-SUN", case.lines["visits[0].tasks[0]"])


def test_an_empty_answer_that_passes(protocol: Protocol) -> None:
    gifts = TEXT.replace("    rebook_when:", "    asks: [decide]\n    rebook_when:", 1)
    case = with_gift(gifts, answered=1, blank=1)
    for name in "abcdefg":
        more = object.__getattribute__(case.visits[0], "tasks")[-1]
        task = Task(
            f"gift_{name}", more.kind, more.interaction, more.body, "Take it", "scope", ("CI-SUN",), "why"
        )
        object.__setattr__(case.visits[0], "tasks", (*case.visits[0].tasks, task))
    found = self_test(protocol, case, file=FILE, count=0).contradictions
    empty = next(one for one in found if "empty" in one.message)
    assert empty.message == "An empty answer earns 80 where the rule asks for “medical clearance”."
    assert (empty.rule, empty.statement, empty.visit) == ("CI-BLEED", "i01", 1)


def test_a_task_that_cannot_be_graded(protocol: Protocol) -> None:
    case = with_gift(TEXT, answered=1, blank=0, fails=True)
    (found,) = self_test(protocol, case, file=FILE, count=3).contradictions
    assert found.message == "The visit cannot be graded: ZeroDivisionError: no credit to share"
    assert found.visit == 1


@pytest.mark.parametrize("count", [1, 12])
def test_the_seeds_are_numbers_from_one(protocol: Protocol, count: int) -> None:
    found = report_of(protocol, ACNE, count).contradictions
    assert found[0].seeds == (None, *(str(number) for number in range(1, count + 1)))
