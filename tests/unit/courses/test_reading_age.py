"""How old a reader must be: estimated syllables, and the age of whole passages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.content.reading_age import count_syllables, count_words, reading_age

SYLLABLES = {
    1: "hair scalp healed cleared does makes times choose the be named growth eyes days",
    2: "needle treatment patient being create needed treated table science people layer likely trial rely",
    3: "follicle area idea medicine services serious clinician reaction video visible entirely",
    4: "minoxidil aesthetician epidermis society usually",
    5: "immediately",
}


@pytest.mark.parametrize(
    ("word", "count"),
    [(word, count) for count, words in SYLLABLES.items() for word in words.split() if word.isalpha()],
)
def test_syllables_are_counted_as_they_are_spoken(word: str, count: int) -> None:
    assert count_syllables(word) == count


def test_parts_of_compounds_and_numbers_count() -> None:
    assert count_syllables("24-hour") == 2
    assert count_syllables("well-known") == 2
    assert count_syllables("…") == 1


def test_the_age_of_a_text_that_was_worked_out_by_hand() -> None:
    # No long word: the constant alone.
    assert reading_age(["The cat sat on it.", "It was a good table."]) == pytest.approx(3.1291 + 5)
    # One sentence with four words of three syllables or more: 1.043 times the root of 4 * 30.
    hard = "Immediately stop the treatment of an aesthetician's follicle and his medicine."
    assert sum(count_syllables(word) >= 3 for word in hard.rstrip(".").split()) == 4
    assert reading_age([hard]) == pytest.approx(3.1291 + 1.043 * (4 * 30) ** 0.5 + 5)
    # The same words in two sentences: half as many in a sample of thirty.
    apart = "Immediately stop the treatment. Of an aesthetician's follicle and his medicine."
    assert reading_age([apart]) == pytest.approx(3.1291 + 1.043 * (2 * 30) ** 0.5 + 5)


def test_a_heading_is_a_sentence_and_nothing_is_five() -> None:
    assert reading_age(["Depth", "The range is small."]) == reading_age(["Depth.", "The range is small."])
    assert reading_age([]) == reading_age(["—"]) == pytest.approx(8.1291)


def test_words_are_counted_with_numbers() -> None:
    assert count_words(["0.5 to 1.5 mm", "don't stop"]) == 6


sentence = st.lists(st.sampled_from(["hair", "needle", "follicle", "treatment"]), min_size=2, max_size=9)


@given(sentences=st.lists(sentence, min_size=2, max_size=6))
def test_joining_sentences_never_makes_a_text_easier(sentences: list[list[str]]) -> None:
    apart = reading_age([" ".join(words) + "." for words in sentences])
    joined = reading_age([" ".join(word for words in sentences for word in words) + "."])
    assert joined >= apart


@given(st.lists(st.text(max_size=30), max_size=4))
def test_any_text_has_an_age(passages: list[str]) -> None:
    assert reading_age(passages) >= 8
