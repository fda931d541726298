"""Wrong protocol documents: every problem at once, with file, line and field."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from lms.core.errors import ContentError, NotFound, Problem
from quizzes.protocols.model import Harm, Protocol
from quizzes.protocols.parse import check_protocol, parse_protocol


@pytest.fixture(scope="module")
def text(library: Path) -> str:
    return (library / "protocol.yaml").read_text(encoding="utf-8")


def problems(text: str) -> list[Problem]:
    with pytest.raises(ContentError) as caught:
        parse_protocol(text.encode(), "protocol.yaml")
    return list(caught.value.problems)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ("key: scalp-microneedling", "key: Scalp Needling", "key", "is not a key"),
        ("label: Pregnancy\n", "labell: Pregnancy\n", "findings[5].labell", "Did you mean “label”?"),
        (
            "sources: [literature:fried2023]\n    wait",
            "sources: [literature:fried2032]\n    wait",
            "findings[9].sources[0]",
            "Did you mean “literature:fried2023”?",
        ),
        (
            "sources: [literature:mn_poc_chapter]",
            "sources: [memory]",
            "findings[11].sources[0]",
            "“memory” is no source",
        ),
        ("sources: [literature:mn_poc_chapter]", "sources: []", "findings[11].sources", "names its source"),
        ("{id: MEC-02,", "{id: MEC-01,", "chapters[3].facts[1]", "already used at chapters[3].facts[0]"),
        ("id: BX-SCAR", "id: CI-SUN", "findings[9]", "already used at findings[7]"),
        ("allows: [strength]", "allows: [strenght]", "findings[2].allows[0]", "Did you mean “strength”?"),
        (
            "when: {strength: weak}",
            "when: {strength: tiny}",
            "findings[2].rules[0].when.strength",
            "“tiny” is not a value",
        ),
        (
            "when: {site: elsewhere}",
            "when: {strength: weak}",
            "findings[1].rules[0].when.strength",
            "no attribute “strength” to ask for here",
        ),
        ("from: [surgeon]", "from: [barber]", "findings[4].letter.from[0]", "no clinician “barber”"),
        ("fallback_band: DEP-A", "fallback_band: DEP-Z", "parameters.depth_mm.fallback_band", "no band"),
        (
            "when: {zone: [hairline, temples]}",
            "when: {zone: [hairline, ears]}",
            "parameters.depth_mm.band_rules[1].when.zone",
            "“ears” is not a value",
        ),
        (
            "        minimum: 1.0\n        maximum: 1.5",
            "        minimum: 1.0\n        maximum: 2.5",
            "parameters.depth_mm.bands[1]",
            "leaves the protocol's range",
        ),
        ("    minimum: 4\n", "    minimum: 9\n", "parameters.initial_sessions", "9 to 6 is not one"),
        ("    none: Nobody else needs", "    nobody: Nobody else needs", "meanings.escalations", "Expected"),
        ("if_not_stated: strong", "if_not_stated: solid", "attributes.strength.if_not_stated", "“solid”"),
        (
            "    needs: [cause]\n    allows: [skin]",
            "    needs: [cause]\n    allows: [skin, cause]",
            "findings[4].allows",
            "listed twice",
        ),
        (
            "class: temporary\n    action: postpone\n    escalation: routine_referral",
            "action: postpone\n    escalation: routine_referral",
            "findings[0]",
            "needs “class”",
        ),
        (
            "    varies_by_region: true\n    allows: [hazard]",
            "    varies_by_region: true\n    safety_critical: true\n    allows: [hazard]",
            "findings[8].safety_critical",
            "varies by region",
        ),
        ("harm: too_deep", "harm: less_strict", "safety_rules[1].harm", "SAFE-ACT already speaks"),
        ("harm: too_deep", "harm: too_deap", "safety_rules[1].harm", "too_deep"),
        ("id: SAFE-SIGN", "id: SAFE-ACT", "safety_rules[4]", "already used at safety_rules[0]"),
        (
            "action: proceed\n    rationale: >-\n      Not a contraindication.",
            "action: postpone\n    rationale: >-\n      Not a contraindication.",
            "findings[15]",
            "Name the event that ends it",
        ),
        (
            "      wait: {text: Until the flaking and tenderness are gone., sources: [course_convention]}\n",
            "",
            "signs.signs.flaking_or_tenderness",
            "“postpone” waits for something",
        ),
        (
            "{label: Short-lived redness, action: proceed}",
            "{label: Short, action: proceed, wait: {text: Until then., sources: [course_convention]}}",
            "signs.signs.transient_redness.wait",
            "Leave “wait” out",
        ),
        (
            "id: RULE-OMIT\n    action: proceed_with_caution",
            "id: RULE-OMIT\n    action: postpone",
            "general_rules.omitted.action",
            "choose an action that treats",
        ),
    ],
)
def test_a_wrong_field_is_named_with_its_line(
    text: str, old: str, new: str, field: str, message: str
) -> None:
    assert text.count(old) >= 1
    broken = text.replace(old, new, 1)
    found = problems(broken)
    named = [problem for problem in found if problem.field.startswith(field)]
    assert named, [str(problem) for problem in found]
    assert message in named[0].message
    assert named[0].file == "protocol.yaml"
    assert abs(named[0].line - line_of(text, old)) <= 7


def test_all_problems_come_at_once(text: str) -> None:
    broken = text.replace("literature:chu2021]", "literature:chu]").replace("band: DEP-B", "band: DEP-C")
    assert len({problem.line for problem in problems(broken)}) >= 5


def test_invalid_utf8_and_repeated_keys_are_refused(text: str) -> None:
    with pytest.raises(ContentError):
        parse_protocol(b"key: \xff\n", "protocol.yaml")
    assert "key" in problems("key: again\n" + text)[0].message


def test_a_parsed_protocol_needs_no_siblings(protocol: Protocol) -> None:
    assert tuple(check_protocol(protocol, {}, "protocol.yaml")) == ()


def test_the_safety_rules_are_found_by_harm_and_are_facts(protocol: Protocol) -> None:
    assert set(protocol.safety_rules) == set(get_args(Harm)) - {"beyond_limit"}
    for harm, rule in protocol.safety_rules.items():
        assert rule.harm == harm
        assert protocol.fact(rule.id).text == rule.text
        assert rule.sources
    stops, bleeding = protocol.safety_rules["stops_medicine"], protocol.fact("CI-BLEED-X")
    assert stops.sources == bleeding.sources


def test_a_missing_response_names_what_it_waits_for(text: str) -> None:
    wait = text[text.index("non_response:") : text.index("safety_rules:")]
    broken = text.replace(wait, wait[: wait.index("  wait:")])
    named = [problem for problem in problems(broken) if problem.field == "non_response"]
    assert "medical_clearance" in named[0].message


def test_facts_and_findings_are_found_by_id(protocol: Protocol) -> None:
    assert protocol.finding("CI-SUN").label == "Sunburnt or damaged scalp skin"
    source = protocol.fact("CMP-06").sources[0]
    assert source.url == "https://doi.org/10.4103/0974-7753.114700"
    assert protocol.fact("DEP-CAP").varies_by_region
    window = protocol.fact("AFT-01").window
    assert window is not None
    assert (window.unit, window.start, window.end) == ("hours", 0, 24)
    with pytest.raises(NotFound):
        protocol.fact("AFT-07")
    with pytest.raises(NotFound):
        protocol.finding("BX-HSV")


def test_settings_bands_windows_and_quantities_are_values_of_facts(protocol: Protocol) -> None:
    depth, band = protocol.fact("DEP").quantity, protocol.fact("DEP-A").quantity
    assert depth is not None
    assert band is not None
    assert (depth.text, band.text) == ("0.5 to 1.5 mm", "0.5 to 0.9 mm")
    assert protocol.fact("D-01").quantities["published"].text == "0.5 to 2.5 mm"
    assert {name: one.text for name, one in protocol.fact("TIM-04").quantities.items()} == {
        "weeks": "26 weeks",
        "months": "6 months",
    }
    assert protocol.fact("MEC-01").quantity is None
    assert protocol.fact("MEC-01").quantities == {}


@pytest.mark.parametrize(
    ("written", "path", "message"),
    [
        ("{minimum: {value: 7, unit: days}}", "minimum", "“minimum” cannot name a quantity."),
        ("{Long: {value: 7, unit: days}}", "Long", "“Long” cannot name a quantity."),
        ("{duration: {value: 7, unit: day}}", "duration.unit", "Did you mean “days”?"),
        ("{duration: {unit: days}}", "duration", "Give either “value”, or both “minimum” and “maximum”."),
        ("{duration: {value: 7, minimum: 1, unit: days}}", "duration", "Give either “value”"),
        ("{duration: {minimum: 1, unit: days}}", "duration", "Give either “value”"),
        ("{duration: {minimum: 7, maximum: 7, unit: days}}", "duration", "The range 7 to 7 is not one."),
        ("{duration: {value: -1, unit: days}}", "duration", "“-1” is below zero."),
    ],
)
def test_a_quantity_that_is_none_is_named_on_its_line(
    text: str, written: str, path: str, message: str
) -> None:
    old = "quantities: {duration: {value: 7, unit: days}}"
    assert text.count(old) == 1
    (problem,) = problems(text.replace(old, f"quantities: {written}"))
    assert problem.field.endswith(f".quantities.{path}")
    assert message in problem.message
    assert problem.line == text[: text.index(old)].count("\n") + 1
