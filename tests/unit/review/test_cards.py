"""Cards: each has one right answer, is the same for the same seed, and rests on facts of its protocol."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.review.cards.deck import Deck, cards_resting_on, deck_of
from courses.review.cards.drawing import too_close
from courses.review.cards.model import Question
from courses.review.serialisation import question_from_json, question_to_json
from quizzes.protocols.model import Protocol
from quizzes.protocols.parse import parse_protocol

LIBRARY = Path(__file__).resolve().parents[3] / "courses" / "library"
SHIPPED = sorted(path.parent.name for path in LIBRARY.glob("*/protocol.yaml"))
HAIR = "microneedling-hair-loss"


@cache
def protocol_of(course: str) -> Protocol:
    path = LIBRARY / course / "protocol.yaml"
    return parse_protocol(path.read_bytes(), path.name)


@cache
def deck(course: str = HAIR) -> Deck:
    return deck_of(protocol_of(course))


def drawn(card_id: str, seed: str = "a seed", course: str = HAIR) -> Question:
    return deck(course)[card_id].draw(seed)


@pytest.mark.parametrize("course", SHIPPED)
@settings(max_examples=25)
@given(seed=st.text(max_size=20))
def test_every_card_of_every_protocol_has_exactly_one_right_answer(course: str, seed: str) -> None:
    for card in deck(course).values():
        question = card.draw(f"{seed}{card.id}")
        keys = [option.key for option in question.options]
        assert keys.count(question.right) == 1, card.id
        assert len(set(keys)) == len(keys) >= 2, card.id
        assert len({option.text for option in question.options}) == len(keys), card.id
        assert question.prompt
        assert question.why, card.id
        assert question.sources, card.id


@pytest.mark.parametrize("course", SHIPPED)
@settings(max_examples=25)
@given(seed=st.text(max_size=20))
def test_the_same_seed_asks_the_same_and_what_is_kept_reads_back(course: str, seed: str) -> None:
    again = deck_of(protocol_of(course))
    for card in deck(course).values():
        question = card.draw(seed)
        assert question == again[card.id].draw(seed)
        assert question_from_json(question_to_json(question)) == question


@pytest.mark.parametrize("course", SHIPPED)
def test_ids_are_made_of_ids_of_the_protocol_and_facts_are_its_facts(course: str) -> None:
    protocol = protocol_of(course)
    depth = protocol.parameters.depth_mm
    words = {
        *protocol.facts,
        *protocol.signs,
        *protocol.parameters.settings,
        *(depth.zones if depth is not None else ()),
        *protocol.meanings.actions,
        *(
            name
            for kind in protocol.findings.values()
            for name in (kind.triggers.lists if kind.triggers else ())
        ),
    }
    for card in deck(course).values():
        assert len(card.id) <= 200
        assert set(re.split(r"[:+]", card.name)) <= words, card.id
        assert card.facts
        assert set(card.facts) <= protocol.facts.keys(), card.id


@pytest.mark.parametrize("course", SHIPPED)
def test_what_a_right_answer_confirms_is_critical_to_safety(course: str) -> None:
    protocol = protocol_of(course)
    for card in deck(course).values():
        for finding in card.draw(card.id).confirms:
            assert protocol.findings[finding].safety_critical, card.id


def test_the_course_on_hair_gives_about_sixty_cards_of_every_kind() -> None:
    kinds = Counter(card.kind.value for card in deck().values())
    assert 55 <= sum(kinds.values()) <= 75
    assert set(kinds) == {
        *("medicine", "action", "precedence", "wait", "not-trigger", "sign", "window", "zone", "cap")
    }
    assert kinds["zone"] == 5
    assert kinds["sign"] == 11


def test_a_medicine_points_to_its_finding_and_brands_differ_by_seed() -> None:
    card = deck()["medicine:CI-BLEED:anticoagulants"]
    assert card.facts == ("CI-BLEED",)
    assert card.safety
    questions = [card.draw(str(seed)) for seed in range(30)]
    assert {question.right for question in questions} == {"CI-BLEED"}
    assert len({question.prompt for question in questions}) > 5
    assert {question.confirms for question in questions} == {("CI-BLEED",)}


def test_a_word_that_two_findings_could_claim_is_never_asked() -> None:
    prompts = {
        deck()[card_id].draw(str(seed)).prompt
        for card_id in deck()
        if card_id.startswith("medicine:")
        for seed in range(200)
    }
    assert not any("methotrexate" in prompt for prompt in prompts)
    assert not any("“aspirin”" in prompt for prompt in prompts)
    assert any("apixaban" in prompt for prompt in prompts)


def test_actions_are_those_that_the_rules_decide() -> None:
    for card_id, right in (
        ("action:CI-INF", "postpone"),
        ("action:CI-DERM", "do_not_treat"),
        ("action:CI-DERM:CI-DERM-ELSEWHERE", "medical_clearance"),
        ("action:CI-BLEED", "medical_clearance"),
        ("action:CI-BLEED:CI-BLEED-WEAK", "proceed"),
        ("action:CI-AUTO:CI-AUTO-QUIET", "proceed_with_caution"),
        ("action:CI-ALLERGY:CI-ALLERGY-LOCAL", "proceed_with_caution"),
        ("action:BX-PIH", "proceed"),
        ("precedence:do_not_treat+postpone", "do_not_treat"),
        ("precedence:postpone+medical_clearance", "postpone"),
        ("sign:fever", "urgent_same_day"),
        ("sign:faintness_or_palpitations", "emergency"),
        ("sign:transient_redness", "none"),
    ):
        assert drawn(card_id).right == right, card_id


def test_what_the_law_of_a_region_changes_is_not_asked_as_an_action() -> None:
    assert not {"action:BX-MINOR", "action:CI-PREG-BF", "action:BX-ISO"} & deck().keys()


def test_the_weaker_signal_is_no_safety_card() -> None:
    assert not deck()["action:CI-BLEED:CI-BLEED-WEAK"].safety
    assert deck()["action:CI-BLEED"].safety
    assert deck()["cap:DEP-CAP"].safety
    assert not deck()["zone:crown"].safety


@given(seed=st.text(max_size=20))
def test_the_deepest_setting_is_the_least_of_the_limits(seed: str) -> None:
    question = drawn("cap:DEP-CAP", seed)
    assert float(question.right) == min(float(option.key) for option in question.options)


@given(seed=st.text(max_size=20))
def test_the_hairline_is_shallow_in_every_state(seed: str) -> None:
    assert drawn("zone:hairline", seed).right == "0.5 to 0.9 mm"


def test_the_crown_is_shallow_or_deeper_by_its_state() -> None:
    rights = {drawn("zone:crown", str(seed)).right for seed in range(30)}
    assert rights == {"0.5 to 0.9 mm", "1 to 1.5 mm"}


def test_windows_are_told_in_words_and_in_the_order_of_time() -> None:
    question = drawn("window:AFT-01")
    right = question.option(question.right)
    assert right is not None
    assert right.text == "From 0 to 24 hours"
    assert "window:AFT-08" not in deck(), "its text tells the hours"
    assert "window:AFT-09" not in deck(), "it holds always"


@settings(max_examples=25)
@given(seed=st.text(max_size=20))
def test_wrong_answers_in_words_are_not_close_to_the_right_one(seed: str) -> None:
    for card_id in (one for one in deck() if one.startswith(("wait:", "not-trigger:"))):
        question = drawn(card_id, seed)
        right = question.option(question.right)
        assert right is not None
        for option in question.options:
            assert option == right or not too_close(option.text, right.text), card_id


def test_cards_enter_once_all_their_facts_are_known() -> None:
    some = {card.id for card in cards_resting_on(deck(), {"CI-BLEED", "DEP", "DEP-A"})}
    assert "medicine:CI-BLEED:anticoagulants" in some
    assert "zone:hairline" in some
    assert "zone:crown" not in some
    assert not any(card_id.startswith("precedence:") for card_id in some)
    assert cards_resting_on(deck(), set()) == ()
