"""What a card is, and what it asks once it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from quizzes.protocols.model import Sources


class CardKind(StrEnum):
    """What a card makes somebody recall; the word is the first part of its id."""

    MEDICINE = "medicine"
    ACTION = "action"
    PRECEDENCE = "precedence"
    WAIT = "wait"
    NOT_TRIGGER = "not-trigger"
    SIGN = "sign"
    WINDOW = "window"
    ZONE = "zone"
    CAP = "cap"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose: its key, which no language changes, and its words."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A card as it is drawn: what is asked, what is known, the answers, and after answering the reasons.

    `right` is the key of the one right answer. `confirms` names the findings that a right answer shows to
    be known; only findings on which safety depends are named.
    """

    prompt: str
    given: tuple[str, ...]
    options: tuple[Option, ...]
    right: str
    why: tuple[str, ...]
    sources: Sources
    confirms: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        """Return how many words somebody reads before answering."""
        texts = (self.prompt, *self.given, *(option.text for option in self.options))
        return sum(len(text.split()) for text in texts)

    def option(self, key: str) -> Option | None:
        """Return the answer of that key, or None when it was not on offer."""
        return next((option for option in self.options if option.key == key), None)


@dataclass(frozen=True, slots=True)
class Card:
    """A card that a protocol gives. The id is made of ids of the protocol, so that it outlives revisions.

    `facts` are the facts it rests on: it enters a deck once lessons have cited all of them. `safety`: it
    rests on a safety-critical finding or sign, or on the deepest setting allowed. `draw` makes the question
    that a seed gives, in the reader's language.
    """

    kind: CardKind
    name: str
    facts: tuple[str, ...]
    safety: bool
    draw: Callable[[str], Question] = field(repr=False, compare=False)

    @property
    def id(self) -> str:
        """Return the id of the card, such as `medicine:CI-BLEED:anticoagulants`."""
        return f"{self.kind.value}:{self.name}"
