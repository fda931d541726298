"""Wrong case documents: every problem at once, with file, line and field."""

from __future__ import annotations

import dataclasses
import importlib
import re
from pathlib import Path

import pytest

from lms.core.errors import ContentError, Problem
from lms.publishing.explaining import field_names
from quizzes.cases.parse import check_case, parse_case
from quizzes.protocols.model import Protocol

FILE = "cases/c14-five-weeks-after-grafts.yaml"


@pytest.fixture(scope="module")
def text(library: Path) -> str:
    return (library / FILE).read_text(encoding="utf-8")


def parse_problems(text: str) -> list[Problem]:
    with pytest.raises(ContentError) as caught:
        parse_case(text.encode(), FILE)
    return list(caught.value.problems)


def check_problems(protocol: Protocol, text: str) -> list[Problem]:
    case = parse_case(text.encode(), FILE)
    return list(check_case(case, {("protocol", protocol.key): protocol}, FILE))


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ("key: c14-five", "key: C14 five", "key", "is not a key"),
        ("age: 36", "age: 36 years", "patient.age", "Expected a whole number"),
        ("fitzpatrick: III", "fitzpatrick: VII", "patient.fitzpatrick", "Expected one of"),
        ("status: healing", "status: healed", "visits[0].findings[0].status", "Expected one of"),
        ("zones:", "zonez:", "visits[0].zonez", "Did you mean “zones”?"),
        ("number: 1", "number: 2", "visits[0].number", "numbered from 1"),
        ("sessions_done: 0", "sessions_done: -1", "visits[0].sessions_done", "below zero"),
        ("- id: i02", "- id: i01", "visits", "stands there 2 times"),
        ("supports: [grafts]", "supports: [graft]", "visits[0].statements[0].supports[0]", "Did you mean"),
        (
            "role: decisive\n        supports: [grafts]",
            "role: decisive",
            "visits[0].statements[0]",
            "supports",
        ),
        ("role: decisive", "role: distractor", "visits[0].statements[0].supports", "supports no finding"),
    ],
)
def test_what_is_wrong_by_itself(text: str, old: str, new: str, field: str, message: str) -> None:
    assert old in text
    broken = text.replace(old, new, 1)
    named = [problem for problem in parse_problems(broken) if problem.field == field]
    assert named, [str(problem) for problem in parse_problems(broken)]
    assert message in named[0].message
    assert named[0].file == FILE


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ("protocol: scalp-microneedling", "protocol: scalp-needling", "protocol", "Did you mean"),
        (
            "finding: CI-WOUND",
            "finding: CI-WOUNDS",
            "visits[0].findings[0].finding",
            "Did you mean “CI-WOUND”?",
        ),
        (
            "{cause: grafts, skin: healing}",
            "{cause: grafts, strength: weak}",
            "visits[0].findings[0].attributes.strength",
            "does not allow",
        ),
        (
            "{cause: grafts, skin: healing}",
            "{skin: healing}",
            "visits[0].findings[0].attributes",
            "needs “cause”",
        ),
        ("{zone: hairline,", "{zone: hairlines,", "visits[0].zones[0].zone", "Did you mean “hairline”?"),
        (
            "local_anaesthetic: required",
            "local_anesthetic: required",
            "visits[0].plan.local_anesthetic",
            "no component",
        ),
        ("protocol_refs: [CI-WOUND]", "protocol_refs: [AFT-07]", "protocol_refs[0]", "no fact “AFT-07”"),
        (
            "about: [CI-WOUND]",
            "about: [CI-WND]",
            "visits[0].statements[0].about[0]",
            "Did you mean “CI-WOUND”?",
        ),
        ("status: healing", "status: absent", "visits[0].statements[0].role", "decides this visit"),
        (
            "    rebook_when:",
            "    partial_credit: {proceed: 0.5}\n    rebook_when:",
            "visits[0].partial_credit.proceed",
            "less strict than the key",
        ),
        (
            "    rebook_when:",
            "    partial_credit: {postpone: 0.5}\n    rebook_when:",
            "visits[0].partial_credit.postpone",
            "key itself",
        ),
    ],
)
def test_what_is_wrong_next_to_the_protocol(
    protocol: Protocol, text: str, *, old: str, new: str, field: str, message: str
) -> None:
    assert old in text
    broken = text.replace(old, new, 1)
    found = check_problems(protocol, broken)
    named = [problem for problem in found if problem.field == field]
    assert named, [str(problem) for problem in found]
    assert message in named[0].message
    if ".role" not in field:
        assert named[0].line == broken[: broken.index(new.split("\n", maxsplit=1)[0])].count("\n") + 1


def test_a_finding_that_decides_must_be_revealed(protocol: Protocol, text: str) -> None:
    hidden = text.replace("role: decisive\n        supports: [grafts]", "role: modifier", 2)
    found = check_problems(protocol, hidden)
    assert [(problem.field, "no counted statement" in problem.message) for problem in found] == [
        ("visits[0].findings[0].key", True)
    ]


def test_several_problems_come_at_once(protocol: Protocol, text: str) -> None:
    broken = text.replace("finding: CI-WOUND", "finding: X").replace("{zone: midscalp", "{zone: chin")
    assert len(check_problems(protocol, broken)) == 4


def test_a_case_without_its_protocol_says_so(text: str) -> None:
    case = parse_case(text.encode(), FILE)
    found = list(check_case(case, {}, FILE))
    assert [(problem.field, problem.line) for problem in found] == [("protocol", 6)]


def test_the_documented_example_is_a_case(protocol: Protocol) -> None:
    document = Path(__file__).parents[3] / "docs" / "content-format" / "case.md"
    example = document.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    assert check_problems(protocol, example) == []


@pytest.mark.parametrize(
    ("document", "module_name"),
    [("case", "quizzes.cases.model"), ("protocol", "quizzes.protocols.document")],
)
def test_every_field_is_documented(document: str, module_name: str) -> None:
    folder = Path(__file__).parents[3] / "docs" / "content-format"
    text = (folder / f"{document}.md").read_text(encoding="utf-8")
    words = set(re.findall(r"[a-z_]+", text))
    shapes = [
        shape
        for name, shape in vars(importlib.import_module(module_name)).items()
        if dataclasses.is_dataclass(shape) and isinstance(shape, type) and not name.startswith("_")
    ]
    written = {name for shape in shapes for name in field_names(shape).values()}
    assert len(shapes) >= 6
    assert written - words == set()
