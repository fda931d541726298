"""An unrelated protocol, with its own findings, attributes and signs, needs no change of the code."""

from __future__ import annotations

import pytest

from lms.core.errors import ContentError
from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.decide import decide
from quizzes.protocols.model import Protocol
from quizzes.protocols.parse import parse_protocol
from quizzes.protocols.record import Finding, Planned, Record, Status

PEELS = """
key: superficial-peels
title: Superficial chemical peels
version: 0.0.1
status: draft_for_clinical_review
intended_users: Learners
not_for: Patients
disclaimer: A small document for tests.
article: {title: Peels, author: A course, sections: {A: Safety}}
literature: {}
meanings:
  sources: [course_convention]
  actions: {do_not_treat: a, postpone: b, medical_clearance: c, proceed_with_caution: d, proceed: e}
  escalations: {none: a, routine_referral: b, urgent_same_day: c, emergency: d}
attributes:
  last_use:
    about: When a retinoid was last used
    values: [over_a_week_ago, within_a_week]
    if_not_stated: within_a_week
  tanned: {about: Whether the skin is tanned, values: [true, false], if_not_stated: true}
components: {salicylic_acid: Salicylic acid, glycolic_acid: Glycolic acid}
clinicians: {prescriber: The prescriber}
general_rules:
  cleared: {id: CLEAR, action: proceed_with_caution, text: On file., sources: [course_convention]}
  omitted: {id: OMIT, action: proceed_with_caution, text: "No {component}.", sources: [course_convention]}
findings:
  - id: PEEL-RETINOID
    label: Topical retinoid
    basis: article
    class: temporary
    action: postpone
    safety_critical: true
    allows: [last_use]
    rationale: The peel goes deeper than planned.
    sources: [article:A]
    wait: {text: Until a week without it has passed., sources: [article:A]}
    rules:
      - id: PEEL-RETINOID-PAST
        when: {last_use: over_a_week_ago}
        action: proceed
        text: A week is enough.
        sources: [course_convention]
  - id: PEEL-ASPIRIN
    label: Salicylate allergy
    basis: article
    class: absolute
    action: do_not_treat
    escalation: routine_referral
    safety_critical: true
    needs: [hazard]
    rationale: The peel itself is the allergen.
    sources: [article:A]
parameters:
  interval_weeks: {id: P-1, text: a, minimum: 2, maximum: 4, sources: [article:A]}
  initial_sessions: {id: P-2, text: b, minimum: 3, maximum: 6, sources: [article:A]}
  maintenance_months: {id: P-3, text: c, minimum: 1, maximum: 3, sources: [article:A]}
"""


@pytest.fixture(scope="module")
def peels() -> Protocol:
    return parse_protocol(PEELS.encode(), "protocol.yaml")


def record(*findings: Finding, planned: Planned = Planned.REQUIRED) -> Record:
    return Record(1, 0, 0, "first", plan={"salicylic_acid": planned}, findings=findings)


def test_its_own_graded_rule_applies(peels: Protocol) -> None:
    recent = Finding("r", "PEEL-RETINOID", Status.PRESENT)
    past = Finding("r", "PEEL-RETINOID", Status.PRESENT, {"last_use": "over_a_week_ago"})
    postponed = decide(peels, record(recent))
    assert postponed.action is Action.POSTPONE
    assert postponed.reasons[0].wait == "Until a week without it has passed."
    assert decide(peels, record(past)).action is Action.PROCEED


@pytest.mark.parametrize(
    ("planned", "action", "escalation"),
    [
        (Planned.REQUIRED, Action.DO_NOT_TREAT, Escalation.ROUTINE_REFERRAL),
        (Planned.OPTIONAL, Action.PROCEED_WITH_CAUTION, Escalation.NONE),
        (Planned.ABSENT, Action.PROCEED, Escalation.NONE),
    ],
)
def test_its_own_component_can_be_a_hazard(
    peels: Protocol, planned: Planned, action: Action, escalation: Escalation
) -> None:
    allergy = Finding("a", "PEEL-ASPIRIN", Status.PRESENT, hazard="salicylic_acid")
    decision = decide(peels, record(allergy, planned=planned))
    assert (decision.action, decision.escalation) == (action, escalation)


def test_a_protocol_without_needles_has_no_depth(peels: Protocol) -> None:
    ranges = decide(peels, record()).ranges
    assert ranges is not None
    assert ranges.depth_mm == {}
    assert ranges.zones == ()
    assert 3 in ranges.settings["initial_sessions"]


def test_a_letter_that_is_always_needed_is_an_event(peels: Protocol) -> None:
    letter = (
        "    letter: {when: {}, needs: {}, from: [prescriber], text: Until the letter is here., "
        "sources: [article:A]}\n"
    )
    text = PEELS.replace(
        "    wait: {text: Until a week without it has passed., sources: [article:A]}\n", letter
    )
    lettered = parse_protocol(text.encode(), "protocol.yaml")
    reason = decide(lettered, record(Finding("r", "PEEL-RETINOID", Status.PRESENT))).reasons[0]
    assert reason.wait == "Until the letter is here."
    assert peels.safety_rules == {}


def test_a_graded_rule_that_waits_needs_an_event_too() -> None:
    rule = "rules: [{id: ASK, when: {tanned: true}, action: medical_clearance, sources: [article:A]}]"
    text = PEELS.replace("    needs: [hazard]\n", f"    needs: [hazard]\n    allows: [tanned]\n    {rule}\n")
    with pytest.raises(ContentError) as caught:
        parse_protocol(text.encode(), "protocol.yaml")
    assert [problem.field for problem in caught.value.problems] == ["findings[1].rules[0]"]
