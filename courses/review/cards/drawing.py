"""Drawing by a seed: which words, which wrong answers, in which order.

SHA-256 ranks what there is, as in the drawing of forms: the same seed gives the same question on every
machine and in every version of Python.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

from courses.review.cards.model import Option

Thing = TypeVar("Thing")

WRONG_ANSWERS = 3
"""Wrong answers beside the right one; more of them seldom tempt anybody."""
CLOSE = 0.6
"""Share of the shorter text's words from which on two answers could both pass for right."""
_WORD = re.compile(r"[^\W_]+")


def rank(seed: str, slot: str, name: str) -> bytes:
    """Return the rank of a name in one slot of a question; the lowest comes first."""
    return hashlib.sha256(f"{seed}/{slot}/{name}".encode()).digest()


def ordered(
    seed: str, slot: str, things: Iterable[Thing], name: Callable[[Thing], str] = str
) -> tuple[Thing, ...]:
    """Return things in the order that the seed gives them."""
    return tuple(sorted(things, key=lambda thing: rank(seed, slot, name(thing))))


def first(seed: str, slot: str, things: Sequence[Thing], name: Callable[[Thing], str] = str) -> Thing:
    """Return the thing that the seed picks. There must be one."""
    return min(things, key=lambda thing: rank(seed, slot, name(thing)))


def with_wrong_answers(seed: str, right: Option, others: Sequence[Option]) -> tuple[Option, ...]:
    """Return the right answer among wrong ones, in a drawn order. Answers close to the right one are out."""
    chosen: list[Option] = []
    for option in ordered(seed, "wrong", others, lambda option: option.key):
        kept = (right, *chosen)
        if not any(option.key == one.key or too_close(option.text, one.text) for one in kept):
            chosen.append(option)
        if len(chosen) == WRONG_ANSWERS:
            break
    return ordered(seed, "order", (right, *chosen), lambda option: option.key)


def has_wrong_answer(right: Option, others: Sequence[Option]) -> bool:
    """Return whether something is left to tempt with once answers close to the right one are out."""
    return any(option.key != right.key and not too_close(option.text, right.text) for option in others)


def too_close(one: str, other: str) -> bool:
    """Return whether two texts share so many words that telling them apart would be a matter of wording."""
    first_words, second_words = words_of(one), words_of(other)
    fewest = min(len(first_words), len(second_words))
    return fewest == 0 or len(first_words & second_words) / fewest > CLOSE


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text in lower case."""
    return frozenset(word.lower() for word in _WORD.findall(text))


def holds_phrase(text: str, phrase: str) -> bool:
    """Return whether a text holds another one as whole words, whatever their case."""
    return _padded(phrase) in _padded(text)


@lru_cache(maxsize=4096)
def _padded(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.lower()))} "
