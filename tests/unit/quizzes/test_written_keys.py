"""The protocol computes, by general rules alone, the keys that were written by hand for each case."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pytest

from lms.publishing.documents import read_yaml
from quizzes.cases.model import Case, Visit
from quizzes.cases.parse import check_case
from quizzes.protocols.decide import decide
from quizzes.protocols.model import Protocol, Range

SHALLOW = (0.5, 0.9)
DEEPER = (1.0, 1.5)

WRITTEN: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "C01": ("proceed", "none", ()),
    "C02": ("proceed", "none", ()),
    "C03": ("proceed", "none", ()),
    "C04": ("proceed", "none", ()),
    "C06": ("proceed", "none", ()),
    "C07": ("postpone", "routine_referral", ("CI-INF",)),
    "C08": ("do_not_treat", "routine_referral", ("CI-DERM",)),
    "C09": ("medical_clearance", "none", ("CI-BLEED",)),
    "C10": ("medical_clearance", "routine_referral", ("CI-AUTO",)),
    "C12": ("postpone", "none", ("CI-SUN",)),
    "C14": ("postpone", "none", ("CI-WOUND",)),
    "C15": ("medical_clearance", "routine_referral", ("CI-AUTO",)),
    "C16": ("do_not_treat", "routine_referral", ("BX-SCAR",)),
    "C18": ("do_not_treat", "routine_referral", ("CI-DERM",)),
    "C19": ("medical_clearance", "routine_referral", ("CI-AUTO", "CI-BLEED")),
    "C21": ("proceed_with_caution", "none", ("CI-ALLERGY", "CI-ALLERGY")),
    "C23": ("proceed", "none", ()),
    "C24": ("proceed_with_caution", "none", ("BX-CV",)),
}
"""Action, escalation, and the findings that decide."""

DEPTHS: dict[str, dict[str, tuple[float, float]]] = {
    "C01": {"crown": SHALLOW},
    "C02": {"part_line": SHALLOW, "midscalp": SHALLOW},
    "C03": {"temples": SHALLOW, "hairline": SHALLOW, "midscalp": SHALLOW},
    "C04": {"crown": SHALLOW, "midscalp": SHALLOW, "hairline": SHALLOW},
    "C06": {"temples": SHALLOW, "hairline": SHALLOW},
    "C21": {"temples": SHALLOW, "hairline": SHALLOW},
    "C23": {"crown": DEEPER},
    "C24": {"midscalp": SHALLOW},
}
"""Of the session that each case asks for, in millimetres, where the visit treats."""

SIGNALS: dict[str, set[str]] = {
    "C07": {"i03"},
    "C08": {"i02"},
    "C09": {"i02"},
    "C10": {"i02"},
    "C12": {"i02"},
    "C14": {"i01", "i02"},
    "C15": {"i02"},
    "C16": {"i02"},
    "C18": {"i02", "i03", "i04"},
    "C19": {"i01", "i02"},
    "C21": {"i01", "i02"},
    "C24": {"i02"},
}


LATER: dict[tuple[str, int], tuple[str, str, tuple[str, ...]]] = {
    ("C04", 2): ("proceed", "none", ()),
    ("C04", 3): ("proceed", "none", ()),
    ("C06", 2): ("postpone", "none", ("CI-SUN",)),
    ("C06", 3): ("proceed", "none", ()),
    ("C12", 2): ("postpone", "none", ("CI-SUN",)),
    ("C12", 3): ("proceed", "none", ()),
    ("C14", 2): ("proceed_with_caution", "none", ("CI-WOUND",)),
    ("C23", 2): ("proceed", "none", ()),
    ("C23", 3): ("medical_clearance", "none", ("CI-BLEED",)),
    ("C23", 4): ("medical_clearance", "routine_referral", ("TIM-04",)),
    ("C24", 2): ("postpone", "emergency", ("faintness_or_palpitations",)),
    ("C24", 3): ("proceed_with_caution", "none", ("BX-CV",)),
}
"""Of every visit after the first: action, escalation, and the findings, signs or rules that decide."""

SETTINGS = {"interval_weeks": Range(2, 4), "initial_sessions": Range(4, 6), "maintenance_months": Range(3, 6)}
LATER_DEPTHS: dict[tuple[str, int], dict[str, tuple[float, float]]] = {
    ("C04", 2): {"crown": DEEPER, "midscalp": DEEPER, "hairline": SHALLOW},
    ("C04", 3): {"crown": DEEPER, "midscalp": DEEPER, "hairline": SHALLOW},
    ("C06", 3): {"temples": SHALLOW, "hairline": SHALLOW},
    ("C12", 3): {"crown": SHALLOW},
    ("C14", 2): {"hairline": SHALLOW, "midscalp": SHALLOW},
    ("C23", 2): {"crown": DEEPER},
    ("C24", 3): {"midscalp": SHALLOW},
}
"""In millimetres, where a later visit treats."""

LATER_SIGNALS: dict[tuple[str, int], set[str]] = {
    ("C06", 2): {"v2-01", "v2-02"},
    ("C12", 2): {"v2-01", "v2-02"},
    ("C14", 2): {"v2-02"},
    ("C23", 3): {"v3-01"},
    ("C23", 4): {"v4-01", "v4-02"},
    ("C24", 2): {"v2-01", "v2-02", "v2-03"},
    ("C24", 3): {"v3-01"},
}


def test_all_eighteen_cases_are_there(cases: Mapping[str, Case]) -> None:
    assert set(WRITTEN) <= set(cases)


@pytest.mark.parametrize("source_id", sorted(WRITTEN))
def test_the_computed_key_is_the_written_one(
    protocol: Protocol, cases: Mapping[str, Case], source_id: str
) -> None:
    action, escalation, deciding = WRITTEN[source_id]
    decision = decide(protocol, cases[source_id].visits[0].record)
    assert (decision.action.value, decision.escalation.value) == (action, escalation)
    assert tuple(sorted(r.finding or "" for r in decision.reasons if r.decisive)) == tuple(sorted(deciding))


@pytest.mark.parametrize("source_id", sorted(WRITTEN))
def test_the_computed_depth_is_the_written_one(
    protocol: Protocol, cases: Mapping[str, Case], source_id: str
) -> None:
    ranges = decide(protocol, cases[source_id].visits[0].record).ranges
    if source_id not in DEPTHS:
        assert ranges is None
        return
    assert ranges is not None
    computed = {zone: (d.minimum, d.maximum) for zone, d in ranges.depth_mm.items() if d is not None}
    assert computed == DEPTHS[source_id]
    assert ranges.settings == SETTINGS


@pytest.mark.parametrize("source_id", sorted(WRITTEN))
def test_the_statements_that_count_as_signals(cases: Mapping[str, Case], source_id: str) -> None:
    statements = cases[source_id].visits[0].statements
    assert {s.id for s in statements if s.counts_as == "signal"} == SIGNALS.get(source_id, set())


@pytest.mark.parametrize("source_id", sorted(WRITTEN))
def test_a_case_agrees_with_its_protocol(
    protocol: Protocol, cases: Mapping[str, Case], library: Path, source_id: str
) -> None:
    case = cases[source_id]
    assert list(check_case(case, {("protocol", protocol.key): protocol}, "case.yaml")) == []
    assert (library / "cases" / f"{case.key}.yaml").is_file()
    assert all(statement.why for statement in case.visits[0].statements)
    assert case.visits[0].plan_prompt


def _visit(cases: Mapping[str, Case], place: tuple[str, int]) -> Visit:
    source_id, number = place
    return cases[source_id].visit(number - 1)


def test_no_later_visit_goes_unwritten(cases: Mapping[str, Case]) -> None:
    later = {(key, visit.number) for key in WRITTEN for visit in cases[key].visits if visit.number > 1}
    assert later == set(LATER)


@pytest.mark.parametrize("place", sorted(LATER), ids=str)
def test_the_computed_key_of_a_later_visit_is_the_written_one(
    protocol: Protocol, cases: Mapping[str, Case], place: tuple[str, int]
) -> None:
    decision = decide(protocol, _visit(cases, place).record)
    action, escalation, deciding = LATER[place]
    assert (decision.action.value, decision.escalation.value) == (action, escalation)
    found = tuple(sorted(r.finding or r.sign or r.rule for r in decision.reasons if r.decisive))
    assert found == deciding


@pytest.mark.parametrize("place", sorted(LATER), ids=str)
def test_the_computed_depth_of_a_later_visit_is_the_written_one(
    protocol: Protocol, cases: Mapping[str, Case], place: tuple[str, int]
) -> None:
    ranges = decide(protocol, _visit(cases, place).record).ranges
    if place not in LATER_DEPTHS:
        assert ranges is None
        return
    assert ranges is not None
    computed = {zone: (d.minimum, d.maximum) for zone, d in ranges.depth_mm.items() if d is not None}
    assert computed == LATER_DEPTHS[place]
    assert ranges.settings == SETTINGS


@pytest.mark.parametrize("place", sorted(LATER), ids=str)
def test_a_later_visit_tells_what_a_trainee_needs(cases: Mapping[str, Case], place: tuple[str, int]) -> None:
    visit, before = _visit(cases, place), _visit(cases, (place[0], place[1] - 1))
    signals = {one.id for one in visit.statements if one.counts_as == "signal"}
    assert signals == LATER_SIGNALS.get(place, set())
    assert 3 <= len(visit.statements) <= 7
    assert any(one.counts_as == "noise" for one in visit.statements)
    assert all(one.why for one in visit.statements)
    assert all((visit.when, visit.presentation, visit.question, visit.rationale, before.outcome))


def test_seven_weeks_are_too_early_to_doubt_a_response_and_seven_months_are_not(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    at_seven_months = _visit(cases, ("C23", 4)).record
    assert at_seven_months.response == "none"
    early = dataclasses.replace(at_seven_months, weeks_since_start=7)
    assert "TIM-04" not in {reason.rule for reason in decide(protocol, early).reasons}
    assert decide(protocol, early).action.value == "proceed_with_caution"
    assert "TIM-04" in {reason.rule for reason in decide(protocol, at_seven_months).reasons}


def test_a_complication_asks_for_no_settings(cases: Mapping[str, Case]) -> None:
    assert _visit(cases, ("C24", 2)).asks == ("spot", "decide")


def test_every_written_case_can_be_drawn_in_several_ways(cases: Mapping[str, Case]) -> None:
    for source_id in WRITTEN:
        variants = cases[source_id].variants
        assert 1 <= len(variants.patients) <= 3, source_id
        assert 1 == variants.extras.draw <= len(variants.extras.statements), source_id
    assert sum(bool(cases[source_id].contrasts) for source_id in WRITTEN) >= 12


def test_the_contested_cases(cases: Mapping[str, Case]) -> None:
    assert {case.source_id for case in cases.values() if case.contested} == {"C15", "C19", "C21", "C24"}


def test_the_later_session_of_marked_thinning_goes_deeper(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    first = cases["C04"].visits[0].record
    zones = tuple(type(zone)(zone.zone, zone.thinning, tolerated=True) for zone in first.zones)
    later = type(first)(number=2, weeks_since_start=3, sessions_done=1, phase="series", zones=zones)
    ranges = decide(protocol, later).ranges
    assert ranges is not None
    computed = {zone: (d.minimum, d.maximum) for zone, d in ranges.depth_mm.items() if d is not None}
    assert computed == {"crown": DEEPER, "midscalp": DEEPER, "hairline": SHALLOW}


def test_the_eight_contraindications_of_the_article_are_safety_critical(protocol: Protocol) -> None:
    critical = {kind.article_item for kind in protocol.findings.values() if kind.safety_critical}
    assert critical == {1, 2, 3, 4, 5, 6, 7, 8}
    assert not any(k.safety_critical and k.varies_by_region for k in protocol.findings.values())


def test_every_fact_names_a_source_and_none_is_recalled(protocol: Protocol, library: Path) -> None:
    assert all(fact.sources for fact in protocol.facts.values())
    unsourced = {"AFT-07", "BX-BBV", "BX-BDD", "BX-CA", "BX-HSV", "BX-IMM", "NUM-05"}
    assert unsourced.isdisjoint(protocol.facts)
    written = read_yaml((library / "protocol.yaml").read_bytes(), file="protocol.yaml")
    assert isinstance(written.value, dict)
    assert "memory" not in str(written.value)


def test_each_publication_is_quoted_somewhere(protocol: Protocol) -> None:
    quoted = {source.key for fact in protocol.facts.values() for source in fact.sources}
    assert set(protocol.literature) <= quoted
