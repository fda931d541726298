"""The order of the rules, one by one, on records made for each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from lms.core.errors import ContentError
from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.decide import decide
from quizzes.protocols.model import Protocol, Range
from quizzes.protocols.record import Clearance, Finding, Planned, Record, Region, Status, Zone
from quizzes.protocols.serialisation import decision_from_json, decision_to_json


def record(*findings: Finding, **fields: Any) -> Record:
    known: dict[str, Any] = {"number": 1, "weeks_since_start": 0, "sessions_done": 0, "phase": "first"}
    return Record(**{**known, **fields}, findings=findings)


def finding(kind: str, status: Status = Status.PRESENT, key: str = "f1", **fields: Any) -> Finding:
    known = {"attributes", "hazard", "clearance"}
    attributes = {name: value for name, value in fields.items() if name not in known}
    rest = {name: value for name, value in fields.items() if name in known}
    return Finding(key, kind, status, attributes, **rest)


def outcome(protocol: Protocol, *findings: Finding, **fields: Any) -> tuple[str, str]:
    decision = decide(protocol, record(*findings, **fields))
    return decision.action.value, decision.escalation.value


@pytest.mark.parametrize("status", [Status.ABSENT, Status.RESOLVED])
def test_what_is_absent_or_resolved_asks_for_nothing(protocol: Protocol, status: Status) -> None:
    decision = decide(protocol, record(finding("CI-DERM", status)))
    assert (decision.action, decision.reasons, decision.conditions) == (Action.PROCEED, (), ())


def test_healing_counts_as_present(protocol: Protocol) -> None:
    assert outcome(protocol, finding("CI-SUN", Status.HEALING)) == ("postpone", "none")


def test_cleared_with_a_letter_is_caution_and_stays_as_a_condition(protocol: Protocol) -> None:
    cleared = finding("CI-BLEED", Status.CLEARED, clearance=Clearance("prescriber", on_file=True))
    decision = decide(protocol, record(cleared))
    assert decision.action is Action.PROCEED_WITH_CAUTION
    assert [condition.rule for condition in decision.conditions] == ["RULE-CLEARED"]


def test_cleared_by_word_of_mouth_counts_as_present(protocol: Protocol) -> None:
    told = finding("CI-BLEED", Status.CLEARED, clearance=Clearance("prescriber", on_file=False))
    assert outcome(protocol, told) == ("medical_clearance", "none")


@pytest.mark.parametrize(
    ("status", "skin", "clinician", "on_file", "action"),
    [
        (Status.CLEARED, "healed", "surgeon", True, "proceed_with_caution"),
        (Status.RESOLVED, None, "surgeon", True, "proceed_with_caution"),
        (Status.CLEARED, "healing", "surgeon", True, "postpone"),
        (Status.CLEARED, None, "surgeon", True, "postpone"),
        (Status.CLEARED, "healed", "prescriber", True, "postpone"),
        (Status.RESOLVED, "healed", "surgeon", False, "postpone"),
    ],
)
def test_grafts_need_healed_skin_and_the_surgeons_letter(
    protocol: Protocol, *, status: Status, skin: str | None, clinician: str, on_file: bool, action: str
) -> None:
    stated: dict[str, Any] = {"cause": "grafts"} | ({"skin": skin} if skin else {})
    grafts = finding("CI-WOUND", status, clearance=Clearance(clinician, on_file=on_file), **stated)
    assert outcome(protocol, grafts)[0] == action


def test_a_healed_cut_needs_no_letter(protocol: Protocol) -> None:
    assert outcome(protocol, finding("CI-WOUND", Status.RESOLVED, cause="injury")) == ("proceed", "none")


@pytest.mark.parametrize(
    ("planned", "reaction", "alternative", "action", "rules"),
    [
        (Planned.ABSENT, "systemic", "none", "proceed", []),
        (Planned.OPTIONAL, "systemic", "none", "proceed_with_caution", ["RULE-OMIT"]),
        (Planned.REQUIRED, "local", "available", "proceed_with_caution", ["CI-ALLERGY-LOCAL"]),
        (Planned.REQUIRED, "local", "unknown", "proceed_with_caution", ["CI-ALLERGY-LOCAL"]),
        (Planned.REQUIRED, "local", "none", "medical_clearance", ["CI-ALLERGY-REFER"]),
        (Planned.REQUIRED, "unclear", "available", "medical_clearance", ["CI-ALLERGY-REFER"]),
        (Planned.REQUIRED, "systemic", "available", "medical_clearance", ["CI-ALLERGY-REFER"]),
    ],
)
def test_an_allergy_is_graded_by_plan_reaction_and_substitute(
    protocol: Protocol, *, planned: Planned, reaction: str, alternative: str, action: str, rules: list[str]
) -> None:
    allergy = finding("CI-ALLERGY", hazard="local_anaesthetic", reaction=reaction, alternative=alternative)
    decision = decide(protocol, record(allergy, plan={"local_anaesthetic": planned}))
    assert decision.action.value == action
    assert [reason.rule for reason in decision.reasons] == rules


def test_what_to_leave_out_is_named(protocol: Protocol) -> None:
    pressure = finding("BX-CV", hazard="minoxidil")
    decision = decide(protocol, record(pressure, plan={"minoxidil": Planned.OPTIONAL}))
    assert decision.reasons[0].why.startswith("Topical minoxidil: leave it out")
    required = decide(protocol, record(pressure, plan={"minoxidil": Planned.REQUIRED}))
    assert required.action is Action.MEDICAL_CLEARANCE


def test_a_bleeding_signal_is_weak_only_where_that_is_stated(protocol: Protocol) -> None:
    assert outcome(protocol, finding("CI-BLEED")) == ("medical_clearance", "none")
    weak = decide(protocol, record(finding("CI-BLEED", strength="weak")))
    assert (weak.action, weak.reasons[0].decisive, weak.reasons[0].safety_critical) == (
        Action.PROCEED,
        False,
        False,
    )


QUIET: dict[str, Any] = {
    "diagnosis": "confirmed",
    "activity": "quiet",
    "extent": "single_organ",
    "immune_suppressed": False,
    "skin_involved": False,
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ("proceed_with_caution", "none")),
        ({"immune_suppressed": True}, ("medical_clearance", "none")),
        ({"extent": "systemic"}, ("medical_clearance", "none")),
        ({"skin_involved": True}, ("medical_clearance", "none")),
        ({"activity": "active"}, ("medical_clearance", "routine_referral")),
        ({"activity": "unknown"}, ("medical_clearance", "routine_referral")),
        ({"diagnosis": "unconfirmed"}, ("medical_clearance", "routine_referral")),
    ],
)
def test_autoimmune_disease_is_graded(
    protocol: Protocol, changed: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert outcome(protocol, finding("CI-AUTO", **{**QUIET, **changed})) == expected


@pytest.mark.parametrize("left_out", ["immune_suppressed", "skin_involved"])
def test_what_is_not_stated_takes_the_stricter_branch(protocol: Protocol, left_out: str) -> None:
    stated = {name: value for name, value in QUIET.items() if name != left_out}
    assert outcome(protocol, finding("CI-AUTO", **stated)) == ("medical_clearance", "none")


def test_psoriasis_away_from_the_scalp_asks_for_clearance(protocol: Protocol) -> None:
    decision = decide(protocol, record(finding("CI-DERM", site="elsewhere")))
    assert (decision.action, decision.escalation) == (Action.MEDICAL_CLEARANCE, Escalation.NONE)
    assert not decision.reasons[0].safety_critical


def test_the_strictest_action_and_the_highest_escalation_win_each_on_its_own(protocol: Protocol) -> None:
    decision = decide(
        protocol,
        record(
            finding("CI-SUN", key="burn"),
            finding("CI-AUTO", key="lupus", diagnosis="confirmed", activity="active", extent="systemic"),
            finding("CI-BLEED", key="blood"),
        ),
    )
    assert (decision.action, decision.escalation) == (Action.POSTPONE, Escalation.ROUTINE_REFERRAL)
    assert {reason.finding_key: reason.decisive for reason in decision.reasons} == {
        "burn": True,
        "lupus": True,
        "blood": False,
    }
    assert {condition.finding_key for condition in decision.conditions} == {"lupus", "blood"}


@pytest.mark.parametrize(
    ("sign", "expected"),
    [
        ("transient_redness", ("proceed", "none")),
        ("new_lumps", ("medical_clearance", "routine_referral")),
        ("fever", ("postpone", "urgent_same_day")),
        ("faintness_or_palpitations", ("postpone", "emergency")),
    ],
)
def test_signs_come_after_the_findings(protocol: Protocol, sign: str, expected: tuple[str, str]) -> None:
    assert outcome(protocol, signs=(sign,)) == expected


@pytest.mark.parametrize(
    ("response", "weeks", "action"),
    [
        ("none", 25, "proceed"),
        ("none", 26, "medical_clearance"),
        ("improving", 40, "proceed"),
        ("not_assessed", 40, "proceed"),
    ],
)
def test_no_response_after_half_a_year_asks_for_a_second_look(
    protocol: Protocol, response: str, weeks: int, action: str
) -> None:
    fields: dict[str, Any] = {"response": response, "weeks_since_start": weeks}
    assert outcome(protocol, phase="series", **fields)[0] == action


def test_reasons_lead_from_the_fact_to_the_source(protocol: Protocol) -> None:
    reason = decide(protocol, record(finding("CI-PREG"))).reasons[0]
    assert (reason.finding_key, reason.finding, reason.rule) == ("f1", "CI-PREG", "CI-PREG")
    assert reason.wait is not None
    assert reason.wait.startswith("Until after the pregnancy")
    assert reason.sources[0].text.startswith("Article, section S07")
    assert reason.safety_critical


@pytest.mark.parametrize(
    ("kind", "stated", "event", "source"),
    [
        ("CI-DERM", {}, "While the scalp is affected", "course_convention"),
        ("CI-DERM", {"site": "elsewhere"}, "Until the treating clinician agrees", "course_convention"),
        (
            "CI-AUTO",
            {**QUIET, "extent": "systemic"},
            "Until the treating clinician agrees",
            "course_convention",
        ),
        (
            "CI-AUTO",
            {**QUIET, "diagnosis": "unconfirmed"},
            "Until a clinician has named",
            "course_convention",
        ),
        ("CI-PREG", {}, "Until after the pregnancy", "article"),
        ("BX-SCAR", {}, "A dermatologist makes the diagnosis", "literature"),
    ],
)
def test_a_wait_names_its_event_and_the_source_of_that(
    protocol: Protocol, kind: str, stated: dict[str, Any], event: str, source: str
) -> None:
    decision = decide(protocol, record(finding(kind, **stated)))
    reason = decision.reasons[0]
    assert reason.wait is not None
    assert reason.wait.startswith(event)
    assert reason.wait_sources[0].kind == source
    assert decision.conditions == ()


def test_a_condition_is_the_event_of_a_weaker_finding_with_its_sources(protocol: Protocol) -> None:
    decision = decide(protocol, record(finding("CI-PREG", key="a"), finding("CI-BLEED", key="b")))
    (condition,) = decision.conditions
    assert condition.text.startswith("No needling until the prescriber has replied")
    assert [source.kind for source in condition.sources] == ["course_convention"]
    assert [source.key for source in decision.reasons[1].sources] == ["S07"]


@pytest.mark.parametrize("kind", ["CI-AUTO", "CI-BLEED"])
def test_what_treats_waits_for_nothing(protocol: Protocol, kind: str) -> None:
    stated = {"CI-AUTO": QUIET, "CI-BLEED": {"strength": "weak"}}[kind]
    reason = decide(protocol, record(finding(kind, **stated))).reasons[0]
    assert (reason.wait, reason.wait_sources) == (None, ())


def test_every_rule_that_stops_names_its_event(protocol: Protocol) -> None:
    missing = protocol.non_response
    assert missing is not None
    rules = [missing.rule, *(sign.rule for sign in protocol.signs.values())]
    for kind in protocol.findings.values():
        rules += [kind.rule, *kind.rules]
    for rule in rules:
        assert (rule.wait is None) == rule.action.treats, rule.id
        assert rule.wait is None or rule.wait.sources


def test_urgent_and_emergency_signs_are_safety_critical_and_no_others(protocol: Protocol) -> None:
    urgent = {key for key, sign in protocol.signs.items() if sign.rule.escalation.urgency >= 2}
    assert urgent == {key for key, sign in protocol.signs.items() if sign.rule.safety_critical}
    assert len(urgent) == 7
    reason = decide(protocol, record(signs=("fever",))).reasons[0]
    assert (reason.sign, reason.safety_critical, reason.varies_by_region) == ("fever", True, False)


@pytest.mark.parametrize(("kind", "varies"), [("BX-ISO", True), ("BX-MINOR", True), ("BX-KEL", False)])
def test_a_reason_says_whether_it_varies_by_region(protocol: Protocol, kind: str, *, varies: bool) -> None:
    assert decide(protocol, record(finding(kind))).reasons[0].varies_by_region is varies


def test_the_escalation_rises_from_none_to_emergency(protocol: Protocol) -> None:
    signs = ("transient_redness", "new_lumps", "fever", "faintness_or_palpitations")
    seen = [outcome(protocol, signs=signs[: count + 1])[1] for count in range(4)]
    assert seen == ["none", "routine_referral", "urgent_same_day", "emergency"]


@pytest.mark.parametrize(
    "one",
    [
        finding("CI-INF", Status.RESOLVED),
        finding("CI-DERM", Status.RESOLVED, site="elsewhere"),
        finding("CI-WOUND", Status.RESOLVED, cause="injury"),
        finding("CI-PREG", Status.ABSENT),
        finding("CI-BLEED", strength="weak"),
        finding("BX-PIH"),
    ],
)
def test_what_only_looks_like_a_reason_to_stop_is_none(protocol: Protocol, one: Finding) -> None:
    assert outcome(protocol, one) == ("proceed", "none")


def test_a_decision_survives_storage(protocol: Protocol) -> None:
    treats = record(finding("BX-PIH"), phase="series", zones=(DEEP,))
    for given in (treats, record(finding("CI-PREG"), signs=("fever",))):
        for region in (None, Region("x", "X", licence_maximum_mm=0.3)):
            decision = decide(protocol, given, region)
            assert decision_from_json(json.loads(json.dumps(decision_to_json(decision)))) == decision


def test_a_decision_of_the_first_release_is_still_read(protocol: Protocol) -> None:
    decision = decide(protocol, record(finding("BX-PIH"), zones=(DEEP,)))
    stored = decision_to_json(decision)
    for reason in stored["reasons"]:
        del reason["varies_by_region"], reason["wait_sources"]
    del stored["ranges"]["zones"]
    read = decision_from_json(stored)
    assert (read.reasons[0].varies_by_region, read.reasons[0].wait_sources) == (False, ())
    assert read.ranges is not None
    assert decision.ranges is not None
    assert read.ranges == replace(decision.ranges, zones=())
    assert [condition.text for condition in read.conditions] == [c.text for c in decision.conditions]


@pytest.mark.parametrize(
    ("bad", "path"),
    [
        ({"findings": (Finding("f", "CI-NOPE", Status.PRESENT),)}, "findings[0].finding"),
        ({"findings": (finding("CI-SUN", strength="weak"),)}, "findings[0].attributes.strength"),
        ({"findings": (finding("CI-BLEED", strength="mild"),)}, "findings[0].attributes.strength"),
        ({"findings": (finding("CI-WOUND"),)}, "findings[0].attributes"),
        ({"findings": (finding("BX-CV"),)}, "findings[0].hazard"),
        ({"findings": (finding("BX-CV", hazard="minoxidil"),)}, "findings[0].hazard"),
        ({"findings": (finding("CI-SUN", hazard="minoxidil"),)}, "findings[0].hazard"),
        ({"findings": (finding("CI-BLEED", Status.CLEARED),)}, "findings[0].clearance"),
        (
            {"findings": (finding("CI-BLEED", clearance=Clearance("neighbour", on_file=True)),)},
            "findings[0].clearance.from",
        ),
        ({"findings": (finding("CI-SUN"), finding("CI-INF"))}, "findings"),
        ({"signs": ("hiccups",)}, "signs[0]"),
        ({"signs": ("fever", "fever")}, "signs"),
        ({"plan": {"leeches": Planned.REQUIRED}}, "plan.leeches"),
        ({"zones": (Zone("ear", "mild"),)}, "zones[0].zone"),
    ],
)
def test_what_the_protocol_does_not_know_is_refused(
    protocol: Protocol, bad: Mapping[str, Any], path: str
) -> None:
    unusable = replace(record(), **bad)
    with pytest.raises(ContentError) as caught:
        decide(protocol, unusable)
    assert path in {problem.field for problem in caught.value.problems}


DEEP = Zone("crown", "marked", tolerated=True)


@pytest.mark.parametrize(
    ("phase", "zone", "expected"),
    [
        ("series", DEEP, Range(1.0, 1.5)),
        ("maintenance", DEEP, Range(1.0, 1.5)),
        ("first", DEEP, Range(0.5, 0.9)),
        ("restart", DEEP, Range(0.5, 0.9)),
        ("series", replace(DEEP, tolerated=False), Range(0.5, 0.9)),
        ("series", replace(DEEP, thinning="mild"), Range(0.5, 0.9)),
        ("series", replace(DEEP, grafted=True), Range(0.5, 0.9)),
        ("series", replace(DEEP, zone="hairline"), Range(0.5, 0.9)),
        ("series", replace(DEEP, zone="part_line"), Range(0.5, 0.9)),
    ],
)
def test_the_band_follows_phase_zone_thinning_and_tolerance(
    protocol: Protocol, phase: str, zone: Zone, expected: Range
) -> None:
    ranges = decide(protocol, record(phase=phase, zones=(zone,))).ranges
    assert ranges is not None
    assert ranges.depth_mm == {zone.zone: expected}


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        (None, Range(1.0, 1.5)),
        (Region("x", "X"), Range(1.0, 1.5)),
        (Region("x", "X", licence_maximum_mm=1.2), Range(1.0, 1.2)),
        (Region("x", "X", licence_maximum_mm=2.5, device_maximum_mm=1.1), Range(1.0, 1.1)),
        (Region("x", "X", licence_maximum_mm=0.8), Range(0.5, 0.8)),
        (Region("x", "X", licence_maximum_mm=0.5), Range(0.5, 0.5)),
        (Region("x", "X", licence_maximum_mm=0.3), None),
    ],
)
def test_licence_and_device_cap_the_depth(
    protocol: Protocol, region: Region | None, expected: Range | None
) -> None:
    ranges = decide(protocol, record(phase="series", zones=(DEEP,)), region).ranges
    assert ranges is not None
    assert ranges.depth_mm == {"crown": expected}
