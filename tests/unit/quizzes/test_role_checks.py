"""Roles against the key: what contradicts is named by statement and rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quizzes.cases.model import Role, Statement, Visit
from quizzes.cases.role_checks import role_problems
from quizzes.cases.slots import changed
from quizzes.protocols.decide import decide
from quizzes.protocols.model import Protocol
from quizzes.protocols.record import Status
from tests.unit.quizzes.drawn_case import drawn_case


@pytest.fixture
def visit() -> Visit:
    return drawn_case().visits[0]


def problems(protocol: Protocol, visit: Visit) -> list[tuple[str, str]]:
    return list(role_problems(visit, decide(protocol, visit.record)))


def with_role(visit: Visit, index: int, role: Role) -> Visit:
    lines = list(visit.statements)
    lines[index] = replace(lines[index], role=role)
    return changed(visit, statements=tuple(lines))


def test_a_visit_that_agrees_with_its_key_has_no_problem(protocol: Protocol, visit: Visit) -> None:
    assert problems(protocol, visit) == []


def test_a_decisive_line_whose_finding_is_gone(protocol: Protocol, visit: Visit) -> None:
    gone = replace(visit.findings[0], status=Status.ABSENT)
    assert problems(protocol, changed(visit, findings=(gone,))) == [
        (
            "statements[0].role",
            (
                "Statement “i01” is decisive, and no finding it supports decides this visit: by rule "
                "CI-BLEED “thinner” (absent) asks for nothing; the key is “proceed” with escalation “none”. "
                "Call it supporting, or check the findings."
            ),
        )
    ]


def test_a_decisive_line_whose_finding_is_outranked(protocol: Protocol, visit: Visit) -> None:
    burn = replace(visit.findings[0], key="sunburn", finding="CI-SUN", attributes={}, clearance=None)
    both = changed(visit, findings=(*visit.findings, burn))
    (outranked, hidden) = problems(protocol, both)
    assert outranked[0] == "statements[0].role"
    assert "by rule CI-BLEED “thinner” asks for “medical_clearance”; the key is “postpone”" in outranked[1]
    assert hidden == (
        "findings[1].key",
        (
            "“sunburn” decides this visit by rule CI-SUN, and no counted statement supports it. "
            "Add one, or call one decisive."
        ),
    )
    assert problems(protocol, with_role(both, 0, Role.SUPPORTING)) == [hidden]


def test_a_supporting_line_whose_finding_asks_for_nothing(protocol: Protocol, visit: Visit) -> None:
    gone = changed(visit, findings=(replace(visit.findings[0], status=Status.ABSENT),))
    (problem,) = problems(protocol, with_role(gone, 0, Role.SUPPORTING))
    assert problem[0] == "statements[0].role"
    assert problem[1].startswith("What statement “i01” supports asks for nothing today: by rule CI-BLEED")
    assert problem[1].endswith("Call it a modifier or a distractor.")


def test_a_finding_that_only_an_uncounted_line_shows(protocol: Protocol, visit: Visit) -> None:
    (problem,) = problems(protocol, with_role(visit, 0, Role.MODIFIER))
    assert problem == (
        "findings[0].key",
        (
            "“thinner” decides this visit by rule CI-BLEED, and no counted statement supports it. "
            "Statement “i01” does, and is not counted. Add one, or call one decisive."
        ),
    )


def test_a_line_may_reveal_a_sign(protocol: Protocol, visit: Visit) -> None:
    sign = next(key for key, one in protocol.signs.items() if one.rule.safety_critical)
    line = Statement("i09", "exam", "What is seen", Role.DECISIVE, "It needs somebody now.", (sign,))
    after = changed(visit, findings=(), statements=(line,), signs=(sign,))
    assert problems(protocol, after) == []
    (problem,) = problems(protocol, changed(after, signs=()))
    assert problem[0] == "statements[0].role"
