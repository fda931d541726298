"""How old a reader must be to follow a text whole: the SMOG grade plus five years.

The grade is that of McLaughlin (1969, Journal of Reading 12(8), 639-646): 3.1291, and 1.043 times the square
root of the words with three syllables or more in thirty sentences. Health education uses it because it asks
for full comprehension, where other formulas are content with a half.
Syllables are estimated from the spelling, which is near enough for an average over a whole lesson.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import sqrt

WEIGHT, BASE = 1.043, 3.1291
SENTENCES_OF_A_SAMPLE = 30
LONG_WORD_SYLLABLES = 3
YEARS_AT_SCHOOL_START = 5

_WORD = re.compile(r"[^\W_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}.,-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?](?=[\s\"'\N{RIGHT DOUBLE QUOTATION MARK})]|$)")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(
    r"[^laeiouy]e$|[^aeioudty]ed$|[^aeiouycgsxzh]es$|(?<=..)[^aeiouy]ely$|[aeiou][^aeiouy]ety$|^some(?=.)"
)
"""A written vowel that nobody says: need-ed keeps its own, heal-ed does not."""

_SPLIT_VOWELS = re.compile(
    r"ia(?!l|n$)|(?<=r)ial|io(?!n|u)|(?<=[rvd])iou|(?<!p)eo(?!u)|ua|iu|ier$|ying|eing|ay(?=e)"
    r"|[^aeiou]ea$|(?<=cr)ea|(?<=^r)ea(?=ct)|(?<=[so]c)ie|(?<=[dul])ie(?=[tn])"
)
"""Two vowels written together and said apart, as in re-action."""

_COUNTED_DIGITS = re.compile(r"\d")


def words_in(text: str) -> tuple[str, ...]:
    """Return the words of a text; a number is a word."""
    return tuple(_WORD.findall(text))


def count_words(passages: Iterable[str]) -> int:
    """Return how many words passages have."""
    return sum(len(words_in(passage)) for passage in passages)


def count_syllables(word: str) -> int:
    """Return the estimated syllables of an English word, one at least; each part of a compound counts."""
    total = 0
    for part in re.split(r"[^a-z0-9]+", word.lower()):
        if not part:
            continue
        if _COUNTED_DIGITS.search(part):
            total += 1
            continue
        groups = len(_VOWELS.findall(part)) + len(_SPLIT_VOWELS.findall(part))
        total += max(1, groups - len(_SILENT.findall(part)))
    return max(1, total)


def reading_age(passages: Iterable[str]) -> float:
    """Return the reading age of passages in years, eight at least; without any word it is that.

    A passage without a full stop, such as a heading, is one sentence.
    """
    long_words = sentences = 0
    for passage in passages:
        found = words_in(passage)
        if found:
            long_words += sum(count_syllables(word) >= LONG_WORD_SYLLABLES for word in found)
            sentences += max(1, sum(1 for part in _SENTENCE_END.split(passage) if words_in(part)))
    in_a_sample = long_words * SENTENCES_OF_A_SAMPLE / max(sentences, 1)
    return BASE + WEIGHT * sqrt(in_a_sample) + YEARS_AT_SCHOOL_START
