"""A small case with everything a seed may change, for the tests of variants and of the self-test."""

from __future__ import annotations

from lms.core.errors import Problem
from quizzes.cases.model import Case
from quizzes.cases.parse import check_case, parse_case
from quizzes.protocols.model import Protocol

FILE = "cases/tablets-for-the-heart.yaml"

TEXT = """\
key: tablets-for-the-heart
source_id: T01
title: Tablets for the heart
difficulty: medium
protocol: scalp-microneedling
patient:
  name: Rhodri P.
  age: 63
  sex: male
  heritage: White (Welsh)
  fitzpatrick: II
  hair_type: straight
  goal: "Wants {his} crown back"
visits:
  - number: 1
    weeks_since_start: 0
    sessions_done: 0
    phase: first
    plan_prompt: Set the depth for today's session.
    zones: [{zone: crown, thinning: marked}]
    plan: {needle_metal: required}
    partial_credit: {postpone: 0.5}
    findings:
      - key: thinner
        finding: CI-BLEED
        status: present
        attributes: {strength: strong}
        clearance: {from: prescriber, on_file: false}
    statements:
      - id: i01
        section: medicines
        text: "{Anticoagulant}; bisoprolol 2.5 mg"
        role: decisive
        supports: [thinner]
        why: "{Anticoagulant} is an anticoagulant, and {he} has no letter."
      - id: i02
        section: history
        text: Two old bruises on the forearms
        role: modifier
        supports: [thinner]
        why: Bruises fit with an anticoagulant.
      - id: i03
        section: history
        text: Shingles on the trunk years ago, healed
        role: distractor
        why: It was not on the scalp.
      - id: i04
        section: exam
        text: The scalp is clear
        role: candidate
        why: It speaks for treatment.
    rebook_when: [A written reply from the prescriber]
    outcome: "{He} was sent to the prescriber, who wrote back {delay} later."
  - number: 2
    weeks_since_start: 0
    sessions_done: 0
    phase: first
    when: "{delay} later"
    presentation: "{He} is back."
    plan_prompt: Set the depth for today's session.
    zones: [{zone: crown, thinning: marked}]
    plan: {needle_metal: required}
    findings:
      - key: thinner
        finding: CI-BLEED
        status: cleared
        attributes: {strength: strong}
        clearance: {from: prescriber, on_file: true}
    statements:
      - id: v2-01
        section: medicines
        text: "A letter on {anticoagulant} is on file"
        role: decisive
        supports: [thinner]
        why: The prescriber agrees.
      - id: v2-02
        section: goals
        text: Would like PRP {{platelet-rich plasma}
        role: distractor
        why: It changes nothing.
    rationale: The letter is on file, so care is enough.
rationale: "{Anticoagulant} prolongs bleeding, and no letter is on file."
mistakes:
  - mistake: "Asking {him} to skip two doses"
    severity: critical
    why: Only the prescriber decides.
variants:
  patients:
    - {name: Dai M., age: 58}
    - {name: Carys M., age: 61, sex: female, words: {he: she, his: her, him: her}}
  words:
    anticoagulant: [apixaban 5 mg, rivaroxaban 20 mg, edoxaban 60 mg]
    delay: [two weeks, three weeks]
    he: [he]
    his: [his]
    him: [him]
  extras:
    draw: 2
    statements:
      - {id: x01, section: history, text: A normal test, role: distractor, why: It changes nothing.}
      - {id: x02, section: lifestyle, text: A glass of wine on Sundays, role: distractor, why: It is little.}
      - {id: x03, section: exam, text: "No scars, {he} says", role: candidate, why: It speaks for treatment.}
contrasts:
  - key: without-anticoagulant
    title: The same person without an anticoagulant
    decisive: The tablets are for blood pressure only.
    visits:
      - number: 1
        drop_findings: [thinner]
        statements:
          - {id: i01, section: medicines, text: Bisoprolol 2.5 mg, role: distractor, why: It thins nothing.}
          - {id: i02, section: history, text: No bruises, role: distractor, why: Nothing to note.}
        rebook_when: []
        outcome: "{He} was treated, and wants to hear {delay} later how it heals."
      - number: 2
        drop_findings: [thinner]
        statements:
          - {id: v2-01, section: medicines, text: Bisoprolol 2.5 mg, role: distractor, why: It thins nothing.}
        rationale: Still nothing stands against treatment.
    rationale: Nothing stands against treatment.
"""

ACNE = """\
key: tablets-for-the-skin
source_id: T02
title: Tablets for the skin
difficulty: easy
protocol: scalp-microneedling
patient:
  {name: Rui B., age: 40, sex: male, heritage: Portuguese, fitzpatrick: III, hair_type: wavy, goal: Cover}
visits:
  - number: 1
    weeks_since_start: 0
    sessions_done: 0
    phase: first
    plan_prompt: Set the depth for today's session.
    zones: [{zone: crown, thinning: marked}]
    findings: [{key: tablets, finding: BX-ISO, status: present}]
    statements:
      - {id: i01, section: medicines, text: Tablets, role: decisive, supports: [tablets], why: They count.}
      - {id: i02, section: exam, text: Scalp clear, role: candidate, why: It speaks for treatment.}
      - {id: i03, section: goals, text: Wants cover, role: distractor, why: It changes nothing.}
    outcome: He was sent to his doctor.
  - number: 2
    weeks_since_start: 0
    sessions_done: 0
    phase: first
    when: A year later
    presentation: The tablets ended long ago.
    plan_prompt: Set the depth for today's session.
    zones: [{zone: crown, thinning: marked}]
    statements: [{id: v2-01, section: exam, text: Scalp clear, role: candidate, why: It is fine.}]
    rationale: Nothing stands against treatment.
rationale: The tablets come first.
mistakes: []
"""
"""The first visit has a reason to wait that is none of safety; at the second nothing stops anybody."""


def drawn_case(text: str = TEXT) -> Case:
    return parse_case(text.encode(), FILE)


def problems_of(protocol: Protocol, text: str) -> list[Problem]:
    return list(check_case(drawn_case(text), {("protocol", protocol.key): protocol}, FILE))


def line_of(text: str, part: str) -> int:
    """Return the line on which a part of a text starts."""
    return text[: text.index(part)].count("\n") + 1
