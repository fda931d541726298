"""The deck of a protocol: all of its cards by id, made once for each protocol."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from courses.review.cards.deciding import deciding_cards
from courses.review.cards.limits import limit_cards
from courses.review.cards.model import Card
from courses.review.cards.recognition import recognition_cards
from courses.review.cards.windows import window_cards
from quizzes.protocols.model import Protocol

Deck = Mapping[str, Card]
"""Cards by id."""


def deck_of(protocol: Protocol) -> Deck:
    """Return every card that a protocol gives, in a fixed order. What it does not say makes no card."""
    cards = (
        *recognition_cards(protocol),
        *deciding_cards(protocol),
        *window_cards(protocol),
        *limit_cards(protocol),
    )
    return MappingProxyType({card.id: card for card in cards})


def cards_resting_on(deck: Deck, facts: Collection[str]) -> tuple[Card, ...]:
    """Return the cards all of whose facts are among those given, in the order of the deck."""
    return tuple(card for card in deck.values() if all(fact in facts for fact in card.facts))
