"""C33 to C42, of the exam bank: the keys the rules compute for them are the ones their authors meant."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from quizzes.cases.model import Case, Visit
from quizzes.cases.parse import check_case
from quizzes.cases.variants import contrast_of, realise
from quizzes.protocols.decide import decide
from quizzes.protocols.model import Protocol

Key = tuple[str, str, tuple[str, ...]]
"""Action, escalation, and what decides in alphabetical order: findings, signs, or the missing response."""

Depths = dict[str, tuple[float, float]]
"""Zone to the range of depths in millimetres."""

CLEAR: Key = ("proceed", "none", ())
BURNT: Key = ("postpone", "none", ("CI-SUN",))
ASK_PRESCRIBER: Key = ("medical_clearance", "none", ("CI-BLEED",))
SHALLOW = (0.5, 0.9)
DEEPER = (1.0, 1.5)

INTENDED: dict[str, tuple[Key, ...]] = {
    "C33": (("proceed_with_caution", "none", ("CI-ALLERGY",)), CLEAR),
    "C34": (BURNT, CLEAR),
    "C35": (BURNT,),
    "C36": (CLEAR, CLEAR),
    "C37": (CLEAR, CLEAR, CLEAR),
    "C38": (CLEAR,),
    "C39": (CLEAR, CLEAR),
    "C40": (CLEAR, ("postpone", "emergency", ("breathing_difficulty_or_facial_swelling",))),
    "C41": (ASK_PRESCRIBER,),
    "C42": (CLEAR, ("medical_clearance", "routine_referral", ("TIM-04",))),
}

EDGES: Depths = {"hairline": SHALLOW, "temples": SHALLOW}
TOP: Depths = {"crown": SHALLOW, "midscalp": SHALLOW}
PARTING: Depths = {"part_line": SHALLOW, "midscalp": SHALLOW}

DEPTHS: dict[str, tuple[Depths | None, ...]] = {
    "C33": (EDGES, EDGES),
    "C34": (None, TOP),
    "C35": (None,),
    "C36": ({"crown": SHALLOW, "temples": SHALLOW}, {"crown": DEEPER, "temples": SHALLOW}),
    "C37": (
        {"crown": SHALLOW, "hairline": SHALLOW},
        {"crown": DEEPER, "hairline": SHALLOW},
        {"crown": SHALLOW, "hairline": SHALLOW},
    ),
    "C38": (TOP,),
    "C39": (EDGES, EDGES),
    "C40": (PARTING, None),
    "C41": (None,),
    "C42": (PARTING, None),
}
"""Per visit; None where the visit does not treat."""

CONTRASTS: dict[tuple[str, str], tuple[Key, ...]] = {
    ("C33", "only-with-cream"): (
        ("proceed_with_caution", "none", ("CI-ALLERGY",)),
        ("medical_clearance", "none", ("CI-ALLERGY",)),
    ),
    ("C34", "still-sore"): (BURNT, BURNT),
    ("C35", "no-chemicals"): (CLEAR,),
    ("C36", "growing-patch"): (CLEAR, ("postpone", "urgent_same_day", ("CI-INF", "spreading_redness"))),
    ("C37", "new-tablet"): (CLEAR, CLEAR, ASK_PRESCRIBER),
    ("C38", "other-flakes"): (("do_not_treat", "routine_referral", ("CI-DERM",)),),
    ("C39", "two-weeks-late"): (CLEAR, ("postpone", "none", ("CI-PREG",))),
    ("C41", "without-anticoagulant"): (CLEAR,),
    ("C42", "narrower-part"): (CLEAR, CLEAR),
}

FURTHER_TASKS: dict[str, tuple[int, str, str, str]] = {
    "C33": (1, "products", "choice", "add_ons"),
    "C34": (2, "sun", "choice", "aftercare"),
    "C36": (1, "shedding", "number", "protocol"),
    "C37": (1, "dressing_table", "choice", "aftercare"),
    "C38": (1, "home", "choice", "add_ons"),
    "C39": (1, "promise", "choice", "scope"),
    "C40": (2, "steps", "ordering", "aftercare"),
    "C41": (1, "advice", "choice", "scope"),
    "C42": (2, "growth", "number", "protocol"),
}
"""The visit, the name, the kind and the row of the blueprint."""


def key_of(protocol: Protocol, visit: Visit) -> Key:
    decision = decide(protocol, visit.record)
    deciding = sorted(one.finding or one.sign or one.rule for one in decision.reasons if one.decisive)
    return decision.action.value, decision.escalation.value, tuple(deciding)


def keys_of(protocol: Protocol, case: Case) -> tuple[Key, ...]:
    return tuple(key_of(protocol, visit) for visit in case.visits)


def depths_of(protocol: Protocol, visit: Visit) -> Depths | None:
    ranges = decide(protocol, visit.record).ranges
    if ranges is None:
        return None
    return {zone: (one.minimum, one.maximum) for zone, one in ranges.depth_mm.items() if one is not None}


@pytest.mark.parametrize("source_id", sorted(INTENDED))
def test_the_computed_keys_are_the_intended_ones(
    protocol: Protocol, cases: Mapping[str, Case], source_id: str
) -> None:
    assert keys_of(protocol, cases[source_id]) == INTENDED[source_id]


@pytest.mark.parametrize("source_id", sorted(DEPTHS))
def test_the_computed_depths_are_the_intended_ones(
    protocol: Protocol, cases: Mapping[str, Case], source_id: str
) -> None:
    assert tuple(depths_of(protocol, visit) for visit in cases[source_id].visits) == DEPTHS[source_id]


@pytest.mark.parametrize("source_id", sorted(INTENDED))
def test_a_case_agrees_with_its_protocol_and_awaits_review(
    protocol: Protocol, cases: Mapping[str, Case], source_id: str
) -> None:
    case = cases[source_id]
    assert list(check_case(case, {("protocol", protocol.key): protocol}, "case.yaml")) == []
    assert (case.review, case.contested) == ("draft", False)
    first, *later = case.visits
    assert 8 <= len(first.statements) <= 9
    assert len({statement.section for statement in first.statements}) >= 5
    assert all(4 <= len(visit.statements) <= 6 for visit in later)
    assert all(statement.why for visit in case.visits for statement in visit.statements)
    assert 2 <= len(case.mistakes) <= 3


@pytest.mark.parametrize(("source_id", "contrast"), sorted(CONTRASTS))
def test_the_other_half_of_a_minimal_pair_has_another_key(
    protocol: Protocol, cases: Mapping[str, Case], source_id: str, contrast: str
) -> None:
    other = keys_of(protocol, contrast_of(cases[source_id], contrast))
    assert other == CONTRASTS[source_id, contrast]
    assert other != INTENDED[source_id]


def test_no_contrast_is_missing_from_the_table(cases: Mapping[str, Case]) -> None:
    written = {(one, contrast.key) for one in INTENDED for contrast in cases[one].contrasts}
    assert written == set(CONTRASTS)


@pytest.mark.parametrize("source_id", sorted(INTENDED))
def test_an_exam_draws_other_people_and_words_and_the_same_key(
    protocol: Protocol, cases: Mapping[str, Case], source_id: str
) -> None:
    drawn = [realise(cases[source_id], f"seed-{number}", contrasts=False) for number in range(24)]
    assert {keys_of(protocol, one) for one in drawn} == {INTENDED[source_id]}
    assert len({one.patient.name for one in drawn}) == 3
    texts = [statement.text for one in drawn for visit in one.visits for statement in visit.statements]
    assert not any("{" in text for text in texts)
    assert len(drawn[0].visits[0].statements) == len(cases[source_id].visits[0].statements) + 1


def test_only_the_list_of_medicines_gives_c41_away(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    visit = cases["C41"].visits[0]
    signals = [one for one in visit.statements if one.counts_as == "signal"]
    assert [one.role for one in signals] == ["decisive"]
    assert {one.section for one in signals} == {"medicines"}
    conditions = decide(protocol, visit.record).conditions
    assert [(one.finding_key, one.rule, one.action.value) for one in conditions] == [
        ("over_the_counter", "CI-BLEED-WEAK", "proceed")
    ]


def test_every_anticoagulant_of_c41_is_one_of_the_protocol(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    lists = protocol.findings["CI-BLEED"].triggers
    assert lists is not None
    words = cases["C41"].variants.words
    assert set(words["anticoagulant"]) <= set(lists.lists["anticoagulants"])
    assert set(words["painkiller"]) <= set(lists.lists["weaker_signals"])


def test_c40_asks_for_no_plan_and_keeps_the_allergy_as_a_condition(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    visit = cases["C40"].visits[1]
    assert visit.asks == ("spot", "decide")
    conditions = decide(protocol, visit.record).conditions
    assert [(one.finding, one.action.value) for one in conditions] == [("CI-ALLERGY", "medical_clearance")]


def test_the_further_tasks(cases: Mapping[str, Case]) -> None:
    written = {
        source_id: (visit.number, task.key, task.kind, task.row)
        for source_id in INTENDED
        for visit in cases[source_id].visits
        for task in visit.tasks[len(visit.asks) :]
    }
    assert written == FURTHER_TASKS


def test_skin_types_sexes_and_difficulty_are_mixed(cases: Mapping[str, Case]) -> None:
    patients = [cases[source_id].patient for source_id in INTENDED]
    assert sum(one.fitzpatrick in {"IV", "V", "VI"} for one in patients) == 6
    assert {one.fitzpatrick for one in patients} == {"I", "II", "III", "IV", "V", "VI"}
    assert sum(one.sex == "female" for one in patients) == 5
    assert {cases[one].difficulty for one in INTENDED} == {"easy", "medium", "hard"}
