"""Fourteen further cases: the keys the rules compute for them are the ones their authors meant.

C05 to C22 belong to the practice bank, C25 to C32 to the exam bank.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from quizzes.cases.model import Case, Visit
from quizzes.cases.parse import check_case
from quizzes.cases.variants import contrast_of, realise
from quizzes.protocols.decide import decide
from quizzes.protocols.model import Protocol

Key = tuple[str, str, tuple[str, ...]]
"""Action, escalation, and the kinds of findings (or the signs) that decide, in alphabetical order."""

CLEAR: Key = ("proceed", "none", ())

INTENDED: dict[str, tuple[Key, ...]] = {
    "C05": (CLEAR,),
    "C11": (("postpone", "none", ("CI-PREG",)),),
    "C13": (("proceed_with_caution", "none", ("CI-ALLERGY",)),),
    "C17": (("medical_clearance", "none", ("CI-BLEED",)),),
    "C20": (("postpone", "routine_referral", ("CI-INF",)),),
    "C22": (CLEAR, ("postpone", "urgent_same_day", ("fever", "spreading_redness"))),
    "C25": (("postpone", "routine_referral", ("CI-INF",)),),
    "C26": (("postpone", "routine_referral", ("CI-INF",)),),
    "C27": (("do_not_treat", "routine_referral", ("CI-DERM",)),),
    "C28": (("medical_clearance", "routine_referral", ("CI-AUTO",)),),
    "C29": (
        ("postpone", "none", ("CI-WOUND",)),
        ("proceed_with_caution", "none", ("CI-WOUND",)),
    ),
    "C30": (("postpone", "none", ("CI-PREG",)),),
    "C31": (CLEAR, ("postpone", "none", ("CI-PREG",))),
    "C32": (("medical_clearance", "none", ("CI-ALLERGY",)),),
}

CONTRASTS: dict[tuple[str, str], tuple[Key, ...]] = {
    ("C05", "a-longer-list"): (("medical_clearance", "none", ("CI-BLEED",)),),
    ("C11", "another-list"): (CLEAR,),
    ("C13", "more-than-the-skin"): (("medical_clearance", "none", ("CI-ALLERGY",)),),
    ("C17", "a-letter-on-file"): (("proceed_with_caution", "none", ("CI-BLEED",)),),
    ("C22", "fading-by-evening"): (CLEAR, CLEAR),
    ("C25", "a-finished-course"): (CLEAR,),
    ("C26", "a-calm-crown"): (CLEAR,),
    ("C27", "elbows-only"): (("medical_clearance", "none", ("CI-DERM",)),),
    ("C28", "one-gland-and-quiet"): (("proceed_with_caution", "none", ("CI-AUTO",)),),
    ("C29", "a-letter-promised"): (
        ("postpone", "none", ("CI-WOUND",)),
        ("postpone", "none", ("CI-WOUND",)),
    ),
    ("C30", "a-coil-and-vitamin-d"): (CLEAR,),
    ("C31", "a-tablet-for-pollen"): (CLEAR, CLEAR),
    ("C32", "a-patch-on-the-arm"): (("proceed_with_caution", "none", ("CI-ALLERGY",)),),
}

FROM_THE_MEDICINES_ALONE = ("C11", "C17", "C25", "C27", "C28", "C30", "C31")

FURTHER_TASKS = {
    ("C05", 1, "fair_words", "choice", "add_ons"),
    ("C13", 1, "comfort", "choice", "protocol"),
    ("C17", 1, "advice", "choice", "scope"),
    ("C20", 1, "letter", "choice", "scope"),
    ("C22", 1, "calendar", "ordering", "aftercare"),
    ("C27", 1, "exosomes", "choice", "add_ons"),
    ("C28", 1, "shoulder", "choice", "scope"),
    ("C29", 2, "first_day", "choice", "aftercare"),
    ("C31", 1, "growth", "number", "aftercare"),
    ("C32", 1, "photographs", "choice", "spotting"),
    ("C32", 1, "consent", "choice", "scope"),
}
"""The case, the visit, the name, the kind and the row of the blueprint."""


def key_of(protocol: Protocol, visit: Visit) -> Key:
    decision = decide(protocol, visit.record)
    deciding = sorted(one.finding or one.sign or "" for one in decision.reasons if one.decisive)
    return decision.action.value, decision.escalation.value, tuple(deciding)


def keys_of(protocol: Protocol, case: Case) -> tuple[Key, ...]:
    return tuple(key_of(protocol, visit) for visit in case.visits)


@pytest.mark.parametrize("source_id", sorted(INTENDED))
def test_the_computed_keys_are_the_intended_ones(
    protocol: Protocol, cases: Mapping[str, Case], source_id: str
) -> None:
    assert keys_of(protocol, cases[source_id]) == INTENDED[source_id]


@pytest.mark.parametrize("source_id", sorted(INTENDED))
def test_a_case_agrees_with_its_protocol_and_awaits_review(
    protocol: Protocol, cases: Mapping[str, Case], source_id: str
) -> None:
    case = cases[source_id]
    assert list(check_case(case, {("protocol", protocol.key): protocol}, "case.yaml")) == []
    assert (case.review, case.contested) == ("draft", False)
    assert 8 <= len(case.visits[0].statements) <= 9
    assert len({statement.section for statement in case.visits[0].statements}) >= 4
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


@pytest.mark.parametrize("source_id", FROM_THE_MEDICINES_ALONE)
def test_only_the_list_of_medicines_gives_the_finding_away(cases: Mapping[str, Case], source_id: str) -> None:
    case = cases[source_id]
    signals = [one for visit in case.visits for one in visit.statements if one.counts_as == "signal"]
    assert signals
    assert {one.section for one in signals} == {"medicines"}
    assert "meds-only" in case.tags


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


def test_the_weaker_of_two_findings_stays_as_a_condition(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    decision = decide(protocol, cases["C20"].visits[0].record)
    assert [(one.finding, one.action.value) for one in decision.conditions] == [
        ("CI-BLEED", "medical_clearance")
    ]


def test_the_further_tasks(cases: Mapping[str, Case]) -> None:
    written = {
        (source_id, visit.number, task.key, task.kind, task.row)
        for source_id in INTENDED
        for visit in cases[source_id].visits
        for task in visit.tasks[len(visit.asks) :]
    }
    assert written == FURTHER_TASKS


def test_the_message_of_c22_asks_for_no_plan(cases: Mapping[str, Case]) -> None:
    assert cases["C22"].visits[1].asks == ("spot", "decide")


def test_most_patients_have_darker_skin_and_both_sexes_are_even(cases: Mapping[str, Case]) -> None:
    patients = [cases[source_id].patient for source_id in INTENDED]
    assert sum(one.fitzpatrick in {"IV", "V", "VI"} for one in patients) >= 7
    assert {one.fitzpatrick for one in patients} == {"I", "II", "III", "IV", "V", "VI"}
    assert sum(one.sex == "female" for one in patients) == 7
    assert {cases[one].difficulty for one in INTENDED} == {"easy", "medium", "hard"}
