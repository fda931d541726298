"""What a protocol says when something is not there, and when a computed key may be used again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from lms.core.errors import ContentError, NotFound
from quizzes.cases.model import Case
from quizzes.grading.grade import pose
from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.conditions import condition_problems
from quizzes.protocols.decide import decide
from quizzes.protocols.document import Condition
from quizzes.protocols.model import Protocol
from quizzes.protocols.record import Clearance, Finding, Planned, Record, Status, Zone
from quizzes.protocols.records import record_problems

VOCABULARY: dict[str, tuple[str | bool, ...]] = {"strength": ("strong", "weak"), "planned": (True, False)}


def test_an_unknown_attribute_is_told_with_the_nearest_and_all_others() -> None:
    ((path, message),) = condition_problems({"strenght": "weak"}, VOCABULARY, "when")
    assert path == "when.strenght"
    assert "“strenght”" in message
    assert "“strength”" in message
    assert message.endswith("Allowed: strength, planned.")


def test_where_no_attribute_exists_none_is_allowed() -> None:
    ((_path, message),) = condition_problems({"strength": "weak"}, {}, "when")
    assert message.endswith("Allowed: none.")


def test_every_wrong_attribute_and_value_is_told() -> None:
    condition: Condition = {"colour": "red", "strength": ("weak", "bold"), "planned": "maybe"}
    found = list(condition_problems(condition, VOCABULARY, "when"))
    assert [path for path, _message in found] == ["when.colour", "when.strength", "when.planned"]
    assert "“bold” is not a value of “strength”" in found[1][1]
    assert found[1][1].endswith("Use strong, weak.")
    assert found[2][1].endswith("Use True, False.")


def test_what_the_protocol_does_not_have_is_named(protocol: Protocol) -> None:
    with pytest.raises(NotFound, match=r"scalp-microneedling.*no fact “NO-SUCH”"):
        protocol.fact("NO-SUCH")
    with pytest.raises(NotFound, match=r"scalp-microneedling.*no finding “NO-SUCH”"):
        protocol.finding("NO-SUCH")


def test_a_key_is_computed_once_for_a_case_and_a_protocol(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    case = cases["C09"]
    first = pose(protocol, case, 0)
    assert pose(protocol, case, 0) is first
    assert first.partial_credit is True
    assert pose(protocol, case, 0, partial_credit=False) is not first


def test_another_protocol_or_another_case_around_the_same_visit_is_a_new_question(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    case = cases["C09"]
    pose(protocol, case, 0)
    revised = replace(protocol, version="9.9.9")
    assert pose(revised, case, 0).protocol is revised
    contested = replace(case, contested=True)
    assert pose(revised, contested, 0).case is contested


FIRST = Record(1, 0, 0, "first")
NEEDS_HAZARD = "BX-CV needs “hazard”: the product or component it makes dangerous."
UNPLANNED = "The plan does not say whether “minoxidil” is absent, optional or required. Add it there."
UNSAID = "A cleared finding says from whom the opinion is, and whether it is on file."
TWICE = "stands there 2 times. Keep one, or give each its own key."


def finding(kind: str, status: Status = Status.PRESENT, *, key: str = "f", **fields: Any) -> Finding:
    return Finding(key, kind, status, **fields)


@pytest.mark.parametrize(
    ("bad", "problems"),
    [
        (
            {"findings": (finding("CI-BLED"), finding("CI-SUN", key="g", attributes={"strength": "weak"}))},
            [
                ("findings[0].finding", "The protocol has no finding “CI-BLED”. Did you mean “CI-BLEED”?"),
                ("findings[1].attributes.strength", "CI-SUN does not allow “strength”. Allowed: none."),
            ],
        ),
        (
            {"findings": (finding("CI-AUTO", attributes={"extent": "systemic"}),)},
            [
                ("findings[0].attributes", "CI-AUTO needs “diagnosis”. State it."),
                ("findings[0].attributes", "CI-AUTO needs “activity”. State it."),
            ],
        ),
        (
            {"findings": (finding("CI-ALLERGY", Status.ABSENT, attributes={"reacton": "local"}),)},
            [
                (
                    "findings[0].attributes.reacton",
                    "CI-ALLERGY does not allow “reacton”. Allowed: reaction, alternative.",
                )
            ],
        ),
        (
            {"findings": (finding("CI-BLEED", attributes={"strength": "mild"}),)},
            [
                (
                    "findings[0].attributes.strength",
                    "“mild” is not a value of “strength”. Use one of strong, weak.",
                )
            ],
        ),
        ({"findings": (finding("BX-CV"),)}, [("findings[0].hazard", NEEDS_HAZARD)]),
        ({"findings": (finding("BX-CV", hazard="minoxidil"),)}, [("findings[0].hazard", UNPLANNED)]),
        (
            {"findings": (finding("BX-CV", hazard="minoxidi"),)},
            [
                (
                    "findings[0].hazard",
                    "The protocol has no component “minoxidi”. Did you mean “minoxidil”?",
                )
            ],
        ),
        (
            {"findings": (finding("CI-SUN", hazard="minoxidil"),)},
            [("findings[0].hazard", "CI-SUN does not allow “hazard”.")],
        ),
        ({"findings": (finding("CI-BLEED", Status.CLEARED),)}, [("findings[0].clearance", UNSAID)]),
        (
            {"findings": (finding("CI-BLEED", clearance=Clearance("precriber", on_file=True)),)},
            [
                (
                    "findings[0].clearance.from",
                    "The protocol knows no clinician “precriber”. Did you mean “prescriber”?",
                )
            ],
        ),
        ({"findings": (finding("CI-SUN"), finding("CI-INF"))}, [("findings", f"“f” {TWICE}")]),
        ({"signs": ("fevr",)}, [("signs[0]", "The protocol has no sign “fevr”. Did you mean “fever”?")]),
        ({"signs": ("fever", "vesicles", "fever")}, [("signs", f"“fever” {TWICE}")]),
        (
            {"plan": {"minoxidl": Planned.REQUIRED}},
            [("plan.minoxidl", "The protocol has no component “minoxidl”. Did you mean “minoxidil”?")],
        ),
        (
            {"zones": (Zone("crow", "mild"),)},
            [("zones[0].zone", "The protocol has no zone “crow”. Did you mean “crown”?")],
        ),
        ({"zones": (Zone("crown", "mild"), Zone("crown", "mild"))}, [("zones", f"“crown” {TWICE}")]),
    ],
)
def test_a_record_is_told_where_it_is_wrong_and_what_to_write(
    protocol: Protocol, bad: Mapping[str, Any], problems: list[tuple[str, str]]
) -> None:
    assert record_problems(protocol, replace(FIRST, **bad)) == problems


def test_what_is_absent_need_not_be_described(protocol: Protocol) -> None:
    absent = (finding("CI-WOUND", Status.ABSENT), finding("BX-CV", Status.ABSENT, key="g"))
    assert record_problems(protocol, replace(FIRST, findings=absent)) == []


def test_a_reason_speaks_in_the_words_of_its_kind_and_its_rule(protocol: Protocol) -> None:
    (reason,) = decide(protocol, replace(FIRST, findings=(finding("CI-SUN"),))).reasons
    kind = protocol.findings["CI-SUN"]
    assert (reason.label, reason.why) == (kind.label, kind.rule.text)
    assert reason.sources == kind.rule.sources


def test_a_rule_for_every_finding_adds_its_sources_to_those_of_the_kind(protocol: Protocol) -> None:
    letter = Clearance("prescriber", on_file=True)
    cleared = replace(FIRST, findings=(finding("CI-BLEED", Status.CLEARED, clearance=letter),))
    (reason,) = decide(protocol, cleared).reasons
    kind, rule = protocol.findings["CI-BLEED"], protocol.general_rules.cleared
    assert reason.label == kind.label
    assert reason.sources[: len(kind.sources)] == kind.sources
    assert set(reason.sources) == {*kind.sources, *rule.sources}
    assert len(set(reason.sources)) == len(reason.sources)


def test_ranks_run_from_the_least_to_the_most_strict() -> None:
    assert [(one.strictness, one.treats, one.waits) for one in Action] == [
        (0, True, False),
        (1, True, False),
        (2, False, True),
        (3, False, True),
        (4, False, False),
    ]
    assert [one.urgency for one in Escalation] == [0, 1, 2, 3]


def test_a_sign_speaks_in_its_own_words_and_is_no_finding(protocol: Protocol) -> None:
    (reason,) = decide(protocol, replace(FIRST, signs=("fever",))).reasons
    sign = protocol.signs["fever"]
    assert (reason.sign, reason.label, reason.why) == ("fever", sign.label, sign.rule.text)
    assert (reason.finding_key, reason.finding) == (None, None)


def test_reasons_come_by_strictness_then_urgency_then_name(protocol: Protocol) -> None:
    mild_first = (finding("CI-SUN", key="a"), finding("CI-PREG", key="b"))
    reasons = decide(protocol, replace(FIRST, findings=mild_first, signs=tuple(protocol.signs))).reasons
    ranks = [
        (-one.action.strictness, -one.escalation.urgency, one.finding_key or one.sign or "")
        for one in reasons
    ]
    assert ranks == sorted(ranks)
    assert len({strictness for strictness, _urgency, _name in ranks}) > 1
    assert any(first[0] == then[0] and first[1] < then[1] for first, then in pairwise(ranks))


def test_what_no_record_may_hold_is_a_problem_of_the_record(protocol: Protocol) -> None:
    with pytest.raises(ContentError) as refused:
        decide(protocol, replace(FIRST, signs=("fevr",)))
    (problem,) = refused.value.problems
    assert (problem.file, problem.line, problem.field) == ("record", 1, "signs[0]")


def test_no_response_speaks_in_the_words_of_its_rule_and_is_no_danger(protocol: Protocol) -> None:
    missing = protocol.non_response
    assert missing is not None
    late = replace(FIRST, number=2, weeks_since_start=missing.weeks_since_start)
    assert "none" in missing.responses
    (reason,) = decide(protocol, replace(late, response="none")).reasons
    assert (reason.label, reason.why) == (missing.rule.text, missing.rule.text)
    assert reason.safety_critical is False
    assert (reason.finding_key, reason.sign) == (None, None)
